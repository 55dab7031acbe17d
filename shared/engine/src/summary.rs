//! The daily summary for an organization's staff: what was sold and given back since the last one, and what waits for them.
//!
//! Each part has lists of its own: the sales and refunds of a day, open disputes, reviews. The notification and the beginning
//! of the next summary are one write. If the process dies before it, the next run begins anew; if two run at once, the second
//! one writes nothing.

use domain::{
    DailySummary, Order, OrganizationId, UndeliverableCause,
    order::Sum,
    organization::SummaryUndeliverable,
    summary::{Waiting, WaitingOrders, day_began_at, next_summary_at},
};
use store::CatalogError;

use crate::{
    base::Engine,
    error::{EngineError, broken},
    lanes::Finished,
};

/// How many orders of a sort a summary names.
const SHOWN: usize = 20;
/// How often a change is tried anew because another request changed the same.
const ROUNDS: usize = 8;

impl Engine {
    /// Writes an organization's summary.
    pub(crate) async fn run_summary(&self, organization: &OrganizationId) -> Result<Finished, EngineError> {
        let Some(job) = self.store.summary_job(organization).await? else {
            tracing::info!(%organization, "a job is over already");
            return Ok(Finished::Done);
        };
        let found = self.store.organization(organization).await?;
        let Some(seller) = found.filter(|found| found.profile.hears_summary().is_some()) else {
            self.store.end_summary_job(&job).await?;
            return Ok(Finished::Done);
        };
        let now = self.clock.now();
        let zone = seller.profile.time_zone.as_deref();
        let parts = seller.profile.daily_summary;
        // One that was wanted first today begins with today.
        let (from, to) = (job.covered_to, day_began_at(zone, now).max(job.covered_to));
        let new = from < to;
        let summary = DailySummary {
            organization: organization.clone(),
            from,
            to,
            sales: match parts.sales {
                true => Some(self.store.sales_made(organization, from, to).await?),
                false => None,
            },
            refunds: match parts.refunds {
                true => Some(self.store.refunds_made(organization, from, to).await?),
                false => None,
            },
            disputes: match parts.disputes && new {
                true => Some(self.disputes(organization).await?),
                false => None,
            },
            reviews: match parts.reviews && new {
                true => Some(self.reviews(organization).await?),
                false => None,
            },
        };
        if self.store.finish_summary(&job, &summary, next_summary_at(zone, now), now).await? {
            let empty = summary.is_empty();
            tracing::info!(%organization, %from, %to, empty, "the day is summed up");
            if !empty {
                self.queue.send_or_leave(&[summary.id()]).await;
            }
        }
        Ok(Finished::Done)
    }

    /// The disputes that have to be answered first.
    async fn disputes(&self, organization: &OrganizationId) -> Result<WaitingOrders, EngineError> {
        let orders = self.store.most_urgent_disputes(organization, SHOWN + 1).await?;
        let waiting = |order: &Order| {
            let dispute = order.dispute_to_answer()?;
            let sum = Sum { amount: dispute.amount, currency: order.paid_currency() };
            Some(Waiting { order: order.id.clone(), sum, at: dispute.due_by })
        };
        Ok(cut(orders.iter().filter_map(waiting).collect()))
    }

    /// The orders that have been in review for the longest time.
    async fn reviews(&self, organization: &OrganizationId) -> Result<WaitingOrders, EngineError> {
        let orders = self.store.longest_in_review(organization, SHOWN + 1).await?;
        let waiting = |order: &Order| {
            let since = order.review.as_ref()?.since;
            Some(Waiting { order: order.id.clone(), sum: order.due_sum(), at: Some(since) })
        };
        Ok(cut(orders.iter().filter_map(waiting).collect()))
    }

    /// Notes that the summaries of an organization do not arrive at its contact address, or are not welcome there. None is
    /// sent any more until its admin gives another address, or says once more which parts it gets.
    ///
    /// # Errors
    /// [`EngineError`]; to be tried again.
    pub async fn note_summary_undeliverable(
        &self,
        id: &OrganizationId,
        address: &str,
        cause: UndeliverableCause,
    ) -> Result<(), EngineError> {
        for _ in 0..ROUNDS {
            let Some(before) = self.store.organization(id).await? else { return Ok(()) };
            let heard = before.profile.hears_summary();
            if !heard.is_some_and(|known| known.eq_ignore_ascii_case(address)) {
                tracing::info!(organization = %id, cause = cause.as_str(), "a summary came back that is sent there no more");
                return Ok(());
            }
            let at = self.clock.now();
            let mut next = before.clone();
            next.version += 1;
            next.profile.summary_undeliverable = Some(SummaryUndeliverable { cause, at });
            match self.store.put_organization(&next, Some(&before), None, at).await {
                Ok(()) => {
                    tracing::warn!(organization = %id, cause = cause.as_str(), "daily summaries come back, and end");
                    return Ok(());
                }
                Err(CatalogError::Version) => {}
                Err(CatalogError::Store(error)) => return Err(error.into()),
                Err(error) => return Err(broken(error)),
            }
        }
        Err(EngineError::Contended)
    }
}

fn cut(mut shown: Vec<Waiting>) -> WaitingOrders {
    let more = shown.len() > SHOWN;
    shown.truncate(SHOWN);
    WaitingOrders { shown, more }
}
