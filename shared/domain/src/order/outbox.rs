//! What is written into the outbox for a decision: the notifications that it names, and those that come with them.

use jiff::{SignedDuration, Timestamp};

use super::aggregate::{
    booking::{BookingStatus, CanceledBy},
    order::Order,
    ticket::{Ticket, TicketStatus},
};
use crate::{
    NotificationKind, RefundId,
    notification::{Ahead, CanceledTicket, MovedListing, MovedTicket},
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
            return match notification {
                NotificationKind::Confirmation => self.tickets_sent(),
                NotificationKind::ListingCanceled(refund) => self.hears_of_cancellation(refund),
                _ => Vec::new(),
            };
        };
        match notification {
            NotificationKind::BookingRequested => vec![NotificationKind::ExpertRequested],
            // The seller canceled a confirmed booking with its listing.
            NotificationKind::ListingCanceled(_) => vec![NotificationKind::ExpertCanceled],
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
        self.elsewhere().map(|(place, _)| NotificationKind::Ticket(place)).collect()
    }

    /// What those hear who come with tickets of a listing that was moved, each of them once: the buyer has a mail of their own.
    #[must_use]
    pub fn hears_of_move(&self, moved: &MovedListing) -> Vec<NotificationKind> {
        let of_listing = |line: &str| self.line(line).is_some_and(|line| line.listing == moved.listing);
        let good = |ticket: &Ticket| ticket.status == TicketStatus::Valid && of_listing(&ticket.line);
        let heard = |place| NotificationKind::TicketMoved(MovedTicket { place, moved: moved.clone() });
        self.people_of(good).map(heard).collect()
    }

    /// What those hear whose tickets a refund took back because the listing was canceled, each of them once.
    fn hears_of_cancellation(&self, refund: &RefundId) -> Vec<NotificationKind> {
        let heard = |place| NotificationKind::TicketCanceled(CanceledTicket { place, refund: refund.clone() });
        self.people_of(|ticket| ticket.refund.as_ref() == Some(refund)).map(heard).collect()
    }

    /// The tickets of people who have an address and are not the buyer: place and address.
    fn elsewhere(&self) -> impl Iterator<Item = (u16, &str)> {
        let places = 0..u16::try_from(self.tickets.len()).unwrap_or(u16::MAX);
        let with_address = places.filter_map(|place| {
            let email = self.attendee(usize::from(place))?.email.as_deref()?;
            Some((place, email))
        });
        with_address.filter(|(_, email)| !email.eq_ignore_ascii_case(&self.buyer.email))
    }

    /// Of such tickets the first one of each person.
    fn people_of(&self, concerned: impl Fn(&Ticket) -> bool) -> impl Iterator<Item = u16> {
        let mut seen: Vec<&str> = Vec::new();
        let tickets = self.elsewhere().filter(move |(place, _)| concerned(&self.tickets[usize::from(*place)]));
        tickets.filter_map(move |(place, email)| {
            let new = !seen.iter().any(|known| known.eq_ignore_ascii_case(email));
            seen.push(email);
            new.then_some(place)
        })
    }

    /// Whom a notification is for, where it is one of the order's own people: its buyer, or who comes with a ticket. None
    /// for one to an expert or to Stripe, and where no address is known.
    #[must_use]
    pub fn addressee(&self, notification: &NotificationKind) -> Option<&str> {
        let address = match notification.ticket_place() {
            Some(place) => self.attendee(place)?.email.as_deref(),
            None if notification.is_for_buyer() => Some(&*self.buyer.email),
            None => None,
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
