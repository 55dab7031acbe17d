//! Reading the whole table.

use domain::{Offer, Order, Presale, Promo};
use store::{
    Balance, BuyerTickets, CallRecord, EventRecord, ExpertDay, LedgerEntry, NotificationRecord, SearchState, Shard,
    Store, StoreError, records,
};

/// All items that the invariants are about.
#[derive(Debug, Default)]
pub struct Everything {
    /// As they are in the table, archived ones included.
    pub orders: Vec<Order>,
    /// The ids of the orders that are not on the agenda.
    pub unscheduled: Vec<String>,
    /// The ids of the orders that stand in their organization's list of reviews.
    pub reviews: Vec<String>,
    /// All stock.
    pub shards: Vec<Shard>,
    /// All offers, deleted ones included.
    pub offers: Vec<Offer>,
    /// All promo codes.
    pub promos: Vec<Promo>,
    /// All presale codes.
    pub presales: Vec<Presale>,
    /// How many tickets of a show each buyer has, where they are counted.
    pub buyer_tickets: Vec<BuyerTickets>,
    /// All call records.
    pub calls: Vec<CallRecord>,
    /// All notifications, sent ones included.
    pub notifications: Vec<NotificationRecord>,
    /// All Stripe events that DynamoDB still keeps.
    pub events: Vec<EventRecord>,
    /// All ticket codes, each with the id of the order that it names.
    pub tickets: Vec<(String, String)>,
    /// All receipt numbers, each with the id of the order that it names.
    pub receipts: Vec<(String, String)>,
    /// All entries in customers' lists: the account's list that it is in, too, and the id of the order that it names.
    pub accounts: Vec<(String, String)>,
    /// All order numbers, each behind its organization, with the id of the order that it names.
    pub numbers: Vec<(String, String)>,
    /// All entries of searches: the id of the order, and the term.
    pub search_entries: Vec<(String, String)>,
    /// What each order's search entries are, and whether they are to be written anew.
    pub search_states: Vec<(SearchState, bool)>,
    /// All experts' days that DynamoDB still keeps.
    pub days: Vec<ExpertDay>,
    /// All balances, by the partition key of their customer.
    pub balances: Vec<(String, Balance)>,
    /// All entries of all ledgers, by the partition key of their customer.
    pub entries: Vec<(String, LedgerEntry)>,
}

/// Items that one page reads. Without a limit the embedded database reads all the rest of the table for each page.
const PAGE: i32 = 1_000;

/// Reads the whole table, each item consistently.
///
/// # Errors
/// [`StoreError`] when the table gives no answer, or an item cannot be read as its kind.
pub async fn everything(store: &Store) -> Result<Everything, StoreError> {
    let mut all = Everything::default();
    let mut start = None;
    loop {
        let scan = store.client().scan().table_name(store.table()).consistent_read(true).limit(PAGE);
        let page = scan.set_exclusive_start_key(start).send().await;
        let page = page.map_err(|error| records::failure("read the table", &error))?;
        for item in page.items.unwrap_or_default() {
            all.add(item)?;
        }
        start = page.last_evaluated_key;
        if start.is_none() {
            return Ok(all);
        }
    }
}

impl Everything {
    fn add(&mut self, item: store::Item) -> Result<(), StoreError> {
        let customer = records::text(&item, "pk");
        // The key of an order's items, of a ticket and of a receipt ends with what it names.
        let named = customer.split_once('#').map(|(_, id)| id.to_owned()).unwrap_or_default();
        match records::text(&item, "entity").as_str() {
            "order" => {
                if !item.contains_key("agenda_shard") || !item.contains_key("due_at") {
                    self.unscheduled.push(named);
                }
                self.orders.push(records::order(item)?);
            }
            "review" if item.contains_key("org_shard") => self.reviews.push(named),
            "stock" => self.shards.push(records::read(item)?),
            "offer" => self.offers.push(records::read(item)?),
            "promo" => self.promos.push(records::read(item)?),
            "presale" => self.presales.push(records::read(item)?),
            "buyer_tickets" => self.buyer_tickets.push(records::read(item)?),
            "expert_day" => self.days.push(records::read(item)?),
            "call" => self.calls.push(records::read(item)?),
            "notification" => self.notifications.push(records::read(item)?),
            "event" => self.events.push(records::read(item)?),
            "balance" => self.balances.push((customer, records::balance(item)?)),
            "entry" => self.entries.push((customer, records::read(item)?)),
            "receipt" => self.receipts.push((named, records::text(&item, "order"))),
            "customer_order" => {
                self.accounts.push((records::text(&item, "listing_shard"), records::text(&item, "order")));
            }
            "search_entry" => {
                let place = records::text(&item, "sk");
                let term = place.split('#').next().unwrap_or_default().to_owned();
                self.search_entries.push((records::text(&item, "order"), term));
            }
            "search_state" => {
                let due = item.contains_key("due_at");
                self.search_states.push((records::read(item)?, due));
            }
            "number" => self.numbers.push((named, records::text(&item, "order"))),
            "ticket" => self.tickets.push((named, records::text(&item, "order"))),
            _ => {}
        }
        Ok(())
    }
}
