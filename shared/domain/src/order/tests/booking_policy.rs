//! What a cancellation gives back, at any instant and by any policy.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use crate::{
    Minor,
    catalog::CancellationTier,
    order::{
        CanceledBy, Confirmer, Order, RefundAsk, RefundCause, cancel_quote, decide_refund, refund_percent,
        tests::fixtures::{Terms, after, booking, confirmed, place_by, refund_id, slot, start, terms, tiers},
    },
};

const NANOSECOND: SignedDuration = SignedDuration::from_nanos(1);

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

/// Unsorted, with duplicates and overlaps, more than whole, and beyond all time.
fn policies() -> impl Strategy<Value = Vec<CancellationTier>> {
    let distance = prop_oneof![8 => 0_u32..100, 1 => Just(24_u32), 1 => Just(u32::MAX)];
    let percent = prop_oneof![8 => 0_u8..=100, 1 => Just(50_u8), 1 => any::<u8>()];
    prop::collection::vec((distance, percent), 0..6).prop_map(|policy| tiers(&policy))
}

/// So far from the start: around whole hours to the nanosecond, or anywhere.
fn distances() -> impl Strategy<Value = SignedDuration> {
    prop_oneof![
        (-1_i64..102, -2_i64..=2).prop_map(|(before, off)| hours(-before) + SignedDuration::from_nanos(off)),
        (-400_000_i64..40_000, 0_i64..1_000_000_000)
            .prop_map(|(s, nanos)| SignedDuration::from_secs(s) + SignedDuration::from_nanos(nanos)),
    ]
}

/// Any time at all, the first and the last ones too.
fn starts() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        8 => (1_700_000_000_i64..1_900_000_000).prop_map(|s| Timestamp::from_second(s).expect("a time")),
        1 => Just(Timestamp::MAX),
        1 => Just(Timestamp::MIN + hours(50)),
    ]
}

fn clamped(starts_at: Timestamp, distance: SignedDuration) -> Timestamp {
    let edge = if distance.is_negative() { Timestamp::MIN } else { Timestamp::MAX };
    starts_at.checked_add(distance).unwrap_or(edge)
}

/// The same by plain sums: the best of the tiers that are still that far away.
fn expected(policy: &[CancellationTier], starts_at: Timestamp, now: Timestamp) -> u8 {
    let left = starts_at.as_nanosecond() - now.as_nanosecond();
    let reached = policy.iter().filter(|tier| left >= i128::from(tier.from_hours_before) * 3_600_000_000_000);
    reached.map(|tier| tier.percent.min(100)).max().unwrap_or(0)
}

fn sold(currency: &'static str, price: i64, policy: Vec<CancellationTier>) -> Order {
    let terms = Terms { intent: Some(Confirmer::Client), currency, policy, ..terms() };
    let order = confirmed(&place_by(&[slot(price, hours(150))], &terms));
    assert_eq!(order.payment.captured, Minor(price), "a slot has no fees");
    order
}

