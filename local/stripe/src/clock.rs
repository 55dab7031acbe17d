//! The clock by which sessions end and webhooks are tried again.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use jiff::{SignedDuration, Timestamp};

/// A clock. Clones move together.
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    /// The system's time and so many seconds more.
    System(Arc<AtomicI64>),
    /// The clock of the program that the stand-in is a part of.
    Program(Arc<dyn Fn() -> Timestamp + Send + Sync>),
}

impl Clock {
    /// A clock that shows the system's time until it is moved.
    #[must_use]
    pub fn new() -> Self {
        Self(Source::System(Arc::default()))
    }

    /// A clock that shows what `now` says.
    pub fn of(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Source::Program(Arc::new(now)))
    }

    /// The time now, in UTC.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System(offset) => {
                let offset = SignedDuration::from_secs(offset.load(Ordering::Relaxed));
                Timestamp::now().saturating_add(offset).unwrap_or(Timestamp::MAX)
            }
            Source::Program(now) => now(),
        }
    }

    /// Moves the clock by whole seconds, and says whether it did: a clock made by [`Clock::of`] stays as it is.
    pub fn advance(&self, seconds: i64) -> bool {
        match &self.0 {
            Source::System(offset) => {
                offset.fetch_add(seconds, Ordering::Relaxed);
                true
            }
            Source::Program(_) => false,
        }
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Clock").field(&self.now()).finish()
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::Clock;

    #[test]
    fn clones_move_together_and_the_programs_clock_stays() {
        let clock = Clock::new();
        let other = clock.clone();
        let before = other.now();
        assert!(clock.advance(3_600));
        assert!(other.now().duration_since(before).as_secs() >= 3_600);
        let fixed = Clock::of(|| Timestamp::UNIX_EPOCH);
        assert!(!fixed.advance(3_600));
        assert_eq!(fixed.now(), Timestamp::UNIX_EPOCH);
    }
}
