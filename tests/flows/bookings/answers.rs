//! An expert's time: asked for, answered, left unanswered.

use std::{collections::BTreeSet, sync::Arc};

use holdfast_tests::{Bought, EXPERT, HOUR, SLOT_HOLD, Side, TUTOR, World, booking_path, faults::Faults};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::shared::{stands, time};

/// Whether a time is so many seconds after another, give or take what a request takes.
fn is_after(later: Timestamp, earlier: Timestamp, seconds: i64) -> bool {
    let off = later.duration_since(earlier) - SignedDuration::from_secs(seconds);
    off.abs() < SignedDuration::from_secs(20)
}

#[tokio::test]
async fn a_booking_authorizes_the_money_and_waits_for_its_expert() {
    let world = World::of_experts().await;
    let before = world.stack.clock().now();
    let order = world.requested("morning").await;
    let shown = world.order(&order).await;
    assert_eq!(stands(&shown), ["authorized", "authorized", "requested"]);
    assert_eq!(
        (&shown["total"], &shown["platform_fees"], &shown["processing_fees"]),
        (&json!("80.00"), &json!("0.00"), &json!("0.00"))
    );
    let booking = &shown["booking"];
    assert_eq!(booking["expert"], EXPERT);
    assert!(is_after(time(&booking["starts_at"]), before, 48 * HOUR));
    assert!(is_after(time(&booking["ends_at"]), before, 49 * HOUR));
    assert!(is_after(time(&booking["respond_by"]), before, SLOT_HOLD));
    assert_eq!(shown["hold"]["expires_at"], booking["respond_by"]);
    assert_eq!(
        (&booking["canceled_by"], &booking["refund_percent"], &shown["paid_at"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    assert_eq!(world.seats("morning").await, (0, 1, 0));
    let intent = world.intent(&order);
    assert_eq!((&intent["status"], &intent["capture_method"]), (&json!("requires_capture"), &json!("manual")));
    assert_eq!((&intent["amount_capturable"], &intent["amount_received"]), (&json!(8_000), &json!(0)));
    let balance = world.stack.stripe().balance("order_id", &order.id);
    assert_eq!((balance.capturable, balance.captured), (8_000, 0));
    world.get(&format!("/v1/orders/{}/receipt", order.id)).order_token(&order.token).await.refused(404, "not_found");
    world.finish().await;
}

#[tokio::test]
async fn a_browser_authorizes_the_money_and_the_webhook_settles() {
    let world = World::of_experts().await;
    let order = world.requested_for("morning").await;
    assert_eq!(stands(&order.json["order"]), ["pending", "unpaid", "requested"]);
    assert_eq!(order.json["order"]["booking"]["respond_by"], Value::Null);
    // What is not paid for yet cannot be answered.
    world.as_expert(&order, "confirm").await.refused(409, "illegal_state");
    world.as_expert(&order, "decline").await.refused(409, "illegal_state");
    assert_eq!(world.confirm(&order, "pm_card_visa").await.expect(200)["status"], "requires_capture");
    world.settle().await;
    let shown = world.order(&order).await;
    assert_eq!(stands(&shown), ["authorized", "authorized", "requested"]);
    assert!(shown["booking"]["respond_by"].is_string());
    let confirmed = world.as_expert(&order, "confirm").await.expect(200);
    assert_eq!(stands(&confirmed), ["paid", "captured", "confirmed"]);
    world.finish().await;
}

#[tokio::test]
async fn confirming_takes_the_money() {
    let world = World::of_experts().await;
    let order = world.requested("morning").await;
    let confirmed = world.as_expert(&order, "confirm").await.expect(200);
    assert_eq!(stands(&confirmed), ["paid", "captured", "confirmed"]);
    assert_eq!(confirmed["id"], order.id.as_str());
    assert!(confirmed["paid_at"].is_string() && confirmed["hold"].is_null());
    assert_eq!(world.seats("morning").await, (0, 0, 1));
    let intent = world.intent(&order);
    assert_eq!((&intent["status"], &intent["amount_received"]), (&json!("succeeded"), &json!(8_000)));
    assert_eq!(world.charge(&order)["captured"], true);
    // The events that follow change nothing, and both sides have their mail.
    let version = confirmed["version"].clone();
    world.settle().await;
    let after = world.order(&order).await;
    assert_eq!((stands(&after), &after["version"]), (["paid", "captured", "confirmed"], &version));
    assert!(!world.mail()["ada@example.com"].is_empty());
    let captures = world.stack.stripe().calls().into_iter().filter(|call| call.path.ends_with("/capture"));
    let keys: Vec<_> = captures.filter_map(|call| call.idempotency_key).collect();
    assert_eq!(keys.len(), 1, "one capture, with a key: {keys:?}");
    assert!(keys[0].starts_with(&order.id));
    let trail = world.trail(&order).await;
    let by = |what: &str| trail.iter().find(|(found, _)| found == what).map(|(_, by)| by.clone());
    assert_eq!((by("confirming"), by("paid")), (Some(EXPERT.to_owned()), Some(EXPERT.to_owned())), "{trail:?}");
    world.finish().await;
}

#[tokio::test]
async fn declining_releases_the_card_and_frees_the_slot() {
    let world = World::of_experts().await;
    let order = world.requested("morning").await;
    let declined = world.post(&booking_path(&order, "decline")).token(&world.expert(EXPERT)).json(&json!({})).await;
    let declined = declined.expect(200);
    assert_eq!(stands(&declined), ["canceled", "canceled", "declined"]);
    assert_eq!((&declined["booking"]["canceled_by"], &declined["refunded"]), (&Value::Null, &json!("0.00")));
    assert_eq!(world.seats("morning").await, (1, 0, 0));
    assert_eq!(world.intent(&order)["status"], "canceled");
    assert_eq!(world.stack.stripe().balance("order_id", &order.id), local::stripe::Balance::default());
    world.settle().await;
    assert_eq!(stands(&world.order(&order).await), ["canceled", "canceled", "declined"]);
    assert_eq!(world.refunds(&order).await, Vec::<Value>::new(), "nothing was taken, so nothing is refunded");
    // The next one may have it.
    let next = world.booked("morning").await;
    assert_eq!(stands(&world.order(&next).await), ["paid", "captured", "confirmed"]);
    world.finish().await;
}

#[tokio::test]
async fn an_unanswered_booking_times_out() {
    let world = World::of_experts().await;
    let order = world.requested("morning").await;
    world.advance(SLOT_HOLD - 30).await;
    world.sweep().await;
    assert_eq!(stands(&world.order(&order).await), ["authorized", "authorized", "requested"], "not a moment too soon");
    world.advance(40).await;
    // The deadline holds whether the sweeper has come or not.
    world.as_expert(&order, "confirm").await.refused(409, "illegal_state").explains("The time to answer is over");
    world.as_expert(&order, "decline").await.refused(409, "illegal_state");
    let report = world.sweep().await;
    assert_eq!((report.failed, report.orders), (0, 1));
    let shown = world.order(&order).await;
    assert_eq!(stands(&shown), ["canceled", "canceled", "timed_out"]);
    assert_eq!(world.seats("morning").await, (1, 0, 0));
    assert_eq!(world.intent(&order)["status"], "canceled");
    assert_eq!(world.stack.stripe().balance("order_id", &order.id), local::stripe::Balance::default());
    world.as_expert(&order, "confirm").await.refused(409, "illegal_state").explains("The booking is timed out");
    world.settle().await;
    assert!(world.trail(&order).await.contains(&("canceled".to_owned(), "sweeper".to_owned())));
    world.booked("morning").await;
    world.finish().await;
}

#[tokio::test]
async fn an_unpaid_booking_ends_too() {
    let world = World::of_experts().await;
    let order = world.requested_for("morning").await;
    world.advance(SLOT_HOLD + 10).await;
    world.sweep().await;
    world.settle().await;
    let shown = world.order(&order).await;
    assert_eq!((&shown["status"], &shown["booking"]["status"]), (&json!("expired"), &json!("canceled")));
    assert_eq!(world.intent(&order)["status"], "canceled");
    assert_eq!(world.seats("morning").await, (1, 0, 0));
    assert_eq!(world.confirm(&order, "pm_card_visa").await.status.as_u16(), 400);
    world.finish().await;
}

#[tokio::test]
async fn a_declined_card_leaves_the_slot_to_others() {
    let world = World::of_experts().await;
    let request = world.slot_request("morning", Some("pm_card_chargeDeclined"));
    world.order_under("declined", &request).await.refused(402, "payment_declined");
    world.settle().await;
    assert_eq!(world.seats("morning").await, (1, 0, 0));
    world.requested("morning").await;
    world.finish().await;
}

#[tokio::test]
async fn the_deadline_is_never_after_the_start() {
    let world = World::of_experts().await;
    world.slot("soon", "80.00", 1, 10 * 60).await;
    let order = world.requested("soon").await;
    let booking = world.order(&order).await["booking"].clone();
    assert_eq!(booking["respond_by"], booking["starts_at"]);
    world.advance(10 * 60 + 5).await;
    world.as_expert(&order, "confirm").await.refused(409, "illegal_state");
    world.sweep().await;
    assert_eq!(stands(&world.order(&order).await), ["canceled", "canceled", "timed_out"]);
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn the_deadline_is_never_after_stripes() {
    let world = World::of_experts().await;
    // The browser authorizes the money, and no event arrives until Stripe is about to release it.
    world.slot("far", "80.00", 1, 30 * 24 * HOUR).await;
    let order = world.requested_for("far").await;
    world.drop_webhooks().await;
    world.confirm(&order, "pm_card_visa").await.expect(200);
    let charge = world.stack.stripe().objects("charge").pop().expect("a charge");
    let capture_before = charge["payment_method_details"]["card"]["capture_before"].as_i64().expect("a time");
    let capture_before = Timestamp::from_second(capture_before).expect("a time");
    world.advance(capture_before.duration_since(world.stack.clock().now()).as_secs() - 10 * 60).await;
    world.send_webhooks().await;
    let shown = world.order(&order).await;
    assert_eq!(stands(&shown), ["authorized", "authorized", "requested"]);
    assert_eq!(time(&shown["booking"]["respond_by"]), capture_before);
    world.advance(11 * 60).await;
    world.as_expert(&order, "confirm").await.refused(409, "illegal_state");
    world.sweep().await;
    world.settle().await;
    assert_eq!(stands(&world.order(&order).await), ["canceled", "canceled", "timed_out"]);
    assert_eq!(world.seats("far").await, (1, 0, 0));
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_ten_who_want_one_slot_one_has_it() {
    let faults = Faults::new();
    let world = Arc::new(World::of_experts_with(faults.options()).await);
    faults.jitter(3);
    for (slot, method) in [("one", Some("pm_card_visa")), ("two", None)] {
        world.slot(slot, "80.00", 1, 48 * HOUR).await;
        let mut buyers = JoinSet::new();
        for n in 0..10 {
            let world = world.clone();
            buyers.spawn(async move {
                let mut request = world.slot_request(slot, method);
                request["buyer"]["email"] = json!(format!("buyer{n}@example.com"));
                world.order_under(&format!("{slot}-{n}"), &request).await
            });
        }
        let answers = buyers.join_all().await;
        let (served, others): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status.as_u16() == 201);
        assert_eq!((served.len(), others.len()), (1, 9));
        for other in others {
            other.refused(409, "slot_taken").explains("The slot is taken");
        }
        assert_eq!(world.seats(slot).await, (0, 1, 0));
        let order = Bought::of(served[0].json.clone());
        if method.is_none() {
            world.confirm(&order, "pm_card_visa").await.expect(200);
            world.settle().await;
        }
        world.as_expert(&order, "confirm").await.expect(200);
        assert_eq!(world.seats(slot).await, (0, 0, 1));
        let request = world.slot_request(slot, None);
        world.order_under(&format!("{slot}-late"), &request).await.refused(409, "slot_taken");
    }
    world.finish().await;
}

#[tokio::test]
async fn a_group_has_as_many_seats_as_its_capacity() {
    let world = World::of_experts().await;
    let first = world.requested("group").await;
    let two = world.ordered(&[(TUTOR, "group", 2)], Some("pm_card_visa")).await;
    assert_eq!(two.json["order"]["total"], "60.00");
    assert_eq!(world.seats("group").await, (0, 3, 0));
    let request = world.slot_request("group", Some("pm_card_visa"));
    world.order_under("full", &request).await.refused(409, "slot_taken");
    // Each of them is answered for itself.
    world.as_expert(&first, "decline").await.expect(200);
    world.as_expert(&two, "confirm").await.expect(200);
    assert_eq!(world.seats("group").await, (1, 0, 2));
    let more = world.basket(&[(TUTOR, "group", 2)], Some("pm_card_visa"));
    world.order_under("more", &more).await.refused(400, "insufficient_stock");
    world.booked("group").await;
    assert_eq!(world.seats("group").await, (0, 0, 3));
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn a_slot_is_bought_alone_and_in_a_way_that_its_seller_takes() {
    let world = World::of_experts().await;
    world.expert_listing(TUTOR, json!({ "payment_modes": ["intent"] })).await.expect(200);
    let before = world.dump().await;
    let both = world.basket(&[(TUTOR, "morning", 1), (TUTOR, "group", 1)], Some("pm_card_visa"));
    world.order_under("both", &both).await.refused(400, "invalid_request").at("items");
    let mut hosted = world.slot_request("morning", None);
    hosted["payment"] = json!({ "mode": "hosted" });
    world.order_under("hosted", &hosted).await.refused(400, "invalid_request").at("payment.mode");
    let keyless = world.checkout(&world.slot_request("morning", Some("pm_card_visa"))).await;
    keyless.refused(400, "invalid_request").at("Idempotency-Key");
    world.unchanged_since(&before).await;
    world.finish().await;
}

#[tokio::test]
async fn a_slot_that_has_begun_is_not_sold() {
    let world = World::of_experts().await;
    world.slot("soon", "80.00", 1, 600).await;
    world.advance(601).await;
    let before = world.dump().await;
    let request = world.slot_request("soon", Some("pm_card_visa"));
    world.order_under("late", &request).await.refused(400, "listing_ended");
    world.unchanged_since(&before).await;
}

#[tokio::test]
async fn a_slot_that_costs_nothing_waits_for_its_expert_too() {
    let world = World::of_experts().await;
    world.slot("gift", "0.00", 1, 48 * HOUR).await;
    // What is asked, by whom, and how the booking ends.
    for (what, booking, order) in [
        (Some("confirm"), "confirmed", "paid"),
        (Some("decline"), "declined", "canceled"),
        (Some("cancel"), "canceled", "canceled"),
        (None, "timed_out", "canceled"),
    ] {
        let requested = world.ordered(&[(TUTOR, "gift", 1)], None).await;
        let shown = &requested.json["order"];
        assert_eq!((&shown["status"], &shown["booking"]["status"]), (&json!("authorized"), &json!("requested")));
        assert!(shown["booking"]["respond_by"].is_string());
        assert_eq!(world.seats("gift").await, (0, 1, 0));
        let quote = world.quote(&requested, Side::Buyer).await.expect(200);
        assert_eq!((&quote["refund_amount"], &quote["releases"]), (&json!("0.00"), &json!(true)));
        match what {
            Some(what) => drop(world.as_expert(&requested, what).await.expect(200)),
            None => {
                world.advance(SLOT_HOLD + 5).await;
                assert_eq!(world.sweep().await.failed, 0);
            }
        }
        let shown = world.order(&requested).await;
        assert_eq!((&shown["status"], &shown["booking"]["status"]), (&json!(order), &json!(booking)));
        if booking == "confirmed" {
            assert_eq!(world.seats("gift").await, (0, 0, 1));
            let quote = world.quote(&requested, Side::Buyer).await.expect(200);
            assert_eq!((&quote["refund_amount"], &quote["releases"]), (&json!("0.00"), &json!(false)));
            let canceled = world.cancel(&requested, Side::Buyer).await.expect(200);
            assert_eq!((&canceled["booking"]["status"], &canceled["refund"]), (&json!("canceled"), &Value::Null));
        }
        assert_eq!(world.seats("gift").await, (1, 0, 0), "{what:?}");
        world.settle().await;
    }
    assert!(world.stack.stripe().calls().is_empty());
    world.finish().await;
}

#[tokio::test]
async fn the_same_key_books_once() {
    let world = World::of_experts().await;
    let request = world.slot_request("morning", Some("pm_card_visa"));
    let first = world.order_under("once", &request).await.expect(201);
    let again = world.order_under("once", &request).await.expect(201);
    let ids: BTreeSet<_> = [&first, &again].map(|json| json["order"]["id"].to_string()).into();
    assert_eq!((ids.len(), again["order"]["status"].as_str()), (1, Some("authorized")));
    let order = Bought::of(first);
    world.as_expert(&order, "decline").await.expect(200);
    // What became of it stays what became of it.
    let later = world.order_under("once", &request).await.expect(201);
    assert_eq!(stands(&later["order"]), ["canceled", "canceled", "declined"]);
    assert_eq!(world.seats("morning").await, (1, 0, 0));
    world.settle().await;
    world.finish().await;
}
