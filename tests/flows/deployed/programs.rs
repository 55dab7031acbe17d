//! The functions' own programs, fed with the events of the folder `events`.

use std::{collections::BTreeMap, fs, path::Path};

use holdfast_tests::{
    World,
    programs::{Program, behind, serve},
    sign,
};
use local::Options;
use serde_json::{Value, json};
use tokio::net::TcpListener;

pub(super) fn path(function: &str) -> &'static str {
    match function {
        "catalog" => env!("CARGO_BIN_EXE_lambda-catalog"),
        "checkout" => env!("CARGO_BIN_EXE_lambda-checkout"),
        "success" => env!("CARGO_BIN_EXE_lambda-success"),
        "webhook" => env!("CARGO_BIN_EXE_lambda-webhook"),
        "refund" => env!("CARGO_BIN_EXE_lambda-refund"),
        "booking" => env!("CARGO_BIN_EXE_lambda-booking"),
        "orders" => env!("CARGO_BIN_EXE_lambda-orders"),
        "pages" => env!("CARGO_BIN_EXE_lambda-pages"),
        "cleanup" => env!("CARGO_BIN_EXE_lambda-cleanup"),
        "notify" => env!("CARGO_BIN_EXE_lambda-notify"),
        "worker" => env!("CARGO_BIN_EXE_lambda-worker"),
        other => panic!("no function {other}"),
    }
}

