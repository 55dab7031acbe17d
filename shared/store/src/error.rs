//! What goes wrong at the table, by meaning.

use aws_sdk_dynamodb::{
    error::{ProvideErrorMetadata, SdkError},
    operation::transact_write_items::TransactWriteItemsError,
    types::CancellationReason,
};

use crate::Item;

/// A call to the table that gave no answer to work with.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// Throttled, timed out, unreachable, or lost to others again and again. A write may have happened; all our writes
    /// are conditional, so the caller may simply start over, later.
    #[error("the table is not available ({operation}): {reason}")]
    Unavailable {
        /// What was tried, for logs.
        operation: &'static str,
        /// The code or the kind of failure. Never the request.
        reason: String,
    },
    /// The table refuses the call as such: a fault of ours or of the set-up, which no repeat mends.
    #[error("the table refused {operation}: {reason}")]
    Refused {
        /// What was tried, for logs.
        operation: &'static str,
        /// The service's code and message.
        reason: String,
    },
    /// An item is not what its kind looks like.
    #[error("item {key} cannot be read: {reason}")]
    Corrupt {
        /// The item's key.
        key: String,
        /// What does not fit.
        reason: String,
    },
}

impl StoreError {
    /// Whether the same call may work later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }

    /// Whether a transaction was at the same item, so that nothing was written.
    pub(crate) fn is_conflict(&self) -> bool {
        matches!(self, Self::Unavailable { reason, .. } if reason == "TransactionConflictException")
    }

    pub(crate) fn out_of_time(operation: &'static str) -> Self {
        Self::Unavailable { operation, reason: "lost to other writers until there was no time left".to_owned() }
    }
}

/// A conditional write whose condition did not hold, or which failed otherwise.
#[derive(Debug, Clone, thiserror::Error)]
pub enum WriteError {
    /// The condition did not hold; nothing was written.
    #[error("the condition did not hold")]
    Condition,
    /// Any other failure.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Codes of failures that pass.
const TRANSIENT: [&str; 8] = [
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "ThrottlingError",
    "RequestLimitExceeded",
    "InternalServerError",
    "ServiceUnavailable",
    "TransactionInProgressException",
    "TransactionConflictException",
];

/// A failed call by what it means for the caller.
pub(crate) fn classify<E, R>(operation: &'static str, error: &SdkError<E, R>) -> WriteError
where
    E: ProvideErrorMetadata,
{
    let SdkError::ServiceError(service) = error else {
        let reason = match error {
            SdkError::TimeoutError(_) => "timed out",
            SdkError::DispatchFailure(_) => "no connection",
            SdkError::ResponseError(_) => "answer lost",
            _ => "request could not be made",
        };
        return StoreError::Unavailable { operation, reason: reason.to_owned() }.into();
    };
    let code = service.err().code().unwrap_or("unknown");
    match code {
        "ConditionalCheckFailedException" => WriteError::Condition,
        code if TRANSIENT.contains(&code) => StoreError::Unavailable { operation, reason: code.to_owned() }.into(),
        // A 5xx without a code we know is the service's trouble, not ours.
        "unknown" => StoreError::Unavailable { operation, reason: "unknown failure".to_owned() }.into(),
        code => {
            let message = service.err().message().unwrap_or_default();
            StoreError::Refused { operation, reason: format!("{code}: {message}") }.into()
        }
    }
}

/// The same for calls without a condition.
pub(crate) fn plain<E, R>(operation: &'static str, error: &SdkError<E, R>) -> StoreError
where
    E: ProvideErrorMetadata,
{
    match classify(operation, error) {
        WriteError::Store(error) => error,
        WriteError::Condition => StoreError::Refused { operation, reason: "unexpected condition".to_owned() },
    }
}

/// Why a transaction was not applied.
#[derive(Debug)]
pub(crate) enum NotApplied {
    /// These items' conditions did not hold: their places, and the items as they were.
    Conditions(Vec<(usize, Option<Item>)>),
    /// Others were writing the same items, or the table was throttling; try again.
    Conflict,
    /// Any other failure.
    Store(StoreError),
}

/// Whether an earlier try of the same transaction, under the same token, is still under way.
pub(crate) fn is_in_progress<R>(error: &SdkError<TransactWriteItemsError, R>) -> bool {
    error.as_service_error().is_some_and(TransactWriteItemsError::is_transaction_in_progress_exception)
}

/// Why a transaction was not applied, by its meaning.
pub(crate) fn transaction<R>(operation: &'static str, error: &SdkError<TransactWriteItemsError, R>) -> NotApplied {
    let reasons = error.as_service_error().and_then(|service| match service {
        TransactWriteItemsError::TransactionCanceledException(canceled) => Some(canceled.cancellation_reasons()),
        _ => None,
    });
    let Some(reasons) = reasons else {
        return match classify(operation, error) {
            WriteError::Store(error) if error.is_conflict() => NotApplied::Conflict,
            WriteError::Store(error) => NotApplied::Store(error),
            WriteError::Condition => NotApplied::Conditions(Vec::new()),
        };
    };
    let code = |reason: &CancellationReason| reason.code().unwrap_or("None").to_owned();
    // Conditions first: an item that will never pass outweighs a conflict elsewhere in the same transaction.
    let failed: Vec<_> = reasons
        .iter()
        .enumerate()
        .filter(|(_, reason)| code(reason) == "ConditionalCheckFailed")
        .map(|(n, reason)| (n, reason.item().cloned()))
        .collect();
    if !failed.is_empty() {
        return NotApplied::Conditions(failed);
    }
    let passing = ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];
    if reasons.iter().any(|reason| passing.contains(&code(reason).as_str())) {
        return NotApplied::Conflict;
    }
    let reason = reasons.iter().map(code).find(|code| code != "None").unwrap_or_else(|| "canceled".to_owned());
    NotApplied::Store(StoreError::Refused { operation, reason })
}
