use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::body::Body;
use bytes::Bytes;
use http::{Method, Request, StatusCode};
use http_body_util::BodyExt;
use runtime::{SharedWire, Wire, WireFuture};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{Options, Stack, TokenFields, template::Template};

async fn stack() -> Stack {
    Stack::start(Options { demo: true, ..Options::default() }).await.expect("a stack")
}

async fn send(stack: &Stack, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> (StatusCode, Value) {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::from(body.to_owned())).expect("a request");
    let answer = stack.api().oneshot(request).await.expect("an answer");
    let status = answer.status();
    let body = answer.into_body().collect().await.expect("a body").to_bytes();
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

const JSON: [(&str, &str); 1] = [("content-type", "application/json")];

async fn post(stack: &Stack, path: &str, body: &Value) -> (StatusCode, Value) {
    send(stack, "POST", path, &JSON, &body.to_string()).await
}

fn purchase() -> Value {
    json!({
        "buyer": { "name": "Ada Lovelace", "email": "ada@example.com" },
        "listing": "summer-show", "items": [{ "offer": "general", "quantity": 2 }],
        "payment": { "mode": "hosted" },
    })
}

#[test]
fn the_code_and_the_template_have_the_same_routes() {
    let template = Template::embedded().expect("a template");
    let documents = [
        ("catalog", catalog::openapi()),
        ("checkout", checkout::openapi()),
        ("success", success::openapi()),
        ("webhook", webhook::openapi()),
        ("refund", refund::openapi()),
        ("booking", booking::openapi()),
        ("orders", orders::openapi()),
        ("cleanup", cleanup::openapi()),
    ];
    for function in template.functions.iter().filter(|function| !function.routes.is_empty()) {
        // Pages are for people, and no description has them.
        if function.name == "pages" {
            continue;
        }
        let document = documents.iter().find(|(name, _)| *name == function.name);
        let (_, document) = document.unwrap_or_else(|| panic!("{} has routes, but is no function here", function.name));
        let document = serde_json::to_value(document).expect("JSON");
        let coded: BTreeSet<(String, String)> = document["paths"]
            .as_object()
            .expect("paths")
            .iter()
            .flat_map(|(path, item)| {
                let methods = item.as_object().expect("operations").keys();
                methods.map(move |method| (method.to_uppercase(), path.clone()))
            })
            .collect();
        let declared: BTreeSet<_> =
            function.routes.iter().map(|route| (route.method.to_string(), route.path.clone())).collect();
        assert_eq!(coded, declared, "routes of {}: left the code's, right the template's", function.name);
    }
    for (name, _) in documents {
        assert!(template.function(name).is_some(), "{name} is not in the template");
    }
}

/// What a token's holder needs is said twice: by the gateway's authorizer and in the function.
#[tokio::test]
async fn authorized_routes_are_closed_before_the_function() {
    let stack = stack().await;
    let template = Template::embedded().expect("a template");
    for (_, route) in template.routes().filter(|(_, route)| route.authorized) {
        let path = route.path.replace(['{', '}'], "");
        let (status, body) = send(&stack, route.method.as_str(), &path, &JSON, "{}").await;
        assert_eq!((status, &body["code"]), (StatusCode::UNAUTHORIZED, &json!("unauthenticated")), "{path}");
        let bad = [JSON[0], ("authorization", "Bearer x.y.z")];
        assert_eq!(send(&stack, route.method.as_str(), &path, &bad, "{}").await.0, StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[tokio::test]
async fn unknown_paths_and_methods_are_problems_with_headers() {
    let stack = stack().await;
    for (method, path, status) in [
        ("GET", "/v1/nothing", 404),
        ("DELETE", "/v1/checkout", 405),
        ("POST", "/v1/health", 405),
        ("PUT", "/local/mail", 405),
        ("GET", "/local/dead-letters", 405),
    ] {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).expect("a request");
        let answer = stack.api().oneshot(request).await.expect("an answer");
        assert_eq!(answer.status(), status, "{method} {path}");
        assert_eq!(answer.headers()["content-type"], "application/problem+json", "{method} {path}");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff", "{method} {path}");
        assert_eq!(status == 405, answer.headers().contains_key("allow"), "{method} {path}");
    }
}

#[tokio::test]
async fn tokens_open_what_their_roles_may() {
    let stack = stack().await;
    let orders = "/v1/organizations/demo/orders";
    for (claims, expected) in [
        (json!({ "sub": "s", "organization": "demo", "roles": ["staff"] }), 200),
        (json!({ "sub": "s", "organization": "other", "roles": ["staff"] }), 403),
        (json!({ "sub": "s", "email": "s@example.com" }), 403),
        (json!({ "sub": "p", "roles": ["platform"] }), 200),
    ] {
        let (status, answer) = post(&stack, "/local/tokens", &claims).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        let bearer = format!("Bearer {}", answer["token"].as_str().expect("a token"));
        let (status, body) = send(&stack, "GET", orders, &[("authorization", &bearer)], "").await;
        assert_eq!(status.as_u16(), expected, "{claims}: {body}");
    }
    for (claims, field) in [
        (json!({ "sub": "" }), "sub"),
        (json!({ "sub": "a\u{7}" }), "sub"),
        (json!({ "sub": "s", "roles": ["king"] }), "roles"),
        (json!({ "sub": "s", "organization": "No Such" }), "organization"),
        (json!({ "sub": "s", "role": "staff" }), "role"),
        (json!({ "roles": [] }), "sub"),
    ] {
        let (status, body) = post(&stack, "/local/tokens", &claims).await;
        assert_eq!((status, &body["errors"][0]["field"]), (StatusCode::BAD_REQUEST, &json!(field)), "{claims}: {body}");
    }
    assert_eq!(send(&stack, "POST", "/local/tokens", &[], "{}").await.0, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn the_clock_moves_and_holds_run_out() {
    let stack = stack().await;
    let (status, placed) = post(&stack, "/v1/checkout", &purchase()).await;
    assert_eq!(status, StatusCode::CREATED, "{placed}");
    assert_eq!(placed["order"]["total"], "54.84");
    let before = stack.clock().now();
    let (status, _) = post(&stack, "/local/clock", &json!({ "advance_seconds": 3_600 })).await;
    assert_eq!(status, StatusCode::OK);
    assert!(stack.clock().now().duration_since(before).as_secs() >= 3_600);
    stack.settle().await.expect("a queue");
    let (status, report) = send(&stack, "POST", "/local/cleanup", &[], "").await;
    assert_eq!((status, &report["failed"]), (StatusCode::OK, &json!(0)), "{report}");
    let order = placed["order"]["id"].as_str().expect("an id");
    let token = placed["access_token"].as_str().expect("a token");
    let (_, order) = send(&stack, "GET", &format!("/v1/orders/{order}?token={token}"), &[], "").await;
    assert_eq!(order["status"], "expired", "{order}");
    for bad in [
        json!({ "advance_seconds": -1 }),
        json!({ "advance_seconds": 1.5 }),
        json!({}),
        json!({ "advance_seconds": 9_999_999_999_i64 }),
    ] {
        assert_eq!(post(&stack, "/local/clock", &bad).await.0, StatusCode::BAD_REQUEST, "{bad}");
    }
}

#[tokio::test]
async fn a_purchase_ends_in_mail_and_a_clean_audit() {
    let stack = stack().await;
    let (_, placed) = post(&stack, "/v1/checkout", &purchase()).await;
    let session = placed["order"]["payment"]["session_id"].as_str().expect("a session");
    stack.stripe().pay_session(session, "pm_card_visa").expect("paid");
    stack.settle().await.expect("a queue");
    let (status, moved) = send(&stack, "POST", "/local/dead-letters", &[], "").await;
    assert_eq!((status, moved), (StatusCode::OK, json!({ "moved": 0 })));
    let (_, mails) = send(&stack, "GET", "/local/mail", &[], "").await;
    assert_eq!(mails.as_array().map(Vec::len), Some(1), "{mails}");
    assert_eq!(mails[0]["to"], "ada@example.com");
    for field in ["subject", "text", "html", "attachments"] {
        assert!(!mails[0][field].is_null(), "{field}");
    }
    assert_eq!(mails[0]["raw"], "");
    for (path, kind, part) in [
        ("/local/mail/0", "text/html; charset=utf-8", "List-Unsubscribe"),
        ("/local/mail/0/html", "text/html; charset=utf-8", "<html lang=\"en\">"),
        ("/local/mail/0/files/0", "application/pdf", "%PDF-"),
    ] {
        let request = Request::builder().uri(path).body(Body::empty()).expect("a request");
        let answer = stack.api().oneshot(request).await.expect("an answer");
        assert_eq!(
            (answer.status(), &answer.headers()["content-type"]),
            (StatusCode::OK, &kind.parse().expect("a type"))
        );
        assert!(answer.headers().contains_key("content-security-policy"), "{path}");
        let body = axum::body::to_bytes(answer.into_body(), 10_000_000).await.expect("a body");
        let shown = String::from_utf8_lossy(&body);
        // A confirmation is no mail that a reader ends.
        assert_eq!(shown.contains(part), part != "List-Unsubscribe", "{path}");
        assert_eq!(shown.contains("Reply-To") || shown.contains("Message-ID"), path == "/local/mail/0", "{path}");
    }
    for unknown in ["/local/mail/1", "/local/mail/x/html", "/local/mail/0/files/9"] {
        assert_eq!(send(&stack, "GET", unknown, &[], "").await.0, StatusCode::NOT_FOUND, "{unknown}");
    }
    let (status, audit) = send(&stack, "GET", "/local/audit", &[], "").await;
    assert_eq!((status, &audit["ok"]), (StatusCode::OK, &json!(true)), "{audit}");
    assert_eq!(audit["violations"], json!([]));
}

#[derive(Debug)]
struct Counting(SharedWire, Arc<AtomicUsize>);

impl Wire for Counting {
    fn send(&self, request: http::Request<Bytes>) -> WireFuture {
        self.1.fetch_add(1, Ordering::SeqCst);
        self.0.send(request)
    }
}

#[tokio::test]
async fn all_calls_of_the_functions_go_through_the_wrapped_wire() {
    let count = Arc::new(AtomicUsize::new(0));
    let counter = count.clone();
    let wrap = move |wire: SharedWire| -> SharedWire { Arc::new(Counting(wire, counter.clone())) };
    let options = Options { demo: true, wrap: Some(Arc::new(wrap)), ..Options::default() };
    let stack = Stack::start(options).await.expect("a stack");
    count.store(0, Ordering::SeqCst);
    assert!(stack.audit().await.expect("an audit").ok);
    assert_eq!(stack.drain_queue().await.expect("a queue"), 0);
    assert_eq!(count.load(Ordering::SeqCst), 0, "fetching is not counted");
    assert_eq!(stack.client().get("/v1/listings/summer-show").await.status, StatusCode::OK);
    assert!(count.load(Ordering::SeqCst) > 0);
    drop(stack);
    assert_eq!(Arc::strong_count(&count), 1, "nothing of a stack outlives it");
}

#[tokio::test]
async fn many_stacks_do_not_know_each_other() {
    let (one, other) = tokio::join!(stack(), Stack::start(Options::default()));
    let other = other.expect("a stack");
    assert_eq!(one.client().get("/v1/listings/summer-show").await.status, StatusCode::OK);
    assert_eq!(other.client().get("/v1/listings/summer-show").await.status, StatusCode::NOT_FOUND);
    let foreign = one.token(&TokenFields::of("p", "platform", None));
    let answer = other.client().with_token(foreign).get("/v1/organizations/demo/orders").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn wrong_settings_are_named() {
    for (name, value) in [
        ("STRIPE_API_BASE", "http://elsewhere.example/"),
        ("STRIPE_WEBHOOK_SECRET", "drop_webhooks"),
        ("SENDER_ADDRESS", "no-address"),
        ("AWS_ENDPOINT_URL_DYNAMODB", "nowhere"),
    ] {
        let options = Options { settings: vec![(name.to_owned(), value.to_owned())], ..Options::default() };
        let error = Stack::start(options).await.expect_err(name).to_string();
        assert!(error.contains(name), "{error}");
        assert!(!error.contains("drop_webhooks"), "{error}");
    }
    // Another Stripe than the stand-in needs its own key.
    let real = vec![("STRIPE_API_BASE".to_owned(), "https://api.stripe.com/".to_owned())];
    let error = Stack::start(Options { settings: real, ..Options::default() }).await.expect_err("no key");
    assert!(error.to_string().contains("STRIPE_SECRET_KEY"), "{error}");
}

#[tokio::test]
async fn data_are_kept_and_are_one_process_own() {
    let directory = std::env::temp_dir().join(format!("holdfast-{}", uuid::Uuid::new_v4()));
    let options = || Options { demo: true, data: Some(directory.clone()), ..Options::default() };
    let first = Stack::start(options()).await.expect("a stack");
    let (_, placed) = post(&first, "/v1/checkout", &purchase()).await;
    let session = placed["order"]["payment"]["session_id"].as_str().expect("a session").to_owned();
    first.advance(600).await;
    let busy = Stack::start(options()).await.expect_err("in use").to_string();
    assert!(busy.contains("another process"), "{busy}");
    first.save().expect("saved");
    let then = first.clock().now();
    drop(first);

    let second = Stack::start(options()).await.expect("a stack");
    assert!(second.clock().now() >= then - jiff::SignedDuration::from_secs(1));
    second.stripe().pay_session(&session, "pm_card_visa").expect("paid");
    second.settle().await.expect("a queue");
    let order = placed["order"]["id"].as_str().expect("an id");
    let token = placed["access_token"].as_str().expect("a token");
    let order = second.client().send(Method::GET, &format!("/v1/orders/{order}?token={token}"), None, None).await;
    assert_eq!(order.body["status"], "paid", "{}", order.body);
    drop(second);
    std::fs::remove_dir_all(&directory).expect("gone");
}
