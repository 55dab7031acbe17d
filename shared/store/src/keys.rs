//! The table's keys: one function for each kind of item, and nowhere else.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{EventId, ListingId, OfferId, OrderId, OrganizationId, PromoCode, TicketCode};
use jiff::{Timestamp, civil::Date};

/// How many partitions the agenda and each organization's lists are spread over.
pub const SPREAD: u8 = 8;

/// An item's primary key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// The partition key.
    pub pk: String,
    /// The sort key.
    pub sk: String,
}

impl Key {
    fn new(pk: String, sk: impl Into<String>) -> Self {
        Self { pk, sk: sk.into() }
    }

    /// The key as the SDK wants it.
    #[must_use]
    pub fn attributes(&self) -> HashMap<String, AttributeValue> {
        HashMap::from([
            ("pk".to_owned(), AttributeValue::S(self.pk.clone())),
            ("sk".to_owned(), AttributeValue::S(self.sk.clone())),
        ])
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.pk, self.sk)
    }
}

/// An organization.
#[must_use]
pub fn organization(id: &OrganizationId) -> Key {
    Key::new(format!("ORG#{id}"), "META")
}

/// A listing.
#[must_use]
pub fn listing(id: &ListingId) -> Key {
    Key::new(format!("LISTING#{id}"), "META")
}

/// An offer: in its listing's partition, so that a listing with all its offers is one query.
#[must_use]
pub fn offer(listing: &ListingId, id: &OfferId) -> Key {
    Key::new(format!("LISTING#{listing}"), format!("OFFER#{id}"))
}

/// A promo code of a listing.
#[must_use]
pub fn promo(listing: &ListingId, code: &PromoCode) -> Key {
    Key::new(format!("LISTING#{listing}"), format!("PROMO#{code}"))
}

/// One stock shard of an offer: a partition of its own, because a partition takes 1,000 write units a second.
#[must_use]
pub fn shard(listing: &ListingId, offer: &OfferId, n: u16) -> Key {
    Key::new(format!("STOCK#{listing}#{offer}#{n}"), "SHARD")
}

/// An order.
#[must_use]
pub fn order(id: &OrderId) -> Key {
    Key::new(format!("ORDER#{id}"), "META")
}

/// An order's entry in the list of those in review.
#[must_use]
pub fn review(order: &OrderId) -> Key {
    Key::new(format!("ORDER#{order}"), "REVIEW")
}

/// The partition of an organization's orders in review. They are few, so one is enough.
#[must_use]
pub fn org_reviews(organization: &OrganizationId) -> String {
    format!("ORG#{organization}#REVIEW")
}

/// The `n`th intent record of an order.
#[must_use]
pub fn call(order: &OrderId, n: u32) -> Key {
    Key::new(format!("ORDER#{order}"), format!("CALL#{n:04}"))
}

/// Which order a ticket code belongs to.
#[must_use]
pub fn ticket(code: &TicketCode) -> Key {
    Key::new(format!("TICKET#{code}"), "REF")
}

/// Which order a Stripe object belongs to.
#[must_use]
pub fn stripe(id: &str) -> Key {
    Key::new(format!("STRIPE#{id}"), "REF")
}

/// Which order a receipt's number belongs to.
#[must_use]
pub fn receipt(number: &str) -> Key {
    Key::new(format!("RECEIPT#{number}"), "REF")
}

/// A customer's balance with an organization.
#[must_use]
pub fn balance(organization: &OrganizationId, customer: &str) -> Key {
    Key::new(format!("CUSTOMER#{organization}#{customer}"), "BALANCE")
}

/// An entry of a customer's ledger, by its cause, so that a second one of the same cause cannot be.
#[must_use]
pub fn entry(organization: &OrganizationId, customer: &str, cause: &str) -> Key {
    Key::new(format!("CUSTOMER#{organization}#{customer}"), format!("ENTRY#{cause}"))
}

/// An expert's day: which of its time is taken.
#[must_use]
pub fn expert_day(organization: &OrganizationId, expert: &str, day: Date) -> Key {
    Key::new(format!("EXPERT#{organization}#{expert}"), format!("DAY#{day}"))
}

/// The entry of a booking in its expert's list, by its slot's start.
#[must_use]
pub fn booking(organization: &OrganizationId, expert: &str, starts_at: Timestamp, order: &OrderId) -> Key {
    let place = by_time(starts_at, order.as_str());
    Key::new(format!("EXPERT#{organization}#{expert}"), format!("{BOOKING}{place}"))
}

/// What the sort key of a booking's entry begins with.
pub const BOOKING: &str = "BOOKING#";

/// The partition of an organization's list of bookings for an order.
#[must_use]
pub fn booking_list(organization: &OrganizationId, order: &str) -> String {
    booking_list_shard(organization, u8::try_from(spread(order) % u64::from(SPREAD)).unwrap_or(0))
}

/// The `n`th partition of an organization's list of bookings.
#[must_use]
pub fn booking_list_shard(organization: &OrganizationId, n: u8) -> String {
    format!("BOOKINGS#{organization}#{n}")
}

/// The job that takes a customer's personal fields out of an organization's orders.
#[must_use]
pub fn erasure_job(organization: &OrganizationId, customer: &str) -> Key {
    Key::new(format!("JOB#ERASE#{organization}#{customer}"), "JOB")
}

