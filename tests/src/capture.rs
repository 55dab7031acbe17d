//! Log lines, as an operator would read them.

use std::{
    io,
    sync::{Arc, Mutex, Once, PoisonError},
};

use serde_json::Value;
use tracing::Level;
use tracing_subscriber::{Layer, Registry, filter::Targets, fmt::MakeWriter, layer::SubscriberExt};

/// The crates that run in the cloud.
const OURS: [&str; 16] = [
    "domain",
    "store",
    "payments",
    "engine",
    "web",
    "runtime",
    "catalog",
    "checkout",
    "success",
    "webhook",
    "refund",
    "booking",
    "documents",
    "orders",
    "cleanup",
    "notify",
];

/// Hears everything and keeps nothing.
struct Deaf;

impl<S: tracing::Subscriber> Layer<S> for Deaf {}

fn ours() -> Targets {
    Targets::new().with_default(Level::WARN).with_targets(OURS.map(|name| (name, Level::TRACE)))
}

/// Makes every line of ours be asked for in this process, before the first one is written. A line that is met while
/// nobody listens is remembered as unwanted, and a capture that begins at the same moment in another thread misses it.
pub(crate) fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Somebody who listens already does as well.
        let _listens = tracing::subscriber::set_global_default(Registry::default().with(Deaf.with_filter(ours())));
    });
}

/// Keeps what is logged.
#[derive(Debug, Clone, Default)]
pub struct Capture {
    bytes: Arc<Mutex<Vec<u8>>>,
}

impl Capture {
    /// A subscriber that writes into this, one JSON object a line, as functions do: our own crates' lines however fine,
    /// of others what is wrong.
    pub fn subscriber(&self) -> impl tracing::Subscriber + Send + Sync + use<> {
        listen();
        let layer = tracing_subscriber::fmt::layer().json().flatten_event(true).with_writer(self.clone());
        Registry::default().with(layer.with_filter(ours()))
    }

    /// All text so far.
    #[must_use]
    pub fn text(&self) -> String {
        let bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// All lines so far.
    #[must_use]
    pub fn lines(&self) -> Vec<Value> {
        self.text().lines().map(|line| serde_json::from_str(line).expect("each line is a JSON object")).collect()
    }
}

impl io::Write for Capture {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Capture {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
