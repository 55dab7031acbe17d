//! Bookings that several requests change at once: one wins, and Stripe and the table agree.

use std::time::Duration;

use holdfast_tests::{
    Answer, Bought, HOUR, SLOT_HOLD, Side, World,
    faults::{Fault, Rule, Service},
};

use super::shared::{let_it_rest, of, slow_world, stands_at_stripe as stands};

fn intent_of(world: &World, order: &Bought) -> String {
    world.intent(order)["id"].as_str().expect("an id").to_owned()
}

fn statuses(answers: [&Answer; 2]) -> [u16; 2] {
    answers.map(|answer| answer.status.as_u16())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn confirming_against_canceling() {
    let (world, faults) = slow_world().await;
    let mut seen = std::collections::BTreeMap::<[u16; 2], usize>::new();
    for n in 0..24 {
        let slot = format!("slot-{n}");
        world.slot(&slot, "80.00", 1, 48 * HOUR).await;
        let order = world.requested(&slot).await;
        faults.jitter(8);
        let side = if n % 2 == 0 { Side::Buyer } else { Side::Expert };
        let (confirmed, canceled) = tokio::join!(world.as_expert(&order, "confirm"), world.cancel(&order, side));
        faults.jitter(0);
        world.settle().await;
        let answers = statuses([&confirmed, &canceled]);
        *seen.entry(answers).or_default() += 1;
        let (status, booking, intent) = stands(&world, &order).await;
        let net = world.stack.stripe().balance("order_id", &order.id).net();
        match answers {
            [200, 409] => {
                canceled.refused(409, "illegal_state");
                assert_eq!((status, booking, intent), of("paid", "confirmed", "succeeded"));
                assert_eq!((net, world.seats(&slot).await), (8_000, (0, 0, 1)));
            }
            [409, 200] => {
                confirmed.refused(409, "illegal_state");
                assert_eq!((status, booking, intent), of("canceled", "canceled", "canceled"));
                assert_eq!((net, world.seats(&slot).await), (0, (1, 0, 0)));
            }
            // Confirmed first, and canceled afterwards: the money was captured and refunded.
            [200, 200] => {
                assert_eq!((status, booking, intent), of("refunded", "canceled", "succeeded"));
                assert_eq!((net, world.seats(&slot).await), (0, (1, 0, 0)));
            }
            other => panic!("{other:?}: {} {}", confirmed.text, canceled.text),
        }
    }
    assert!(seen.len() > 1, "always the same one won: {seen:?}");
    let_it_rest(&world).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_several_answers_one_counts() {
    let (world, faults) = slow_world().await;
    for (n, calls) in [["confirm"; 4], ["decline"; 4], ["confirm", "decline", "confirm", "decline"]]
        .into_iter()
        .cycle()
        .take(12)
        .enumerate()
    {
        let slot = format!("slot-{n}");
        world.slot(&slot, "80.00", 1, 48 * HOUR).await;
        let order = world.requested(&slot).await;
        faults.jitter(8);
        let answers = futures::future::join_all(calls.map(|what| world.as_expert(&order, what))).await;
        faults.jitter(0);
        let won: Vec<_> = calls.iter().zip(&answers).filter(|(_, answer)| answer.status.as_u16() == 200).collect();
        let what = *won.first().expect("one of them counts").0;
        for (requested, answer) in calls.iter().zip(&answers) {
            match answer.status.as_u16() {
                // It won, or found the order won already.
                200 => assert_eq!(*requested, what, "{}", answer.text),
                409 if *requested == what && answer.json["code"] == "request_in_progress" => {}
                _ => drop(answer.clone().refused(409, "illegal_state")),
            }
        }
        world.settle().await;
        // However many were answered well: one effect at Stripe, one mail, one step in the trail.
        let requested =
            world.stack.stripe().calls().iter().filter(|call| call.path.contains(&intent_of(&world, &order))).fold(
                (0, 0),
                |(captures, cancels), call| match call.path.rsplit('/').next() {
                    Some("capture") => (captures + 1, cancels),
                    Some("cancel") => (captures, cancels + 1),
                    _ => (captures, cancels),
                },
            );
        let steps = world.trail(&order).await;
        let count = |step: &str| steps.iter().filter(|(what, _)| what == step).count();
        if what == "confirm" {
            assert_eq!((requested, count("confirming"), count("paid")), ((1, 0), 1, 1), "{steps:?}");
            assert_eq!(world.stack.stripe().balance("order_id", &order.id).net(), 8_000);
        } else {
            assert_eq!((requested, count("declining"), count("canceled")), ((0, 1), 1, 1), "{steps:?}");
            assert_eq!(world.stack.stripe().balance("order_id", &order.id).net(), 0);
        }
        let expected = if what == "confirm" {
            of("paid", "confirmed", "succeeded")
        } else {
            of("canceled", "declined", "canceled")
        };
        assert_eq!(stands(&world, &order).await, expected);
    }
    let_it_rest(&world).await;
}

/// The moment between an answer's claim and what it is for: no other request gets in.
#[tokio::test]
async fn while_one_is_at_work_others_are_turned_away() {
    for (what, path, expected) in [
        ("confirm", "POST /v1/payment_intents/", of("paid", "confirmed", "succeeded")),
        ("decline", "POST /v1/payment_intents/", of("canceled", "declined", "canceled")),
    ] {
        let (world, faults) = slow_world().await;
        let order = world.requested("morning").await;
        faults.plan([Rule::every(Service::Stripe, Fault::Slow(Duration::from_millis(600))).of(path).times(1)]);
        let others = async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            for other in ["confirm", "decline", "cancel"] {
                let code = if other == what { "request_in_progress" } else { "illegal_state" };
                world.as_expert(&order, other).await.refused(409, code);
            }
            world.cancel(&order, Side::Buyer).await.refused(409, "illegal_state");
            // The sweeper leaves it alone, too, even past the deadline.
            assert_eq!(world.sweep().await.orders, 0);
        };
        let (answer, ()) = tokio::join!(world.as_expert(&order, what), others);
        let first = answer.expect(200);
        assert_eq!(faults.heal(), 1);
        assert_eq!(world.as_expert(&order, what).await.expect(200), first, "the same again");
        world.settle().await;
        assert_eq!(stands(&world, &order).await, expected, "{what}");
        let_it_rest(&world).await;
    }
}

#[tokio::test]
async fn a_confirmation_that_comes_behind_a_cancellation_loses() {
    let (world, faults) = slow_world().await;
    let order = world.requested("morning").await;
    // The expert has read the booking, and writes only after the buyer has canceled it.
    let slow = Rule::every(Service::Table, Fault::Slow(Duration::from_millis(600))).of("TransactWriteItems").times(1);
    faults.plan([slow]);
    let buyer = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        world.cancel(&order, Side::Buyer).await.expect(200);
    };
    let (confirmed, ()) = tokio::join!(world.as_expert(&order, "confirm"), buyer);
    confirmed.refused(409, "illegal_state").explains("The booking is canceled");
    assert_eq!(stands(&world, &order).await, of("canceled", "canceled", "canceled"));
    assert_eq!(
        world.calls_to("POST", "/v1/payment_intents/"),
        world
            .stack
            .stripe()
            .calls()
            .iter()
            .filter(|c| c.path.ends_with("/confirm") || c.path.ends_with("/cancel"))
            .count(),
        "nothing was captured"
    );
    let_it_rest(&world).await;
}

