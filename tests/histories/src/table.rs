//! A model of the table: those operations of DynamoDB that the store uses, in memory and quick, with indexes that lag and
//! nothing that happens by itself. It answers on the same wire as DynamoDB; a test compares it with the embedded table.

mod answer;
mod evaluate;
mod expression;
mod items;
mod read;
mod view;
mod write;

use bytes::Bytes;
use serde_json::Value;

use self::answer::Refused;
pub use self::items::Table;

impl Table {
    /// Answers one call at that time, in milliseconds.
    pub fn answer(&mut self, operation: &str, request: &Value, now: u64) -> http::Response<Bytes> {
        answer::written(self.call(operation, request, now))
    }

    fn call(&mut self, operation: &str, request: &Value, now: u64) -> Result<Value, Refused> {
        match operation {
            "GetItem" => self.get(request, now),
            "BatchGetItem" => Ok(self.batch_get(request, now)),
            "Query" => self.query(request, now),
            "Scan" => self.scan(request),
            "PutItem" | "UpdateItem" | "DeleteItem" => self.write(operation, request, now),
            "TransactWriteItems" => self.transact(request, now),
            other => Err(Refused::Validation(format!("{other} is not played"))),
        }
    }
}
