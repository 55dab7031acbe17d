//! A refund that was made, in its organization's list of that day: what the daily summary adds up without reading an order.

use domain::{
    Order, OrganizationId,
    order::{Refund, Sum},
};
use jiff::{Timestamp, tz::TimeZone};

use super::codec;
use crate::{Item, Key, StoreError, index, key, value::s};

pub(crate) const ENTITY: &str = "daily_refund";

/// For how many seconds an entry stays: longer than any summary comes late.
const KEPT: i64 = 40 * 86_400;

/// The partition of an organization's refunds that were made on the day of that time, in UTC.
pub(crate) fn partition(organization: &OrganizationId, at: Timestamp) -> String {
    format!("REFUNDS#{organization}#{}", at.to_zoned(TimeZone::UTC).date())
}

pub(crate) fn item(order: &Order, refund: &Refund, now: Timestamp) -> Result<Item, StoreError> {
    let key = Key::new(partition(&order.organization, now), key::by_time(now, refund.id.as_str()));
    let sum = Sum { amount: refund.amount, currency: order.currency_of(refund) };
    let mut item = codec::write(&key, ENTITY, &sum)?;
    item.insert("order".to_owned(), s(order.id.as_str()));
    index::expire(&mut item, now.as_second() + KEPT);
    Ok(item)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let order = super::examples::refunded();
    let refund = order.refunds.first().expect("a refund");
    super::described::Described {
        entity: ENTITY,
        source: include_str!("daily_refund.rs"),
        pk: "REFUNDS#{organization}#{day}",
        sk: "{made_at}#{refund}",
        attributes: &[
            ("order", "the order"),
            ("amount", "how much, in minor units"),
            ("currency", "the currency of the amount"),
        ],
        indexes: &[],
        ttl: Some("40 days after the refund was made"),
        example: item(&order, refund, super::examples::now()).expect("an item"),
    }
}
