//! The clock that shells read. Everything below them takes the time as an argument.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use crate::chance::Chance;

/// A clock that follows the system's, moved forward by as much as its owner says; and beside it the other thing that a process
/// takes from its surroundings, chance.
///
/// In the cloud it is not moved. The local stack and the tests share one among all parts, so that holds run out and
/// sessions end without a wait.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    offset_seconds: Arc<AtomicI64>,
    /// What a simulation's clock began with, and when by the runtime's own clock, which the simulation moves.
    simulated: Option<(Timestamp, Instant)>,
    chance: Chance,
}

impl Clock {
    /// A clock that shows the system's time.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A simulation's clock: it shows `from` now and goes as the runtime's own time does, which a simulation pauses and
    /// moves. Ids and pauses come from `chance`.
    #[must_use]
    pub fn simulated(from: Timestamp, chance: Chance) -> Self {
        Self { offset_seconds: Arc::default(), simulated: Some((from, Instant::now())), chance }
    }

    /// The time now, in UTC.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let offset = SignedDuration::from_secs(self.offset_seconds.load(Ordering::Relaxed));
        let now = match &self.simulated {
            Some((from, began)) => {
                let gone = SignedDuration::try_from(began.elapsed()).unwrap_or(SignedDuration::MAX);
                from.saturating_add(gone).unwrap_or(Timestamp::MAX)
            }
            None => Timestamp::now(),
        };
        now.saturating_add(offset).unwrap_or(Timestamp::MAX)
    }

    /// Where ids, secrets and pauses come from.
    #[must_use]
    pub fn chance(&self) -> &Chance {
        &self.chance
    }

    /// Moves this clock and all its clones forward (or, with a negative number, back) by whole seconds.
    pub fn advance(&self, seconds: i64) {
        self.offset_seconds.fetch_add(seconds, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;

    use super::{Chance, Clock};

    #[test]
    fn clones_move_together() {
        let clock = Clock::new();
        let other = clock.clone();
        let before = other.now();
        clock.advance(3_600);
        assert!(other.now().duration_since(before).as_secs() >= 3_600);
    }

    #[tokio::test(start_paused = true)]
    async fn a_simulated_clock_goes_as_the_runtime_does() {
        let clock = Clock::simulated(Timestamp::UNIX_EPOCH, Chance::seeded(1));
        assert_eq!(clock.now(), Timestamp::UNIX_EPOCH);
        tokio::time::advance(Duration::from_millis(90_500)).await;
        clock.advance(-30);
        assert_eq!(clock.now().as_millisecond(), 60_500);
    }
}
