//! A notification of the outbox: a message that we owe a buyer, an expert or staff. It is written in the transaction of its
//! cause, and its id is its cause, so that it is there once.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{DailySummary, NotificationKind, Order, OrderId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::codec;
use crate::{
    Item, Key, StoreError,
    index::{self, AgendaPart},
    value::s,
};

pub(crate) const ENTITY: &str = "notification";
/// A notification of no order: the daily summary for an organization's staff.
const SUMMARY_ENTITY: &str = "summary";

/// When the sweeper finds a notification that is not sent: the queue has had its time by then.
const SWEEP_AFTER: SignedDuration = SignedDuration::from_mins(2);

/// For how many seconds a summary's notification stays: by then it is sent, or no news. That it comes once, its job sees to.
const SUMMARY_KEPT: i64 = 40 * 86_400;

/// A message that we owe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationRecord {
    /// Its id, made from its cause.
    pub id: String,
    /// The order that it is about.
    pub order: OrderId,
    /// What it is about.
    pub notification: NotificationKind,
    /// When its cause was written.
    pub created_at: Timestamp,
    /// When it was sent.
    #[serde(default)]
    pub done_at: Option<Timestamp>,
    /// How often it was tried.
    #[serde(default)]
    pub attempts: u32,
}

/// A summary that we owe an organization's staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummaryRecord {
    /// What it says.
    pub summary: DailySummary,
    /// What a mail program shows to end the summaries. Secret.
    pub token: String,
}

pub(crate) fn key(id: &str) -> Key {
    Key::new(format!("NOTIFICATION#{id}"), "NOTIFICATION")
}

/// The item of a notification whose cause is written at `now`.
pub(crate) fn item(order: &Order, notification: &NotificationKind, now: Timestamp) -> Result<Item, StoreError> {
    let id = notification.id(&order.id);
    let record = NotificationRecord {
        id: id.clone(),
        order: order.id.clone(),
        notification: notification.clone(),
        created_at: now,
        done_at: None,
        attempts: 0,
    };
    let mut item = codec::write(&key(&id), ENTITY, &record)?;
    item.retain(|_, value| !matches!(value, AttributeValue::Null(_)));
    item.insert("organization".to_owned(), s(order.organization.as_str()));
    let otherwise = if notification.is_queued_at_once() { now + SWEEP_AFTER } else { index::at_once(now) };
    let part = match notification.is_mail() {
        true if NotificationKind::names_one_of_many(&id) => AgendaPart::MailToMany,
        true => AgendaPart::Mail,
        false => AgendaPart::Work,
    };
    index::due_in(part, &mut item, &id, order.not_before(notification).unwrap_or(otherwise));
    Ok(item)
}

/// The item of a summary's notification that is written at `now`.
pub(crate) fn summary_item(summary: &DailySummary, token: &str, now: Timestamp) -> Result<Item, StoreError> {
    let id = summary.id();
    let record = SummaryRecord { summary: summary.clone(), token: token.to_owned() };
    let mut item = codec::write(&key(&id), SUMMARY_ENTITY, &record)?;
    item.insert("organization".to_owned(), s(summary.organization.as_str()));
    item.insert("id".to_owned(), s(&id));
    item.insert("created_at".to_owned(), s(now.to_string()));
    index::due_in(AgendaPart::Mail, &mut item, &id, now + SWEEP_AFTER);
    index::expire(&mut item, now.as_second() + SUMMARY_KEPT);
    Ok(item)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let (order, now) = (super::examples::order(), super::examples::now());
    super::described::Described {
        entity: ENTITY,
        source: include_str!("notification.rs"),
        pk: "NOTIFICATION#{notification}",
        sk: "NOTIFICATION",
        attributes: &[
            ("id", "its id: the order and the cause"),
            ("order", "the order"),
            ("notification", "what it is about"),
            ("organization", "the seller, for fair turns on the agenda"),
            ("created_at", "when its cause was written"),
            ("attempts", "how often it was tried"),
            ("taken_until?", "until when one try has it for itself, in Unix seconds"),
            ("done_at?", "when it was sent; then it leaves the agenda"),
        ],
        indexes: &[(
            index::AGENDA,
            "the sweeper sends what the queue has lost, two minutes after the cause, reminders when it is time for them, and hands \
             what is no mail to the worker; not in it once it is done",
        )],
        ttl: None,
        example: item(&order, &NotificationKind::Confirmation, now).expect("an item"),
    }
}
