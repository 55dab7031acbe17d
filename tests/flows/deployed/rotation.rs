//! Keys and secrets change while the functions run.

use std::time::Duration;

use holdfast_tests::{BOOKS, Bought, Browser, CRAFTS, SHOW, World, capture::Capture};
use local::Options;
use serde_json::{Value, json};
use tracing::instrument::WithSubscriber;

/// By then every function has read its secrets again.
const READ_AGAIN: Duration = Duration::from_secs(400);
const MUGS: [(&str, &str, i64); 1] = [(CRAFTS, "mug", 2)];

/// A stack whose functions read their secrets by ARN, as deployed ones do, and a Stripe that takes only that key.
async fn world() -> World {
    let secrets =
        [("STRIPE_SECRET_KEY", "sk_test_old"), ("STRIPE_WEBHOOK_SECRET", "whsec_old"), ("CRON_SECRET", "cron-old")];
    let secrets = secrets.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let world = World::of_products_with(Options { secrets, ..Options::default() }).await;
    at_stripe(&world, "sk_test_old", "whsec_old");
    world
}

/// What Stripe takes, and signs with, from now on.
fn at_stripe(world: &World, key: &str, webhook: &str) {
    world.stack.stripe().set_accepted_keys(Some(vec![key.to_owned()]));
    world.stack.stripe().set_webhook_secrets(vec![webhook.to_owned()]);
}

/// Buys and pays in each way, takes webhooks, and refunds. Every answer is a success.
async fn all_kinds_of_calls(world: &World, key: &str) {
    let hosted = world.bought("general", 2).await;
    world.refund(&hosted, &json!({ "amount": "10.00" })).await.expect(201);
    let by_server = Bought::of(world.order_under(key, &world.basket(&MUGS, Some("pm_card_visa"))).await.expect(201));
    assert_eq!(by_server.json["order"]["status"], "paid");
    let by_client = world.ordered(&[(BOOKS, "novel", 1)], None).await;
    assert!(by_client.json["client_secret"].is_string());
    // The last one is not paid: the sweeper cancels its intent.
    world.advance(16 * 60).await;
    assert_eq!(world.sweep().await.failed, 0);
    world.settle().await;
    assert_eq!(world.order(&by_client).await["status"], "expired");
}

#[tokio::test]
async fn a_rotation_of_all_secrets_fails_no_request() {
    let capture = Capture::default();
    async {
        let world = world().await;
        all_kinds_of_calls(&world, "before").await;
        for (setting, value) in
            [("STRIPE_SECRET_KEY", "sk_test_new"), ("STRIPE_WEBHOOK_SECRET", "whsec_new"), ("CRON_SECRET", "cron-new")]
        {
            world.stack.rotate(setting, value).await.unwrap();
        }
        at_stripe(&world, "sk_test_new", "whsec_new");
        all_kinds_of_calls(&world, "after").await;
        let deliveries = world.stack.stripe().deliveries();
        assert!(deliveries.iter().all(|delivery| delivery.answers == [200]), "{deliveries:?}");
        world.post("/v1/maintenance/cleanup").token("cron-new").await.expect(200);
        world.post("/v1/maintenance/cleanup").token("cron-old").await.refused(401, "unauthenticated");
        world.finish().await;
    }
    .with_subscriber(capture.subscriber())
    .await;
    let lines = capture.lines();
    assert!(lines.iter().any(|line| line["message"] == "a secret was rotated; the new value is in use"));
    let alarms: Vec<_> = lines.iter().filter(|line| line["alarm"].is_string()).collect();
    assert!(alarms.is_empty(), "{alarms:?}");
    assert!(!capture.text().contains("sk_test_"), "no key in the log");
}

