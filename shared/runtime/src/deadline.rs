//! How much time an invocation has.

use std::time::{Duration, SystemTime};

/// What is left of an invocation that Lambda ends at `deadline`, less what `reserve` keeps for what is under way then. A function
/// that spends no more than this is never ended by Lambda in the middle of something, and always gives its answer.
#[must_use]
pub fn time_left(deadline: SystemTime, reserve: Duration) -> Duration {
    deadline.duration_since(SystemTime::now()).unwrap_or_default().saturating_sub(reserve)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::time_left;

    #[test]
    fn a_deadline_that_is_over_leaves_nothing() {
        let (now, second) = (SystemTime::now(), Duration::from_secs(1));
        assert_eq!(time_left(now - second, Duration::ZERO), Duration::ZERO);
        assert_eq!(time_left(now + second, second * 2), Duration::ZERO);
        let left = time_left(now + second * 10, second);
        assert!(left > second * 8 && left <= second * 9, "{left:?}");
    }
}
