//! The job that refunds a canceled listing's orders, page by page.
//!
//! How far it has come is written down after each page. If the process dies, the next one repeats a page at most, and each
//! order that is refunded already is recognized. Of two that work on it at once one has its lease.

use std::pin::pin;

use domain::{Actor, ListingId, OrderId};
use futures::{Stream, StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use store::{CancelJob, CancelPass, CancelProgress, Due, IdPage, ListingCursor};
use tokio::time::Instant;

use crate::{base::Engine, error::EngineError, lanes::Finished};

/// How many orders are refunded at the same time: enough to keep Stripe busy at its own pace.
const AT_ONCE: usize = 16;
/// How many orders that cannot be refunded yet the job remembers by name.
const LEFT: usize = 200;
/// The list of orders is a little late, and a request that read the listing just before it was canceled may place an
/// order just after. So those that were placed about then are gone through again, so long after.
const INDEX_LATE: SignedDuration = SignedDuration::from_secs(60);
/// How long before the sale closed an order may have been placed that the list did not have yet. Clocks differ, too.
const ABOUT_THEN: SignedDuration = SignedDuration::from_mins(5);

/// How many pages are worked on at the same time: the end of one, and the beginning of the next.
const PAGES_AT_ONCE: usize = 2;

/// What came of a page of orders.
#[derive(Debug, Default)]
struct Page {
    refunded: u64,
    /// Those that have to wait: for a bank, for a payment under way, for Stripe.
    later: Vec<OrderId>,
    failed: usize,
}

impl Engine {
    /// Works on a canceled listing, until `until`, but for one page at least. How far it has come is written
    /// down after each page, and what is refunded already is recognized: a crash anywhere costs a page of fetching.
    ///
    /// All orders are gone through once, then those that may have been missing in the list; then, less and less often,
    /// those alone that could not be refunded.
    pub(crate) async fn run_cancel_job(
        &self,
        listing: &ListingId,
        due: &Due,
        until: Instant,
    ) -> Result<Finished, EngineError> {
        let Some(mut job) = self.store.cancel_job(listing).await? else { return Ok(Finished::Done) };
        let mut progressed = false;
        loop {
            let from = match job.progress.pass {
                CancelPass::Left => return self.run_cancel_left(job, due, progressed).await,
                CancelPass::Latest if self.clock.now() < job.created_at + INDEX_LATE => {
                    // Only the wait is left to do; it is no failure.
                    self.store.reschedule(due, Some(job.created_at + INDEX_LATE)).await?;
                    return Ok(Finished::Done);
                }
                CancelPass::Latest => Some(job.created_at - ABOUT_THEN),
                CancelPass::All => None,
            };
            let (by, cursor) = (job.by.clone(), job.progress.cursor.clone());
            // While the last orders of a page are under way the first ones of the next one are, too.
            let mut pages = pin!(
                self.pages(listing, from, cursor, until)
                    .map(async |found| {
                        let found = found?;
                        let page = self.cancel_all(&found.ids, listing, &by).await;
                        Ok::<_, EngineError>((found, page))
                    })
                    .buffered(PAGES_AT_ONCE)
            );
            while let Some(worked) = pages.next().await {
                let (found, page) = worked?;
                if page.failed > AT_ONCE && page.failed > found.ids.len() / 2 {
                    // Stripe or the table is in trouble. It is better to come back than to pile up orders that wait.
                    let failed = page.failed;
                    tracing::warn!(%listing, failed, "most of a page of orders cannot be refunded now");
                    return if progressed { Ok(Finished::Progressed) } else { Err(EngineError::Stalled) };
                }
                note(&mut job.progress, page, found.cursor);
                self.store.note_cancel_job(&job).await?;
                progressed = true;
            }
            if Instant::now() >= until {
                return Ok(Finished::Progressed);
            }
        }
    }

    /// The pages of a listing's orders from a cursor on, each read when it is needed, until `until`, but one at least.
    fn pages(
        &self,
        listing: &ListingId,
        from: Option<Timestamp>,
        cursor: Option<ListingCursor>,
        until: Instant,
    ) -> impl Stream<Item = Result<IdPage, EngineError>> {
        stream::unfold(Some((cursor, true)), move |next| async move {
            let (cursor, first) = next?;
            if !first && Instant::now() >= until {
                return None;
            }
            let found = self.store.order_ids_of_listing(listing, from, cursor.as_ref()).await;
            let next = found.as_ref().ok().and_then(|found| found.cursor.clone()).map(|cursor| (Some(cursor), false));
            Some((found.map_err(EngineError::from), next))
        })
    }

    /// The end of a job: orders that could not be refunded before. The job is finished once none is left.
    async fn run_cancel_left(&self, mut job: CancelJob, due: &Due, progressed: bool) -> Result<Finished, EngineError> {
        let listing = job.listing.clone();
        let before = job.progress.left.clone();
        let page = self.cancel_all(&before, &listing, &job.by).await;
        job.progress.left = page.later;
        job.progress.done += page.refunded;
        if job.progress.left.is_empty() && !job.progress.again {
            tracing::info!(%listing, "all orders of a canceled listing are refunded");
            self.store.finish_cancel_job(&listing).await?;
            return Ok(Finished::Done);
        }
        if job.progress.left.is_empty() {
            job.progress = CancelProgress { done: job.progress.done, ..CancelProgress::default() };
        }
        if job.progress.left.len() < before.len() {
            self.store.note_cancel_job(&job).await?;
        }
        let left = job.progress.left.len();
        tracing::info!(%listing, left, failed = page.failed, "orders of a canceled listing have to wait");
        // It has been put off already, longer each time. After progress that begins anew.
        if progressed || page.refunded > 0 {
            let at = Due { sweeps: 0, ..due.clone() }.leased_until(self.clock.now());
            self.store.reschedule(due, Some(at)).await?;
        }
        Ok(Finished::Done)
    }

    /// Refunds several orders, some at the same time.
    async fn cancel_all(&self, ids: &[OrderId], listing: &ListingId, by: &Actor) -> Page {
        let mut page = Page::default();
        // One by one, so that an order that cannot be read keeps none of the others.
        let mut worked = stream::iter(ids.to_vec())
            .map(|id| async move {
                let outcome = Box::pin(self.cancel_order(&id, listing, by)).await;
                (id, outcome)
            })
            .buffer_unordered(AT_ONCE);
        while let Some((id, outcome)) = worked.next().await {
            match outcome {
                Ok(true) => page.refunded += 1,
                Ok(false) => page.later.push(id),
                Err(error) => {
                    tracing::warn!(order = %id, %listing, %error, "order not refunded yet");
                    page.failed += 1;
                    page.later.push(id);
                }
            }
        }
        page
    }
}

/// Notes a page: what has to wait, and where the next one begins.
fn note(progress: &mut CancelProgress, page: Page, cursor: Option<ListingCursor>) {
    progress.done += page.refunded;
    for id in page.later {
        if progress.left.len() >= LEFT {
            progress.again = true;
        } else if !progress.left.contains(&id) {
            progress.left.push(id);
        }
    }
    progress.cursor = cursor;
    if progress.cursor.is_none() {
        progress.pass = match progress.pass {
            CancelPass::All => CancelPass::Latest,
            _ => CancelPass::Left,
        };
    }
}
