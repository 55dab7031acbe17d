//! Many at once: what is sold is never more than there is, and no buyer is refused while there is some left.

#![expect(clippy::print_stderr, reason = "how often a request lost is worth seeing")]

use std::{sync::Arc, time::Duration};

use futures::future::join_all;
use holdfast_tests::{Answer, Bought, World, faults::Faults};
use serde_json::{Value, json};
use tokio::task::JoinSet;

/// A world whose calls take their time, so that requests overlap, and whose table refuses what overlaps on an item.
pub(super) async fn slow_world() -> (Arc<World>, Faults) {
    let faults = Faults::new();
    let world = World::with(faults.options()).await;
    faults.jitter(3);
    (Arc::new(world), faults)
}

/// Sends all these purchases at once, each on a task of its own.
async fn at_once(
    world: &Arc<World>,
    requested_lines: impl IntoIterator<Item = (Value, Option<String>)>,
) -> Vec<Answer> {
    let mut buyers = JoinSet::new();
    for (request, key) in requested_lines {
        let world = world.clone();
        buyers.spawn(async move {
            let mut call = world.post("/v1/checkout").json(&request);
            if let Some(key) = key {
                call = call.key(&key);
            }
            call.await
        });
    }
    buyers.join_all().await
}

/// A purchase by buyer `n`.
fn request(world: &World, n: usize, offer: &str, quantity: i64) -> (Value, Option<String>) {
    let mut request = world.request(offer, quantity);
    request["buyer"]["email"] = json!(format!("buyer{n}@example.com"));
    (request, None)
}

/// The orders of those who were served, and the status and code of the other answers.
fn sorted(answers: Vec<Answer>) -> (Vec<Bought>, Vec<(u16, String)>) {
    let mut served = Vec::new();
    let mut others = Vec::new();
    for answer in answers {
        if answer.status.as_u16() == 201 {
            served.push(Bought::of(answer.json));
        } else {
            others.push((answer.status.as_u16(), answer.json["code"].as_str().unwrap_or_default().to_owned()));
        }
    }
    (served, others)
}

fn insufficient(n: usize) -> Vec<(u16, String)> {
    vec![(400, "insufficient_stock".to_owned()); n]
}

