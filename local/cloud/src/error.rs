//! Failures of the stand-ins themselves.

use crate::table::TableError;

/// Why something of the local cloud cannot be set up or read.
#[derive(Debug, thiserror::Error)]
pub enum CloudError {
    /// The table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A service refused a call.
    #[error("{operation} was refused: {answer}")]
    Refused {
        /// The operation.
        operation: String,
        /// Its answer.
        answer: String,
    },
    /// An answer of a service lacks a field.
    #[error("{operation} answered without {field}")]
    Answer {
        /// The operation.
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
        /// The file.
        path: String,
        /// What is wrong with it.
        source: std::io::Error,
    },
    /// A file in the data directory has been damaged.
    #[error("{path}, line {line}: {source}")]
    Damaged {
        /// The file.
        path: String,
        /// The line in it.
        line: usize,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}
