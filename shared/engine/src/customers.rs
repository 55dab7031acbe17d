//! Customers: their prepaid hours, and what becomes of their names.

use std::time::Instant;

use domain::{Code, OrderId, OrganizationId, Refusal, order::archive};
use rust_decimal::Decimal;
use store::{CommitError, Debit, Debited, Due, ErasureJob, LedgerEntry, OrderFilter};

use crate::{
    Engine, EngineError,
    settle::{ROUNDS, broken},
};

/// Hours that somebody wants to take off a customer's balance.
#[derive(Debug, Clone)]
pub struct DebitAsked {
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
    pub async fn debit(&self, asked: DebitAsked) -> Result<(LedgerEntry, bool), EngineError> {
        let debit = Debit {
            organization: asked.organization,
            customer: asked.customer,
            hours: asked.hours,
            reference: asked.reference,
            by: asked.by,
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

    /// Goes through an organization's orders and takes one customer's personal fields out of those that are over.
    pub(crate) async fn run_erasure(
        &self,
        organization: &OrganizationId,
        customer: &str,
        due: &Due,
        until: Instant,
    ) -> Result<(), EngineError> {
        let Some(job) = self.store.erasure(organization, customer).await? else { return Ok(()) };
        // A job that ran out of time goes on where it was.
        let mut cursor = job.cursor.clone();
        let (mut erased, mut failed) = (0_u32, 0_u32);
        loop {
            let page = self.store.orders_of(organization, &OrderFilter::default(), cursor.as_deref()).await?;
            for order in page.orders.iter().filter(|order| order.buyer.customer.as_deref() == Some(customer)) {
                match self.archive_order(&order.id, &job.by).await {
                    Ok(done) => erased += u32::from(done),
                    // One order must not keep the others.
                    Err(error) => {
                        failed += 1;
                        tracing::warn!(order = %order.id, %error, "order not erased yet");
                    }
                }
            }
            if failed == 0 && page.cursor.is_none() {
                tracing::info!(%organization, erased, "erasure done");
                return Ok(self.store.finish_erasure(&job).await?);
            }
            if failed > 0 && page.cursor.is_none() {
                return Err(EngineError::Broken(format!("{failed} orders of an erasure are left")));
            }
            cursor = page.cursor;
            if Instant::now() >= until {
                if failed == 0 {
                    self.store.note_erasure(&job, cursor.as_deref()).await?;
                }
                return Ok(self.store.put_off(due, self.clock.now()).await?);
            }
        }
    }
}
