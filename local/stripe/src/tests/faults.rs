use bytes::Bytes;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::Bench;
use crate::Broken;

const FORM: &str = "amount=5000&currency=usd";

fn create(key: &str) -> http::Request<Bytes> {
    http::Request::post("http://stripe.test/v1/payment_intents")
        .header("authorization", "Bearer sk_test_1")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("idempotency-key", key)
        .body(Bytes::from_static(FORM.as_bytes()))
        .expect("a request")
}

async fn break_next(bench: &Bench, fault: &str) {
    let calls = json!([{"method": "POST", "path": "/v1/payment_intents", "fault": fault, "times": 1}]);
    bench.test("faults", json!({"calls": calls})).await.ok();
}

#[tokio::test]
async fn connections_break_in_process() {
    let bench = Bench::new();
    for (fault, refused, made) in [("refuse", true, 0), ("lose_request", false, 0), ("lose_answer", false, 1)] {
        break_next(&bench, fault).await;
        let error = bench.stand_in.send(create("k1")).await.expect_err("no answer");
        assert_eq!(error == Broken::Refused, refused, "{fault}");
        assert_eq!(bench.stand_in.objects("payment_intent").len(), made, "{fault}");
    }
    let answer = bench.stand_in.send(create("k1")).await.expect("an answer");
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["idempotent-replayed"], "true", "the lost answer was kept");
    assert_eq!(bench.stand_in.objects("payment_intent").len(), 1);
    assert_eq!(bench.stand_in.count_calls("POST", "/v1/payment_intents"), 4);
}

#[tokio::test(start_paused = true)]
async fn some_calls_are_never_answered() {
    let bench = Bench::new();
    break_next(&bench, "hang").await;
    let patience = std::time::Duration::from_secs(10);
    assert!(tokio::time::timeout(patience, bench.stand_in.send(create("k1"))).await.is_err(), "nothing comes");
    assert_eq!(bench.stand_in.objects("payment_intent").len(), 1, "but it was done");
    assert_eq!(bench.stand_in.send(create("k1")).await.expect("an answer").headers()["idempotent-replayed"], "true");
}

#[tokio::test]
async fn connections_break_over_sockets() {
    let bench = Bench::new();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let router = bench.stand_in.router();
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let mut said = Vec::new();
    for fault in [Some("refuse"), Some("lose_answer"), None] {
        if let Some(fault) = fault {
            break_next(&bench, fault).await;
        }
        let mut socket = tokio::net::TcpStream::connect(address).await.expect("a connection");
        let head = format!(
            "POST /v1/payment_intents HTTP/1.1\r\nhost: stripe.test\r\nauthorization: Bearer sk_test_1\r\nidempotency-key: k1\r\n\
             connection: close\r\ncontent-length: {}\r\n\r\n{FORM}",
            FORM.len()
        );
        socket.write_all(head.as_bytes()).await.expect("sent");
        let mut answer = String::new();
        // A reset is as good as an end.
        let _read = socket.read_to_string(&mut answer).await;
        said.push(answer);
    }
    server.abort();
    assert_eq!((said[0].as_str(), said[1].as_str()), ("", ""), "not a byte");
    assert!(said[2].starts_with("HTTP/1.1 200"), "{}", said[2]);
    assert!(said[2].contains("idempotent-replayed: true"));
}

#[tokio::test]
async fn faults_are_listed_and_cleared() {
    let bench = Bench::new();
    break_next(&bench, "refuse").await;
    let left = bench.get("/_test/faults").await.ok();
    assert_eq!(left.body["calls"][0]["fault"], "refuse");
    let cleared = bench.test("faults", json!({"calls": []})).await.ok();
    assert_eq!(cleared.body["calls"], json!([]));
    bench.post("/v1/payment_intents", FORM).await.ok();
    assert_eq!(bench.test("faults", json!({"calls": [{"path": "/", "fault": "explode"}]})).await.status, 400);
    assert_eq!(bench.test("faults", json!({"webhook": "drop"})).await.status, 400, "a typing error is no silence");
    assert_eq!(bench.test("nonsense", json!({})).await.status, 404);
}

#[tokio::test]
async fn accounts_refuse_on_request_and_what_was_begun_is_kept() {
    let bench = Bench::new();
    for (fault, status, code, kept) in [
        ("balance", 400, "balance_insufficient", true),
        ("account", 400, "account_invalid", true),
        ("forbidden", 403, "more_permissions_required_for_application", false),
    ] {
        break_next(&bench, fault).await;
        let answer = bench.stand_in.send(create(fault)).await.expect("an answer");
        let body: serde_json::Value = serde_json::from_slice(answer.body()).expect("an error");
        assert_eq!((answer.status().as_u16(), &body["error"]["code"]), (status, &json!(code)), "{fault}");
        let again = bench.stand_in.send(create(fault)).await.expect("an answer").status().as_u16();
        assert_eq!(again, if kept { status } else { 200 }, "{fault}");
    }
}

#[tokio::test]
async fn only_the_keys_that_were_named_are_taken() {
    let bench = Bench::new();
    for (accepted, status) in [(Some(vec!["sk_test_2".to_owned()]), 401), (None, 200)] {
        bench.stand_in.set_accepted_keys(accepted);
        assert_eq!(bench.stand_in.send(create("k")).await.expect("an answer").status().as_u16(), status);
    }
}
