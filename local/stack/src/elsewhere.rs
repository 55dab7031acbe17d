//! Real services in the place of embedded ones: where they are, and that they have what the template declares.

use std::collections::HashSet;

use aws_sdk_dynamodb::error::DisplayErrorContext;
use cloud_stand_ins::template::{QueueSpec, Template};
use http::uri::Authority;
use runtime::{AwsSettings, SharedWire, aws};
use serde_json::json;

use crate::{options::StackError, settings::LocalSettings, wire::authority};

const DYNAMODB: &str = "AWS_ENDPOINT_URL_DYNAMODB";
const SQS: &str = "AWS_ENDPOINT_URL_SQS";

/// Whom requests are for that must leave the process.
pub(crate) fn authorities(settings: &LocalSettings) -> HashSet<Authority> {
    let names = [DYNAMODB, SQS, "AWS_ENDPOINT_URL_SECRETS_MANAGER", "AWS_ENDPOINT_URL_SESV2"];
    names.into_iter().filter_map(|name| settings.get(name)).filter_map(authority).collect()
}

/// Creates table and queues at the services that were put into the place of ours, unless they are there.
pub(crate) async fn prepare(
    settings: &mut LocalSettings,
    template: &Template,
    wire: &SharedWire,
) -> Result<(), StackError> {
    if settings.get(DYNAMODB).is_some() {
        let result = create_table(settings, template, wire.clone()).await;
        result.map_err(|reason| StackError::Elsewhere { setting: DYNAMODB, reason })?;
    }
    if settings.get(SQS).is_some() {
        for (name, queue) in [("QUEUE_URL", &template.queue), ("WORK_QUEUE_URL", &template.work)] {
            let result = create_queues(settings, queue, wire.clone()).await;
            let url = result.map_err(|reason| StackError::Elsewhere { setting: SQS, reason })?;
            settings.set(name, url);
        }
    }
    Ok(())
}

async fn create_table(settings: &LocalSettings, template: &Template, wire: SharedWire) -> Result<(), String> {
    let settings = settings.all();
    let name = settings.required("TABLE_NAME").map_err(|error| error.to_string())?;
    let client = aws::dynamodb(&AwsSettings::parse(&settings).map_err(|error| error.to_string())?, wire);
    match client.describe_table().table_name(&name).send().await {
        Ok(_) => return Ok(()),
        Err(error) if error.as_service_error().is_some_and(|error| error.is_resource_not_found_exception()) => {}
        Err(error) => return Err(DisplayErrorContext(error).to_string()),
    }
    let input = template.table.create_table_input(&name).map_err(|error| error.to_string())?;
    client
        .create_table()
        .set_table_name(input.table_name)
        .set_billing_mode(input.billing_mode)
        .set_attribute_definitions(input.attribute_definitions)
        .set_key_schema(input.key_schema)
        .set_global_secondary_indexes(input.global_secondary_indexes)
        .send()
        .await
        .map(drop)
        .map_err(|error| DisplayErrorContext(error).to_string())
}

/// Creates the queue with its dead letters, which does nothing where they are, and says where the queue is.
async fn create_queues(settings: &LocalSettings, spec: &QueueSpec, wire: SharedWire) -> Result<String, String> {
    let parsed = AwsSettings::parse(&settings.all()).map_err(|error| error.to_string())?;
    let client = aws::sqs(&parsed, wire);
    let failed = |what: &str, error: String| format!("{what}: {error}");
    let made = client.create_queue().queue_name(&spec.dead_letter_name).send().await;
    let made = made.map_err(|error| failed("creating the dead letters", DisplayErrorContext(error).to_string()))?;
    let dead_letters = made.queue_url.unwrap_or_default();
    let arn = aws_sdk_sqs::types::QueueAttributeName::QueueArn;
    let read = client.get_queue_attributes().queue_url(dead_letters).attribute_names(arn.clone()).send().await;
    let read = read.map_err(|error| failed("reading the dead letters", DisplayErrorContext(error).to_string()))?;
    let target = read.attributes.and_then(|mut attributes| attributes.remove(&arn)).unwrap_or_default();
    let redrive = json!({ "deadLetterTargetArn": target, "maxReceiveCount": spec.max_receive_count });
    let made = client
        .create_queue()
        .queue_name(&spec.name)
        .attributes(aws_sdk_sqs::types::QueueAttributeName::VisibilityTimeout, spec.visibility_seconds.to_string())
        .attributes(aws_sdk_sqs::types::QueueAttributeName::RedrivePolicy, redrive.to_string())
        .send()
        .await
        .map_err(|error| failed("creating the queue", DisplayErrorContext(error).to_string()))?;
    made.queue_url.ok_or_else(|| "the queue has no address".to_owned())
}
