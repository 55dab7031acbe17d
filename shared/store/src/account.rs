//! What one person has, with all organizations: orders, bookings to come, hours.
//!
//! Two round trips, one after the other: the person's lists, all at once, and then what they name.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{Order, OrderId, Organization, OrganizationId};
use futures::future::try_join_all;
use jiff::Timestamp;

use crate::{
    Balance, Item, LedgerEntry, Store, StoreError, error,
    items::{
        self, account_booking,
        account_hours::{self, AccountHours},
        account_order, balance, organization,
    },
    key,
    value::{s, text},
};

/// How many orders a page has, and how many bookings and organizations are shown at the most.
const PAGE: usize = 20;

/// What one person has.
#[derive(Debug, Clone, Default)]
pub struct Account {
    /// Orders, the newest first.
    pub orders: Vec<Order>,
    /// Where the next page of orders begins, if there is one.
    pub cursor: Option<String>,
    /// Orders of slots that begin later, the next one first. On the first page alone.
    pub bookings: Vec<Order>,
    /// Hours, by organization. On the first page alone.
    pub hours: Vec<PrepaidHours>,
}

/// A person's hours with one organization.
#[derive(Debug, Clone)]
pub struct PrepaidHours {
    /// With whom.
    pub organization: OrganizationId,
    /// Their name.
    pub name: String,
    /// What is left.
    pub balance: Balance,
    /// What the balance is the sum of, the newest first.
    pub ledger: Vec<LedgerEntry>,
}

impl Store {
    /// What a person has: a page of orders after the cursor, and, on the first page, bookings that begin at `now` or later, and hours.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn account(&self, customer: &str, cursor: Option<&str>, now: Timestamp) -> Result<Account, StoreError> {
        let first = cursor.is_none();
        let (orders, bookings, with) = futures::try_join!(
            self.orders_placed(customer, cursor),
            self.bookings_to_come(customer, first, now),
            self.hours_with(customer, first),
        )?;
        let (ids, cursor) = orders;
        let mut named = ids.clone();
        named.extend(bookings.iter().filter(|id| !ids.contains(id)).cloned());
        let (found, hours) = futures::try_join!(self.orders(&named), self.prepaid(customer, &with))?;
        let own = |ids: &[OrderId]| -> Vec<Order> {
            let of = |id: &OrderId| found.iter().find(|order| &order.id == id).cloned();
            ids.iter().filter_map(of).filter(|order| order.buyer.customer.as_deref() == Some(customer)).collect()
        };
        Ok(Account { orders: own(&ids), cursor, bookings: own(&bookings), hours })
    }

    async fn orders_placed(
        &self,
        customer: &str,
        cursor: Option<&str>,
    ) -> Result<(Vec<OrderId>, Option<String>), StoreError> {
        let high = cursor.map_or_else(|| format!("{}~", account_order::PREFIX), str::to_owned);
        let mut entries = self.listed(customer, (account_order::PREFIX, &high), false).await?;
        // The cursor itself was on the page before.
        entries.retain(|item| text(item, "sk") < high);
        let more = entries.len() > PAGE;
        entries.truncate(PAGE);
        let cursor = entries.last().filter(|_| more).map(|item| text(item, "sk"));
        Ok((orders_of(&entries), cursor))
    }

    async fn bookings_to_come(&self, customer: &str, first: bool, now: Timestamp) -> Result<Vec<OrderId>, StoreError> {
        if !first {
            return Ok(Vec::new());
        }
        let (low, high) =
            (format!("{}{}", account_booking::PREFIX, key::instant(now)), format!("{}~", account_booking::PREFIX));
        let mut entries = self.listed(customer, (&low, &high), true).await?;
        entries.truncate(PAGE);
        Ok(orders_of(&entries))
    }

    async fn hours_with(&self, customer: &str, first: bool) -> Result<Vec<OrganizationId>, StoreError> {
        if !first {
            return Ok(Vec::new());
        }
        let high = format!("{}~", account_hours::PREFIX);
        let mut entries = self.listed(customer, (account_hours::PREFIX, &high), true).await?;
        entries.truncate(PAGE);
        entries.into_iter().map(|item| Ok(items::read::<AccountHours>(item)?.organization)).collect()
    }

    /// Entries of a person's partition between these two, a page and two more at the most.
    async fn listed(
        &self,
        customer: &str,
        (low, high): (&str, &str),
        ascending: bool,
    ) -> Result<Vec<Item>, StoreError> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk AND sk BETWEEN :low AND :high")
            .set_expression_attribute_values(Some(HashMap::<String, AttributeValue>::from([
                (":pk".to_owned(), s(account_order::partition(customer))),
                (":low".to_owned(), s(low)),
                (":high".to_owned(), s(high)),
            ])))
            .consistent_read(true)
            .scan_index_forward(ascending)
            .limit(i32::try_from(PAGE + 2).unwrap_or(1))
            .send()
            .await
            .map_err(|error| error::plain("list what a person has", &error))?;
        Ok(answer.items.unwrap_or_default())
    }

    async fn prepaid(&self, customer: &str, with: &[OrganizationId]) -> Result<Vec<PrepaidHours>, StoreError> {
        let keys = with.iter().flat_map(|id| [organization::key(id), balance::key(id, customer)]).collect::<Vec<_>>();
        let ledgers = try_join_all(with.iter().map(|id| self.ledger(id, customer)));
        let (found, ledgers) = futures::try_join!(self.batch_get("read hours", &keys), ledgers)?;
        let mut names: HashMap<String, String> = HashMap::new();
        let mut balances: HashMap<String, Balance> = HashMap::new();
        for item in found {
            if text(&item, "entity") == organization::ENTITY {
                let organization: Organization = items::read(item)?;
                names.insert(organization.id.to_string(), organization.name);
            } else {
                balances.insert(text(&item, "pk"), balance::read(item)?);
            }
        }
        let of = |(id, ledger): (&OrganizationId, Vec<LedgerEntry>)| PrepaidHours {
            organization: id.clone(),
            name: names.remove(id.as_str()).unwrap_or_else(|| id.to_string()),
            balance: balances.remove(&items::customer::partition(id, customer)).unwrap_or_default(),
            ledger,
        };
        Ok(with.iter().zip(ledgers).map(of).collect())
    }
}

fn orders_of(entries: &[Item]) -> Vec<OrderId> {
    entries.iter().filter_map(|item| OrderId::parse(text(item, "order")).ok()).collect()
}
