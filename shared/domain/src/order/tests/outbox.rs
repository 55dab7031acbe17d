//! What is written to whom, and when. What is missing here, a buyer, a guest or an expert never hears of.

use jiff::SignedDuration;

use crate::{
    Attendee, NotificationKind, RefundId,
    notification::{Ahead, ChangedTicket},
    order::{
        BookingStatus, CanceledBy, Order,
        tests::fixtures::{after, booking, confirmed, paid, place, start, tickets},
    },
};

fn attendee(name: &str, email: Option<&str>) -> Attendee {
    Attendee { name: name.to_owned(), email: email.map(str::to_owned) }
}

/// Three tickets of one line and two of another, with guests on some of them.
fn guests() -> Order {
    let mut order = paid(&place(&[tickets(3, 2_500), tickets(2, 1_000)], 0));
    order.lines[0].attendees = vec![
        attendee("Ada Lovelace", Some("ADA@example.com")),
        attendee("Grace Hopper", Some("grace@example.com")),
        attendee("Joan Clarke", None),
    ];
    order.lines[1].attendees = vec![attendee("Mary Jackson", Some("mary@example.com"))];
    order
}

#[test]
fn guests_get_their_own_tickets_and_the_buyer_gets_none_twice() {
    let order = guests();
    let names: Vec<&str> = (0..6).map(|place| order.holder(place)).collect();
    let buyer = "Ada Lovelace";
    assert_eq!(names, [buyer, "Grace Hopper", "Joan Clarke", "Mary Jackson", buyer, buyer]);
    let sent = order.outbox(&[NotificationKind::Confirmation], after(60));
    let expected = [NotificationKind::Confirmation, NotificationKind::Ticket(1), NotificationKind::Ticket(3)];
    assert_eq!(sent, expected, "the first is the buyer's own address, in capitals");
    let other = [NotificationKind::Resend(1), NotificationKind::BookingRequested];
    assert_eq!(order.outbox(&other, after(60)), other, "tickets are sent with the confirmation alone");
}

#[test]
fn each_notification_has_the_address_of_its_reader() {
    let mut order = guests();
    order.tickets[2].attendee = Some(attendee("Hedy Lamarr", Some("hedy@example.com")));
    let changed = |place| NotificationKind::TicketChanged(ChangedTicket { place, change: 1 });
    for (notification, address) in [
        (NotificationKind::Confirmation, Some("ada@example.com")),
        (NotificationKind::PaymentOpen, Some("ada@example.com")),
        (NotificationKind::Ticket(1), Some("grace@example.com")),
        (NotificationKind::Ticket(4), None),
        (changed(2), Some("hedy@example.com")),
        (changed(9), None),
        (NotificationKind::ExpertRequested, None),
        (NotificationKind::TransferLabel, None),
    ] {
        assert_eq!(order.addressee(&notification), address, "{notification:?}");
    }
    order.buyer.email.clear();
    assert_eq!(order.addressee(&NotificationKind::Confirmation), None, "the address was erased");
}

#[test]
fn a_booking_is_reminded_of_by_all_that_lies_ahead_still() {
    let order = confirmed(&booking(48));
    let begins = start() + SignedDuration::from_hours(48);
    let (day, hours) = (SignedDuration::from_hours(24), SignedDuration::from_hours(2));
    let second = SignedDuration::from_secs(1);
    let [in_a_day, in_hours] = Ahead::ALL.map(NotificationKind::BookingReminder);
    let all = [in_a_day.clone(), in_hours.clone(), NotificationKind::ExpertReminder];
    for (left, reminders) in
        [(day + second, &all[..]), (day, &all[1..]), (hours + second, &all[1..]), (hours, &[]), (second, &[])]
    {
        let sent = order.outbox(&[NotificationKind::Confirmation], begins - left);
        assert_eq!(sent[0], NotificationKind::Confirmation);
        assert_eq!(sent[1..], *reminders, "{left} before it begins");
    }
    for (notification, at) in [
        (in_a_day, Some(begins - day)),
        (in_hours, Some(begins - hours)),
        (NotificationKind::ExpertReminder, Some(begins - hours)),
        (NotificationKind::PaymentOpen, Some(after(900))),
        (NotificationKind::Confirmation, None),
    ] {
        assert_eq!(order.not_before(&notification), at, "{notification:?}");
    }
}

#[test]
fn an_expert_hears_of_what_the_expert_has_not_done() {
    let order = booking(48);
    let of_listing = NotificationKind::ListingCanceled(RefundId::parse("ref_1").expect("an id"));
    let canceled = confirmed(&order).outbox(&[of_listing.clone()], after(60));
    assert_eq!(canceled, [of_listing, NotificationKind::ExpertCanceled]);
    let requested = order.outbox(&[NotificationKind::BookingRequested], after(60));
    assert_eq!(requested, [NotificationKind::BookingRequested, NotificationKind::ExpertRequested]);
    use BookingStatus::{Canceled, Confirmed, Declined, Requested, TimedOut};
    for status in [Requested, Confirmed, Declined, Canceled, TimedOut] {
        for by in [None, Some(CanceledBy::Buyer), Some(CanceledBy::Expert)] {
            let mut order = order.clone();
            if let Some(booking) = &mut order.booking {
                (booking.status, booking.canceled_by) = (status, by);
            }
            let heard = status == Canceled && by != Some(CanceledBy::Expert);
            let mut expected = vec![NotificationKind::BookingOver];
            expected.extend(heard.then_some(NotificationKind::ExpertCanceled));
            assert_eq!(order.outbox(&[NotificationKind::BookingOver], after(60)), expected, "{status:?} by {by:?}");
        }
    }
}
