//! An entry of a customer's ledger: one credit or debit of hours. Its key is its cause, so that there is no second one of
//! the same cause.

use domain::{Actor, Minor, OrganizationId};
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{codec, customer};
use crate::{Item, Key, StoreError};

pub(crate) const ENTITY: &str = "entry";

/// What the sort keys of the entries begin with.
pub(crate) const PREFIX: &str = "ENTRY#";

/// A change of a balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// What it is for: `order:…`, `refund:…`, `dispute:…` or `debit:…`.
    pub cause: String,
    hundredths: i64,
    /// Money, in minor units; below zero where it goes back.
    pub amount: Minor,
    /// Who made it: `engine`, or a person's subject.
    pub by: Actor,
    /// When it was made.
    pub at: Timestamp,
}

impl LedgerEntry {
    pub(crate) fn new(cause: &str, hundredths: i64, amount: Minor, by: &Actor, at: Timestamp) -> Self {
        Self { cause: cause.to_owned(), hundredths, amount, by: by.clone(), at }
    }

    /// Hours; below zero where they go out.
    #[must_use]
    pub fn hours(&self) -> Decimal {
        customer::hours(self.hundredths)
    }

    pub(crate) fn hundredths(&self) -> i64 {
        self.hundredths
    }
}

pub(crate) fn key(organization: &OrganizationId, customer: &str, cause: &str) -> Key {
    Key::new(customer::partition(organization, customer), format!("{PREFIX}{cause}"))
}

pub(crate) fn item(organization: &OrganizationId, customer: &str, entry: &LedgerEntry) -> Result<Item, StoreError> {
    codec::write(&key(organization, customer, &entry.cause), ENTITY, entry)
}

/// The credit of a package of ten hours.
#[cfg(test)]
pub(super) fn example() -> LedgerEntry {
    LedgerEntry::new("order:ord_1", 1_000, Minor(7_500), &Actor::Engine, super::examples::now())
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let (order, entry) = (super::examples::order(), example());
    super::described::Described {
        entity: ENTITY,
        source: include_str!("entry.rs"),
        pk: "CUSTOMER#{organization}#{customer}",
        sk: "ENTRY#{cause}",
        attributes: &[
            ("cause", "`order:…`, `refund:…`, `dispute:…` or `debit:…`"),
            ("hundredths", "hours, in hundredths; below zero where they go out"),
            ("amount", "money, in minor units; below zero where it goes back"),
            ("by", "who made it: `engine`, or a person's subject"),
            ("at", "when it was made"),
        ],
        indexes: &[],
        ttl: None,
        example: item(&order.organization, super::examples::CUSTOMER, &entry).expect("an item"),
    }
}
