//! The notify function: takes names of notifications from the queue and sends them, and notes what SES says of mail that came
//! back.
//!
//! A message that fails is reported by itself, so the queue brings only that one back, and after five failures moves it to
//! the dead letters. So does one that was begun and cut off when the function's time was up: one that always takes so long is
//! a dead letter in the end, and holds no batch up for ever. What was not begun is no failure: those messages are sent to the
//! queue anew, so that one that is slow never uses up how often another may be received. If the process dies, all messages of the batch come
//! back, and each notification is sent once all the same. The sweeper finds the notification of a message that is lost.

mod letters;
mod mailer;
mod notifier;
mod returned;

use std::{sync::Arc, time::Duration};

use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use documents::FontFolder;
use engine::{EngineError, NotificationMessage, StartError, TicketKeys, wiring};
use futures::{StreamExt as _, stream};
use runtime::{AwsSettings, Clock, DocumentSettings, MailSettings, Settings, SharedWire, aws};
use tokio::time::{Instant, timeout, timeout_at};

/// How long a batch may take: the function's 60 seconds, less [`TO_END`].
pub const TIME: Duration = Duration::from_secs(57);
/// What is needed to hand back what there was no time for, and for the answer to be on its way.
pub const TO_END: Duration = Duration::from_secs(3);
/// How many messages of a batch are worked on side by side. Most of the time of each is waiting, for SES above all; the documents of
/// more would only wait for the one processor.
pub const AT_ONCE: usize = 4;
/// How long handing back may take.
const TO_HAND_BACK: Duration = Duration::from_secs(2);

use crate::{
    mailer::Mailer,
    notifier::Notifier,
    returned::{MailAbout, Returned},
};
pub use engine::Notified;

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
    let fonts = DocumentSettings::parse(settings)?.fonts.map(FontFolder::new).unwrap_or_default();
    let ticket_keys = TicketKeys::build(settings, wire.clone())?;
    let engine = wiring::engine(settings, wire, clock.clone()).await?;
    Ok(Notify { notifier: Arc::new(Notifier { engine, mailer, pages, fonts, ticket_keys, clock }) })
}

impl Notify {
    /// Works on a batch of messages, [`AT_ONCE`] of them side by side, for at most [`TIME`], and names those that failed.
    pub async fn handle(&self, batch: SqsEvent) -> SqsBatchResponse {
        Box::pin(self.handle_for(batch, TIME)).await
    }

    /// The same, for as long as `time`. What is not finished by then has failed. What was not begun goes back to the queue as if it
    /// had never been received; none but the first [`AT_ONCE`] is begun in the last quarter of the time, so that none is cut off for
    /// what the ones before it took.
    pub async fn handle_for(&self, batch: SqsEvent, time: Duration) -> SqsBatchResponse {
        let until = Instant::now() + time;
        let messages = batch.records.iter().enumerate();
        let works: Vec<_> = messages
            .map(|(at, message)| {
                let needed = if at < AT_ONCE { Duration::ZERO } else { time / 4 };
                let work = self.message_in(message, needed, until);
                async move { (at, work.await) }
            })
            .collect();
        let mut ends: Vec<_> = stream::iter(works).buffer_unordered(AT_ONCE).collect().await;
        ends.sort_unstable_by_key(|(at, _)| *at);
        let of = |which: End| {
            let ended = batch.records.iter().zip(&ends).filter(move |(_, (_, end))| *end == which);
            ended.map(|(message, _)| message).collect::<Vec<_>>()
        };
        let (mut failed, left) = (of(End::Failed), of(End::NotBegun));
        if !left.is_empty() && !self.hand_back(&left).await {
            failed.extend(left);
        }
        let mut response = SqsBatchResponse::default();
        response.batch_item_failures = failed.into_iter().map(failure).collect();
        response
    }

    /// Sends messages that were not begun to the queue anew, and says whether it has them. Where it does not take them, they come back as messages
    /// that failed.
    async fn hand_back(&self, messages: &[&SqsMessage]) -> bool {
        let bodies: Vec<_> = messages.iter().map(|message| message.body.clone().unwrap_or_default()).collect();
        let sent = timeout(TO_HAND_BACK, self.notifier.engine.queue().hand_back(&bodies)).await;
        let (messages, error) = match sent {
            Ok(Ok(())) => {
                tracing::warn!(messages = messages.len(), "the function's time is up; the messages were handed back");
                return true;
            }
            Ok(Err(error)) => (messages.len(), error.to_string()),
            Err(_) => (messages.len(), "no answer in time".to_owned()),
        };
        tracing::warn!(
            messages,
            error,
            "the function's time is up, and the messages could not be handed back; they come back"
        );
        false
    }

    /// Works on one message, until that moment at most; not at all where that is nearer than what is needed.
    async fn message_in(&self, message: &SqsMessage, needed: Duration, until: Instant) -> End {
        if Instant::now() + needed >= until {
            return End::NotBegun;
        }
        match timeout_at(until, Box::pin(self.message(message))).await {
            Ok(Ok(())) => End::Done,
            Ok(Err(error)) => {
                tracing::warn!(message_id = message.message_id, error, "message failed; it comes back");
                End::Failed
            }
            Err(_) => {
                tracing::warn!(
                    message_id = message.message_id,
                    "message cut off, because the function's time is up; it comes back"
                );
                End::Failed
            }
        }
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
        let Some(Returned { about, addresses, cause }) = event else { return Ok(()) };
        let engine = &self.notifier.engine;
        for address in addresses {
            match &about {
                MailAbout::Order(order) => engine.note_undeliverable(order, &address, cause).await?,
                MailAbout::Organization(id) => engine.note_summary_undeliverable(id, &address, cause).await?,
            }
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

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// It need not come back.
    Done,
    /// It has to come back, and counts as received.
    Failed,
    /// There was no time for it.
    NotBegun,
}

/// How Lambda is told that a message failed.
fn failure(message: &SqsMessage) -> BatchItemFailure {
    let mut failure = BatchItemFailure::default();
    failure.item_identifier = message.message_id.clone().unwrap_or_default();
    failure
}
