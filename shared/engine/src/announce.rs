//! The job that writes to all buyers of a listing: because it was moved, or begins soon.
//!
//! The notifications' ids are made from order and cause, so a page that is gone through twice writes none twice. How far the
//! job has come is written down after each page. If the process dies, the next one repeats a page at most.
//!
//! After a move the orders first learn when what they are for is over now, each in one conditional write.

use domain::{
    Actor, Listing, ListingId, NotificationKind, Offer, Order, OrderId,
    order::{OrderStatus, TicketStatus, follow_move},
};
use futures::{StreamExt, stream};
use store::{Due, MailingJob, MailingKind};
use tokio::time::Instant;

use crate::{
    base::Engine,
    change::{Changed, Next},
    error::{EngineError, broken},
    lanes::Finished,
};

/// How many orders are read or changed at the same time.
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
        let found = self.store.listing(listing).await?;
        let Some((listing, offers)) = found.filter(|(listing, _)| is_timely(listing, &job)) else {
            self.store.finish_mailing_job(&job).await?;
            return Ok(Finished::Done);
        };
        let mut written = 0;
        loop {
            let page = self.store.order_ids_of_listing(&listing.id, None, job.cursor.as_ref()).await?;
            let mut orders = self.orders_read(&page.ids).await?;
            if kind == MailingKind::Moved {
                self.move_orders(&orders, &listing, &offers).await?;
            }
            orders.retain(|order| holds_tickets(order, &listing.id));
            let now = self.clock.now();
            let all: Vec<_> = orders.iter().flat_map(|order| heard(order, &job.notification)).collect();
            self.store.notify_all(&all, now).await?;
            let names: Vec<_> = all.iter().map(|(order, notification)| notification.id(&order.id)).collect();
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

    async fn orders_read(&self, ids: &[OrderId]) -> Result<Vec<Order>, EngineError> {
        let mut read =
            stream::iter(ids.to_vec()).map(|id| async move { self.store.order(&id).await }).buffer_unordered(AT_ONCE);
        let mut orders = Vec::new();
        while let Some(order) = read.next().await {
            orders.extend(order?);
        }
        Ok(orders)
    }

    /// Has these orders end when their listing does now.
    async fn move_orders(&self, orders: &[Order], listing: &Listing, offers: &[Offer]) -> Result<(), EngineError> {
        let moved = orders.iter().filter(|order| follow_move(order, listing, offers).changed);
        let moved: Vec<_> = moved.map(|order| order.id.clone()).collect();
        let mut changes = stream::iter(moved)
            .map(|id| async move { self.move_order(&id, listing, offers).await })
            .buffer_unordered(AT_ONCE);
        while let Some(changed) = changes.next().await {
            changed?;
        }
        Ok(())
    }

    async fn move_order(&self, id: &OrderId, listing: &Listing, offers: &[Offer]) -> Result<(), EngineError> {
        let changed = self
            .change_order(id, &Actor::Listing, |order, _| {
                let Some(order) = order else { return Ok(Next::Done(())) };
                let decision = follow_move(&order, listing, offers);
                Ok(if decision.changed { Next::commit(order, decision) } else { Next::Done(()) })
            })
            .await?;
        match changed {
            Changed::Now(_) | Changed::Before(()) => Ok(()),
            Changed::NotTaken(error) => Err(broken(error)),
        }
    }
}

/// What an order's people hear: its buyer, and of a move those, too, who come with its tickets.
fn heard<'a>(order: &'a Order, notification: &NotificationKind) -> Vec<(&'a Order, NotificationKind)> {
    let mut all = vec![(order, notification.clone())];
    if let NotificationKind::Moved(moved) = notification {
        all.extend(order.hears_of_move(moved).into_iter().map(|notification| (order, notification)));
    }
    all
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
