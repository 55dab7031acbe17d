//! Stripe's events and their signatures: what was not signed is not believed, whatever was changed of it.

use holdfast_tests::{World, sign};
use http::HeaderValue;
use proptest::{
    prelude::{Strategy, any, prop_oneof},
    prop_assert, prop_assert_eq,
};
use serde_json::Value;

use super::generate::{altered, changed, odd_text, runner};

/// Whether a header vouches for a body, by Stripe's own words and nothing of ours
/// (<https://docs.stripe.com/webhooks#verify-manually>).
fn vouches(header: &str, body: &[u8], now: i64) -> bool {
    let Ok(body) = std::str::from_utf8(body) else { return false };
    let pairs: Vec<_> = header.split(',').filter_map(|part| part.trim().split_once('=')).collect();
    let time = pairs.iter().find(|(name, _)| *name == "t").map(|(_, value)| *value);
    time.and_then(|time| {
        time.parse::<i64>().ok().filter(|given| given.to_string() == time && (now - given).abs() <= 300)
    })
    .is_some_and(|time| {
        pairs.iter().any(|(name, value)| *name == "v1" && value.to_lowercase() == sign::v1(sign::SECRET, time, body))
    })
}

#[test]
fn no_event_is_believed_that_was_not_signed() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (world, order, events) = runtime.block_on(async {
        let world = World::new().await;
        world.at_stripe("faults", &serde_json::json!({ "webhooks": "drop" })).await;
        let order = world.buy("general", 1).await;
        world.pay(&order);
        let events = world.events("checkout.session.completed");
        (world, order, events)
    });
    let event = events[0].to_string();
    let now = world.stack.clock().now().as_second();
    let header = sign::header(sign::SECRET, now, &event);
    // The body is another, the header is another, or both are made up.
    let body = event.clone();
    let good = header.clone();
    let attempts = prop_oneof![
        3 => changed(events.clone()).prop_map(move |changed| (good.clone(), changed.bytes)),
        3 => altered(header.clone()).prop_map({
            let body = body.clone();
            move |header| (header, body.clone().into_bytes())
        }),
        1 => odd_text().prop_map(move |header| (header, body.clone().into_bytes())),
        1 => (odd_text(), proptest::collection::vec(any::<u8>(), 0..200)),
    ];
    let before = runtime.block_on(world.dump());
    let result = runner(500).run(&attempts, |(header, body)| {
        if HeaderValue::from_str(&header).is_err() || vouches(&header, &body, now) {
            return Ok(());
        }
        let call =
            world.post("/webhooks/stripe").bytes("application/json", body.clone()).header("stripe-signature", &header);
        let answer = runtime.block_on(call.send());
        let status = answer.status.as_u16();
        prop_assert!(
            [400, 401].contains(&status),
            "{status} {}: {header} {}",
            answer.text,
            String::from_utf8_lossy(&body)
        );
        let code = answer.json["code"].as_str().unwrap_or_default();
        prop_assert!(["missing_signature", "invalid_signature"].contains(&code), "{code}");
        Ok(())
    });
    result.unwrap();
    runtime.block_on(async {
        world.unchanged_since(&before).await;
        // And the one that was signed is taken.
        let taken = world.webhook(&event, Some(&header)).await.expect(200);
        assert_eq!(taken["outcome"], "paid");
        assert_eq!(world.order(&order).await["status"], "paid");
        world.finish().await;
    });
}

/// Signed well, and changed in one place before that: a mistake of Stripe's own. It is taken or refused, the order's money
/// is never more than Stripe's, and what says nothing of an order changes none.
#[test]
fn an_event_that_was_changed_and_signed_is_no_fault_of_ours() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (world, order) = runtime.block_on(async {
        let world = World::new().await;
        let order = world.bought("general", 2).await;
        world.refund(&order, &serde_json::json!({ "amount": "1.00" })).await.expect(201);
        world.settle().await;
        (world, order)
    });
    let events: Vec<Value> = world.stack.stripe().objects("event");
    assert!(events.len() >= 5, "{}", events.len());
    let captured =
        |order: &Value| (order["status"].clone(), order["refunded"].clone(), order["payment"]["status"].clone());
    let before = captured(&runtime.block_on(world.order(&order)));
    let names: Vec<String> = events.iter().map(|event| event["id"].as_str().unwrap().to_owned()).collect();
    let result = runner(300).run(&changed(events), |event| {
        let Ok(body) = String::from_utf8(event.bytes.clone()) else { return Ok(()) };
        // One that has come before is not looked at.
        let fresh = format!("evt_{}", world.next());
        let body = names.iter().fold(body, |body, name| body.replace(name, &fresh));
        let now = world.stack.clock().now().as_second();
        let answer = runtime.block_on(world.webhook(&body, Some(&sign::header(sign::SECRET, now, &body))));
        let status = answer.status.as_u16();
        prop_assert!(matches!(status, 200 | 400), "{status} {}: {body}", answer.text);
        // Only what is no event at all is refused: an endpoint that fails is switched off.
        let whole = event.json().is_some_and(|json| json["id"].is_string() && json["type"].is_string());
        prop_assert!(
            status == 200 || !whole || event.at.as_deref() == Some("id") || event.at.is_none(),
            "{}: {body}",
            answer.text
        );
        prop_assert_eq!(captured(&runtime.block_on(world.order(&order))), before.clone(), "{}", body);
        Ok(())
    });
    result.unwrap();
    runtime.block_on(async {
        world.settle().await;
        world.finish().await;
    });
}
