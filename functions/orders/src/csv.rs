//! Whether a caller asks for a table.

use http::{HeaderMap, header};

/// Whether the caller takes a table.
pub(crate) fn wants_csv(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accept
        .split(',')
        .any(|part| part.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("text/csv")))
}
