//! Spans as X-Ray's subsegments.
//!
//! Lambda traces some of the invocations and writes a segment for each function; what the function does in it are our spans,
//! each of which becomes a subsegment when it ends. A document is one datagram to the daemon that Lambda runs beside the
//! function, which sends them on: no call, no wait, and nothing at all where there is no daemon or the trace is not kept.
//! The format is <https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html>, the header before it
//! <https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html>.
//!
//! A span is a subsegment if it has a field `name`. Fields that X-Ray knows go where it looks for them: `namespace` (`aws` or
//! `remote`), `operation` and `request_id` of AWS, `method`, `url` and `status` of HTTP. All others are annotations.

use std::net::{SocketAddr, UdpSocket};

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tracing::{
    Subscriber,
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{Layer, layer::Context, registry::LookupSpan};

use super::{
    fields::Fields,
    invocation::{self, Trace},
};
use crate::settings::Settings;

/// What the daemon wants before a document.
const HEADER: &str = "{\"format\": \"json\", \"version\": 1}\n";

/// The longest name that X-Ray takes.
const LONGEST_NAME: usize = 200;

/// Sends a subsegment for each span that ends.
#[derive(Debug)]
pub(super) struct Subsegments {
    socket: UdpSocket,
    daemon: SocketAddr,
}

/// A span that is one, from its beginning on.
struct Open {
    id: String,
    parent: String,
    trace: Trace,
    began: Timestamp,
    fields: Map<String, Value>,
}

impl Subsegments {
    /// What sends to the daemon that `AWS_XRAY_DAEMON_ADDRESS` names; none without one. A function works without its traces, so
    /// an address that cannot be used is no error.
    pub(super) fn of(settings: &Settings) -> Option<Self> {
        let daemon = daemon(&settings.optional("AWS_XRAY_DAEMON_ADDRESS")?)?;
        let socket = UdpSocket::bind(if daemon.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" }).ok()?;
        // A daemon that does not keep up loses documents, and nothing waits for it.
        socket.set_nonblocking(true).ok()?;
        Some(Self { socket, daemon })
    }
}

/// An address as the SDKs of X-Ray take it: `host:port`, or `tcp:host:port udp:host:port`.
fn daemon(text: &str) -> Option<SocketAddr> {
    let mut parts = text.split_whitespace();
    let udp = parts.clone().find_map(|part| part.strip_prefix("udp:"));
    udp.or_else(|| parts.next())?.parse().ok()
}

impl<S> Layer<S> for Subsegments
where
    S: Subscriber + for<'s> LookupSpan<'s>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(trace) = invocation::trace().filter(|trace| trace.sampled) else { return };
        let Some(span) = context.span(id) else { return };
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if !fields.0.contains_key("name") {
            return;
        }
        let above = span.scope().skip(1).find_map(|span| Some(span.extensions().get::<Open>()?.id.clone()));
        let Some(parent) = above.or_else(|| trace.parent.clone()) else { return };
        let id = format!("{:016x}", rand::random::<u64>());
        span.extensions_mut().insert(Open { id, parent, trace, began: Timestamp::now(), fields: fields.0 });
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(open) = span.extensions_mut().get_mut::<Open>() {
            let mut fields = Fields::default();
            values.record(&mut fields);
            open.fields.extend(fields.0);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(open) = context.span(&id).and_then(|span| span.extensions_mut().remove::<Open>()) else { return };
        let document = open.document(Timestamp::now());
        // Lost, if the daemon is not there; there is nothing to be done about that.
        let _lost = self.socket.send_to(format!("{HEADER}{document}").as_bytes(), self.daemon);
    }
}

impl Open {
    fn document(mut self, now: Timestamp) -> Value {
        let mut document = json!({
            "name": name(&take_text(&mut self.fields, "name").unwrap_or_default()),
            "id": self.id,
            "trace_id": self.trace.root,
            "parent_id": self.parent,
            "type": "subsegment",
            "start_time": seconds(self.began),
            "end_time": seconds(now),
        });
        let namespace = take_text(&mut self.fields, "namespace");
        if let Some(namespace) = &namespace {
            document["namespace"] = json!(namespace);
        }
        if namespace.as_deref() == Some("aws") {
            for part in ["operation", "request_id"] {
                if let Some(text) = take_text(&mut self.fields, part) {
                    document["aws"][part] = json!(text);
                }
            }
        }
        for part in ["method", "url"] {
            if let Some(text) = take_text(&mut self.fields, part) {
                document["http"]["request"][part] = json!(text);
            }
        }
        let status = self.fields.remove("status").as_ref().and_then(Value::as_u64);
        if let Some(status) = status {
            document["http"]["response"]["status"] = json!(status);
        }
        match status {
            Some(429) => {
                document["error"] = json!(true);
                document["throttle"] = json!(true);
            }
            Some(400..=499) => document["error"] = json!(true),
            Some(500..) => document["fault"] = json!(true),
            // A call outward that ended without an answer.
            None if namespace.is_some() => document["fault"] = json!(true),
            _ => {}
        }
        if !self.fields.is_empty() {
            document["annotations"] = Value::Object(self.fields);
        }
        document
    }
}

fn take_text(fields: &mut Map<String, Value>, name: &str) -> Option<String> {
    fields.remove(name).and_then(|value| value.as_str().map(str::to_owned))
}

/// A name without what X-Ray does not take in one.
fn name(text: &str) -> String {
    let legal = |c: char| c.is_alphanumeric() || c.is_whitespace() || "_.:/%&#=+\\-@".contains(c);
    text.chars().map(|c| if legal(c) { c } else { '_' }).take(LONGEST_NAME).collect()
}

/// Seconds since 1970, to the microsecond.
fn seconds(at: Timestamp) -> f64 {
    format!("{}.{:06}", at.as_second(), at.subsec_nanosecond() / 1_000).parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::{Value, json};

    use super::{Open, Subsegments, Trace, daemon, name};
    use crate::Settings;

    fn document(fields: &Value) -> Value {
        let at = |text: &str| text.parse::<Timestamp>().expect("a time");
        let trace = Trace { root: "1-5759e988-bd862e3fe1be46a994272793".to_owned(), parent: None, sampled: true };
        let open = Open {
            id: "70de5b6f19ff9a0a".to_owned(),
            parent: "53995c3f42cd8ad8".to_owned(),
            trace,
            began: at("2027-01-15T08:31:00.25Z"),
            fields: fields.as_object().cloned().expect("an object"),
        };
        open.document(at("2027-01-15T08:31:00.3125Z"))
    }

    #[test]
    fn a_call_of_aws_is_written_as_x_ray_reads_it() {
        let fields = json!({ "name": "DynamoDB", "namespace": "aws", "operation": "GetItem", "status": 200 });
        let expected = json!({
            "name": "DynamoDB", "id": "70de5b6f19ff9a0a", "trace_id": "1-5759e988-bd862e3fe1be46a994272793",
            "parent_id": "53995c3f42cd8ad8", "type": "subsegment", "start_time": 1_800_001_860.25, "end_time": 1_800_001_860.312_5,
            "namespace": "aws", "aws": { "operation": "GetItem" }, "http": { "response": { "status": 200 } },
        });
        assert_eq!(document(&fields), expected);
    }

    #[test]
    fn what_went_wrong_is_marked() {
        let marks = |fields: Value| {
            let document = document(&fields);
            ["error", "throttle", "fault"].map(|mark| document[mark] == true)
        };
        assert_eq!(marks(json!({ "name": "a", "status": 200 })), [false, false, false]);
        assert_eq!(marks(json!({ "name": "a", "status": 404 })), [true, false, false]);
        assert_eq!(marks(json!({ "name": "a", "status": 429 })), [true, true, false]);
        assert_eq!(marks(json!({ "name": "a", "status": 503 })), [false, false, true]);
        assert_eq!(marks(json!({ "name": "a", "namespace": "remote" })), [false, false, true], "no answer");
        assert_eq!(marks(json!({ "name": "a" })), [false, false, false], "no call");
    }

    #[test]
    fn other_fields_are_annotations_and_names_are_tidied() {
        let document =
            document(&json!({ "name": "GET /v1/orders/{order}", "route": "/v1/orders/{order}", "attempts": 2 }));
        assert_eq!(document["name"], "GET /v1/orders/_order_");
        assert_eq!(document["annotations"], json!({ "route": "/v1/orders/{order}", "attempts": 2 }));
        assert_eq!(name(&"é".repeat(300)).chars().count(), 200);
    }

    #[test]
    fn the_daemon_is_where_lambda_says() {
        let lambdas = "169.254.79.129:2000".parse().ok();
        assert_eq!(daemon("169.254.79.129:2000"), lambdas);
        assert_eq!(daemon("tcp:127.0.0.1:2000 udp:169.254.79.129:2000"), lambdas);
        assert_eq!(daemon("nowhere"), None);
        assert!(Subsegments::of(&Settings::default()).is_none());
        assert!(Subsegments::of(&Settings::of([("AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1:2000")])).is_some());
    }
}