pub(super) fn event(file: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../events").join(file);
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// An event of the gateway for this path, with these headers and this body instead of the file's.
pub(super) fn http_event(file: &str, path: &str, headers: &[(&str, &str)], body: Option<String>) -> Value {
    let mut event = event(file);
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    event["rawPath"] = json!(path);
    event["requestContext"]["http"]["path"] = json!(path);
    event["rawQueryString"] = json!(query);
    let pairs: BTreeMap<_, _> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
    if !pairs.is_empty() {
        event["queryStringParameters"] = json!(pairs);
    }
    for (name, value) in headers {
        event["headers"][name] = json!(value);
    }
    if let Some(body) = body {
        event["headers"]["content-length"] = json!(body.len().to_string());
        event["body"] = json!(body);
    }
    event
}

/// The status and the body of a function's answer to the gateway.
pub(super) fn answered(answer: Result<Value, Value>) -> (u64, Value, Value) {
    let answer = answer.expect("the function did not fail");
    let body = answer["body"].as_str().unwrap_or_default();
    let json = serde_json::from_str(body).unwrap_or_default();
    (answer["statusCode"].as_u64().unwrap_or_default(), json, answer)
}

/// Has the catalog program put tickets of a show on sale, those that `checkout-http.json` buys.
pub(super) async fn tickets_on_sale(world: &World, settings: &BTreeMap<String, String>) {
    world.organization("riverside", json!({})).await.expect(201);
    world.show_of("riverside", "summer-show", json!({})).await.expect(201);
    let admin = format!("Bearer {}", world.token("admin", Some("riverside")));
    let mut catalog = Program::start("catalog", path("catalog"), settings).await;
    let mut put = event("catalog-put-offer-http.json");
    put["headers"]["authorization"] = json!(admin);
    assert_eq!(answered(catalog.invoke(&put).await).0, 201);
}

/// A stack whose services can be reached over the network, and what a program has to know of them.
pub(super) async fn on_the_network() -> (World, BTreeMap<String, String>) {
    let stripe = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let stripe_url = format!("http://{}", stripe.local_addr().unwrap());
    let kept = std::sync::Arc::new(std::sync::OnceLock::new());
    let keep = kept.clone();
    let wrap: local::Wrap = std::sync::Arc::new(move |wire| keep.get_or_init(|| wire).clone());
    let world = World::empty(Options { stripe_url, wrap: Some(wrap), ..Options::default() }).await;
    world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;

    let stand_in = world.stack.stripe().router();
    tokio::spawn(async move { axum::serve(stripe, stand_in).await });
    let table = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let table_url = format!("http://{}", table.local_addr().unwrap());
    let embedded = world.stack.cloud().table.clone();
    tokio::spawn(async move { embedded.serve(table).await });
    let others = format!("http://{}", serve(behind(kept.get().cloned().unwrap())).await);
    let keys = world.stack.issuer().jwks();
    let keys = axum::Router::new().route("/jwks", axum::routing::get(async move || keys.clone()));
    let keys_url = format!("http://{}/jwks", serve(keys).await);

    let mut settings = world.settings();
    settings.insert("JWKS_URL".to_owned(), keys_url);
    settings.insert("AWS_ENDPOINT_URL_DYNAMODB".to_owned(), table_url);
    for name in ["SQS", "SECRETS_MANAGER", "SESV2"] {
        settings.insert(format!("AWS_ENDPOINT_URL_{name}"), others.clone());
    }
    (world, settings)
}

#[tokio::test]
async fn a_purchase_runs_through_the_programs_as_deployed() {
    let (world, settings) = on_the_network().await;
    let start = async |function: &str| Program::start(function, path(function), &settings).await;
    world.organization("riverside", json!({})).await.expect(201);
    world.show_of("riverside", "summer-show", json!({})).await.expect(201);
    let admin = format!("Bearer {}", world.token("admin", Some("riverside")));

    // The organization puts tickets on sale.
    let mut catalog = start("catalog").await;
    let mut put = event("catalog-put-offer-http.json");
    put["headers"]["authorization"] = json!(admin);
    let (status, offer, _) = answered(catalog.invoke(&put).await);
    assert_eq!((status, &offer["price"]), (201, &json!("25.00")));
    put["headers"]["authorization"] = json!("Bearer forged.token.here");
    assert_eq!(answered(catalog.invoke(&put).await).0, 401);
    let (status, listing, raw) = answered(catalog.invoke(&event("catalog-http.json")).await);
    assert_eq!((status, &listing["offers"][0]["available"]), (200, &json!(100)));
    assert_eq!(raw["isBase64Encoded"], false);

    // Ada buys two.
    let mut checkout = start("checkout").await;
    let buy = event("checkout-http.json");
    let (status, placed, raw) = answered(checkout.invoke(&buy).await);
    assert_eq!(status, 201, "{raw}");
    let (order, token) = (placed["order"]["id"].as_str().unwrap(), placed["access_token"].as_str().unwrap());
    let session = placed["order"]["payment"]["session_id"].as_str().unwrap();
    assert_eq!(placed["order"]["total"], "54.84");
    // The gateway repeats itself, with the same key: the same order.
    let (status, again, _) = answered(checkout.invoke(&buy).await);
    assert_eq!((status, &again["order"]["id"]), (201, &placed["order"]["id"]));

    // She pays, and Stripe sends its event to the function's own address.
    world.pay_with(session, "pm_card_visa").unwrap();
    let reported = serde_json::to_string_pretty(&world.events("checkout.session.completed").pop().unwrap()).unwrap();
    let now = jiff::Timestamp::now().as_second();
    let mut webhook = start("webhook").await;
    let signed = |header: &str| {
        http_event("webhook-function-url.json", "/", &[("stripe-signature", header)], Some(reported.clone()))
    };
    let wrong = signed(&sign::header("whsec_other", now, &reported));
    assert_eq!(answered(webhook.invoke(&wrong).await).0, 401);
    let right = signed(&sign::header(sign::SECRET, now, &reported));
    let (status, received, _) = answered(webhook.invoke(&right).await);
    assert_eq!((status, &received["outcome"]), (200, &json!("paid")));

    // She comes back, and reads her order.
    let mut success = start("success").await;
    let bought = holdfast_tests::Bought::of(placed.clone());
    let back = http_event("success-http.json", &world.way_back(&bought), &[], None);
    let (status, _, raw) = answered(success.invoke(&back).await);
    assert_eq!(status, 303);
    let location = raw["headers"]["location"].as_str().or_else(|| raw["multiValueHeaders"]["location"][0].as_str());
    assert!(location.unwrap().contains(&format!("/orders/{order}?token={token}")));
    let mut orders = start("orders").await;
    let fetch = http_event("orders-http.json", &format!("/v1/orders/{order}"), &[("x-order-token", token)], None);
    let (status, seen, _) = answered(orders.invoke(&fetch).await);
    assert_eq!((status, &seen["status"]), (200, &json!("paid")));
    assert_eq!(seen["tickets"].as_array().unwrap().len(), 2);

    // The queue brings her confirmation, and a message that notify cannot read.
    let mut notify = start("notify").await;
    let mut batch = event("notify-queue.json");
    batch["Records"][0]["body"] = json!(json!({ "notification": format!("{order}-confirmation") }).to_string());
    batch["Records"][1]["body"] = json!("not ours");
    let answer = notify.invoke(&batch).await.unwrap();
    assert_eq!(answer["batchItemFailures"], json!([{ "itemIdentifier": batch["Records"][1]["messageId"] }]));
    assert_eq!(world.mail()["ada@example.com"], ["Your order for Summer Show is confirmed"]);

    // The minute comes round, and staff ask for it by hand.
    let mut cleanup = start("cleanup").await;
    let report = cleanup.invoke(&event("cleanup-schedule.json")).await.unwrap();
    assert_eq!((&report["failed"], &report["left"]), (&json!(0), &json!(false)));
    let mut by_hand = event("cleanup-http.json");
    assert_eq!(answered(cleanup.invoke(&by_hand).await).0, 401);
    by_hand["headers"]["authorization"] = json!("Bearer cron-local");
    assert_eq!(answered(cleanup.invoke(&by_hand).await).0, 200);

    // Staff give one ticket's money back.
    let mut refund = start("refund").await;
    let body = json!({ "items": [{ "line": "l1", "quantity": 1 }], "reason": "one of them is ill" });
    let staff = format!("Bearer {}", world.token("staff", Some("riverside")));
    let ask = http_event(
        "refund-http.json",
        &format!("/v1/orders/{order}/refunds"),
        &[("authorization", &staff)],
        Some(body.to_string()),
    );
    let (status, given, raw) = answered(refund.invoke(&ask).await);
    assert_eq!((status, &given["amount"]), (201, &json!("25.00")), "{raw}");

    // Their logs are JSON, and say nothing private.
    for program in [&catalog, &checkout, &webhook, &success, &orders, &notify, &cleanup, &refund] {
        for line in program.lines() {
            let parsed: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("no JSON: {line}"));
            assert!(parsed["timestamp"].is_string() && parsed["level"].is_string(), "{line}");
            for secret in ["Lovelace", "ada@example.com", "whsec_local", "sk_test_local", "cron-local", token] {
                assert!(!line.contains(secret), "{secret} is in {line}");
            }
        }
    }
    let logged = |program: &Program, message: &str| {
        program.lines().iter().any(|line| line.contains(message) && line.contains(order))
    };
    assert!(
        logged(&checkout, "order placed") && logged(&webhook, "order settled") && logged(&refund, "order refunded")
    );
    world.finish().await;
}

