//! DynamoDB inside the process.

use std::{
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

use bytes::Bytes;
use dynoxide::{Database, DynoxideError};
use http::StatusCode;
use jiff::Timestamp;
use runtime::{Wire, WireError, WireFuture};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{
    recovery::Recovery,
    tokens::{Replay, Tokens, request_hash, take_token},
};

const TARGET_PREFIX: &str = "DynamoDB_20120810.";
/// Items that one page of the sweep of expired items reads. Without a limit the database reads all the rest of the table for
/// each page, under its lock; requests wait no longer than one such page.
const TTL_PAGE: u32 = 500;

/// Why the table cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The database refused, or its file cannot be used.
    #[error("embedded table: {0}")]
    Database(String),
    /// An answer of the database has not the shape that DynamoDB's has.
    #[error("embedded table: unexpected answer: {0}")]
    Answer(#[from] serde_json::Error),
    /// The path of the file is not text.
    #[error("the path {0} is not UTF-8")]
    Path(String),
}

impl From<DynoxideError> for TableError {
    fn from(error: DynoxideError) -> Self {
        Self::Database(error.to_string())
    }
}

/// A DynamoDB that lives in this process, on SQLite, in memory or in a file. Clones share it.
#[derive(Clone)]
pub struct EmbeddedTable {
    database: Database,
    recovery: Recovery,
    tokens: Tokens,
}

impl std::fmt::Debug for EmbeddedTable {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("EmbeddedTable").finish_non_exhaustive()
    }
}

impl EmbeddedTable {
    /// An empty database in memory.
    ///
    /// # Errors
    /// If SQLite cannot start.
    pub fn memory() -> Result<Self, TableError> {
        Ok(Self { database: Database::memory()?, recovery: Recovery::default(), tokens: Tokens::default() })
    }

    /// The database in the given file, which is made if it is not there.
    ///
    /// # Errors
    /// If the file cannot be used.
    pub fn open(path: &Path) -> Result<Self, TableError> {
        let text = path.to_str().ok_or_else(|| TableError::Path(path.display().to_string()))?;
        Ok(Self { database: Database::new(text)?, recovery: Recovery::default(), tokens: Tokens::default() })
    }

    /// Serves the same database over HTTP, for clients that want a socket, until the future is dropped.
    pub async fn serve(&self, listener: tokio::net::TcpListener) {
        dynoxide::server::serve_on(listener, self.database.clone()).await;
    }

