//! The queue of notices. It carries names only: what is in a notice is read from the table when it is sent.

use aws_sdk_sqs::{Client, error::DisplayErrorContext, types::SendMessageBatchRequestEntry};
use serde::{Deserialize, Serialize};

/// A message of the queue: which notice to see to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeMessage {
    /// The notice's id.
    pub notice: String,
}

/// The queue. Sending may fail at any time without harm: each notice stands on the agenda until it is done.
#[derive(Debug, Clone)]
pub struct Queue {
    client: Client,
    url: String,
}

impl Queue {
    /// A queue at that address, through a client that is built once per process.
    #[must_use]
    pub fn new(client: Client, url: impl Into<String>) -> Self {
        Self { client, url: url.into() }
    }

    /// Sends these notices' names, ten to a call. What cannot be sent is logged and left to the sweeper. True if all
    /// were sent.
    pub async fn send(&self, notices: &[String]) -> bool {
        let mut all = true;
        // SQS takes ten messages in one batch.
        for chunk in notices.chunks(10) {
            let entries = chunk.iter().enumerate().filter_map(|(n, notice)| {
                let body = serde_json::to_string(&NoticeMessage { notice: notice.clone() }).ok()?;
                SendMessageBatchRequestEntry::builder().id(n.to_string()).message_body(body).build().ok()
            });
            let sent =
                self.client.send_message_batch().queue_url(&self.url).set_entries(Some(entries.collect())).send().await;
            match sent {
                Ok(answer) if answer.failed().is_empty() => {}
                Ok(answer) => {
                    all = false;
                    tracing::warn!(failed = answer.failed().len(), "notices not queued; the sweeper will see to them");
                }
                Err(error) => {
                    all = false;
                    let reason = DisplayErrorContext(&error).to_string();
                    tracing::warn!(reason, "notices not queued; the sweeper will see to them");
                }
            }
        }
        all
    }
}
