//! New ids.

use runtime::Clock;
use uuid::Builder;

/// A new id: the prefix and a UUID of version 7, which begins with the time.
pub(crate) fn fresh(prefix: &str, clock: &Clock) -> String {
    let milliseconds = u64::try_from(clock.now().as_millisecond()).unwrap_or(0);
    let id = Builder::from_unix_timestamp_millis(milliseconds, &clock.chance().bytes()).into_uuid();
    format!("{prefix}_{}", id.simple())
}
