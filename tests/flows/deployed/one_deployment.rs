//! One deployment is enough: nothing has to be told an address or a secret that only exists after it.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use holdfast_tests::{World, capture::Capture, programs::Program, sign};
use local::Options;
use runtime::{SharedWire, Wire, WireFuture};
use serde_json::{Value, json};
use tracing::instrument::WithSubscriber;

use super::programs::{answered, event, http_event, on_the_network, path, tickets_on_sale};

/// Without a domain of the platform's own, Stripe sends buyers back to where API Gateway says that it took the request, whatever
/// the client's headers say.
#[tokio::test]
async fn the_gateway_names_the_apis_address_and_no_header_does() {
    let (world, mut settings) = on_the_network().await;
    settings.remove("PUBLIC_URL");
    tickets_on_sale(&world, &settings).await;

    let mut checkout = Program::start("checkout", path("checkout"), &settings).await;
    let mut buy = event("checkout-http.json");
    for header in ["host", "x-forwarded-host", "forwarded", "x-original-host"] {
        buy["headers"][header] = json!("evil.example");
    }
    let (status, placed, raw) = answered(checkout.invoke(&buy).await);
    assert_eq!(status, 201, "{raw}");
    let session = world.object(placed["order"]["payment"]["session_id"].as_str().unwrap());
    let domain = buy["requestContext"]["domainName"].as_str().unwrap();
    for address in ["success_url", "cancel_url"] {
        let text = session[address].as_str().unwrap();
        assert!(text.starts_with(&format!("https://{domain}/v1/checkout/")), "{text}");
    }
    assert!(!session.to_string().contains("evil.example") && !raw.to_string().contains("evil.example"));

    // Nor is there an address without either: nothing is asked of Stripe then.
    buy["requestContext"].as_object_mut().unwrap().remove("domainName");
    buy["headers"]["idempotency-key"] = json!("another");
    let (status, problem, _) = answered(checkout.invoke(&buy).await);
    assert_eq!((status, &problem["code"]), (500, &json!("internal")));
    assert!(checkout.lines().iter().any(|line| line.contains("PUBLIC_URL")), "{:?}", checkout.lines());
    assert_eq!(world.everything().await.orders.len(), 1);

    // With a domain by setting, that one goes before what the gateway names.
    settings.insert("PUBLIC_URL".to_owned(), "https://api.shop.example".to_owned());
    let mut checkout = Program::start("checkout", path("checkout"), &settings).await;
    let mut buy = event("checkout-http.json");
    buy["headers"]["idempotency-key"] = json!("a third");
    let (status, placed, raw) = answered(checkout.invoke(&buy).await);
    assert_eq!(status, 201, "{raw}");
    let session = world.object(placed["order"]["payment"]["session_id"].as_str().unwrap());
    assert!(session["success_url"].as_str().unwrap().starts_with("https://api.shop.example/v1/checkout/"), "{session}");
    world.finish().await;
}

/// The signing secret is made by Stripe after the function's address is known.
#[tokio::test]
async fn events_are_refused_and_not_lost_until_the_signing_secret_is_set() {
    let capture = Capture::default();
    async {
        let secrets = vec![("STRIPE_WEBHOOK_SECRET".to_owned(), "unset".to_owned())];
        let world = World::with(Options { secrets, ..Options::default() }).await;
        world.drop_webhooks().await;
        let order = world.buy("general", 1).await;
        world.pay(&order);
        let event = world.events("checkout.session.completed").pop().unwrap();
        let refused = world.event(&event).await.refused(503, "store_unavailable");
        assert!(!refused.header("retry-after").is_empty());
        assert_eq!(world.order(&order).await["status"], "pending");
        world.stack.rotate("STRIPE_WEBHOOK_SECRET", sign::SECRET).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
        world.event(&event).await.expect(200);
        assert_eq!(world.order(&order).await["status"], "paid");
        world.send_webhooks().await;
        world.finish().await;
    }
    .with_subscriber(capture.subscriber())
    .await;
    let alarms: Vec<_> = capture.lines().into_iter().filter(|line| line["alarm"] == "webhook_secret_unset").collect();
    // At the start, and for the event.
    assert_eq!(alarms.len(), 2, "{}", capture.text());
    assert!(alarms.iter().all(|line| line["level"] == "ERROR" && line["arn"].is_string()));
}

/// Who opens the function's own address reads whether Stripe's events are taken.
#[tokio::test]
async fn the_webhooks_health_says_whether_events_are_taken() {
    let (world, mut settings) = on_the_network().await;
    let made = world.stack.cloud().secrets.create("the-endpoint", "unset").await.unwrap();
    settings.remove("STRIPE_WEBHOOK_SECRET");
    settings.insert("STRIPE_WEBHOOK_SECRET_ARN".to_owned(), made);
    let mut webhook = Program::start("webhook", path("webhook"), &settings).await;
    let mut ask = http_event("webhook-function-url.json", "/", &[], None);
    ask["requestContext"]["http"]["method"] = json!("GET");
    let (status, health, _) = answered(webhook.invoke(&ask).await);
    assert_eq!((status, &health["status"]), (503, &json!("refusing")));
    assert!(health["reason"].as_str().unwrap().contains("not set"), "{health}");
    world.stack.cloud().secrets.replace("the-endpoint", "whsec_now").await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let (status, health, _) = answered(webhook.invoke(&ask).await);
    assert_eq!((status, &health["status"]), (200, &json!("ok")));
    world.finish().await;
}

/// Keeps what is sent to SES.
#[derive(Debug)]
struct Sent(SharedWire, Arc<Mutex<Vec<Value>>>);

impl Wire for Sent {
    fn send(&self, request: http::Request<Bytes>) -> WireFuture {
        if request.uri().path().starts_with("/v2/email/") {
            self.1.lock().unwrap().push(serde_json::from_slice(request.body()).unwrap());
        }
        self.0.send(request)
    }
}

#[tokio::test]
async fn mail_leaves_under_the_configuration_set() {
    for (given, set) in [(None, "local"), (Some("receipts"), "receipts")] {
        let sent = Arc::<Mutex<Vec<Value>>>::default();
        let kept = sent.clone();
        let wrap: local::Wrap = Arc::new(move |wire| -> SharedWire { Arc::new(Sent(wire, kept.clone())) });
        let settings =
            given.map(|set: &str| ("MAIL_CONFIGURATION_SET".to_owned(), set.to_owned())).into_iter().collect();
        let world = World::with(Options { settings, wrap: Some(wrap), ..Options::default() }).await;
        world.bought("general", 1).await;
        let sent = sent.lock().unwrap().clone();
        assert!(!sent.is_empty());
        for mail in sent {
            assert_eq!(mail["ConfigurationSetName"], set, "{mail}");
        }
        world.finish().await;
    }
}
