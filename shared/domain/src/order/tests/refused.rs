use jiff::{SignedDuration, Timestamp};

use crate::order::try_again_at;

#[test]
fn pauses_grow_with_the_wait_and_stay_within_bounds() {
    let requested = Timestamp::UNIX_EPOCH;
    for (waited, pause) in [(0, 60), (59, 60), (61, 61), (3_600, 3_600), (21_600, 21_600), (900_000, 21_600)] {
        let now = requested + SignedDuration::from_secs(waited);
        assert_eq!(try_again_at(requested, now), now + SignedDuration::from_secs(pause), "{waited}");
    }
}
