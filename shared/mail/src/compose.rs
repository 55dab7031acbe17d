//! What each notification says, and to whom.

use domain::{
    NotificationKind,
    notification::{CanceledTicket, ChangedTicket, MovedTicket},
};

use crate::{
    letter::Letter,
    writer::{Context, Writer},
};

/// The address of the reader of a notification. None where there is none to write to any more, or none is known.
#[must_use]
pub fn reader<'a>(notification: &NotificationKind, context: &Context<'a>) -> Option<&'a str> {
    if notification.is_for_expert() { context.contact() } else { context.order.addressee(notification) }
}

/// What a notification says to its reader. None if it says nothing, or not any more: a reminder of what was canceled, given
/// back, moved or is over.
#[must_use]
pub fn compose(notification: &NotificationKind, context: &Context<'_>) -> Option<Letter> {
    reader(notification, context)?;
    let order = context.order;
    let (buyer, expert) = (Writer::to_buyer(context), Writer::to_expert(context));
    match notification {
        NotificationKind::Confirmation | NotificationKind::Resend(_) if order.booking.is_some() => {
            Some(buyer.booking_confirmed())
        }
        NotificationKind::Confirmation | NotificationKind::Resend(_) => Some(buyer.confirmed()),
        NotificationKind::Refund(id) => Some(buyer.refunded(order.refund(id)?)),
        NotificationKind::RefundFailed(id) => Some(buyer.refund_failed(order.refund(id)?)),
        NotificationKind::ListingCanceled(id) => Some(buyer.listing_canceled(order.refund(id)?)),
        NotificationKind::Moved(moved) => buyer.moved(moved),
        NotificationKind::Reminder(reminder) => buyer.reminder(reminder),
        NotificationKind::Apology => Some(buyer.late()),
        NotificationKind::PaymentFailed => Some(buyer.failed()),
        NotificationKind::BookingRequested => Some(buyer.booking_requested()),
        NotificationKind::BookingOver => buyer.booking_over(),
        NotificationKind::BookingReminder(_) => buyer.booking_reminder(),
        NotificationKind::ExpertRequested => expert.expert_requested(),
        NotificationKind::ExpertCanceled => Some(expert.expert_canceled()),
        NotificationKind::ExpertReminder => expert.expert_reminder(),
        NotificationKind::Ticket(place) => buyer.ticket(usize::from(*place), 0),
        NotificationKind::TicketChanged(ChangedTicket { place, change }) => buyer.ticket(usize::from(*place), *change),
        NotificationKind::TicketReceived(ChangedTicket { place, change }) => {
            buyer.ticket_received(usize::from(*place), *change)
        }
        NotificationKind::HandedOver(ChangedTicket { place, change }) => {
            buyer.handed_over(usize::from(*place), *change)
        }
        NotificationKind::TicketMoved(MovedTicket { place, moved }) => buyer.ticket_moved(usize::from(*place), moved),
        NotificationKind::TicketCanceled(CanceledTicket { place, refund }) => {
            buyer.ticket_canceled(usize::from(*place), order.refund(refund)?)
        }
        NotificationKind::PaymentOpen => buyer.payment_open(),
        NotificationKind::TransferLabel => None,
    }
}
