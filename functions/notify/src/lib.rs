//! The notify function: takes names of notifications from the queue and sends them, and notes what SES says of mail that came
//! back.
//!
//! A message that fails is reported by itself, so the queue brings only that one back, and after five failures moves it to
//! the dead letters. If the process dies, all messages of the batch come back, and each notification is sent once all the
//! same. The sweeper finds the notification of a message that is lost.

mod letters;
mod mailer;
mod notifier;
mod returned;

use std::{sync::Arc, time::Duration};

use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use engine::{EngineError, NotificationMessage, StartError, wiring};
use runtime::{AwsSettings, Clock, MailSettings, Settings, SharedWire, aws};
use tokio::time::{Instant, timeout_at};

/// How long a batch may take: the function's 60 seconds, less what the answer needs.
pub const TIME: Duration = Duration::from_secs(58);
/// What the answer needs to be on its way.
pub const TO_END: Duration = Duration::from_secs(2);

pub use crate::notifier::Notified;
use crate::{mailer::Mailer, notifier::Notifier, returned::Returned};

/// The function.
#[derive(Debug, Clone)]
pub struct Notify {
    notifier: Arc<Notifier>,
}

/// Builds the function.
///
/// # Errors
/// [`StartError`] names the setting that is missing or wrong.
pub async fn build(settings: &Settings, wire: SharedWire, clock: Clock) -> Result<Notify, StartError> {
    let mail = MailSettings::parse(settings)?;
    let mailer = Mailer::new(aws::ses(&AwsSettings::parse(settings)?, wire.clone()), mail);
    let pages = wiring::addresses(settings)?.pages(None)?;
    let engine = wiring::engine(settings, wire, clock.clone()).await?;
    Ok(Notify { notifier: Arc::new(Notifier { engine, mailer, pages, clock }) })
}

impl Notify {
    /// Works on a batch of messages, one after the other, for at most [`TIME`], and names those that failed.
    pub async fn handle(&self, batch: SqsEvent) -> SqsBatchResponse {
        Box::pin(self.handle_for(batch, TIME)).await
    }

    /// The same, for as long as `time`. What was not begun by then goes back to the queue.
    pub async fn handle_for(&self, batch: SqsEvent, time: Duration) -> SqsBatchResponse {
        let until = Instant::now() + time;
        let mut failures = Vec::new();
        for message in &batch.records {
            let worked = if Instant::now() < until {
                timeout_at(until, Box::pin(self.message(message))).await.ok()
            } else {
                None
            };
            if let Err(error) = worked.unwrap_or_else(|| Err("the function's time is up".to_owned())) {
                let id = message.message_id.clone().unwrap_or_default();
                tracing::warn!(message_id = id, error, "message failed; it comes back");
                let mut failure = BatchItemFailure::default();
                failure.item_identifier = id;
                failures.push(failure);
            }
        }
        let mut response = SqsBatchResponse::default();
        response.batch_item_failures = failures;
        response
    }

    async fn message(&self, message: &SqsMessage) -> Result<(), String> {
        let body = message.body.as_deref().unwrap_or_default();
        if let Some(event) = returned::read(body) {
            return self.note_returned(event).await.map_err(|error| error.to_string());
        }
        let message: NotificationMessage =
            serde_json::from_str(body).map_err(|error| format!("not a message of ours: {error}"))?;
        self.notify(&message.notification).await.map(drop).map_err(|error| error.to_string())
    }

    async fn note_returned(&self, event: Option<Returned>) -> Result<(), EngineError> {
        let Some(Returned { order, addresses, cause }) = event else { return Ok(()) };
        for address in addresses {
            self.notifier.engine.note_undeliverable(&order, &address, cause).await?;
        }
        Ok(())
    }

    /// Sends one notification.
    ///
    /// # Errors
    /// [`EngineError`]; the notification should be tried again.
    pub async fn notify(&self, notification: &str) -> Result<Notified, EngineError> {
        self.notifier.notify(notification).await
    }
}
