//! The daily summary for an organization's staff: what was sold and given back since the last one, and what waits for them.
//!
//! It reads the orders that were placed in that time, page by page, and writes down how far it has come; the other parts have
//! lists of their own. The notification and the beginning of the next summary are one write. If the process dies before it,
//! the next run goes on; if two run at once, the second one writes nothing.

use domain::{
    DailySummary, Order, Organization, OrganizationId,
    order::{OrderStatus, Sum},
    summary::{Counted, Waiting, WaitingOrders, day_began_at, next_summary_at},
};
use jiff::Timestamp;
use store::{OrderPage, SummaryJob, SummaryProgress};
use tokio::time::Instant;

use crate::{base::Engine, error::EngineError, lanes::Finished};

/// How many orders of a sort a summary names.
const SHOWN: usize = 20;
/// How many pages of disputes are looked through for the most urgent ones.
const PAGES: usize = 10;

impl Engine {
    /// Writes an organization's summary, until `until`, but for one page of orders at least.
    pub(crate) async fn run_summary(
        &self,
        organization: &OrganizationId,
        until: Instant,
    ) -> Result<Finished, EngineError> {
        let Some(mut job) = self.store.summary_job(organization).await? else {
            tracing::info!(%organization, "a job is over already");
            return Ok(Finished::Done);
        };
        let found = self.store.organization(organization).await?;
        let wants = |found: &Organization| found.profile.daily_summary.any() && found.profile.contact.email.is_some();
        let Some(seller) = found.filter(wants) else {
            self.store.end_summary_job(&job).await?;
            return Ok(Finished::Done);
        };
        let now = self.clock.now();
        let zone = seller.profile.time_zone.as_deref();
        let parts = seller.profile.daily_summary;
        let begun = SummaryProgress { to: day_began_at(zone, now), cursor: None, sales: Counted::default() };
        let progress = job.progress.clone().unwrap_or(begun);
        // One that was wanted first today begins with today.
        let (from, to) = (job.covered_to, progress.to.max(job.covered_to));
        let sales = if parts.sales && from < to {
            match self.sales(&mut job, progress, to, until).await? {
                Some(sales) => sales,
                None => return Ok(Finished::Progressed),
            }
        } else {
            Counted::default()
        };
        let summary = DailySummary {
            organization: organization.clone(),
            from,
            to,
            sales: parts.sales.then_some(sales),
            refunds: match parts.refunds {
                true => Some(self.store.refunds_made(organization, from, to).await?),
                false => None,
            },
            disputes: match parts.disputes && from < to {
                true => Some(self.disputes(organization).await?),
                false => None,
            },
            reviews: match parts.reviews && from < to {
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

    /// What was sold by the orders of that time; none if time is up before all of them are read.
    async fn sales(
        &self,
        job: &mut SummaryJob,
        mut progress: SummaryProgress,
        to: Timestamp,
        until: Instant,
    ) -> Result<Option<Counted>, EngineError> {
        loop {
            let cursor = progress.cursor.take();
            let page = self.stats(&job.organization, Some(job.covered_to), Some(to), cursor.as_deref()).await?;
            let paid = |status| matches!(status, OrderStatus::Paid | OrderStatus::Refunded);
            for row in page.rows.iter().filter(|row| paid(row.status)) {
                progress.sales.add(row.orders.into(), row.quantity, row.captured, row.currency);
            }
            progress.cursor = page.cursor;
            if progress.cursor.is_none() {
                return Ok(Some(progress.sales));
            }
            job.progress = Some(progress.clone());
            self.store.note_summary_job(job).await?;
            if Instant::now() >= until {
                return Ok(None);
            }
        }
    }

    /// The disputes that have to be answered first.
    async fn disputes(&self, organization: &OrganizationId) -> Result<WaitingOrders, EngineError> {
        let (mut orders, mut cursor) = (Vec::new(), None);
        for _ in 0..PAGES {
            let page = self.store.orders_under_dispute(organization, cursor.as_deref()).await?;
            orders.extend(page.orders);
            cursor = page.cursor;
            if cursor.is_none() {
                break;
            }
        }
        let waiting = orders.iter().filter_map(|order| {
            let dispute = order.dispute_to_answer()?;
            let sum = Sum { amount: dispute.amount, currency: order.paid_currency() };
            Some(Waiting { order: order.id.clone(), sum, at: dispute.due_by })
        });
        let mut shown: Vec<_> = waiting.collect();
        shown.sort_by_key(|waiting| (waiting.at.is_none(), waiting.at));
        Ok(cut(shown, cursor.is_some()))
    }

    /// The orders that have been in review for the longest time, of the first page of them.
    async fn reviews(&self, organization: &OrganizationId) -> Result<WaitingOrders, EngineError> {
        let OrderPage { orders, cursor } = self.store.orders_in_review(organization, None).await?;
        let waiting = |order: &Order| {
            let since = order.review.as_ref()?.since;
            Some(Waiting { order: order.id.clone(), sum: order.due_sum(), at: Some(since) })
        };
        let mut shown: Vec<_> = orders.iter().filter_map(waiting).collect();
        shown.sort_by_key(|waiting| waiting.at);
        Ok(cut(shown, cursor.is_some()))
    }
}

fn cut(mut shown: Vec<Waiting>, more: bool) -> WaitingOrders {
    let more = more || shown.len() > SHOWN;
    shown.truncate(SHOWN);
    WaitingOrders { shown, more }
}