fn part_refunded(order: &Order, amount: Minor) -> Order {
    let ask = RefundAsk::Amount(amount);
    decide_refund(order, &ask, refund_id("ref_part"), RefundCause::Staff, None, after(90)).expect("asked").order
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, ..ProptestConfig::default() })]

    #[test]
    fn the_best_tier_in_reach_holds_to_the_nanosecond(
        policy in policies(), starts_at in starts(), distance in distances(),
    ) {
        let now = clamped(starts_at, distance);
        let (percent, until) = refund_percent(&policy, starts_at, now);
        prop_assert_eq!(percent, expected(&policy, starts_at, now));
        prop_assert!(percent <= 100);
        prop_assert_eq!(until.is_none(), percent == 0, "nothing is all that never changes");
        if let Some(until) = until {
            prop_assert!(now <= until);
            prop_assert_eq!(refund_percent(&policy, starts_at, until), (percent, Some(until)), "still at its end");
            if let Ok(later) = until.checked_add(NANOSECOND) {
                prop_assert!(refund_percent(&policy, starts_at, later).0 < percent, "and no longer");
            }
        }
    }

    #[test]
    fn a_percentage_never_grows(
        policy in policies(), starts_at in starts(), one in distances(), other in distances(),
    ) {
        let (sooner, later) = (clamped(starts_at, one.min(other)), clamped(starts_at, one.max(other)));
        prop_assert!(refund_percent(&policy, starts_at, sooner).0 >= refund_percent(&policy, starts_at, later).0);
    }

    #[test]
    fn the_order_and_repeats_of_tiers_do_not_matter(
        mut policy in policies(), starts_at in starts(), distance in distances(),
    ) {
        let now = clamped(starts_at, distance);
        let said = refund_percent(&policy, starts_at, now);
        policy.extend(policy.clone().into_iter().rev());
        let third = policy.len() / 3;
        policy.rotate_left(third);
        prop_assert_eq!(refund_percent(&policy, starts_at, now), said);
    }

    /// Whatever staff gave back before.
    #[test]
    fn a_quote_is_the_rounded_share_and_never_more_than_is_left(
        policy in policies(),
        (currency, step) in prop::sample::select(vec![("usd", 1_i64), ("jpy", 1), ("kwd", 10)]),
        (price, part) in (1_i64..=40_000).prop_flat_map(|price| (Just(price), 0..=price)),
        one in distances(),
        other in distances(),
    ) {
        let mut order = sold(currency, price * step, policy);
        if part > 0 {
            order = part_refunded(&order, Minor(part * step));
        }
        let starts_at = order.booking.as_ref().expect("a booking").starts_at;
        let (sooner, later) = (starts_at + one.min(other), starts_at + one.max(other));
        let quotes = [sooner, later].map(|now| cancel_quote(&order, CanceledBy::Buyer, now).expect("a quote"));
        prop_assert!(quotes[0].amount >= quotes[1].amount, "waiting never pays");
        for quote in quotes {
            prop_assert!(quote.amount >= Minor::ZERO && quote.amount <= order.refundable() && !quote.releases);
            prop_assert_eq!(quote.amount.0 % step, 0, "Stripe can refund that");
            // In hundredths of the smallest unit: half a step off at the most, and halves go up.
            let off = quote.amount.0 * 100 - order.payment.captured.0 * i64::from(quote.percent);
            prop_assert!(off <= 50 * step && (off > -50 * step || quote.amount == order.refundable()));
        }
        let expert = cancel_quote(&order, CanceledBy::Expert, later).expect("a quote");
        prop_assert_eq!((expert.percent, expert.amount, expert.until), (100, order.refundable(), None));
    }
}

#[test]
fn the_default_policy_by_the_clock() {
    let order = confirmed(&booking(48));
    let starts_at = start() + hours(48);
    let day = Some(starts_at - hours(24));
    let two = Some(starts_at - hours(2));
    for (now, percent, amount, until) in [
        (start(), 100, 10_000, day),
        (starts_at - hours(25), 100, 10_000, day),
        (starts_at - hours(24) - NANOSECOND, 100, 10_000, day),
        (starts_at - hours(24), 100, 10_000, day),
        (starts_at - hours(24) + NANOSECOND, 50, 5_000, two),
        (starts_at - hours(3), 50, 5_000, two),
        (starts_at - hours(2), 50, 5_000, two),
        (starts_at - hours(2) + NANOSECOND, 0, 0, None),
        (starts_at, 0, 0, None),
        (starts_at + hours(5), 0, 0, None),
    ] {
        let quote = cancel_quote(&order, CanceledBy::Buyer, now).expect("a quote");
        assert_eq!((quote.percent, quote.amount, quote.until), (percent, Minor(amount), until), "{now}");
        let quote = cancel_quote(&order, CanceledBy::Expert, now).expect("a quote");
        assert_eq!((quote.percent, quote.amount, quote.until), (100, Minor(10_000), None), "{now}");
    }
}

#[test]
fn halves_go_up_in_every_currency() {
    for (currency, price, percent, amount) in [
        ("usd", 999, 50, 500),
        ("usd", 1_001, 33, 330),
        ("jpy", 333, 50, 167),
        ("jpy", 1, 49, 0),
        ("kwd", 1_230, 50, 620),
        ("kwd", 1_010, 33, 330),
    ] {
        let order = sold(currency, price, tiers(&[(0, percent)]));
        let quote = cancel_quote(&order, CanceledBy::Buyer, start()).expect("a quote");
        assert_eq!(quote.amount, Minor(amount), "{percent} % of {price} {currency}");
    }
}

#[test]
fn what_was_given_back_before_counts() {
    let order = part_refunded(&sold("usd", 10_000, tiers(&[(0, 50)])), Minor(8_000));
    let quote = |who| cancel_quote(&order, who, start()).expect("a quote").amount;
    assert_eq!((quote(CanceledBy::Buyer), quote(CanceledBy::Expert)), (Minor(2_000), Minor(2_000)));
}

#[test]
fn no_policy_gives_nothing_back() {
    assert_eq!(refund_percent(&[], start() + hours(500), start()), (0, None));
    let order = sold("usd", 10_000, Vec::new());
    assert_eq!(cancel_quote(&order, CanceledBy::Buyer, start()).expect("a quote").amount, Minor::ZERO);
}
