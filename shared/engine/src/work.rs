//! Long jobs beyond the sweeper's own time: it hands them to the worker function, through a queue of their own.
//!
//! Beside jobs it writes the labels of transfers, which are many, and so that they delay no mail.
//!
//! The job's item says how far it has come. If the process dies, its lease runs out and the sweeper hands it on again; of two
//! workers with the same message one has the lease.

use std::time::Duration;

use store::DueKind;
use tokio::time::Instant;

use crate::{
    base::Engine,
    error::EngineError,
    sweep::{GRACE, SLICE},
    work_message::WorkMessage,
};

/// How often one of Stripe's endpoints is asked in a second by work that has much to ask. Stripe takes 25
/// (<https://docs.stripe.com/rate-limits>).
pub const STRIPE_PER_SECOND: u32 = 24;

impl Engine {
    /// Goes on with a job, slice by slice, until there is nothing more to do at once or `time` is up. What is left then
    /// is due, and the sweeper hands it on again.
    ///
    /// # Errors
    /// [`EngineError::Store`] if it cannot even be read, and then comes back.
    pub async fn work(&self, message: &WorkMessage, time: Duration) -> Result<(), EngineError> {
        let kind = DueKind::of(&message.pk, &message.sk);
        if let DueKind::Notification(id) = &kind {
            return self.label(id).await;
        }
        let is_job = matches!(
            kind,
            DueKind::CancelJob(_)
                | DueKind::Mailing(..)
                | DueKind::Erasure(..)
                | DueKind::Export(..)
                | DueKind::Listing(_)
        );
        if !is_job {
            tracing::warn!(due = kind.label(), "no job");
            return Ok(());
        }
        let early = message.early && matches!(kind, DueKind::Listing(_));
        let until = Instant::now() + time;
        let mut next = self.store.on_agenda(&kind.key()).await?;
        let mut slices = 0_u32;
        while let Some(due) = next.take() {
            // Another process has it, or it waits for its time. The agenda counts whole seconds, rounded up.
            let begun_early = early && slices == 0;
            if due.due_at > self.clock.now().as_second() + 1 && !begun_early || Instant::now() >= until {
                break;
            }
            slices += 1;
            next = Box::pin(self.take(&due, until.min(Instant::now() + SLICE), SLICE + GRACE)).await.1;
        }
        tracing::info!(due = kind.label(), slices, "worked on a job");
        Ok(())
    }
}
