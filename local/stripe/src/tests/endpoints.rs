//! Webhook endpoints: registered, listed, changed, removed.

use axum::body::Body;
use http::Request;
use serde_json::json;

use super::{Bench, Got};

impl Bench {
    async fn delete(&self, path: &str) -> Got {
        let request = Request::delete(path).header("authorization", "Bearer sk_test_1").body(Body::empty());
        self.send(request.expect("a request")).await
    }
}

const FORM: &str = "url=https://hook.example/&api_version=2026-09-30.endive&enabled_events[]=charge.refunded";

#[tokio::test]
async fn an_endpoint_is_registered_and_shows_its_secret_once() {
    let bench = Bench::new();
    let made = bench.post("/v1/webhook_endpoints", FORM).await.ok();
    assert!(made.text("secret").starts_with("whsec_") && made.text("secret").len() == 38);
    assert_eq!((made.text("status"), made.text("api_version")), ("enabled".to_owned(), "2026-09-30.endive".to_owned()));
    let path = format!("/v1/webhook_endpoints/{}", made.id());
    let form = "enabled_events[]=charge.captured&enabled_events[]=*&disabled=true&metadata[k]=v";
    bench.post(&path, form).await.ok();
    let listed = bench.get("/v1/webhook_endpoints?limit=1").await.ok().body["data"][0].clone();
    assert_eq!(listed, bench.get(&path).await.ok().body);
    assert_eq!((&listed["url"], &listed["status"]), (&json!("https://hook.example/"), &json!("disabled")));
    assert_eq!(listed["enabled_events"], json!(["charge.captured", "*"]));
    assert_eq!((&listed["metadata"]["k"], &listed["secret"]), (&json!("v"), &json!(null)));

    assert_eq!(bench.delete(&path).await.ok().body["deleted"], true);
    assert_eq!(bench.get(&path).await.status, 404);
    assert_eq!(bench.delete(&path).await.status, 404);
    assert_eq!(bench.get("/v1/webhook_endpoints").await.ok().body["data"], json!([]));
}

#[tokio::test]
async fn what_stripe_refuses_of_an_endpoint_is_refused() {
    let bench = Bench::new();
    for (form, param) in [
        ("enabled_events[]=*", "url"),
        ("url=https://hook.example/", "enabled_events"),
        ("url=hook&enabled_events[]=*", "url"),
        ("url=https://hook.example/&enabled_events[]=anything", "enabled_events"),
        ("url=https://hook.example/&enabled_events[]=*&api_version=2019-01-01", "api_version"),
        ("url=https://hook.example/&enabled_events[]=*&secret=whsec_mine", "secret"),
    ] {
        let refused = bench.post("/v1/webhook_endpoints", form).await;
        assert_eq!((refused.status, refused.error("param")), (400, param), "{form}");
    }
    let id = bench.post("/v1/webhook_endpoints", FORM).await.ok().id();
    let update = bench.post(&format!("/v1/webhook_endpoints/{id}"), "api_version=2026-09-30.endive").await;
    assert_eq!(update.error("code"), "parameter_unknown", "the version stays");
    for _ in 1..16 {
        bench.post("/v1/webhook_endpoints", FORM).await.ok();
    }
    assert_eq!(bench.post("/v1/webhook_endpoints", FORM).await.status, 400);
}
