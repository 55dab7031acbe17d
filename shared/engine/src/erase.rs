//! Erasure: the personal fields of a customer go from all their orders that are over.
//!
//! The request writes a job; the sweeper works on it page by page and writes down how far it has come. If the process dies,
//! the next one repeats a page at most: what is erased has left the customer's list.

use domain::{LoggedKind, OrganizationId, Staff, StaffAction};
use store::{Due, ErasureJob};
use tokio::time::Instant;

use crate::{base::Engine, error::EngineError, lanes::Finished};

impl Engine {
    /// Writes down that a customer's personal fields are to go; the sweeper sees to it.
    ///
    /// # Errors
    /// [`EngineError::Store`] when the table gives no answer.
    pub async fn erase(&self, organization: &OrganizationId, customer: &str, staff: &Staff) -> Result<(), EngineError> {
        let (by, now) = (&staff.by, self.clock.now());
        let job = ErasureJob {
            organization: organization.clone(),
            customer: customer.to_owned(),
            by: by.clone(),
            created_at: now,
            cursor: None,
        };
        // One that is under way is the same one still. Whose data go is not in the log, which would outlive them.
        let of = (LoggedKind::Organization, organization.as_str());
        let log = match self.store.erasure(organization, customer).await? {
            None => Some(staff.did(StaffAction::CustomerErased, organization, of, now)),
            Some(_) => None,
        };
        self.store.begin_erasure(&job, log.as_ref()).await?;
        tracing::info!(%organization, by = by.as_str(), "erasure asked for");
        Ok(())
    }

    /// Goes through a customer's orders with an organization and takes the personal fields out of those that are over,
    /// until `until`, but for one page at least. How far it has come is written down after each page.
    pub(crate) async fn run_erasure(
        &self,
        organization: &OrganizationId,
        customer: &str,
        due: &Due,
        until: Instant,
    ) -> Result<Finished, EngineError> {
        let Some(job) = self.store.erasure(organization, customer).await? else { return Ok(Finished::Done) };
        let mut cursor = job.cursor.clone();
        let (mut erased, mut failed) = (0_u32, 0_u32);
        loop {
            let (ids, next) = self.store.order_ids_of_customer(organization, customer, cursor.as_deref()).await?;
            for id in &ids {
                match self.archive_order(id, &job.by).await {
                    Ok(done) => erased += u32::from(done),
                    // One order must not keep the others.
                    Err(error) => {
                        failed += 1;
                        tracing::warn!(order = %id, %error, "order not erased yet");
                    }
                }
            }
            cursor = next;
            if cursor.is_none() {
                break;
            }
            self.store.note_erasure(&job, cursor.as_deref()).await?;
            if Instant::now() >= until {
                return Ok(Finished::Progressed);
            }
        }
        tracing::info!(%organization, erased, failed, "a customer's orders were gone through");
        if failed == 0 {
            self.store.finish_erasure(&job).await?;
            return Ok(Finished::Done);
        }
        // What is erased has left the customer's list, so the next time begins with what is left.
        self.store.note_erasure(&job, None).await?;
        if erased == 0 {
            return Err(EngineError::Broken(format!("{failed} orders of an erasure are left")));
        }
        let at = Due { sweeps: 0, ..due.clone() }.leased_until(self.clock.now());
        self.store.reschedule(due, Some(at)).await?;
        Ok(Finished::Done)
    }
}
