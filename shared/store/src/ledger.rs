//! Prepaid hours: a customer's balance with an organization, and the entries that it is the sum of.

use domain::{Actor, LogEntry, Minor, Order, OrganizationId, order::LedgerMove};
use jiff::Timestamp;
use rust_decimal::Decimal;

use crate::{
    Balance, LedgerEntry, Store, StoreError,
    error::{self, NotApplied},
    items::{
        self, balance,
        customer::{self, hundredths},
        entry,
    },
    log,
    value::{n, s},
    write::{ANY, NEW, Write},
};

/// Hours to be taken off a balance, once for their reference.
#[derive(Debug, Clone)]
pub struct Debit {
    /// The organization that the hours are with.
    pub organization: OrganizationId,
    /// The customer's subject.
    pub customer: String,
    /// How many, above zero, with two decimals at the most.
    pub hours: Decimal,
    /// The caller's name for the debit, unique for the customer.
    pub reference: String,
    /// The subject of the person who debits.
    pub by: Actor,
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

/// An update of a balance, and when it holds.
fn add(
    organization: &OrganizationId,
    customer: &str,
    entry: &LedgerEntry,
    condition: &'static str,
    given: Option<(&str, i64)>,
) -> Write {
    let mut change = balance::add(organization, customer, entry);
    if let Some((placeholder, value)) = given {
        change = change.given(placeholder, n(value));
    }
    Write::Update { key: balance::key(organization, customer), change, condition }
}

impl Store {
    /// What a customer has with an organization.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn balance(&self, organization: &OrganizationId, customer: &str) -> Result<Balance, StoreError> {
        let item = self.get("read a balance", &balance::key(organization, customer)).await?;
        Ok(item.map(balance::read).transpose()?.unwrap_or_default())
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
                .expression_attribute_values(":pk", s(customer::partition(organization, customer)))
                .expression_attribute_values(":entry", s(entry::PREFIX))
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

    /// Takes hours off a balance, once for their reference, and never more than there are, with an entry of the log.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer. The same debit may then be asked for again.
    pub async fn debit(&self, debit: &Debit, log: &LogEntry, now: Timestamp) -> Result<Debited, StoreError> {
        let cause = format!("debit:{}", debit.reference);
        let entry = LedgerEntry::new(&cause, -hundredths(debit.hours), Minor::ZERO, &debit.by, now);
        let mut writes = vec![
            Write::Put { item: entry::item(&debit.organization, &debit.customer, &entry)?, condition: Some(NEW) },
            enough(&debit.organization, &debit.customer, &entry),
        ];
        writes.extend(log::put(Some(log))?);
        match self.transact("take hours", &writes).await {
            Ok(()) => Ok(Debited::Now(entry)),
            Err(NotApplied::Conditions(failed)) => {
                for (index, old) in failed {
                    if let (0, Some(old)) = (index, old) {
                        return Ok(Debited::Before(items::read(old)?));
                    }
                }
                Ok(Debited::Insufficient(self.balance(&debit.organization, &debit.customer).await?))
            }
            Err(NotApplied::Conflict) => Err(StoreError::out_of_time("take hours")),
            Err(NotApplied::Store(error)) => Err(error),
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
            let entry = |cause: &str, hundredths: i64, amount: Minor| {
                LedgerEntry::new(cause, hundredths, amount, &Actor::Engine, now)
            };

            let (entry, update, kind) = match change {
                LedgerMove::Credit { cause, hours, amount } => {
                    let entry = entry(cause, hundredths(*hours), *amount);
                    let update = add(organization, customer, &entry, ANY, None);
                    (entry, update, LedgerPart::Seen)
                }
                LedgerMove::Take { cause, hours, amount } => {
                    let entry = entry(cause, -hundredths(*hours), Minor(-amount.0));
                    let update = enough(organization, customer, &entry);
                    (entry, update, LedgerPart::Enough)
                }
                LedgerMove::TakeWhatIsLeft { cause, hours, amount } => {
                    let left = hundredths(self.balance(organization, customer).await?.hours);
                    let entry = entry(cause, -hundredths(*hours).min(left.max(0)), Minor(-amount.0));
                    let seen = "#hundredths = :seen OR attribute_not_exists(#hundredths)";
                    let update = add(organization, customer, &entry, seen, Some((":seen", left)));
                    (entry, update, LedgerPart::Seen)
                }
                LedgerMove::GiveBack { cause, of } => {
                    let taken = self.get("read a ledger", &entry::key(organization, customer, of)).await?;
                    let Some(taken) = taken.map(items::read::<LedgerEntry>).transpose()? else { continue };
                    let entry = entry(cause, -taken.hundredths(), Minor(-taken.amount.0));
                    let update = add(organization, customer, &entry, ANY, None);
                    (entry, update, LedgerPart::Seen)
                }
            };
            let put = Write::Put { item: entry::item(organization, customer, &entry)?, condition: Some(NEW) };
            writes.push(LedgerWrite { write: put, kind: LedgerPart::Entry });
            writes.push(LedgerWrite { write: update, kind });
        }
        Ok(writes)
    }
}

/// Takes an entry's hours off a balance that has as many.
fn enough(organization: &OrganizationId, customer: &str, entry: &LedgerEntry) -> Write {
    add(organization, customer, entry, "#hundredths >= :need", Some((":need", -entry.hundredths())))
}
