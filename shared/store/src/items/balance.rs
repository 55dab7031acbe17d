//! A customer's balance of prepaid hours with an organization. It is the sum of the customer's entries and changes in their
//! transactions.

use domain::{Minor, OrganizationId};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{codec, customer, entry::LedgerEntry};
use crate::{
    Item, Key, StoreError,
    value::{Change, s},
};

pub(crate) const ENTITY: &str = "balance";

/// What a customer has with an organization.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Balance {
    /// Hours that are left.
    pub hours: Decimal,
    /// What was paid for hours, less what went back, in minor units.
    pub amount: Minor,
}

#[derive(Debug, Serialize, Deserialize)]
struct BalanceItem {
    #[serde(default)]
    hundredths: i64,
    #[serde(default)]
    amount: Minor,
}

pub(crate) fn key(organization: &OrganizationId, customer: &str) -> Key {
    Key::new(customer::partition(organization, customer), "BALANCE")
}

pub(crate) fn read(item: Item) -> Result<Balance, StoreError> {
    let item: BalanceItem = codec::read(item)?;
    Ok(Balance { hours: customer::hours(item.hundredths), amount: item.amount })
}

/// Adds an entry to the balance.
pub(crate) fn add(entry: &LedgerEntry) -> Change {
    Change::default().set("entity", s(ENTITY)).add("hundredths", entry.hundredths()).add("amount", entry.amount.0)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let order = super::examples::order();
    super::described::Described {
        entity: ENTITY,
        source: include_str!("balance.rs"),
        pk: "CUSTOMER#{organization}#{customer}",
        sk: "BALANCE",
        attributes: &[
            ("hundredths", "hours that are left, in hundredths; taking hours is conditional on it"),
            ("amount", "what was paid for hours, less what went back, in minor units"),
        ],
        indexes: &[],
        ttl: None,
        example: add(&super::entry::example()).applied(&key(&order.organization, super::examples::CUSTOMER)),
    }
}