    /// Answers one request of DynamoDB's JSON protocol.
    #[must_use]
    pub fn answer(&self, target: &str, body: &[u8]) -> http::Response<Bytes> {
        let Some(operation) = target.strip_prefix(TARGET_PREFIX) else {
            return unknown_operation();
        };
        let database = &self.database;
        let outcome = match operation {
            "CreateTable" => call(body, |input| database.create_table(input)),
            "DeleteTable" => call(body, |input| database.delete_table(input)),
            "DescribeTable" => call(body, |input| database.describe_table(input)),
            "UpdateTable" => call(body, |input| database.update_table(input)),
            "TagResource" => call(body, |input| database.tag_resource(input)),
            "ListTagsOfResource" => call(body, |input| database.list_tags_of_resource(input)),
            "DescribeContinuousBackups" => call(body, |input| self.recovery.describe(&input)),
            "UpdateContinuousBackups" => call(body, |input| self.recovery.update(&input)),
            "ListTables" => call(body, |input| database.list_tables(input)),
            "UpdateTimeToLive" => call(body, |input| database.update_time_to_live(input)),
            "DescribeTimeToLive" => call(body, |input| database.describe_time_to_live(input)),
            "GetItem" => call(body, |input| database.get_item(input)),
            "PutItem" => call(body, |input| database.put_item(input)),
            "UpdateItem" => call(body, |input| database.update_item(input)),
            "DeleteItem" => call(body, |input| database.delete_item(input)),
            "BatchGetItem" => call(body, |input| database.batch_get_item(input)),
            "BatchWriteItem" => call(body, |input| database.batch_write_item(input)),
            "Query" => call(body, |input| database.query(input)),
            "Scan" => call(body, |input| database.scan(input)),
            "TransactGetItems" => call(body, |input| database.transact_get_items(input)),
            "TransactWriteItems" => self.transact(body),
            _ => return unknown_operation(),
        };
        match outcome {
            Ok(body) => response(StatusCode::OK, body),
            Err(error) => response(
                StatusCode::from_u16(error.status_code()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
                error.to_json().into_bytes(),
            ),
        }
    }

    /// Writes a transaction; with a token once.
    fn transact(&self, body: &[u8]) -> dynoxide::Result<Vec<u8>> {
        let run = |transaction: Value| call_with(transaction, |input| self.database.transact_write_items(input));
        let mut transaction: Value = read(body)?;
        let Some(token) = take_token(&mut transaction) else { return run(transaction) };
        let request = request_hash(&transaction["TransactItems"]);
        match self.tokens.once(&token, request, || run(transaction)) {
            Replay::Answer(answer) => Ok(answer.into()),
            Replay::Mismatch => Err(DynoxideError::IdempotentParameterMismatchException(
                "The token was used for another transaction".to_owned(),
            )),
            Replay::Failed(error) => Err(error),
        }
    }

    /// Deletes what has expired by `now`, as DynamoDB does some time later, and says how many items that were.
    ///
    /// The database has a sweep of its own, but with a file it follows the system's clock only, not one that is moved.
    ///
    /// # Errors
    /// If the database refuses.
    pub fn sweep_ttl(&self, table: &str, now: Timestamp) -> Result<usize, TableError> {
        let described: Value = self.ask("DescribeTimeToLive", &json!({ "TableName": table }))?;
        let Some(attribute) = described["TimeToLiveDescription"]["AttributeName"].as_str() else {
            return Ok(0);
        };
        // DynamoDB leaves alone what expired more than five years ago: that is more likely a mistake.
        let names = json!({ "#ttl": attribute });
        let expired = "#ttl <= :now AND #ttl > :too_old";
        let values = json!({
            ":now": { "N": now.as_second().to_string() },
            ":too_old": { "N": now.as_second().saturating_sub(5 * 365 * 86_400).to_string() },
        });
        let mut deleted = 0;
        let mut start = Value::Null;
        loop {
            let mut scan = json!({
                "TableName": table,
                "Limit": TTL_PAGE,
                "FilterExpression": expired,
                "ProjectionExpression": "pk, sk",
                "ExpressionAttributeNames": names,
                "ExpressionAttributeValues": values,
            });
            if !start.is_null() {
                scan["ExclusiveStartKey"] = start;
            }
            let page: Value = self.ask("Scan", &scan)?;
            for key in page["Items"].as_array().into_iter().flatten() {
                // The condition is checked again, in case another write gave the item a longer life meanwhile.
                let delete = json!({
                    "TableName": table,
                    "Key": key,
                    "ConditionExpression": expired,
                    "ExpressionAttributeNames": names,
                    "ExpressionAttributeValues": values,
                });
                let target = format!("{TARGET_PREFIX}DeleteItem");
                if self.answer(&target, &serde_json::to_vec(&delete)?).status().is_success() {
                    deleted += 1;
                }
            }
            start = page["LastEvaluatedKey"].clone();
            if start.is_null() {
                return Ok(deleted);
            }
        }
    }

    fn ask<T: DeserializeOwned>(&self, operation: &str, input: &Value) -> Result<T, TableError> {
        let answer = self.answer(&format!("{TARGET_PREFIX}{operation}"), &serde_json::to_vec(input)?);
        if answer.status().is_success() {
            Ok(serde_json::from_slice(answer.body())?)
        } else {
            Err(TableError::Database(String::from_utf8_lossy(answer.body()).into_owned()))
        }
    }
}

impl Wire for EmbeddedTable {
    /// The call runs on the caller's thread: it takes tenths of a millisecond, the database serves one call at a time
    /// anyway, and time that a test has paused stays paused. The two pauses let other tasks run between two
    /// calls of one, as a network would; without them, tasks on one thread would never interleave.
    fn send(&self, request: http::Request<Bytes>) -> WireFuture {
        let table = self.clone();
        Box::pin(async move {
            tokio::task::yield_now().await;
            let target = request.headers().get("x-amz-target").and_then(|value| value.to_str().ok());
            let answer = table.answer(target.unwrap_or_default(), request.body());
            tokio::task::yield_now().await;
            Ok::<_, WireError>(answer)
        })
    }
}

/// Reads the input, calls, writes the output.
fn call<Input: DeserializeOwned, Output: Serialize>(
    body: &[u8],
    operation: impl FnOnce(Input) -> dynoxide::Result<Output>,
) -> dynoxide::Result<Vec<u8>> {
    write(&operation(read(body)?)?)
}

fn call_with<Input: DeserializeOwned, Output: Serialize>(
    input: Value,
    operation: impl FnOnce(Input) -> dynoxide::Result<Output>,
) -> dynoxide::Result<Vec<u8>> {
    let input =
        serde_json::from_value(input).map_err(|error| DynoxideError::SerializationException(error.to_string()))?;
    write(&operation(input)?)
}

fn read<T: DeserializeOwned>(body: &[u8]) -> dynoxide::Result<T> {
    serde_json::from_slice(body).map_err(|error| DynoxideError::SerializationException(error.to_string()))
}

fn write<T: Serialize>(output: &T) -> dynoxide::Result<Vec<u8>> {
    serde_json::to_vec(output).map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}

fn unknown_operation() -> http::Response<Bytes> {
    let body = json!({ "__type": "com.amazon.coral.service#UnknownOperationException" });
    response(StatusCode::BAD_REQUEST, body.to_string().into_bytes())
}

fn response(status: StatusCode, body: Vec<u8>) -> http::Response<Bytes> {
    static NUMBER: AtomicU64 = AtomicU64::new(1);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let mut response = http::Response::new(Bytes::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert("content-type", http::HeaderValue::from_static("application/x-amz-json-1.0"));
    headers.insert("x-amzn-requestid", http::HeaderValue::from(number));
    response
}
