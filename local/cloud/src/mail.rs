//! Mail as it was sent.

use mail_parser::{MessageParser, MimeHeaders as _};
use serde::{Deserialize, Serialize};

/// A mail as it was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// The recipients' addresses, separated by commas.
    pub to: String,
    /// The sender.
    pub from: String,
    /// Decoded where it came in a MIME message; empty if there is none.
    pub subject: String,
    /// The plain text, empty if there is none.
    pub text: String,
    /// The HTML, empty if there is none.
    pub html: String,
    /// What is attached.
    pub attachments: Vec<Attachment>,
    /// The id in the answer to the sender.
    pub message_id: String,
    /// The moment by the stack's clock.
    pub sent_at: jiff::Timestamp,
    /// The MIME message, where it came as one; empty otherwise.
    #[serde(default)]
    pub raw: String,
    /// The configuration set that it was sent under; empty for none.
    #[serde(default)]
    pub configuration_set: String,
    /// The tags that events about it carry.
    #[serde(default)]
    pub tags: Vec<(String, String)>,
}

/// A file as it came with a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// As `tickets.pdf`.
    pub name: String,
    /// Its media type, with parameters.
    pub kind: String,
    /// Bytes, as they were before the transfer encoding.
    pub content: Vec<u8>,
}

impl Mail {
    /// The headers of the MIME message, as they were sent and unfolded; none of a mail that came in parts.
    #[must_use]
    pub fn headers(&self) -> Vec<(String, String)> {
        let Some(read) = MessageParser::default().parse(self.raw.as_bytes()) else { return Vec::new() };
        let one_line = |value: &str| value.split_whitespace().collect::<Vec<_>>().join(" ");
        read.headers_raw().map(|(name, value)| (name.to_owned(), one_line(value))).collect()
    }

    /// The files of the MIME message, in their order.
    #[must_use]
    pub fn files(&self) -> Vec<File> {
        let Some(read) = MessageParser::default().parse(self.raw.as_bytes()) else { return Vec::new() };
        let file = |part: &mail_parser::MessagePart<'_>| File {
            name: part.attachment_name().unwrap_or("attachment").to_owned(),
            kind: part.content_type().map(kind).unwrap_or_default(),
            content: part.contents().to_vec(),
        };
        read.attachments().map(file).collect()
    }
}

/// A media type as text, with its parameters but the file's name.
fn kind(of: &mail_parser::ContentType<'_>) -> String {
    let mut text = of.ctype().to_owned();
    if let Some(subtype) = of.subtype() {
        text = format!("{text}/{subtype}");
    }
    let parameters = of.attributes().into_iter().flatten().filter(|parameter| parameter.name != "name");
    parameters.fold(text, |text, parameter| format!("{text}; {}={}", parameter.name, parameter.value))
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
