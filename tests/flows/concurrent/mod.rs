//! Clients at once over HTTP: one sequence explains what all of them saw, of each offer's stock and each balance.

use std::{io::Write as _, time::Instant};

use holdfast_tests::concurrent::Runs;

/// How many runs there are here. For more: `cargo run -p holdfast-tests --example concurrent -- 1000`.
const RUNS: u64 = 30;

#[tokio::test(start_paused = true)]
async fn what_clients_see_at_once_is_linearizable() {
    let begun = Instant::now();
    let runs = Runs::new().await;
    let (mut operations, mut open, mut paid) = (0, 0, [0; 4]);
    for seed in 0..RUNS {
        let run = runs.run(seed).await;
        assert_eq!(run.finding(), None, "run {seed}");
        operations += run.operations();
        open += run.open();
        for (sum, count) in paid.iter_mut().zip(run.paid_for()) {
            *sum += count;
        }
    }
    let conflicts = runs.conflicts();
    runs.finish().await;
    let seconds = begun.elapsed().as_secs();
    let line = format!("{RUNS} runs, {operations} operations, {open} open, {conflicts} conflicts, {seconds} s\n");
    std::io::stdout().write_all(line.as_bytes()).unwrap();
    assert!(open > 0 && conflicts > 0, "clients met, and some heard nothing sure: {line}");
    assert!(paid.iter().all(|count| *count > 0), "held, let go, sold and given back: {paid:?}");
}
