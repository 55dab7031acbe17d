mod intents;
mod written;

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use domain::{Currency, Minor, OrderId, OrganizationId, RefundId, TaxBehavior};
use http::{Request, Response};
use jiff::Timestamp;
use runtime::{Wire, WireError, WireFuture};
use serde_json::json;
use stripe_client_core::{RequestStrategy, StripeRequest};
use stripe_core::payment_intent::CancelPaymentIntent;
use tokio::time::Instant;

use super::{Stripe, StripeConfig, template};
use crate::{
    CallError, ConfigError, EncodedRequest, Secret, Unclear, UnclearReason,
    refunds::{RefundReason, RefundRequest},
    sessions::{SessionLine, SessionRequest, SessionStatus, SessionTax},
};

/// What the other side does with one try.
#[derive(Debug)]
enum Step {
    Answer(Response<Bytes>),
    Lose,
    Refuse,
    Hang,
}

/// A wire that follows a script and writes down what was asked.
#[derive(Debug, Default)]
struct Script {
    steps: Mutex<VecDeque<Step>>,
    seen: Mutex<Vec<(Request<Bytes>, Instant)>>,
}

impl Wire for Script {
    fn send(&self, request: Request<Bytes>) -> WireFuture {
        self.seen.lock().expect("a lock").push((request, Instant::now()));
        let step = self.steps.lock().expect("a lock").pop_front().expect("no more calls than scripted");
        Box::pin(async move {
            match step {
                Step::Answer(response) => Ok(response),
                Step::Lose => Err(WireError::Lost("reset".to_owned())),
                Step::Refuse => Err(WireError::Refused("no route".to_owned())),
                Step::Hang => std::future::pending().await,
            }
        })
    }
}

impl Script {
    fn header(&self, call: usize, name: &str) -> Option<String> {
        let seen = self.seen.lock().expect("a lock");
        seen[call].0.headers().get(name).map(|value| value.to_str().expect("text").to_owned())
    }

    fn uri(&self, call: usize) -> String {
        self.seen.lock().expect("a lock")[call].0.uri().to_string()
    }

    fn body(&self, call: usize) -> Bytes {
        self.seen.lock().expect("a lock")[call].0.body().clone()
    }

    fn keys(&self) -> Vec<Option<String>> {
        (0..self.calls()).map(|call| self.header(call, "idempotency-key")).collect()
    }

    fn calls(&self) -> usize {
        self.seen.lock().expect("a lock").len()
    }

    /// The pause between a call and the one before.
    fn pause(&self, call: usize) -> Duration {
        let seen = self.seen.lock().expect("a lock");
        seen[call].1 - seen[call - 1].1
    }
}

fn stripe(steps: Vec<Step>) -> (Stripe, Arc<Script>) {
    let script = Arc::new(Script { steps: Mutex::new(steps.into()), ..Script::default() });
    let config = StripeConfig::new("https://stripe.test/", Secret::new("sk_test_1"));
    (Stripe::new(script.clone(), config).expect("a client"), script)
}

fn answer(status: u16, headers: &[(&str, &str)], body: &serde_json::Value) -> Step {
    let mut response = Response::builder().status(status).header("request-id", "req_1");
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    Step::Answer(response.body(Bytes::from(body.to_string())).expect("a response"))
}

fn failure(status: u16, headers: &[(&str, &str)]) -> Step {
    answer(status, headers, &json!({"error": {"type": "api_error", "message": "Sorry."}}))
}

fn refund_object() -> serde_json::Value {
    json!({"id": "re_1", "amount": 1_000, "currency": "usd", "payment_intent": "pi_1", "status": "succeeded"})
}

fn session_object(id: &str) -> serde_json::Value {
    json!({"id": id, "status": "open", "payment_status": "unpaid", "amount_total": 100, "currency": "usd",
        "client_reference_id": "ord_1", "metadata": {"order_id": "ord_1"}, "url": "https://stripe.test/pay"})
}

fn refund_request() -> RefundRequest {
    RefundRequest {
        payment_intent: "pi_1".to_owned(),
        amount: Minor(1_000),
        currency: Currency::USD,
        refund_id: RefundId::parse("ref_1").expect("an id"),
        order_id: OrderId::parse("ord_1").expect("an id"),
        reason: Some(RefundReason::RequestedByCustomer),
        labels: BTreeMap::new(),
    }
}

fn refund() -> EncodedRequest {
    refund_request().encode().expect("encoded")
}

