//! Sign-ins under way: what was asked of the issuer, so that its answer is known to be one to us, and where the visitor was going.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How long the issuer's page may take, in seconds: ten minutes.
pub(crate) const KEEP: i64 = 600;

/// How many may be under way in one browser, as in several tabs.
const MOST: usize = 3;

/// One sign-in under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Attempt {
    /// What the issuer gives back, so that its answer belongs to this browser.
    pub(crate) state: String,
    /// What the token holds, so that it was made for this sign-in.
    pub(crate) nonce: String,
    /// The proof that who exchanges the code is who asked for it (PKCE).
    pub(crate) proof: String,
    /// Where it leads to: a path of ours.
    pub(crate) to: String,
    /// When it began.
    pub(crate) begun: Timestamp,
}

/// Those of one browser, the latest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Attempts(Vec<Attempt>);

impl Attempts {
    /// Those that are still good.
    pub(crate) fn fresh(mut self, now: Timestamp) -> Self {
        self.0.retain(|attempt| now < attempt.begun + SignedDuration::from_secs(KEEP));
        self
    }

    /// Adds one; the oldest goes.
    pub(crate) fn add(&mut self, attempt: Attempt) {
        self.0.insert(0, attempt);
        self.0.truncate(MOST);
    }

    /// The one with that state, which is good once.
    pub(crate) fn take(&mut self, state: &str) -> Option<Attempt> {
        let place = self.0.iter().position(|attempt| attempt.state == state)?;
        Some(self.0.remove(place))
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{Attempt, Attempts};

    fn attempt(state: &str, begun: Timestamp) -> Attempt {
        let [nonce, proof, to] = ["n", "p", "/cart"].map(str::to_owned);
        Attempt { state: state.to_owned(), nonce, proof, to, begun }
    }

    #[test]
    fn each_is_good_once_and_for_a_while() {
        let now = Timestamp::UNIX_EPOCH;
        let mut attempts = Attempts::default();
        for state in ["a", "b", "c", "d"] {
            attempts.add(attempt(state, now));
        }
        assert_eq!(attempts.take("a"), None, "the oldest of four");
        assert_eq!(attempts.take("c").map(|attempt| attempt.state).as_deref(), Some("c"));
        assert_eq!(attempts.take("c"), None);
        let later = attempts.clone().fresh(now + SignedDuration::from_secs(599));
        assert_eq!(later, attempts);
        assert!(attempts.fresh(now + SignedDuration::from_secs(600)).is_empty());
    }
}
