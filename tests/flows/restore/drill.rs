//! The drill: ten minutes are lost, with all that may happen in them, over all four kinds.

use holdfast_tests::{CRAFTS, INTENT_HOLD, PUPIL, SHOW, Side};
use serde_json::json;

use super::stage::{LOST, Stage};

fn one() -> serde_json::Value {
    json!({ "items": [{ "line": "l1", "quantity": 1 }] })
}

#[tokio::test(start_paused = true)]
async fn ten_lost_minutes_are_mended_to_the_cent() {
    let stage = Stage::new().await;
    let world = &stage.world;
    // What the table knows.
    let expiring = world.ordered(&[(CRAFTS, "lamp", 1)], None).await;
    stage.pass(INTENT_HOLD - LOST).await;
    let ticket = world.buy("general", 2).await;
    let product = world.ordered(&[(CRAFTS, "mug", 1)], None).await;
    let returned = world.bought("general", 3).await;
    let by_hand = world.bought("vip", 1).await;
    let disputed = world.bought("general", 1).await;
    let confirmed = world.requested("s1").await;
    let declined = world.requested("s2").await;
    let canceled = world.booked("s3").await;
    let hours = world.hours_ordered("ten", 1).await;
    world.settle().await;
    let kept = stage.keep();
    let seats = world.stock("general").await;

    // What it will have lost: of orders that it knows, ...
    world.advance(60).await;
    world.pay(&ticket);
    assert_eq!(world.confirm(&product, "pm_card_visa").await.status.as_u16(), 200);
    world.refund(&returned, &one()).await.expect(201);
    let hand = json!({ "charge": world.charge(&by_hand)["id"], "amount": 1_000 });
    world.at_stripe("dashboard/refunds", &hand).await;
    world.at_stripe("disputes", &json!({ "charge": world.charge(&disputed)["id"] })).await;
    world.as_expert(&confirmed, "confirm").await.expect(200);
    world.as_expert(&declined, "decline").await.expect(200);
    world.cancel(&canceled, Side::Buyer).await.expect(200);
    world.pay(&hours);
    stage.pass(60).await;
    // ... and of orders that it never knew.
    let lost_ticket = world.bought("general", 4).await;
    let lost_page = world.buy("vip", 2).await;
    let lost_product = world.ordered_and_paid(&[(CRAFTS, "mug", 2)]).await;
    world.refund(&lost_product, &one()).await.expect(201);
    let lost_basket = world.ordered(&[(CRAFTS, "mug", 1)], None).await;
    let lost_request = world.requested("s4").await;
    let lost_booking = world.booked("s5").await;
    let lost_hours = world.hours_bought("ten", 1).await;
    let lost_free = world.buy("free", 1).await;
    stage.pass(LOST).await;
    assert_eq!(world.order(&expiring).await["status"], "expired");
    let refunds = stage.refunds();

    stage.set_back(&kept);
    let restored = stage.restored(&kept).await;
    let report = &restored.report;
    assert_eq!((report.given_back, report.ended, report.refunds), (4, 3, 2), "{report:?}");
    // Of the ones made in the lost minutes none is made again: what is new gives back the four lost payments.
    assert_eq!(stage.refunds(), refunds + 4);
    stage.pass(60).await;

    for (order, status) in [
        (&ticket, "paid"),
        (&product, "paid"),
        (&returned, "paid"),
        (&by_hand, "paid"),
        (&disputed, "paid"),
        (&confirmed, "paid"),
        (&declined, "canceled"),
        (&canceled, "refunded"),
        (&hours, "paid"),
        // Stripe shows that it was ended, and no longer why.
        (&expiring, "canceled"),
        (&lost_ticket, "refunded"),
        (&lost_product, "refunded"),
        (&lost_booking, "refunded"),
        (&lost_hours, "refunded"),
    ] {
        assert_eq!(stage.status(&order.id).await, Some(status), "{}", order.json);
    }
    for order in [&lost_page, &lost_basket, &lost_request, &lost_free] {
        assert_eq!(stage.status(&order.id).await, None, "{}", order.json);
    }
    // The tickets of the known order were paid and one of three came back; the lost ones left no trace.
    assert_eq!(world.stock("general").await, (seats.0 + 1, 0, seats.2 + 2 - 1));
    assert_eq!(world.stock_of(SHOW, "vip").await, (9, 0, 1));
    assert_eq!(world.stock_of(CRAFTS, "lamp").await, (5, 0, 0));
    assert_eq!(world.seats("s3").await, (1, 0, 0), "who canceled has given the slot back");
    assert_eq!(world.seats("s1").await, (0, 0, 1));
    assert_eq!(world.balance(PUPIL).await, ("10".to_owned(), "50.00".to_owned()));
    let subjects = world.mail().remove("ada@example.com").expect("mail");
    assert_eq!(subjects.iter().filter(|subject| subject.ends_with("could not be kept")).count(), 4, "{subjects:?}");
    stage.balanced().await;
    world.finish().await;

    // Nothing of a lost page can be paid any more, and what comes of it is no trouble.
    assert!(world.pay_with(&lost_page.session, "pm_card_visa").is_err());
    world.finish().await;
    // What is bought next is bought as ever.
    world.bought("general", 1).await;
    world.booked("s4").await;
    stage.balanced().await;
    world.finish().await;
}

