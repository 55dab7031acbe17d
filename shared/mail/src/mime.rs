//! The message that carries a letter: MIME, as SES sends it on (RFC 5322, RFC 2045).

use jiff::Timestamp;
use lettre::{
    Address, Message,
    message::{
        Attachment as Part, Mailbox, MultiPart, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
};

use words::one_line;

use crate::{error::MailError, letter::Rendered};

/// A file that goes with a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its name, as `tickets.pdf`.
    pub name: String,
    /// Its type, as `application/pdf`.
    pub content_type: String,
    /// Bytes; encoded as base64 in the message.
    pub content: Vec<u8>,
}

/// Who writes to whom, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailHeaders {
    /// The seller's name, shown as the sender's.
    pub from_name: String,
    /// The address that SES may send from.
    pub from: String,
    /// The reader's address; domains in ASCII.
    pub to: String,
    /// Where answers go, if not to the sender.
    pub reply_to: Option<String>,
    /// What names this mail for good, the same however often it is sent: `X-Holdfast-Notification`, and `Message-ID` with the
    /// sender's domain.
    pub id: String,
    /// When it was written.
    pub at: Timestamp,
    /// The address that ends mails of this sort with one request, for those that are sent unasked (RFC 2369, RFC 8058).
    pub unsubscribe: Option<String>,
}

impl Rendered {
    /// The message, ready to be sent.
    ///
    /// # Errors
    /// [`MailError::Header`] for an address that no mail can go to; [`MailError::Message`].
    pub fn message(&self, headers: &MailHeaders, attachments: &[Attachment]) -> Result<Vec<u8>, MailError> {
        let from = address(&headers.from, "from")?;
        let id = format!("<{}@{}>", headers.id, from.domain());
        let mut builder = Message::builder()
            .from(Mailbox::new(Some(one_line(headers.from_name.trim())).filter(|name| !name.is_empty()), from))
            .to(Mailbox::new(None, address(&headers.to, "to")?))
            .subject(one_line(&self.subject))
            .date(headers.at.into())
            .message_id(Some(id))
            // SES puts an id and a date of its own in the place of ours. This header stays, so that two copies of one mail
            // are known as such.
            .raw_header(raw(NOTIFICATION, headers.id.clone()))
            // Replies of absent people and of machines are of no use to a seller (RFC 3834).
            .raw_header(raw("Auto-Submitted", "auto-generated".to_owned()));
        if let Some(reply_to) = &headers.reply_to {
            builder = builder.reply_to(Mailbox::new(None, address(reply_to, "reply_to")?));
        }
        if let Some(unsubscribe) = &headers.unsubscribe {
            builder = builder
                .raw_header(raw("List-Unsubscribe", format!("<{unsubscribe}>")))
                .raw_header(raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
        }
        let body = MultiPart::alternative()
            .singlepart(SinglePart::plain(self.text.clone()))
            .singlepart(SinglePart::html(self.html.clone()));
        let broken = |error: &dyn std::fmt::Display| MailError::Message(error.to_string());
        let mut mixed = MultiPart::mixed().multipart(body);
        for attachment in attachments {
            let kind = ContentType::parse(&attachment.content_type).map_err(|error| broken(&error))?;
            mixed = mixed.singlepart(Part::new(attachment.name.clone()).body(attachment.content.clone(), kind));
        }
        let message = builder.multipart(mixed).map_err(|error| broken(&error))?;
        Ok(message.formatted())
    }
}

/// The header that names what a mail is about, the same in each copy.
const NOTIFICATION: &str = "X-Holdfast-Notification";

/// A header that needs no encoding: ASCII, and on one line.
fn raw(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

fn address(text: &str, field: &'static str) -> Result<Address, MailError> {
    text.parse().map_err(|_| MailError::Header { field })
}

#[cfg(test)]
mod tests {
    use mail_parser::{MessageParser, MimeHeaders as _};

    use super::{Attachment, MailHeaders};
    use crate::{error::MailError, letter::Rendered};

    fn rendered() -> Rendered {
        Rendered {
            subject: "Grüße\nBcc: eve@example.com 中文".to_owned(),
            text: "Hallo Zoë, 日本\n".repeat(40),
            html: "<p>Hallo Zoë</p>".to_owned(),
        }
    }

    fn headers() -> MailHeaders {
        MailHeaders {
            from_name: "Théâtre, \"Nord\"".to_owned(),
            from: "tickets@shop.example".to_owned(),
            to: "ada@xn--mnchen-3ya.example".to_owned(),
            reply_to: Some("box@theatre.example".to_owned()),
            id: "ord_1-confirmation".to_owned(),
            at: "2027-01-01T12:00:00Z".parse().unwrap(),
            unsubscribe: Some("https://api.shop.example/v1/orders/ord_1/unsubscribe?token=t".to_owned()),
        }
    }

    #[test]
    fn another_parser_reads_what_was_written() {
        let files = [Attachment {
            name: "tickets-ü.pdf".to_owned(),
            content_type: "application/pdf".to_owned(),
            content: vec![0, 159, 146, 150, 13, 10],
        }];
        let bytes = rendered().message(&headers(), &files).unwrap();
        assert!(bytes.is_ascii(), "SES takes seven bits");
        assert!(bytes.split(|byte| *byte == b'\n').all(|line| line.len() <= 999), "RFC 5322, 2.1.1");
        let read = MessageParser::default().parse(&bytes).unwrap();
        assert_eq!(read.subject(), Some("Grüße Bcc: eve@example.com 中文"));
        let from = read.from().unwrap().first().unwrap();
        assert_eq!((from.name(), from.address()), (Some("Théâtre, \"Nord\""), Some("tickets@shop.example")));
        assert_eq!(read.to().unwrap().first().unwrap().address(), Some("ada@xn--mnchen-3ya.example"));
        assert_eq!(read.reply_to().unwrap().first().unwrap().address(), Some("box@theatre.example"));
        assert!(read.bcc().is_none());
        let unsubscribe =
            read.list_unsubscribe().as_address().and_then(|list| list.first()?.address().map(str::to_owned));
        assert_eq!(unsubscribe.as_deref(), Some("https://api.shop.example/v1/orders/ord_1/unsubscribe?token=t"));
        let header = |name: &str| read.header_raw(name).map(|value| value.trim().to_owned());
        assert_eq!(header("List-Unsubscribe-Post").as_deref(), Some("List-Unsubscribe=One-Click"));
        assert_eq!(read.message_id(), Some("ord_1-confirmation@shop.example"));
        assert_eq!(header("X-Holdfast-Notification").as_deref(), Some("ord_1-confirmation"));
        assert_eq!(read.date().unwrap().to_rfc3339(), "2027-01-01T12:00:00Z");
        assert_eq!(read.body_text(0).unwrap().replace("\r\n", "\n").trim_end(), rendered().text.trim_end());
        assert!(read.body_html(0).unwrap().contains("Hallo Zoë"));
        let file = read.attachments().next().unwrap();
        assert_eq!(file.attachment_name(), Some("tickets-ü.pdf"));
        assert_eq!(file.contents(), files[0].content);
        assert_eq!(file.content_type().unwrap().c_type, "application");
    }

    #[test]
    fn an_address_that_cannot_be_written_is_named_by_its_field_alone() {
        let error = rendered().message(&MailHeaders { to: "no address".to_owned(), ..headers() }, &[]).unwrap_err();
        assert!(matches!(error, MailError::Header { field: "to" }), "{error}");
        assert!(!error.to_string().contains("no address"));
    }
}
