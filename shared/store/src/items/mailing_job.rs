//! The job that writes one notification for each order of a listing: because it was moved, or begins soon. A move's is
//! written with the move; reminders stand on the agenda for as long as the listing has that start.

use domain::{
    ListingId, NotificationKind, OrganizationId,
    notification::{Ahead, MovedListing, Reminder},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{codec, job::ListingCursor};
use crate::{Item, Key, StoreError, index};

pub(crate) const ENTITY: &str = "mailing_job";

/// The work of writing to all buyers of a listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailingJob {
    /// Whose orders are gone through.
    pub listing: ListingId,
    /// The seller, in whose name the mail is sent.
    pub organization: OrganizationId,
    /// Which of the listing's jobs it is.
    pub kind: MailingKind,
    /// What each buyer hears.
    pub notification: NotificationKind,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it begins.
    pub starts_at: Timestamp,
    /// Where in the listing's orders it is; none at their beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<ListingCursor>,
}

/// Which of a listing's jobs of this sort it is. There is one of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailingKind {
    /// The listing was moved.
    Moved,
    /// It begins in a day.
    Day,
    /// It begins in two hours.
    Hours,
}

impl MailingKind {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Moved, Self::Day, Self::Hours];

    /// The word in keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Moved => "MOVED",
            Self::Day => "DAY",
            Self::Hours => "HOURS",
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The kind of a reminder so long before.
    #[must_use]
    pub fn reminder(ahead: Ahead) -> Self {
        match ahead {
            Ahead::Day => Self::Day,
            Ahead::Hours => Self::Hours,
        }
    }
}

impl MailingJob {
    /// The job that reminds of a show.
    #[must_use]
    pub fn reminder(organization: OrganizationId, reminder: Reminder, now: Timestamp) -> Self {
        Self {
            listing: reminder.listing.clone(),
            organization,
            kind: MailingKind::reminder(reminder.ahead),
            created_at: now,
            starts_at: reminder.starts_at - reminder.ahead.lead(),
            notification: NotificationKind::Reminder(reminder),
            cursor: None,
        }
    }

    /// The job that tells of a move, from `starts_at` on.
    #[must_use]
    pub fn moved(organization: OrganizationId, moved: MovedListing, now: Timestamp, starts_at: Timestamp) -> Self {
        Self {
            listing: moved.listing.clone(),
            organization,
            kind: MailingKind::Moved,
            created_at: now,
            starts_at,
            notification: NotificationKind::Moved(moved),
            cursor: None,
        }
    }
}

pub(crate) fn key(listing: &ListingId, kind: MailingKind) -> Key {
    Key::new(format!("JOB#MAILING#{}#{listing}", kind.as_str()), "JOB")
}

/// The item of a job that is due when it begins.
pub(crate) fn item(job: &MailingJob) -> Result<Item, StoreError> {
    let mut item = codec::write(&key(&job.listing, job.kind), ENTITY, job)?;
    index::due(&mut item, job.listing.as_str(), job.starts_at);
    Ok(item)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let listing = super::examples::listing();
    let starts_at = listing.starts_at.expect("a start");
    let reminder = Reminder { listing: listing.id, ahead: Ahead::Day, starts_at };
    let job = MailingJob {
        cursor: Some(ListingCursor { shard: 2, after: "2027-01-15T08:30:00.000Z#ord_1".to_owned() }),
        ..MailingJob::reminder(listing.organization, reminder, super::examples::now())
    };
    super::described::Described {
        entity: ENTITY,
        source: include_str!("mailing_job.rs"),
        pk: "JOB#MAILING#{kind}#{listing}",
        sk: "JOB",
        attributes: &[
            ("listing", "the listing"),
            ("organization", "its organization, also for fair turns on the agenda"),
            ("kind", "`moved`, `day` or `hours`"),
            ("notification", "what each buyer hears"),
            ("created_at", "when it was written"),
            ("starts_at", "when it begins"),
            ("cursor", "where in the listing's orders it is; none at their beginning"),
        ],
        indexes: &[(index::AGENDA, "the sweeper and the worker begin with it then, and go on until it is done")],
        ttl: None,
        example: item(&job).expect("an item"),
    }
}
