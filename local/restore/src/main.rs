//! Runs a restore from an operator's machine, with the settings of a function in its environment:
//! `cargo run -p restore -- --since 2026-11-26T03:20:00Z --stage prod`. `docs/runbook.md` says when and how.

use std::{io::Write as _, process::ExitCode, sync::Arc};

use clap::Parser;
use jiff::Timestamp;
use restore::{Restored, restore};
use runtime::{Clock, HyperWire, Settings, telemetry};

/// Gives a restored table what the template declares, and tells it what Stripe knows and it does not.
#[derive(Debug, Parser)]
#[command(name = "restore")]
struct Arguments {
    /// The time that the table was restored to, as 2026-11-26T03:20:00Z
    #[arg(long, value_name = "TIME")]
    since: Timestamp,
    /// The stage of the deployment, for the table's tags
    #[arg(long)]
    stage: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    match Box::pin(run(Arguments::parse())).await {
        // The exit code says whether to begin again.
        Ok(restored) if restored.report.is_whole() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(2),
        Err(message) => {
            let _written = writeln!(std::io::stderr(), "restore: {message}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<Restored, String> {
    let settings = Settings::from_env();
    telemetry::init_on_stderr(settings.log_level().map_err(|error| error.to_string())?);
    let wire = Arc::new(HyperWire::new().map_err(|error| error.to_string())?);
    let restored = Box::pin(restore(&settings, wire, Clock::new(), arguments.since, &arguments.stage)).await;
    let restored = restored.map_err(|error| error.to_string())?;
    let line = serde_json::to_string(&restored).map_err(|error| error.to_string())?;
    writeln!(std::io::stdout(), "{line}").map_err(|error| error.to_string())?;
    Ok(restored)
}
