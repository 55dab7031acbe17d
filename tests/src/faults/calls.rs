//! A call's service, operation and items, read from its bytes.

use bytes::Bytes;
use rust_decimal::Decimal;
use serde_json::Value;

use super::items;

/// Who is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Service {
    /// DynamoDB.
    Table,
    /// The stand-in's API.
    Stripe,
    /// SQS.
    Queue,
    /// Secrets Manager.
    Secrets,
    /// SES.
    Mail,
    /// S3.
    Bucket,
    /// The issuer, which publishes the keys of tokens.
    Keys,
}

/// One call outward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outward {
    /// Who is called.
    pub service: Service,
    /// What is asked: AWS' name of the operation, or method and path.
    pub operation: String,
    /// Stripe's idempotency key.
    pub idempotency_key: Option<String>,
    /// DynamoDB's token of a transaction.
    pub token: Option<String>,
    /// Whether it may change something.
    pub writes: bool,
    /// Its capacity units, if [`Faults::measure`](super::Faults::measure) is on.
    pub units: Option<Decimal>,
    /// The items of the table that it writes, by their keys.
    pub items: Vec<String>,
    /// How it reads the table, if it does.
    pub read: Option<TableRead>,
}

/// How a call reads the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRead {
    /// The index that it reads, which is always a little late.
    pub index: Option<String>,
    /// Whether all writes before it are in its answer.
    pub strong: bool,
}

impl TableRead {
    fn of(operation: &str, body: &Bytes) -> Option<Self> {
        if !["GetItem", "BatchGetItem", "Query", "Scan"].contains(&operation) {
            return None;
        }
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let tables = body["RequestItems"].as_object();
        let strong = |part: &Value| part["ConsistentRead"] == true;
        Some(Self {
            index: body["IndexName"].as_str().map(str::to_owned),
            strong: tables.map_or_else(|| strong(&body), |tables| tables.values().all(strong)),
        })
    }
}

impl Outward {
    /// The operation without what follows the first id in it, so that it is the same in every world.
    #[must_use]
    pub fn kind(&self) -> &str {
        let is_id = |part: &str| part.as_bytes().get(2) == Some(&b'_') || part.starts_with("fee_");
        let kept = self.operation.split('/').take_while(|part| !is_id(part));
        let length: usize = kept.map(|part| part.len() + 1).sum();
        &self.operation[..length.saturating_sub(1)]
    }

    /// Whether it writes an item whose key begins with `key`.
    #[must_use]
    pub fn writes_item(&self, key: &str) -> bool {
        self.items.iter().any(|item| item.starts_with(key))
    }

    pub(super) fn read(request: &http::Request<Bytes>) -> Self {
        let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let path = request.uri().path();
        let target = text("x-amz-target").unwrap_or_default();
        let named = format!("{} {path}", request.method());
        let (service, operation) = match target.split_once('.') {
            Some(("AmazonSQS", operation)) => (Service::Queue, operation.to_owned()),
            Some(("secretsmanager", operation)) => (Service::Secrets, operation.to_owned()),
            Some((_, operation)) => (Service::Table, operation.to_owned()),
            None if text("stripe-version").is_some() => (Service::Stripe, named),
            None if path.starts_with("/v2/email/") => (Service::Mail, named),
            None if request.uri().query().is_some_and(|query| query.contains("X-Amz-Signature=")) => {
                let query = request.uri().query().unwrap_or_default();
                (Service::Bucket, file_operation(request.method(), query).to_owned())
            }
            None => (Service::Keys, named),
        };
        let writes = match service {
            Service::Table => {
                ["PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"].contains(&operation.as_str())
            }
            Service::Queue => operation.starts_with("Send"),
            Service::Stripe | Service::Mail => request.method() == http::Method::POST,
            Service::Bucket => !operation.starts_with("Get") && !operation.starts_with("Head"),
            Service::Secrets | Service::Keys => false,
        };
        let token = (operation == "TransactWriteItems").then(|| {
            let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
            body["ClientRequestToken"].as_str().map(str::to_owned)
        });
        let (items, read) = match service {
            Service::Table => (items::keys(&operation, request.body()), TableRead::of(&operation, request.body())),
            _ => (Vec::new(), None),
        };
        Self {
            service,
            operation,
            items,
            read,
            idempotency_key: text("idempotency-key"),
            token: token.flatten(),
            writes,
            units: None,
        }
    }
}

/// AWS' name of an operation on a file, whose name and upload are others in every world.
fn file_operation(method: &http::Method, query: &str) -> &'static str {
    let upload = query.contains("uploadId=");
    match *method {
        http::Method::GET => "GetObject",
        http::Method::HEAD => "HeadObject",
        http::Method::PUT if upload => "UploadPart",
        http::Method::PUT => "PutObject",
        http::Method::POST if upload => "CompleteMultipartUpload",
        _ => "CreateMultipartUpload",
    }
}
