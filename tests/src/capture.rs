//! Log lines, as an operator would read them.

use std::{
    fmt, io,
    sync::{Arc, Mutex, Once, PoisonError},
};

use runtime::telemetry;
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, Visitor},
};
use serde_json::Value;
use tracing::Level;
use tracing_subscriber::{Layer, Registry, filter::Targets, fmt::MakeWriter, layer::SubscriberExt};

fn ours() -> Targets {
    Targets::new().with_default(Level::WARN).with_targets(telemetry::OURS.map(|name| (name, Level::TRACE)))
}

/// Enables every line of ours in this process, before the first one is written. A line that is met while
/// no capture listens is remembered as unwanted, and a capture that begins at the same moment in another thread misses it.
pub(crate) fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Another listener does as well.
        let layer = tracing_subscriber::fmt::layer().json().flatten_event(true).with_writer(|| Checked);
        let _listens = tracing::subscriber::set_global_default(Registry::default().with(layer.with_filter(ours())));
    });
}

/// Lines of this process that no reader of logs could make sense of.
static WRONG: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Takes each line of every test that listens by no other means, and keeps those that are wrong.
struct Checked;

impl io::Write for Checked {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        let wrong = text.lines().filter_map(|line| parse(line).err().map(|error| format!("{error}: {line}")));
        WRONG.lock().unwrap_or_else(PoisonError::into_inner).extend(wrong);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Lines so far, of any test in this process, that are no JSON object or have a key twice.
#[must_use]
pub fn wrong_lines() -> Vec<String> {
    WRONG.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Reads one line: a JSON object in which no key stands twice. Of two, each reader picks another one.
///
/// # Errors
/// What is wrong with it.
pub fn parse(line: &str) -> Result<Value, serde_json::Error> {
    serde_json::from_str(line).map(|Line(value)| value)
}

struct Line(Value);

impl<'de> Deserialize<'de> for Line {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct Keys;
        impl<'de> Visitor<'de> for Keys {
            type Value = Line;

            fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Line, A::Error> {
                let mut line = serde_json::Map::new();
                while let Some((key, value)) = map.next_entry::<String, Value>()? {
                    if line.insert(key.clone(), value).is_some() {
                        return Err(A::Error::custom(format!("the key {key} stands there twice")));
                    }
                }
                Ok(Line(Value::Object(line)))
            }
        }
        reader.deserialize_map(Keys)
    }
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
        self.text().lines().map(|line| parse(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
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
