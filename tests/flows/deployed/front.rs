//! CloudFront in front of the API: who sent a request is whom CloudFront names, if it shows that it is the one.

use holdfast_tests::programs::Program;
use serde_json::{Value, json};

use super::programs::{answered, event, on_the_network, path, tickets_on_sale};

const SECRET: &str = "shown-by-the-distribution-alone";

/// A purchase that reaches the gateway from that address, with these headers.
fn purchase(gateway: &str, headers: &[(&str, &str)]) -> Value {
    let mut buy = event("checkout-http.json");
    buy["requestContext"]["http"]["sourceIp"] = json!(gateway);
    buy["headers"].as_object_mut().unwrap().remove("idempotency-key");
    for (name, value) in headers {
        buy["headers"][name] = json!(value);
    }
    buy
}

/// With one attempt a minute, the second from the same sender is refused.
async fn is_limited(checkout: &mut Program, buy: &Value) -> bool {
    let (status, body, raw) = answered(checkout.invoke(buy).await);
    match status {
        201 => false,
        429 => {
            assert_eq!(body["code"], "rate_limited");
            true
        }
        _ => panic!("{raw}"),
    }
}

#[tokio::test]
async fn behind_the_distribution_each_viewer_counts_and_a_forged_header_does_not() {
    let (world, mut settings) = on_the_network().await;
    tickets_on_sale(&world, &settings).await;
    settings.insert("RATE_LIMIT_PER_MINUTE".to_owned(), "1".to_owned());
    let made = world.stack.cloud().secrets.create("the-front", SECRET).await.unwrap();
    settings.insert("ORIGIN_SECRET_ARN".to_owned(), made);
    let mut checkout = Program::start("checkout", path("checkout"), &settings).await;
    let edge = "203.0.113.1";
    let viewed = |viewer: &str, secret: &str| {
        purchase(edge, &[("cloudfront-viewer-address", viewer), ("x-origin-secret", secret)])
    };

    // Two viewers of one edge, of which each has attempts of its own, whatever port it comes from.
    assert!(!is_limited(&mut checkout, &viewed("198.51.100.7:46532", SECRET)).await);
    assert!(is_limited(&mut checkout, &viewed("198.51.100.7:1024", SECRET)).await);
    assert!(!is_limited(&mut checkout, &viewed("198.51.100.8:46532", SECRET)).await);
    assert!(!is_limited(&mut checkout, &viewed("2001:db8:1:2:0:0:0:7:46532", SECRET)).await);
    assert!(is_limited(&mut checkout, &viewed("2001:db8:1:2:0:0:0:8:46532", SECRET)).await, "one network");

    // Who calls the API itself may write what they like: they count by their own address.
    assert!(!is_limited(&mut checkout, &viewed("192.0.2.1:1", "a guess")).await);
    assert!(is_limited(&mut checkout, &viewed("192.0.2.2:1", "another guess")).await);
    assert!(is_limited(&mut checkout, &purchase(edge, &[("cloudfront-viewer-address", "192.0.2.3:1")])).await);
    assert!(is_limited(&mut checkout, &purchase(edge, &[("x-forwarded-for", "192.0.2.4")])).await);
    assert!(!is_limited(&mut checkout, &purchase("203.0.113.2", &[])).await);
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert!(checkout.lines().iter().any(|line| line.contains("wrong origin secret")));
    assert!(!checkout.lines().iter().any(|line| line.contains(SECRET) || line.contains("a guess")));

    // It is rotated: the distribution shows the old one until it is told the new one. By then each process has read both, as one
    // that starts now has.
    world.stack.cloud().secrets.replace("the-front", &format!("newer-secret,{SECRET}")).await.unwrap();
    assert!(!is_limited(&mut checkout, &viewed("198.51.100.20:1", SECRET)).await);
    let mut checkout = Program::start("checkout", path("checkout"), &settings).await;
    assert!(!is_limited(&mut checkout, &viewed("198.51.100.23:1", SECRET)).await);
    assert!(!is_limited(&mut checkout, &viewed("198.51.100.21:1", "newer-secret")).await);
    world.stack.cloud().secrets.replace("the-front", "newer-secret").await.unwrap();
    assert!(!is_limited(&mut checkout, &viewed("198.51.100.22:1", &format!("newer-secret,{SECRET}"))).await);
}

/// Without a distribution there is no secret, and no header is believed.
#[tokio::test]
async fn without_the_distribution_the_gateways_word_counts() {
    let (world, mut settings) = on_the_network().await;
    tickets_on_sale(&world, &settings).await;
    settings.insert("RATE_LIMIT_PER_MINUTE".to_owned(), "1".to_owned());
    let mut checkout = Program::start("checkout", path("checkout"), &settings).await;
    let named =
        |viewer: &str| purchase("203.0.113.1", &[("cloudfront-viewer-address", viewer), ("x-origin-secret", SECRET)]);
    assert!(!is_limited(&mut checkout, &named("198.51.100.7:46532")).await);
    assert!(is_limited(&mut checkout, &named("198.51.100.8:46532")).await);
}
