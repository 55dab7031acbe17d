//! Events as AWS hands them to the functions' programs: the gateway's in both versions, a function URL's, the schedule's, and
//! the queues'. Whatever was changed of one, the function answers or says that it is none, and goes on.

use std::{fs, path::Path};

use axum::Router;
use holdfast_tests::World;
use lambda_http::{Context, LambdaEvent, request::LambdaRequest};
use proptest::{
    prelude::{Just, Strategy, prop_oneof},
    prop_assert, prop_assert_eq,
    sample::select,
};
use runtime::{Clock, Settings, SharedWire};
use serde_json::{Value, json};

use super::generate::{Changed, changed, odd_text, runner};

/// The context of an invocation that has half a minute.
fn context() -> Context {
    let deadline = std::time::SystemTime::now() + std::time::Duration::from_secs(30);
    let since = deadline.duration_since(std::time::UNIX_EPOCH).unwrap();
    let mut context = Context::default();
    context.deadline = since.as_millis().try_into().unwrap();
    context
}

fn event(file: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../events").join(file);
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// What the programs are built from.
struct Parts {
    world: World,
    settings: Settings,
    wire: SharedWire,
    clock: Clock,
}

async fn parts() -> Parts {
    let (world, wire) = World::with_wire().await;
    let settings = Settings::of(world.settings());
    let clock = world.stack.clock().clone();
    Parts { world, settings, wire, clock }
}

/// The functions behind the gateway and the function URL, each with its event.
async fn behind_the_gateway(parts: &Parts) -> Vec<(Value, Router)> {
    let Parts { settings, wire, clock, .. } = parts;
    let (wire, clock) = (|| wire.clone(), || clock.clone());
    let catalog = catalog::build(settings, wire(), clock()).await.unwrap();
    vec![
        (event("catalog-http.json"), catalog.clone()),
        (event("catalog-put-offer-http.json"), catalog),
        (event("checkout-http.json"), checkout::build(settings, wire(), clock()).await.unwrap()),
        (event("success-http.json"), success::build(settings, wire(), clock()).await.unwrap()),
        (event("webhook-function-url.json"), webhook::build(settings, wire(), clock()).await.unwrap()),
        (event("refund-http.json"), refund::build(settings, wire(), clock()).await.unwrap()),
        (event("booking-http.json"), booking::build(settings, wire(), clock()).await.unwrap()),
        (event("orders-http.json"), orders::build(settings, wire(), clock()).await.unwrap()),
    ]
}

/// The same request in the gateway's first version, which no function is wired for.
fn first_version(event: &Value) -> Value {
    let context = &event["requestContext"];
    json!({
        "resource": event["rawPath"], "path": event["rawPath"], "httpMethod": context["http"]["method"], "headers": event["headers"],
        "multiValueHeaders": {}, "queryStringParameters": null, "multiValueQueryStringParameters": null, "pathParameters": null,
        "stageVariables": null, "body": event["body"], "isBase64Encoded": event["isBase64Encoded"],
        "requestContext": {
            "accountId": context["accountId"], "apiId": context["apiId"], "httpMethod": context["http"]["method"], "path": event["rawPath"],
            "stage": "$default", "requestId": context["requestId"], "requestTimeEpoch": context["timeEpoch"], "resourcePath": event["rawPath"],
            "identity": { "sourceIp": context["http"]["sourceIp"], "userAgent": null },
        },
    })
}

/// An event whose address, headers or body a client has written oddly.
fn written_by_a_client(event: Value) -> impl Strategy<Value = Changed> {
    let places = vec![
        "/rawPath",
        "/rawQueryString",
        "/headers/host",
        "/headers/x-forwarded-proto",
        "/body",
        "/cookies",
        "/headers/accept",
    ];
    (select(places), odd_text(), Just(event), proptest::bool::ANY).prop_map(|(place, text, mut event, encoded)| {
        let (parent, name) = place.rsplit_once('/').unwrap();
        let value = if place == "/cookies" { json!([text]) } else { json!(text) };
        event.pointer_mut(parent).unwrap()[name] = value;
        event["isBase64Encoded"] = json!(encoded);
        Changed { bytes: event.to_string().into_bytes(), at: None }
    })
}

#[test]
fn no_request_through_the_gateway_ends_a_function() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (parts, functions) = runtime.block_on(async {
        let parts = parts().await;
        let functions = behind_the_gateway(&parts).await;
        (parts, functions)
    });
    for (event, router) in functions {
        let counts = std::cell::Cell::new((0_u32, 0_u32));
        let events = prop_oneof![2 => changed(vec![event.clone()]), 2 => written_by_a_client(event.clone()), 1 => changed(vec![first_version(&event)])];
        let result = runner(120).run(&events, |sent| {
            let text = String::from_utf8_lossy(&sent.bytes).into_owned();
            let Ok(payload) = serde_json::from_slice::<LambdaRequest>(&sent.bytes) else {
                counts.set((counts.get().0, counts.get().1 + 1));
                return Ok(());
            };
            // The first version names its method elsewhere.
            prop_assert!(
                sent.json().is_some_and(|event| event["requestContext"]["http"].is_object()),
                "not of the second version: {text}"
            );
            let answer = runtime.block_on(web::lambda::answer(router.clone(), LambdaEvent::new(payload, context())));
            let answer = serde_json::to_value(answer.unwrap_or_else(|never| match never {}));
            let Ok(answer) = answer else {
                return Err(proptest::test_runner::TestCaseError::fail(format!("no answer: {text}")));
            };
            let status = answer["statusCode"].as_u64().unwrap();
            prop_assert!((200..500).contains(&status), "{answer}: {text}");
            let kind = answer["headers"]["content-type"]
                .as_str()
                .or_else(|| answer["multiValueHeaders"]["content-type"][0].as_str());
            prop_assert!(status < 400 || kind == Some("application/problem+json"), "{answer}: {text}");
            counts.set((counts.get().0 + 1, counts.get().1));
            Ok(())
        });
        result.unwrap();
        let (answered, none) = counts.get();
        assert!(answered > 20 && none > 5, "{answered} answered, {none} were no events: {}", event["routeKey"]);
    }
    runtime.block_on(async {
        parts.world.settle().await;
        parts.world.finish().await;
    });
}

