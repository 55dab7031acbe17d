//! Mail beyond one order's own causes: to all buyers of a listing, and what is known of mail to one buyer.

use domain::{
    Listing, ListingId, LogEntry, Mailing, NotificationKind, Order, OrderId,
    notification::{Ahead, MovedListing, Reminder},
};
use futures::{StreamExt, TryStreamExt, stream};
use jiff::{SignedDuration, Timestamp};

use crate::{
    MailingJob, MailingKind, Store, StoreError, WriteError,
    error::NotApplied,
    items::{
        self,
        mailing::{self, key},
        mailing_job,
    },
    log, outbox,
    value::{Change, of, s},
    write::{ANYHOW, NEW, Write},
};

/// The list of a listing's orders is a little late, and a move is for those, too, that were placed just before it.
const INDEX_LATE: SignedDuration = SignedDuration::from_secs(60);
/// How many notifications are written at the same time.
const AT_ONCE: usize = 16;

impl Store {
    /// The jobs that a listing's new version leads to: reminders of its start, where that is new, and word of its move to all
    /// who have bought. Written with the listing.
    pub(crate) async fn mailings_of(
        &self,
        listing: &Listing,
        before: Option<&Listing>,
        now: Timestamp,
    ) -> Result<Vec<Write>, StoreError> {
        let mut writes = Vec::new();
        // Its orders end with it, so that they have to know another end even where it is no news to their buyers.
        let when = |listing: &Listing| (listing.starts_at, listing.over_at(), listing.venue.clone());
        let Some(starts_at) = listing.starts_at.filter(|_| listing.kind == domain::Kind::Show) else {
            return Ok(writes);
        };
        let organization = &listing.organization;
        if before.is_none_or(|before| before.starts_at != listing.starts_at) {
            for ahead in Ahead::ALL {
                let reminder = Reminder { listing: listing.id.clone(), ahead, starts_at };
                let job = MailingJob::reminder(organization.clone(), reminder, now);
                // One that is over already would remind of what was just bought.
                if job.starts_at > now {
                    writes.push(Write::Put { item: mailing_job::item(&job)?, condition: None });
                } else {
                    writes.push(Write::Delete {
                        key: mailing_job::key(&listing.id, job.kind),
                        condition: ANYHOW,
                        given: Change::default(),
                    });
                }
            }
        }
        if let Some(before) = before.filter(|before| when(before) != when(listing)) {
            let mut moved = MovedListing {
                listing: listing.id.clone(),
                version: listing.version,
                starts_at: before.starts_at,
                venue: before.venue.clone(),
            };
            // Of two moves in a row the buyers know neither: they hear once, of the first place and the last.
            if let Some(MailingJob { notification: NotificationKind::Moved(first), .. }) =
                self.mailing_job(&listing.id, MailingKind::Moved).await?
            {
                (moved.starts_at, moved.venue) = (first.starts_at, first.venue);
            }
            let job = MailingJob::moved(organization.clone(), moved, now, now + INDEX_LATE);
            writes.push(Write::Put { item: mailing_job::item(&job)?, condition: None });
        }
        Ok(writes)
    }

    /// One of a listing's jobs, if it is not finished.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn mailing_job(&self, listing: &ListingId, kind: MailingKind) -> Result<Option<MailingJob>, StoreError> {
        self.get("read a job", &mailing_job::key(listing, kind)).await?.map(items::read).transpose()
    }

    /// Notes how far a job has come, unless it was begun anew meanwhile.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn note_mailing_job(&self, job: &MailingJob) -> Result<(), StoreError> {
        let change = Change::default().set("cursor", of(&job.cursor)?).given(":at", s(job.created_at.to_string()));
        let key = mailing_job::key(&job.listing, job.kind);
        let change = change.naming("created_at");
        self.write_or_leave("note a job", Write::Update { key, change, condition: "#created_at = :at" }).await
    }

    /// Ends a job, unless it was begun anew meanwhile.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn finish_mailing_job(&self, job: &MailingJob) -> Result<(), StoreError> {
        let given = Change::default().given(":at", s(job.created_at.to_string())).naming("created_at");
        let key = mailing_job::key(&job.listing, job.kind);
        self.write_or_leave("end a job", Write::Delete { key, condition: "#created_at = :at", given }).await
    }

    /// Writes those of these notifications that are not there yet.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer; some may be written then, and are not written twice.
    pub async fn notify_all(
        &self,
        notifications: &[(&Order, NotificationKind)],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let puts = notifications.iter().map(|(order, notification)| outbox::put(order, notification, now));
        let writes: Vec<_> = puts.collect::<Result<_, _>>()?;
        let written = writes.into_iter().map(|write| async move {
            match self.write("write a notification", write).await {
                // It was written by an earlier run.
                Ok(()) | Err(WriteError::Condition) => Ok(()),
                Err(WriteError::Store(error)) => Err(error),
            }
        });
        stream::iter(written).buffer_unordered(AT_ONCE).try_collect().await
    }

    /// What is known of the mail to an order's buyer.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn mailing(&self, order: &OrderId) -> Result<Mailing, StoreError> {
        let found = self.get("read what is known of mail", &key(order)).await?.map(items::read).transpose()?;
        Ok(found.unwrap_or_else(|| Mailing::new(order.clone())))
    }

    /// Forgets what is known of the mail about an order, whose people are gone.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn forget_mailing(&self, order: &OrderId) -> Result<(), StoreError> {
        let write = Write::Delete { key: key(order), condition: ANYHOW, given: Change::default() };
        self.write_or_leave("forget what is known of mail", write).await
    }

    /// Writes what is known of the mail to an order's buyer, in the place of the version before, with a notification of it and
    /// what the log says.
    /// False if it has changed meanwhile.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn put_mailing(
        &self,
        mailing: &Mailing,
        notification: Option<(&Order, &NotificationKind)>,
        log: Option<&LogEntry>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let item = mailing::item(mailing)?;
        let mut writes = vec![match mailing.version {
            1 => Write::Put { item, condition: Some(NEW) },
            version => Write::replace(item, version - 1),
        }];
        if let Some((order, notification)) = notification {
            writes.push(outbox::put(order, notification, now)?);
        }
        writes.extend(log::put(log)?);
        match self.transact("note what is known of mail", &writes).await {
            Ok(()) => Ok(true),
            Err(NotApplied::Conditions(_) | NotApplied::Conflict) => Ok(false),
            Err(NotApplied::Store(error)) => Err(error),
        }
    }
}
