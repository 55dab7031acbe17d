use axum::{Router, body::Body};
use domain::{Order, OrderId, OrderStatus};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::json;
use tower::ServiceExt;
use url::form_urlencoded;

use super::frame::{TEMPLATES, templates};
use crate::{Options, Stack, TokenFields};

mod kinds;

struct Seen {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Seen {
    fn location(&self) -> &str {
        self.headers.get("location").and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

async fn stack() -> Stack {
    Stack::start(Options { demo: true, ..Options::default() }).await.expect("a stack")
}

async fn send(router: Router, request: Request<Body>) -> Seen {
    let answer = router.oneshot(request).await.expect("an answer");
    let (parts, body) = answer.into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    Seen { status: parts.status, headers: parts.headers, text: String::from_utf8(body.to_vec()).expect("text") }
}

async fn get(stack: &Stack, path: &str) -> Seen {
    send(stack.api(), Request::get(path).body(Body::empty()).expect("a request")).await
}

async fn post_to(router: Router, path: &str, fields: &[(&str, &str)]) -> Seen {
    let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
    send(router, request.body(Body::from(body)).expect("a request")).await
}

async fn post(stack: &Stack, path: &str, fields: &[(&str, &str)]) -> Seen {
    post_to(stack.api(), path, fields).await
}

/// Buys by the API, as the shop's pages do, and gives the order.
async fn buy(stack: &Stack, listing: &str, offer: &str, quantity: u32, token: Option<String>) -> Order {
    let client = stack.client();
    let client = match token {
        Some(token) => client.with_token(token),
        None => client,
    };
    let body = json!({
        "buyer": { "name": "Ada Lovelace", "email": "ada@example.com" }, "listing": listing,
        "items": [{ "offer": offer, "quantity": quantity }],
    });
    let key = format!("{listing} {offer}");
    let bought = client.send(Method::POST, "/v1/checkout", Some(&key), Some(&body)).await;
    assert_eq!(bought.status, StatusCode::CREATED, "{}", bought.body);
    let id = OrderId::parse(bought.body["order"]["id"].as_str().expect("an id")).expect("an id");
    if let Some(session) = bought.body["order"]["payment"]["session_id"].as_str().filter(|id| id.starts_with("cs_")) {
        stack.stripe().pay_session(session, "pm_card_visa").expect("the card is good");
    }
    stack.settle().await.expect("a queue");
    stack.engine().store().order(&id).await.expect("the table").expect("the order")
}

fn page_of(order: &Order) -> String {
    format!("/orders/{}?token={}", order.id, order.access_token())
}

#[test]
fn templates_are_well_formed() {
    let pages = templates();
    for (name, _) in TEMPLATES {
        assert!(pages.get_template(name).is_ok(), "{name}");
    }
}

#[tokio::test]
async fn every_page_renders_with_its_headers() {
    let stack = stack().await;
    let paths = [
        "/console",
        "/console/orders",
        "/console/stock",
        "/console/door",
        "/console/hours",
        "/console/mail",
        "/console/audit",
    ];
    for path in paths {
        let seen = get(&stack, path).await;
        assert_eq!(seen.status, StatusCode::OK, "{path}: {}", seen.text);
        let policy = seen.headers["content-security-policy"].to_str().expect("text");
        assert!(policy.starts_with("default-src 'none'; style-src 'self';"), "{policy}");
        assert!(!seen.text.contains("<script") && !seen.text.contains("style=\""), "{path}");
        assert!(seen.text.contains("<title>") && seen.text.contains("</html>"), "{path}");
    }
    assert_eq!(get(&stack, "/console/style.css").await.headers["content-type"], "text/css; charset=utf-8");
    for path in ["/console/mail/7", "/console/mail/x"] {
        let seen = get(&stack, path).await;
        assert_eq!(seen.status, StatusCode::NOT_FOUND, "{path}");
        assert!(seen.text.contains("</html>"), "{path}");
    }
}

#[tokio::test]
async fn staff_see_which_expert_hears_of_no_booking() {
    let stack = stack().await;
    let warning = "The expert hears of no booking";
    assert!(!get(&stack, "/console/stock").await.text.contains(warning));
    let put = async |path: &str, body: serde_json::Value| {
        let token = stack.token(&TokenFields::of("boss", "admin", Some("demo")));
        let answer = stack.client().with_token(token).put(path, &body).await;
        assert!(answer.status.is_success(), "{:?}", answer.body);
    };
    let listing = json!({ "kind": "expert", "title": "Piano", "published": true, "expert": "mute" });
    put("/v1/organizations/demo/listings/piano", listing).await;
    let slot = json!({ "name": "Noon", "price": "40.00", "capacity": 1, "starts_at": "2099-01-15T12:00:00Z" });
    put("/v1/organizations/demo/listings/piano/offers/noon", slot).await;
    assert_eq!(get(&stack, "/console/stock").await.text.matches(warning).count(), 1);
}

#[tokio::test]
async fn staff_see_an_order_its_mail_and_give_money_back() {
    let stack = stack().await;
    let order = buy(&stack, "summer-show", "general", 2, None).await;
    let mail = get(&stack, "/console/mail/0").await;
    assert!(
        mail.text.contains("ada@example.com") && mail.text.contains(order.tickets[0].code.as_str()),
        "{}",
        mail.text
    );
    let listed = get(&stack, "/console/orders").await;
    assert!(listed.text.contains("Ada Lovelace") && listed.text.contains("/refund"), "{}", listed.text);
    let page = page_of(&order);
    let refunded = post(&stack, &format!("/console/orders/{}/refund", order.id), &[("key", "r1")]).await;
    assert_eq!((refunded.status, refunded.location()), (StatusCode::SEE_OTHER, page.as_str()), "{}", refunded.text);
    stack.settle().await.expect("a queue");
    assert!(!get(&stack, "/console/orders").await.text.contains("/refund\""));
    let again = post(&stack, &format!("/console/orders/{}/refund", order.id), &[("key", "r2")]).await;
    assert!(again.status.is_client_error() && again.text.contains("</html>"), "{}", again.status);
    assert!(get(&stack, "/console/audit").await.text.contains("Every invariant holds"));
}

#[tokio::test]
async fn staff_answer_for_an_expert() {
    for (word, done) in [("confirm", OrderStatus::Paid), ("decline", OrderStatus::Canceled)] {
        let stack = stack().await;
        let order = buy(&stack, "voice-coach", "lesson-1", 1, None).await;
        assert_eq!(order.status, OrderStatus::Authorized);
        let desk = get(&stack, "/console/orders").await.text;
        assert!(desk.contains("/confirm\"") && desk.contains("/decline\"") && !desk.contains("/refund\""), "{desk}");
        // Asked again, the answer is the same.
        for _ in 0..2 {
            let answered = post(&stack, &format!("/console/orders/{}/{word}", order.id), &[]).await;
            assert_eq!((answered.status, answered.location()), (StatusCode::SEE_OTHER, page_of(&order).as_str()));
        }
        stack.settle().await.expect("a queue");
        let order = stack.engine().store().order(&order.id).await.expect("the table").expect("the order");
        assert_eq!(order.status, done);
        assert!(!get(&stack, "/console/orders").await.text.contains("/confirm\""));
    }
}

#[tokio::test]
async fn nothing_typed_becomes_markup() {
    let stack = stack().await;
    let evil = "<script>alert(1)</script>\"'><img src=x>";
    let client = stack.client().with_token(stack.token(&TokenFields::of("p", "platform", None)));
    let listing = json!({ "kind": "show", "title": evil, "description": evil, "venue": evil, "published": true, "starts_at": "2199-01-01T20:00:00Z" });
    let path = "/v1/organizations/demo/listings/evil";
    assert!(client.put(path, &listing).await.status.is_success());
    let offer = json!({ "name": evil, "price": "0.00", "capacity": 9 });
    assert!(client.put(&format!("{path}/offers/o"), &offer).await.status.is_success());
    buy(&stack, "evil", "o", 1, None).await;
    for page in [
        "/console/orders",
        "/console/stock",
        "/console/mail",
        "/console/mail/0",
        "/console/hours?customer=%3Cscript%3E",
    ] {
        let seen = get(&stack, page).await;
        assert!(!seen.text.contains("<script") && !seen.text.contains("<img"), "{page}: {}", seen.text);
        assert!(page == "/console/mail" || seen.text.contains("&lt;script&gt;"), "{page}");
    }
}

#[tokio::test]
async fn the_clock_moves_by_its_buttons() {
    let stack = stack().await;
    let before = stack.clock().now();
    let moved = post(&stack, "/console/clock", &[("seconds", "86400"), ("back", "/console/stock")]).await;
    assert_eq!((moved.status, moved.location()), (StatusCode::SEE_OTHER, "/console/stock"));
    assert!(stack.clock().now().duration_since(before).as_secs() >= 86_400);
    assert!(get(&stack, "/console/stock").await.text.contains("moved"));
    assert_eq!(post(&stack, "/console/clock", &[("seconds", "x")]).await.status, StatusCode::BAD_REQUEST);
    let cleaned = post(&stack, "/console/cleanup", &[]).await;
    assert!(cleaned.status.is_success() && cleaned.text.contains("Cleanup has run"), "{}", cleaned.text);
}

#[tokio::test]
async fn other_sites_press_no_buttons() {
    let stack = stack().await;
    let request =
        Request::post("/console/clock").header("host", "127.0.0.1:3000").header("origin", "https://evil.example");
    let seen = send(stack.api(), request.body(Body::from("seconds=3600")).expect("a request")).await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    let request = Request::get("/console/orders").header("host", "evil.example");
    assert_eq!(send(stack.api(), request.body(Body::empty()).expect("a request")).await.status, StatusCode::FORBIDDEN);
}
