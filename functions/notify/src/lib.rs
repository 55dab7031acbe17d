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

use std::sync::Arc;

use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use engine::{EngineError, NotificationMessage, StartError, wiring};
use runtime::{AwsSettings, Clock, MailSettings, Settings, SharedWire, aws};

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
    let pages = wiring::pages(settings)?;
    let engine = wiring::engine(settings, wire, clock.clone()).await?;
    Ok(Notify { notifier: Arc::new(Notifier { engine, mailer, pages, clock }) })
}

impl Notify {
    /// Works on a batch of messages, one after the other, and names those that failed.
    pub async fn handle(&self, batch: SqsEvent) -> SqsBatchResponse {
        let mut failures = Vec::new();
        for message in &batch.records {
            if let Err(error) = self.message(message).await {
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
