use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem};
use bytes::Bytes;

use super::{AwsSettings, dynamodb, secrets_manager, ses, sqs};
use crate::{
    settings::Settings,
    wire::{Wire, WireError, WireFuture},
};

type Script = fn(usize) -> Result<(u16, &'static str), WireError>;

/// Answers the n-th call as a script says and keeps what was sent.
#[derive(Debug)]
struct Scripted {
    script: Script,
    calls: AtomicUsize,
    sent: Mutex<Vec<http::Request<Bytes>>>,
}

impl Scripted {
    fn new(script: Script) -> Arc<Self> {
        Arc::new(Self { script, calls: AtomicUsize::new(0), sent: Mutex::new(Vec::new()) })
    }

    fn sent(&self) -> Vec<http::Request<Bytes>> {
        self.sent.lock().expect("no panic").clone()
    }
}

impl Wire for Scripted {
    fn send(&self, request: http::Request<Bytes>) -> WireFuture {
        self.sent.lock().expect("no panic").push(request);
        let answer = (self.script)(self.calls.fetch_add(1, Ordering::SeqCst));
        Box::pin(async move {
            let (status, body) = answer?;
            Ok(http::Response::builder().status(status).body(Bytes::from(body)).expect("an answer"))
        })
    }
}

fn put() -> TransactWriteItem {
    let put = Put::builder().table_name("holdfast").item("pk", AttributeValue::S("x".into())).build().expect("a put");
    TransactWriteItem::builder().put(put).build()
}

#[tokio::test(start_paused = true)]
async fn lost_transactions_are_repeated_with_the_same_token() {
    let wire = Scripted::new(|n| match n {
        0 => Err(WireError::Lost("gone".into())),
        1 => Ok((500, "{}")),
        _ => Ok((200, "{}")),
    });
    let client = dynamodb(&AwsSettings::local(), wire.clone());
    client.transact_write_items().transact_items(put()).send().await.expect("third time lucky");
    let tokens: Vec<String> = wire
        .sent()
        .iter()
        .map(|request| {
            serde_json::from_slice::<serde_json::Value>(request.body()).expect("JSON")["ClientRequestToken"].to_string()
        })
        .collect();
    assert_eq!(tokens.len(), 3);
    assert!(tokens[0].len() > 10 && tokens.iter().all(|token| *token == tokens[0]), "{tokens:?}");
}

#[tokio::test(start_paused = true)]
async fn canceled_transactions_and_failed_conditions_are_answers() {
    let canceled = Scripted::new(|_| {
        Ok((
            400,
            r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","CancellationReasons":[{"Code":"TransactionConflict"}]}"#,
        ))
    });
    let error = dynamodb(&AwsSettings::local(), canceled.clone())
        .transact_write_items()
        .transact_items(put())
        .send()
        .await
        .expect_err("canceled");
    assert!(error.into_service_error().is_transaction_canceled_exception());
    assert_eq!(canceled.sent().len(), 1);

    let failed = Scripted::new(|_| {
        Ok((400, r#"{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"}"#))
    });
    let client = dynamodb(&AwsSettings::local(), failed.clone());
    let error = client
        .put_item()
        .table_name("holdfast")
        .item("pk", AttributeValue::S("x".into()))
        .send()
        .await
        .expect_err("failed");
    assert!(error.into_service_error().is_conditional_check_failed_exception());
    assert_eq!(failed.sent().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn three_tries_and_no_more() {
    let wire = Scripted::new(|_| Err(WireError::Refused("closed".into())));
    let client = sqs(&AwsSettings::local(), wire.clone());
    let error =
        client.send_message().queue_url("http://127.0.0.1:1/q").message_body("x").send().await.expect_err("refused");
    assert!(matches!(error, aws_sdk_sqs::error::SdkError::DispatchFailure(failure) if failure.is_io()));
    assert_eq!(wire.sent().len(), 3);
}

#[derive(Debug)]
struct Silent;

impl Wire for Silent {
    fn send(&self, _: http::Request<Bytes>) -> WireFuture {
        Box::pin(std::future::pending())
    }
}

#[tokio::test(start_paused = true)]
async fn silence_ends_within_the_limit() {
    let before = tokio::time::Instant::now();
    let error = dynamodb(&AwsSettings::local(), Arc::new(Silent)).list_tables().send().await.expect_err("silence");
    assert!(matches!(error, aws_sdk_dynamodb::error::SdkError::TimeoutError(_)));
    assert!(before.elapsed() <= super::OPERATION, "{:?}", before.elapsed());
}

#[tokio::test]
async fn requests_go_to_the_configured_endpoint() {
    let wire = Scripted::new(|_| Ok((200, "{}")));
    let settings = Settings::of([
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "drop_webhooks"),
        ("AWS_SESSION_TOKEN", "token"),
        ("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:9324"),
    ]);
    let settings = AwsSettings::parse(&settings).expect("settings");
    assert!(!format!("{settings:?}").contains("drop_webhooks"));
    let _ = dynamodb(&settings, wire.clone()).list_tables().send().await;
    let _ = sqs(&settings, wire.clone()).list_queues().send().await;
    let _ = secrets_manager(&settings, wire.clone()).get_secret_value().secret_id("s").send().await;
    let _ = ses(&settings, wire.clone()).get_account().send().await;
    let hosts: Vec<_> = wire.sent().iter().map(|request| request.uri().authority().map(ToString::to_string)).collect();
    let expected = [
        "dynamodb.eu-west-1.amazonaws.com",
        "127.0.0.1:9324",
        "secretsmanager.eu-west-1.amazonaws.com",
        "email.eu-west-1.amazonaws.com",
    ];
    assert_eq!(hosts, expected.map(|host| Some(host.to_owned())));
    for request in wire.sent() {
        let authorization = request.headers()["authorization"].to_str().expect("text");
        assert!(authorization.contains("AKIDEXAMPLE/") && authorization.contains("eu-west-1"), "{authorization}");
        assert_eq!(request.headers()["x-amz-security-token"], "token");
    }
}

#[test]
fn a_missing_key_is_named() {
    let error = AwsSettings::parse(&Settings::of([("AWS_REGION", "eu-west-1")])).expect_err("no key");
    assert!(error.to_string().contains("AWS_ACCESS_KEY_ID"), "{error}");
}
