//! One round of telling a table that was set back: slice by slice, and how far it has come.
//!
//! If the process dies, the next one repeats a slice. Of two at once each does all of it, and one notes it.

use jiff::Timestamp;
use store::RestoreJob;

use super::report::{BEFORE, RestoreReport, SLICE, last_of};
use crate::{base::Engine, error::EngineError};

impl Engine {
    /// Tells the table what Stripe has done since the time that the table was set back to. A round that did not come to
    /// its end is gone on with; after one that did, another one begins.
    ///
    /// # Errors
    /// [`EngineError`] when the table or a list of Stripe's gives no answer. Begin again then. What fails for one order
    /// alone is counted in the report, and keeps the others from nothing.
    pub async fn restore(&self, since: Timestamp) -> Result<RestoreReport, EngineError> {
        let mut report = RestoreReport::default();
        let mut job = self.restore_job(since).await?;
        let mut from = job.reached;
        while from < job.until {
            let to = (from + SLICE).min(job.until);
            Box::pin(self.restore_slice(from, last_of(to, job.until), &mut report)).await?;
            // What failed is begun again from here; the later ones are done all the same.
            if report.failed == 0 {
                job = self.restored_until(job, to).await?;
            }
            from = to.max(job.reached.min(job.until));
        }
        if report.failed == 0 {
            let done = RestoreJob { done_at: Some(self.clock.now()), ..job.clone() };
            self.store.note_restore_job(&done, Some(&job)).await?;
        }
        Box::pin(self.compare(since - BEFORE, job.until, &mut report)).await?;
        tracing::info!(%since, until = %job.until, given_back = report.given_back, failed = report.failed,
            unexplained = report.unexplained.len(), "the table was told what it had lost");
        Ok(report)
    }

    /// The round that is under way, or a new one.
    async fn restore_job(&self, since: Timestamp) -> Result<RestoreJob, EngineError> {
        let before = self.store.restore_job(since).await?;
        if let Some(job) = before.as_ref().filter(|job| job.done_at.is_none()) {
            return Ok(job.clone());
        }
        let job = RestoreJob { since, until: self.clock.now(), reached: since - BEFORE, done_at: None };
        if self.store.note_restore_job(&job, before.as_ref()).await? {
            return Ok(job);
        }
        // Another process has begun just now.
        self.store.restore_job(since).await?.ok_or(EngineError::Contended)
    }

    /// Notes that a slice is done. The round as it is then: another process may be further.
    async fn restored_until(&self, job: RestoreJob, to: Timestamp) -> Result<RestoreJob, EngineError> {
        let next = RestoreJob { reached: to, ..job.clone() };
        if job.reached >= to || self.store.note_restore_job(&next, Some(&job)).await? {
            return Ok(if job.reached >= to { job } else { next });
        }
        let found = self.store.restore_job(job.since).await?.ok_or(EngineError::Contended)?;
        // One that has begun anew goes on by itself; this one comes to its own end.
        Ok(if found.until == job.until { found } else { job })
    }
}