/// The program of the workspace, or the one that `.ci/run` has had built by SAM.
#[tokio::test]
async fn the_catalog_program_answers_an_event() {
    let built = std::env::var("HOLDFAST_CATALOG_PROGRAM");
    let program = built.as_deref().unwrap_or(path("catalog"));
    let (world, settings) = on_the_network().await;
    world.organization("riverside", json!({})).await.expect(201);
    world.show_of("riverside", "summer-show", json!({})).await.expect(201);
    let mut catalog = Program::start("catalog", program, &settings).await;
    let (status, listing, raw) = answered(catalog.invoke(&event("catalog-http.json")).await);
    assert_eq!((status, &listing["id"]), (200, &json!("summer-show")), "{raw}");
    let health = http_event("catalog-http.json", "/v1/health", &[], None);
    assert_eq!(answered(catalog.invoke(&health).await).1["status"], "ok");
    world.finish().await;
}

#[tokio::test]
async fn a_booking_runs_through_the_programs_as_deployed() {
    let (world, settings) = on_the_network().await;
    let start = async |function: &str| Program::start(function, path(function), &settings).await;
    world.organization("riverside", json!({})).await.expect(201);
    let admin = world.token("admin", Some("riverside"));
    let listing = "/v1/organizations/riverside/listings/lessons";
    let body = json!({ "kind": "expert", "title": "Lessons", "published": true, "expert": "expert-1" });
    world.put(listing).token(&admin).json(&body).await.expect(201);
    let slot = json!({ "name": "Noon", "price": "80.00", "capacity": 1, "starts_at": world.from_now(12 * 3_600) });
    world.put(&format!("{listing}/offers/noon")).token(&admin).json(&slot).await.expect(201);
    let request = world.basket(&[("lessons", "noon", 1)], Some("pm_card_visa"));
    let placed = world.order_under("noon", &request).await.expect(201);
    let (order, token) = (placed["order"]["id"].as_str().unwrap(), placed["access_token"].as_str().unwrap());

    let mut booking = start("booking").await;
    let at = |what: &str| format!("/v1/bookings/{order}/{what}");
    let confirm =
        http_event("booking-http.json", &at("confirm"), &[("authorization", "Bearer forged.token.here")], None);
    assert_eq!(answered(booking.invoke(&confirm).await).0, 401);
    let expert = format!("Bearer {}", world.token("expert", Some("riverside")));
    let confirm = http_event("booking-http.json", &at("confirm"), &[("authorization", &expert)], None);
    let (status, confirmed, raw) = answered(booking.invoke(&confirm).await);
    assert_eq!((status, &confirmed["booking"]["status"]), (200, &json!("confirmed")), "{raw}");
    let (status, again, _) = answered(booking.invoke(&confirm).await);
    assert_eq!((status, &again["booking"]), (200, &confirmed["booking"]));
    // The buyer has no more than the order's token.
    let mut guest = http_event("booking-http.json", &at("cancellation"), &[("x-order-token", token)], None);
    guest["requestContext"]["http"]["method"] = json!("GET");
    guest["headers"].as_object_mut().unwrap().remove("authorization");
    let (status, quote, raw) = answered(booking.invoke(&guest).await);
    assert_eq!((status, &quote["refund_amount"]), (200, &json!("40.00")), "{raw}");
    guest["rawPath"] = json!(at("cancel"));
    guest["requestContext"]["http"]["path"] = guest["rawPath"].clone();
    guest["requestContext"]["http"]["method"] = json!("POST");
    let (status, canceled, raw) = answered(booking.invoke(&guest).await);
    assert_eq!((status, &canceled["refund"]["amount"]), (200, &json!("40.00")), "{raw}");
    for line in booking.lines() {
        for secret in ["Lovelace", "ada@example.com", "sk_test_local", token] {
            assert!(!line.contains(secret), "{secret} is in {line}");
        }
    }
    world.finish().await;
}

