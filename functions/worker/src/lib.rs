//! The worker function: goes on with long jobs that the sweeper has begun, for as long as a function may run.
//!
//! A message names a job and says nothing else. The job's own item says how far it has come and when it is due, so a
//! message that is lost or comes twice does no harm: the sweeper finds the job again, and of two that go on with it one
//! has its lease.

use std::{sync::Arc, time::Duration};

use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use engine::{Engine, STRIPE_PER_SECOND, StartError, WorkMessage, wiring};
use runtime::{Clock, Settings, SharedWire};

/// How long one call works: less than the function's 15 minutes, so that what is under way can end.
pub const TIME: Duration = Duration::from_secs(14 * 60);

/// What is under way when a call's time is up ends within this.
pub const TO_END: Duration = Duration::from_secs(12);

/// The function.
#[derive(Debug, Clone)]
pub struct Worker {
    engine: Arc<Engine>,
}

/// Builds the function.
///
/// # Errors
/// [`StartError`] names the setting that is missing or wrong.
pub async fn build(settings: &Settings, wire: SharedWire, clock: Clock) -> Result<Worker, StartError> {
    let exports = wiring::exports(settings, wire.clone(), clock.clone())?;
    let engine = wiring::engine(settings, wire, clock).await?.at_pace(STRIPE_PER_SECOND).with_exports(exports);
    Ok(Worker { engine: Arc::new(engine) })
}

impl Worker {
    /// Goes on with the jobs of a batch for [`TIME`], and names the messages that failed.
    pub async fn handle(&self, batch: SqsEvent) -> SqsBatchResponse {
        Box::pin(self.handle_for(batch, TIME)).await
    }

    /// The same, for as long as `time`.
    pub async fn handle_for(&self, batch: SqsEvent, time: Duration) -> SqsBatchResponse {
        let mut response = SqsBatchResponse::default();
        for message in &batch.records {
            if let Err(error) = Box::pin(self.message(message, time)).await {
                let id = message.message_id.clone().unwrap_or_default();
                tracing::warn!(message_id = id, error, "message failed; it comes back");
                let mut failure = BatchItemFailure::default();
                failure.item_identifier = id;
                response.batch_item_failures.push(failure);
            }
        }
        response
    }

    async fn message(&self, message: &SqsMessage, time: Duration) -> Result<(), String> {
        let body = message.body.as_deref().unwrap_or_default();
        let message: WorkMessage =
            serde_json::from_str(body).map_err(|error| format!("not a message of ours: {error}"))?;
        Box::pin(self.engine.work(&message, time)).await.map_err(|error| error.to_string())
    }
}