#[tokio::test(start_paused = true)]
async fn a_second_run_finds_nothing_left_to_do() {
    let stage = Stage::new().await;
    let world = &stage.world;
    let known = world.buy("general", 1).await;
    let kept = stage.keep();
    world.pay(&known);
    let lost = world.bought("general", 2).await;
    let page = world.buy("vip", 1).await;
    stage.pass(LOST).await;
    stage.set_back(&kept);
    let first = stage.restored(&kept).await.report;
    assert_eq!((first.given_back, first.ended), (1, 1), "{first:?}");
    stage.pass(60).await;
    let before = world.dump().await;
    let second = stage.restored(&kept).await.report;
    assert_eq!((second.given_back, second.refunds), (0, 0), "{second:?}");
    world.unchanged_since(&before).await;
    // The table may even be set back once more.
    stage.set_back(&kept);
    let third = stage.restored(&kept).await.report;
    assert_eq!(third.given_back, 1, "it is written down again, as refunded: {third:?}");
    world.settle().await;
    assert_eq!(stage.status(&lost.id).await, Some("refunded"));
    assert_eq!(stage.status(&known.id).await, Some("paid"));
    assert_eq!(stage.status(&page.id).await, None);
    assert_eq!(stage.refunds(), 1);
    stage.balanced().await;
    world.finish().await;
}

#[tokio::test(start_paused = true)]
async fn what_is_under_way_or_with_a_bank_is_kept_in_sight() {
    let stage = Stage::new().await;
    let world = &stage.world;
    let kept = stage.keep();
    world.advance(60).await;
    // A bank takes one of the lost payments back, another one is not there yet, and a third was given back by hand in part.
    let disputed = world.bought("general", 1).await;
    world.at_stripe("disputes", &json!({ "charge": world.charge(&disputed)["id"] })).await;
    let slow = world.buy("general", 1).await;
    world.pay_with(&slow.session, "pm_usBankAccount").expect("it is begun");
    let partly = world.bought("vip", 1).await;
    world.at_stripe("dashboard/refunds", &json!({ "charge": world.charge(&partly)["id"], "amount": 1_000 })).await;
    stage.pass(LOST).await;
    stage.set_back(&kept);
    let report = stage.restored(&kept).await.report;
    assert_eq!(report.given_back, 3, "{report:?}");
    world.settle().await;
    assert_eq!(stage.status(&partly.id).await, Some("refunded"));
    // A person decides once the bank has.
    let id = domain::OrderId::parse(disputed.id.clone()).expect("an id");
    let held = world.stack.engine().store().order(&id).await.expect("an answer").expect("it is written down");
    assert!(held.review.is_some() && held.was_lost());
    // The money that comes in the end goes back.
    let intent = world.intents(&slow.id)[0]["id"].as_str().expect("an id").to_owned();
    world.at_stripe(&format!("intents/{intent}/succeed"), &json!({})).await;
    stage.pass(60).await;
    assert_eq!(stage.status(&slow.id).await, Some("refunded"));
    world.finish().await;
}

#[tokio::test(start_paused = true)]
async fn names_that_were_given_in_the_lost_time_are_given_to_no_other() {
    let stage = Stage::new().await;
    let world = &stage.world;
    let known = world.bought("general", 2).await;
    let kept = stage.keep();
    world.advance(60).await;
    world.refund(&known, &one()).await.expect(201);
    world.bought("general", 1).await;
    stage.pass(LOST).await;
    let before = world.everything().await;
    stage.set_back(&kept);
    stage.restored(&kept).await;
    // The rest of the known order goes back under names of its own.
    world.refund(&known, &json!({})).await.expect(201);
    world.bought("general", 1).await;
    stage.pass(60).await;
    let now = world.everything().await;
    for call in &now.calls {
        let known = before.calls.iter().find(|known| known.key == call.key);
        assert!(known.is_none_or(|known| known.order == call.order), "the key {} is of two orders", call.key);
    }
    for (number, order) in &now.receipts {
        let known = before.receipts.iter().find(|(known, _)| known == number);
        assert!(known.is_none_or(|(_, of)| of == order), "receipt {number} is of two orders");
    }
    assert_eq!(world.order(&known).await["status"], "refunded");
    stage.balanced().await;
    world.finish().await;
}
