//! All of AWS that the system uses, as the template declares it, behind one wire.

use std::{fs, path::Path, sync::Arc};

use aws_sdk_dynamodb::{
    error::DisplayErrorContext, operation::create_table::CreateTableInput, types::TableDescription,
};
use bytes::Bytes;
use runtime::{
    Clock, SharedWire, Wire, WireError, WireFuture,
    aws::{AwsSettings, dynamodb},
};

use crate::{
    bucket::{self, EmbeddedBucket},
    error::CloudError,
    mailbox::{self, Mailbox},
    queue::{EmbeddedQueue, QueueUrls},
    secrets::EmbeddedSecrets,
    table::{EmbeddedTable, TableError},
    template::{TableSpec, Template},
};

/// The table's name on this machine. In the cloud CloudFormation chooses one.
const TABLE_NAME: &str = "holdfast";

/// The embedded services. As a [`Wire`] it hands each request to the service that it is meant for. Clones share them.
#[derive(Debug, Clone)]
pub struct LocalCloud {
    /// DynamoDB, with the template's table.
    pub table: EmbeddedTable,
    /// SQS, with the template's queues.
    pub queue: EmbeddedQueue,
    /// Secrets Manager, empty at first.
    pub secrets: EmbeddedSecrets,
    /// SES.
    pub mailbox: Mailbox,
    /// S3, with one bucket, in memory.
    pub bucket: EmbeddedBucket,
    clock: Clock,
    queue_urls: QueueUrls,
    work_urls: QueueUrls,
}

impl LocalCloud {
    /// Starts the services and creates what the template declares. With `data`, table and mails are kept in that
    /// directory; messages and secrets are always in memory, as what is due is written in the table too.
    ///
    /// # Errors
    /// If the directory cannot be used, or was made with another template.
    pub async fn start(template: &Template, clock: Clock, data: Option<&Path>) -> Result<Self, CloudError> {
        let (table, mailbox) = match data {
            Some(directory) => {
                fs::create_dir_all(directory)
                    .map_err(|source| CloudError::File { path: directory.display().to_string(), source })?;
                let table = EmbeddedTable::open(&directory.join("table.sqlite"))?;
                (table, Mailbox::open(&directory.join("mail.jsonl"), clock.clone())?)
            }
            None => (EmbeddedTable::memory()?, Mailbox::memory(clock.clone())),
        };
        create_table(&table, &template.table).await?;
        let queue = EmbeddedQueue::new();
        let queue_urls = queue.create(&template.queue).await?;
        let work_urls = queue.create(&template.work).await?;
        let bucket = EmbeddedBucket::new(clock.clone());
        Ok(Self { table, queue, secrets: EmbeddedSecrets::new(), mailbox, bucket, clock, queue_urls, work_urls })
    }

    /// What the functions know as `TABLE_NAME`.
    #[must_use]
    pub fn table_name(&self) -> &str {
        TABLE_NAME
    }

    /// The queue, which the functions know as `QUEUE_URL`, and its dead-letter queue.
    #[must_use]
    pub fn queue_urls(&self) -> &QueueUrls {
        &self.queue_urls
    }

    /// The queue of long jobs, which the functions know as `WORK_QUEUE_URL`, and its dead-letter queue.
    #[must_use]
    pub fn work_urls(&self) -> &QueueUrls {
        &self.work_urls
    }

    /// Deletes from the table what has expired by the clock, and says how many items that were.
    ///
    /// # Errors
    /// If the table refuses.
    pub fn sweep_ttl(&self) -> Result<usize, TableError> {
        self.table.sweep_ttl(TABLE_NAME, self.clock.now())
    }

    /// Whether the request is one for these services.
    #[must_use]
    pub fn serves(&self, request: &http::Request<Bytes>) -> bool {
        self.service(request).is_some()
    }

    /// The service is told by the protocol rather than by the host, so that endpoints can be whatever a client was given.
    fn service(&self, request: &http::Request<Bytes>) -> Option<&dyn Wire> {
        let target = request.headers().get("x-amz-target").and_then(|value| value.to_str().ok());
        match target.and_then(|target| target.split_once('.')) {
            Some(("DynamoDB_20120810", _)) => Some(&self.table),
            Some(("AmazonSQS", _)) => Some(&self.queue),
            Some(("secretsmanager", _)) => Some(&self.secrets),
            None if mailbox::is_path(request.uri().path()) => Some(&self.mailbox),
            None if bucket::is_signed(request.uri()) => Some(&self.bucket),
            _ => None,
        }
    }
}

impl Wire for LocalCloud {
    fn send(&self, request: http::Request<Bytes>) -> WireFuture {
        match self.service(&request) {
            Some(service) => service.send(request),
            None => {
                let error = format!("the local cloud has no service for {}", request.uri());
                Box::pin(async move { Err(WireError::Refused(error)) })
            }
        }
    }
}

/// Creates the table, or checks that it is there in the right form.
async fn create_table(table: &EmbeddedTable, spec: &TableSpec) -> Result<(), CloudError> {
    let refused = |operation: &str, answer: String| CloudError::Refused { operation: operation.to_owned(), answer };
    let wire: SharedWire = Arc::new(table.clone());
    let client = dynamodb(&AwsSettings::local(), wire);
    let input = spec.create_table_input(TABLE_NAME).map_err(|error| refused("CreateTable", error.to_string()))?;

    let existing = client.describe_table().table_name(TABLE_NAME).send().await;
    if let Some(existing) = existing.ok().and_then(|answer| answer.table) {
        return if is_like(&existing, &input) { Ok(()) } else { Err(CloudError::Outdated) };
    }
    client
        .create_table()
        .set_table_name(input.table_name)
        .set_billing_mode(input.billing_mode)
        .set_attribute_definitions(input.attribute_definitions)
        .set_key_schema(input.key_schema)
        .set_global_secondary_indexes(input.global_secondary_indexes)
        .send()
        .await
        .map_err(|error| refused("CreateTable", DisplayErrorContext(error).to_string()))?;
    let input = spec.time_to_live_input(TABLE_NAME).map_err(|error| refused("UpdateTimeToLive", error.to_string()))?;
    client
        .update_time_to_live()
        .set_table_name(input.table_name)
        .set_time_to_live_specification(input.time_to_live_specification)
        .send()
        .await
        .map_err(|error| refused("UpdateTimeToLive", DisplayErrorContext(error).to_string()))?;
    Ok(())
}

/// Whether a table has the keys and indexes that it would be created with.
fn is_like(existing: &TableDescription, expected: &CreateTableInput) -> bool {
    let indexes = existing.global_secondary_indexes();
    existing.key_schema() == expected.key_schema()
        && indexes.len() == expected.global_secondary_indexes().len()
        && expected.global_secondary_indexes().iter().all(|index| {
            indexes.iter().any(|found| {
                found.index_name() == Some(index.index_name())
                    && found.key_schema() == index.key_schema()
                    && found.projection() == index.projection()
            })
        })
}

#[cfg(test)]
mod tests;
