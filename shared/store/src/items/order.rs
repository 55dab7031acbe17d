//! An order with its lines, tickets, refunds and trail, as one item. What changes without a new version (Stripe's ids) or
//! is asked for by an index stands beside the order, not in it.

use domain::{ListingId, Order, OrderId, OrganizationId};
use serde::{Deserialize, Serialize};

use super::codec;
use crate::{Item, Key, StoreError, index, key};

pub(crate) const ENTITY: &str = "order";

pub(crate) fn key(id: &OrderId) -> Key {
    Key::new(format!("ORDER#{id}"), "META")
}

/// The `n`th partition of an organization's orders.
pub(crate) fn org_shard(organization: &OrganizationId, n: u8) -> String {
    format!("ORG#{organization}#{n}")
}

/// The `n`th partition of a listing's orders.
pub(crate) fn listing_shard(listing: &ListingId, n: u8) -> String {
    format!("LISTING#{listing}#{n}")
}

pub(crate) fn item(order: &Order) -> Result<Item, StoreError> {
    codec::write(&key(&order.id), ENTITY, &OrderItem::new(order))
}

pub(crate) fn read(item: Item) -> Result<Order, StoreError> {
    Ok(codec::read::<OrderItem>(item)?.into_order())
}

/// The listings of an order's lines, each once, sorted by id.
pub(crate) fn listings_of(order: &Order) -> Vec<ListingId> {
    let mut listings: Vec<_> = order.lines.iter().map(|line| line.listing.clone()).collect();
    listings.sort();
    listings.dedup();
    listings
}

#[derive(Debug, Serialize, Deserialize)]
struct OrderItem {
    version: u64,
    organization: OrganizationId,
    order_status: String,
    listings: Vec<ListingId>,
    org_shard: String,
    org_time: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    listing_shard: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agenda_shard: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checkout_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_intent_id: Option<String>,
    #[serde(with = "codec::json")]
    order: Order,
}

impl OrderItem {
    fn new(order: &Order) -> Self {
        let id = order.id.as_str();
        let partition = index::partition(id);
        let due = order.due_at();
        let listings = listings_of(order);
        Self {
            version: order.version,
            organization: order.organization.clone(),
            order_status: order.status.as_str().to_owned(),
            org_shard: org_shard(&order.organization, partition),
            org_time: key::by_time(order.created_at, id),
            listing_shard: listings.first().map(|first| listing_shard(first, partition)),
            listings,
            agenda_shard: due.map(|_| index::agenda(id)),
            due_at: due.map(index::due_second),
            session_id: order.payment.session_id.clone(),
            checkout_url: order.payment.checkout_url.clone(),
            payment_intent_id: order.payment.payment_intent_id.clone(),
            order: order.clone(),
        }
    }

    fn into_order(self) -> Order {
        let mut order = self.order;
        order.payment.session_id = self.session_id;
        order.payment.checkout_url = self.checkout_url;
        order.payment.payment_intent_id = self.payment_intent_id;
        order
    }
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    super::described::Described {
        entity: ENTITY,
        source: include_str!("order.rs"),
        pk: "ORDER#{order}",
        sk: "META",
        attributes: &[
            ("version", "grows by one with each change; every change is conditional on it"),
            ("organization", "the seller, for fair turns on the agenda"),
            ("order_status", "its status, for filters of staff's lists"),
            ("listings", "the listings of its lines, for filters of staff's lists"),
            ("session_id", "Stripe's checkout session, once known; noted without a new version"),
            ("checkout_url", "Stripe's page for the buyer; noted without a new version"),
            ("payment_intent_id", "Stripe's payment intent, once known; noted without a new version"),
            ("order", "all the rest, as JSON text: one attribute costs a fraction of a hundred nested ones"),
        ],
        indexes: &[
            (
                index::AGENDA,
                "its hold, a claim, a refund, an adjustment, a review or its archiving is due; not in it while nothing is",
            ),
            (index::BY_ORGANIZATION, "the list of its organization's orders, by the time of placing"),
            (index::BY_LISTING, "the list of the orders of its first listing, by the time of placing"),
        ],
        ttl: None,
        example: item(&super::examples::order()).expect("an item"),
    }
}
