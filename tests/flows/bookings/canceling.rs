//! Canceling a booking: by the clock for its buyer, with all the money for its expert's.

use holdfast_tests::{
    Bought, EXPERT, HOUR, ORGANIZATION, SLOT_HOLD, Side, TUTOR, World,
    faults::{Fault, Faults, Rule, Service},
};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::shared::time;

/// The net amount that Stripe keeps of an order.
fn kept(world: &World, order: &Bought) -> i64 {
    world.stack.stripe().balance("order_id", &order.id).net()
}

/// Percent and amount of a quote.
fn worth(quote: &Value) -> (u64, &str) {
    (quote["refund_percent"].as_u64().expect("a number"), quote["refund_amount"].as_str().expect("an amount"))
}

/// Moves the clock to so many seconds before a booking begins.
async fn before_the_start(world: &World, order: &Bought, seconds: i64) {
    let starts_at = time(&world.order(order).await["booking"]["starts_at"]);
    let left = starts_at.duration_since(world.stack.clock().now());
    world.advance(left.as_secs() - seconds).await;
}

#[tokio::test]
async fn a_buyer_gets_back_by_the_clock() {
    // Seconds before the start, what comes back of 80.01, and what Stripe keeps.
    for (before, percent, amount, left) in [
        (47 * HOUR, 100, "80.01", 0),
        (24 * HOUR + 20, 100, "80.01", 0),
        (24 * HOUR - 1, 50, "40.01", 4_000),
        (2 * HOUR + 20, 50, "40.01", 4_000),
        (2 * HOUR - 1, 0, "0.00", 8_001),
        (30, 0, "0.00", 8_001),
    ] {
        let world = World::of_experts().await;
        world.slot("odd", "80.01", 1, 48 * HOUR).await;
        let order = world.booked("odd").await;
        before_the_start(&world, &order, before).await;
        let quote = world.quote(&order, Side::Buyer).await.expect(200);
        assert_eq!((worth(&quote), &quote["currency"]), ((percent, amount), &json!("usd")), "{before}");
        assert_eq!((&quote["order"], &quote["releases"]), (&json!(order.id), &json!(false)));
        let canceled = world.cancel(&order, Side::Buyer).await.expect(200);
        assert_eq!(canceled["id"], order.id.as_str());
        let booking = &canceled["booking"];
        assert_eq!((&booking["status"], &booking["canceled_by"]), (&json!("canceled"), &json!("buyer")));
        assert_eq!(booking["refund_percent"], percent);
        assert_eq!(world.seats("odd").await, (1, 0, 0), "the slot is free, whatever comes back");
        if percent == 0 {
            assert_eq!(canceled["refund"], Value::Null);
        } else {
            let refund = &canceled["refund"];
            assert_eq!((&refund["amount"], &refund["status"]), (&json!(amount), &json!("succeeded")));
            let made = world.object(refund["stripe_refund_id"].as_str().expect("Stripe's id"));
            assert_eq!(made["metadata"]["order_id"], order.id.as_str());
        }
        assert_eq!(kept(&world, &order), left);
        world.settle().await;
        let shown = world.order(&order).await;
        let (status, payment) = match percent {
            100 => ("refunded", "refunded"),
            50 => ("paid", "partially_refunded"),
            _ => ("paid", "captured"),
        };
        assert_eq!((&shown["status"], &shown["payment"]["status"]), (&json!(status), &json!(payment)));
        assert_eq!(shown["refunded"], amount);
        assert_eq!(world.refunds(&order).await.len(), usize::from(percent > 0));
        world.finish().await;
    }
}

