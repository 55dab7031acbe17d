//! Calling a whole listing off: the sale closes at once, the orders are seen to in the background.

use std::time::Instant;

use domain::{Listing, ListingId, OrderId, OrderStatus, order::ClaimKind};
use futures::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use store::{CatalogError, Due, OrderFilter, Store};

use crate::{Engine, EngineError, settle::broken};

/// How many orders are seen to at the same time.
const AT_ONCE: usize = 8;
/// The list of orders is a little late. So the job ends only when a whole pass, begun so long after the sale closed, has
/// found nothing to do.
const INDEX_LATE: SignedDuration = SignedDuration::from_secs(60);

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

impl Engine {
    /// Works on a listing that was called off, until `until`. It begins from the start each time: what is seen to
    /// already is recognized, so a crash anywhere costs nothing but the looking.
    pub(crate) async fn run_cancel_job(
        &self,
        listing: &ListingId,
        due: &Due,
        until: Instant,
    ) -> Result<(), EngineError> {
        let Some(job) = self.store.cancel_job(listing).await? else { return Ok(()) };
        let began = self.clock.now();
        let filter = OrderFilter { listing: Some(listing.clone()), ..OrderFilter::default() };
        let mut cursor: Option<String> = None;
        let (mut worked, mut failed) = (0_u32, 0_u32);
        loop {
            let (ids, next) = self.store.order_ids_of(&job.organization, &filter, cursor.as_deref()).await?;
            let results: Vec<_> = stream::iter(ids)
                .map(|id| {
                    let by = job.by.as_str();
                    async move { (self.call_off(&id, listing, by).await, id) }
                })
                .buffer_unordered(AT_ONCE)
                .collect()
                .await;
            for (result, id) in results {
                match result {
                    Ok(did) => worked += u32::from(did),
                    Err(error) => {
                        failed += 1;
                        tracing::warn!(order = %id, %listing, %error, "order of a listing called off is not refunded yet");
                    }
                }
            }
            cursor = next;
            if cursor.is_none() || Instant::now() >= until {
                break;
            }
        }
        let late_enough = began.duration_since(job.created_at) >= INDEX_LATE;
        if cursor.is_none() && worked == 0 && failed == 0 && late_enough {
            tracing::info!(%listing, "all orders of a listing called off are seen to");
            return Ok(self.store.finish_cancel_job(listing).await?);
        }
        Ok(self.store.put_off(due, self.clock.now()).await?)
    }

    /// Sees to one order. True if there was something to do.
    async fn call_off(&self, id: &OrderId, listing: &ListingId, by: &str) -> Result<bool, EngineError> {
        let Some(order) = self.store.order(id).await? else { return Ok(false) };
        match order.status {
            OrderStatus::Pending | OrderStatus::Authorized if order.is_waiting() => {
                self.end_payment(id, ClaimKind::Voiding, by, "the listing was called off").await?;
                Ok(true)
            }
            // Refunds have to wait until the bank has decided, and the job with them.
            OrderStatus::Paid if order.is_frozen() => Ok(true),
            OrderStatus::Paid => self.refund_listing(id, listing, by).await,
            _ => Ok(false),
        }
    }
}