fn session_request() -> SessionRequest {
    SessionRequest {
        order: OrderId::parse("ord_1").expect("an id"),
        organization: OrganizationId::parse("org-1").expect("an id"),
        currency: Currency::USD,
        lines: vec![
            SessionLine { name: "VIP & more".to_owned(), unit_amount: Minor(2_500), quantity: 2 },
            SessionLine { name: "Processing fee".to_owned(), unit_amount: Minor(184), quantity: 1 },
        ],
        destination: Some("acct_1".to_owned()),
        application_fee: Minor(484),
        metadata: BTreeMap::from([
            ("show_id".to_owned(), "summer".to_owned()),
            ("attendee_count".to_owned(), "2".to_owned()),
            ("show_title".to_owned(), "x".repeat(600)),
        ]),
        transfer_description: "Order ord_1".to_owned(),
        buyer_email: "ada@example.com".to_owned(),
        success_url: "https://shop.test/ok?session_id={CHECKOUT_SESSION_ID}".to_owned(),
        cancel_url: "https://shop.test/no".to_owned(),
        expires_at: Timestamp::from_second(1_790_002_100).expect("a time"),
        tax: SessionTax { automatic: true, behavior: TaxBehavior::Exclusive, liable: None },
        capture: crate::intents::CaptureMethod::AtOnce,
    }
}

fn fields(encoded: &EncodedRequest) -> Vec<(String, String)> {
    serde_urlencoded::from_str(&encoded.form).expect("a form")
}

