//! Which invocation a line belongs to. A function's process works on one at a time, and none of its tasks outlives it.

use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value};

static CURRENT: Mutex<Option<Invocation>> = Mutex::new(None);

#[derive(Debug)]
struct Invocation {
    request: String,
    trace: Option<String>,
    first: bool,
}

/// From here on, lines are those of this invocation, until the next one. `trace` is Lambda's header of X-Ray, of which the root's
/// id is logged.
pub fn begin(request: &str, trace: Option<&str>) {
    let root = |header: &str| header.split(';').find_map(|part| part.trim().strip_prefix("Root=").map(str::to_owned));
    let mut current = CURRENT.lock().unwrap_or_else(PoisonError::into_inner);
    let first = current.is_none();
    *current = Some(Invocation { request: request.to_owned(), trace: trace.and_then(root), first });
}

/// Adds to a line whose it is.
pub(super) fn note(line: &mut Map<String, Value>) {
    let current = CURRENT.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(invocation) = current.as_ref() else { return };
    line.insert("request_id".to_owned(), invocation.request.clone().into());
    if let Some(trace) = &invocation.trace {
        line.insert("trace_id".to_owned(), trace.clone().into());
    }
    line.insert("cold_start".to_owned(), invocation.first.into());
}
