//! Reads a `SendEmail` request of SES v2, and refuses what SES refuses.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use mail_parser::{MessageParser, MimeHeaders as _};
use serde::Deserialize;

use crate::mail::Attachment;

/// Most recipients of one mail.
const MAX_RECIPIENTS: usize = 50;

/// Why SES would not send a mail.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum SesRefusal {
    /// The request is not what the API takes.
    #[error("{0}")]
    BadRequest(String),
    /// The sender is not verified.
    #[error("Email address is not verified. The following identities failed the check: {0}")]
    NotVerified(String),
}

impl SesRefusal {
    /// SES' name for it.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::BadRequest(_) => "BadRequestException",
            Self::NotVerified(_) => "MessageRejected",
        }
    }
}

/// What is to be sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) from: String,
    pub(super) to: Vec<String>,
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
    pub(super) attachments: Vec<Attachment>,
    /// The MIME message, if it came as one.
    pub(super) raw: String,
    /// The configuration set that it is sent under; empty for none.
    pub(super) configuration_set: String,
    /// The tags that SES' events carry.
    pub(super) tags: Vec<(String, String)>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendEmail {
    #[serde(default)]
    configuration_set_name: String,
    #[serde(default)]
    email_tags: Vec<EmailTag>,
    from_email_address: Option<String>,
    #[serde(default)]
    destination: Destination,
    content: Content,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct EmailTag {
    name: String,
    value: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[expect(clippy::struct_field_names, reason = "the names are the API's")]
struct Destination {
    to_addresses: Vec<String>,
    cc_addresses: Vec<String>,
    bcc_addresses: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Content {
    simple: Option<Simple>,
    raw: Option<Raw>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Simple {
    subject: Part,
    body: Body,
    #[serde(default)]
    attachments: Vec<SimpleAttachment>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    text: Option<Part>,
    html: Option<Part>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Part {
    data: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SimpleAttachment {
    file_name: String,
    raw_content: String,
    content_type: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Raw {
    data: String,
}

/// Reads the body of a request. With `sender`, mail from any other address is refused.
pub(super) fn read(body: &[u8], sender: Option<&str>) -> Result<Message, SesRefusal> {
    let request: SendEmail = serde_json::from_slice(body).map_err(|error| SesRefusal::BadRequest(error.to_string()))?;
    let Destination { to_addresses, cc_addresses, bcc_addresses } = request.destination;
    let mut recipients = to_addresses;
    recipients.extend(cc_addresses);
    recipients.extend(bcc_addresses);

    let mut message = match (request.content.simple, request.content.raw) {
        (Some(simple), None) => read_simple(simple)?,
        (None, Some(raw)) => read_raw(&raw)?,
        _ => {
            return Err(bad("Exactly one of Simple, Raw and Template must be given."));
        }
    };
    message.configuration_set = request.configuration_set_name;
    message.tags = request.email_tags.into_iter().map(|tag| (tag.name, tag.value)).collect();
    // SES takes letters, digits and a few marks in tags
    // (<https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_MessageTag.html>).
    let legal = |text: &str| {
        (1..=256).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-.@".contains(c))
    };
    if message.tags.iter().any(|(name, value)| !legal(name) || !legal(value)) {
        return Err(bad("Invalid tag."));
    }
    // What the request says goes before the headers of a raw message.
    if let Some(from) = request.from_email_address {
        message.from = from;
    }
    if !recipients.is_empty() {
        message.to = recipients;
    }

    let from = address(&message.from)?;
    if let Some(sender) = sender
        && !from.eq_ignore_ascii_case(sender)
    {
        return Err(SesRefusal::NotVerified(from.to_owned()));
    }
    if message.to.is_empty() {
        return Err(bad("Missing required destination."));
    }
    if message.to.len() > MAX_RECIPIENTS {
        return Err(bad("Recipient count exceeds 50."));
    }
    message.to = message.to.iter().map(|recipient| address(recipient).map(str::to_owned)).collect::<Result<_, _>>()?;
    Ok(message)
}

fn bad(message: &str) -> SesRefusal {
    SesRefusal::BadRequest(message.to_owned())
}

/// The bare address in `Name <address>` or `address`, if SES takes it. SES knows no SMTPUTF8: what stands before the `@`
/// must be ASCII, and so must the domain, an international one in Punycode; a display name is an encoded word
/// (<https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Destination.html>).
fn address(text: &str) -> Result<&str, SesRefusal> {
    let bare = match text.trim().strip_suffix('>') {
        Some(rest) => rest.rsplit_once('<').ok_or_else(|| bad("Illegal address."))?.1,
        None => text.trim(),
    };
    let (local, domain) = bare.rsplit_once('@').ok_or_else(|| bad("Missing final '@domain'"))?;
    let illegal = |c: char| c.is_control() || c.is_whitespace() || "<>,;".contains(c);
    if local.contains(|c: char| c.is_control() || c.is_whitespace() || !c.is_ascii()) {
        return Err(bad("Local address contains control or whitespace"));
    }
    if domain.contains(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '.') {
        return Err(bad("Domain contains illegal character"));
    }
    if !text.is_ascii()
        || local.is_empty()
        || local.len() > 64
        || domain.is_empty()
        || bare.contains(illegal)
        || bare.len() > 320
    {
        return Err(bad("Illegal address."));
    }
    Ok(bare)
}

fn read_simple(simple: Simple) -> Result<Message, SesRefusal> {
    let subject = simple.subject.data;
    if subject.chars().any(char::is_control) {
        return Err(bad("Subject contains control characters."));
    }
    if simple.body.text.is_none() && simple.body.html.is_none() {
        return Err(bad("Missing body."));
    }
    let data = |part: Option<Part>| part.map(|part| part.data).unwrap_or_default();
    let attachments = simple
        .attachments
        .into_iter()
        .map(|attachment| {
            let content =
                STANDARD.decode(&attachment.raw_content).map_err(|_| bad("Attachment is not valid base64."))?;
            Ok(Attachment {
                name: attachment.file_name,
                kind: attachment.content_type.unwrap_or_else(|| "application/octet-stream".to_owned()),
                size: content.len(),
            })
        })
        .collect::<Result<_, _>>()?;
    Ok(Message {
        from: String::new(),
        to: Vec::new(),
        subject,
        text: data(simple.body.text),
        html: data(simple.body.html),
        attachments,
        raw: String::new(),
        configuration_set: String::new(),
        tags: Vec::new(),
    })
}

fn read_raw(raw: &Raw) -> Result<Message, SesRefusal> {
    let bytes = STANDARD.decode(&raw.data).map_err(|_| bad("Raw data is not valid base64."))?;
    let parsed = MessageParser::default().parse(&bytes).ok_or_else(|| bad("Raw data is not a message."))?;
    let addresses = |list: Option<&mail_parser::Address<'_>>| {
        list.into_iter()
            .flat_map(mail_parser::Address::iter)
            .filter_map(|entry| entry.address().map(str::to_owned))
            .collect::<Vec<_>>()
    };
    let mut to = addresses(parsed.to());
    to.extend(addresses(parsed.cc()));
    to.extend(addresses(parsed.bcc()));
    let attachments = parsed
        .attachments()
        .map(|part| Attachment {
            name: part.attachment_name().unwrap_or("attachment").to_owned(),
            kind: part.content_type().map_or_else(
                || "application/octet-stream".to_owned(),
                |kind| match kind.subtype() {
                    Some(subtype) => format!("{}/{subtype}", kind.ctype()),
                    None => kind.ctype().to_owned(),
                },
            ),
            size: part.contents().len(),
        })
        .collect();
    Ok(Message {
        from: addresses(parsed.from()).into_iter().next().unwrap_or_default(),
        to,
        subject: parsed.subject().unwrap_or_default().to_owned(),
        text: body(&parsed, false),
        html: body(&parsed, true),
        attachments,
        raw: String::from_utf8_lossy(&bytes).into_owned(),
        configuration_set: String::new(),
        tags: Vec::new(),
    })
}

/// The text or the HTML that the message has. The parser would make one from the other where only one is there.
fn body(parsed: &mail_parser::Message<'_>, html: bool) -> String {
    let attached = |index| u32::try_from(index).is_ok_and(|index| parsed.attachments.contains(&index));
    parsed
        .parts
        .iter()
        .enumerate()
        .filter(|(index, _)| !attached(*index))
        .find_map(|(_, part)| match &part.body {
            mail_parser::PartType::Text(text) if !html => Some(text.to_string()),
            mail_parser::PartType::Html(text) if html => Some(text.to_string()),
            _ => None,
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use serde_json::{Value, json};

    use super::{Message, SesRefusal, read};

    fn read_json(value: &Value) -> Result<Message, SesRefusal> {
        read(value.to_string().as_bytes(), None)
    }

    #[test]
    fn raw_messages_are_taken_apart() {
        let mime = "From: Holdfast <tickets@example.com>\r\nTo: Ada <ada@example.com>\r\n\
            Subject: =?utf-8?q?D=C3=BCrer?=\r\nMIME-Version: 1.0\r\n\
            Content-Type: multipart/mixed; boundary=b\r\n\r\n\
            --b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello\r\n\
            --b\r\nContent-Type: application/pdf; name=tickets.pdf\r\n\
            Content-Disposition: attachment; filename=tickets.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERg==\r\n\
            --b--\r\n";
        let message = read_json(&json!({ "Content": { "Raw": { "Data": STANDARD.encode(mime) } } })).unwrap();
        assert_eq!(message.from, "tickets@example.com");
        assert_eq!(message.to, ["ada@example.com"]);
        assert_eq!(message.subject, "Dürer");
        assert_eq!((message.text.trim(), message.html.as_str()), ("Hello", ""));
        assert_eq!(message.attachments.len(), 1);
        assert_eq!(message.attachments[0].name, "tickets.pdf");
        assert_eq!((message.attachments[0].kind.as_str(), message.attachments[0].size), ("application/pdf", 4));
    }

    #[test]
    fn simple_messages_have_attachments_too() {
        let message = read_json(&json!({
            "FromEmailAddress": "tickets@example.com",
            "Destination": { "ToAddresses": ["Ada <ada@example.com>", "b@example.com"] },
            "Content": { "Simple": {
                "Subject": { "Data": "Hi" },
                "Body": { "Html": { "Data": "<b>" } },
                "Attachments": [{ "FileName": "a.ics", "ContentType": "text/calendar", "RawContent": "QQ==" }],
            } },
        }))
        .unwrap();
        assert_eq!(message.to, ["ada@example.com", "b@example.com"]);
        assert_eq!((message.text.as_str(), message.html.as_str()), ("", "<b>"));
        assert_eq!(message.attachments[0].size, 1);
    }

    #[test]
    fn addresses_outside_ascii_are_refused() {
        let send = |to: &str| {
            read_json(&json!({
                "FromEmailAddress": "tickets@example.com",
                "Destination": { "ToAddresses": [to] },
                "Content": { "Simple": { "Subject": { "Data": "x" }, "Body": { "Text": { "Data": "x" } } } },
            }))
        };
        for (to, message) in [
            ("ada@münchen.example", "Domain contains illegal character"),
            ("jörg@example.com", "Local address contains control or whitespace"),
            ("Zoë <zoe@example.com>", "Illegal address."),
            ("no-address", "Missing final '@domain'"),
        ] {
            assert_eq!(send(to), Err(SesRefusal::BadRequest(message.to_owned())), "{to}");
        }
        assert!(send("ada@xn--mnchen-3ya.example").is_ok());
        assert!(send("=?utf-8?q?Zo=C3=AB?= <zoe@example.com>").is_ok());
    }

    #[test]
    fn incomplete_requests_are_refused() {
        let simple = json!({ "Simple": { "Subject": { "Data": "x" }, "Body": { "Text": { "Data": "x" } } } });
        let to = json!({ "ToAddresses": ["a@example.com"] });
        for wrong in [
            json!({}),
            json!({ "FromEmailAddress": "a@example.com", "Destination": to, "Content": {} }),
            json!({ "FromEmailAddress": "a@example.com", "Content": simple }),
            json!({ "Destination": to, "Content": simple }),
            json!({ "FromEmailAddress": "a@", "Destination": to, "Content": simple }),
            json!({ "FromEmailAddress": "a@example.com", "Destination": to, "Content": { "Raw": { "Data": "%" } } }),
        ] {
            assert!(matches!(read_json(&wrong), Err(SesRefusal::BadRequest(_))), "{wrong}");
        }
    }
}