#[test]
fn the_sweeper_runs_for_its_schedule_and_for_who_knows_its_secret() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (parts, cleanup) = runtime.block_on(async {
        let parts = parts().await;
        let cleanup = cleanup::build(&parts.settings, parts.wire.clone(), parts.clock.clone()).await.unwrap();
        (parts, cleanup)
    });
    let (schedule, http) = (event("cleanup-schedule.json"), event("cleanup-http.json"));
    let mut known = http.clone();
    known["headers"]["authorization"] = json!("Bearer cron-local");
    let events = prop_oneof![
        changed(vec![schedule]).prop_map(|event| (event, true)),
        changed(vec![http.clone(), known.clone(), first_version(&known)]).prop_map(|event| (event, false)),
        written_by_a_client(http).prop_map(|event| (event, false)),
    ];
    let runs = std::cell::Cell::new((0_u32, 0_u32));
    let result = runner(300).run(&events, |(sent, scheduled)| {
        let text = String::from_utf8_lossy(&sent.bytes).into_owned();
        let Some(payload) = sent.json() else { return Ok(()) };
        let handled = runtime.block_on(cleanup.handle(LambdaEvent::new(payload.clone(), context())));
        let Ok(answer) = handled else { return Ok(()) };
        let (by_time, by_hand) = runs.get();
        if answer["statusCode"].is_null() {
            prop_assert!(scheduled, "a request was taken for the schedule: {text}");
            prop_assert!(answer["done"].is_u64(), "{answer}: {text}");
            runs.set((by_time + 1, by_hand));
        } else {
            let status = answer["statusCode"].as_u64().unwrap();
            prop_assert!(status < 500, "{answer}: {text}");
            if status == 200 {
                let bearer = payload["headers"]["authorization"].as_str().unwrap_or_default();
                prop_assert_eq!(
                    bearer.trim().split_once(' ').map(|(_, secret)| secret.trim()),
                    Some("cron-local"),
                    "{}",
                    text
                );
                runs.set((by_time, by_hand + 1));
            }
        }
        Ok(())
    });
    result.unwrap();
    let (by_time, by_hand) = runs.get();
    assert!(by_time > 10 && by_hand > 5, "{by_time} runs by schedule, {by_hand} by hand");
    runtime.block_on(parts.world.finish());
}

#[test]
fn of_a_batch_each_message_that_cannot_be_read_is_named_and_no_other() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (parts, notify, worker) = runtime.block_on(async {
        let parts = parts().await;
        let notify = notify::build(&parts.settings, parts.wire.clone(), parts.clock.clone()).await.unwrap();
        let worker = worker::build(&parts.settings, parts.wire.clone(), parts.clock.clone()).await.unwrap();
        (parts, notify, worker)
    });
    let events = prop_oneof![
        changed(vec![event("notify-queue.json")]).prop_map(|event| (event, true)),
        changed(vec![event("worker-queue.json")]).prop_map(|event| (event, false)),
    ];
    let handled = std::cell::Cell::new(0_u32);
    let result = runner(300).run(&events, |(sent, to_notify)| {
        let text = String::from_utf8_lossy(&sent.bytes).into_owned();
        let Ok(batch) = serde_json::from_slice::<aws_lambda_events::event::sqs::SqsEvent>(&sent.bytes) else {
            return Ok(());
        };
        let response = runtime.block_on(async {
            if to_notify { notify.handle(batch.clone()).await } else { Box::pin(worker.handle(batch.clone())).await }
        });
        let failed: Vec<_> =
            response.batch_item_failures.iter().map(|failure| failure.item_identifier.as_str()).collect();
        let names: Vec<_> =
            batch.records.iter().map(|message| message.message_id.as_deref().unwrap_or_default()).collect();
        prop_assert!(failed.iter().all(|name| names.contains(name)), "{failed:?} of {names:?}: {text}");
        for message in &batch.records {
            let body: Option<Value> = message.body.as_deref().and_then(|body| serde_json::from_str(body).ok());
            let name = message.message_id.as_deref().unwrap_or_default();
            if !body.is_some_and(|body| body.is_object()) {
                prop_assert!(failed.contains(&name), "{name} is not named: {text}");
            }
        }
        handled.set(handled.get() + 1);
        Ok(())
    });
    result.unwrap();
    assert!(handled.get() > 50, "{}", handled.get());
    runtime.block_on(parts.world.finish());
}
