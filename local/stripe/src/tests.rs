//! The stand-in through its routes, as Stripe's callers see it.

mod browsers;
mod endpoints;
mod faults;
mod holds;
mod idempotency;
mod intents;
mod pages;
mod refunds;
mod searches;
mod sessions;
mod shapes;
mod splits;
mod taxes;
mod webhooks;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use axum::{Router, body::Body, extract::State, routing};
use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{Clock, StandIn, StandInConfig, WebhookTarget};

/// A webhook that arrived.
#[derive(Debug, Clone)]
struct Arrived {
    signature: String,
    body: String,
}

impl Arrived {
    fn event(&self) -> Value {
        serde_json::from_str(&self.body).expect("an event")
    }
}

/// What the seller's webhook got, and what it is to answer.
#[derive(Debug, Default)]
struct Endpoint {
    arrived: Vec<Arrived>,
    answers: VecDeque<StatusCode>,
}

/// A stand-in, its clock, and a webhook that notes what arrives.
struct Bench {
    stand_in: StandIn,
    clock: Clock,
    endpoint: Arc<Mutex<Endpoint>>,
}

/// An answer, read.
#[derive(Debug)]
struct Got {
    status: u16,
    headers: HeaderMap,
    body: Value,
}

impl Got {
    fn id(&self) -> String {
        self.text("id")
    }

    fn text(&self, field: &str) -> String {
        self.body[field].as_str().unwrap_or_else(|| panic!("no {field} in {}", self.body)).to_owned()
    }

    fn error(&self, field: &str) -> &str {
        self.body["error"][field].as_str().unwrap_or_default()
    }

    fn ok(self) -> Self {
        assert_eq!(self.status, 200, "{}", self.body);
        self
    }
}

async fn hear(State(endpoint): State<Arc<Mutex<Endpoint>>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let signature = headers["stripe-signature"].to_str().expect("a signature").to_owned();
    let body = String::from_utf8(body.to_vec()).expect("text");
    let mut endpoint = endpoint.lock().expect("a lock");
    endpoint.arrived.push(Arrived { signature, body });
    endpoint.answers.pop_front().unwrap_or(StatusCode::OK)
}

impl Bench {
    fn new() -> Self {
        let clock = Clock::new();
        let endpoint = Arc::new(Mutex::new(Endpoint::default()));
        let router = Router::new().route("/hook", routing::post(hear)).with_state(Arc::clone(&endpoint));
        let stand_in = StandIn::new(StandInConfig {
            clock: clock.clone(),
            webhook_secret: "whsec_test".to_owned(),
            webhooks: Some(WebhookTarget::Router { router, path: "/hook".to_owned() }),
            public_url: "http://stripe.test".to_owned(),
        });
        Self { stand_in, clock, endpoint }
    }

    async fn send(&self, request: Request<Body>) -> Got {
        let response = self.stand_in.router().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        let body = serde_json::from_slice(&bytes).unwrap_or_else(|_| json!(String::from_utf8_lossy(&bytes)));
        Got { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    async fn get(&self, path: &str) -> Got {
        let request = Request::get(path).header("authorization", "Bearer sk_test_1").body(Body::empty());
        self.send(request.expect("a request")).await
    }

    async fn post(&self, path: &str, form: &str) -> Got {
        self.post_with(path, form, None).await
    }

    async fn post_with(&self, path: &str, form: &str, key: Option<&str>) -> Got {
        let mut request = Request::post(path)
            .header("authorization", "Bearer sk_test_1")
            .header("content-type", "application/x-www-form-urlencoded");
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        self.send(request.body(Body::from(form.to_owned())).expect("a request")).await
    }

    async fn test(&self, path: &str, body: Value) -> Got {
        let request = Request::post(format!("/_test/{path}")).header("content-type", "application/json");
        self.send(request.body(Body::from(body.to_string())).expect("a request")).await
    }

    /// A session of 2 x 25.00 and fees, for a connected account.
    async fn session(&self) -> Got {
        self.post("/v1/checkout/sessions", &self.session_form()).await.ok()
    }

    fn session_form(&self) -> String {
        let expires_at = self.clock.now().as_second() + 35 * 60;
        format!(
            "mode=payment&line_items[0][price_data][currency]=usd&line_items[0][price_data][unit_amount]=2500\
             &line_items[0][price_data][product_data][name]=VIP&line_items[0][quantity]=2\
             &line_items[1][price_data][currency]=usd&line_items[1][price_data][unit_amount]=484\
             &line_items[1][price_data][product_data][name]=Fees&line_items[1][quantity]=1\
             &success_url=http://shop.test/ok?session_id={{CHECKOUT_SESSION_ID}}&cancel_url=http://shop.test/no\
             &client_reference_id=ord_1&metadata[order_id]=ord_1&customer_email=ada@example.com&expires_at={expires_at}\
             &payment_intent_data[metadata][order_id]=ord_1&payment_intent_data[application_fee_amount]=484\
             &payment_intent_data[transfer_data][destination]=acct_seller&automatic_tax[enabled]=true"
        )
    }

    /// A payment intent that a card confirms.
    async fn intent(&self, more: &str) -> Got {
        let form = format!(
            "amount=5000&currency=usd&automatic_payment_methods[enabled]=true&automatic_payment_methods[allow_redirects]=never\
             &metadata[order_id]=ord_2{more}"
        );
        self.post("/v1/payment_intents", &form).await
    }

    async fn paid_intent(&self) -> Got {
        self.intent("&confirm=true&payment_method=pm_card_visa").await.ok()
    }

    /// The kinds of the events that arrived, in their order, once all have.
    async fn sent(&self) -> Vec<String> {
        self.stand_in.settle_webhooks().await;
        self.arrived().iter().map(|arrived| arrived.event()["type"].as_str().unwrap_or_default().to_owned()).collect()
    }

    fn arrived(&self) -> Vec<Arrived> {
        self.endpoint.lock().expect("a lock").arrived.clone()
    }

    fn answers(&self, answers: &[StatusCode]) {
        self.endpoint.lock().expect("a lock").answers.extend(answers);
    }

    fn forget(&self) {
        self.endpoint.lock().expect("a lock").arrived.clear();
    }
}
