//! SQS inside the process. All that is known about the library behind it stays in this file.

use std::sync::Arc;

use bytes::Bytes;
use runtime::{Wire, WireFuture};
use rustack_sqs_core::{config::SqsConfig, handler::RustackSqsHandler, provider::RustackSqs};
use rustack_sqs_http::{dispatch::dispatch_operation, response::error_to_response, router::resolve_operation};
use serde_json::json;

use crate::{
    calls::{ask, collect},
    error::CloudError,
    template::QueueSpec,
};

/// An SQS that lives in this process, in memory. Clones share it.
///
/// Its queues are tasks of the runtime in which they are created. Their times (visibility, delay) follow that runtime's
/// clock, so they stand still while a test has paused it.
#[derive(Debug, Clone)]
pub struct EmbeddedQueue {
    handler: Arc<RustackSqsHandler>,
}

/// Addresses of a queue and of its dead-letter queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueUrls {
    /// Where functions send to.
    pub queue: String,
    /// Where messages go that failed too often.
    pub dead_letters: String,
}

impl Default for EmbeddedQueue {
    fn default() -> Self {
        Self::new()
    }
}

impl EmbeddedQueue {
    /// A service without queues.
    #[must_use]
    pub fn new() -> Self {
        let service = RustackSqs::new(SqsConfig::default());
        Self { handler: Arc::new(RustackSqsHandler::new(Arc::new(service))) }
    }

    /// Creates a queue with its dead-letter queue, as the template says.
    ///
    /// # Errors
    /// If the service refuses the names or figures.
    pub async fn create(&self, spec: &QueueSpec) -> Result<QueueUrls, CloudError> {
        let dead_letters = self.create_one(&spec.dead_letter_name, &json!({})).await?;
        let attributes = json!({ "QueueUrl": dead_letters, "AttributeNames": ["QueueArn"] });
        let attributes = ask(self, "AmazonSQS.GetQueueAttributes", &attributes).await?;
        let redrive = json!({
            "deadLetterTargetArn": attributes["Attributes"]["QueueArn"],
            "maxReceiveCount": spec.max_receive_count,
        });
        let attributes = json!({
            "VisibilityTimeout": spec.visibility_seconds.to_string(),
            "RedrivePolicy": redrive.to_string(),
        });
        let queue = self.create_one(&spec.name, &attributes).await?;
        Ok(QueueUrls { queue, dead_letters })
    }

    async fn create_one(&self, name: &str, attributes: &serde_json::Value) -> Result<String, CloudError> {
        let input = json!({ "QueueName": name, "Attributes": attributes });
        let output = ask(self, "AmazonSQS.CreateQueue", &input).await?;
        output["QueueUrl"]
            .as_str()
            .map(str::to_owned)
            .ok_or(CloudError::Answer { operation: "CreateQueue", field: "QueueUrl" })
    }
}

impl Wire for EmbeddedQueue {
    fn send(&self, request: http::Request<Bytes>) -> WireFuture {
        let handler = Arc::clone(&self.handler);
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let request_id = uuid::Uuid::new_v4().to_string();
            let outcome = match resolve_operation(&parts.headers) {
                Ok(operation) => dispatch_operation(handler.as_ref(), operation, body).await,
                Err(error) => Err(error),
            };
            collect(outcome.unwrap_or_else(|error| error_to_response(&error, &request_id))).await
        })
    }
}
