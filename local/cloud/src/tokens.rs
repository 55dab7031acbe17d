//! Tokens of transactions, as DynamoDB keeps them: within ten minutes the same request under the same token is done once.
//!
//! The embedded database keeps them as well, but looks through all of them at each transaction, which takes most of the
//! time once there are many. Here the oldest are at the front, and only what has expired is touched.

use std::{
    collections::{HashMap, VecDeque},
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use bytes::Bytes;
use serde_json::Value;

/// For how long a token stands for its request
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html>).
const KEPT: Duration = Duration::from_secs(10 * 60);

/// Most characters of a token.
const LONGEST: usize = 36;

/// What is known of a token.
struct Known {
    request: u64,
    answer: Bytes,
}

#[derive(Default)]
struct Kept {
    known: HashMap<String, Known>,
    /// The oldest first.
    since: VecDeque<(Instant, String)>,
}

/// The tokens of one database. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Tokens(Arc<Mutex<Kept>>);

/// What becomes of a transaction with a token.
pub(crate) enum Replay<E> {
    /// It was done now, or was done before with this answer.
    Answer(Bytes),
    /// Another request was done under its token.
    Mismatch,
    /// It failed now, and may be tried again under its token.
    Failed(E),
}

/// Takes the token out of a transaction. None if it has none, or one that the database has to judge.
pub(crate) fn take_token(transaction: &mut Value) -> Option<String> {
    let token = transaction.get("ClientRequestToken")?.as_str()?;
    if token.is_empty() || token.chars().count() > LONGEST {
        return None;
    }
    let token = token.to_owned();
    transaction.as_object_mut()?.remove("ClientRequestToken");
    Some(token)
}

impl Tokens {
    /// Does a transaction with this [`request_hash`], unless it was done before under its token. Of two at once the second
    /// waits for the first.
    pub(crate) fn once<E>(&self, token: &str, request: u64, run: impl FnOnce() -> Result<Vec<u8>, E>) -> Replay<E> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.forget(Instant::now());
        if let Some(known) = kept.known.get(token) {
            return if known.request == request { Replay::Answer(known.answer.clone()) } else { Replay::Mismatch };
        }
        match run() {
            Ok(body) => {
                let answer = Bytes::from(body);
                kept.known.insert(token.to_owned(), Known { request, answer: without_capacity(&answer) });
                kept.since.push_back((Instant::now(), token.to_owned()));
                Replay::Answer(answer)
            }
            Err(error) => Replay::Failed(error),
        }
    }
}

impl Kept {
    fn forget(&mut self, now: Instant) {
        while self.since.front().is_some_and(|(since, _)| now.duration_since(*since) >= KEPT) {
            if let Some((_, token)) = self.since.pop_front() {
                self.known.remove(&token);
            }
        }
    }
}

/// A repeat writes nothing, so what the first one cost is not its own.
fn without_capacity(answer: &Bytes) -> Bytes {
    let Ok(mut body) = serde_json::from_slice::<Value>(answer) else { return answer.clone() };
    let cost = body.as_object_mut().and_then(|body| body.remove("ConsumedCapacity"));
    if cost.is_some() { Bytes::from(body.to_string()) } else { answer.clone() }
}

/// The same for the same items, in whichever order a client writes the keys of an object.
pub(crate) fn request_hash(items: &Value) -> u64 {
    fn feed(value: &Value, hasher: &mut DefaultHasher) {
        match value {
            Value::Object(map) => {
                let mut keys: Vec<_> = map.iter().collect();
                keys.sort_by_key(|(key, _)| *key);
                keys.len().hash(hasher);
                for (key, inner) in keys {
                    key.hash(hasher);
                    feed(inner, hasher);
                }
            }
            Value::Array(all) => {
                all.len().hash(hasher);
                all.iter().for_each(|inner| feed(inner, hasher));
            }
            Value::String(text) => (0_u8, text).hash(hasher),
            other => (1_u8, other.to_string()).hash(hasher),
        }
    }
    let mut hasher = DefaultHasher::new();
    feed(items, &mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn transaction(name: &str) -> Value {
        json!({"TransactItems": [{"Put": {"TableName": "t", "Item": {"pk": {"S": name}}}}], "ClientRequestToken": "abc"})
    }

    fn done(tokens: &Tokens, transaction: &Value, outcome: Result<Vec<u8>, ()>) -> (Replay<()>, bool) {
        let mut ran = false;
        let replay = tokens.once("abc", request_hash(&transaction["TransactItems"]), || {
            ran = true;
            outcome
        });
        (replay, ran)
    }

    #[test]
    fn the_same_transaction_is_done_once_another_one_is_refused_and_a_failed_one_runs_again() {
        let tokens = Tokens::default();
        let mut first = transaction("a");
        assert_eq!(take_token(&mut first).as_deref(), Some("abc"));
        assert_eq!(first.get("ClientRequestToken"), None);
        assert!(matches!(done(&tokens, &first, Err(())), (Replay::Failed(()), true)));
        let answer = br#"{"ConsumedCapacity":[{"CapacityUnits":2.0}]}"#.to_vec();
        let (Replay::Answer(body), true) = done(&tokens, &first, Ok(answer.clone())) else { panic!("it runs") };
        assert_eq!(body, answer);
        let (Replay::Answer(body), false) = done(&tokens, &first, Err(())) else { panic!("it is known") };
        assert_eq!(body, "{}", "it costs nothing to write");
        assert!(matches!(done(&tokens, &transaction("b"), Ok(Vec::new())), (Replay::Mismatch, false)));
    }

    #[test]
    fn a_token_is_forgotten_after_ten_minutes_and_not_before() {
        let tokens = Tokens::default();
        let begun = Instant::now();
        done(&tokens, &transaction("a"), Ok(b"{}".to_vec()));
        let mut kept = tokens.0.lock().expect("a lock");
        kept.forget(begun + KEPT - Duration::from_secs(1));
        assert_eq!(kept.known.len(), 1);
        kept.forget(Instant::now() + KEPT);
        assert_eq!((kept.known.len(), kept.since.len()), (0, 0));
    }

    #[test]
    fn keys_may_come_in_any_order_and_values_may_not_change_places() {
        let hash = |text: &str| request_hash(&serde_json::from_str(text).expect("JSON"));
        assert_eq!(hash(r#"[{"a":{"S":"1"},"b":{"S":"2"}}]"#), hash(r#"[{"b":{"S":"2"},"a":{"S":"1"}}]"#));
        assert_ne!(hash(r#"[{"a":{"S":"1"},"b":{"S":"2"}}]"#), hash(r#"[{"a":{"S":"2"},"b":{"S":"1"}}]"#));
        assert_ne!(hash(r#"[{"S":"1"}]"#), hash(r#"[{"S":1}]"#));
        assert_ne!(hash(r#"[["a"],["b"]]"#), hash(r#"[["a","b"]]"#));
    }

    #[test]
    fn a_token_that_is_too_long_is_the_databases_to_refuse() {
        let mut long = transaction("a");
        long["ClientRequestToken"] = json!("x".repeat(37));
        assert_eq!(take_token(&mut long), None);
        assert!(long["ClientRequestToken"].is_string());
    }
}
