use domain::{
    ListingId, OfferId, Order,
    order::{Draw, MoveKind, StockMove},
};

use super::{Need, ShardFailure, Short, assign, learn, moves, needs, too_spread};
use crate::{
    Shard,
    items::{examples, stock},
    write::Write,
};

fn need(quantity: u32, shards: u16) -> Need {
    let id = |text: &str| (ListingId::parse(text).expect("legal"), OfferId::parse(text).expect("legal"));
    let (listing, offer) = id("a");
    Need::new(listing, offer, quantity, shards, Some(1))
}

#[test]
fn a_first_plan_is_one_shard() {
    let plan = need(3, 10).plan("ord_1").expect("nothing known speaks against it");
    assert_eq!(plan.len(), 1);
    assert_eq!(plan[0].quantity, 3);
}

#[test]
fn orders_spread_over_the_shards() {
    let first = |order: String| need(1, 10).plan(&order).expect("open")[0].shard;
    let used: std::collections::BTreeSet<_> = (0..200).map(|n| first(format!("ord_{n}"))).collect();
    assert_eq!(used.len(), 10);
}

#[test]
fn several_short_shards_serve_together() {
    let mut need = need(4, 3);
    for shard in 0..3 {
        need.learn(shard, 2);
    }
    let plan = need.plan("ord_1").expect("6 are there");
    assert_eq!(plan.iter().map(|draw| draw.quantity).sum::<u32>(), 4);
    assert!(plan.iter().all(|draw| draw.quantity <= 2));
}

#[test]
fn as_few_shards_serve_as_can() {
    let mut need = need(10, 5);
    for (shard, available) in [(0, 2), (1, 7), (2, 1), (3, 4), (4, 2)] {
        need.learn(shard, available);
    }
    let plan = need.plan("ord_1").expect("16 are there");
    assert_eq!(plan.iter().map(|draw| (draw.shard, draw.quantity)).collect::<Vec<_>>(), [(1, 7), (3, 3)]);
}

#[test]
fn who_loses_at_a_shard_begins_at_any_other() {
    let mut need = need(1, 10);
    let first = need.plan("ord_1").expect("open")[0].shard;
    let moved = |need: &mut Need| {
        need.move_on(&runtime::Chance::new());
        need.plan("ord_1").expect("losing says nothing of the stock")[0].shard
    };
    let met: std::collections::BTreeSet<_> = (0..200).map(|_| moved(&mut need)).collect();
    assert_eq!(met.len(), 10, "{first} is not the only one");
}

#[test]
fn sold_out_is_the_sum_of_all_shards() {
    let mut need = need(2, 2);
    need.learn(0, 1);
    assert!(need.plan("ord_1").is_ok(), "the other shard may have enough");
    need.learn(1, 0);
    assert_eq!(need.plan("ord_1"), Err(Short));
}

/// An order whose lines are of these quantities, all of one offer, and of a second one where that is said.
fn order_of(quantities: &[(u32, bool)]) -> Order {
    let mut order = examples::order();
    let line = order.lines[0].clone();
    order.lines = quantities
        .iter()
        .map(|(quantity, other)| {
            let mut line = line.clone();
            line.quantity = *quantity;
            if *other {
                line.offer = OfferId::parse("other").expect("legal");
            }
            line
        })
        .collect();
    order
}

fn draws(list: &[(u16, u32)]) -> Vec<Draw> {
    list.iter().map(|(shard, quantity)| Draw { shard: *shard, quantity: *quantity }).collect()
}

#[test]
fn lines_of_one_offer_are_one_need_and_share_what_is_drawn() {
    let mut order = order_of(&[(2, false), (5, true), (4, false)]);
    let own = order.lines[0].offer.clone();
    let needs = needs(&order, |_, offer| (*offer == own).then_some((7, Some(3))));
    let seen: Vec<_> = needs.iter().map(|need| (need.quantity, need.shards, need.version)).collect();
    assert_eq!(seen, [(6, 7, Some(3)), (5, 1, None)]);
    assign(&mut order, &needs[0], draws(&[(1, 3), (4, 3)]));
    let drawn: Vec<_> = order.lines.iter().map(|line| line.draws.clone()).collect();
    assert_eq!(drawn[0], draws(&[(1, 2)]));
    assert_eq!(drawn[1], draws(&[(3, 1)]), "another offer's line keeps its own");
    assert_eq!(drawn[2], draws(&[(1, 1), (4, 3)]));
    order.lines[1].unlimited = true;
    assert_eq!(super::needs(&order, |_, _| None).len(), 1, "what is unlimited needs no stock");
}

#[test]
fn an_order_takes_no_more_shards_than_its_transactions_can_write() {
    let mut order = order_of(&[(12, false)]);
    assert!(!too_spread(&order, 60), "60 shards and 12 tickets");
    assert!(too_spread(&order, 61), "more shards than one transaction claims");
    order.lines[0].quantity = 13;
    assert!(too_spread(&order, 60), "73 writes when it is settled");
    assert!(!too_spread(&order, 59));
    let sent = serde_json::json!({ "name": "Ada Lovelace", "email": "ada@example.com" });
    let unsent = serde_json::json!({ "name": "Ada Lovelace", "email": null });
    let attendee = |value: &serde_json::Value| serde_json::from_value(value.clone()).expect("an attendee");
    order.lines[0].attendees = vec![attendee(&unsent), attendee(&unsent)];
    assert!(!too_spread(&order, 59));
    order.lines[0].attendees.push(attendee(&sent));
    assert!(too_spread(&order, 59), "who is sent a ticket is one write more");
}

#[test]
fn moves_of_one_shard_are_one_write() {
    let line = examples::order().lines[0].clone();
    let one = |shard, quantity| StockMove {
        kind: MoveKind::Sell,
        listing: line.listing.clone(),
        offer: line.offer.clone(),
        shard,
        quantity,
    };
    let writes = moves(&[one(2, 3), one(1, 4), one(2, 5)]);
    let seen = writes.iter().map(|write| match write {
        Write::Update { key, change, condition } => {
            (key.clone(), change.values[":held"].clone(), change.values[":sold"].clone(), *condition)
        }
        other => panic!("{other:?}"),
    });
    let expected = [(1, 4_i64), (2, 8)].map(|(shard, units)| {
        let key = stock::key(&line.listing, &line.offer, shard);
        (key, crate::value::n(-units), crate::value::n(units), "#held >= :least")
    });
    assert_eq!(seen.collect::<Vec<_>>(), expected);
}

#[test]
fn a_failed_condition_says_what_a_shard_has_or_that_its_offer_changed() {
    let mut need = need(2, 1);
    let shard = Shard {
        listing: need.listing.clone(),
        offer: need.offer.clone(),
        shard: 0,
        capacity: 9,
        available: 1,
        held: 8,
        sold: 0,
        offer_version: 1,
    };
    assert!(matches!(learn(&mut need, 0, None), Ok(ShardFailure::Changed)));
    let newer = stock::item(&Shard { offer_version: 2, ..shard.clone() }).expect("an item");
    assert!(matches!(learn(&mut need, 0, Some(newer.clone())), Ok(ShardFailure::Changed)));
    assert_eq!(need.left(), 0, "what another version has is not known");
    assert!(matches!(learn(&mut need, 0, Some(stock::item(&shard).expect("an item"))), Ok(ShardFailure::Short)));
    assert_eq!((need.left(), need.plan("ord_1")), (1, Err(Short)));
    need.version = None;
    assert!(matches!(learn(&mut need, 0, Some(newer)), Ok(ShardFailure::Short)), "a late payment has its price");
}
