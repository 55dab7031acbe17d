//! Which invocation a line belongs to. A function's process works on one at a time, and none of its tasks outlives it.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use serde_json::{Map, Value};

static CURRENT: Mutex<Option<Invocation>> = Mutex::new(None);

/// When a process last began a trace that is kept.
static KEPT: Mutex<Option<Instant>> = Mutex::new(None);

/// How often a process details a trace, at most: X-Ray's own rule keeps one a second and a twentieth of the rest. A client may send
/// the header that decides it, Lambda goes by that, and HTTP APIs and function URLs do not take it away.
const BETWEEN_TRACES: Duration = Duration::from_secs(1);

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
    /// Reads the header. Much of it may be a client's own, so that what is not in X-Ray's form is nothing: it would go into lines of
    /// the log and into documents.
    fn parse(header: &str) -> Option<Self> {
        let part = |name: &str| {
            let mut parts = header.split(';').filter_map(|part| part.trim().split_once('='));
            parts.find(|(key, _)| *key == name).map(|(_, value)| value)
        };
        let root = part("Root").filter(|root| is_root(root))?.to_owned();
        let parent = part("Parent").filter(|parent| is_hex(parent, 16)).map(str::to_owned);
        Some(Self { root, parent, sampled: part("Sampled") == Some("1") })
    }
}

/// Whether it is a trace's id: version 1, when it began as 8 hexadecimal digits, and 24 of chance.
fn is_root(text: &str) -> bool {
    let mut parts = text.split('-');
    let mut next = || parts.next().unwrap_or_default();
    let (version, began, chance) = (next(), next(), next());
    version == "1" && is_hex(began, 8) && is_hex(chance, 24) && parts.next().is_none()
}

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a trace that is kept may begin now; then it has.
fn may_begin(last: &mut Option<Instant>, now: Instant) -> bool {
    let may = last.is_none_or(|last| now.duration_since(last) >= BETWEEN_TRACES);
    if may {
        *last = Some(now);
    }
    may
}

/// From here on, lines are those of this invocation, until the next one. `trace` is Lambda's header of X-Ray, of which the root's
/// id is logged. Of traces that are kept, one a second is detailed.
pub fn begin(request: &str, trace: Option<&str>) {
    let mut trace = trace.and_then(Trace::parse);
    if let Some(trace) = trace.as_mut().filter(|trace| trace.sampled) {
        trace.sampled = may_begin(&mut KEPT.lock().unwrap_or_else(PoisonError::into_inner), Instant::now());
    }
    let mut current = CURRENT.lock().unwrap_or_else(PoisonError::into_inner);
    let first = current.is_none();
    *current = Some(Invocation { request: request.to_owned(), trace, first });
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
    use std::time::{Duration, Instant};

    use super::{Trace, may_begin};

    #[test]
    fn a_header_says_where_an_invocation_stands() {
        let trace = |header| Trace::parse(header).map(|trace| (trace.root, trace.parent, trace.sampled));
        let whole = "Root=1-5759e988-bd862e3fe1be46a994272793; Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a:0";
        let (root, parent) = ("1-5759e988-bd862e3fe1be46a994272793".to_owned(), "53995c3f42cd8ad8".to_owned());
        assert_eq!(trace(whole), Some((root.clone(), Some(parent), true)));
        assert_eq!(trace("Sampled=0;Root=1-5759e988-bd862e3fe1be46a994272793"), Some((root, None, false)));
        assert_eq!(trace("Parent=53995c3f42cd8ad8;Sampled=1"), None);
        assert_eq!(trace(""), None);
    }

    #[test]
    fn what_is_not_in_the_form_of_ids_is_nothing() {
        let long = format!("1-5759e988-{}", "a".repeat(5_000));
        for root in [
            "",
            "1",
            "1-5759e988",
            "1-5759e988-bd862e3fe1be46a99427279",
            "1-5759e988-bd862e3fe1be46a9942727933",
            "2-5759e988-bd862e3fe1be46a994272793",
            "1-5759e988-bd862e3fe1be46a994272793-1",
            "1-5759e98g-bd862e3fe1be46a994272793",
            "1-5759e988-bd862e3fe1be46a99427279\"",
            "1-5759e988-bd862e3fe1be46a9942\u{e9}72",
            long.as_str(),
        ] {
            assert_eq!(Trace::parse(&format!("Root={root};Parent=53995c3f42cd8ad8;Sampled=1")), None, "{root}");
        }
        for (rest, parent, sampled) in [
            ("Parent=53995c3f42cd8ad8;Sampled=?", true, false),
            ("Parent=53995c3f42cd8ad8;Sampled=11", true, false),
            ("Parent=53995c3f42cd8ad;Sampled=1", false, true),
            ("Parent=<script>42cd8ad8;Sampled=1", false, true),
        ] {
            let header = format!("Root=1-5759E988-bd862e3fe1be46a994272793;{rest}");
            let trace = Trace::parse(&header).expect("a good root");
            assert_eq!((trace.parent.is_some(), trace.sampled), (parent, sampled), "{rest}");
        }
    }

    #[test]
    fn a_process_details_one_trace_a_second_whatever_its_headers_want() {
        let (begun, mut last) = (Instant::now(), None);
        let kept = (0..5_000).filter(|n| may_begin(&mut last, begun + Duration::from_millis(*n))).count();
        assert_eq!(kept, 5);
    }
}
