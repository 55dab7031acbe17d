//! Prepaid hours: a customer's balance with an organization, and the entries that it is the sum of.
//!
//! Hours are kept in hundredths, so that the table adds whole numbers.

use domain::{Minor, Order, OrganizationId, order::LedgerMove};
use jiff::Timestamp;
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};

use crate::{
    NEW, Store, StoreError, Write,
    error::{self, Cancelled},
    items, keys,
    value::{Change, n, s},
};

/// What a customer has with an organization.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Balance {
    /// Hours that are left.
    pub hours: Decimal,
    /// What was paid for hours, less what went back.
    pub amount: Minor,
}

/// A change of a balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// What it is for: `order:…`, `refund:…`, `dispute:…` or `debit:…`.
    pub cause: String,
    /// Hours, in hundredths; below zero where they go out.
    hundredths: i64,
    /// Money, in minor units; below zero where it goes back.
    pub amount: Minor,
    /// Who made it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

impl LedgerEntry {
    /// Hours; below zero where they go out.
    #[must_use]
    pub fn hours(&self) -> Decimal {
        hours(self.hundredths)
    }
}

/// Hours to be taken off a balance, once for their reference.
#[derive(Debug, Clone)]
pub struct Debit {
    /// With whom.
    pub organization: OrganizationId,
    /// Whose.
    pub customer: String,
    /// How many, above zero, with two decimals at the most.
    pub hours: Decimal,
    /// The caller's name for it.
    pub reference: String,
    /// Who asks.
    pub by: String,
}

/// What came of a debit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Debited {
    /// It was made now.
    Now(LedgerEntry),
    /// It had been made before, under the same reference.
    Before(LedgerEntry),
    /// There are not enough hours.
    Insufficient(Balance),
}

#[derive(Debug, Serialize, Deserialize)]
struct BalanceItem {
    #[serde(default)]
    hundredths: i64,
    #[serde(default)]
    amount: Minor,
}

/// A part of a transaction that changes a balance.
#[derive(Debug, Clone)]
pub(crate) struct LedgerWrite {
    pub(crate) write: Write,
    pub(crate) kind: LedgerPart,
}

/// What its failure means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LedgerPart {
    /// The entry is there already.
    Entry,
    /// There are not enough hours.
    Enough,
    /// The balance is another one by now.
    Seen,
}

impl Balance {
    pub(crate) fn read(item: crate::Item) -> Result<Self, StoreError> {
        let item: BalanceItem = items::read(item)?;
        Ok(Self { hours: hours(item.hundredths), amount: item.amount })
    }
}

fn hundredths(hours: Decimal) -> i64 {
    (hours * Decimal::ONE_HUNDRED).to_i64().unwrap_or(i64::MAX)
}

fn hours(hundredths: i64) -> Decimal {
    Decimal::new(hundredths, 2).normalize()
}

/// An update of a balance, and when it holds.
fn add(
    organization: &OrganizationId,
    customer: &str,
    entry: &LedgerEntry,
    condition: &'static str,
    given: Option<(&str, i64)>,
) -> Write {
    let mut change =
        Change::default().set("entity", s("balance")).add("hundredths", entry.hundredths).add("amount", entry.amount.0);
    if let Some((placeholder, value)) = given {
        change = change.given(placeholder, n(value));
    }
    Write::Update { key: keys::balance(organization, customer), change, condition }
}

