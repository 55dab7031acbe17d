//! An order in its organization's search: one entry for each term that it is found by. Terms are in the one form in which
//! texts are searched, so what begins with what was typed is one stretch of the sort keys, in which a whole term comes before
//! longer ones, and of one term the newest order first. An organization's entries are spread by order, whatever the terms.

use domain::{OrderId, OrganizationId};
use jiff::Timestamp;

use super::{codec, reference::Reference};
use crate::{Item, Key, StoreError, index};

pub(crate) const ENTITY: &str = "search_entry";

/// More milliseconds than any time of an order has.
const LATEST: i64 = 9_999_999_999_999;

/// The `n`th partition of an organization's search.
pub(crate) fn partition(organization: &OrganizationId, n: u8) -> String {
    format!("SEARCH#{organization}#{n}")
}

pub(crate) fn key(organization: &OrganizationId, order: &OrderId, placed_at: Timestamp, term: &str) -> Key {
    let before = LATEST - placed_at.as_millisecond();
    let partition = partition(organization, index::partition(order.as_str()));
    Key::new(partition, format!("{term}#{before:013}#{order}"))
}

/// The term and the order of an entry, by its place.
pub(crate) fn read(place: &str) -> Option<(&str, OrderId)> {
    let (rest, order) = place.rsplit_once('#')?;
    let (term, _) = rest.rsplit_once('#')?;
    Some((term, OrderId::parse(order).ok()?))
}

pub(crate) fn item(key: &Key, order: &OrderId) -> Result<Item, StoreError> {
    codec::write(key, ENTITY, &Reference::to(order))
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    let order = super::examples::order();
    let key = key(&order.organization, &order.id, order.created_at, "grace_hopper");
    super::described::Described {
        entity: ENTITY,
        source: include_str!("search_entry.rs"),
        pk: "SEARCH#{organization}#{n}",
        sk: "{term}#{how_long_before_the_year_2286}#{order}",
        attributes: &[("order", "the order")],
        indexes: &[],
        ttl: None,
        example: item(&key, &order.id).expect("an item"),
    }
}

#[cfg(test)]
mod tests {
    use super::{key, read};

    #[test]
    fn a_whole_term_comes_before_longer_ones_and_the_newest_order_first() {
        let order = super::super::examples::order();
        let later = order.created_at + jiff::SignedDuration::from_secs(1);
        let place = |at, term: &str| key(&order.organization, &order.id, at, term).sk;
        let places = [
            place(later, "ada"),
            place(order.created_at, "ada"),
            place(later, "ada1"),
            place(later, "ada@example_com"),
            place(order.created_at, "ada_lovelace"),
            place(later, "adam"),
        ];
        assert!(places.is_sorted(), "{places:?}");
        let (term, found) = read(&places[4]).expect("an entry");
        assert_eq!((term, found), ("ada_lovelace", order.id.clone()));
    }
}