/// An idempotency record. The scope is the organization and the caller.
#[must_use]
pub fn idempotency(scope: &str, key: &str) -> Key {
    Key::new(format!("IDEM#{scope}#{key}"), "IDEM")
}

/// A buyer's open orders with an organization. The buyer is a hash.
#[must_use]
pub fn holds(organization: &OrganizationId, buyer: &str) -> Key {
    Key::new(format!("HOLDS#{organization}#{buyer}"), "HOLDS")
}

/// How often a source tried in one minute of Unix time. The source is a hash.
#[must_use]
pub fn attempts(source: &str, minute: i64) -> Key {
    Key::new(format!("ATTEMPTS#{source}#{minute}"), "ATTEMPTS")
}

/// A Stripe event.
#[must_use]
pub fn event(id: &EventId) -> Key {
    Key::new(format!("EVENT#{id}"), "EVENT")
}

/// A notification.
#[must_use]
pub fn notification(id: &str) -> Key {
    Key::new(format!("NOTIFICATION#{id}"), "NOTIFICATION")
}

/// The job that refunds all orders of a listing that was called off.
#[must_use]
pub fn cancel_job(listing: &ListingId) -> Key {
    Key::new(format!("JOB#CANCEL#{listing}"), "JOB")
}

/// How far the check of a listing's stock has come.
#[must_use]
pub fn check_job(listing: &ListingId) -> Key {
    Key::new(format!("JOB#CHECK#{listing}"), "JOB")
}

/// That an order has lines of a listing that is not its first.
#[must_use]
pub fn order_listing(order: &OrderId, listing: &ListingId) -> Key {
    Key::new(format!("ORDER#{order}"), format!("LISTING#{listing}"))
}

/// That an order is a customer's: in the customer's own partition, by time.
#[must_use]
pub fn customer_order(organization: &OrganizationId, customer: &str, placed_at: Timestamp, order: &OrderId) -> Key {
    Key::new(format!("CUSTOMER#{organization}#{customer}"), format!("ORDER#{}", by_time(placed_at, order.as_str())))
}

/// The partition of a listing's orders for one of them.
#[must_use]
pub fn listing_orders(listing: &ListingId, order: &str) -> String {
    listing_orders_shard(listing, u8::try_from(spread(order) % u64::from(SPREAD)).unwrap_or(0))
}

/// The `n`th partition of a listing's orders.
#[must_use]
pub fn listing_orders_shard(listing: &ListingId, n: u8) -> String {
    format!("LISTING#{listing}#{n}")
}

fn spread(id: &str) -> u64 {
    // `DefaultHasher::new` has fixed keys: the same id always lands in the same partition of a running version. A
    // different partition after an upgrade does no harm either, because an item carries its own.
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

/// A number below `n` that depends on the id alone.
#[must_use]
pub fn pick(id: &str, n: u16) -> u16 {
    u16::try_from(spread(id) % u64::from(n.max(1))).unwrap_or(0)
}

/// The agenda's partition for an item.
#[must_use]
pub fn agenda(id: &str) -> String {
    agenda_shard(u8::try_from(spread(id) % u64::from(SPREAD)).unwrap_or(0))
}

/// The agenda's `n`th partition.
#[must_use]
pub fn agenda_shard(n: u8) -> String {
    format!("AGENDA#{n}")
}

/// The partition of an organization's lists for an item.
#[must_use]
pub fn org_list(organization: &OrganizationId, id: &str) -> String {
    org_list_shard(organization, u8::try_from(spread(id) % u64::from(SPREAD)).unwrap_or(0))
}

/// The `n`th partition of an organization's lists.
#[must_use]
pub fn org_list_shard(organization: &OrganizationId, n: u8) -> String {
    format!("ORG#{organization}#{n}")
}

/// The partition in which published listings are found.
pub const PUBLISHED: &str = "PUBLISHED";

/// A place in a list by time: the time first, at a fixed width, then the id.
#[must_use]
pub fn by_time(at: Timestamp, id: &str) -> String {
    format!("{}#{id}", instant(at))
}

/// A time as text that sorts by time.
#[must_use]
pub fn instant(at: Timestamp) -> String {
    format!("{at:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_sort_as_text() {
        let early = instant(Timestamp::from_millisecond(1_700_000_000_000).expect("legal"));
        let later = instant(Timestamp::from_millisecond(1_700_000_000_050).expect("legal"));
        assert_eq!(early, "2023-11-14T22:13:20.000Z");
        assert!(early < later);
    }

    #[test]
    fn keys_are_those_of_the_data_page() {
        let listing_id = ListingId::parse("summer").expect("legal");
        let offer_id = OfferId::parse("vip").expect("legal");
        assert_eq!(shard(&listing_id, &offer_id, 3).to_string(), "STOCK#summer#vip#3/SHARD");
        assert_eq!(offer(&listing_id, &offer_id).to_string(), "LISTING#summer/OFFER#vip");
        assert_eq!(call(&OrderId::parse("o1").expect("legal"), 2).to_string(), "ORDER#o1/CALL#0002");
    }

    #[test]
    fn picks_are_stable_and_in_range() {
        for n in 1..20 {
            assert!(pick("ord_1", n) < n);
            assert_eq!(pick("ord_1", n), pick("ord_1", n));
        }
    }
}
