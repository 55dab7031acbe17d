//! How many tickets of a show one buyer has: counted in the transactions that place orders and change them.

use domain::{
    ListingId, Order,
    order::{BuyerCount, CountChange},
};

use crate::{
    Item, StoreError,
    items::{
        self,
        buyer_tickets::{self, BuyerTickets},
    },
    value::{Change, n},
    write::{ANY, Write},
};

/// How many tickets of a show the buyer of an order may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareLimit {
    /// The show.
    pub listing: ListingId,
    /// How many over all orders.
    pub most: u32,
}

/// The write that counts a new order's tickets of a show, on condition that its buyer may have them.
pub(crate) fn take(count: &BuyerCount, limit: &ShareLimit, order: &Order) -> Write {
    let units = order.counted_units(&limit.listing);
    let change = buyer_tickets::add(&limit.listing, &count.mark, i64::from(units));
    let change = change.given(":room", n(limit.most.saturating_sub(units)));
    let key = buyer_tickets::key(&limit.listing, &count.mark);
    Write::Update { key, change, condition: "attribute_not_exists(#units) OR #units <= :room" }
}

/// How many tickets the buyer has, by the item that was in the way.
pub(crate) fn held(old: Option<Item>) -> Result<u32, StoreError> {
    Ok(old.map(items::read::<BuyerTickets>).transpose()?.map_or(0, |known| known.units))
}

/// A change of a buyer's count under way. What falls to zero is deleted, so that no one is remembered who has nothing.
#[derive(Debug, Clone)]
pub(crate) struct Recount {
    change: CountChange,
    /// How many there are before it, once a condition has failed; the order's own until then.
    known: Option<u32>,
    /// There is nothing to give back to.
    gone: bool,
}

impl Recount {
    /// What follows from a change of an order.
    pub(crate) fn all(before: &Order, after: &Order) -> Vec<Self> {
        let changes = before.count_changes(after).into_iter();
        changes.map(|change| Self { change, known: None, gone: false }).collect()
    }

    /// The write, by what is known now.
    pub(crate) fn write(&self) -> Option<Write> {
        let CountChange { listing, mark, units } = &self.change;
        let key = buyer_tickets::key(listing, mark);
        match u32::try_from(-units) {
            _ if self.gone => None,
            // Goods that were paid for late are the buyer's, limit or not.
            Err(_) => Some(Write::Update { key, change: buyer_tickets::add(listing, mark, *units), condition: ANY }),
            Ok(back) if self.known.is_none_or(|known| known <= back) => {
                Some(Write::Delete { key, condition: "#units <= :back", given: given(back) })
            }
            Ok(back) => {
                let change = buyer_tickets::add(listing, mark, *units).given(":back", n(back));
                Some(Write::Update { key, change, condition: "#units > :back" })
            }
        }
    }

    /// Learns from the condition that failed. What is not there takes nothing back; that must not stop the release.
    pub(crate) fn learn(&mut self, old: Option<Item>) -> Result<(), StoreError> {
        let known: Option<BuyerTickets> = old.map(items::read).transpose()?;
        (self.known, self.gone) = (known.as_ref().map(|known| known.units), known.is_none());
        Ok(())
    }

    /// Where it is counted.
    #[cfg(test)]
    fn key(&self) -> crate::Key {
        buyer_tickets::key(&self.change.listing, &self.change.mark)
    }
}

fn given(back: u32) -> Change {
    Change::default().given(":back", n(back)).naming("units")
}

#[cfg(test)]
mod tests {
    use domain::{ListingId, order::CountChange};

    use super::{Recount, buyer_tickets};
    use crate::write::Write;

    fn recount(units: i64) -> Recount {
        let listing = ListingId::parse("gala").expect("legal");
        Recount { change: CountChange { listing, mark: "MARK".to_owned(), units }, known: None, gone: false }
    }

    fn there(recount: &Recount, units: i64) -> crate::Item {
        buyer_tickets::add(&recount.change.listing, "MARK", units).applied(&recount.key())
    }

    #[test]
    fn the_last_tickets_take_the_count_with_them() {
        let mut last = recount(-2);
        assert!(matches!(last.write(), Some(Write::Delete { .. })));
        // The buyer has others.
        last.learn(Some(there(&last, 3))).expect("a count");
        assert!(matches!(last.write(), Some(Write::Update { .. })));
        // They went meanwhile.
        last.learn(Some(there(&last, 2))).expect("a count");
        assert!(matches!(last.write(), Some(Write::Delete { .. })));
        last.learn(None).expect("none");
        assert!(last.write().is_none());
    }

    #[test]
    fn goods_that_were_paid_late_are_counted_in_any_case() {
        assert!(matches!(recount(2).write(), Some(Write::Update { condition: "", .. })));
    }
}
