//! The confirmation once more, and another address.

use holdfast_tests::{Bought, World};
use serde_json::json;

fn path(order: &Bought, what: &str) -> String {
    format!("/v1/orders/{}/{what}", order.id)
}

#[tokio::test]
async fn a_confirmation_is_sent_again_to_who_may_ask_and_not_too_often() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let resend = path(&order, "resend");
    for n in 2..=4 {
        world.post(&resend).order_token(&order.token).await.expect(202);
        world.settle().await;
        let mails = world.stack.mails();
        assert_eq!(mails.len(), n);
        assert_eq!((&mails[n - 1].subject, &mails[n - 1].attachments), (&mails[0].subject, &mails[0].attachments));
        assert!(mails[n - 1].text.contains(&order.token));
    }
    let refused = world.post(&resend).order_token(&order.token).await;
    let wait: u32 = refused.header("retry-after").parse().unwrap();
    assert!((3_500..=3_600).contains(&wait), "{wait}");
    refused.refused(429, "rate_limited");
    world.post(&resend).role("staff").await.expect(202);
    world.settle().await;
    assert_eq!(world.stack.mails().len(), 5, "staff are not counted");
    world.advance(3_600).await;
    world.post(&resend).order_token(&order.token).await.expect(202);
    world.settle().await;
    assert_eq!(world.stack.mails().len(), 6);
    let seen = world.get(&format!("/v1/orders/{}", order.id)).role("staff").await.expect(200);
    assert_eq!(seen["mailing"]["resent"], 5);
    world.finish().await;
}

#[tokio::test]
async fn what_has_no_confirmation_is_not_sent_again_and_others_may_not_ask() {
    let world = World::new().await;
    let order = world.buy("general", 1).await;
    let resend = path(&order, "resend");
    world.post(&resend).order_token(&order.token).await.refused(409, "not_paid");
    world.post(&resend).await.refused(401, "unauthenticated");
    world.post(&resend).order_token("another").await.refused(404, "not_found");
    let stranger = world.token("staff", Some("other"));
    world.post(&resend).token(&stranger).await.refused(404, "not_found");
    assert!(world.stack.mails().is_empty());
}

#[tokio::test]
async fn staff_correct_an_address_and_the_trail_says_who() {
    let world = World::new().await;
    let order = world.bought("general", 1).await;
    let buyer = path(&order, "buyer");
    let before = world.dump().await;
    world
        .put(&buyer)
        .order_token(&order.token)
        .json(&json!({ "email": "a@b.example" }))
        .await
        .refused(401, "unauthenticated");
    let stranger = world.token("staff", Some("other"));
    world.put(&buyer).token(&stranger).json(&json!({ "email": "a@b.example" })).await.refused(404, "not_found");
    world
        .put(&buyer)
        .role("staff")
        .json(&json!({ "email": "nonsense" }))
        .await
        .refused(400, "invalid_request")
        .at("email");
    world.unchanged_since(&before).await;
    let changed = world.put(&buyer).role("staff").json(&json!({ "email": "ada@münchen.example" })).await.expect(200);
    assert_eq!(changed["buyer"]["email"], "ada@xn--mnchen-3ya.example");
    let last = changed["trail"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["what"], &last["by"]), (&json!("address_changed"), &json!("staff-1")));
    let again = world.put(&buyer).role("staff").json(&json!({ "email": "ada@münchen.example" })).await.expect(200);
    assert_eq!(again["version"], changed["version"]);
    world.post(&path(&order, "resend")).role("staff").await.expect(202);
    world.settle().await;
    assert_eq!(world.stack.mails().pop().unwrap().to, "ada@xn--mnchen-3ya.example");
    world.finish().await;
}
