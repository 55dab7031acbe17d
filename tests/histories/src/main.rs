//! Runs histories: so many seeds from a first one, on two threads. The last line says in JSON how many, what was found, and
//! how long it took.

use std::{
    io::Write,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use clap::Parser;
use histories::{Outcome, plan, play, run, shrink};
use serde_json::json;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Runs histories of what can happen at once, and says what does not hold.
#[derive(Debug, Parser)]
struct Options {
    /// How many seeds.
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
    /// The first seed.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// How many threads.
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// Prints each history with its calls and outcomes.
    #[arg(long)]
    trace: bool,
    /// Leaves what fails as large as it is.
    #[arg(long)]
    no_shrinking: bool,
}

fn main() -> std::io::Result<()> {
    let options = Options::parse();
    let began = Instant::now();
    let next = AtomicU64::new(options.from);
    let (failed, calls) = (Mutex::new(Vec::new()), AtomicU64::new(0));
    let end = options.from.saturating_add(options.seeds);
    std::thread::scope(|scope| {
        for _ in 0..options.threads.max(1) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= end {
                        return;
                    }
                    let outcome = if options.trace { traced(seed) } else { run(seed) };
                    calls.fetch_add(outcome.calls, Ordering::Relaxed);
                    if !outcome.findings.is_empty() {
                        failed.lock().unwrap_or_else(PoisonError::into_inner).push((seed, outcome.findings));
                    }
                }
            });
        }
    });
    let seconds = began.elapsed().as_millis();
    let mut failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    failed.sort();
    let mut out = std::io::stdout().lock();
    for (seed, findings) in &failed {
        writeln!(out, "seed {seed} fails:")?;
        for finding in findings {
            writeln!(out, "  {finding}")?;
        }
        if !options.no_shrinking {
            write!(out, "shrunk to: {}", shrink(&plan(*seed)))?;
        }
    }
    let calls = calls.into_inner();
    writeln!(
        out,
        "{calls} calls outward; a seed alone: cargo run --profile quick -p histories -- --seeds 1 --trace --from SEED"
    )?;
    let seconds = format!("{}.{:03}", seconds / 1_000, seconds % 1_000);
    let seconds: serde_json::Number = seconds.parse().unwrap_or_else(|_| 0.into());
    writeln!(out, "{}", json!({ "seeds": options.seeds, "findings": failed.len(), "seconds": seconds }))?;
    if failed.is_empty() { Ok(()) } else { std::process::exit(1) }
}

/// Runs a seed, and prints it with all its calls.
fn traced(seed: u64) -> Outcome {
    let history = plan(seed);
    let outcome = play(&history, true);
    let mut out = std::io::stdout().lock();
    let _written = writeln!(out, "{history}{}", outcome.trace.join("\n"));
    outcome
}
