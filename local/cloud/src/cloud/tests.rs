#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{collections::HashMap, sync::Arc};

use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, ConditionCheck, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update},
};
use runtime::{
    Clock, SharedWire,
    aws::{AwsSettings, dynamodb, secrets_manager, ses, sqs},
};

use super::{LocalCloud, TABLE_NAME};
use crate::{CloudError, MailFault, template::Template};

async fn cloud() -> LocalCloud {
    LocalCloud::start(&Template::embedded().unwrap(), Clock::new(), None).await.unwrap()
}

fn wire(cloud: &LocalCloud) -> SharedWire {
    Arc::new(cloud.clone())
}

fn table(cloud: &LocalCloud) -> Client {
    dynamodb(&AwsSettings::local(), wire(cloud))
}

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

fn number(value: i64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

fn item(pk: &str, more: &[(&str, AttributeValue)]) -> HashMap<String, AttributeValue> {
    let mut item: HashMap<_, _> = more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    item.insert("pk".to_owned(), text(pk));
    item.insert("sk".to_owned(), text("META"));
    item
}

async fn put(client: &Client, pk: &str, more: &[(&str, AttributeValue)]) {
    client.put_item().table_name(TABLE_NAME).set_item(Some(item(pk, more))).send().await.unwrap();
}

async fn exists(client: &Client, pk: &str) -> bool {
    let answer = client
        .get_item()
        .table_name(TABLE_NAME)
        .set_key(Some(item(pk, &[])))
        .consistent_read(true)
        .send()
        .await
        .unwrap();
    answer.item.is_some()
}

#[tokio::test]
async fn the_table_is_the_templates() {
    let cloud = cloud().await;
    let described = table(&cloud).describe_table().table_name(TABLE_NAME).send().await.unwrap().table.unwrap();
    let mut indexes: Vec<_> =
        described.global_secondary_indexes().iter().map(|index| index.index_name().unwrap().to_owned()).collect();
    indexes.sort();
    assert_eq!(indexes, ["agenda", "by_listing", "by_organization"]);
}

#[tokio::test]
async fn a_condition_that_fails_gives_the_old_item() {
    let cloud = cloud().await;
    let client = table(&cloud);
    put(&client, "a", &[("n", number(1))]).await;
    let error = client
        .put_item()
        .table_name(TABLE_NAME)
        .set_item(Some(item("a", &[])))
        .condition_expression("attribute_not_exists(pk)")
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    assert!(error.is_conditional_check_failed_exception(), "{error:?}");
    let aws_sdk_dynamodb::operation::put_item::PutItemError::ConditionalCheckFailedException(failed) = error else {
        unreachable!()
    };
    assert_eq!(failed.item.unwrap()["n"], number(1));
}

#[tokio::test]
async fn a_transaction_is_all_or_nothing_and_has_its_reasons() {
    let cloud = cloud().await;
    let client = table(&cloud);
    put(&client, "stock", &[("available", number(1))]).await;
    let draw = |quantity: i64| {
        Update::builder()
            .table_name(TABLE_NAME)
            .set_key(Some(item("stock", &[])))
            .update_expression("SET available = available - :q")
            .condition_expression("available >= :q")
            .expression_attribute_values(":q", number(quantity))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .unwrap()
    };
    let order = |pk: &str| Put::builder().table_name(TABLE_NAME).set_item(Some(item(pk, &[]))).build().unwrap();
    let check = ConditionCheck::builder()
        .table_name(TABLE_NAME)
        .set_key(Some(item("gone", &[])))
        .condition_expression("attribute_not_exists(pk)")
        .build()
        .unwrap();
    let place = |quantity, pk: &str| {
        client
            .transact_write_items()
            .transact_items(TransactWriteItem::builder().put(order(pk)).build())
            .transact_items(TransactWriteItem::builder().update(draw(quantity)).build())
            .transact_items(TransactWriteItem::builder().condition_check(check.clone()).build())
            .send()
    };

    let error = place(2, "order-1").await.unwrap_err().into_service_error();
    let aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError::TransactionCanceledException(
        canceled,
    ) = error
    else {
        panic!("{error:?}")
    };
    let codes: Vec<_> = canceled.cancellation_reasons().iter().map(|reason| reason.code().unwrap()).collect();
    assert_eq!(codes, ["None", "ConditionalCheckFailed", "None"]);
    assert_eq!(canceled.cancellation_reasons()[1].item().unwrap()["available"], number(1));
    assert!(!exists(&client, "order-1").await);

    place(1, "order-2").await.unwrap();
    assert!(exists(&client, "order-2").await);
}

#[tokio::test]
async fn the_agenda_is_sparse_and_sorted() {
    let cloud = cloud().await;
    let client = table(&cloud);
    let due = |at| [("agenda_shard", text("3")), ("due_at", number(at)), ("entity", text("order")), ("x", text("y"))];
    put(&client, "late", &due(300)).await;
    put(&client, "early", &due(9)).await;
    put(&client, "future", &due(5_000)).await;
    put(&client, "never", &[]).await;
    let found = client
        .query()
        .table_name(TABLE_NAME)
        .index_name("agenda")
        .key_condition_expression("agenda_shard = :shard AND due_at <= :now")
        .expression_attribute_values(":shard", text("3"))
        .expression_attribute_values(":now", number(1_000))
        .send()
        .await
        .unwrap();
    let keys: Vec<_> = found.items().iter().map(|item| item["pk"].as_s().unwrap().as_str()).collect();
    assert_eq!(keys, ["early", "late"]);
    assert_eq!(found.items()[0]["entity"], text("order"));
    assert!(!found.items()[0].contains_key("x"));
}

#[tokio::test]
async fn what_expires_goes_when_the_clock_moves() {
    let clock = Clock::new();
    let cloud = LocalCloud::start(&Template::embedded().unwrap(), clock.clone(), None).await.unwrap();
    let client = table(&cloud);
    let now = clock.now().as_second();
    // More than one page of the sweep reads.
    for n in 0..1_200 {
        put(&client, &format!("soon-{n}"), &[("ttl", number(now + 3_600))]).await;
    }
    put(&client, "later", &[("ttl", number(now + 7_200))]).await;
    put(&client, "ever", &[]).await;
    assert_eq!(cloud.sweep_ttl().unwrap(), 0);
    clock.advance(3_700);
    assert_eq!(cloud.sweep_ttl().unwrap(), 1_200);
    assert!(!exists(&client, "soon-0").await && !exists(&client, "soon-1199").await);
    assert!(exists(&client, "later").await && exists(&client, "ever").await);
}

#[tokio::test]
async fn data_outlive_the_process() {
    let directory = std::env::temp_dir().join(format!("holdfast-{}", uuid::Uuid::new_v4()));
    let template = Template::embedded().unwrap();
    for _ in 0..2 {
        let cloud = LocalCloud::start(&template, Clock::new(), Some(&directory)).await.unwrap();
        let client = table(&cloud);
        let again = exists(&client, "kept").await;
        put(&client, "kept", &[]).await;
        assert_eq!(cloud.mailbox.mails().len(), usize::from(again));
        send(&cloud, "a@example.com", "Once").await.unwrap();
    }
    let mut other = template.clone();
    other.table.indexes.pop();
    let outdated = LocalCloud::start(&other, Clock::new(), Some(&directory)).await;
    assert!(matches!(outdated, Err(CloudError::Outdated)), "{outdated:?}");
    std::fs::remove_dir_all(&directory).unwrap();
}

#[tokio::test]
async fn the_table_speaks_http_too() {
    let cloud = cloud().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn({
        let table = cloud.table.clone();
        async move { table.serve(listener).await }
    });
    put(&table(&cloud), "a", &[]).await;
    let mut settings = AwsSettings::local();
    settings.endpoints.dynamodb = Some(format!("http://{address}/").parse().unwrap());
    let network: SharedWire = Arc::new(runtime::HyperWire::new().unwrap());
    assert!(exists(&dynamodb(&settings, network), "a").await);
    server.abort();
}

#[tokio::test]
async fn unknown_operations_are_refused() {
    let cloud = cloud().await;
    let error = table(&cloud).list_backups().send().await.unwrap_err();
    assert_eq!(error.raw_response().unwrap().status().as_u16(), 400);
    let stranger = http::Request::get("https://example.com/").body(bytes::Bytes::new()).unwrap();
    assert!(!cloud.serves(&stranger));
}

#[tokio::test(start_paused = true)]
async fn messages_that_fail_five_times_become_dead_letters() {
    let cloud = cloud().await;
    let client = sqs(&AwsSettings::local(), wire(&cloud));
    let urls = cloud.queue_urls();
    client.send_message().queue_url(&urls.queue).message_body("done").send().await.unwrap();
    let received = client.receive_message().queue_url(&urls.queue).send().await.unwrap();
    let message = &received.messages()[0];
    assert_eq!(message.body(), Some("done"));
    client
        .delete_message()
        .queue_url(&urls.queue)
        .receipt_handle(message.receipt_handle().unwrap())
        .send()
        .await
        .unwrap();

    client.send_message().queue_url(&urls.queue).message_body("poison").send().await.unwrap();
    let mut seen = 0;
    for _ in 0..8 {
        let received = client.receive_message().queue_url(&urls.queue).send().await.unwrap();
        seen += received.messages().len();
        tokio::time::advance(std::time::Duration::from_secs(361)).await;
    }
    assert_eq!(seen, 5);
    let dead = client.receive_message().queue_url(&urls.dead_letters).send().await.unwrap();
    assert_eq!(dead.messages()[0].body(), Some("poison"));
}

#[tokio::test]
async fn secrets_are_found_by_arn_and_rotated() {
    let cloud = cloud().await;
    let arn = cloud.secrets.create("stripe", "sk_test_1").await.unwrap();
    let client = secrets_manager(&AwsSettings::local(), wire(&cloud));
    let value = || async { client.get_secret_value().secret_id(&arn).send().await.unwrap().secret_string.unwrap() };
    assert_eq!(value().await, "sk_test_1");
    cloud.secrets.replace(&arn, "sk_test_2").await.unwrap();
    assert_eq!(value().await, "sk_test_2");
    let missing = client.get_secret_value().secret_id("other").send().await.unwrap_err();
    assert!(missing.into_service_error().is_resource_not_found_exception());
    assert!(matches!(cloud.secrets.create("stripe", "x").await, Err(CloudError::Refused { .. })));
}

type SendError = aws_sdk_sesv2::error::SdkError<aws_sdk_sesv2::operation::send_email::SendEmailError>;

async fn send(cloud: &LocalCloud, to: &str, subject: &str) -> Result<String, SendError> {
    use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message};
    let content = |data: &str| Content::builder().data(data).build().unwrap();
    let message = Message::builder()
        .subject(content(subject))
        .body(Body::builder().text(content("Dear Ada")).html(content("<p>Dear Ada")).build())
        .build();
    ses(&AwsSettings::local(), wire(cloud))
        .send_email()
        .from_email_address("Holdfast <tickets@example.com>")
        .destination(Destination::builder().to_addresses(to).build())
        .content(EmailContent::builder().simple(message).build())
        .send()
        .await
        .map(|answer| answer.message_id.unwrap())
}