fn reason(error: &CallError) -> UnclearReason {
    match error {
        CallError::Unclear(Unclear { reason, .. }) => *reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_names_its_sender_and_its_version() {
    let (stripe, script) = stripe(vec![answer(200, &[], &refund_object())]);
    let refund = stripe.create_refund(&refund(), "key-1").await.expect("a refund");
    assert_eq!(refund.id, "re_1");
    assert_eq!(script.uri(0), "https://stripe.test/v1/refunds");
    assert_eq!(script.header(0, "authorization").as_deref(), Some("Bearer sk_test_1"));
    assert_eq!(script.header(0, "stripe-version").as_deref(), Some("2026-09-30.endive"));
    assert_eq!(script.header(0, "content-type").as_deref(), Some("application/x-www-form-urlencoded"));
    assert_eq!(script.header(0, "idempotency-key").as_deref(), Some("key-1"));
    assert!(script.header(0, "user-agent").is_some_and(|agent| agent.starts_with("holdfast/")));
}

#[tokio::test(start_paused = true)]
async fn the_key_and_the_bytes_stay_the_same_over_all_tries() {
    for step in [Step::Lose, Step::Hang, Step::Refuse, failure(409, &[]), failure(429, &[]), failure(503, &[])] {
        let name = format!("{step:?}");
        let (stripe, script) = stripe(vec![step, answer(200, &[], &refund_object())]);
        stripe.create_refund(&refund(), "key-1").await.expect(&name);
        assert_eq!(script.keys(), vec![Some("key-1".to_owned()); 2], "{name}");
        assert_eq!(script.body(0), script.body(1), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_stays_unclear_to_the_end() {
    let (stripe, script) = stripe(vec![Step::Lose, Step::Lose, Step::Lose]);
    let error = stripe.create_refund(&refund(), "key-1").await.expect_err("unclear");
    assert_eq!(reason(&error), UnclearReason::ConnectionLost);
    assert_eq!(script.keys(), vec![Some("key-1".to_owned()); 3]);
    assert!((125..=251).contains(&script.pause(1).as_millis()), "{:?}", script.pause(1));
    assert!((250..=501).contains(&script.pause(2).as_millis()), "{:?}", script.pause(2));
}

#[tokio::test(start_paused = true)]
async fn silence_ends_within_the_total_time() {
    let begun = Instant::now();
    let (stripe, script) = stripe(vec![Step::Hang, Step::Hang, Step::Hang]);
    let error = stripe.create_refund(&refund(), "key-1").await.expect_err("unclear");
    assert_eq!(reason(&error), UnclearReason::TimedOut);
    assert!(begun.elapsed() <= Duration::from_millis(9_001), "{:?}", begun.elapsed());
    assert_eq!(script.calls(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_stripe_repeats_is_not_tried_again() {
    let kept = || failure(500, &[("idempotent-replayed", "true")]);
    let (client, script) = stripe(vec![kept()]);
    let error = client.create_refund(&refund(), "key-1").await.expect_err("unclear");
    assert!(error.is_stuck());
    assert_eq!((script.calls(), error.request_id()), (1, Some("req_1")));

    let (client, script) = stripe(vec![failure(500, &[]), kept()]);
    let error = client.create_refund(&refund(), "key-1").await.expect_err("unclear");
    assert!(error.is_stuck());
    assert_eq!(script.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn stripes_advice_is_taken() {
    let (client, script) = stripe(vec![failure(503, &[("stripe-should-retry", "false")])]);
    let error = client.create_refund(&refund(), "key-1").await.expect_err("unclear");
    assert_eq!(reason(&error), UnclearReason::ServerError { status: 503, replayed: false });
    assert_eq!(script.calls(), 1);

    let later = failure(429, &[("retry-after", "3")]);
    let (client, script) = stripe(vec![later, answer(200, &[], &refund_object())]);
    client.create_refund(&refund(), "key-1").await.expect("a refund");
    assert!(script.pause(1) >= Duration::from_secs(3));

    // Longer than the caller has: the call ends.
    let begun = Instant::now();
    let (client, script) = stripe(vec![failure(429, &[("retry-after", "60")])]);
    let error = client.create_refund(&refund(), "key-1").await.expect_err("unclear");
    assert_eq!((reason(&error), script.calls()), (UnclearReason::RateLimited, 1));
    assert!(begun.elapsed() < Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn only_what_never_left_is_not_sent() {
    let (client, _) = stripe(vec![Step::Refuse, Step::Refuse, Step::Refuse]);
    let error = client.create_refund(&refund(), "key-1").await.expect_err("not sent");
    assert!(error.is_not_sent() && error.is_unclear());

    let (client, _) = stripe(vec![Step::Lose, Step::Refuse, Step::Refuse]);
    let error = client.create_refund(&refund(), "key-1").await.expect_err("unclear");
    assert_eq!(reason(&error), UnclearReason::ConnectionLost);
}

#[tokio::test(start_paused = true)]
async fn a_bad_key_in_between_does_not_close_an_open_try() {
    let (client, _) = stripe(vec![Step::Lose, failure(401, &[])]);
    let error = client.create_refund(&refund(), "key-1").await.expect_err("unclear");
    assert_eq!(reason(&error), UnclearReason::TurnedAway { status: 401 });

    let (client, _) = stripe(vec![Step::Lose, failure(401, &[])]);
    assert!(client.retrieve_intent("pi_1").await.expect_err("refused").is_configuration());
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_cannot_be_read_is_unclear() {
    let page = Response::builder().status(200).body(Bytes::from_static(b"<html>")).expect("a response");
    for step in [Step::Answer(page), answer(200, &[], &json!({"id": "re_1"})), answer(200, &[], &json!([]))] {
        let (client, _) = stripe(vec![step]);
        let error = client.create_refund(&refund(), "key-1").await.expect_err("unclear");
        assert_eq!(reason(&error), UnclearReason::Malformed);
    }
}

#[tokio::test(start_paused = true)]
async fn lists_are_read_to_their_end() {
    let first = json!({"object": "list", "has_more": true, "data": [session_object("cs_1"), session_object("cs_2")]});
    let strange = json!({"id": "cs_3", "mode": "setup", "currency": null, "amount_total": null});
    let last = json!({"object": "list", "has_more": false, "data": [strange, session_object("cs_4")]});
    let (client, script) = stripe(vec![answer(200, &[], &first), Step::Lose, answer(200, &[], &last)]);
    let (from, to) = (Timestamp::UNIX_EPOCH, Timestamp::from_second(1_790_000_000).expect("a time"));
    let all = client.list_sessions(from, to).await.expect("a list");
    assert_eq!(all.iter().map(|session| session.id.as_str()).collect::<Vec<_>>(), ["cs_1", "cs_2", "cs_4"]);
    let query = script.uri(0);
    for part in ["created[gte]=0", "created[lte]=1790000000", "limit=100"] {
        let decoded = query.replace("%5B", "[").replace("%5D", "]");
        assert!(decoded.contains(part), "{query}");
    }
    assert!(script.uri(2).contains("starting_after=cs_2"), "{}", script.uri(2));
    assert_eq!(script.header(0, "idempotency-key"), None);
}

#[tokio::test(start_paused = true)]
async fn a_list_with_holes_is_no_list() {
    let (client, _) = stripe(vec![answer(200, &[], &json!({"has_more": true, "data": []}))]);
    assert!(client.list_refunds("pi_1").await.is_err_and(|error| error.is_unclear()));
    let ours = json!({"id": "pi_2", "metadata": {"order_id": "ord_1"}});
    let (client, _) = stripe(vec![answer(200, &[], &json!({"has_more": false, "data": [ours]}))]);
    let now = Timestamp::UNIX_EPOCH;
    assert!(client.list_intents(now, now).await.is_err_and(|error| error.is_unclear()));
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_over_is_in_an_unexpected_state() {
    let body = json!({"error": {"type": "invalid_request_error", "message": "Only open sessions can be expired."}});
    let (client, script) = stripe(vec![answer(400, &[], &body)]);
    assert!(client.expire_session("cs_1").await.expect_err("refused").is_unexpected_state());
    assert_eq!(script.uri(0), "https://stripe.test/v1/checkout/sessions/cs_1/expire");

    let missing = json!({"error": {"type": "invalid_request_error", "code": "resource_missing", "message": "No."}});
    let (client, _) = stripe(vec![answer(404, &[], &missing)]);
    assert!(client.expire_session("cs_1").await.expect_err("refused").is_missing());
}

#[tokio::test(start_paused = true)]
async fn fetching_a_session_brings_its_intent() {
    let (client, script) = stripe(vec![answer(200, &[], &session_object("cs_1"))]);
    let session = client.retrieve_session("cs_1").await.expect("a session");
    assert_eq!(session.status, SessionStatus::Open);
    assert!(script.uri(0).ends_with("/v1/checkout/sessions/cs_1?expand[0]=payment_intent"), "{}", script.uri(0));
    // A name that could walk the path never leaves.
    assert!(client.retrieve_session("cs_1/../x").await.expect_err("refused").is_missing());
}

#[tokio::test(start_paused = true)]
async fn transfers_name_their_order() {
    let (client, script) = stripe(vec![answer(200, &[], &json!({"id": "tr_1"}))]);
    let metadata = BTreeMap::from([("order_id".to_owned(), "ord_1".to_owned())]);
    client.update_transfer("tr_1", "Summer show", &metadata).await.expect("done");
    assert_eq!(script.uri(0), "https://stripe.test/v1/transfers/tr_1");
    let body: Vec<(String, String)> = serde_urlencoded::from_bytes(&script.body(0)).expect("a form");
    assert_eq!(body, [("description".into(), "Summer show".into()), ("metadata[order_id]".into(), "ord_1".into())]);
}

#[tokio::test(start_paused = true)]
async fn async_stripes_requests_run_on_this_client() {
    let body = json!({"error": {"type": "invalid_request_error", "code": "payment_intent_unexpected_state"}});
    let (client, script) = stripe(vec![answer(400, &[], &body)]);
    let key = "key-9".to_owned().try_into().expect("a key");
    let request = CancelPaymentIntent::new("pi_1").customize().request_strategy(RequestStrategy::Idempotent(key));
    let error = request.send(&client).await.expect_err("refused");
    assert!(error.is_unexpected_state());
    assert_eq!(script.header(0, "idempotency-key").as_deref(), Some("key-9"));
}

#[test]
fn a_client_that_could_make_no_call_is_not_made() {
    let make = |base: &str, key: &str| {
        Stripe::new(Arc::new(Script::default()), StripeConfig::new(base, Secret::new(key))).err()
    };
    assert_eq!(make("https://api.stripe.com", "sk_test_1"), None);
    assert_eq!(make("http://127.0.0.1:4242/", "sk_test_1"), None);
    for base in ["", "api.stripe.com", "ftp://stripe.test/", "https://x/?a=b"] {
        assert_eq!(make(base, "sk_test_1"), Some(ConfigError::ApiBase), "{base}");
    }
    for key in ["", "sk test", "sk_test\n"] {
        assert_eq!(make("https://api.stripe.com/", key), Some(ConfigError::SecretKey), "{key:?}");
    }
    let (client, _) = stripe(vec![]);
    assert!(!format!("{client:?}").contains("sk_test_1"));
}

#[test]
fn the_log_names_paths_without_ids() {
    assert_eq!(template("/checkout/sessions/cs_1/expire"), "/checkout/sessions/{id}/expire");
    assert_eq!(template("/refunds"), "/refunds");
}
