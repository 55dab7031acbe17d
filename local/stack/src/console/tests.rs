use std::collections::HashMap;

use axum::{Router, body::Body};
use http::{HeaderMap, Request, StatusCode};
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

fn path_of(url: &str) -> String {
    let url = url::Url::parse("http://127.0.0.1:3000").and_then(|base| base.join(url)).expect("a URL");
    url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
}

const ADA: [(&str, &str); 3] = [("name", "Ada Lovelace"), ("email", "ada@example.com"), ("key", "k1")];

async fn order_of_ada(stack: &Stack) -> String {
    let mut fields = ADA.to_vec();
    fields.extend([("quantity.general", "2"), ("quantity.vip", "0"), ("promo_code", "")]);
    let bought = post(stack, "/shop/summer-show", &fields).await;
    assert_eq!(bought.status, StatusCode::SEE_OTHER, "{}", bought.text);
    assert!(bought.location().starts_with("http://127.0.0.1:3001/pay/"), "{}", bought.location());
    bought.location().to_owned()
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
        "/",
        "/shop/summer-show",
        "/shop/lantern-shop",
        "/shop/voice-coach",
        "/shop/lesson-hours",
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
    let start = get(&stack, "/").await.text;
    let said =
        ["Summer Night Revue", "Open Stage", "The Big Night", "$25.00", "3 left", "no limit", "The Lantern Shop"];
    for text in said.into_iter().chain(["2 left", "Voice lessons with Mira", "and 2 more", "Lesson hours", "10 hours"])
    {
        assert!(start.contains(text), "{text}");
    }
    assert_eq!(get(&stack, "/console/style.css").await.headers["content-type"], "text/css; charset=utf-8");
    for path in ["/shop/nothing", "/shop/No%20Such", "/console/mail/7", "/console/mail/x", "/orders/nothing?token=x"] {
        let seen = get(&stack, path).await;
        assert_eq!(seen.status, StatusCode::NOT_FOUND, "{path}");
        assert!(seen.text.contains("</html>"), "{path}");
    }
}

#[tokio::test]
async fn a_person_buys_pays_and_gets_tickets_and_money_back() {
    let stack = stack().await;
    let pay = path_of(&order_of_ada(&stack).await);

    // Waiting: the page leads back to Stripe's, and looks again by itself.
    let order = audit::everything(stack.engine().store()).await.expect("the table").orders.remove(0);
    let page = format!("/orders/{}?token={}", order.id, order.access_token());
    let waiting = get(&stack, &page).await;
    assert!(
        waiting.text.contains("http-equiv=\"refresh\"") && waiting.text.contains(&pay["/pay/".len()..]),
        "{}",
        waiting.text
    );
    assert!(waiting.text.contains("$54.84"));

    let choice = [("action", "pay"), ("payment_method", "pm_card_visa"), ("name", "Ada"), ("email", "ada@example.com")];
    let paid = post_to(stack.stripe().router(), &pay, &choice).await;
    assert_eq!(paid.status, StatusCode::SEE_OTHER, "{}", paid.text);
    let back = get(&stack, &path_of(paid.location())).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.text);
    assert_eq!(path_of(back.location()), page);

    let done = get(&stack, &page).await;
    let order = stack.engine().store().order(&order.id).await.expect("the table").expect("the order");
    assert_eq!(order.tickets.len(), 2);
    for ticket in &order.tickets {
        assert!(done.text.contains(ticket.code.as_str()));
    }
    assert!(!done.text.contains("http-equiv=\"refresh\""));

    stack.settle().await.expect("a queue");
    let mail = get(&stack, "/console/mail/0").await;
    assert!(
        mail.text.contains("ada@example.com") && mail.text.contains(order.tickets[0].code.as_str()),
        "{}",
        mail.text
    );

    let listed = get(&stack, "/console/orders").await;
    assert!(listed.text.contains("Ada Lovelace") && listed.text.contains("/refund"), "{}", listed.text);
    let refunded = post(&stack, &format!("/console/orders/{}/refund", order.id), &[("key", "r1")]).await;
    assert_eq!((refunded.status, refunded.location()), (StatusCode::SEE_OTHER, page.as_str()), "{}", refunded.text);
    stack.settle().await.expect("a queue");
    assert!(get(&stack, &page).await.text.contains("refunded"));
    assert!(!get(&stack, "/console/orders").await.text.contains("/refund\""));
    let again = post(&stack, &format!("/console/orders/{}/refund", order.id), &[("key", "r2")]).await;
    assert!(again.status.is_client_error() && again.text.contains("</html>"), "{}", again.status);
    assert!(get(&stack, "/console/audit").await.text.contains("Every invariant holds"));
}