/// A call whose key was withdrawn in between goes on under the same idempotency key.
#[tokio::test]
async fn a_call_that_is_turned_away_is_made_again_with_its_own_key() {
    let world = world().await;
    world.stack.rotate("STRIPE_SECRET_KEY", "sk_test_new").await.unwrap();
    at_stripe(&world, "sk_test_new", "whsec_old");
    let order = world.buy("general", 1).await;
    let calls = world.stack.stripe().calls();
    let keys: Vec<_> = calls.iter().map(|call| (call.path.as_str(), call.idempotency_key.clone().unwrap())).collect();
    assert_eq!(keys.len(), 2, "{keys:?}");
    assert_eq!(keys[0], keys[1]);
    world.pay(&order);
    world.settle().await;
    world.finish().await;
}

/// The new key is not in Secrets Manager yet: the order stays open, its stock held, and the same request goes on later.
#[tokio::test]
async fn a_key_that_stays_refused_is_503_with_the_order_still_open() {
    let world = world().await;
    at_stripe(&world, "sk_test_new", "whsec_old");
    let request = world.request("general", 2);
    let capture = Capture::default();
    let send = async || world.post("/v1/checkout").key("k-1").json(&request).await;
    for _ in 0..2 {
        let answer = send().with_subscriber(capture.subscriber()).await.refused(503, "payment_unavailable");
        assert!(!answer.header("retry-after").is_empty());
        assert_eq!(answer.json["order"], Value::Null, "no order has failed: {}", answer.text);
        assert_eq!(world.stock("general").await, (98, 2, 0));
    }
    let alarms = capture.lines();
    assert!(alarms.iter().any(|line| line["alarm"] == "stripe_account" && line["level"] == "ERROR"), "{alarms:?}");

    world.stack.rotate("STRIPE_SECRET_KEY", "sk_test_new").await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let order = Bought::of(send().await.expect(201));
    assert_eq!(order.json["order"]["status"], "pending");
    world.pay(&order);
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "paid");
    assert_eq!(world.stack.stripe().objects("checkout.session").len(), 1);
    world.finish().await;
}

/// The same between creating an intent and confirming it.
#[tokio::test]
async fn a_key_without_the_right_to_confirm_leaves_the_payment_open() {
    let world = World::of_products().await;
    let rule = json!({ "calls": [{ "method": "POST", "path": "/v1/payment_intents/{id}/confirm", "fault": "forbidden",
        "times": 2 }] });
    world.at_stripe("faults", &rule).await;
    let basket = world.basket(&MUGS, Some("pm_card_visa"));
    for _ in 0..2 {
        world.order_under("k", &basket).await.refused(503, "payment_unavailable");
        assert_eq!(world.stock_of(CRAFTS, "mug").await, (18, 2, 0));
    }
    let order = Bought::of(world.order_under("k", &basket).await.expect(201));
    assert_eq!(order.json["order"]["status"], "paid");
    assert_eq!(world.intents(&order.id).len(), 1);
    world.settle().await;
    world.finish().await;
}

/// What was vouched for under the old secret is good while both count, and not once the old one is gone.
#[tokio::test(start_paused = true)]
async fn carts_outlive_the_token_secret_while_both_count() {
    let (old, new) = ("token-secret-of-last-year-0123456789", "token-secret-of-this-year-0123456789");
    let secrets = vec![("TOKEN_SECRET".to_owned(), old.to_owned())];
    let world = World::with(Options { secrets, ..Options::default() }).await;
    let mut browser = Browser::new(&world);
    browser.choose(SHOW, &[("quantity.general", "3")]).await;
    world.stack.rotate("TOKEN_SECRET", &format!("{new},{old}")).await.unwrap();
    tokio::time::sleep(READ_AGAIN).await;
    assert_eq!(browser.open("/cart").await.value("quantity.0").as_deref(), Some("3"));
    world.stack.rotate("TOKEN_SECRET", new).await.unwrap();
    tokio::time::sleep(READ_AGAIN).await;
    assert!(browser.open("/cart").await.says("Your cart is empty"));
    // What is made from now on is good.
    let page = browser.choose(SHOW, &[("quantity.general", "1")]).await;
    assert_eq!(page.value("quantity.0").as_deref(), Some("1"));
    world.finish().await;
}