#[tokio::test]
async fn a_quote_has_its_end() {
    let world = World::of_experts().await;
    let order = world.booked("morning").await;
    let starts_at = time(&world.order(&order).await["booking"]["starts_at"]);
    let boundary = |hours: i64| starts_at - SignedDuration::from_hours(hours);
    let quote = world.quote(&order, Side::Buyer).await.expect(200);
    assert_eq!((worth(&quote), time(&quote["until"])), ((100, "80.00"), boundary(24)));
    before_the_start(&world, &order, 23 * HOUR).await;
    let quote = world.quote(&order, Side::Buyer).await.expect(200);
    assert_eq!((worth(&quote), time(&quote["until"])), ((50, "40.00"), boundary(2)));
    before_the_start(&world, &order, HOUR).await;
    let quote = world.quote(&order, Side::Buyer).await.expect(200);
    assert_eq!((worth(&quote), &quote["until"]), ((0, "0.00"), &Value::Null));
    let quote = world.quote(&order, Side::Expert).await.expect(200);
    assert_eq!((worth(&quote), &quote["until"]), ((100, "80.00"), &Value::Null));
    // Asking changes nothing.
    assert_eq!(world.order(&order).await["booking"]["status"], "confirmed");
    world.finish().await;
}

#[tokio::test]
async fn an_expert_gives_all_back_at_any_time() {
    for before in [40 * HOUR, 12 * HOUR, 60, -1_800] {
        let world = World::of_experts().await;
        let order = world.booked("morning").await;
        before_the_start(&world, &order, before).await;
        let quote = world.quote(&order, Side::Expert).await.expect(200);
        assert_eq!(worth(&quote), (100, "80.00"), "{before}");
        let canceled = world.cancel(&order, Side::Expert).await.expect(200);
        let booking = &canceled["booking"];
        assert_eq!((&booking["canceled_by"], &booking["refund_percent"]), (&json!("expert"), &json!(100)));
        assert_eq!((&canceled["refund"]["amount"], kept(&world, &order)), (&json!("80.00"), 0));
        world.settle().await;
        assert_eq!(world.order(&order).await["status"], "refunded");
        assert_eq!(world.seats("morning").await, (1, 0, 0));
        assert!(world.trail(&order).await.iter().any(|(what, by)| what == "booking_canceled" && by == EXPERT));
        world.finish().await;
    }
}

#[tokio::test]
async fn before_the_confirmation_the_card_is_released() {
    for (side, who) in [(Side::Buyer, "buyer"), (Side::Expert, "expert")] {
        let world = World::of_experts().await;
        // However close the start is: nothing has been taken yet.
        world.slot("soon", "80.00", 1, HOUR).await;
        let order = world.requested("soon").await;
        let quote = world.quote(&order, side).await.expect(200);
        assert_eq!((worth(&quote), &quote["releases"]), ((100, "80.00"), &json!(true)));
        assert_eq!(quote["until"], world.order(&order).await["booking"]["respond_by"]);
        let canceled = world.cancel(&order, side).await.expect(200);
        assert_eq!((&canceled["status"], &canceled["payment"]["status"]), (&json!("canceled"), &json!("canceled")));
        let booking = &canceled["booking"];
        assert_eq!((&booking["status"], &booking["canceled_by"]), (&json!("canceled"), &json!(who)));
        assert_eq!((&canceled["refund"], &canceled["refunded"]), (&Value::Null, &json!("0.00")));
        assert_eq!(world.intent(&order)["status"], "canceled");
        assert_eq!(world.stack.stripe().balance("order_id", &order.id), local::stripe::Balance::default());
        assert_eq!(world.seats("soon").await, (1, 0, 0));
        world.settle().await;
        assert_eq!(world.refunds(&order).await, Vec::<Value>::new());
        assert_eq!(world.order(&order).await["booking"]["status"], "canceled");
        world.finish().await;
    }
}

