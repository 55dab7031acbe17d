use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use histories::{plan, run, shrink};

/// How many seeds a run of the test command looks at.
const SEEDS: u64 = 300;

#[test]
fn some_hundred_histories_come_to_rest_and_everything_holds() {
    let (next, failed) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= SEEDS {
                        return;
                    }
                    let findings = run(seed).findings;
                    if !findings.is_empty() {
                        failed.lock().unwrap_or_else(PoisonError::into_inner).push((seed, findings));
                    }
                }
            });
        }
    });
    let mut failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    failed.sort();
    if let Some((seed, findings)) = failed.first() {
        let small = shrink(&plan(*seed));
        panic!("{} of {SEEDS} seeds fail; the first, {seed}: {findings:#?}\nshrunk to: {small}", failed.len());
    }
}
