//! What functions do is seen in X-Ray: each span is a subsegment, sent to the daemon that Lambda names.

use std::{collections::BTreeSet, time::Duration};

use holdfast_tests::programs::Program;
use serde_json::{Value, json};
use tokio::net::UdpSocket;

use super::programs::{answered, event, http_event, on_the_network, path, tickets_on_sale};

const ROOT: &str = "1-5759e988-bd862e3fe1be46a994272793";
const PARENT: &str = "53995c3f42cd8ad8";

/// A daemon that keeps what it is sent.
async fn daemon() -> (UdpSocket, String) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap().to_string();
    (socket, address)
}

/// All documents that have come until it is quiet.
async fn documents(daemon: &UdpSocket) -> Vec<Value> {
    let mut found = Vec::new();
    let mut buffer = vec![0_u8; 65_536];
    while let Ok(read) = tokio::time::timeout(Duration::from_millis(500), daemon.recv(&mut buffer)).await {
        let text = std::str::from_utf8(&buffer[..read.unwrap()]).unwrap();
        let (header, document) = text.split_once('\n').unwrap();
        assert_eq!(serde_json::from_str::<Value>(header).unwrap(), json!({ "format": "json", "version": 1 }));
        found.push(serde_json::from_str(document).unwrap());
    }
    found
}

fn is_hex(value: &Value, length: usize) -> bool {
    value.as_str().is_some_and(|text| text.len() == length && text.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f')))
}

/// What is wrong with a document, by AWS' description of the format:
/// <https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html>.
fn offences(document: &Value) -> Vec<&'static str> {
    let text = |at: &str| document.pointer(at).and_then(Value::as_str);
    let known = |object: &Value, names: &[&str]| {
        object.as_object().is_some_and(|object| object.keys().all(|key| names.contains(&key.as_str())))
    };
    let none_or = |at: &str, good: &dyn Fn(&Value) -> bool| document.pointer(at).is_none_or(good);
    let name = text("/name").unwrap_or_default();
    let legal = |c: char| c.is_alphanumeric() || c.is_whitespace() || "_.:/%&#=+\\-@".contains(c);
    let times = (document["start_time"].as_f64(), document["end_time"].as_f64());
    let rules = [
        ("name", !name.is_empty() && name.chars().count() <= 200 && name.chars().all(legal)),
        ("id", is_hex(&document["id"], 16)),
        ("trace_id", document["trace_id"] == ROOT),
        ("type", document["type"] == "subsegment"),
        ("parent_id", is_hex(&document["parent_id"], 16)),
        ("times", matches!(times, (Some(start), Some(end)) if start > 1_700_000_000.0 && end >= start)),
        ("namespace", none_or("/namespace", &|it| *it == "aws" || *it == "remote")),
        (
            "aws",
            none_or("/aws", &|aws| {
                known(aws, &["operation", "request_id"]) && aws.as_object().unwrap().values().all(Value::is_string)
            }),
        ),
        ("http", none_or("/http", &|http| known(http, &["request", "response"]))),
        ("request", none_or("/http/request", &|it| known(it, &["method", "url"]))),
        ("response", none_or("/http/response", &|it| known(it, &["status"]) && it["status"].is_u64())),
        ("marks", ["error", "fault", "throttle"].iter().all(|mark| none_or(&format!("/{mark}"), &Value::is_boolean))),
        (
            "annotations",
            none_or("/annotations", &|all| {
                let named = |key: &String| key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
                all.as_object()
                    .unwrap()
                    .iter()
                    .all(|(key, value)| named(key) && !value.is_object() && !value.is_array() && !value.is_null())
            }),
        ),
        (
            "fields",
            known(
                document,
                &[
                    "name",
                    "id",
                    "trace_id",
                    "parent_id",
                    "type",
                    "start_time",
                    "end_time",
                    "namespace",
                    "aws",
                    "http",
                    "error",
                    "fault",
                    "throttle",
                    "annotations",
                ],
            ),
        ),
    ];
    rules.into_iter().filter(|(_, kept)| !kept).map(|(rule, _)| rule).collect()
}

