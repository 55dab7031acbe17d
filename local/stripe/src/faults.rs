//! Faults.

use std::collections::{HashMap, VecDeque};

use serde::{Deserialize, Serialize};

/// How a call goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// No connection: the call never arrives.
    Refuse,
    /// The connection breaks before the call is acted on.
    LoseRequest,
    /// The call is acted on, and the connection breaks before the answer.
    LoseAnswer,
    /// The call is acted on and never answered.
    Hang,
    /// The call is acted on after a while; until then its idempotency key is in use.
    Slow,
    /// Status 500, kept under the call's key; nothing was done.
    #[serde(rename = "error_500")]
    Error500,
    /// Status 500, kept under the call's key; but it was done.
    #[serde(rename = "error_500_done")]
    Error500Done,
    /// Status 429, not kept.
    RateLimit,
    /// Status 429 with the code of a locked object, not kept.
    LockTimeout,
    /// Status 409, as if another call were using the key.
    KeyInUse,
    /// Status 403: the key has no right to this. Nothing was executed, so it is not kept.
    Forbidden,
    /// Status 400 with `balance_insufficient`, kept under the call's key as Stripe keeps what it began to work on.
    Balance,
    /// Status 400 with `account_invalid`, kept: the seller's account is restricted.
    Account,
}

/// Calls that will go wrong.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// The HTTP method; any where there is none.
    #[serde(default)]
    pub method: Option<String>,
    /// The beginning of the path; `{id}` or `*` stand for any one part of it.
    pub path: String,
    /// What happens.
    pub fault: Fault,
    /// How many calls it happens to.
    #[serde(default = "once")]
    pub times: u32,
    /// How many matching calls pass unharmed before.
    #[serde(default)]
    pub skip: u32,
    /// How long a slow call takes.
    #[serde(default = "a_second")]
    pub milliseconds: u64,
}

fn once() -> u32 {
    1
}

fn a_second() -> u64 {
    1_000
}

impl FaultRule {
    /// A rule for the next call of a route.
    #[must_use]
    pub fn next(method: &str, path: &str, fault: Fault) -> Self {
        let method = Some(method.to_owned());
        Self { method, path: path.to_owned(), fault, times: 1, skip: 0, milliseconds: a_second() }
    }

    fn matches(&self, method: &str, path: &str) -> bool {
        if self.method.as_ref().is_some_and(|requested| !requested.eq_ignore_ascii_case(method)) {
            return false;
        }
        let parts = |path: &str| -> Vec<String> {
            let all = path.split('/').filter(|part| !part.is_empty()).map(str::to_owned);
            all.skip_while(|part| part == "v1").collect()
        };
        let (requested, seen) = (parts(&self.path), parts(path));
        let open = |part: &str| part == "*" || (part.starts_with('{') && part.ends_with('}'));
        requested.len() <= seen.len()
            && requested.iter().zip(&seen).all(|(requested, seen)| open(requested) || requested == seen)
    }
}

/// All rules that are left, and the pace.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    rules: Vec<FaultRule>,
    /// How many calls a second each endpoint takes; any number where there is none.
    per_second: Option<u32>,
    /// When each endpoint took its calls of the last second, in milliseconds.
    taken: HashMap<String, VecDeque<i64>>,
}

/// The route of a path, without its ids, which have digits or capitals.
fn endpoint(method: &str, path: &str) -> String {
    let is_id = |part: &str| part.chars().any(|c| c.is_ascii_digit() || c.is_ascii_uppercase());
    let parts: Vec<_> = path.split('/').filter(|part| *part != "v1").collect();
    let parts = parts.into_iter().map(|part| if is_id(part) { "{id}" } else { part }).collect::<Vec<_>>();
    format!("{method} {}", parts.join("/"))
}

impl Faults {
    /// Adds rules.
    pub(crate) fn add(&mut self, rules: Vec<FaultRule>) {
        self.rules.extend(rules);
    }

    /// Removes all rules.
    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    /// Limits each endpoint to so many calls a second, as Stripe does; 0 is no limit.
    pub(crate) fn set_pace(&mut self, per_second: u32) {
        self.per_second = (per_second > 0).then_some(per_second);
        self.taken.clear();
    }

