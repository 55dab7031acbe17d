//! What is written into the outbox for a decision: the notifications that it names, and those that come with them.

use jiff::{SignedDuration, Timestamp};

use super::aggregate::{
    booking::{BookingStatus, CanceledBy},
    order::Order,
};
use crate::{
    NotificationKind,
    notification::{Ahead, ChangedTicket},
};

/// How long a payment page is open before its buyer is reminded of it: long enough to pay, and long before its end.
const PAYMENT_OPEN: SignedDuration = SignedDuration::from_mins(15);

impl Order {
    /// All notifications that are written with these: those to the expert of a booking, the reminders of one that is
    /// confirmed, of times that are not over yet, and to other people than the buyer their tickets.
    #[must_use]
    pub fn outbox(&self, notifications: &[NotificationKind], now: Timestamp) -> Vec<NotificationKind> {
        let mut all = Vec::with_capacity(notifications.len());
        for notification in notifications {
            all.push(notification.clone());
            all.extend(self.beside(notification, now));
        }
        all
    }

    fn beside(&self, notification: &NotificationKind, now: Timestamp) -> Vec<NotificationKind> {
        let Some(booking) = &self.booking else {
            return if *notification == NotificationKind::Confirmation { self.tickets_sent() } else { Vec::new() };
        };
        match notification {
            NotificationKind::BookingRequested => vec![NotificationKind::ExpertRequested],
            // An expert who canceled or declined knows, and one who did not answer was asked.
            NotificationKind::BookingOver
                if booking.status == BookingStatus::Canceled && booking.canceled_by != Some(CanceledBy::Expert) =>
            {
                vec![NotificationKind::ExpertCanceled]
            }
            NotificationKind::Confirmation => {
                let reminders = Ahead::ALL.map(NotificationKind::BookingReminder);
                let all = reminders.into_iter().chain([NotificationKind::ExpertReminder]);
                all.filter(|reminder| self.not_before(reminder).is_some_and(|at| at > now)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// A notification for each ticket of a person who has an address and is not the buyer.
    fn tickets_sent(&self) -> Vec<NotificationKind> {
        let elsewhere = |place: &u16| {
            let attendee = self.attendee(usize::from(*place));
            let email = attendee.and_then(|attendee| attendee.email.as_ref());
            email.is_some_and(|email| !email.eq_ignore_ascii_case(&self.buyer.email))
        };
        let places = 0..u16::try_from(self.tickets.len()).unwrap_or(u16::MAX);
        places.filter(elsewhere).map(NotificationKind::Ticket).collect()
    }

    /// Whom a notification is for, where it is one of the order's own people: its buyer, or who comes with a ticket. None
    /// for one to an expert or to Stripe, and where no address is known.
    #[must_use]
    pub fn addressee(&self, notification: &NotificationKind) -> Option<&str> {
        let address = match notification {
            NotificationKind::Ticket(place) | NotificationKind::TicketChanged(ChangedTicket { place, .. }) => {
                self.attendee(usize::from(*place))?.email.as_deref()
            }
            _ if notification.is_for_buyer() => Some(&*self.buyer.email),
            _ => None,
        };
        address.filter(|address| !address.is_empty())
    }

    /// When a notification is sent at the earliest. None for one that is sent at once.
    #[must_use]
    pub fn not_before(&self, notification: &NotificationKind) -> Option<Timestamp> {
        let ahead = match notification {
            NotificationKind::BookingReminder(ahead) => *ahead,
            NotificationKind::ExpertReminder => Ahead::Hours,
            NotificationKind::PaymentOpen => return Some(self.created_at + PAYMENT_OPEN),
            _ => return None,
        };
        self.booking.as_ref().map(|booking| booking.starts_at - ahead.lead())
    }
}
