//! Calling a whole listing off: the sale closes at once, the orders are seen to in the background.

use domain::{Listing, ListingId, Order, OrderId, OrderStatus, order::ClaimKind};
use futures::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use store::{CancelJob, CancelPass, CatalogError, Due, Store};
use tokio::time::Instant;

use crate::{Engine, EngineError, lanes::Finished, settle::broken};

/// How many orders are seen to at the same time: enough to keep Stripe busy at its own pace.
const AT_ONCE: usize = 16;
/// How many orders that cannot be seen to yet the job remembers by name.
const LEFT: usize = 200;
/// The list of orders is a little late, and somebody who read the listing just before it was called off may place an
/// order just after. So those that were placed about then are gone through again, so long after.
const INDEX_LATE: SignedDuration = SignedDuration::from_secs(60);
/// How long before the sale closed an order may have been placed that the list did not have yet. Clocks differ, too.
const ABOUT_THEN: SignedDuration = SignedDuration::from_mins(5);

/// Closes a listing's sale and writes the job that refunds its orders. Calling it off again only renews the job.
///
/// # Errors
/// [`EngineError`]; then it was not called off, or should be called off again.
pub async fn cancel_listing(store: &Store, listing: &Listing, by: &str, now: Timestamp) -> Result<(), EngineError> {
    let mut listing = listing.clone();
    listing.canceled_at = listing.canceled_at.or(Some(now));
    listing.published = false;
    listing.version += 1;
    match store.cancel_listing(&listing, by).await {
        Ok(()) => {
            tracing::info!(listing = %listing.id, by, "listing called off");
            Ok(())
        }
        Err(CatalogError::Store(error)) => Err(error.into()),
        Err(CatalogError::Version) => Err(EngineError::Contended),
        Err(error) => Err(broken(error)),
    }
}

/// What came of a page of orders.
#[derive(Debug, Default)]
struct Page {
    seen_to: usize,
    /// Those that have to wait: for a bank, for a payment under way, for Stripe.
    later: Vec<OrderId>,
    failed: usize,
}

impl Engine {
    /// Works on a listing that was called off, until `until`, but for one page at least. How far it has come is written
    /// down after each page, and what was seen to already is recognized: a crash anywhere costs a page of fetching.
    ///
    /// All orders are gone through once, then those that may have been missing in the list; then, less and less often,
    /// those alone that could not be seen to.
    pub(crate) async fn run_cancel_job(
        &self,
        listing: &ListingId,
        due: &Due,
        until: Instant,
    ) -> Result<Finished, EngineError> {
        let Some(mut job) = self.store.cancel_job(listing).await? else { return Ok(Finished::Done) };
        let mut progressed = false;
        loop {
            let page = match job.progress.pass {
                CancelPass::Left => return self.run_cancel_left(job, due, progressed).await,
                CancelPass::Latest if self.clock.now() < job.created_at + INDEX_LATE => {
                    // Only the wait is left to do; it is no failure.
                    self.store.reschedule(due, Some(job.created_at + INDEX_LATE)).await?;
                    return Ok(Finished::Done);
                }
                CancelPass::Latest => Some(job.created_at - ABOUT_THEN),
                CancelPass::All => None,
            };
            let found = self.store.order_ids_of_listing(listing, page, job.progress.cursor.as_ref()).await?;
            let page = self.cancel_all(&found.ids, &job).await;
            if page.failed > AT_ONCE && page.failed > found.ids.len() / 2 {
                // Stripe or the table is in trouble. It is better to come back than to pile up orders that wait.
                let failed = page.failed;
                tracing::warn!(%listing, failed, "most of a page of orders cannot be refunded now");
                return if progressed { Ok(Finished::Progressed) } else { Err(EngineError::Stalled) };
            }
            let progress = &mut job.progress;
            for id in page.later {
                if progress.left.len() >= LEFT {
                    progress.again = true;
                } else if !progress.left.contains(&id) {
                    progress.left.push(id);
                }
            }
            progress.cursor = found.cursor;
            if progress.cursor.is_none() {
                progress.pass = match progress.pass {
                    CancelPass::All => CancelPass::Latest,
                    _ => CancelPass::Left,
                };
            }
            self.store.note_cancel_job(&job).await?;
            progressed = true;
            if Instant::now() >= until {
                return Ok(Finished::Progressed);
            }
        }
    }

    /// The end of a job: orders that could not be seen to before. The job is finished once none is left.
    async fn run_cancel_left(&self, mut job: CancelJob, due: &Due, progressed: bool) -> Result<Finished, EngineError> {
        let listing = job.listing.clone();
        let before = job.progress.left.clone();
        let page = self.cancel_all(&before, &job).await;
        job.progress.left = page.later;
        if job.progress.left.is_empty() && !job.progress.again {
            tracing::info!(%listing, "all orders of a listing called off are seen to");
            self.store.finish_cancel_job(&listing).await?;
            return Ok(Finished::Done);
        }
        if job.progress.left.is_empty() {
            job.progress = store::CancelProgress::default();
        }
        if job.progress.left.len() < before.len() {
            self.store.note_cancel_job(&job).await?;
        }
        let left = job.progress.left.len();
        tracing::info!(%listing, left, failed = page.failed, "orders of a listing called off have to wait");
        // It has been put off already, longer each time. After progress that begins anew.
        if progressed || page.seen_to > 0 {
            let at = Due { sweeps: 0, ..due.clone() }.leased_until(self.clock.now());
            self.store.reschedule(due, Some(at)).await?;
        }
        Ok(Finished::Done)
    }

    /// Sees to several orders, some at the same time.
    async fn cancel_all(&self, ids: &[OrderId], job: &CancelJob) -> Page {
        let mut page = Page::default();
        // One by one, so that an order that cannot be read keeps none of the others.
        let mut worked = stream::iter(ids.to_vec())
            .map(|id| async move {
                let outcome = self.cancel(&id, &job.listing, &job.by).await;
                (id, outcome)
            })
            .buffer_unordered(AT_ONCE);
        while let Some((id, outcome)) = worked.next().await {
            match outcome {
                Ok(true) => page.seen_to += 1,
                Ok(false) => page.later.push(id),
                Err(error) => {
                    tracing::warn!(order = %id, listing = %job.listing, %error, "order not refunded yet");
                    page.failed += 1;
                    page.later.push(id);
                }
            }
        }
        page
    }

    /// Sees to one order. False if it has to wait.
    async fn cancel(&self, id: &OrderId, listing: &ListingId, by: &str) -> Result<bool, EngineError> {
        let mut order = self.store.order(id).await?;
        if order.as_ref().is_some_and(Order::is_waiting) {
            self.end_payment(id, ClaimKind::Voiding, by, "the listing was called off").await?;
            // It may have turned out to be paid.
            order = self.store.order(id).await?;
        }
        let Some(order) = order else { return Ok(true) };
        match order.status {
            _ if order.is_waiting() => Ok(false),
            // Refunds have to wait until the bank has decided, and the job with them.
            OrderStatus::Paid if order.is_frozen() => Ok(false),
            OrderStatus::Paid => {
                self.refund_listing(id, listing, by).await?;
                Ok(true)
            }
            // Paid for otherwise than asked, and no person has decided: all of it goes back.
            _ if order.waits_for_goods() => Box::pin(self.refund_in_review(&order, by)).await,
            _ => Ok(true),
        }
    }
}