#[tokio::test(start_paused = true)]
async fn mail_is_kept_and_faults_are_as_those_of_ses() {
    let cloud = cloud().await;
    let id = send(&cloud, "ada@example.com", "Your tickets").await.unwrap();
    let mails = cloud.mailbox.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!((mails[0].to.as_str(), mails[0].subject.as_str()), ("ada@example.com", "Your tickets"));
    assert_eq!((mails[0].text.as_str(), mails[0].html.as_str()), ("Dear Ada", "<p>Dear Ada"));
    assert_eq!(mails[0].message_id, id);

    // The SDK repeats what SES asks it to repeat; three tries are its limit.
    cloud.mailbox.fail_next(MailFault::Throttled, 3);
    let error = send(&cloud, "ada@example.com", "Again").await.unwrap_err();
    assert!(error.into_service_error().is_too_many_requests_exception());
    cloud.mailbox.fail_next(MailFault::Internal, 3);
    let error = send(&cloud, "ada@example.com", "Again").await.unwrap_err();
    assert_eq!(error.raw_response().unwrap().status().as_u16(), 500);
    assert_eq!(cloud.mailbox.mails().len(), 1);
    cloud.mailbox.fail_next(MailFault::LoseAnswer, 1);
    send(&cloud, "ada@example.com", "Again").await.unwrap();
    assert_eq!(cloud.mailbox.mails().len(), 3);
}

#[tokio::test]
async fn mail_that_ses_refuses_is_refused() {
    let cloud = cloud().await;
    let error = send(&cloud, "not an address", "x").await.unwrap_err();
    assert!(error.into_service_error().is_bad_request_exception());
    let error = send(&cloud, "ada@example.com", "x\r\nBcc: all@example.com").await.unwrap_err();
    assert!(error.into_service_error().is_bad_request_exception());
    cloud.mailbox.verify_sender("other@example.com");
    let error = send(&cloud, "ada@example.com", "x").await.unwrap_err();
    assert!(error.into_service_error().is_message_rejected());
    cloud.mailbox.verify_sender("tickets@example.com");
    send(&cloud, "ada@example.com", "x").await.unwrap();
    assert_eq!(cloud.mailbox.mails().len(), 1);
}
