//! Runs a restore from an operator's machine, with the settings of a function in its environment:
//! `cargo run -p restore -- --since 2026-11-26T03:20:00Z --stage prod`; with `--audit` alone, audits the whole table and changes
//! nothing. `docs/runbook.md` says when and how.

use std::{io::Write as _, process::ExitCode, sync::Arc};

use clap::Parser;
use jiff::Timestamp;
use restore::{BETWEEN, audit_deployed, restore};
use runtime::{Clock, HyperWire, Settings, telemetry};

/// Gives a restored table what the template declares, and tells it what Stripe knows and it does not.
#[derive(Debug, Parser)]
#[command(name = "restore")]
struct Arguments {
    /// The time that the table was restored to, as 2026-11-26T03:20:00Z
    #[arg(long, value_name = "TIME", requires = "stage", required_unless_present = "audit")]
    since: Option<Timestamp>,
    /// The stage of the deployment, for the table's tags
    #[arg(long)]
    stage: Option<String>,
    /// Check every invariant over the whole table instead, and change nothing
    #[arg(long, conflicts_with_all = ["since", "stage"])]
    audit: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match Box::pin(run(Arguments::parse())).await {
        // The exit code says whether all is well, and after a restore whether to begin again.
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(2),
        Err(message) => {
            let _written = writeln!(std::io::stderr(), "restore: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Does it, prints what it came to as one line of JSON, and says whether all is well.
async fn run(Arguments { since, stage, .. }: Arguments) -> Result<bool, String> {
    let settings = Settings::from_env();
    telemetry::init_on_stderr(settings.log_level().map_err(|error| error.to_string())?);
    let wire = Arc::new(HyperWire::new().map_err(|error| error.to_string())?);
    let (line, is_well) = if let (Some(since), Some(stage)) = (since, stage) {
        let restored = Box::pin(restore(&settings, wire, Clock::new(), since, &stage)).await;
        let restored = restored.map_err(|error| error.to_string())?;
        (serde_json::to_string(&restored), restored.report.is_whole())
    } else {
        let audit = Box::pin(audit_deployed(&settings, wire, Clock::new(), BETWEEN)).await;
        let audit = audit.map_err(|error| error.to_string())?;
        (serde_json::to_string(&audit), audit.ok)
    };
    let line = line.map_err(|error| error.to_string())?;
    writeln!(std::io::stdout(), "{line}").map_err(|error| error.to_string())?;
    Ok(is_well)
}
