//! Call records: what is asked of Stripe, written before the call, so that it can be asked again word by word.

use domain::Order;
use jiff::{SignedDuration, Timestamp};
use payments::EncodedRequest;
use store::{CallRecord, WriteError};

use crate::{
    base::Engine,
    error::{EngineError, broken},
};

/// A call record with its request: who writes a record sends what it wrote, and only who finds one reads it.
#[derive(Debug, Clone)]
pub(crate) struct RecordedCall {
    /// As it is in the table.
    pub(crate) record: CallRecord,
    /// What is sent under the record's key.
    pub(crate) request: EncodedRequest,
}

/// Stripe may forget a key after 24 hours, so an older one is not trusted
/// (<https://docs.stripe.com/api/idempotent_requests>).
const KEY_AGE: SignedDuration = SignedDuration::from_hours(23);

impl RecordedCall {
    /// The order's call number `n`, which is to be written.
    pub(crate) fn new(
        order: &Order,
        n: u32,
        key: String,
        request: EncodedRequest,
        now: Timestamp,
    ) -> Result<Self, EngineError> {
        let encoded = serde_json::to_value(&request).map_err(broken)?;
        let record = CallRecord { order: order.id.clone(), n, key, request: encoded, created_at: now, tried_at: None };
        Ok(Self { record, request })
    }

    /// A call record that was found in the table. It fails once personal fields are gone from it.
    pub(crate) fn found(record: CallRecord) -> Result<Self, EngineError> {
        let request = serde_json::from_value(record.request.clone())
            .map_err(|error| EngineError::Broken(format!("call record {} of {}: {error}", record.n, record.order)))?;
        Ok(Self { record, request })
    }
}

impl Engine {
    /// The order's call number `n`: as this process has just written it, else as it is in the table.
    pub(crate) async fn recorded(
        &self,
        order: &domain::OrderId,
        n: u32,
        written: Option<RecordedCall>,
    ) -> Result<RecordedCall, EngineError> {
        match written {
            Some(written) => Ok(written),
            None => RecordedCall::found(self.call_record(order, n).await?),
        }
    }

    /// The order's call number `n`, which has to be there.
    pub(crate) async fn call_record(&self, order: &domain::OrderId, n: u32) -> Result<CallRecord, EngineError> {
        let call = self.store.call(order, n).await?;
        call.ok_or_else(|| EngineError::Broken(format!("order {order} has no call record {n}")))
    }

    /// Whether Stripe may have forgotten the call's key.
    pub(crate) fn may_be_forgotten(&self, call: &CallRecord) -> bool {
        self.clock.now().duration_since(call.created_at) > KEY_AGE
    }

    /// Gives a call the next key. Only one of several callers does it.
    ///
    /// # Errors
    /// [`EngineError::Contended`] for all others.
    pub(crate) async fn rekey(&self, call: &mut CallRecord) -> Result<(), EngineError> {
        let key = next_key(&call.key);
        match self.store.rekey_call(call, &key, self.clock.now()).await {
            Ok(()) => call.key = key,
            Err(WriteError::Condition) => return Err(EngineError::Contended),
            Err(WriteError::Store(error)) => return Err(error.into()),
        }
        Ok(())
    }
}

/// The key of a call that is made anew because nothing came of the one before: `{key}-r{n}`.
fn next_key(key: &str) -> String {
    match key.rsplit_once("-r") {
        Some((base, n)) if n.chars().all(|c| c.is_ascii_digit()) && !n.is_empty() => {
            format!("{base}-r{}", n.parse::<u32>().unwrap_or(1).saturating_add(1))
        }
        _ => format!("{key}-r2"),
    }
}

#[cfg(test)]
mod tests {
    use super::next_key;

    #[test]
    fn keys_count_up() {
        assert_eq!(next_key("ref_1"), "ref_1-r2");
        assert_eq!(next_key("ref_1-r2"), "ref_1-r3");
        assert_eq!(next_key("ord_a-session"), "ord_a-session-r2");
        assert_eq!(next_key("ord-r-x"), "ord-r-x-r2");
    }
}
