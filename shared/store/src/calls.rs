//! Call records and idempotency records: what we are about to ask of Stripe, and what callers have asked of us.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::OrderId;
use jiff::Timestamp;

use crate::{
    CallRecord, IdempotencyRecord, Store, StoreError, WriteError,
    items::{self, call, idempotency},
    value::{Change, s},
    write::{NEW, Write},
};

/// Call records in the transaction that decides on the calls.
pub(crate) fn put(record: &CallRecord) -> Result<Write, StoreError> {
    Ok(Write::Put { item: call::item(record)?, condition: Some(NEW) })
}

/// The idempotency record in the transaction of what its request makes.
pub(crate) fn put_idempotency(record: &IdempotencyRecord) -> Result<Write, StoreError> {
    Ok(Write::Put { item: idempotency::item(record)?, condition: Some(NEW) })
}

impl Store {
    /// An order's call record.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn call(&self, order: &OrderId, n: u32) -> Result<Option<CallRecord>, StoreError> {
        self.get("read a call record", &call::key(order, n)).await?.map(items::read).transpose()
    }

    /// Gives a call record a new idempotency key, after a list at Stripe has shown that nothing was done under the old
    /// one. Conditional on the old key, so that of two requests only one does it.
    ///
    /// # Errors
    /// [`WriteError::Condition`] when another request was first.
    pub async fn rekey_call(&self, call: &CallRecord, key: &str, now: Timestamp) -> Result<(), WriteError> {
        let change =
            Change::default().set("key", s(key)).set("created_at", s(now.to_string())).given(":old", s(&call.key));
        let at = call::key(&call.order, call.n);
        self.write("renew a call record", Write::Update { key: at, change, condition: "#key = :old" }).await
    }

    /// Notes that a call is about to be repeated, so that a list at Stripe is read from the right time on.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer; then the call must not be made.
    pub async fn note_attempt(&self, call: &CallRecord, now: Timestamp) -> Result<(), StoreError> {
        let change = Change::default().set("tried_at", s(now.to_string()));
        let key = call::key(&call.order, call.n);
        self.write_or_leave("note an attempt", Write::Update { key, change, condition: "attribute_exists(pk)" }).await
    }

    /// Empties an order's call records, which repeat the buyer's name and address. That they were made stays.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn redact_calls(&self, order: &OrderId, calls: u32) -> Result<(), StoreError> {
        for n in 1..=calls {
            let change = Change::default().set("request", AttributeValue::Null(true));
            let write = Write::Update { key: call::key(order, n), change, condition: "attribute_exists(pk)" };
            self.write_or_leave("empty a call record", write).await?;
        }
        Ok(())
    }

    /// An idempotency record.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn idempotency(&self, scope: &str, key: &str) -> Result<Option<IdempotencyRecord>, StoreError> {
        self.get("read an idempotency record", &idempotency::key(scope, key)).await?.map(items::read).transpose()
    }

    /// Takes the lease of an idempotency record over once it has run out, so that one repeat resumes and not two.
    /// False if another repeat has it.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn lease(&self, record: &IdempotencyRecord, until: Timestamp) -> Result<bool, StoreError> {
        let change =
            Change::default().set("lease_until", s(until.to_string())).given(":old", s(record.lease_until.to_string()));
        let key = idempotency::key(&record.scope, &record.key);
        match self.write("lease", Write::Update { key, change, condition: "#lease_until = :old" }).await {
            Ok(()) => Ok(true),
            Err(WriteError::Condition) => Ok(false),
            Err(WriteError::Store(error)) => Err(error),
        }
    }

    /// Ends the lease of an idempotency record, so that a repeat resumes at once.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer; the lease then runs out by itself.
    pub async fn end_lease(&self, scope: &str, key: &str, now: Timestamp) -> Result<(), StoreError> {
        let change = Change::default().set("lease_until", s(now.to_string()));
        let key = idempotency::key(scope, key);
        self.write_or_leave("end a lease", Write::Update { key, change, condition: "attribute_exists(pk)" }).await
    }
}
