//! Writes each event as one flat JSON object.

use std::{fmt, io::Write};

use jiff::Timestamp;
use serde_json::{Map, Value};
use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{Layer, fmt::MakeWriter, layer::Context};

use super::{invocation, metrics};

/// Which function writes, and what its metrics are filed under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) function: &'static str,
    pub(super) stage: String,
}

/// One line for each event that is no finer than `level`, and for each metric whatever the level is.
#[derive(Debug)]
pub(super) struct Lines<W> {
    pub(super) level: Level,
    pub(super) source: Option<Source>,
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
        let mut fields = Fields(Map::new());
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
            invocation::note(&mut line);
        }
        let mut text = Value::Object(line).to_string();
        text.push('\n');
        // There is no other place to say that it failed.
        let _failed = self.writer.make_writer().write_all(text.as_bytes());
    }
}

struct Fields(Map<String, Value>);

impl Fields {
    fn put(&mut self, field: &Field, value: impl Into<Value>) {
        let name = field.name().trim_start_matches("r#");
        self.0.insert(name.to_owned(), value.into());
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, format!("{value:?}"));
    }
}
