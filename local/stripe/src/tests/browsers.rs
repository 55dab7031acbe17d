//! The buyer's browser: a publishable key, and the secret of one payment.

use axum::body::Body;
use http::Request;
use serde_json::json;

use http_body_util::BodyExt;
use tower::ServiceExt;

use super::{Bench, Got};

const KEY: &str = "Bearer pk_test_1";

impl Bench {
    async fn browser(&self, method: &str, path: &str, form: &str) -> Got {
        let request = Request::builder().method(method).uri(path).header("authorization", KEY);
        self.send(request.body(Body::from(form.to_owned())).expect("a request")).await
    }
}

#[tokio::test]
async fn a_browser_confirms_with_the_secret() {
    let bench = Bench::new();
    let intent = bench.post("/v1/payment_intents", "amount=5000&currency=usd&metadata[order_id]=ord_2").await.ok();
    let secret = intent.text("client_secret");
    let path = format!("/v1/payment_intents/{}", intent.id());
    let seen = bench.browser("GET", &format!("{path}?client_secret={secret}"), "").await.ok();
    assert_eq!(
        (seen.text("status"), seen.body["amount"].as_i64()),
        ("requires_payment_method".to_owned(), Some(5_000))
    );
    assert!(seen.body.get("metadata").is_none() && seen.body.get("latest_charge").is_none(), "{}", seen.body);
    assert_eq!(seen.headers["access-control-allow-origin"], "*");

    let confirm = format!("{path}/confirm");
    let form = format!("client_secret={secret}&return_url=http://shop.test/done&payment_method=");
    let declined = bench.browser("POST", &confirm, &format!("{form}pm_card_chargeDeclinedInsufficientFunds")).await;
    assert_eq!((declined.status, declined.error("decline_code")), (402, "insufficient_funds"));
    let shown = &declined.body["error"]["payment_intent"];
    assert_eq!(shown["last_payment_error"]["decline_code"], "insufficient_funds");
    assert!(shown.get("metadata").is_none());
    let paid = bench.browser("POST", &confirm, &format!("{form}pm_card_visa&use_stripe_sdk=true&guid=NA")).await.ok();
    assert_eq!(paid.text("status"), "succeeded");
    let again = bench.browser("POST", &confirm, &format!("{form}pm_card_visa")).await;
    assert_eq!((again.status, again.error("code")), (400, "payment_intent_unexpected_state"));
    assert_eq!(bench.stand_in.balance("order_id", "ord_2").charges, 1);
}

#[tokio::test]
async fn a_browser_without_the_secret_gets_nowhere() {
    let bench = Bench::new();
    let intent = bench.intent("").await.ok();
    let other = bench.intent("").await.ok().text("client_secret");
    let path = format!("/v1/payment_intents/{}", intent.id());
    for secret in [other, format!("{}_secret_guess", intent.id())] {
        let examined = bench.browser("GET", &format!("{path}?client_secret={secret}"), "").await;
        let form = format!("client_secret={secret}&payment_method=pm_card_visa");
        let confirmed = bench.browser("POST", &format!("{path}/confirm"), &form).await;
        for refused in [examined, confirmed] {
            let said = (refused.status, refused.error("code"), refused.error("param"));
            assert_eq!(said, (400, "payment_intent_invalid_parameter", "client_secret"));
        }
    }
    let none = bench.browser("POST", &format!("{path}/confirm"), "payment_method=pm_card_visa").await;
    assert_eq!((none.status, none.error("code"), none.error("param")), (400, "parameter_missing", "client_secret"));
    assert!(bench.stand_in.objects("charge").is_empty());
    let secret = format!("client_secret={}&payment_method=pm_card_visa", intent.text("client_secret"));
    let seller = bench.post(&format!("{path}/confirm"), &secret).await;
    assert_eq!(seller.error("code"), "parameter_unknown", "a seller's confirmation has no client secret");
}

#[tokio::test]
async fn a_publishable_key_does_nothing_else() {
    let bench = Bench::new();
    let intent = bench.intent("").await.ok();
    let own = format!("/v1/payment_intents/{}", intent.id());
    for (method, path) in [
        ("POST", "/v1/payment_intents".to_owned()),
        ("GET", "/v1/payment_intents".to_owned()),
        ("POST", own.clone()),
        ("POST", format!("{own}/capture")),
        ("POST", format!("{own}/cancel")),
        ("POST", "/v1/refunds".to_owned()),
        ("GET", "/v1/events".to_owned()),
    ] {
        let refused = bench.browser(method, &path, &format!("client_secret={}", intent.text("client_secret"))).await;
        assert_eq!((refused.status, refused.error("code")), (403, "secret_key_required"), "{method} {path}");
    }
    let secret = intent.text("client_secret");
    let wider = bench.browser("GET", &format!("{own}?client_secret={secret}&expand[]=latest_charge"), "").await;
    assert_eq!(wider.status, 400);
    assert_eq!(bench.get(&own).await.ok().text("status"), "requires_payment_method");
}

#[tokio::test]
async fn a_script_names_its_key_in_the_form() {
    let bench = Bench::new();
    let intent = bench.intent("").await.ok();
    let path = format!("/v1/payment_intents/{}/confirm", intent.id());
    let form = format!(
        "key=pk_test_1&client_secret={}&payment_method=pm_card_threeDSecure2Required&use_stripe_sdk=true&return_url=http://shop.test",
        intent.text("client_secret")
    );
    let requested = bench.send(Request::post(&path).body(Body::from(form)).expect("a request")).await.ok();
    assert_eq!(
        (requested.text("status"), &requested.body["next_action"]["type"]),
        ("requires_action".to_owned(), &json!("use_stripe_sdk"))
    );
    let bare = bench.send(Request::post(&path).body(Body::from("key=sk_test_1")).expect("a request")).await;
    assert_eq!(bare.status, 401, "a secret key has no place in a form");
    let preflight = bench.send(Request::options(&path).body(Body::empty()).expect("a request")).await;
    assert_eq!(
        (preflight.status, &preflight.headers["access-control-allow-origin"]),
        (204, &"*".parse().expect("a value"))
    );
}

#[tokio::test]
async fn the_script_of_the_payment_element_offers_the_test_cards() {
    let bench = Bench::new();
    let request = Request::get("/v3/").body(Body::empty()).expect("a request");
    let response = bench.stand_in.router().oneshot(request).await.expect("an answer");
    assert_eq!(response.headers()["content-type"], "text/javascript; charset=utf-8");
    let body = response.into_body().collect().await.expect("a body").to_bytes();
    let script = String::from_utf8_lossy(&body);
    assert!(script.contains("window.Stripe") && script.contains("[\"pm_card_visa\",\"Visa 4242: pays\"]"), "{script}");
    assert!(!script.contains("METHODS"), "{script}");
}
