//! What was found, in plain sentences.

use std::fmt;

/// What was found, in the order of the questions.
#[derive(Debug, Default)]
pub(crate) struct Report(Vec<Found>);

#[derive(Debug)]
enum Found {
    /// Something is as it should be.
    Good(String),
    /// Something is missing, and what to do.
    Missing { what: String, remedy: String },
    /// Something could not be asked, or is good to know.
    Note(String),
}

impl Report {
    /// Notes what is as it should be.
    pub(crate) fn good(&mut self, what: impl Into<String>) {
        self.0.push(Found::Good(what.into()));
    }

    /// Notes what is missing, and what to do.
    pub(crate) fn missing(&mut self, what: impl Into<String>, remedy: impl Into<String>) {
        self.0.push(Found::Missing { what: what.into(), remedy: remedy.into() });
    }

    /// Notes what is neither.
    pub(crate) fn note(&mut self, what: impl Into<String>) {
        self.0.push(Found::Note(what.into()));
    }

    /// Whether nothing is missing.
    pub(crate) fn is_whole(&self) -> bool {
        self.count() == 0
    }

    fn count(&self) -> usize {
        self.0.iter().filter(|found| matches!(found, Found::Missing { .. })).count()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for found in &self.0 {
            match found {
                Found::Good(what) => writeln!(f, "ok       {what}")?,
                Found::Missing { what, remedy } => writeln!(f, "MISSING  {what}\n         {remedy}")?,
                Found::Note(what) => writeln!(f, "note     {what}")?,
            }
        }
        match self.count() {
            0 => write!(f, "Nothing is missing."),
            1 => write!(f, "One thing is missing."),
            count => write!(f, "{count} things are missing."),
        }
    }
}
