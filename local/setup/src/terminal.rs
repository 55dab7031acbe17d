//! The operator.

use std::io::{BufRead, Write};

/// Where questions are asked and answers read.
pub struct Terminal<'a> {
    /// What the operator types, or a pipe.
    pub input: &'a mut (dyn BufRead + Send),
    /// What they read.
    pub output: &'a mut (dyn Write + Send),
}

impl Terminal<'_> {
    /// Writes a line.
    pub(crate) fn line(&mut self, text: &str) -> Result<(), String> {
        writeln!(self.output, "{text}").map_err(|error| format!("standard output: {error}"))
    }

    /// Asks for a line.
    pub(crate) fn prompt(&mut self) -> Result<(), String> {
        let written = write!(self.output, "> ").and_then(|()| self.output.flush());
        written.map_err(|error| format!("standard output: {error}"))
    }

    /// Reads a line without its end; empty where there is no more.
    pub(crate) fn read(&mut self) -> Result<String, String> {
        let mut line = String::new();
        self.input.read_line(&mut line).map_err(|error| format!("standard input: {error}"))?;
        Ok(line.trim().to_owned())
    }
}
