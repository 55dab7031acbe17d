//! Failures of the stand-ins themselves.

use crate::table::TableError;

/// Why something of the local cloud cannot be set up or read.
#[derive(Debug, thiserror::Error)]
pub enum CloudError {
    /// The embedded database, or the shape of its answers.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A service refused a call.
    #[error("{operation} was refused: {answer}")]
    Refused {
        /// AWS' name of the call, as `CreateTable`.
        operation: String,
        /// The status or body that the service answered with.
        answer: String,
    },
    /// An answer of a service lacks a field.
    #[error("{operation} answered without {field}")]
    Answer {
        /// AWS' name of the call, as `CreateQueue`.
        operation: &'static str,
        /// What was expected in the answer.
        field: &'static str,
    },
    /// The data directory holds a table of another form.
    #[error("the data were kept by another version, whose table had other keys or indexes; use another directory")]
    Outdated,
    /// A file in the data directory cannot be used.
    #[error("{path}: {source}")]
    File {
        /// As it was opened, below the data directory.
        path: String,
        /// What is wrong with it.
        source: std::io::Error,
    },
    /// A file in the data directory has been damaged.
    #[error("{path}, line {line}: {source}")]
    Damaged {
        /// As it was opened, below the data directory.
        path: String,
        /// Counted from 1.
        line: usize,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}
