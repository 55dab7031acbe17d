//! The job that writes to all buyers of a listing: because it was moved, or begins soon.
//!
//! The notifications' ids are made from order and cause, so a page that is gone through twice writes none twice. How far the
//! job has come is written down after each page. If the process dies, the next one repeats a page at most.

use domain::{
    Listing, ListingId, NotificationKind, Order, OrderId,
    order::{OrderStatus, TicketStatus},
};
use futures::{StreamExt, stream};
use store::{Due, MailingJob, MailingKind};
use tokio::time::Instant;

use crate::{base::Engine, error::EngineError, lanes::Finished};

/// How many orders are read at the same time.
const AT_ONCE: usize = 16;

impl Engine {
    /// Writes to the buyers of a listing, until `until`, but for one page at least.
    pub(crate) async fn run_mailing_job(
        &self,
        listing: &ListingId,
        kind: MailingKind,
        due: &Due,
        until: Instant,
    ) -> Result<Finished, EngineError> {
        let Some(mut job) = self.store.mailing_job(listing, kind).await? else {
            // What is on the agenda without being there was ended meanwhile.
            tracing::info!(due = due.kind.label(), "a job is over already");
            return Ok(Finished::Done);
        };
        let found = self.store.listing(listing).await?.map(|(listing, _)| listing);
        let Some(listing) = found.filter(|listing| is_timely(listing, &job)) else {
            self.store.finish_mailing_job(&job).await?;
            return Ok(Finished::Done);
        };
        let mut written = 0;
        loop {
            let page = self.store.order_ids_of_listing(&listing.id, None, job.cursor.as_ref()).await?;
            let orders = self.holders(&page.ids, &listing.id).await?;
            let now = self.clock.now();
            self.store.notify_all(&orders, &job.notification, now).await?;
            let names: Vec<_> = orders.iter().map(|order| job.notification.id(&order.id)).collect();
            written += names.len();
            if !names.is_empty() {
                // The sweeper puts the others in, as the queue empties.
                let room = self.queue.room_for_many().await;
                self.queue.send_or_leave(&names[..room.min(names.len())]).await;
            }
            job.cursor = page.cursor;
            if job.cursor.is_none() {
                self.store.finish_mailing_job(&job).await?;
                tracing::info!(listing = %listing.id, job = kind.as_str(), written, "buyers of a listing are written to");
                return Ok(Finished::Done);
            }
            self.store.note_mailing_job(&job).await?;
            if Instant::now() >= until {
                return Ok(Finished::Progressed);
            }
        }
    }

    /// Those of these orders that have a ticket of the listing.
    async fn holders(&self, ids: &[OrderId], listing: &ListingId) -> Result<Vec<Order>, EngineError> {
        let mut read =
            stream::iter(ids.to_vec()).map(|id| async move { self.store.order(&id).await }).buffer_unordered(AT_ONCE);
        let mut orders = Vec::new();
        while let Some(order) = read.next().await {
            orders.extend(order?.filter(|order| holds_tickets(order, listing)));
        }
        Ok(orders)
    }
}

/// Whether what a job says is true still: a show that was moved or canceled meanwhile has other jobs.
fn is_timely(listing: &Listing, job: &MailingJob) -> bool {
    let as_said = match &job.notification {
        NotificationKind::Reminder(reminder) => listing.starts_at == Some(reminder.starts_at),
        _ => true,
    };
    as_said && listing.canceled_at.is_none()
}

/// Whether an order has a ticket of the listing that opens its door.
fn holds_tickets(order: &Order, listing: &ListingId) -> bool {
    let of_listing = |line: &str| order.line(line).is_some_and(|line| &line.listing == listing);
    order.status == OrderStatus::Paid
        && order.tickets.iter().any(|ticket| ticket.status == TicketStatus::Valid && of_listing(&ticket.line))
}
