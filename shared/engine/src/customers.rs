//! Customers: their prepaid hours, and what becomes of their names.

use domain::{Code, OrderId, OrganizationId, Refusal, order::archive};
use rust_decimal::Decimal;
use store::{CommitError, Debit, Debited, Due, ErasureJob, LedgerEntry};
use tokio::time::Instant;

use crate::{
    Engine, EngineError,
    lanes::Finished,
    settle::{ROUNDS, broken},
};

/// Hours that somebody wants to take off a customer's balance.
#[derive(Debug, Clone)]
pub struct HoursDebit {
    /// With whom.
    pub organization: OrganizationId,
    /// Whose.
    pub customer: String,
    /// How many.
    pub hours: Decimal,
    /// The caller's name for it.
    pub reference: String,
    /// Who asks.
    pub by: String,
}

impl Engine {
    /// Takes hours off a customer's balance, once for their reference. True beside the entry if that was now.
    ///
    /// # Errors
    /// `insufficient_hours`; `idempotency_mismatch` for a reference that was used for other hours.
    pub async fn debit(&self, requested: HoursDebit) -> Result<(LedgerEntry, bool), EngineError> {
        let debit = Debit {
            organization: requested.organization,
            customer: requested.customer,
            hours: requested.hours,
            reference: requested.reference,
            by: requested.by,
        };
        match self.store.debit(&debit, self.clock.now()).await? {
            Debited::Now(entry) => {
                tracing::info!(organization = %debit.organization, outcome = "debited", "hours taken");
                Ok((entry, true))
            }
            Debited::Before(entry) if entry.hours() == -debit.hours => {
                let first = entry.at.to_string();
                tracing::info!(organization = %debit.organization, first, "already processed");
                Ok((entry, false))
            }
            Debited::Before(_) => {
                let message = "The reference was used before, for other hours";
                Err(Refusal::new(Code::IdempotencyMismatch, message).at("reference").into())
            }
            Debited::Insufficient(balance) => {
                let message = format!("Only {} hours are left", balance.hours);
                Err(Refusal::new(Code::InsufficientHours, message).at("hours").into())
            }
        }
    }

    /// Writes down that a customer's personal fields are to go; the sweeper sees to it.
    ///
    /// # Errors
    /// [`EngineError::Store`] when the table gives no answer.
    pub async fn erase(&self, organization: &OrganizationId, customer: &str, by: &str) -> Result<(), EngineError> {
        let job = ErasureJob {
            organization: organization.clone(),
            customer: customer.to_owned(),
            by: by.to_owned(),
            created_at: self.clock.now(),
            cursor: None,
        };
        self.store.begin_erasure(&job).await?;
        tracing::info!(%organization, by, "erasure asked for");
        Ok(())
    }

    /// Takes the personal fields out of an order whose time has come, or whose customer asked for it. True if there
    /// was something to take.
    pub(crate) async fn archive_order(&self, id: &OrderId, by: &str) -> Result<bool, EngineError> {
        for _ in 0..ROUNDS {
            let now = self.clock.now();
            let Some(order) = self.store.order(id).await? else { return Ok(false) };
            let decision = archive(&order, now);
            if !decision.changed {
                return Ok(false);
            }
            // Before the order says that all is gone, it is gone everywhere.
            self.store.redact_calls(id, order.calls).await?;
            match self.commit(&order, decision, by, None, None, now).await {
                Ok(_) => {
                    tracing::info!(order = %id, by, "order archived");
                    return Ok(true);
                }
                Err(CommitError::Version) => {}
                Err(CommitError::Store(error)) => return Err(error.into()),
                Err(error) => return Err(broken(error)),
            }
        }
        Err(EngineError::Contended)
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
