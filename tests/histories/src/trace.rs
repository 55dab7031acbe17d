//! What happened, line by line: each call of a function outward and its outcome. The same seed gives the same lines.

use std::fmt::Write as _;

use bytes::Bytes;
use http::{Request, Response};
use runtime::WireError;
use serde_json::Value;

use crate::fault::{Fault, Service};

/// A trace, kept on demand.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    lines: Option<Vec<String>>,
}

/// A call, for the trace: what and with which words, in an order that does not depend on hashes.
pub(crate) fn call(service: Service, operation: &str, key: Option<&str>, request: &Request<Bytes>) -> Called {
    Called {
        service,
        operation: operation.to_owned(),
        key: key.map(str::to_owned),
        query: request.uri().query().map(str::to_owned),
        body: request.body().clone(),
    }
}

/// A call outward, as it left: what is compared when a history runs twice.
#[derive(Debug)]
pub(crate) struct Called {
    service: Service,
    operation: String,
    key: Option<String>,
    query: Option<String>,
    body: Bytes,
}

impl Called {
    fn written(&self) -> String {
        let body = String::from_utf8_lossy(&self.body);
        let body = match serde_json::from_str::<Value>(&body) {
            Ok(json) => json.to_string(),
            Err(_) => sorted(&body),
        };
        let query = self.query.as_deref().map(sorted).unwrap_or_default();
        let key = self.key.as_deref().unwrap_or_default();
        format!("{:?} {} {query} {key} {body}", self.service, self.operation)
    }
}

/// A form's pairs in their order.
fn sorted(form: &str) -> String {
    let mut pairs: Vec<_> = form.split('&').collect();
    pairs.sort_unstable();
    pairs.join("&")
}

impl Trace {
    /// One that keeps its lines, to be compared or printed.
    pub(crate) fn kept() -> Self {
        Self { lines: Some(Vec::new()) }
    }

    /// Writes a call and its outcome down.
    pub(crate) fn note(
        &mut self,
        now: u64,
        step: u32,
        called: &Called,
        fault: Option<Fault>,
        outcome: &Result<Response<Bytes>, WireError>,
    ) {
        let Some(lines) = &mut self.lines else { return };
        let mut line = format!("{now} step {step}: {}", called.written());
        // A String takes any text.
        let _written = match (fault, outcome) {
            (Some(fault), _) => write!(line, " !{fault:?}"),
            (None, Ok(_)) => Ok(()),
            (None, Err(error)) => write!(line, " !{error}"),
        };
        if let Ok(answer) = outcome {
            let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
            // The issuer's key is another one in each process.
            let body = if called.service == Service::Keys { String::new() } else { body.to_string() };
            let _written = write!(line, " -> {} {body}", answer.status().as_u16());
        }
        lines.push(line);
    }

    /// Writes down what the simulation itself did.
    pub(crate) fn remark(&mut self, now: u64, text: impl FnOnce() -> String) {
        if let Some(lines) = &mut self.lines {
            lines.push(format!("{now} {}", text()));
        }
    }

    /// The lines so far.
    pub(crate) fn take(&mut self) -> Vec<String> {
        self.lines.as_mut().map(std::mem::take).unwrap_or_default()
    }
}
