//! Log lines: one JSON object each, in UTC, with the event's fields at the top level.

use tracing::Level;
use tracing_subscriber::{
    Layer, Registry, filter::Targets, fmt::MakeWriter, layer::SubscriberExt, util::SubscriberInitExt,
};

/// Crates of this workspace, which follow the level that was set.
pub const OURS: [&str; 21] = [
    "domain",
    "store",
    "payments",
    "documents",
    "paperwork",
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
    "cleanup",
    "notify",
    "worker",
    "local",
    "holdfast",
];

/// Starts logging on standard output, where Lambda collects it. A second call changes nothing.
pub fn init(level: Level) {
    start(level, std::io::stdout);
}

/// Starts logging on standard error, for programs whose standard output says something else.
pub fn init_on_stderr(level: Level) {
    start(level, std::io::stderr);
}

/// A mail address of which a log line may show this much: `a***@example.com`.
#[must_use]
pub fn mask_email(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((name, host)) => format!("{}***@{host}", name.chars().next().map(String::from).unwrap_or_default()),
        None => "***".to_owned(),
    }
}

fn start<W>(level: Level, writer: W)
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    // Tests and the local stack may have begun already; the first one stays.
    let _already = Registry::default().with(layer(level, writer)).try_init();
}

fn layer<W>(level: Level, writer: W) -> impl Layer<Registry>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    // Other crates' finer levels print bodies and headers, so they never go beyond warnings, whatever is set.
    let filter = Targets::new().with_default(Level::WARN).with_targets(OURS.map(|name| (name, level)));
    tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_writer(writer)
        .with_filter(filter)
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use tracing::Level;
    use tracing_subscriber::{Registry, fmt::MakeWriter, layer::SubscriberExt};

    use super::{layer, mask_email};

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
        let subscriber = Registry::default().with(layer(Level::INFO, lines.clone()));
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
    fn addresses_are_masked() {
        assert_eq!(mask_email("ada@example.com"), "a***@example.com");
        assert_eq!(mask_email("@example.com"), "***@example.com");
        assert_eq!(mask_email("ada"), "***");
        assert_eq!(mask_email("é@x@example.com"), "é***@example.com");
    }
}
