//! Sending mail through SES.
//!
//! Sending is one call, without a key: SES knows none. If the process dies during it, the mail may have left, and leaves once
//! more when its notification is tried again. SES gives each copy a Message-ID and a Date of its own
//! (<https://docs.aws.amazon.com/ses/latest/dg/header-fields.html>), so a reader's program shows both; the header
//! `X-Holdfast-Notification` is the same in both.

use aws_sdk_sesv2::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    primitives::Blob,
    types::{Destination, EmailContent, MessageTag, RawMessage},
};
use engine::EngineError;
use runtime::MailSettings;

use crate::returned::MailAbout;

/// Sends mail.
#[derive(Debug, Clone)]
pub(crate) struct Mailer {
    client: Client,
    settings: MailSettings,
}

impl Mailer {
    /// A mailer that sends from that address, through a client that is built once per process.
    pub(crate) fn new(client: Client, settings: MailSettings) -> Self {
        Self { client, settings }
    }

    /// The address that mail comes from.
    pub(crate) fn sender(&self) -> &str {
        &self.settings.sender
    }

    /// Sends a MIME message to one address. What SES says of it later names what it is about.
    ///
    /// # Errors
    /// [`EngineError::Broken`] with the service's reason; the notification is tried again.
    pub(crate) async fn send(&self, about: &MailAbout, to: &str, message: Vec<u8>) -> Result<(), EngineError> {
        let broken = |reason: String| EngineError::Broken(format!("mail not sent: {reason}"));
        let raw = RawMessage::builder().data(Blob::new(message)).build();
        let raw = raw.map_err(|error| broken(error.to_string()))?;
        let (name, value) = about.tag();
        let tag = MessageTag::builder().name(name).value(value).build().map_err(|error| broken(error.to_string()))?;
        self.client
            .send_email()
            .configuration_set_name(&self.settings.configuration_set)
            .email_tags(tag)
            .from_email_address(&self.settings.sender)
            .destination(Destination::builder().to_addresses(to).build())
            .content(EmailContent::builder().raw(raw).build())
            .send()
            .await
            .map(drop)
            .map_err(|error| broken(reason(&error)))
    }
}

/// Why a mail did not leave. The service's own sentence stays unsaid: it names the buyer's address.
fn reason<E: ProvideErrorMetadata>(error: &SdkError<E>) -> String {
    let code = error.code().unwrap_or(match error {
        SdkError::TimeoutError(_) => "no answer in time",
        SdkError::DispatchFailure(_) => "no connection",
        SdkError::ResponseError(_) => "an answer that cannot be read",
        _ => "unknown",
    });
    code.to_owned()
}
