//! The lists of one person's account, of all organizations. Each is a partition of the index `by_listing`. Its entries are items that
//! are there anyway, so nothing is written for it alone.

use domain::OrderId;

use crate::{
    Item, index,
    value::{s, text},
};

/// The index that the lists lie in.
pub(crate) const INDEX: &str = index::BY_LISTING;

/// What a list is of: its name ends the key of its partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AccountList {
    /// Orders, by the time of placing.
    Orders,
    /// Bookings, by their slot's start.
    Bookings,
    /// Balances of hours, by organization.
    Hours,
}

impl AccountList {
    /// A customer's own.
    pub(crate) fn partition(self, customer: &str) -> String {
        let list = match self {
            Self::Orders => "ORDERS",
            Self::Bookings => "BOOKINGS",
            Self::Hours => "HOURS",
        };
        format!("ACCOUNT#{list}#{customer}")
    }

    /// Puts an item in it, at a place.
    pub(crate) fn list(self, item: &mut Item, customer: &str, place: &str) {
        item.insert("listing_shard".to_owned(), s(self.partition(customer)));
        item.insert("org_time".to_owned(), s(place));
    }
}

/// An entry's place in its list.
pub(crate) fn place(entry: &Item) -> String {
    text(entry, "org_time")
}

/// The order that an entry by time is of.
pub(crate) fn order(entry: &Item) -> Option<OrderId> {
    OrderId::parse(place(entry).rsplit('#').next()?).ok()
}