#[tokio::test]
async fn a_purchase_is_seen_with_its_calls_of_aws_and_stripe() {
    let (world, mut settings) = on_the_network().await;
    tickets_on_sale(&world, &settings).await;
    let (daemon, address) = daemon().await;
    settings.insert("AWS_XRAY_DAEMON_ADDRESS".to_owned(), address);
    let mut checkout = Program::start("checkout", path("checkout"), &settings).await;
    checkout.trace(&format!("Root={ROOT};Parent={PARENT};Sampled=1"));
    let (status, placed, raw) = answered(checkout.invoke(&event("checkout-http.json")).await);
    assert_eq!(status, 201, "{raw}");
    let documents = documents(&daemon).await;
    for document in &documents {
        assert_eq!(offences(document), [""; 0], "{document}");
    }
    let ids: BTreeSet<_> = documents.iter().map(|document| document["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), documents.len());
    // The request is below the function's segment, and all that was done for it below the request.
    let of_name = |name: &str| documents.iter().filter(|document| document["name"] == name).collect::<Vec<_>>();
    let requests = of_name("POST /v1/checkout");
    let [request] = requests[..] else { panic!("{documents:#?}") };
    assert_eq!((&request["parent_id"], &request["http"]["response"]["status"]), (&json!(PARENT), &json!(201)));
    assert_eq!(request["annotations"]["route"], "/v1/checkout");
    for document in documents.iter().filter(|document| document["name"] != "POST /v1/checkout") {
        assert_eq!(document["parent_id"], request["id"], "{document}");
        assert!(document["end_time"].as_f64() <= request["end_time"].as_f64());
    }
    let operations: BTreeSet<_> =
        of_name("DynamoDB").iter().map(|call| call["aws"]["operation"].as_str().unwrap()).collect();
    assert!(operations.contains("BatchGetItem") && operations.contains("TransactWriteItems"), "{operations:?}");
    let stripe = of_name("Stripe");
    let [session] = stripe[..] else { panic!("{documents:#?}") };
    assert_eq!(session["namespace"], "remote");
    assert_eq!(
        (&session["http"]["request"]["method"], &session["annotations"]["attempts"]),
        (&json!("POST"), &json!(1))
    );
    assert!(session["http"]["request"]["url"].as_str().unwrap().ends_with("/v1/checkout/sessions"), "{session}");
    // Nothing of the order or its buyer goes there.
    let all = json!(documents).to_string();
    for private in [placed["order"]["id"].as_str().unwrap(), "ada@example.com", "Lovelace", "sk_test_local"] {
        assert!(!all.contains(private), "{private} is in {all}");
    }

    // What goes wrong is marked. One trace a second is detailed.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let rule =
        json!({ "calls": [{ "method": "POST", "path": "/v1/checkout/sessions", "fault": "rate_limit", "times": 9 }] });
    world.at_stripe("faults", &rule).await;
    let mut other = event("checkout-http.json");
    other["headers"]["idempotency-key"] = json!("another");
    assert_eq!(answered(checkout.invoke(&other).await).0, 503);
    let documents = self::documents(&daemon).await;
    let marked =
        |name: &str, mark: &str| documents.iter().any(|document| document["name"] == name && document[mark] == true);
    assert!(marked("Stripe", "throttle") && marked("POST /v1/checkout", "fault"), "{documents:#?}");
}

#[tokio::test]
async fn nothing_is_sent_of_a_trace_that_is_not_kept_and_no_daemon_is_needed() {
    let (world, mut settings) = on_the_network().await;
    world.organization("riverside", json!({})).await.expect(201);
    world.show_of("riverside", "summer-show", json!({})).await.expect(201);
    let (daemon, address) = daemon().await;
    let read = event("catalog-http.json");
    settings.insert("AWS_XRAY_DAEMON_ADDRESS".to_owned(), address);
    let mut catalog = Program::start("catalog", path("catalog"), &settings).await;
    for header in
        [format!("Root={ROOT};Parent={PARENT};Sampled=0"), format!("Root={ROOT}"), "nonsense".to_owned(), String::new()]
    {
        catalog.trace(&header);
        assert_eq!(answered(catalog.invoke(&read).await).0, 200);
    }
    assert_eq!(documents(&daemon).await, Vec::<Value>::new());
    catalog.trace(&format!("Root={ROOT};Parent={PARENT};Sampled=1"));
    assert_eq!(answered(catalog.invoke(&read).await).0, 200);
    assert!(!documents(&daemon).await.is_empty());

    // A daemon that is gone, one that is nowhere, and none.
    drop(daemon);
    assert_eq!(answered(catalog.invoke(&read).await).0, 200);
    for address in [Some("nowhere"), Some("192.0.2.1:2000"), None] {
        settings.remove("AWS_XRAY_DAEMON_ADDRESS");
        settings.extend(address.map(|address| ("AWS_XRAY_DAEMON_ADDRESS".to_owned(), address.to_owned())));
        let mut catalog = Program::start("catalog", path("catalog"), &settings).await;
        catalog.trace(&format!("Root={ROOT};Parent={PARENT};Sampled=1"));
        let health = http_event("catalog-http.json", "/v1/health", &[], None);
        assert_eq!(answered(catalog.invoke(&health).await).0, 200);
    }
}

/// The test's own judgement can fail.
#[test]
fn a_document_that_x_ray_would_not_take_is_found() {
    let good = json!({ "name": "DynamoDB", "id": "70de5b6f19ff9a0a", "trace_id": ROOT, "parent_id": PARENT, "type": "subsegment",
        "start_time": 1_800_000_000.25, "end_time": 1_800_000_000.5, "namespace": "aws", "aws": { "operation": "GetItem" } });
    assert_eq!(offences(&good), [""; 0]);
    for (at, value, rule) in [
        ("name", json!("{order}"), "name"),
        ("id", json!("70DE5B6F19FF9A0A"), "id"),
        ("parent_id", Value::Null, "parent_id"),
        ("end_time", json!(1_800_000_000.0), "times"),
        ("start_time", json!("2027-01-15T08:00:00Z"), "times"),
        ("namespace", json!("stripe"), "namespace"),
        ("annotations", json!({ "the.route": "/" }), "annotations"),
        ("status", json!(200), "fields"),
    ] {
        let mut bad = good.clone();
        bad[at] = value;
        assert_eq!(offences(&bad), [rule], "{at}");
    }
}
