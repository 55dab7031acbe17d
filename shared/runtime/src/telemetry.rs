//! Log lines: one JSON object each, in UTC, with the event's fields at the top level. Some of them are metrics, too. Spans are
//! X-Ray's subsegments.

mod fields;
mod invocation;
mod lines;
pub mod metrics;
mod xray;

use tracing::Level;
use tracing_subscriber::{
    Layer, Registry,
    filter::{FilterExt, Targets, filter_fn},
    fmt::MakeWriter,
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use self::{
    lines::{Lines, LogSource},
    xray::Subsegments,
};
use crate::settings::{SettingError, Settings};

pub use self::invocation::begin;

/// Crates of this workspace, which follow the level that was set.
pub const OURS: [&str; 25] = [
    "domain",
    "store",
    "bucket",
    "payments",
    "documents",
    "paperwork",
    "sheets",
    "words",
    "mail",
    "engine",
    "web",
    "runtime",
    "catalog",
    "checkout",
    "success",
    "webhook",
    "refund",
    "booking",
    "orders",
    "pages",
    "cleanup",
    "notify",
    "worker",
    "local",
    "holdfast",
];

/// Starts a function's logging on standard output, where Lambda collects it, at the level of `LOG_LEVEL`; its metrics are filed
/// under `STAGE`, and its spans go to the daemon of X-Ray that Lambda names. A panic is a line, too. A second call changes nothing.
///
/// # Errors
/// What is wrong with which setting.
pub fn init(settings: &Settings, function: &'static str) -> Result<(), SettingError> {
    let version = settings.optional("AWS_LAMBDA_FUNCTION_VERSION");
    let source =
        LogSource { function, stage: settings.stage()?, version, settings: settings.optional("SETTINGS_VERSION") };
    start(settings.log_level()?, Some(source), std::io::stdout, Subsegments::of(settings));
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(panic = panic.payload_as_str().unwrap_or("unknown"), place, "the function panicked");
    }));
    Ok(())
}

/// Starts logging on standard error, for programs whose standard output says something else.
pub fn init_on_stderr(level: Level) {
    start(level, None, std::io::stderr, None);
}

fn start<W>(level: Level, source: Option<LogSource>, writer: W, subsegments: Option<Subsegments>)
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let layers = [Some(layer(level, source, writer).boxed()), subsegments.map(spans)];
    // Tests and the local stack may have begun already; the first one stays.
    let _already = Registry::default().with(layers.into_iter().flatten().collect::<Vec<_>>()).try_init();
}

/// Our own spans, and no events. They are finer than what is logged, so that they cost nothing where no daemon is.
fn spans(subsegments: Subsegments) -> Box<dyn Layer<Registry> + Send + Sync> {
    let ours = Targets::new().with_targets(OURS.map(|name| (name, Level::DEBUG)));
    subsegments.with_filter(ours.and(filter_fn(|metadata| metadata.is_span()))).boxed()
}

fn layer<W>(level: Level, source: Option<LogSource>, writer: W) -> impl Layer<Registry>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    // Other crates' finer levels print bodies and headers, so they never go beyond warnings, whatever is set.
    // Lines that are metrics are of level INFO at the finest, and are written whatever is set.
    let ours = if source.is_some() { level.max(Level::INFO) } else { level };
    let filter = Targets::new().with_default(Level::WARN).with_targets(OURS.map(|name| (name, ours)));
    Lines { level, source, writer }.with_filter(filter)
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use tracing::Level;
    use tracing_subscriber::{Registry, fmt::MakeWriter, layer::SubscriberExt};

    use super::{begin, layer, lines::LogSource};

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("no panic").extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl<'w> MakeWriter<'w> for Lines {
        type Writer = Self;
        fn make_writer(&'w self) -> Self {
            self.clone()
        }
    }

    #[test]
    fn lines_are_flat_json_in_utc() {
        let lines = Lines::default();
        let subscriber = Registry::default().with(layer(Level::INFO, None, lines.clone()));
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!(target: "engine", order = "ord_1", "order settled");
            tracing::debug!(target: "engine", "too fine");
            tracing::info!(target: "hyper", "not ours");
            tracing::warn!(target: "hyper", "theirs, but bad");
        });
        let text = String::from_utf8(lines.0.lock().expect("no panic").clone()).expect("text");
        let lines: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(lines.len(), 2, "{text}");
        assert_eq!(lines[0]["message"], "order settled");
        assert_eq!(lines[0]["order"], "ord_1");
        assert_eq!(lines[0]["level"], "INFO");
        assert!(lines[0]["timestamp"].as_str().is_some_and(|time| time.ends_with('Z')));
        assert_eq!(lines[1]["target"], "hyper");
    }

    #[test]
    fn lines_name_their_invocation_and_metrics_come_at_every_level() {
        let lines = Lines::default();
        let of = |text: &str| Some(text.to_owned());
        let source = LogSource { function: "checkout", stage: "dev".to_owned(), version: of("7"), settings: of("3") };
        let subscriber = Registry::default().with(layer(Level::ERROR, Some(source), lines.clone()));
        tracing::subscriber::with_default(subscriber, || {
            tracing::error!(target: "engine", "before the first");
            begin("r-1", Some("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=def;Sampled=0"));
            tracing::info!(target: "engine", order = "ord_1", repeated = false, "order placed");
            tracing::info!(target: "engine", "no metric");
            begin("r-2", Some("Root=a line of the caller's;Sampled=1"));
            tracing::error!(target: "store", alarm = "stock_mismatch", r#type = 7, "stock does not add up");
        });
        let text = String::from_utf8(lines.0.lock().expect("no panic").clone()).expect("text");
        let lines: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(lines.len(), 3, "{text}");
        assert!(
            lines
                .iter()
                .all(|line| line["function"] == "checkout" && line["version"] == "7" && line["settings"] == "3")
        );
        assert!(lines[0]["request_id"].is_null() && lines[0]["_aws"].is_null() && lines[0]["cold_start"] == true);
        let whose = |line: &serde_json::Value| {
            (line["request_id"].clone(), line["trace_id"].clone(), line["cold_start"].clone())
        };
        assert_eq!(whose(&lines[1]), ("r-1".into(), "1-5759e988-bd862e3fe1be46a994272793".into(), true.into()));
        assert_eq!((&lines[1]["orders_placed"], &lines[1]["level"]), (&1.into(), &"INFO".into()));
        assert_eq!(whose(&lines[2]), ("r-2".into(), serde_json::Value::Null, false.into()));
        assert_eq!((&lines[2]["alarms"], &lines[2]["type"]), (&1.into(), &7.into()));
    }
}
