//! The clock that shells read. Everything below them takes the time as an argument.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use jiff::{SignedDuration, Timestamp};

/// A clock that follows the system's, moved forward by as much as its owner says.
///
/// In the cloud it is not moved. The local stack and the tests share one among all parts, so that holds run out and
/// sessions end without a wait.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    offset_seconds: Arc<AtomicI64>,
}

impl Clock {
    /// A clock that shows the system's time.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The time now, in UTC.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let offset = SignedDuration::from_secs(self.offset_seconds.load(Ordering::Relaxed));
        Timestamp::now().saturating_add(offset).unwrap_or(Timestamp::MAX)
    }

    /// Moves this clock and all its clones forward (or, with a negative number, back) by whole seconds.
    pub fn advance(&self, seconds: i64) {
        self.offset_seconds.fetch_add(seconds, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::Clock;

    #[test]
    fn clones_move_together() {
        let clock = Clock::new();
        let other = clock.clone();
        let before = other.now();
        clock.advance(3_600);
        assert!(other.now().duration_since(before).as_secs() >= 3_600);
    }
}
