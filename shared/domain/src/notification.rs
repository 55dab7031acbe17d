//! Notifications: what we owe a buyer, an expert or staff, once for each cause, however often that comes.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{ListingId, OrderId, RefundId};

/// What a notification is about. With its order it names the cause, so that there is one notification of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "of")]
pub enum NotificationKind {
    /// To the buyer: paid, with the tickets.
    Confirmation,
    /// To the buyer: the confirmation once more, for that many times by now.
    Resend(u32),
    /// To the buyer: money is on its way back.
    Refund(RefundId),
    /// To the buyer: the bank returned money that was on its way back.
    RefundFailed(RefundId),
    /// To the buyer: the seller canceled what was bought, and this is refunded for it, if anything was paid.
    ListingCanceled(RefundId),
    /// To the buyer: the seller moved what was bought to another date or place.
    Moved(MovedListing),
    /// To the buyer: a show begins soon.
    Reminder(Reminder),
    /// To the buyer: the payment came too late, we are sorry, all of it goes back.
    Apology,
    /// To the buyer: a payment that was under way failed.
    PaymentFailed,
    /// To the buyer: the slot is asked for, the card is not charged yet.
    BookingRequested,
    /// To the buyer: the booking is over, with what comes back.
    BookingOver,
    /// To the buyer: the booked slot begins soon.
    BookingReminder(Ahead),
    /// To the expert: a booking waits for an answer.
    ExpertRequested,
    /// To the expert: a booking is canceled.
    ExpertCanceled,
    /// To the expert: the booked slot begins soon.
    ExpertReminder,
    /// To who comes with a ticket, by its place among the order's tickets: that ticket.
    Ticket(u16),
    /// To who comes with a ticket now, in the place of another person: that ticket.
    TicketChanged(ChangedTicket),
    /// To whom a ticket was handed over: that ticket, with its new code.
    TicketReceived(ChangedTicket),
    /// To the buyer: a ticket was handed over, and its old code is void.
    HandedOver(ChangedTicket),
    /// To who comes with a ticket: the seller moved what it is for.
    TicketMoved(MovedTicket),
    /// To who comes with a ticket: the seller canceled what it was for.
    TicketCanceled(CanceledTicket),
    /// To the buyer: the payment page is still open, and for how long.
    PaymentOpen,
    /// To Stripe: what the transfer to the organization was for, in its description and metadata.
    TransferLabel,
}

/// A ticket that another person comes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ChangedTicket {
    /// Its place among the order's tickets.
    pub place: u16,
    /// For how many times who comes with it was changed. After a later change this one is no news.
    pub change: u32,
}

/// A ticket of a listing that was moved.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MovedTicket {
    /// Its place among the order's tickets: the first one of its person.
    pub place: u16,
    /// Where and when the listing was before.
    pub moved: MovedListing,
}

/// A ticket of a listing that was canceled.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CanceledTicket {
    /// Its place among the order's tickets: the first one of its person.
    pub place: u16,
    /// The refund that took it back.
    pub refund: RefundId,
}

/// Where and when a listing was before it was moved.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MovedListing {
    /// Its id; title and new time are read when the mail is written.
    pub listing: ListingId,
    /// The listing's version after the move, so that each move is told once.
    pub version: u64,
    /// When it was to begin before.
    pub starts_at: Option<Timestamp>,
    /// Where it was to be before.
    pub venue: Option<String>,
}

/// That a show begins soon.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Reminder {
    /// The show's listing.
    pub listing: ListingId,
    /// How long before.
    pub ahead: Ahead,
    /// When it begins. A show that was moved meanwhile has reminders of its own.
    pub starts_at: Timestamp,
}

/// How long before its time something is reminded of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ahead {
    /// 24 hours.
    Day,
    /// Two hours.
    Hours,
}

impl Ahead {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Day, Self::Hours];

    /// How long that is.
    #[must_use]
    pub fn lead(self) -> SignedDuration {
        match self {
            Self::Day => SignedDuration::from_hours(24),
            Self::Hours => SignedDuration::from_hours(2),
        }
    }

    /// The word in keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Hours => "hours",
        }
    }
}

impl NotificationKind {
    /// The notification's id, unique among all orders: the same for the same cause.
    #[must_use]
    pub fn id(&self, order: &OrderId) -> String {
        match self {
            Self::Confirmation => format!("{order}-confirmation"),
            Self::Resend(times) => format!("{order}-resend-{times}"),
            Self::Refund(refund) => format!("{order}-refund-{refund}"),
            Self::RefundFailed(refund) => format!("{order}-refund-failed-{refund}"),
            Self::ListingCanceled(refund) => format!("{order}-listing-canceled-{refund}"),
            Self::Moved(moved) => format!("{order}-moved-{}-{}", moved.listing, moved.version),
            Self::Reminder(Reminder { listing, ahead, starts_at }) => {
                format!("{order}-reminder-{}-{listing}-{}", ahead.as_str(), starts_at.as_second())
            }
            Self::Apology => format!("{order}-apology"),
            Self::PaymentFailed => format!("{order}-payment-failed"),
            Self::BookingRequested => format!("{order}-booking-requested"),
            Self::BookingOver => format!("{order}-booking-over"),
            Self::BookingReminder(ahead) => format!("{order}-booking-reminder-{}", ahead.as_str()),
            Self::ExpertRequested => format!("{order}-expert-requested"),
            Self::ExpertCanceled => format!("{order}-expert-canceled"),
            Self::ExpertReminder => format!("{order}-expert-reminder"),
            Self::Ticket(place) => format!("{order}-ticket-{place}"),
            Self::TicketChanged(ChangedTicket { place, change }) => format!("{order}-ticket-{place}-{change}"),
            Self::TicketReceived(ChangedTicket { place, change }) => {
                format!("{order}-ticket-received-{place}-{change}")
            }
            Self::HandedOver(ChangedTicket { place, change }) => format!("{order}-handed-over-{place}-{change}"),
            Self::TicketMoved(MovedTicket { place, moved }) => {
                format!("{order}-ticket-moved-{place}-{}-{}", moved.listing, moved.version)
            }
            Self::TicketCanceled(CanceledTicket { place, refund }) => {
                format!("{order}-ticket-canceled-{place}-{refund}")
            }
            Self::PaymentOpen => format!("{order}-payment-open"),
            Self::TransferLabel => format!("{order}-transfer-label"),
        }
    }

