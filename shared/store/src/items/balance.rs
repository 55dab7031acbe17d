//! A customer's balance of prepaid hours with an organization. It is the sum of the customer's entries and changes in their
//! transactions. The index has it for the account, with the balances of all organizations.

use domain::{Minor, OrganizationId};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{account::AccountList, codec, customer, entry::LedgerEntry};
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

/// Adds an entry to the balance of a customer with an organization.
pub(crate) fn add(organization: &OrganizationId, customer: &str, entry: &LedgerEntry) -> Change {
    let change = Change::default().add("hundredths", entry.hundredths()).add("amount", entry.amount.0);
    // They are always the same, so the index is written once.
    let change = change.set("listing_shard", s(AccountList::Hours.partition(customer)));
    change.set("org_time", s(organization.as_str())).set("entity", s(ENTITY))
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
        indexes: &[(super::account::INDEX, "the list of all balances of the customer, by organization")],
        ttl: None,
        example: add(&order.organization, super::examples::CUSTOMER, &super::entry::example())
            .applied(&key(&order.organization, super::examples::CUSTOMER)),
    }
}
