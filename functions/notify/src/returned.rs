//! Mail that came back, or was called unwanted: SES' events of it, as the template has them sent to the queue
//! (<https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html>).

use std::collections::HashMap;

use domain::{OrderId, OrganizationId, UndeliverableCause};
use serde::Deserialize;

/// The tag of a mail that names its order.
const ORDER_TAG: &str = "order";
/// The tag of a summary that names its organization.
const ORGANIZATION_TAG: &str = "organization";

/// What a mail is about, as it is tagged, so that SES' events name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MailAbout {
    /// Mail to a buyer or a ticket's attendee.
    Order(OrderId),
    /// An organization's day.
    Organization(OrganizationId),
}

impl MailAbout {
    /// The tag's name and value.
    pub(crate) fn tag(&self) -> (&'static str, &str) {
        match self {
            Self::Order(order) => (ORDER_TAG, order.as_str()),
            Self::Organization(organization) => (ORGANIZATION_TAG, organization.as_str()),
        }
    }

    fn of(tags: &HashMap<String, Vec<String>>) -> Option<Self> {
        let tag = |name: &str| tags.get(name)?.first().cloned();
        let order = tag(ORDER_TAG).and_then(|id| OrderId::parse(id).ok()).map(Self::Order);
        let of_day = || tag(ORGANIZATION_TAG).and_then(|id| OrganizationId::parse(&id).ok()).map(Self::Organization);
        order.or_else(of_day)
    }
}

/// What an event says: mail about this does not reach these addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Returned {
    pub(crate) about: MailAbout,
    pub(crate) addresses: Vec<String>,
    pub(crate) cause: UndeliverableCause,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SesEvent {
    event_type: String,
    mail: SentMail,
    bounce: Option<Bounce>,
    complaint: Option<Complaint>,
}

#[derive(Debug, Deserialize)]
struct SentMail {
    #[serde(default)]
    tags: HashMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bounce {
    bounce_type: String,
    bounced_recipients: Vec<Recipient>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Complaint {
    complained_recipients: Vec<Recipient>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Recipient {
    email_address: String,
}

/// Reads a message of the queue as an event of SES. None if it is none; `Some(None)` for one that changes nothing: a mailbox
/// that is full for now, or a mail that was not tagged.
pub(crate) fn read(body: &str) -> Option<Option<Returned>> {
    let event: SesEvent = serde_json::from_str(body).ok()?;
    let (recipients, cause) = match (event.event_type.as_str(), event.bounce, event.complaint) {
        ("Bounce", Some(bounce), _) if bounce.bounce_type == "Permanent" => {
            (bounce.bounced_recipients, UndeliverableCause::Bounce)
        }
        ("Complaint", _, Some(complaint)) => (complaint.complained_recipients, UndeliverableCause::Complaint),
        _ => return Some(None),
    };
    let addresses = recipients.into_iter().map(|recipient| recipient.email_address).collect();
    Some(MailAbout::of(&event.mail.tags).map(|about| Returned { about, addresses, cause }))
}

#[cfg(test)]
mod tests {
    use domain::UndeliverableCause;
    use serde_json::{Value, json};

    use super::{MailAbout, read};

    fn bounce(kind: &str, tags: &Value) -> String {
        json!({
            "eventType": "Bounce",
            "bounce": {
                "bounceType": kind, "bounceSubType": "General",
                "bouncedRecipients": [{ "emailAddress": "ada@example.com", "action": "failed", "status": "5.1.1" }],
                "timestamp": "2027-01-15T08:31:00.000Z"
            },
            "mail": { "messageId": "0100-1", "destination": ["ada@example.com"], "tags": tags }
        })
        .to_string()
    }

    #[test]
    fn a_bounce_for_good_names_order_and_address() {
        let found = read(&bounce("Permanent", &json!({ "order": ["ord_1"] }))).flatten().expect("an event");
        assert_eq!((found.about.tag(), found.cause), (("order", "ord_1"), UndeliverableCause::Bounce));
        assert_eq!(found.addresses, ["ada@example.com"]);
    }

    #[test]
    fn a_summary_names_its_organization() {
        let found = read(&bounce("Permanent", &json!({ "organization": ["acme"] }))).flatten().expect("an event");
        assert!(matches!(found.about, MailAbout::Organization(id) if id.as_str() == "acme"));
    }

    #[test]
    fn a_complaint_does_too() {
        let event = json!({
            "eventType": "Complaint",
            "complaint": { "complainedRecipients": [{ "emailAddress": "ada@example.com" }] },
            "mail": { "tags": { "order": ["ord_1"] } }
        });
        let found = read(&event.to_string()).flatten().expect("an event");
        assert_eq!(found.cause, UndeliverableCause::Complaint);
    }

    #[test]
    fn what_passes_or_is_of_no_order_changes_nothing_and_other_messages_are_no_events() {
        assert_eq!(read(&bounce("Transient", &json!({ "order": ["ord_1"] }))), Some(None));
        assert_eq!(read(&bounce("Permanent", &json!({}))), Some(None));
        assert_eq!(read(&json!({ "eventType": "Send", "mail": {} }).to_string()), Some(None));
        assert_eq!(read(&json!({ "notification": "ord_1-confirmation" }).to_string()), None);
        assert_eq!(read("not json"), None);
    }
}
