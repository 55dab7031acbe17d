//! Mail as it was sent.

use serde::{Deserialize, Serialize};

/// A mail as it was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// The recipients' addresses, separated by commas.
    pub to: String,
    /// The sender.
    pub from: String,
    /// The subject.
    pub subject: String,
    /// The plain text, empty if there is none.
    pub text: String,
    /// The HTML, empty if there is none.
    pub html: String,
    /// What is attached.
    pub attachments: Vec<Attachment>,
    /// The id in the answer to the sender.
    pub message_id: String,
    /// When it was sent.
    pub sent_at: jiff::Timestamp,
}

/// A file that came with a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// The file's name.
    pub name: String,
    /// Its media type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its size in bytes.
    pub size: usize,
}
