//! Which invocation a line belongs to. A function's process works on one at a time, and none of its tasks outlives it.

use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value};

static CURRENT: Mutex<Option<Invocation>> = Mutex::new(None);

#[derive(Debug)]
struct Invocation {
    request: String,
    trace: Option<Trace>,
    first: bool,
}

/// Where an invocation stands in X-Ray, as its header says:
/// <https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trace {
    /// The trace's id.
    pub(super) root: String,
    /// The segment of the function, which Lambda writes.
    pub(super) parent: Option<String>,
    /// Whether this trace is one of those that are kept.
    pub(super) sampled: bool,
}

impl Trace {
    fn parse(header: &str) -> Option<Self> {
        let part = |name: &str| {
            let mut parts = header.split(';').filter_map(|part| part.trim().split_once('='));
            parts.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
        };
        Some(Self { root: part("Root")?, parent: part("Parent"), sampled: part("Sampled").as_deref() == Some("1") })
    }
}

/// From here on, lines are those of this invocation, until the next one. `trace` is Lambda's header of X-Ray, of which the root's
/// id is logged.
pub fn begin(request: &str, trace: Option<&str>) {
    let mut current = CURRENT.lock().unwrap_or_else(PoisonError::into_inner);
    let first = current.is_none();
    *current = Some(Invocation { request: request.to_owned(), trace: trace.and_then(Trace::parse), first });
}

/// Where the invocation that is under way stands in X-Ray.
pub(super) fn trace() -> Option<Trace> {
    let current = CURRENT.lock().unwrap_or_else(PoisonError::into_inner);
    current.as_ref().and_then(|invocation| invocation.trace.clone())
}

/// Adds to a line whose it is. Lines from before the first invocation are of the start, of which there is no request.
pub(super) fn note(line: &mut Map<String, Value>) {
    let current = CURRENT.lock().unwrap_or_else(PoisonError::into_inner);
    line.insert("cold_start".to_owned(), current.as_ref().is_none_or(|invocation| invocation.first).into());
    let Some(invocation) = current.as_ref() else { return };
    line.insert("request_id".to_owned(), invocation.request.clone().into());
    if let Some(trace) = &invocation.trace {
        line.insert("trace_id".to_owned(), trace.root.clone().into());
    }
}

#[cfg(test)]
mod tests {
    use super::Trace;

    #[test]
    fn a_header_says_where_an_invocation_stands() {
        let trace = |header| Trace::parse(header).map(|trace| (trace.root, trace.parent, trace.sampled));
        let whole = "Root=1-5759e988-bd862e3fe1be46a994272793; Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a:0";
        let (root, parent) = ("1-5759e988-bd862e3fe1be46a994272793".to_owned(), "53995c3f42cd8ad8".to_owned());
        assert_eq!(trace(whole), Some((root.clone(), Some(parent), true)));
        assert_eq!(trace("Sampled=0;Root=1-5759e988-bd862e3fe1be46a994272793"), Some((root, None, false)));
        assert_eq!(trace("Parent=1;Sampled=1"), None);
        assert_eq!(trace(""), None);
    }
}