#[tokio::test]
async fn a_confirmation_that_comes_behind_the_sweeper_loses() {
    let (world, faults) = slow_world().await;
    let order = world.requested("morning").await;
    world.advance(SLOT_HOLD - 20).await;
    let slow = Rule::every(Service::Table, Fault::Slow(Duration::from_millis(900))).of("TransactWriteItems").times(1);
    faults.plan([slow]);
    let sweeper = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        world.advance(30).await;
        assert_eq!(world.sweep().await.orders, 1);
    };
    let (confirmed, ()) = tokio::join!(world.as_expert(&order, "confirm"), sweeper);
    confirmed.refused(409, "illegal_state").explains("The booking is timed out");
    assert_eq!(stands(&world, &order).await, of("canceled", "timed_out", "canceled"));
    assert_eq!(world.seats("morning").await, (1, 0, 0));
    let_it_rest(&world).await;
}

#[tokio::test]
async fn a_confirmation_that_began_in_time_is_finished_behind_the_deadline() {
    let (world, faults) = slow_world().await;
    let order = world.requested("morning").await;
    world.advance(SLOT_HOLD - 20).await;
    let slow =
        Rule::every(Service::Stripe, Fault::Slow(Duration::from_millis(600))).of("POST /v1/payment_intents/").times(1);
    faults.plan([slow]);
    let sweeper = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        world.advance(30).await;
        assert_eq!(world.sweep().await.orders, 0, "its claim keeps the sweeper away");
    };
    let (confirmed, ()) = tokio::join!(world.as_expert(&order, "confirm"), sweeper);
    assert_eq!(confirmed.expect(200)["booking"]["status"], "confirmed");
    assert_eq!(stands(&world, &order).await, of("paid", "confirmed", "succeeded"));
    let_it_rest(&world).await;
}

