//! Items: how the domain's things lie in the table.

use domain::{EventId, ListingId, Order, OrderId, OrganizationId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{Item, Key, StoreError, keys};

/// Reads an item as a `T`.
pub(crate) fn read<T: DeserializeOwned>(item: Item) -> Result<T, StoreError> {
    let text = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default();
    let key = format!("{}/{}", text("pk"), text("sk"));
    serde_dynamo::aws_sdk_dynamodb_1::from_item(item)
        .map_err(|error| StoreError::Corrupt { key, reason: error.to_string() })
}

/// Writes a `T` under `key` as an item of that kind.
pub(crate) fn write<T: Serialize>(key: &Key, entity: &str, value: &T) -> Result<Item, StoreError> {
    let corrupt = |reason: String| StoreError::Corrupt { key: key.to_string(), reason };
    let mut item: Item =
        serde_dynamo::aws_sdk_dynamodb_1::to_item(value).map_err(|error| corrupt(error.to_string()))?;
    item.extend(key.attributes());
    item.insert("entity".to_owned(), crate::value::s(entity));
    Ok(item)
}

/// An order's item. What changes without a new version stands beside the order, not in it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct OrderItem {
    pub(crate) version: u64,
    /// Whose it is, for fair turns on the agenda.
    pub(crate) organization: OrganizationId,
    pub(crate) order_status: String,
    /// The listings of its lines, for staff lists.
    pub(crate) listings: Vec<ListingId>,
    pub(crate) org_shard: String,
    pub(crate) org_time: String,
    /// The partition of its first listing's orders; `org_time` is its place there, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) listing_shard: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) agenda_shard: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) due_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) session_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) checkout_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) payment_intent_id: Option<String>,
    /// As JSON text: nothing in the table asks for a part of it, and one attribute costs a fraction of a hundred nested
    /// ones wherever an item is written, indexed or read.
    #[serde(with = "text")]
    pub(crate) order: Order,
}

/// A value as JSON text in one attribute.
pub(crate) mod text {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};

    pub(crate) fn serialize<T: Serialize, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&serde_json::to_string(value).map_err(serde::ser::Error::custom)?)
    }

    pub(crate) fn deserialize<'de, T: DeserializeOwned, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
        serde_json::from_str(&String::deserialize(from)?).map_err(serde::de::Error::custom)
    }
}

impl OrderItem {
    pub(crate) fn new(order: &Order) -> Self {
        let due = order.due_at();
        let listings = listings_of(order);
        let first = listings.first().map(|first| keys::listing_orders(first, order.id.as_str()));
        Self {
            version: order.version,
            organization: order.organization.clone(),
            order_status: order.status.as_str().to_owned(),
            listings,
            org_shard: keys::org_list(&order.organization, order.id.as_str()),
            org_time: keys::by_time(order.created_at, order.id.as_str()),
            listing_shard: first,
            agenda_shard: due.map(|_| keys::agenda(order.id.as_str())),
            due_at: due.map(due_second),
            session_id: order.payment.session_id.clone(),
            checkout_url: order.payment.checkout_url.clone(),
            payment_intent_id: order.payment.payment_intent_id.clone(),
            order: order.clone(),
        }
    }

    pub(crate) fn into_order(self) -> Order {
        let mut order = self.order;
        order.payment.session_id = self.session_id;
        order.payment.checkout_url = self.checkout_url;
        order.payment.payment_intent_id = self.payment_intent_id;
        order
    }
}

/// The listings of an order's lines, in their order.
pub(crate) fn listings_of(order: &Order) -> Vec<ListingId> {
    let mut listings: Vec<_> = order.lines.iter().map(|line| line.listing.clone()).collect();
    listings.sort();
    listings.dedup();
    listings
}

/// The agenda counts whole seconds, rounded up, so that nothing is looked at before it is due.
pub(crate) fn due_second(at: Timestamp) -> i64 {
    at.as_second() + i64::from(at.subsec_nanosecond() > 0)
}

/// Units of an offer's stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// The listing.
    pub listing: ListingId,
    /// The offer.
    pub offer: domain::OfferId,
    /// Its number within the offer.
    pub shard: u16,
    /// Units to sell in all.
    pub capacity: u32,
    /// Units that can be bought.
    pub available: u32,
    /// Units of orders that are not paid yet.
    pub held: u32,
    /// Units that are sold.
    pub sold: u32,
    /// The version of the offer that these units are sold under.
    pub offer_version: u64,
}