impl Store {
    /// What a customer has with an organization.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn balance(&self, organization: &OrganizationId, customer: &str) -> Result<Balance, StoreError> {
        let item = self.balance_item(organization, customer).await?;
        Ok(Balance { hours: hours(item.hundredths), amount: item.amount })
    }

    async fn balance_item(&self, organization: &OrganizationId, customer: &str) -> Result<BalanceItem, StoreError> {
        let item = self.get("read a balance", &keys::balance(organization, customer)).await?;
        Ok(item.map(items::read).transpose()?.unwrap_or(BalanceItem { hundredths: 0, amount: Minor::ZERO }))
    }

    /// All entries of a customer's ledger with an organization, the newest first.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn ledger(&self, organization: &OrganizationId, customer: &str) -> Result<Vec<LedgerEntry>, StoreError> {
        let mut entries: Vec<LedgerEntry> = Vec::new();
        let mut start = None;
        loop {
            let page = self
                .client
                .query()
                .table_name(&self.table)
                .key_condition_expression("pk = :pk AND begins_with(sk, :entry)")
                .expression_attribute_values(":pk", s(keys::balance(organization, customer).pk))
                .expression_attribute_values(":entry", s("ENTRY#"))
                .consistent_read(true)
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(|error| error::plain("read a ledger", &error))?;
            for item in page.items.unwrap_or_default() {
                entries.push(items::read(item)?);
            }
            start = page.last_evaluated_key;
            if start.is_none() {
                entries.sort_by(|a, b| (b.at, &b.cause).cmp(&(a.at, &a.cause)));
                return Ok(entries);
            }
        }
    }

    /// Takes hours off a balance, once for their reference, and never more than there are.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer. The same debit may then be asked for again.
    pub async fn debit(&self, debit: &Debit, now: Timestamp) -> Result<Debited, StoreError> {
        let cause = format!("debit:{}", debit.reference);
        let entry = LedgerEntry {
            cause: cause.clone(),
            hundredths: -hundredths(debit.hours),
            amount: Minor::ZERO,
            by: debit.by.clone(),
            at: now,
        };
        let key = keys::entry(&debit.organization, &debit.customer, &cause);
        let writes = [
            Write::Put { item: items::write(&key, "entry", &entry)?, condition: Some(NEW) },
            enough(&debit.organization, &debit.customer, &entry),
        ];
        match self.transact("take hours", &writes).await {
            Ok(()) => Ok(Debited::Now(entry)),
            Err(Cancelled::Conditions(failed)) => {
                for (index, old) in failed {
                    if let (0, Some(old)) = (index, old) {
                        return Ok(Debited::Before(items::read(old)?));
                    }
                }
                Ok(Debited::Insufficient(self.balance(&debit.organization, &debit.customer).await?))
            }
            Err(Cancelled::Conflict) => Err(StoreError::gave_up("take hours")),
            Err(Cancelled::Store(error)) => Err(error),
        }
    }

    /// The parts of a transaction that change the balance of an order's customer. What is left, and what was taken
    /// before, is read now.
    pub(crate) async fn ledger_writes(
        &self,
        order: &Order,
        moves: &[LedgerMove],
        now: Timestamp,
    ) -> Result<Vec<LedgerWrite>, StoreError> {
        let Some(customer) = &order.buyer.customer else { return Ok(Vec::new()) };
        let organization = &order.organization;
        let mut writes = Vec::new();
        for change in moves {
            let entry = |cause: &str, hundredths: i64, amount: Minor| LedgerEntry {
                cause: cause.to_owned(),
                hundredths,
                amount,
                by: "engine".to_owned(),
                at: now,
            };
            let any = "attribute_not_exists(#entity) OR attribute_exists(#entity)";
            let (entry, update, kind) = match change {
                LedgerMove::Credit { cause, hours, amount } => {
                    let entry = entry(cause, hundredths(*hours), *amount);
                    let update = add(organization, customer, &entry, any, None);
                    (entry, update, LedgerPart::Seen)
                }
                LedgerMove::Take { cause, hours, amount } => {
                    let entry = entry(cause, -hundredths(*hours), Minor(-amount.0));
                    let update = enough(organization, customer, &entry);
                    (entry, update, LedgerPart::Enough)
                }
                LedgerMove::TakeWhatIsLeft { cause, hours, amount } => {
                    let left = self.balance_item(organization, customer).await?.hundredths;
                    let entry = entry(cause, -hundredths(*hours).min(left.max(0)), Minor(-amount.0));
                    let seen = "#hundredths = :seen OR attribute_not_exists(#hundredths)";
                    let update = add(organization, customer, &entry, seen, Some((":seen", left)));
                    (entry, update, LedgerPart::Seen)
                }
                LedgerMove::GiveBack { cause, of } => {
                    let taken = self.get("read a ledger", &keys::entry(organization, customer, of)).await?;
                    let Some(taken) = taken.map(items::read::<LedgerEntry>).transpose()? else { continue };
                    let entry = entry(cause, -taken.hundredths, Minor(-taken.amount.0));
                    let update = add(organization, customer, &entry, any, None);
                    (entry, update, LedgerPart::Seen)
                }
            };
            let item = items::write(&keys::entry(organization, customer, &entry.cause), "entry", &entry)?;
            let put = Write::Put { item, condition: Some(NEW) };
            writes.push(LedgerWrite { write: put, kind: LedgerPart::Entry });
            writes.push(LedgerWrite { write: update, kind });
        }
        Ok(writes)
    }
}

/// Takes an entry's hours off a balance that has as many.
fn enough(organization: &OrganizationId, customer: &str, entry: &LedgerEntry) -> Write {
    add(organization, customer, entry, "#hundredths >= :need", Some((":need", -entry.hundredths)))
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::{hours, hundredths};

    #[test]
    fn hours_are_kept_to_the_hundredth() {
        for text in ["1", "0.25", "10.5", "0.01"] {
            let decimal: Decimal = text.parse().expect("a decimal");
            assert_eq!(hours(hundredths(decimal)).to_string(), text);
        }
        assert_eq!(hundredths(Decimal::new(125, 2)), 125);
    }
}