    /// Whether it is a mail, and not work at Stripe.
    #[must_use]
    pub fn is_mail(&self) -> bool {
        *self != Self::TransferLabel
    }

    /// Whether the notification of that id is a mail. The id says so, so that no notification need be read for it.
    #[must_use]
    pub fn names_mail(id: &str) -> bool {
        !id.ends_with("-transfer-label")
    }

    /// Whether the notification of that id is one of many that are written at about the same time, to all buyers of a
    /// listing. The id says so, too.
    #[must_use]
    pub fn names_one_of_many(id: &str) -> bool {
        let of_many = ["moved-", "reminder-", "listing-canceled-", "ticket-moved-", "ticket-canceled-"];
        id.split_once('-').is_some_and(|(_, cause)| of_many.iter().any(|word| cause.starts_with(word)))
    }

    /// Whether its name goes into the queue of mail right after it is written. What is no mail has a queue of its own, and
    /// the mails of a canceled listing, which are written one by one, would fill this one: the sweeper puts them in while
    /// there is room.
    #[must_use]
    pub fn is_queued_at_once(&self) -> bool {
        !matches!(self, Self::TransferLabel | Self::ListingCanceled(_) | Self::TicketCanceled(_))
    }

    /// Whether its reader may do without it, and may end such mail.
    #[must_use]
    pub fn is_reminder(&self) -> bool {
        matches!(self, Self::Reminder(_) | Self::BookingReminder(_) | Self::PaymentOpen)
    }

    /// Whether the order's buyer reads it.
    #[must_use]
    pub fn is_for_buyer(&self) -> bool {
        !self.is_for_expert() && self.ticket_place().is_none() && *self != Self::TransferLabel
    }

    /// The place of the ticket whose person reads it, among the order's tickets; none where another reads it.
    #[must_use]
    pub fn ticket_place(&self) -> Option<usize> {
        match self {
            Self::Ticket(place)
            | Self::TicketChanged(ChangedTicket { place, .. })
            | Self::TicketReceived(ChangedTicket { place, .. })
            | Self::TicketMoved(MovedTicket { place, .. })
            | Self::TicketCanceled(CanceledTicket { place, .. }) => Some(usize::from(*place)),
            _ => None,
        }
    }

    /// Whether the expert reads it, and not the buyer.
    #[must_use]
    pub fn is_for_expert(&self) -> bool {
        matches!(self, Self::ExpertRequested | Self::ExpertCanceled | Self::ExpertReminder)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{Ahead, CanceledTicket, ChangedTicket, MovedListing, MovedTicket, NotificationKind, Reminder};
    use crate::{ListingId, OrderId, RefundId};

    #[test]
    fn ids_tell_what_is_no_mail_and_what_is_one_of_many() {
        let order = OrderId::parse("ord_1").expect("an id");
        let listing = ListingId::parse("reminder-moved").expect("an id");
        let starts_at = Timestamp::UNIX_EPOCH;
        let moved = MovedListing { listing: listing.clone(), version: 2, starts_at: None, venue: None };
        let refund = RefundId::parse("ref_1").expect("an id");
        let many = [
            NotificationKind::Moved(moved.clone()),
            NotificationKind::TicketMoved(MovedTicket { place: 1, moved }),
            NotificationKind::ListingCanceled(refund.clone()),
            NotificationKind::TicketCanceled(CanceledTicket { place: 1, refund }),
            NotificationKind::Reminder(Reminder { listing, ahead: Ahead::Day, starts_at }),
        ];
        let single = [
            NotificationKind::Confirmation,
            NotificationKind::Resend(1),
            NotificationKind::BookingReminder(Ahead::Day),
            NotificationKind::TicketChanged(ChangedTicket { place: 1, change: 2 }),
            NotificationKind::TicketReceived(ChangedTicket { place: 1, change: 2 }),
            NotificationKind::HandedOver(ChangedTicket { place: 1, change: 2 }),
            NotificationKind::PaymentOpen,
        ];
        for (kinds, of_many) in [(&many[..], true), (&single[..], false)] {
            for kind in kinds {
                let id = kind.id(&order);
                assert!(NotificationKind::names_mail(&id) && kind.is_mail(), "{id}");
                assert_eq!(NotificationKind::names_one_of_many(&id), of_many, "{id}");
            }
        }
        assert!(!NotificationKind::names_mail(&NotificationKind::TransferLabel.id(&order)));
    }
}
