//! AWS on this machine: wires that end in an embedded table, queue, secret store and mailbox.
//!
//! The functions' own SDK clients send their requests through these wires, so what runs locally is the code that is
//! deployed, down to the bytes.

mod cloud;
mod mailbox;
mod queue;
mod secrets;
mod ses;
mod table;

use bytes::Bytes;
pub use cloud::LocalCloud;
use http_body_util::BodyExt;
pub use mailbox::{Attachment, Mail, MailFault, Mailbox};
pub use queue::{EmbeddedQueue, QueueUrls};
use runtime::{Wire, WireError};
pub use secrets::EmbeddedSecrets;
use serde_json::Value;
pub use table::{EmbeddedTable, TableError};

/// Why something of the local cloud cannot be set up or read.
#[derive(Debug, thiserror::Error)]
pub enum CloudError {
    /// The table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A service refused what it was asked.
    #[error("{operation} was refused: {answer}")]
    Refused {
        /// What it was asked.
        operation: String,
        /// What it said.
        answer: String,
    },
    /// A service answered what it should not.
    #[error("{operation} answered without {field}")]
    Answer {
        /// What it was asked.
        operation: &'static str,
        /// What was expected in the answer.
        field: &'static str,
    },
    /// The data directory holds a table of another form.
    #[error("the data were kept by another version, whose table had other keys or indexes; use another directory")]
    Outdated,
    /// A file in the data directory cannot be used.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: String,
        /// What is wrong with it.
        source: std::io::Error,
    },
    /// A file in the data directory has been damaged.
    #[error("{path}, line {line}: {source}")]
    Damaged {
        /// The file.
        path: String,
        /// The line in it.
        line: usize,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

/// Sends one call of AWS' JSON protocols to a wire, for what the local stack itself has to set up.
async fn ask(wire: &dyn Wire, operation: &str, input: &Value) -> Result<Value, CloudError> {
    let refused = |answer: String| CloudError::Refused { operation: operation.to_owned(), answer };
    let request = http::Request::post("https://localhost/")
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-target", operation)
        .body(Bytes::from(input.to_string()))
        .map_err(|error| refused(error.to_string()))?;
    let answer = wire.send(request).await.map_err(|error| refused(error.to_string()))?;
    if !answer.status().is_success() {
        return Err(refused(String::from_utf8_lossy(answer.body()).into_owned()));
    }
    serde_json::from_slice(answer.body()).map_err(|error| refused(error.to_string()))
}

/// Reads the whole body of an answer that a service has built in memory.
async fn collect<Body>(answer: http::Response<Body>) -> Result<http::Response<Bytes>, WireError>
where
    Body: hyper::body::Body<Data = Bytes>,
    Body::Error: std::fmt::Display,
{
    let (parts, body) = answer.into_parts();
    let body = body.collect().await.map_err(|error| WireError::Lost(error.to_string()))?;
    Ok(http::Response::from_parts(parts, body.to_bytes()))
}
