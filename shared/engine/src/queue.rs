//! The queue of notifications. It carries names only: what is in a notification is read from the table when it is sent.
//!
//! A message that is lost, as when the process dies, does no harm: the sweeper puts the name into the queue again. One that
//! comes twice finds its notification sent.

use aws_sdk_sqs::{
    Client,
    error::DisplayErrorContext,
    types::{QueueAttributeName, SendMessageBatchRequestEntry},
};
use runtime::aws::{OnFirstUse, on_first_use};
use serde::{Deserialize, Serialize};

/// With so many messages the sweeper puts no more names in: those of what is due are in it already, and each comes by itself.
/// Some three minutes of mail.
pub(crate) const FULL: usize = 5_000;
/// With so many messages no more names of mail to many buyers at once go in. A minute of mail.
pub(crate) const FULL_FOR_MANY: usize = 2_000;

/// A message of the queue: which notification to send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationMessage {
    /// The notification's id.
    pub notification: String,
}

/// Why not all messages are in the queue.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct NotQueued {
    /// What SQS said, or how many of them it did not take.
    pub reason: String,
}

/// The queue. Sending may fail at any time without harm: each notification stands on the agenda until it is done.
#[derive(Debug, Clone)]
pub struct Queue {
    client: OnFirstUse<Client>,
    url: String,
}

impl Queue {
    /// A queue at that address, through a client that is built once per process, when there is something to send.
    #[must_use]
    pub fn new(client: impl FnOnce() -> Client + Send + 'static, url: impl Into<String>) -> Self {
        Self { client: on_first_use(client), url: url.into() }
    }

    /// Sends these notifications' names, ten to a call. All calls are made, whatever becomes of the first.
    ///
    /// # Errors
    /// [`NotQueued`] if some were not taken. Nothing is lost: each stands on the agenda, for the sweeper.
    pub async fn send(&self, notifications: &[String]) -> Result<(), NotQueued> {
        self.send_all(
            notifications.iter().map(|notification| NotificationMessage { notification: notification.clone() }),
        )
        .await
    }

    /// Sends messages of any kind, ten to a call. All calls are made, whatever becomes of the first.
    ///
    /// # Errors
    /// [`NotQueued`] if some were not taken.
    pub(crate) async fn send_all<T: Serialize>(&self, messages: impl Iterator<Item = T>) -> Result<(), NotQueued> {
        let bodies: Vec<_> = messages.filter_map(|message| serde_json::to_string(&message).ok()).collect();
        self.send_bodies(&bodies).await
    }

    /// Sends messages anew that were taken from the queue and not worked on. To SQS they are other messages: what was taken
    /// counts as worked on, and the new ones as never received.
    ///
    /// # Errors
    /// [`NotQueued`] if some were not taken.
    pub async fn hand_back(&self, bodies: &[String]) -> Result<(), NotQueued> {
        self.send_bodies(bodies).await
    }

    async fn send_bodies(&self, bodies: &[String]) -> Result<(), NotQueued> {
        let mut sent = Ok(());
        // SQS takes ten messages in one batch.
        for chunk in bodies.chunks(10) {
            let entries = chunk.iter().enumerate().filter_map(|(n, body)| {
                SendMessageBatchRequestEntry::builder().id(n.to_string()).message_body(body).build().ok()
            });
            let answer =
                self.client.send_message_batch().queue_url(&self.url).set_entries(Some(entries.collect())).send().await;
            let reason = match answer {
                Ok(answer) if answer.failed().is_empty() => continue,
                Ok(answer) => format!("{} of {} messages were not taken", answer.failed().len(), chunk.len()),
                Err(error) => DisplayErrorContext(&error).to_string(),
            };
            sent = Err(NotQueued { reason });
        }
        sent
    }

    /// How many messages are in the queue: those that wait, those under way, and those that failed and come again.
    ///
    /// # Errors
    /// [`NotQueued`] if SQS does not say.
    pub(crate) async fn waiting(&self) -> Result<usize, NotQueued> {
        let counters = [
            QueueAttributeName::ApproximateNumberOfMessages,
            QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
            QueueAttributeName::ApproximateNumberOfMessagesDelayed,
        ];
        let ask = self.client.get_queue_attributes().queue_url(&self.url);
        let answer = ask.set_attribute_names(Some(counters.to_vec())).send().await;
        let answer = answer.map_err(|error| NotQueued { reason: DisplayErrorContext(&error).to_string() })?;
        let count = |name| answer.attributes().and_then(|all| all.get(name)?.parse::<usize>().ok()).unwrap_or(0);
        Ok(counters.iter().map(count).sum())
    }

    /// For how many more names of mail to many buyers there is room, so that a mail to one buyer does not wait behind them.
    /// A queue that does not say has room: sending to it says what is wrong.
    pub(crate) async fn room_for_many(&self) -> usize {
        match self.waiting().await {
            Ok(waiting) => FULL_FOR_MANY.saturating_sub(waiting),
            Err(NotQueued { reason }) => {
                tracing::warn!(reason, "the queue does not say how full it is");
                FULL_FOR_MANY
            }
        }
    }

    /// The same without a failure: what cannot be sent is logged, and left to the sweeper.
    pub async fn send_or_leave(&self, notifications: &[String]) {
        if let Err(NotQueued { reason }) = self.send(notifications).await {
            tracing::warn!(
                reason,
                notifications = notifications.len(),
                "notifications not queued; the sweeper will see to them"
            );
        }
    }
}