/// Pays all orders from many tasks.
async fn pay_all(world: &Arc<World>, orders: &[Bought]) {
    let mut buyers = JoinSet::new();
    for order in orders {
        let (world, order) = (world.clone(), order.clone());
        buyers.spawn(async move { world.pay(&order) });
    }
    buyers.join_all().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_want_the_last_ticket() {
    let (world, _) = slow_world().await;
    world.offer("last", "25.00", 1).await;
    let requested_lines: Vec<_> = (0..20).map(|n| request(&world, n, "last", 1)).collect();
    let (served, others) = sorted(at_once(&world, requested_lines).await);
    assert_eq!(served.len(), 1);
    assert_eq!(others, insufficient(19));
    assert_eq!(world.stock("last").await, (0, 1, 0));
    pay_all(&world, &served).await;
    world.settle().await;
    assert_eq!(world.stock("last").await, (0, 0, 1));
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_buy_a_hundred_tickets() {
    let (world, _) = slow_world().await;
    world.offer("seat", "25.00", 100).await;
    let requested_lines: Vec<_> = (0..100).map(|n| request(&world, n, "seat", 1)).collect();
    let (served, others) = sorted(at_once(&world, requested_lines).await);
    assert_eq!(others, [], "no buyer is turned away");
    assert_eq!(served.len(), 100);
    assert_eq!(world.stock("seat").await, (0, 100, 0));

    // Half of the webhooks come twice, the others in any order.
    for (half, mode) in served.chunks(50).zip(["duplicate", "shuffle"]) {
        world.at_stripe("faults", &json!({ "webhooks": mode })).await;
        pay_all(&world, half).await;
    }
    world.at_stripe("faults", &json!({ "webhooks": "normal" })).await;
    world.settle().await;
    assert_eq!(world.stock("seat").await, (0, 0, 100));
    let mail = world.mail();
    for n in 0..100 {
        assert_eq!(mail[&format!("buyer{n}@example.com")].len(), 1, "one confirmation each");
    }
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_promo_code_is_used_as_often_as_it_may() {
    let (world, _) = slow_world().await;
    world.promo("TEN", "0.10", Some(10)).await;
    let requested_lines: Vec<_> = (0..30)
        .map(|n| {
            let (mut request, key) = request(&world, n, "general", 1);
            request["promo_code"] = json!("TEN");
            (request, key)
        })
        .collect();
    let (served, others) = sorted(at_once(&world, requested_lines).await);
    assert_eq!(served.len(), 10);
    assert_eq!(others, vec![(400, "promo_invalid".to_owned()); 20]);
    assert_eq!(world.stock("general").await, (90, 10, 0), "no refusal kept stock");
    // Uses of orders that are never paid come back.
    world.advance(2_300).await;
    world.sweep().await;
    let (mut again, _) = request(&world, 99, "general", 1);
    again["promo_code"] = json!("TEN");
    world.checkout(&again).await.expect(201);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_presale_code_is_used_as_often_as_it_may() {
    let (world, _) = slow_world().await;
    world.offer_with("general", json!({ "presale": "only" })).await.expect(200);
    world.presale("general", "FANS", Some(10)).await;
    let requested_lines: Vec<_> = (0..30)
        .map(|n| {
            let (mut request, key) = request(&world, n, "general", 1);
            request["presale_code"] = json!("FANS");
            (request, key)
        })
        .collect();
    let (served, others) = sorted(at_once(&world, requested_lines).await);
    assert_eq!(served.len(), 10);
    assert_eq!(others, vec![(400, "listing_unavailable".to_owned()); 20]);
    assert_eq!(world.stock("general").await, (90, 10, 0), "no refusal kept stock");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_tabs_make_one_order() {
    let (world, _) = slow_world().await;
    for offer in ["general", "free"] {
        let tabs: Vec<_> = (0..10).map(|_| (world.request(offer, 1), Some("tabs".to_owned() + offer))).collect();
        let (served, others) = sorted(at_once(&world, tabs).await);
        assert!(!served.is_empty());
        assert!(served.iter().all(|order| order.id == served[0].id), "one order");
        assert!(others.iter().all(|other| *other == (409, "request_in_progress".to_owned())), "{others:?}");
        // Afterwards every tab gets it.
        let again = world.post("/v1/checkout").key(&format!("tabs{offer}")).json(&world.request(offer, 1)).await;
        assert_eq!(Bought::of(again.expect(201)).id, served[0].id);
    }
    assert_eq!(world.stock("general").await, (99, 1, 0));
    assert_eq!(world.stock("free").await, (49, 0, 1));
    let sessions = world.stack.stripe().objects("checkout.session");
    assert_eq!(sessions.len(), 1);
    world.finish().await;
}

/// The seller changes price and capacity while people buy. A buyer who is served pays one price or the other, and what is
/// sold fits the capacity at any time.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_offer_changes_while_thirty_buy() {
    let (world, _) = slow_world().await;
    world.offer("seat", "20.00", 40).await;
    let seller = {
        let world = world.clone();
        tokio::spawn(async move {
            let mut answers = Vec::new();
            for (price, capacity) in [("30.00", 25), ("20.00", 45), ("30.00", 20), ("20.00", 60)] {
                let changes = json!({ "price": price, "capacity": capacity });
                answers.push(world.offer_with("seat", changes).await.status.as_u16());
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            answers
        })
    };
    let requested_lines: Vec<_> = (0..30).map(|n| request(&world, n, "seat", 1)).collect();
    let (served, others) = sorted(at_once(&world, requested_lines).await);
    let changes = seller.await.unwrap();
    assert!(changes.iter().all(|status| [200, 409, 503].contains(status)), "{changes:?}");
    for order in &served {
        let price = order.json["order"]["lines"][0]["unit_price"].clone();
        assert!(price == "20.00" || price == "30.00", "{price}");
    }
    let fair = |other: &(u16, String)| ["insufficient_stock", "store_unavailable"].contains(&other.1.as_str());
    assert!(others.iter().all(fair), "{others:?}");
    let (available, held, sold) = world.stock("seat").await;
    assert_eq!((held as usize, sold), (served.len(), 0));
    assert!(available + held >= 20);
    pay_all(&world, &served).await;
    world.settle().await;
    world.finish().await;
}

/// Ten shards, a hundred tickets, a hundred and fifty buyers of one to four each.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn shards_sell_all_there_is() {
    let (world, _) = slow_world().await;
    world.offer_with("seat", json!({ "price": "5.00", "capacity": 100, "shards": 10 })).await.expect(201);
    let requested_lines: Vec<_> =
        (0..150).map(|n| request(&world, n, "seat", i64::try_from(n % 4).unwrap() + 1)).collect();
    let answers = at_once(&world, requested_lines).await;
    let refused: Vec<_> = answers.iter().filter(|answer| answer.status.as_u16() != 201).cloned().collect();
    let (served, others) = sorted(answers);
    assert_eq!(others, insufficient(refused.len()));
    let (available, held, sold) = world.stock("seat").await;
    assert_eq!((available + held, sold), (100, 0));
    assert_eq!(available, 0, "the last buyer was turned away because all were sold");
    // No buyer was refused when enough was left: the last one served left less than any later one asked for.
    assert!(served.len() >= 25, "{}", served.len());
    pay_all(&world, &served).await;
    world.settle().await;
    assert_eq!(world.stock("seat").await, (0, 0, 100));
    world.finish().await;
}

/// The units of one order may lie in several shards, if no shard alone has them.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_rest_is_taken_from_several_shards() {
    let (world, _) = slow_world().await;
    world.offer_with("seat", json!({ "price": "5.00", "capacity": 20, "shards": 20 })).await.expect(201);
    let requested_lines: Vec<_> = (0..2).map(|n| request(&world, n, "seat", 10)).collect();
    let (served, others) = sorted(at_once(&world, requested_lines).await);
    assert_eq!((served.len(), others), (2, Vec::new()));
    world.checkout(&world.request("seat", 1)).await.refused(400, "insufficient_stock");
    // One pays, one does not.
    world.pay(&served[0]);
    world.settle().await;
    world.advance(2_300).await;
    world.sweep().await;
    world.settle().await;
    assert_eq!(world.stock("seat").await, (10, 0, 10));
    world.finish().await;
}

/// DynamoDB refuses transactions that overlap on an item instead of queueing them. Losing such a race is no reason to
/// turn a buyer away.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn transactions_that_lose_to_others_are_tried_again() {
    let (world, faults) = slow_world().await;
    world.offer_with("seat", json!({ "price": "5.00", "capacity": 40, "shards": 10 })).await.expect(201);
    faults.keep_busy(18);
    let requested_lines: Vec<_> = (0..40).map(|n| request(&world, n, "seat", 1)).collect();
    let (served, others) = sorted(at_once(&world, requested_lines).await);
    assert_eq!(others, [], "all are served");
    assert_eq!(served.len(), 40);
    assert!(faults.conflicts() > 0, "there was no conflict at all");
    eprintln!("{} transactions lost to others, 40 buyers served", faults.conflicts());
    pay_all(&world, &served).await;
    world.settle().await;
    assert_eq!(world.stock("seat").await, (0, 0, 40));
    world.finish().await;
}

/// With one shard, the crowd may be too much for the time that a request has; then it is answered 503, never that
/// all is sold.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn losing_a_race_is_not_sold_out() {
    let (world, faults) = slow_world().await;
    world.offer_with("seat", json!({ "price": "5.00", "capacity": 100, "shards": 1 })).await.expect(201);
    faults.keep_busy(18);
    let requested_lines: Vec<_> = (0..60).map(|n| request(&world, n, "seat", 1)).collect();
    let (served, others) = sorted(at_once(&world, requested_lines).await);
    assert!(others.iter().all(|other| *other == (503, "store_unavailable".to_owned())), "{others:?}");
    assert!(served.len() >= 20, "{} served", served.len());
    let (available, held, sold) = world.stock("seat").await;
    assert_eq!((available as usize, held as usize, sold), (100 - served.len(), served.len(), 0));
    world.finish().await;
}

/// Fifty ask for the same ticket; each has an answer soon, and none starves.
#[tokio::test(start_paused = true)]
async fn fifty_contend_and_each_is_answered_in_time() {
    let faults = Faults::new();
    let world = World::with(faults.options()).await;
    world.offer("last", "25.00", 1).await;
    faults.jitter(5);
    let requested_lines: Vec<_> = (0..50).map(|n| request(&world, n, "last", 1).0).collect();
    let begun = tokio::time::Instant::now();
    let answers = join_all(requested_lines.iter().map(|request| async {
        let answer = world.checkout(request).await;
        (answer, begun.elapsed())
    }))
    .await;
    let slowest = answers.iter().map(|(_, time)| *time).max().unwrap();
    assert!(slowest < checkout::TIME, "{slowest:?}");
    let (served, others) = sorted(answers.into_iter().map(|(answer, _)| answer).collect());
    assert_eq!(served.len(), 1);
    assert_eq!(others, insufficient(49));
    world.finish().await;
}
