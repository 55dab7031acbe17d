//! Reading the whole table, for the audit.

use domain::{Offer, Order, Promo};

use crate::{
    Balance, CallRecord, EventRecord, ExpertDay, LedgerEntry, NotificationRecord, Shard, Store, StoreError, error,
    items, orders,
};

/// Everything that the invariants are about.
#[derive(Debug, Default)]
pub struct Everything {
    /// All orders.
    pub orders: Vec<Order>,
    /// The orders that are not on the agenda.
    pub unscheduled: Vec<String>,
    /// The orders that are listed as in review.
    pub reviews: Vec<String>,
    /// All stock.
    pub shards: Vec<Shard>,
    /// All offers.
    pub offers: Vec<Offer>,
    /// All promo codes.
    pub promos: Vec<Promo>,
    /// All intent records.
    pub calls: Vec<CallRecord>,
    /// All notifications.
    pub notifications: Vec<NotificationRecord>,
    /// All Stripe events.
    pub events: Vec<EventRecord>,
    /// All ticket codes and the orders they name.
    pub tickets: Vec<(String, String)>,
    /// All receipts' numbers and the orders they name.
    pub receipts: Vec<(String, String)>,
    /// All experts' days.
    pub days: Vec<ExpertDay>,
    /// All balances, by the key of their customer.
    pub balances: Vec<(String, Balance)>,
    /// All entries of all ledgers, by the key of their customer.
    pub entries: Vec<(String, LedgerEntry)>,
}

impl Store {
    /// Reads the whole table, consistently item by item.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer, or an item is not what its kind looks like.
    pub async fn everything(&self) -> Result<Everything, StoreError> {
        let mut all = Everything::default();
        let mut start = None;
        loop {
            let page = self
                .client
                .scan()
                .table_name(&self.table)
                .consistent_read(true)
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(|error| error::plain("read the table", &error))?;
            for item in page.items.unwrap_or_default() {
                let text = |name: &str| item.get(name).and_then(|v| v.as_s().ok()).cloned().unwrap_or_default();
                match text("entity").as_str() {
                    "order" => {
                        if !item.contains_key("agenda_shard") || !item.contains_key("due_at") {
                            all.unscheduled.push(text("pk").trim_start_matches("ORDER#").to_owned());
                        }
                        all.orders.push(orders::read_order(item)?);
                    }
                    "review" if item.contains_key("org_shard") => {
                        all.reviews.push(text("pk").trim_start_matches("ORDER#").to_owned());
                    }
                    "stock" => all.shards.push(items::read(item)?),
                    "offer" => all.offers.push(items::read(item)?),
                    "promo" => all.promos.push(items::read(item)?),
                    "expert_day" => all.days.push(items::read(item)?),
                    "call" => all.calls.push(items::read(item)?),
                    "notification" => all.notifications.push(items::read(item)?),
                    "event" => all.events.push(items::read(item)?),
                    "balance" => all.balances.push((text("pk"), Balance::read(item)?)),
                    "entry" => all.entries.push((text("pk"), items::read(item)?)),
                    "receipt" => {
                        let number = text("pk").trim_start_matches("RECEIPT#").to_owned();
                        all.receipts.push((number, text("order")));
                    }
                    "ticket" => {
                        let code = text("pk").trim_start_matches("TICKET#").to_owned();
                        all.tickets.push((code, text("order")));
                    }
                    _ => {}
                }
            }
            start = page.last_evaluated_key;
            if start.is_none() {
                return Ok(all);
            }
        }
    }
}
