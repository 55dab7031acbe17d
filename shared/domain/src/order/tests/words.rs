//! Words that stand in answers, keys and the table: each is the same in all of them, and each notification has a name of its
//! own.

use std::{collections::BTreeSet, fmt::Debug};

use serde::Serialize;

use crate::{
    Currency, ListingId, NotificationKind, OrderId, RefundId, TaxBehavior, TaxLiability, UndeliverableCause,
    catalog::{Attendees, all_modes},
    notification::{Ahead, CanceledTicket, ChangedTicket, MovedListing, MovedTicket, Reminder},
    order::{BookingStatus, CanceledBy, OrderStatus, PaymentMode},
    organization::{Contact, ShowFees},
};

#[track_caller]
fn agree<T: Copy + Debug + Serialize>(all: &[T], word: fn(T) -> &'static str) {
    for one in all {
        assert_eq!(serde_json::json!(one), word(*one), "{one:?}");
    }
}

#[test]
fn a_word_of_the_contract_is_the_word_in_the_table() {
    agree(&[PaymentMode::Hosted, PaymentMode::Intent, PaymentMode::Free], PaymentMode::as_str);
    agree(&[Attendees::None, Attendees::Optional, Attendees::Required], Attendees::as_str);
    agree(&[TaxBehavior::Exclusive, TaxBehavior::Inclusive], TaxBehavior::as_str);
    agree(&[TaxLiability::Platform, TaxLiability::Seller], TaxLiability::as_str);
    agree(&[ShowFees::Included, ShowFees::Named], ShowFees::as_str);
    agree(&[UndeliverableCause::Bounce, UndeliverableCause::Complaint], UndeliverableCause::as_str);
    agree(&Ahead::ALL, Ahead::as_str);
    let bookings = [BookingStatus::Requested, BookingStatus::Confirmed, BookingStatus::Declined];
    agree(&bookings, BookingStatus::as_str);
    agree(&[CanceledBy::Buyer, CanceledBy::Expert], CanceledBy::as_str);
    agree(&[OrderStatus::Pending, OrderStatus::Paid, OrderStatus::Refunded], OrderStatus::as_str);
    assert_eq!(serde_json::json!(Currency::USD), "usd");
    assert_eq!(all_modes(), [PaymentMode::Hosted, PaymentMode::Intent]);
}

#[test]
fn what_is_left_out_of_the_table_is_what_says_nothing() {
    assert!(Contact::default().is_empty());
    assert!(!Contact { phone: Some("+44 20".to_owned()), ..Contact::default() }.is_empty());
}

/// One notification of each kind, and two of those that an order may have several of.
fn kinds() -> Vec<NotificationKind> {
    use NotificationKind as Kind;
    let refund = |id: &str| RefundId::parse(id).expect("an id");
    let listing = ListingId::parse("show").expect("an id");
    let reminder = |ahead, second| {
        let starts_at = jiff::Timestamp::from_second(second).expect("a time");
        Kind::Reminder(Reminder { listing: listing.clone(), ahead, starts_at })
    };
    let moved = |version| MovedListing { listing: listing.clone(), version, starts_at: None, venue: None };
    vec![
        Kind::Confirmation,
        Kind::Resend(1),
        Kind::Resend(2),
        Kind::Refund(refund("ref_1")),
        Kind::Refund(refund("ref_2")),
        Kind::RefundFailed(refund("ref_1")),
        Kind::ListingCanceled(refund("ref_1")),
        reminder(Ahead::Day, 1_000),
        reminder(Ahead::Hours, 1_000),
        reminder(Ahead::Day, 2_000),
        Kind::Apology,
        Kind::PaymentFailed,
        Kind::BookingRequested,
        Kind::BookingOver,
        Kind::BookingReminder(Ahead::Day),
        Kind::BookingReminder(Ahead::Hours),
        Kind::ExpertRequested,
        Kind::ExpertCanceled,
        Kind::ExpertReminder,
        Kind::Ticket(0),
        Kind::Ticket(1),
        Kind::TicketChanged(ChangedTicket { place: 0, change: 1 }),
        Kind::TicketChanged(ChangedTicket { place: 0, change: 2 }),
        Kind::TicketChanged(ChangedTicket { place: 1, change: 1 }),
        Kind::TicketReceived(ChangedTicket { place: 0, change: 1 }),
        Kind::TicketReceived(ChangedTicket { place: 1, change: 1 }),
        Kind::HandedOver(ChangedTicket { place: 0, change: 1 }),
        Kind::HandedOver(ChangedTicket { place: 1, change: 1 }),
        Kind::TicketMoved(MovedTicket { place: 0, moved: moved(2) }),
        Kind::TicketMoved(MovedTicket { place: 1, moved: moved(2) }),
        Kind::TicketMoved(MovedTicket { place: 1, moved: moved(3) }),
        Kind::TicketCanceled(CanceledTicket { place: 0, refund: refund("ref_1") }),
        Kind::TicketCanceled(CanceledTicket { place: 1, refund: refund("ref_1") }),
        Kind::PaymentOpen,
        Kind::TransferLabel,
    ]
}

#[test]
fn the_same_cause_has_the_same_name_and_no_two_share_one() {
    let [first, second] = ["ord_1", "ord_2"].map(|id| OrderId::parse(id).expect("an id"));
    let names: BTreeSet<_> = kinds().iter().flat_map(|kind| [kind.id(&first), kind.id(&second)]).collect();
    assert_eq!(names.len(), 2 * kinds().len(), "{names:?}");
    let again: BTreeSet<_> = kinds().iter().flat_map(|kind| [kind.id(&first), kind.id(&second)]).collect();
    assert_eq!(names, again);
    assert!(names.iter().all(|name| name.starts_with("ord_")));
}

#[test]
fn who_reads_a_notification_follows_from_its_kind() {
    let order = OrderId::parse("ord_1").expect("an id");
    for kind in kinds() {
        let label = kind == NotificationKind::TransferLabel;
        assert_eq!((kind.is_mail(), NotificationKind::names_mail(&kind.id(&order))), (!label, !label), "{kind:?}");
        let expert = matches!(format!("{kind:?}").as_str(), "ExpertRequested" | "ExpertCanceled" | "ExpertReminder");
        assert_eq!(kind.is_for_expert(), expert, "{kind:?}");
        let another = label || format!("{kind:?}").starts_with("Ticket");
        assert_eq!(kind.is_for_buyer(), !expert && !another, "{kind:?}");
    }
    assert_eq!(Ahead::ALL.map(|ahead| ahead.lead().as_hours()), [24, 2]);
}

#[test]
fn as_many_tickets_are_named_as_the_offer_says() {
    let check = |attendees: Attendees, named| attendees.check("attendees", named, 2).is_ok();
    assert_eq!([0, 1, 2, 3].map(|named| check(Attendees::None, named)), [true, false, false, false]);
    assert_eq!([0, 1, 2, 3].map(|named| check(Attendees::Optional, named)), [true, true, true, false]);
    assert_eq!([0, 1, 2, 3].map(|named| check(Attendees::Required, named)), [false, false, true, false]);
    let refused = Attendees::None.check("items[0].attendees", 3, 2).expect_err("refused");
    assert_eq!(refused.errors.first().map(|error| error.field.as_str()), Some("items[0].attendees"));
}