#[tokio::test]
async fn a_confirmation_whose_answer_is_lost_is_found_out() {
    // What goes wrong with taking the money, and whether it was taken.
    for (fault, taken) in [(Fault::AnswerLost, true), (Fault::RequestLost, false)] {
        for late in [false, true] {
            let (world, faults) = slow_world().await;
            let order = world.requested("morning").await;
            world.drop_webhooks().await;
            faults.plan([Rule::every(Service::Stripe, fault).of("POST /v1/payment_intents/")]);
            let unclear = world.as_expert(&order, "confirm").await.refused(503, "payment_unavailable");
            assert!(!unclear.header("retry-after").is_empty());
            assert!(faults.heal() > 0);
            if late {
                // No request comes again. The sweeper fetches the payment: what was captured is sold, what was not is released.
                world.advance(SLOT_HOLD + 70).await;
                world.sweep().await;
                let expected =
                    if taken { of("paid", "confirmed", "succeeded") } else { of("canceled", "timed_out", "canceled") };
                assert_eq!(stands(&world, &order).await, expected, "{fault:?}");
            } else {
                // The expert asks again, and with the same key.
                let again = world.as_expert(&order, "confirm").await.expect(200);
                assert_eq!(again["booking"]["status"], "confirmed");
                assert_eq!(stands(&world, &order).await, of("paid", "confirmed", "succeeded"));
            }
            world.send_webhooks().await;
            let_it_rest(&world).await;
        }
    }
}

/// The answer to the first call is lost, the webhook settles it, and the expert, who heard 503, asks again.
#[tokio::test]
async fn what_the_sweeper_finished_is_answered_as_ones_own() {
    for (what, expected) in
        [("confirm", of("paid", "confirmed", "succeeded")), ("decline", of("canceled", "declined", "canceled"))]
    {
        for by_webhook in [true, false] {
            let (world, faults) = slow_world().await;
            let order = world.requested("morning").await;
            world.drop_webhooks().await;
            faults.plan([Rule::every(Service::Stripe, Fault::AnswerLost).of("POST /v1/payment_intents/")]);
            world.as_expert(&order, what).await.refused(503, "payment_unavailable");
            faults.heal();
            if by_webhook {
                world.send_webhooks().await;
                world.settle().await;
            } else {
                world.advance(SLOT_HOLD + 70).await;
                world.sweep().await;
            }
            assert_eq!(stands(&world, &order).await, expected, "{what}");
            let before = world.dump().await;
            let again = world.as_expert(&order, what).await.expect(200);
            assert_eq!(again["booking"]["status"], expected.1.as_str());
            assert_eq!(again, world.order(&order).await);
            // Nothing was done for it.
            world.unchanged_since(&before).await;
            world.send_webhooks().await;
            let_it_rest(&world).await;
        }
    }
}

#[tokio::test]
async fn declining_after_an_unclear_confirmation_gives_all_back() {
    let (world, faults) = slow_world().await;
    let order = world.requested("morning").await;
    world.drop_webhooks().await;
    faults.plan([Rule::every(Service::Stripe, Fault::AnswerLost).of("POST /v1/payment_intents/")]);
    world.as_expert(&order, "confirm").await.refused(503, "payment_unavailable");
    faults.heal();
    // The money was captured, and we have not heard of it. A declining expert now finds out.
    let declined = world.as_expert(&order, "decline").await.expect(200);
    assert_eq!(declined["booking"]["status"], "declined");
    assert_eq!(world.stack.stripe().balance("order_id", &order.id).net(), 0);
    assert_eq!(world.seats("morning").await, (1, 0, 0));
    world.send_webhooks().await;
    assert_eq!(stands(&world, &order).await, of("refunded", "declined", "succeeded"));
    let_it_rest(&world).await;
}

#[tokio::test]
async fn a_buyer_pays_while_the_sweeper_lets_go() {
    // The browser authorizes the money in time, and the event is lost: the sweeper finds it, and the expert may answer.
    let (world, _) = slow_world().await;
    let order = world.requested_for("morning").await;
    world.drop_webhooks().await;
    world.confirm(&order, "pm_card_visa").await.expect(200);
    world.advance(SLOT_HOLD + 10).await;
    world.sweep().await;
    assert_eq!(stands(&world, &order).await, of("authorized", "requested", "requires_capture"));
    assert_eq!(world.seats("morning").await, (0, 1, 0));
    world.as_expert(&order, "confirm").await.expect(200);
    world.send_webhooks().await;
    assert_eq!(stands(&world, &order).await, of("paid", "confirmed", "succeeded"));
    let_it_rest(&world).await;
}
