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

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::{
        error::{ErrorMetadata, SdkError},
        operation::transact_write_items::TransactWriteItemsError,
        types::{
            CancellationReason,
            error::{TransactionCanceledException, TransactionInProgressException},
        },
    };

    use super::{NotApplied, StoreError, WriteError, classify, is_in_progress, plain, transaction};
    use crate::value::s;

    const OPERATION: &str = "try";

    type Failure = SdkError<TransactWriteItemsError, ()>;

    fn of_code(code: &str) -> Failure {
        let error = ErrorMetadata::builder().code(code).message("why").build();
        SdkError::service_error(TransactWriteItemsError::generic(error), ())
    }

    fn canceled(codes: &[&str]) -> Failure {
        let reason = |code: &&str| {
            let item = (*code == "ConditionalCheckFailed").then(|| [("pk".to_owned(), s("old"))].into());
            CancellationReason::builder().code(*code).set_item(item).build()
        };
        let reasons = codes.iter().map(reason).collect();
        let error = TransactionCanceledException::builder().set_cancellation_reasons(Some(reasons)).build();
        SdkError::service_error(TransactWriteItemsError::TransactionCanceledException(error), ())
    }

    fn reason(error: WriteError) -> (bool, String) {
        match error {
            WriteError::Condition => (false, "condition".to_owned()),
            WriteError::Store(StoreError::Unavailable { reason, .. }) => (true, reason),
            WriteError::Store(StoreError::Refused { reason, .. }) => (false, reason),
            WriteError::Store(corrupt @ StoreError::Corrupt { .. }) => panic!("{corrupt}"),
        }
    }

    #[test]
    fn a_failure_that_may_pass_differs_from_one_that_will_not() {
        for code in super::TRANSIENT {
            assert_eq!(reason(classify(OPERATION, &of_code(code))), (true, code.to_owned()));
        }
        let unknown = SdkError::service_error(TransactWriteItemsError::generic(ErrorMetadata::builder().build()), ());
        let unknown: Failure = unknown;
        assert_eq!(reason(classify(OPERATION, &unknown)), (true, "unknown failure".to_owned()));
        let (passes, refused) = reason(classify(OPERATION, &of_code("ValidationException")));
        assert!(!passes && refused.starts_with("ValidationException: "), "{refused}");
        let condition = of_code("ConditionalCheckFailedException");
        assert!(matches!(classify(OPERATION, &condition), WriteError::Condition));
        assert!(matches!(plain(OPERATION, &condition), StoreError::Refused { .. }));
        assert!(plain(OPERATION, &of_code("ThrottlingException")).is_transient());
        assert!(!plain(OPERATION, &of_code("ValidationException")).is_transient());
    }

    #[test]
    fn what_never_came_to_an_answer_says_why() {
        let lost: Failure = SdkError::timeout_error("late");
        assert_eq!(reason(classify(OPERATION, &lost)), (true, "timed out".to_owned()));
        let lost: Failure = SdkError::response_error("cut off", ());
        assert_eq!(reason(classify(OPERATION, &lost)), (true, "answer lost".to_owned()));
        let lost: Failure = SdkError::construction_failure("unsound");
        assert_eq!(reason(classify(OPERATION, &lost)), (true, "request could not be made".to_owned()));
    }

    #[test]
    fn a_canceled_transaction_says_which_conditions_failed_before_all_else() {
        let both = canceled(&["None", "ConditionalCheckFailed", "TransactionConflict", "ConditionalCheckFailed"]);
        let NotApplied::Conditions(failed) = transaction(OPERATION, &both) else { panic!("conditions failed") };
        let places: Vec<_> = failed.iter().map(|(place, old)| (*place, old.is_some())).collect();
        assert_eq!(places, [(1, true), (3, true)]);
        for passing in ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"] {
            assert!(matches!(transaction(OPERATION, &canceled(&["None", passing])), NotApplied::Conflict), "{passing}");
        }
        match transaction(OPERATION, &canceled(&["None", "ItemCollectionSizeLimitExceeded"])) {
            NotApplied::Store(StoreError::Refused { reason, .. }) => {
                assert_eq!(reason, "ItemCollectionSizeLimitExceeded");
            }
            other => panic!("{other:?}"),
        }
        match transaction(OPERATION, &canceled(&["None"])) {
            NotApplied::Store(StoreError::Refused { reason, .. }) => assert_eq!(reason, "canceled"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_transaction_that_failed_as_a_whole_is_read_as_one_write() {
        assert!(matches!(transaction(OPERATION, &of_code("TransactionConflictException")), NotApplied::Conflict));
        assert!(matches!(transaction(OPERATION, &of_code("ThrottlingException")), NotApplied::Store(_)));
        let condition = transaction(OPERATION, &of_code("ConditionalCheckFailedException"));
        assert!(matches!(condition, NotApplied::Conditions(failed) if failed.is_empty()));
        let error = TransactionInProgressException::builder().build();
        let going_on = SdkError::service_error(TransactWriteItemsError::TransactionInProgressException(error), ());
        let going_on: Failure = going_on;
        assert!(is_in_progress(&going_on));
        assert!(!is_in_progress(&of_code("ThrottlingException")) && !is_in_progress(&canceled(&["None"])));
    }
}
