//! What an order counts for its buyer and its card.

use crate::{
    ListingId, Order,
    order::{
        BuyerCount, CountChange, note_card,
        tests::fixtures::{paid, place, tickets},
    },
};

fn counted(quantity: u32) -> Order {
    let mut order = place(&[tickets(quantity, 2_500)], 0);
    let listings = vec![order.lines[0].listing.clone()];
    order.buyer_count = Some(BuyerCount { mark: "ada".to_owned(), listings, card: None });
    order
}

fn show(order: &Order) -> ListingId {
    order.lines[0].listing.clone()
}

#[test]
fn a_card_is_noted_once_and_counted_like_a_buyer() {
    let paid = paid(&counted(3));
    let noted = note_card(&paid, "visa", &[(show(&paid), 1, 4)]);
    assert!(noted.changed && noted.outcome.as_str() == "card_noted");
    let changes = paid.count_changes(&noted.order);
    assert_eq!(changes, [CountChange { listing: show(&paid), mark: "visa".to_owned(), units: 3 }]);
    assert!(!note_card(&noted.order, "other", &[]).changed, "the first one paid");
    assert!(noted.order.violations().is_empty(), "{:?}", noted.order.violations());
}

#[test]
fn a_card_with_more_than_a_share_marks_the_order() {
    let paid = paid(&counted(3));
    for (held, over) in [(0, false), (1, false), (2, true)] {
        let noted = note_card(&paid, "visa", &[(show(&paid), held, 4)]);
        let card = noted.order.buyer_count.and_then(|count| count.card).expect("a card");
        assert_eq!((card.over_share, noted.outcome.as_str() == "card_over_share"), (over, over), "{held}");
    }
}

#[test]
fn an_order_that_counts_nothing_knows_no_card() {
    let mut order = paid(&counted(1));
    order.buyer_count = None;
    assert!(!note_card(&order, "visa", &[]).changed);
    assert!(order.counts().is_empty());
}
