//! The end of a call, and its line of the log.

use bytes::Bytes;

use crate::{CallError, CallResult, RefusalClass, Unclear, UnclearReason};

/// The end of a call, however often it was tried.
pub(super) struct Ended {
    pub(super) outcome: CallResult<Bytes>,
    pub(super) attempts: u32,
    /// The last answer's.
    pub(super) status: Option<u16>,
    pub(super) request_id: Option<String>,
}

impl Ended {
    /// Says so in the log, once, without the call's contents.
    pub(super) fn report(&self, method: &str, path: &str, duration_ms: u64) {
        let Self { outcome, attempts, status, request_id } = self;
        let request_id = request_id.as_deref();
        match outcome {
            Ok(_) => {
                tracing::info!(method, path, status, attempts, duration_ms, request_id, "Stripe did what it was asked");
            }
            Err(error @ CallError::Unclear(Unclear { reason: UnclearReason::TurnedAway { .. }, .. })) => {
                let class = RefusalClass::Platform.as_str();
                tracing::error!(
                    alarm = "stripe_account", class, method, path, status, attempts, duration_ms, request_id, %error,
                    "Stripe refuses the key, and it is unclear what it did before"
                );
            }
            Err(error) if error.is_unclear() => {
                tracing::warn!(
                    method, path, status, attempts, duration_ms, request_id, %error, "It is unclear what Stripe did"
                );
            }
            // Whatever is owed because of it is tried again; a person has to mend the account.
            Err(error) if error.is_later() => {
                let class = error.class().map(RefusalClass::as_str);
                tracing::error!(
                    alarm = "stripe_account", class, method, path, status, attempts, duration_ms, request_id, %error,
                    "Stripe refuses the key or an account"
                );
            }
            Err(error) => {
                tracing::info!(method, path, status, attempts, duration_ms, request_id, %error, "Stripe refused a call");
            }
        }
    }
}