    /// How many calls a second each endpoint takes.
    pub(crate) fn pace(&self) -> Option<u32> {
        self.per_second
    }

    /// Whether a call is over the limit. Such a call is refused and does not count.
    pub(crate) fn too_fast(&mut self, method: &str, path: &str, now_ms: i64) -> bool {
        let Some(most) = self.per_second else { return false };
        let taken = self.taken.entry(endpoint(method, path)).or_default();
        while taken.front().is_some_and(|at| *at <= now_ms - 1_000) {
            taken.pop_front();
        }
        if taken.len() >= usize::try_from(most).unwrap_or(usize::MAX) {
            return true;
        }
        taken.push_back(now_ms);
        false
    }

    /// The rules that are left.
    pub(crate) fn left(&self) -> &[FaultRule] {
        &self.rules
    }

    /// What happens to this call.
    pub(crate) fn strike(&mut self, method: &str, path: &str) -> Option<FaultRule> {
        let position = self.rules.iter().position(|rule| rule.matches(method, path))?;
        let rule = self.rules.get_mut(position)?;
        if rule.skip > 0 {
            rule.skip -= 1;
            return None;
        }
        let struck = rule.clone();
        rule.times = rule.times.saturating_sub(1);
        if rule.times == 0 {
            self.rules.remove(position);
        }
        Some(struck)
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, FaultRule, Faults};

    #[test]
    fn rules_match_by_beginning_and_by_wildcard() {
        let mut faults = Faults::default();
        faults.add(vec![
            FaultRule::next("POST", "/v1/payment_intents/{id}/capture", Fault::Hang),
            FaultRule { method: None, ..FaultRule::next("", "/v1/refunds", Fault::Refuse) },
        ]);
        assert!(faults.strike("POST", "/v1/payment_intents").is_none());
        assert!(faults.strike("GET", "/v1/payment_intents/pi_1/capture").is_none());
        assert_eq!(faults.strike("POST", "/v1/payment_intents/pi_1/capture").map(|rule| rule.fault), Some(Fault::Hang));
        assert!(faults.strike("POST", "/v1/payment_intents/pi_1/capture").is_none(), "once only");
        assert!(faults.strike("GET", "/v1/refunds_of_others").is_none());
        assert_eq!(faults.strike("GET", "/v1/refunds/re_1").map(|rule| rule.fault), Some(Fault::Refuse));
    }

    #[test]
    fn each_endpoint_takes_so_many_calls_in_any_second() {
        let mut faults = Faults::default();
        let refund = |faults: &mut Faults, at| faults.too_fast("POST", "/v1/refunds", at);
        assert!(!(0..100).any(|_| refund(&mut faults, 0)), "any number at first");
        faults.set_pace(25);
        assert!(!(0..25).any(|n| refund(&mut faults, n)));
        assert!(refund(&mut faults, 500));
        assert!(!faults.too_fast("GET", "/v1/refunds", 500), "another endpoint");
        assert!(!faults.too_fast("GET", "/v1/checkout/sessions/cs_test_a1", 500));
        assert!(refund(&mut faults, 999));
        assert!(!refund(&mut faults, 1_000), "the first one is a second ago");
        assert!(refund(&mut faults, 1_000));
        let sessions =
            (0..25).filter(|n| faults.too_fast("GET", &format!("/v1/checkout/sessions/cs_{n}"), 600)).count();
        assert_eq!(sessions, 1, "all ids are one endpoint");
        faults.set_pace(0);
        assert!(!refund(&mut faults, 1_000));
    }

    #[test]
    fn rules_wait_for_their_turn() {
        let mut faults = Faults::default();
        faults.add(vec![FaultRule { skip: 1, times: 2, ..FaultRule::next("POST", "/v1/refunds", Fault::LoseAnswer) }]);
        let hits = (0..4).filter(|_| faults.strike("POST", "/v1/refunds").is_some()).count();
        assert_eq!(hits, 2);
        assert!(faults.left().is_empty());
    }
}
