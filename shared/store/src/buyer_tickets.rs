//! How many tickets of a show one buyer has: counted in the transactions that place orders and change them.

use domain::{
    ListingId, Order,
    order::{BuyerCount, CountChange},
};
use jiff::Timestamp;

use crate::{
    Item, Store, StoreError,
    items::{
        self,
        buyer_tickets::{self, BuyerTickets},
    },
    value::n,
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

impl Store {
    /// How many tickets of a show a buyer, or a card, has.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn tickets_of(&self, listing: &ListingId, mark: &str) -> Result<u32, StoreError> {
        held(self.get("read how many tickets a buyer has", &buyer_tickets::key(listing, mark)).await?)
    }
}

/// A change of a buyer's count under way. What falls to zero goes by itself, so that no one is remembered who has nothing.
#[derive(Debug, Clone)]
pub(crate) struct Recount {
    change: CountChange,
    now: Timestamp,
    /// How many there are before it, once a condition has failed; the order's own until then.
    known: Option<u32>,
    /// There is nothing to give back to.
    gone: bool,
}

impl Recount {
    /// What follows from a change of an order.
    pub(crate) fn all(before: &Order, after: &Order, now: Timestamp) -> Vec<Self> {
        let changes = before.count_changes(after).into_iter();
        changes.map(|change| Self { change, now, known: None, gone: false }).collect()
    }

    /// The write, by what is known now.
    pub(crate) fn write(&self) -> Option<Write> {
        let CountChange { listing, mark, units } = &self.change;
        let key = buyer_tickets::key(listing, mark);
        let Ok(back) = u32::try_from(-units) else {
            // Goods that were paid for late are the buyer's, limit or not.
            return Some(Write::Update { key, change: buyer_tickets::add(listing, mark, *units), condition: ANY });
        };
        let last = self.known.is_none_or(|known| known <= back);
        let (change, condition) = match last {
            true => (buyer_tickets::end(listing, mark, *units, self.now), "#units = :back"),
            false => (buyer_tickets::add(listing, mark, *units), "#units > :back"),
        };
        (!self.gone).then(|| Write::Update { key, change: change.given(":back", n(back)), condition })
    }

    /// Learns from the condition that failed. Where fewer are counted than come back, none are taken away: that must not stop the
    /// release.
    pub(crate) fn learn(&mut self, old: Option<Item>) -> Result<(), StoreError> {
        let known: Option<BuyerTickets> = old.map(items::read).transpose()?;
        self.known = known.map(|known| known.units);
        self.gone = self.known.is_none_or(|known| i64::from(known) < -self.change.units);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use domain::{ListingId, order::CountChange};
    use jiff::Timestamp;

    use super::{Recount, buyer_tickets};
    use crate::write::Write;

    fn recount(units: i64) -> Recount {
        let listing = ListingId::parse("gala").expect("legal");
        let change = CountChange { listing, mark: "MARK".to_owned(), units };
        Recount { change, now: Timestamp::UNIX_EPOCH, known: None, gone: false }
    }

    fn there(units: i64) -> crate::Item {
        let listing = ListingId::parse("gala").expect("legal");
        buyer_tickets::add(&listing, "MARK", units).applied(&buyer_tickets::key(&listing, "MARK"))
    }

    fn is_last(recount: &Recount) -> bool {
        matches!(recount.write(), Some(Write::Update { condition: "#units = :back", .. }))
    }

    #[test]
    fn a_count_of_none_goes_by_itself() {
        let mut last = recount(-2);
        assert!(is_last(&last));
        // The buyer has others.
        last.learn(Some(there(3))).expect("a count");
        assert!(!is_last(&last) && last.write().is_some());
        // They went meanwhile.
        last.learn(Some(there(2))).expect("a count");
        assert!(is_last(&last));
        for wrong in [None, Some(there(1))] {
            last.learn(wrong).expect("a count or none");
            assert!(last.write().is_none());
        }
    }

    #[test]
    fn goods_that_were_paid_late_are_counted_in_any_case() {
        assert!(matches!(recount(2).write(), Some(Write::Update { condition: "", .. })));
    }
}
