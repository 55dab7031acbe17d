//! The search of an organization's orders.
//!
//! An order's entries are written after its commit, which sets them due in its own transaction. Before an entry is written, the
//! order's state names its term: so whatever a process that dies leaves behind is known, and the next run takes out what is of
//! no more use. What is found is checked against the order itself, so that an entry that is late shows nothing wrong.

use std::collections::BTreeSet;

use domain::{Order, OrderId, OrganizationId, search_form};
use futures::{StreamExt, TryStreamExt, future::try_join_all, stream};

use crate::{
    Due, OrderPage, SearchState, Store, StoreError, WriteError, error, index,
    items::{self, search_entry, search_state},
    value::{Change, n, of, s, text},
    write::{ANYHOW, Write},
};

/// How many entries a page of what is found has at the most.
const PAGE: usize = 25;
/// How many entries are written at the same time.
const AT_ONCE: usize = 16;
/// Above all characters that a term may have.
const LAST: char = '\u{10ffff}';

impl Store {
    /// What an order's search entries are, if it was ever set due.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn search_state(&self, order: &OrderId) -> Result<Option<SearchState>, StoreError> {
        self.get("read what an order is found by", &search_state::key(order)).await?.map(items::read).transpose()
    }

    /// Writes an order's search entries: those of `terms`, and no others. `state` was read before the order that has these
    /// terms, and is leased as `due` says. False if it was set due anew meanwhile, or another run has it: there is more to do.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer. What was written until then, the state knows.
    pub async fn write_search(
        &self,
        state: &SearchState,
        terms: &BTreeSet<String>,
        due: &Due,
    ) -> Result<bool, StoreError> {
        let key = search_state::key(&state.order);
        // A run that died between may have written any of those that the state names.
        let known = if state.writing { &BTreeSet::new() } else { &state.terms };
        let new: Vec<_> = terms.difference(known).cloned().collect();
        if !new.is_empty() {
            let both: BTreeSet<_> = terms.union(&state.terms).cloned().collect();
            let change = Change::default().set("terms", of(&both)?).set("writing", of(true)?);
            let change = change.given(":was", n(due.due_at)).naming("due_at");
            let known = Write::Update { key: key.clone(), change, condition: "#due_at = :was" };
            if !self.applied("note what an order is found by", known).await? {
                return Ok(false);
            }
        }
        self.each(state, new, true).await?;
        self.each(state, state.terms.difference(terms).cloned().collect(), false).await?;
        let change = Change::default()
            .set("terms", of(terms)?)
            .remove("writing")
            .remove("agenda_shard")
            .remove("due_at")
            .remove("due_since")
            .remove("sweeps")
            .given(":was", n(due.due_at))
            .given(":seen", n(state.marks))
            .naming("marks");
        let done = Write::Update { key, change, condition: "#due_at = :was AND #marks = :seen" };
        self.applied("finish what an order is found by", done).await
    }

    /// Takes all entries out that say something of people, before an order says that it has none any more. Where a run is just
    /// writing them, it is the run after it that does: the order's commit sets it due anew.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn forget_search(&self, order: &Order) -> Result<(), StoreError> {
        let Some(state) = self.search_state(&order.id).await? else { return Ok(()) };
        let lasting = order.lasting_search_terms();
        self.each(&state, state.terms.difference(&lasting).cloned().collect(), false).await?;
        let kept: BTreeSet<_> = state.terms.intersection(&lasting).collect();
        let change =
            Change::default().set("terms", of(kept)?).given(":seen", n(state.marks)).naming("marks").naming("due_at");
        let condition = "#marks = :seen AND attribute_not_exists(#due_at)";
        let write = Write::Update { key: search_state::key(&order.id), change, condition };
        self.write_or_leave("forget what an order is found by", write).await
    }

    /// Writes or deletes the entries of some terms of an order.
    async fn each(&self, state: &SearchState, terms: Vec<String>, put: bool) -> Result<(), StoreError> {
        let writes = terms.into_iter().map(|term| async move {
            let key = search_entry::key(&state.organization, &state.order, state.placed_at, &term);
            let write = if put {
                Write::Put { item: search_entry::item(&key, &state.order)?, condition: None }
            } else {
                Write::Delete { key, condition: ANYHOW, given: Change::default() }
            };
            self.write_or_leave("write a search entry", write).await
        });
        stream::iter(writes).buffer_unordered(AT_ONCE).try_collect().await
    }

    /// Whether a write's condition held.
    async fn applied(&self, operation: &'static str, write: Write) -> Result<bool, StoreError> {
        match self.write(operation, write).await {
            Ok(()) => Ok(true),
            Err(WriteError::Condition) => Ok(false),
            Err(WriteError::Store(error)) => Err(error),
        }
    }

    /// An organization's orders that are found by what was typed, or by something that begins with it: whole terms first, and
    /// of one term the newest order. The cursor is the last entry of the page before. It reads a page's entries from each
    /// partition and the orders that it shows, however many there are. A page may have fewer orders than entries: an order that
    /// several of its terms find is shown once.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn search_orders(
        &self,
        organization: &OrganizationId,
        typed: &str,
        cursor: Option<&str>,
    ) -> Result<OrderPage, StoreError> {
        let begin = search_form(typed);
        if begin.is_empty() {
            return Ok(OrderPage { orders: Vec::new(), cursor: None });
        }
        // A space follows the cursor before anything else can.
        let low = cursor.map_or_else(|| begin.clone(), |cursor| format!("{cursor} "));
        let high = format!("{begin}{LAST}");
        let parts = (0..index::SPREAD).map(|n| self.search_places(organization, n, &low, &high));
        let mut places: Vec<String> = try_join_all(parts).await?.into_iter().flatten().collect();
        places.sort();
        let more = places.len() > PAGE;
        places.truncate(PAGE);
        let found: Vec<_> = places.iter().filter_map(|place| search_entry::read(place)).collect();
        let mut ids: Vec<OrderId> = Vec::new();
        for (_, id) in &found {
            if !ids.contains(id) {
                ids.push(id.clone());
            }
        }
        let mut orders = self.orders(&ids).await?;
        // By the first of its terms that begins so: by this one it is shown, and by no other.
        let first = |order: &Order| order.search_terms().into_iter().find(|term| term.starts_with(&begin));
        orders.retain(|order| {
            let term = first(order);
            &order.organization == organization
                && found.iter().any(|(found, id)| id == &order.id && term.as_deref() == Some(*found))
        });
        orders.sort_by_key(|order| {
            let term = first(order);
            found.iter().position(|(found, id)| id == &order.id && term.as_deref() == Some(*found))
        });
        Ok(OrderPage { orders, cursor: places.pop().filter(|_| more) })
    }

    /// Up to a page and one more of one partition's entries, in their order.
    async fn search_places(
        &self,
        organization: &OrganizationId,
        partition: u8,
        low: &str,
        high: &str,
    ) -> Result<Vec<String>, StoreError> {
        let page = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk AND sk BETWEEN :low AND :high")
            .expression_attribute_values(":pk", s(search_entry::partition(organization, partition)))
            .expression_attribute_values(":low", s(low))
            .expression_attribute_values(":high", s(high))
            .limit(i32::try_from(PAGE + 1).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(|error| error::plain("search orders", &error))?;
        Ok(page.items.unwrap_or_default().iter().map(|item| text(item, "sk")).collect())
    }
}