/// What is about to be asked of Stripe, written down before it is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallRecord {
    /// The order it is for.
    pub order: OrderId,
    /// Its number within the order.
    pub n: u32,
    /// The idempotency key it is asked with.
    pub key: String,
    /// The rendered request, as the payments library made it.
    pub request: serde_json::Value,
    /// When it was written down, which is before the first attempt.
    pub created_at: Timestamp,
    /// When it was asked again last, because whoever asked first did not come to an end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tried_at: Option<Timestamp>,
}

/// That a request was made before, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdempotencyRecord {
    /// The organization and the caller that the key belongs to.
    pub scope: String,
    /// The key.
    pub key: String,
    /// A hash of the request's body, to tell another request under the same key.
    pub fingerprint: String,
    /// The order that it made or was about.
    pub order: OrderId,
    /// The refund that it made, if it was for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund: Option<domain::RefundId>,
    /// Until when the first call is thought to be at work.
    pub lease_until: Timestamp,
    /// When DynamoDB may forget it, in seconds.
    pub ttl: i64,
}

/// What has become of a Stripe event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventRecord {
    /// Stripe's id of it.
    pub id: EventId,
    /// Stripe's type of it.
    pub kind: String,
    /// Whether it has taken effect, or needed none.
    #[serde(default)]
    pub done: bool,
    /// What came of it.
    #[serde(default)]
    pub outcome: Option<String>,
    /// How often it was worked on.
    #[serde(default)]
    pub attempts: u32,
    /// What went wrong last.
    #[serde(default)]
    pub error: Option<String>,
    /// The order it was about.
    #[serde(default)]
    pub order: Option<OrderId>,
    /// When it first came.
    pub first_at: Timestamp,
    /// When it took effect.
    #[serde(default)]
    pub done_at: Option<Timestamp>,
}

/// Something that is owed to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationRecord {
    /// Its id, made from its cause.
    pub id: String,
    /// The order it is about.
    pub order: OrderId,
    /// What it is about.
    pub notification: domain::NotificationKind,
    /// When its cause was written down.
    pub created_at: Timestamp,
    /// When it was done.
    #[serde(default)]
    pub done_at: Option<Timestamp>,
    /// How often it was tried.
    #[serde(default)]
    pub attempts: u32,
}

/// The work of refunding a whole listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelJob {
    /// The listing that was called off.
    pub listing: ListingId,
    /// Its organization.
    pub organization: OrganizationId,
    /// Who called it off.
    pub by: String,
    /// When.
    pub created_at: Timestamp,
    /// How far it has come.
    #[serde(default)]
    pub progress: CancelProgress,
}

/// How far the refunding of a listing has come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelProgress {
    /// What is gone through just now.
    pub pass: CancelPass,
    /// Where in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<ListingCursor>,
    /// Orders that could not be seen to yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<OrderId>,
    /// Whether there were more of them than are kept here, so that all orders have to be gone through once more.
    #[serde(default)]
    pub again: bool,
}

/// What a job that cancels a listing goes through.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelPass {
    /// All orders of the listing.
    #[default]
    All,
    /// Those that were placed about when the sale closed, once the index must have them.
    Latest,
    /// Those that could not be seen to before.
    Left,
}

/// A place in the list of a listing's orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListingCursor {
    /// The partition.
    pub shard: u8,
    /// The entry that was read last.
    pub after: String,
}

/// How far the check of a listing's stock against its orders has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckJob {
    /// The listing.
    pub listing: ListingId,
    /// When this look at it began.
    pub began_at: Timestamp,
    /// Where in the list of its orders it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<ListingCursor>,
    /// The stock when the look began, by offer and shard: available, held, sold.
    #[serde(with = "text")]
    pub stock: Vec<(domain::OfferId, u16, [u32; 3])>,
    /// What the orders gone through so far claim, by offer and shard: held, sold.
    #[serde(with = "text")]
    pub units: Vec<(domain::OfferId, u16, [u32; 2])>,
    /// What the look before found not to add up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suspicion: Vec<String>,
    /// How many looks there were before this one.
    #[serde(default)]
    pub fetches: u32,
}

/// The work of taking a customer's personal fields out of an organization's orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasureJob {
    /// The organization.
    pub organization: OrganizationId,
    /// The customer's subject.
    pub customer: String,
    /// Who asked for it.
    pub by: String,
    /// When.
    pub created_at: Timestamp,
    /// How far it has come, if it ran out of time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}
