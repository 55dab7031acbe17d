//! Intent records and idempotency records: what was about to be asked, and what was asked of us.

use domain::OrderId;
use jiff::Timestamp;

use crate::{
    CallRecord, IdempotencyRecord, Store, StoreError, Write, WriteError, items, keys,
    value::{Change, s},
};

impl Store {
    /// An order's intent record.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn call(&self, order: &OrderId, n: u32) -> Result<Option<CallRecord>, StoreError> {
        self.get("read an intent record", &keys::call(order, n)).await?.map(items::read).transpose()
    }

    /// Gives an intent record a new idempotency key, after a list at Stripe has shown that nothing was done under the
    /// old one. Conditional on the old key, so that of two only one does it.
    ///
    /// # Errors
    /// [`WriteError::Condition`] when somebody else was first.
    pub async fn rekey_call(&self, call: &CallRecord, key: &str, now: Timestamp) -> Result<(), WriteError> {
        let change =
            Change::default().set("key", s(key)).set("created_at", s(now.to_string())).given(":old", s(&call.key));
        let at = keys::call(&call.order, call.n);
        self.write("renew an intent record", Write::Update { key: at, change, condition: "#key = :old" }).await
    }

    /// Notes that a call is about to be asked again, so that a list at Stripe looks at the right time.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer; then it must not be asked.
    pub async fn note_attempt(&self, call: &CallRecord, now: Timestamp) -> Result<(), StoreError> {
        let change = Change::default().set("tried_at", s(now.to_string()));
        let key = keys::call(&call.order, call.n);
        let write = Write::Update { key, change, condition: "attribute_exists(pk)" };
        match self.write("note an attempt", write).await {
            Ok(()) | Err(WriteError::Condition) => Ok(()),
            Err(WriteError::Store(error)) => Err(error),
        }
    }

    /// An idempotency record.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn idempotency(&self, scope: &str, key: &str) -> Result<Option<IdempotencyRecord>, StoreError> {
        self.get("read an idempotency record", &keys::idempotency(scope, key)).await?.map(items::read).transpose()
    }

    /// Takes the lease of an idempotency record over once it has run out, so that one repeat resumes and not two.
    /// False if somebody else has it.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn lease(&self, record: &IdempotencyRecord, until: Timestamp) -> Result<bool, StoreError> {
        let change =
            Change::default().set("lease_until", s(until.to_string())).given(":old", s(record.lease_until.to_string()));
        let key = keys::idempotency(&record.scope, &record.key);
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
        let write = Write::Update { key: keys::idempotency(scope, key), change, condition: "attribute_exists(pk)" };
        match self.write("end a lease", write).await {
            Ok(()) | Err(WriteError::Condition) => Ok(()),
            Err(WriteError::Store(error)) => Err(error),
        }
    }
}
