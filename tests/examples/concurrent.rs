//! Many runs of concurrent clients, checked for linearizability: `cargo run -p holdfast-tests --example concurrent -- 1000`.
//! The last line is JSON.

use std::{io::Write as _, process::ExitCode, time::Instant};

use clap::Parser;
use holdfast_tests::concurrent::Runs;
use serde_json::json;

/// Runs clients at once, and checks what they saw.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many runs
    runs: u64,
    /// The seed of the first
    #[arg(long, default_value_t = 0)]
    from: u64,
}

/// So many runs share a world.
const SHARED: u64 = 50;

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> ExitCode {
    let Arguments { runs, from } = Arguments::parse();
    let begun = Instant::now();
    let (mut operations, mut open, mut conflicts, mut findings) = (0, 0, 0, 0);
    let mut paid = [0; 4];
    let mut seed = from;
    while seed < from + runs {
        let world = Box::pin(Runs::new()).await;
        let end = (seed + SHARED).min(from + runs);
        while seed < end {
            let run = Box::pin(world.run(seed)).await;
            if let Some(finding) = run.finding() {
                findings += 1;
                let _written = writeln!(std::io::stderr(), "run {seed}: {finding}");
            }
            operations += run.operations();
            open += run.open();
            for (sum, count) in paid.iter_mut().zip(run.paid_for()) {
                *sum += count;
            }
            seed += 1;
        }
        conflicts += world.conflicts();
        Box::pin(world.finish()).await;
    }
    let line = json!({ "runs": runs, "operations": operations, "open": open, "conflicts": conflicts,
        "held": paid[0], "released": paid[1], "sold": paid[2], "returned": paid[3],
        "findings": findings, "seconds": begun.elapsed().as_secs() });
    let _written = writeln!(std::io::stdout(), "{line}");
    if findings == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
