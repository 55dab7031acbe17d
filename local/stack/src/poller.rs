//! What Lambda does for a function on a queue: takes messages, calls it, deletes what it has done.

use std::time::Duration;

use aws_lambda_events::event::sqs::SqsEvent;
use aws_sdk_sqs::{
    Client,
    error::DisplayErrorContext,
    types::{DeleteMessageBatchRequestEntry, Message, QueueAttributeName},
};
use notify::Notify;
use serde_json::{Value, json};
use worker::Worker;

/// How long one call waits for messages. Less than the client's own limit for a call.
const WAIT_SECONDS: i32 = 1;

/// A function that works on a queue.
#[derive(Debug, Clone)]
pub(crate) enum Consumer {
    Notify(Notify),
    Worker(Worker),
}

/// Feeds a queue to its function.
#[derive(Debug, Clone)]
pub(crate) struct Poller {
    pub(crate) client: Client,
    pub(crate) queue_url: String,
    pub(crate) batch: i32,
    pub(crate) function: Consumer,
}

/// The queue gave no answer.
#[derive(Debug, thiserror::Error)]
#[error("the queue cannot be read: {0}")]
pub struct QueueError(String);

/// How much of one batch was handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Batch {
    pub(crate) received: usize,
    pub(crate) handled: usize,
}

impl Poller {
    /// Handles one batch, if there is one. What fails stays in the queue, which delivers it again later and, after
    /// too many times, to the dead letters.
    pub(crate) async fn poll(&self, wait: bool) -> Result<Batch, QueueError> {
        self.poll_for(wait, Duration::MAX).await
    }

    /// The same, with a function that has no more time than that.
    pub(crate) async fn poll_for(&self, wait: bool, time: Duration) -> Result<Batch, QueueError> {
        let received = self
            .client
            .receive_message()
            .queue_url(&self.queue_url)
            .max_number_of_messages(self.batch)
            .wait_time_seconds(if wait { WAIT_SECONDS } else { 0 })
            .send()
            .await
            .map_err(|error| QueueError(DisplayErrorContext(&error).to_string()))?;
        let messages = received.messages.unwrap_or_default();
        if messages.is_empty() {
            return Ok(Batch { received: 0, handled: 0 });
        }
        let event: SqsEvent =
            serde_json::from_value(event(&messages)).map_err(|error| QueueError(error.to_string()))?;
        let answer = match &self.function {
            Consumer::Notify(function) => function.handle_for(event, time.min(notify::TIME)).await,
            Consumer::Worker(function) => function.handle_for(event, time.min(worker::TIME)).await,
        };
        let failed: Vec<_> =
            answer.batch_item_failures.iter().map(|failure| failure.item_identifier.as_str()).collect();
        let done = messages.iter().filter(|message| !failed.contains(&message.message_id().unwrap_or_default()));
        let handled = self.delete(done).await?;
        Ok(Batch { received: messages.len(), handled })
    }

    /// Puts the queue's dead letters back into it, as `aws sqs start-message-move-task` does, and says how many.
    pub(crate) async fn send_dead_letters_again(&self) -> Result<usize, QueueError> {
        let failed = |error: String| QueueError(error);
        let query = self.client.get_queue_attributes().queue_url(&self.queue_url);
        let answer = query.attribute_names(QueueAttributeName::RedrivePolicy).send().await;
        let answer = answer.map_err(|error| failed(DisplayErrorContext(&error).to_string()))?;
        let policy = answer.attributes().and_then(|all| all.get(&QueueAttributeName::RedrivePolicy));
        let policy: Value = policy.and_then(|policy| serde_json::from_str(policy).ok()).unwrap_or_default();
        let arn = policy["deadLetterTargetArn"].as_str().unwrap_or_default();
        let name = arn.rsplit(':').next().unwrap_or_default();
        let found = self.client.get_queue_url().queue_name(name).send().await;
        let found = found.map_err(|error| failed(DisplayErrorContext(&error).to_string()))?;
        let dead = Self { queue_url: found.queue_url.unwrap_or_default(), ..self.clone() };
        let mut moved = 0;
        loop {
            let received = dead.client.receive_message().queue_url(&dead.queue_url).max_number_of_messages(10).send();
            let received = received.await.map_err(|error| failed(DisplayErrorContext(&error).to_string()))?;
            let messages = received.messages.unwrap_or_default();
            if messages.is_empty() {
                return Ok(moved);
            }
            for message in &messages {
                let again =
                    self.client.send_message().queue_url(&self.queue_url).set_message_body(message.body.clone());
                again.send().await.map_err(|error| failed(DisplayErrorContext(&error).to_string()))?;
            }
            moved += dead.delete(messages.iter()).await?;
        }
    }

    async fn delete(&self, messages: impl Iterator<Item = &Message>) -> Result<usize, QueueError> {
        let entries: Vec<_> = messages
            .enumerate()
            .filter_map(|(n, message)| {
                let entry = DeleteMessageBatchRequestEntry::builder().id(n.to_string());
                entry.set_receipt_handle(message.receipt_handle.clone()).build().ok()
            })
            .collect();
        let count = entries.len();
        if count > 0 {
            let delete = self.client.delete_message_batch().queue_url(&self.queue_url).set_entries(Some(entries));
            delete.send().await.map_err(|error| QueueError(DisplayErrorContext(&error).to_string()))?;
        }
        Ok(count)
    }
}

/// The event as Lambda words it.
fn event(messages: &[Message]) -> Value {
    let records = messages.iter().map(|message| {
        json!({
            "messageId": message.message_id,
            "receiptHandle": message.receipt_handle,
            "body": message.body,
            "md5OfBody": message.md5_of_body,
            "attributes": {},
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:Notifications",
            "awsRegion": "us-east-1",
        })
    });
    json!({ "Records": records.collect::<Vec<_>>() })
}
