//! The shop that a history begins with: all four kinds, with so little stock that buyers meet.

use std::{cell::RefCell, collections::BTreeMap, sync::Arc};

use serde_json::{Value, json};

use crate::{outside::Outside, step::Function, table::Table, world::World};

/// The only seller of a history.
pub(crate) const ORGANIZATION: &str = "acme";
/// The subject of its expert.
pub(crate) const EXPERT: &str = "grace";
/// Its promo code.
pub(crate) const PROMO: &str = "EARLY";
/// Its presale code, without which no one buys the offer `vip`.
pub(crate) const PRESALE: &str = "FANS";
/// How many forms of it there are.
pub(crate) const SHOPS: u8 = 4;
/// Its listings, each with its kind.
pub(crate) const LISTINGS: [(&str, &str); 4] =
    [("summer", "show"), ("crafts", "product"), ("tutor", "expert"), ("lessons", "package")];

/// An offer of the shop.
pub(crate) struct Sold {
    /// Which of the listings it is of.
    pub(crate) listing: usize,
    pub(crate) id: &'static str,
    pub(crate) price: u16,
    pub(crate) capacity: Option<u8>,
    /// For slots: in how many minutes it begins, and how many it takes.
    slot: Option<(i64, i64)>,
    hours: Option<&'static str>,
}

const fn sold(listing: usize, id: &'static str, price: u16, capacity: Option<u8>) -> Sold {
    Sold { listing, id, price, capacity, slot: None, hours: None }
}

const fn slot(id: &'static str, price: u16, capacity: u8, begins: i64) -> Sold {
    Sold { slot: Some((begins, 60)), ..sold(2, id, price, Some(capacity)) }
}

/// All offers. The slot `clash` is at the time of `morning`: one expert cannot give both.
pub(crate) const OFFERS: [Sold; 10] = [
    sold(0, "general", 2_500, Some(3)),
    sold(0, "vip", 6_000, Some(1)),
    sold(0, "free", 0, Some(2)),
    sold(1, "mug", 1_250, Some(2)),
    sold(1, "lamp", 4_000, Some(1)),
    slot("morning", 8_000, 1, 26 * 60),
    slot("group", 3_000, 2, 4 * 60),
    slot("clash", 4_500, 1, 26 * 60 + 30),
    Sold { hours: Some("10"), ..sold(3, "ten", 5_000, None) },
    Sold { hours: Some("1"), ..sold(3, "taster", 0, Some(2)) },
];

/// What the form of a shop says of tax, and the percents that Stripe takes.
fn tax(shop: u8) -> (Value, u8) {
    let of = |automatic: bool, behavior: &str, liability: &str| json!({ "automatic": automatic, "behavior": behavior, "liability": liability });
    match shop {
        0 => (of(false, "exclusive", "platform"), 0),
        1 => (of(true, "exclusive", "platform"), 10),
        2 => (of(true, "inclusive", "seller"), 20),
        _ => (of(true, "inclusive", "platform"), 20),
    }
}

/// Where the admin writes it.
pub(crate) fn offer_path(sold: &Sold) -> String {
    format!("/v1/organizations/{ORGANIZATION}/listings/{}/offers/{}", LISTINGS[sold.listing].0, sold.id)
}

/// Where the admin writes it.
pub(crate) fn listing_path(listing: usize) -> String {
    format!("/v1/organizations/{ORGANIZATION}/listings/{}", LISTINGS[listing].0)
}

/// What a visitor of the pages types as the company, so that all orders of one cart are known.
pub(crate) fn company(step: u32) -> String {
    format!("Company {step}")
}