#[tokio::test]
async fn a_canceled_listing_is_worked_off_by_the_program_as_deployed() {
    let (world, settings) = on_the_network().await;
    world.organization("riverside", json!({})).await.expect(201);
    world.show_of("riverside", "summer-show", json!({})).await.expect(201);
    let offer = json!({ "name": "Standing", "price": "0.00", "capacity": 5 });
    let admin = world.token("admin", Some("riverside"));
    let listing = "/v1/organizations/riverside/listings/summer-show";
    world.put(&format!("{listing}/offers/standing")).token(&admin).json(&offer).await.expect(201);
    let mut request = world.request("standing", 2);
    request["listing"] = json!("summer-show");
    let order = world.buy_with(&request).await;
    world.settle().await;
    world
        .post(&format!("{listing}/cancel"))
        .token(&admin)
        .json(&json!({ "reason": "The hall is closed" }))
        .await
        .expect(202);

    let mut worker = Program::start("worker", path("worker"), &settings).await;
    let mut batch = event("worker-queue.json");
    assert_eq!(worker.invoke(&batch).await.unwrap()["batchItemFailures"], json!([]));
    assert_eq!(world.order(&order).await["status"], "refunded");
    batch["Records"][0]["body"] = json!("{\"pk\":1}");
    let failed = worker.invoke(&batch).await.unwrap();
    assert_eq!(failed["batchItemFailures"], json!([{ "itemIdentifier": batch["Records"][0]["messageId"] }]));
    world.finish().await;
}

#[tokio::test]
async fn a_program_without_a_setting_ends_and_names_it() {
    let (_world, settings) = on_the_network().await;
    for (function, name) in [
        ("catalog", "TABLE_NAME"),
        ("checkout", "STRIPE_SECRET_KEY"),
        ("orders", "TOKEN_SECRET"),
        ("webhook", "STRIPE_WEBHOOK_SECRET"),
        ("cleanup", "CRON_SECRET"),
        ("notify", "SENDER_ADDRESS"),
        ("worker", "QUEUE_URL"),
    ] {
        let mut settings = settings.clone();
        assert!(settings.remove(name).is_some());
        let mut program = Program::start(function, path(function), &settings).await;
        assert!(!program.end().await, "{function} ended well without {name}");
        let lines = program.lines();
        assert!(lines.iter().any(|line| line.contains(name) && line.contains("ERROR")), "{function}: {lines:?}");
    }
}

#[tokio::test]
async fn a_program_logs_at_its_level() {
    let (_world, settings) = on_the_network().await;
    for (level, tells) in [("info", true), ("error", false)] {
        let mut settings = settings.clone();
        settings.insert("LOG_LEVEL".to_owned(), level.to_owned());
        let mut program = Program::start("catalog", path("catalog"), &settings).await;
        let (status, ..) = answered(program.invoke(&http_event("catalog-http.json", "/v1/health", &[], None)).await);
        assert_eq!(status, 200);
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        let reported = program.lines().iter().any(|line| line.contains("request answered"));
        assert_eq!(reported, tells, "{level}: {:?}", program.lines());
    }
}

#[test]
fn every_trigger_has_an_event_in_the_folder() {
    let template = local::template::Template::embedded().unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../events");
    let files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    for function in &template.functions {
        let name = &function.name;
        let mut kinds = Vec::new();
        kinds.extend((!function.routes.is_empty() && !function.function_url).then_some("http"));
        kinds.extend(function.function_url.then_some("function-url"));
        kinds.extend(function.schedule.is_some().then_some("schedule"));
        kinds.extend(function.queue_batch.is_some().then_some("queue"));
        assert!(!kinds.is_empty(), "{name} has no trigger");
        for kind in kinds {
            assert!(files.contains(&format!("{name}-{kind}.json")), "no event for {name} by {kind}: {files:?}");
        }
    }
    for file in &files {
        assert!(event(file).is_object(), "{file}");
    }
}
