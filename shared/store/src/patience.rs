//! For how long, and how often, a write that lost to others is tried again.
//!
//! DynamoDB refuses what overlaps at an item instead of queueing it, and an item is busy for some 7 to 18 ms with one
//! transaction. So one item takes some 55 to 140 transactions a second, and who loses comes again after a random time.

use std::time::Duration;

use runtime::Chance;
use tokio::time::{Instant, sleep};

/// The longest that the first pause may be: about as long as an item is busy.
const FIRST: Duration = Duration::from_millis(20);
/// The longest that any pause may be. A crowd of a hundred at one item then makes some 200 tries a second, a fifth of
/// what a partition takes.
const LONGEST: Duration = Duration::from_secs(1);
/// What each call has, where the caller says nothing: less than the shortest limit of a function, 15 seconds.
const UNSAID: Duration = Duration::from_secs(8);

/// How much time a caller has.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Patience {
    /// So much for each call.
    Each(Duration),
    /// All calls together until then.
    Until(Instant),
}

impl Default for Patience {
    fn default() -> Self {
        Self::Each(UNSAID)
    }
}

/// The pauses between the tries of one call.
#[derive(Debug)]
pub(crate) struct Backoff {
    until: Instant,
    longest: Duration,
    lost: u32,
    chance: Chance,
}

impl Drop for Backoff {
    fn drop(&mut self) {
        if self.lost > 0 {
            tracing::info!(lost = self.lost, "a write lost to others");
        }
    }
}

impl Backoff {
    pub(crate) fn new(patience: Patience, chance: Chance) -> Self {
        let until = match patience {
            Patience::Each(each) => Instant::now() + each,
            Patience::Until(until) => until,
        };
        Self { until, longest: FIRST, lost: 0, chance }
    }

    /// Waits before the next try; false if there is no time for one. The pause is any up to a bound that doubles
    /// ("full jitter"), so that those who lost together do not meet again:
    /// <https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/>.
    pub(crate) async fn pause(&mut self) -> bool {
        let left = self.until.saturating_duration_since(Instant::now());
        self.lost += 1;
        if left.is_zero() {
            return false;
        }
        let longest = u64::try_from(self.longest.as_micros()).unwrap_or(u64::MAX);
        let pause = Duration::from_micros(self.chance.up_to(longest));
        self.longest = (self.longest * 2).min(LONGEST);
        sleep(pause.min(left)).await;
        true
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use runtime::Chance;
    use tokio::time::Instant;

    use super::{Backoff, LONGEST, Patience};

    #[tokio::test(start_paused = true)]
    async fn tries_go_on_until_the_callers_time_is_up_and_no_longer() {
        for each in [true, false] {
            let (begun, time) = (Instant::now(), Duration::from_secs(3));
            let patience = if each { Patience::Each(time) } else { Patience::Until(begun + time) };
            let mut backoff = Backoff::new(patience, Chance::new());
            let mut tries = 1;
            while backoff.pause().await {
                tries += 1;
            }
            assert!(begun.elapsed() >= Duration::from_secs(3) && begun.elapsed() < Duration::from_millis(3_010));
            assert!((5..200).contains(&tries), "{tries}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn pauses_spread_and_are_bounded() {
        let mut pauses = Vec::new();
        for _ in 0..50 {
            let mut backoff = Backoff::new(Patience::Each(Duration::from_secs(60)), Chance::new());
            for _ in 0..12 {
                let begun = Instant::now();
                assert!(backoff.pause().await);
                pauses.push(begun.elapsed());
            }
        }
        assert!(pauses.iter().all(|pause| *pause <= LONGEST + Duration::from_millis(1)));
        let late: Vec<_> = pauses.chunks(12).map(|of_one| of_one[11]).collect();
        assert!(late.iter().any(|pause| *pause < LONGEST / 3), "full jitter reaches down to nothing");
        assert!(late.iter().any(|pause| *pause > LONGEST * 2 / 3));
    }

    #[tokio::test(start_paused = true)]
    async fn a_caller_without_time_tries_once() {
        assert!(!Backoff::new(Patience::Until(Instant::now()), Chance::new()).pause().await);
    }
}