/// Cents as the API writes amounts.
pub(crate) fn amount(cents: u16) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// What an offer is at first, by the time at which the history begins.
pub(crate) fn offer_body(sold: &Sold, price: u16, capacity: Option<u8>) -> Value {
    let mut body = json!({ "name": sold.id, "price": amount(price), "capacity": capacity });
    if let Some((begins, minutes)) = sold.slot {
        body["starts_at"] = json!(World::from_start(begins).to_string());
        body["ends_at"] = json!(World::from_start(begins + minutes).to_string());
    }
    if let Some(hours) = sold.hours {
        body["hours"] = json!(hours);
    }
    if sold.id == "vip" {
        body["presale"] = json!("only");
    }
    if sold.listing == 0 {
        body["attendees"] = json!("optional");
    }
    body
}

/// The body of its `PUT`, by the time at which the history begins.
pub(crate) fn listing_body(listing: usize, published: bool) -> Value {
    let (id, kind) = LISTINGS[listing];
    let mut body = json!({ "kind": kind, "title": id, "published": published });
    match kind {
        "show" => {
            body["transferable"] = json!("free");
            body["max_tickets_per_buyer"] = json!(3);
            body["starts_at"] = json!(World::from_start(30 * 60).to_string());
            body["ends_at"] = json!(World::from_start(33 * 60).to_string());
        }
        "expert" => body["expert"] = json!(EXPERT),
        _ => {}
    }
    body
}

/// What the show is when it is so many hours later than at first.
pub(crate) fn moved_body(hours: u8) -> Value {
    let mut body = listing_body(0, true);
    let later = |at: i64| World::from_start((at + i64::from(hours)) * 60).to_string();
    body["starts_at"] = json!(later(30));
    body["ends_at"] = json!(later(33));
    if hours % 2 == 1 {
        body["refund_until"] = json!(later(20));
    }
    body
}

/// What the organization of a shop is at first.
pub(crate) fn organization_body(shop: u8) -> Value {
    let mut body = json!({
        "name": "Acme",
        "stripe_account_id": "acct_acme",
        "platform_fee_per_ticket": "1.50",
        "processing_percent": "0.029",
        "processing_fixed": "0.30",
        "tax": tax(shop).0,
        "contact": { "email": "box@acme.example" },
    });
    if shop == 0 {
        body["show_fees"] = json!("included");
    }
    body
}

thread_local! {
    /// The tables of shops that were opened before on this thread.
    static OPENED: RefCell<BTreeMap<u8, Table>> = RefCell::default();
}

/// Opens the shop of that form, by the API as an admin does, or as it was opened before.
pub(crate) async fn open(world: &World, outside: &Arc<Outside>, shop: u8) {
    world.at_stripe("tax", &json!({ "percent": tax(shop).1 })).await;
    if let Some(table) = OPENED.with_borrow(|opened| opened.get(&shop).cloned()) {
        outside.inner().table = table;
        return;
    }
    let platform = world.token("platform-1", "platform", None);
    let admin = world.token("admin-1", "admin", Some(ORGANIZATION));
    let own = format!("/v1/organizations/{ORGANIZATION}");
    let mut puts = vec![(own, &platform, organization_body(shop))];
    for listing in 0..LISTINGS.len() {
        puts.push((listing_path(listing), &admin, listing_body(listing, true)));
    }
    for sold in &OFFERS {
        puts.push((offer_path(sold), &admin, offer_body(sold, sold.price, sold.capacity)));
    }
    let promo = format!("{}/promos/{PROMO}", listing_path(0));
    puts.push((promo, &admin, json!({ "percent_off": "0.2", "max_uses": 1 })));
    puts.push((format!("{}/presale-codes/{PRESALE}", offer_path(&OFFERS[1])), &admin, json!({ "max_uses": 2 })));
    for (path, token, body) in puts {
        let answer = world.ask(Function::Catalog, "PUT", &path).token(token).json(&body).alone().await;
        let status = answer.as_ref().map_or(0, |answer| answer.status);
        assert!((200..300).contains(&status), "the shop does not open: {path}: {answer:?}");
    }
    // The next history of this thread begins with the same table.
    let table = outside.inner().table.clone();
    OPENED.with_borrow_mut(|opened| opened.insert(shop, table));
}
