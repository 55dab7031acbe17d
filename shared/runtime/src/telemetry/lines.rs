//! Writes each event as one flat JSON object.

use std::io::Write;

use jiff::Timestamp;
use serde_json::Value;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::{Layer, fmt::MakeWriter, layer::Context};

use super::{fields::Fields, invocation, metrics};

/// Which function writes, and what its metrics are filed under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LogSource {
    pub(super) function: &'static str,
    pub(super) stage: String,
    /// Lambda's number of the function's version.
    pub(super) version: Option<String>,
    /// The template's number of its settings.
    pub(super) settings: Option<String>,
}

/// One line for each event that is no finer than `level`, and for each metric whatever the level is.
#[derive(Debug)]
pub(super) struct Lines<W> {
    pub(super) level: Level,
    pub(super) source: Option<LogSource>,
    pub(super) writer: W,
}

impl<S, W> Layer<S> for Lines<W>
where
    S: Subscriber,
    W: for<'w> MakeWriter<'w> + 'static,
{
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        let now = Timestamp::now();
        let mut fields = Fields::default();
        event.record(&mut fields);
        let mut line = fields.0;
        let measured =
            self.source.as_ref().is_some_and(|source| metrics::embed(&mut line, &source.stage, now.as_millisecond()));
        if *metadata.level() > self.level && !measured {
            return;
        }
        line.insert("timestamp".to_owned(), now.to_string().into());
        line.insert("level".to_owned(), metadata.level().as_str().into());
        line.insert("target".to_owned(), metadata.target().into());
        if let Some(source) = &self.source {
            line.insert("function".to_owned(), source.function.into());
            for (name, number) in [("version", &source.version), ("settings", &source.settings)] {
                if let Some(number) = number {
                    line.insert(name.to_owned(), number.clone().into());
                }
            }
            invocation::note(&mut line);
        }
        let mut text = Value::Object(line).to_string();
        text.push('\n');
        // There is no other place to say that it failed.
        let _failed = self.writer.make_writer().write_all(text.as_bytes());
    }
}
