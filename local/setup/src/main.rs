//! Runs one command of an operator's, with settings in its environment: `cargo run -p setup -- --help`. `docs/deploy.md` says when.

use std::{
    io::{BufReader, Write as _, stdin, stdout},
    process::ExitCode,
    sync::Arc,
};

use clap::Parser;
use runtime::{HyperWire, Settings};
use setup::{Arguments, Terminal, run};

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { command } = Arguments::parse();
    let wire = match HyperWire::new() {
        Ok(wire) => Arc::new(wire),
        Err(error) => return failed(&error.to_string()),
    };
    let (mut input, mut output) = (BufReader::new(stdin()), stdout());
    let mut terminal = Terminal { input: &mut input, output: &mut output };
    match Box::pin(run(command, &Settings::from_env(), wire, &mut terminal)).await {
        Ok(true) => ExitCode::SUCCESS,
        // Something is missing, and was said.
        Ok(false) => ExitCode::from(2),
        Err(message) => failed(&message),
    }
}

fn failed(message: &str) -> ExitCode {
    let _written = writeln!(std::io::stderr(), "setup: {message}");
    ExitCode::FAILURE
}
