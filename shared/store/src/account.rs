//! What one person has, with all organizations: orders, bookings to come, hours.
//!
//! Two round trips, one after the other: the person's lists, all at once, and then what they name. The lists are an index's, so what is
//! new may come to them some seconds late; what they name is as it is now.

use std::collections::HashMap;

use domain::{Order, OrderId, Organization, OrganizationId};
use futures::future::try_join_all;
use jiff::Timestamp;

use crate::{
    Balance, Item, LedgerEntry, Store, StoreError, error,
    items::{
        self,
        account::{self, AccountList},
        balance, organization,
    },
    key,
    value::{s, text},
};

/// How many orders a page has, and how many bookings and organizations are shown at the most.
const PAGE: usize = 20;
/// What comes before and behind each place of a list.
const FIRST: &str = " ";
const LAST: &str = "~";

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
        let high = cursor.unwrap_or(LAST);
        let mut entries = self.listed(AccountList::Orders, customer, (FIRST, high), false).await?;
        // The cursor itself was on the page before.
        entries.retain(|entry| account::place(entry) != high);
        let more = entries.len() > PAGE;
        entries.truncate(PAGE);
        let cursor = entries.last().filter(|_| more).map(account::place);
        Ok((entries.iter().filter_map(account::order).collect(), cursor))
    }

    async fn bookings_to_come(&self, customer: &str, first: bool, now: Timestamp) -> Result<Vec<OrderId>, StoreError> {
        if !first {
            return Ok(Vec::new());
        }
        let entries = self.listed(AccountList::Bookings, customer, (&key::instant(now), LAST), true).await?;
        Ok(entries.iter().take(PAGE).filter_map(account::order).collect())
    }

    async fn hours_with(&self, customer: &str, first: bool) -> Result<Vec<OrganizationId>, StoreError> {
        if !first {
            return Ok(Vec::new());
        }
        let entries = self.listed(AccountList::Hours, customer, (FIRST, LAST), true).await?;
        Ok(entries.iter().take(PAGE).filter_map(|entry| OrganizationId::parse(account::place(entry)).ok()).collect())
    }

    /// Entries of a list at these places and between them, a page and two more at the most.
    async fn listed(
        &self,
        list: AccountList,
        customer: &str,
        (low, high): (&str, &str),
        ascending: bool,
    ) -> Result<Vec<Item>, StoreError> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(account::INDEX)
            .key_condition_expression("listing_shard = :list AND org_time BETWEEN :low AND :high")
            .expression_attribute_values(":list", s(list.partition(customer)))
            .expression_attribute_values(":low", s(low))
            .expression_attribute_values(":high", s(high))
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
