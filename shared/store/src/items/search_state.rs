//! What an order's search entries are, and whether they are to be written anew. A change of what the order is found by sets it
//! due, in the same transaction; the sweeper then writes the entries. No entry is there that it does not name.

use std::collections::BTreeSet;

use domain::{Order, OrderId, OrganizationId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Key,
    index::{self, AgendaPart, due_second},
    value::{Change, n, s},
};

pub(crate) const ENTITY: &str = "search_state";

/// The sort key: it lies beside the order.
pub(crate) const SORT: &str = "SEARCH";

/// What an order's search entries are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchState {
    /// Part of the key, kept here as well so that no key has to be parsed.
    pub order: OrderId,
    /// The seller in whose search the entries stand; part of their key.
    pub organization: OrganizationId,
    /// When the order was placed.
    pub placed_at: Timestamp,
    /// The terms of which there may be an entry.
    #[serde(default)]
    pub terms: BTreeSet<String>,
    /// Whether a run has begun to write entries and is not through: which of them are there is not known then.
    #[serde(default)]
    pub writing: bool,
    /// How often it was set due.
    pub marks: u64,
}

pub(crate) fn key(order: &OrderId) -> Key {
    Key::new(format!("ORDER#{order}"), SORT)
}

/// Sets it due at `at`, unless it is due already: an earlier time stays, and so does the lease of a run, which then finds that
/// there is more to do.
pub(crate) fn mark(order: &Order, at: Timestamp) -> Change {
    let id = order.id.as_str();
    let shard = index::agenda_shard(AgendaPart::Search, index::partition(id));
    Change::default()
        .set("entity", s(ENTITY))
        .set("order", s(id))
        .set("organization", s(order.organization.as_str()))
        .set("placed_at", s(order.created_at.to_string()))
        .set_once("agenda_shard", Some(s(shard)))
        .set_once("due_at", Some(n(due_second(at))))
        .add("marks", 1)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let order = super::examples::order();
    super::described::Described {
        entity: ENTITY,
        source: include_str!("search_state.rs"),
        pk: "ORDER#{order}",
        sk: SORT,
        attributes: &[
            ("order", "the order"),
            ("organization", "its organization"),
            ("placed_at", "when the order was placed"),
            ("terms?", "the terms of which there may be an entry"),
            ("writing?", "while a run writes entries: which of them are there is not known then"),
            ("marks", "how often it was set due"),
        ],
        indexes: &[(
            index::AGENDA,
            "its entries are to be written anew, in a part of its own; not in it while nothing is",
        )],
        ttl: None,
        example: mark(&order, super::examples::now()).applied(&key(&order.id)),
    }
}
