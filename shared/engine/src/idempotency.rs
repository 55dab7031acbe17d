//! Clients' idempotency keys. A record is written in one transaction with what the key is for, so that a repeat, also after
//! the process died, finds either both or neither. Here: how long they are remembered, and the one refusal for a key of another request.

use domain::{Code, Refusal};
use jiff::Timestamp;

/// For how many days a client's key is remembered.
const KEY_DAYS: i64 = 7;

/// When a record that is written now may be forgotten, in seconds since 1970.
pub(crate) fn ttl(now: Timestamp) -> i64 {
    now.as_second() + KEY_DAYS * 24 * 3_600
}

/// The key was used for another request.
pub(crate) fn mismatch() -> Refusal {
    Refusal::new(Code::IdempotencyMismatch, "The Idempotency-Key was used before, for another request")
}
