//! An order that was paid, in one of its organization's lists of that day: what the daily summary adds up without reading an
//! order. It is written with the payment, so that each paid order is in one summary, whenever it was placed.

use domain::{Currency, Minor, Order, OrganizationId};
use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::codec;
use crate::{Item, Key, StoreError, index, key, value::s};

pub(crate) const ENTITY: &str = "daily_sale";

/// For how many seconds an entry stays: longer than any summary comes late.
const KEPT: i64 = 40 * 86_400;

/// What was sold.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DailySale {
    /// How many units.
    pub(crate) units: u64,
    /// What was paid for them.
    pub(crate) amount: Minor,
    /// That of the payment, which may differ from the order's.
    pub(crate) currency: Currency,
}

/// The partitions of an organization's orders that were paid on the day of that time, in UTC. A sale that many want would
/// be too much for one.
pub(crate) fn partitions(organization: &OrganizationId, at: Timestamp) -> Vec<String> {
    (0..index::SPREAD).map(|n| partition(organization, at, n)).collect()
}

fn partition(organization: &OrganizationId, at: Timestamp, n: u8) -> String {
    format!("SALES#{organization}#{}#{n}", at.to_zoned(TimeZone::UTC).date())
}

pub(crate) fn item(order: &Order, now: Timestamp) -> Result<Item, StoreError> {
    let id = order.id.as_str();
    let key = Key::new(partition(&order.organization, now, index::partition(id)), key::by_time(now, id));
    // A payment that comes too late buys nothing.
    let bought = order.lines.iter().filter(|_| order.paid_at.is_some());
    let units = bought.map(|line| u64::from(line.quantity)).sum();
    let sale = DailySale { units, amount: order.payment.captured, currency: order.paid_currency() };
    let mut item = codec::write(&key, ENTITY, &sale)?;
    item.insert("order".to_owned(), s(id));
    index::expire(&mut item, now.as_second() + KEPT);
    Ok(item)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    super::described::Described {
        entity: ENTITY,
        source: include_str!("daily_sale.rs"),
        pk: "SALES#{organization}#{day}#{n}",
        sk: "{paid_at}#{order}",
        attributes: &[
            ("order", "the order"),
            ("units", "how many units it bought"),
            ("amount", "how much was paid, in minor units"),
            ("currency", "the currency of the amount"),
        ],
        indexes: &[],
        ttl: Some("40 days after the order was paid"),
        example: item(&super::examples::order(), super::examples::now()).expect("an item"),
    }
}
