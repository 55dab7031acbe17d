//! Idempotency keys: the same key gives the same answer, for 24 hours.

use std::collections::{HashMap, VecDeque};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::errors::ApiError;

/// How long a key is kept.
const KEPT: i64 = 24 * 3_600;

/// An answer that is given again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
    /// The request that it was given to first.
    pub(crate) request: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Entry {
    route: String,
    parameters: String,
    used: i64,
    /// None while the first call is under way.
    answer: Option<Answer>,
}

/// What to do with a call that has a key.
#[derive(Debug)]
pub(crate) enum Begin {
    /// Do it.
    Fresh,
    /// Give this answer again.
    Replay(Answer),
}

/// All keys of the account.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Keys {
    entries: HashMap<String, Entry>,
    /// When each was used first, oldest first.
    ages: VecDeque<(i64, String)>,
}

/// The same for the same parameters in any order.
pub(crate) fn fingerprint(form: &[u8]) -> String {
    let mut pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(form).unwrap_or_default();
    pairs.sort();
    let mut hash = Sha256::new();
    for (name, value) in pairs {
        hash.update(name.as_bytes());
        hash.update([0]);
        hash.update(value.as_bytes());
        hash.update([0]);
    }
    hex::encode(hash.finalize())
}

impl Keys {
    /// Begins a call, and marks its key as in use.
    pub(crate) fn begin(&mut self, key: &str, route: &str, parameters: &str, now: i64) -> Result<Begin, ApiError> {
        self.forget(now);
        let Some(entry) = self.entries.get(key) else {
            let entry = Entry { route: route.to_owned(), parameters: parameters.to_owned(), used: now, answer: None };
            self.entries.insert(key.to_owned(), entry);
            self.ages.push_back((now, key.to_owned()));
            return Ok(Begin::Fresh);
        };
        let hint = format!("Try using a key other than '{key}' if you meant to execute a different request.");
        if entry.route != route {
            let first = &entry.route;
            return Err(ApiError::idempotency(format!(
                "Keys for idempotent requests can only be used for the same endpoint they were first used for ('{first}' vs \
                 '{route}'). {hint}"
            )));
        }
        if entry.parameters != parameters {
            return Err(ApiError::idempotency(format!(
                "Keys for idempotent requests can only be used with the same parameters they were first used with. {hint}"
            )));
        }
        entry.answer.clone().map(Begin::Replay).ok_or_else(|| ApiError::in_use(key))
    }

    /// Keeps the answer to a call.
    pub(crate) fn store(&mut self, key: &str, answer: Answer) {
        if let Some(entry) = self.entries.get_mut(key) {
            entry.answer = Some(answer);
        }
    }

    /// Releases a key with which nothing was executed.
    pub(crate) fn release(&mut self, key: &str) {
        self.entries.remove(key);
    }

    /// Releases the keys of calls that were under way when the process ended.
    pub(crate) fn settle(&mut self) {
        self.entries.retain(|_, entry| entry.answer.is_some());
    }

    fn forget(&mut self, now: i64) {
        while self.ages.front().is_some_and(|(used, _)| used.saturating_add(KEPT) <= now) {
            let Some((used, key)) = self.ages.pop_front() else { return };
            // A key that was released may have been used again since.
            if self.entries.get(&key).is_some_and(|entry| entry.used == used) {
                self.entries.remove(&key);
            }
        }
    }
}
