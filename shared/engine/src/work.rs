//! Long jobs beyond the sweeper's own time: it hands them to the worker function, through a queue of their own.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use store::{Due, DueKind};
use tokio::time::Instant;

use crate::{
    Engine, EngineError,
    lanes::{GRACE, SLICE},
};

/// How often one of Stripe's endpoints is asked in a second by work that has much to ask. Stripe takes 25
/// (<https://docs.stripe.com/rate-limits>).
pub const STRIPE_PER_SECOND: u32 = 24;

/// A message of the queue of work: the key of the job's item. What is to be done stands in there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkMessage {
    /// The item's partition key.
    pub pk: String,
    /// The item's sort key.
    pub sk: String,
}

impl WorkMessage {
    pub(crate) fn of(due: &Due) -> Self {
        let key = due.kind.key();
        Self { pk: key.pk, sk: key.sk }
    }
}

impl Engine {
    /// Goes on with a job, slice by slice, until there is nothing more to do at once or `time` is up. What is left then
    /// is due, and the sweeper hands it on again.
    ///
    /// # Errors
    /// [`EngineError::Store`] if it cannot even be read.
    pub async fn work(&self, message: &WorkMessage, time: Duration) -> Result<(), EngineError> {
        let kind = DueKind::of(&message.pk, &message.sk);
        if !matches!(kind, DueKind::CancelJob(_) | DueKind::Erasure(..) | DueKind::Listing(_)) {
            tracing::warn!(due = kind.label(), "no job");
            return Ok(());
        }
        let until = Instant::now() + time;
        let mut next = self.store.on_agenda(&kind.key()).await?;
        let mut slices = 0_u32;
        while let Some(due) = next.take() {
            // Somebody else has it, or it waits for its time. The agenda counts whole seconds, rounded up.
            if due.due_at > self.clock.now().as_second() + 1 || Instant::now() >= until {
                break;
            }
            slices += 1;
            next = self.take(&due, until.min(Instant::now() + SLICE), SLICE + GRACE).await.1;
        }
        tracing::info!(due = kind.label(), slices, "worked on a job");
        Ok(())
    }
}
