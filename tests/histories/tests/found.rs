//! What histories have found, each as it was shrunk: its steps stand here, so that another plan does not lose it.

use histories::{Act, History, Mode, Offer, SecretOf, Step, play};

/// A history whose steps come one after the other, each with the milliseconds before it.
fn history(seed: u64, shop: u8, steps: &[(u32, u64, Act)]) -> History {
    let step =
        |(id, after, act): &(u32, u64, Act)| Step { id: *id, after: *after, alone: true, act: *act, faults: vec![] };
    History { seed, shop, page: 1_000, steps: steps.iter().map(step).collect() }
}

/// A slot of one hour, and one for two people.
const MORNING: Offer = 5;
const GROUP: Offer = 6;

/// A refund that failed was noted after one that Stripe's dashboard made since: until then more was given back than was taken.
#[test]
fn seed_1686_refunds_in_a_list_that_failed_are_noted_first() {
    let buy = Act::Buy { offer: MORNING, also: None, quantity: 1, mode: Mode::Form, promo: false, buyer: 3 };
    let steps = [
        (1, 922, buy),
        (2, 16_956, Act::Pay(1, "pm_card_refundFail")),
        (3, 500, Act::Webhooks { lost: 0, twice: 20, shuffled: false, most: 10 }),
        (4, 974, Act::Confirm(1)),
        (11, 1_180, Act::Change { offer: GROUP, price: 3_000, capacity: 0 }),
        (14, 43, Act::Cancel(1, true)),
        (16, 1_343_004, Act::Rotate(SecretOf::Cron, false)),
        (17, 197_036, Act::Dashboard(1, 1_660)),
    ];
    assert_eq!(play(&history(1_686, 3, &steps), false).findings, Vec::<String>::new());
}