#[tokio::test]
async fn a_buyer_who_has_not_paid_yet_cancels() {
    let world = World::of_experts().await;
    let order = world.requested_for("morning").await;
    let quote = world.quote(&order, Side::Buyer).await.expect(200);
    assert_eq!(quote["releases"], true);
    let canceled = world.cancel(&order, Side::Buyer).await.expect(200);
    assert_eq!((&canceled["status"], &canceled["booking"]["status"]), (&json!("canceled"), &json!("canceled")));
    assert_eq!(world.intent(&order)["status"], "canceled");
    assert_eq!(world.seats("morning").await, (1, 0, 0));
    assert_eq!(world.confirm(&order, "pm_card_visa").await.status.as_u16(), 400, "nothing to pay any more");
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn what_is_over_is_not_canceled_again() {
    let world = World::of_experts().await;
    let order = world.booked("morning").await;
    let canceled = world.cancel(&order, Side::Buyer).await.expect(200);
    let before = world.dump().await;
    for side in [Side::Buyer, Side::Expert] {
        world.quote(&order, side).await.refused(409, "illegal_state");
    }
    world.cancel(&order, Side::Expert).await.refused(409, "illegal_state").explains("The booking is canceled");
    // A repeat by the one who canceled gets the same answer.
    assert_eq!(world.cancel(&order, Side::Buyer).await.expect(200), canceled);
    world.as_expert(&order, "confirm").await.refused(409, "illegal_state");
    world.as_expert(&order, "decline").await.refused(409, "illegal_state");
    world.unchanged_since(&before).await;
    let declined = world.requested("morning").await;
    world.as_expert(&declined, "decline").await.expect(200);
    world.cancel(&declined, Side::Buyer).await.refused(409, "illegal_state").explains("The booking is declined");
    let late = world.requested("morning").await;
    world.advance(SLOT_HOLD + 5).await;
    world.sweep().await;
    world.cancel(&late, Side::Buyer).await.refused(409, "illegal_state").explains("The booking is timed out");
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn a_confirmed_booking_is_not_declined() {
    let world = World::of_experts().await;
    let order = world.booked("morning").await;
    let before = world.dump().await;
    world.as_expert(&order, "decline").await.refused(409, "illegal_state").explains("The booking is confirmed");
    // Confirmed again, it is the same booking still.
    assert_eq!(world.as_expert(&order, "confirm").await.expect(200), world.order(&order).await);
    world.unchanged_since(&before).await;
    world.finish().await;
}

#[tokio::test]
async fn an_organization_has_its_own_policy_and_a_buyer_what_they_agreed_to() {
    let world = World::of_experts().await;
    let policy = json!([{ "from_hours_before": 72, "percent": 90 }, { "from_hours_before": 1, "percent": 25 }]);
    world.organization(ORGANIZATION, json!({ "cancellation": policy })).await.expect(200);
    let order = world.booked("morning").await;
    // Two days before, this organization gives a quarter back.
    assert_eq!(worth(&world.quote(&order, Side::Buyer).await.expect(200)), (25, "20.00"));
    // A new policy is for new bookings.
    world.organization(ORGANIZATION, json!({ "cancellation": [] })).await.expect(200);
    assert_eq!(worth(&world.quote(&order, Side::Buyer).await.expect(200)), (25, "20.00"));
    let later = world.booked("group").await;
    assert_eq!(worth(&world.quote(&later, Side::Buyer).await.expect(200)), (0, "0.00"));
    let canceled = world.cancel(&order, Side::Buyer).await.expect(200);
    assert_eq!((&canceled["refund"]["amount"], kept(&world, &order)), (&json!("20.00"), 6_000));
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn currencies_without_cents_are_rounded_to_their_own_unit() {
    let world = World::of_experts().await;
    world.organization("tokyo", json!({ "currency": "jpy", "max_order_amount": "100000" })).await.expect(201);
    let admin = world.token("admin", Some("tokyo"));
    let listing = "/v1/organizations/tokyo/listings/lessons";
    let body = json!({ "kind": "expert", "title": "Lessons", "published": true, "expert": "kei" });
    world.put(listing).token(&admin).json(&body).await.expect(201);
    let slot = json!({ "name": "Noon", "price": "4001", "capacity": 1, "starts_at": world.from_now(12 * HOUR) });
    world.put(&format!("{listing}/offers/noon")).token(&admin).json(&slot).await.expect(201);
    let order = world.ordered(&[("lessons", "noon", 1)], Some("pm_card_visa")).await;
    let kei = world.stack.token(&local::TokenFields::of("kei", "expert", Some("tokyo")));
    world.post(&holdfast_tests::booking_path(&order, "confirm")).token(&kei).await.expect(200);
    let quote = world.quote(&order, Side::Buyer).await.expect(200);
    assert_eq!((worth(&quote), &quote["currency"]), ((50, "2001"), &json!("jpy")));
    world.cancel(&order, Side::Buyer).await.expect(200);
    assert_eq!(kept(&world, &order), 2_000);
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn each_booking_of_a_group_is_canceled_for_itself() {
    let world = World::of_experts().await;
    let one = world.booked("group").await;
    let two = world.ordered(&[(TUTOR, "group", 2)], Some("pm_card_visa")).await;
    world.as_expert(&two, "confirm").await.expect(200);
    assert_eq!(world.seats("group").await, (0, 0, 3));
    world.cancel(&two, Side::Buyer).await.expect(200);
    assert_eq!(world.seats("group").await, (2, 0, 1));
    assert_eq!((kept(&world, &one), kept(&world, &two)), (3_000, 0));
    world.settle().await;
    assert_eq!(world.order(&one).await["booking"]["status"], "confirmed");
    world.finish().await;
}

#[tokio::test]
async fn a_refund_whose_answer_is_lost_is_made_once() {
    for fault in [Fault::RequestLost, Fault::AnswerLost, Fault::ServerError] {
        let faults = Faults::new();
        let world = World::of_experts_with(faults.options()).await;
        let order = world.booked("morning").await;
        faults.plan([Rule::every(Service::Stripe, fault).of("POST /v1/refunds")]);
        // The booking is canceled and the refund is due, whatever Stripe has answered so far.
        let canceled = world.cancel(&order, Side::Buyer).await.expect(200);
        assert_eq!(canceled["booking"]["status"], "canceled");
        assert_eq!(canceled["refund"]["amount"], "80.00");
        // A webhook may be faster than the answer that never comes.
        if fault != Fault::AnswerLost {
            assert_eq!(canceled["refund"]["status"], "pending", "{fault:?}");
        }
        assert!(faults.heal() > 0);
        let again = world.cancel(&order, Side::Buyer).await.expect(200);
        assert_eq!(again["refund"]["id"], canceled["refund"]["id"]);
        for _ in 0..3 {
            world.advance(70).await;
            world.sweep().await;
            world.settle().await;
        }
        let shown = world.order(&order).await;
        assert_eq!((&shown["status"], &shown["refunded"]), (&json!("refunded"), &json!("80.00")), "{fault:?}");
        assert_eq!(kept(&world, &order), 0);
        assert_eq!(world.stack.stripe().objects("refund").len(), 1);
        world.finish().await;
    }
}

#[tokio::test]
async fn a_dispute_freezes_a_booking() {
    let world = World::of_experts().await;
    let order = world.booked("morning").await;
    let charge = world.charge(&order)["id"].clone();
    let dispute = world.at_stripe("disputes", &json!({ "charge": charge })).await;
    world.settle().await;
    world.cancel(&order, Side::Buyer).await.refused(409, "illegal_state");
    world.cancel(&order, Side::Expert).await.refused(409, "illegal_state");
    assert_eq!(world.seats("morning").await, (0, 0, 1));
    let path = format!("disputes/{}/close", dispute["id"].as_str().expect("an id"));
    world.at_stripe(&path, &json!({ "status": "won" })).await;
    world.settle().await;
    world.cancel(&order, Side::Buyer).await.expect(200);
    world.settle().await;
    assert_eq!(kept(&world, &order), 0);
    world.finish().await;
}

#[tokio::test]
async fn what_a_cancellation_leaves_staff_may_still_give_back() {
    let world = World::of_experts().await;
    let order = world.booked("morning").await;
    before_the_start(&world, &order, 12 * HOUR).await;
    world.cancel(&order, Side::Buyer).await.expect(200);
    world.refund(&order, &json!({ "amount": "40.01" })).await.refused(400, "exceeds_captured");
    let rest = world.refund(&order, &json!({ "amount": "40.00", "reason": "a kindness" })).await.expect(201);
    assert_eq!(rest["amount"], "40.00");
    world.settle().await;
    let shown = world.order(&order).await;
    assert_eq!((&shown["status"], kept(&world, &order)), (&json!("refunded"), 0));
    assert_eq!(world.seats("morning").await, (1, 0, 0), "the slot came back once");
    world.finish().await;
}