#[tokio::test]
async fn free_tickets_need_no_payment() {
    let stack = stack().await;
    let mut fields = ADA.to_vec();
    fields.push(("quantity.free", "1"));
    let bought = post(&stack, "/shop/open-stage", &fields).await;
    assert_eq!(bought.status, StatusCode::SEE_OTHER, "{}", bought.text);
    assert!(get(&stack, bought.location()).await.text.contains("You are in"));
}

#[tokio::test]
async fn refusals_stand_at_the_form_and_keep_what_was_typed() {
    let stack = stack().await;
    let cases: [(&[(&str, &str)], &str); 6] = [
        (&[("name", "Ada"), ("email", "nonsense"), ("quantity.general", "1")], "Invalid email format"),
        (&[("name", "Ada"), ("email", "ada@example.com"), ("quantity.general", "0")], "At least one item"),
        (&[("name", "Ada"), ("email", "ada@example.com"), ("quantity.front-row", "4")], "only 3 left"),
        (&[("name", "Ada"), ("email", "ada@example.com"), ("quantity.general", "1e2")], "Must be a whole number"),
        (&[("name", "Ada"), ("email", "ada@example.com"), ("quantity.general", "-1")], "negative"),
        (
            &[("name", "Ada"), ("email", "ada@example.com"), ("quantity.supporter", "1"), ("donation.supporter", "9")],
            "Donation amount must be at least $10",
        ),
    ];
    for (fields, message) in cases {
        let refused = post(&stack, "/shop/summer-show", fields).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{message}");
        assert!(
            refused.text.contains(message) && refused.text.contains("role=\"alert\""),
            "{message}: {}",
            refused.text
        );
        let typed: HashMap<_, _> = fields.iter().copied().collect();
        let kept = format!("value=\"{}\"", typed["email"]);
        assert!(refused.text.contains(&kept), "{message}");
    }
    let audit = stack.audit().await.expect("an audit");
    assert_eq!((audit.ok, audit.orders), (true, 0));
}

#[tokio::test]
async fn the_same_form_sent_twice_is_one_order() {
    let stack = stack().await;
    let (first, second) = (order_of_ada(&stack).await, order_of_ada(&stack).await);
    assert_eq!(first, second);
    assert_eq!(audit::everything(stack.engine().store()).await.expect("the table").orders.len(), 1);
}

#[tokio::test]
async fn an_order_opens_to_its_token_alone() {
    let stack = stack().await;
    order_of_ada(&stack).await;
    let order = audit::everything(stack.engine().store()).await.expect("the table").orders.remove(0);
    for token in ["", "WRONG", "%00", "a b"] {
        let token: String = form_urlencoded::byte_serialize(token.as_bytes()).collect();
        let seen = get(&stack, &format!("/orders/{}?token={token}", order.id)).await;
        assert!(seen.status.is_client_error() && !seen.text.contains("ada@example.com"), "{token}: {}", seen.status);
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
    let bought =
        post(&stack, "/shop/evil", &[("name", "Ada"), ("email", "ada@example.com"), ("quantity.o", "1")]).await;
    assert_eq!(bought.status, StatusCode::SEE_OTHER, "{}", bought.text);
    stack.settle().await.expect("a queue");
    let pages =
        ["/", "/shop/evil", bought.location(), "/console/orders", "/console/stock", "/console/mail", "/console/mail/0"];
    for page in pages {
        let seen = get(&stack, page).await;
        assert!(!seen.text.contains("<script") && !seen.text.contains("<img"), "{page}: {}", seen.text);
        assert!(page == "/console/mail" || seen.text.contains("&lt;script&gt;"), "{page}");
    }
    let typed = [("name", evil), ("email", evil), ("promo_code", evil), ("quantity.o", evil), ("key", evil)];
    let refused = post(&stack, "/shop/evil", &typed).await;
    assert!(!refused.text.contains("<script") && !refused.text.contains("<img"), "{}", refused.text);
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
