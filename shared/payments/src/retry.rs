//! What an answer of Stripe's means, and when to try again.
//!
//! Stripe keeps the result of a call under its key as soon as it has begun to work on it, a failure too, and repeats
//! that. So trying again with the same key is safe in any case, and useless once the answer is marked as a repetition.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Response};
use runtime::Chance;
use serde::Deserialize;

use crate::{
    CallError, StripeRefusal, UnclearReason,
    objects::{self, Reference},
    status::IntentStatus,
};

/// The first pause between two tries; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// The longest pause of our own choice.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// What an answer means.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// Stripe did it.
    Done(Bytes),
    /// It will not get better.
    Final(CallError),
    /// It may get better.
    Again {
        /// What to say if there is no time for another try.
        error: CallError,
        /// How long Stripe asks to wait.
        after: Option<Duration>,
    },
}

/// Judges an answer. `open` says that an earlier try with the same key may have been acted on.
pub(crate) fn judge(response: Response<Bytes>, open: bool) -> Verdict {
    let (head, body) = response.into_parts();
    let status = head.status.as_u16();
    let request_id = text(&head.headers, "request-id").map(str::to_owned);
    let replayed = text(&head.headers, "idempotent-replayed") == Some("true");
    let advice = text(&head.headers, "stripe-should-retry");
    let after = text(&head.headers, "retry-after").and_then(|seconds| seconds.trim().parse().ok());
    let reason = match status {
        200..=299 => return Verdict::Done(body),
        409 => UnclearReason::KeyInUse,
        429 => UnclearReason::RateLimited,
        424 | 500..=599 => UnclearReason::ServerError { status, replayed },
        // Refused before its key was looked up: what became of the earlier try, this answer does not say.
        401 | 403 if open => {
            return Verdict::Final(CallError::unclear(UnclearReason::TurnedAway { status }, request_id));
        }
        400..=499 => {
            return match refusal(status, &body, request_id.clone()) {
                Some(refusal) if advice == Some("true") => Verdict::Again {
                    error: CallError::Refused(Box::new(refusal)),
                    after: after.map(Duration::from_secs),
                },
                Some(refusal) => Verdict::Final(CallError::Refused(Box::new(refusal))),
                None => Verdict::Final(CallError::unclear(UnclearReason::Malformed, request_id)),
            };
        }
        _ => return Verdict::Final(CallError::unclear(UnclearReason::Malformed, request_id)),
    };
    let error = CallError::unclear(reason, request_id);
    if replayed || advice == Some("false") {
        Verdict::Final(error)
    } else {
        Verdict::Again { error, after: after.map(Duration::from_secs) }
    }
}

/// How long to wait after the try of this number, counted from 1: twice as long each time, but at a point in the second
/// half that no other process picks, and never shorter than Stripe asks for.
pub(crate) fn pause(attempt: u32, requested: Option<Duration>, chance: &Chance) -> Duration {
    let doubled = FIRST_PAUSE.saturating_mul(1 << attempt.saturating_sub(1).min(8)).min(LONGEST_PAUSE);
    let ceiling = u64::try_from(doubled.as_millis()).unwrap_or(u64::MAX);
    let own = Duration::from_millis(ceiling / 2 + chance.up_to(ceiling - ceiling / 2));
    requested.map_or(own, |requested| requested.max(own))
}

/// Stripe's id of the request, for the log.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<String> {
    text(headers, "request-id").map(str::to_owned)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[derive(Deserialize)]
struct ErrorBody {
    error: ErrorObject,
}

#[derive(Deserialize)]
struct ErrorObject {
    #[serde(rename = "type")]
    kind: String,
    code: Option<String>,
    decline_code: Option<String>,
    message: Option<String>,
    param: Option<String>,
    #[serde(default)]
    payment_intent: Reference,
    #[serde(default)]
    charge: Reference,
    payment_method: Option<serde_json::Value>,
}

/// Stripe's refusal, if that is what the body says. A proxy's page is none.
fn refusal(status: u16, body: &[u8], request_id: Option<String>) -> Option<StripeRefusal> {
    let ErrorBody { error } = serde_json::from_slice(body).ok()?;
    let shown = error.payment_intent.object.as_ref().and_then(|intent| intent.get("status"));
    Some(StripeRefusal {
        status,
        kind: error.kind,
        code: error.code,
        decline_code: error.decline_code,
        message: error.message.unwrap_or_default(),
        param: error.param,
        payment_intent_status: shown.and_then(|status| IntentStatus::deserialize(status).ok()),
        payment_intent: error.payment_intent.id,
        charge: error.charge.id,
        card: error.payment_method.as_ref().and_then(objects::card_of),
        request_id,
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;
    use http::Response;
    use jiff::Timestamp;

    use runtime::Chance;

    use super::{Verdict, judge, pause};
    use crate::{CallError, UnclearReason, status::IntentStatus};

    fn answer(status: u16, headers: &[(&str, &str)], body: &'static str) -> Response<Bytes> {
        let mut response = Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        response.body(Bytes::from_static(body.as_bytes())).expect("a response")
    }

    const REFUSED: &str = r#"{"error":{"type":"invalid_request_error","message":"No."}}"#;

    #[test]
    fn statuses_mean_one_thing_each() {
        for status in [409, 424, 429, 500, 502, 503] {
            assert!(matches!(judge(answer(status, &[], ""), false), Verdict::Again { .. }), "{status}");
        }
        for status in [400, 401, 402, 403, 404] {
            let verdict = judge(answer(status, &[], REFUSED), false);
            assert!(matches!(verdict, Verdict::Final(CallError::Refused(_))), "{status}");
        }
        for status in [302, 400, 404] {
            let verdict = judge(answer(status, &[], "<html>"), false);
            assert!(matches!(verdict, Verdict::Final(CallError::Unclear(_))), "{status}");
        }
    }

    #[test]
    fn a_failure_that_stripe_keeps_is_final() {
        let verdict = judge(answer(500, &[("Idempotent-Replayed", "true"), ("Request-Id", "req_1")], ""), true);
        let Verdict::Final(error) = verdict else { panic!("{verdict:?}") };
        assert!(error.is_stuck());
        assert_eq!(error.request_id(), Some("req_1"));
    }

    #[test]
    fn a_refusal_stays_one_however_often_stripe_repeats_it() {
        let body = r#"{"error":{"type":"card_error","code":"expired_card","message":"Expired.",
            "payment_intent":{"id":"pi_1","object":"payment_intent","status":"requires_payment_method"}}}"#;
        for headers in [&[][..], &[("idempotent-replayed", "true")][..]] {
            let Verdict::Final(error) = judge(answer(402, headers, body), true) else { panic!("not final") };
            assert!(error.is_decline() && !error.is_stuck() && !error.is_unclear());
            let refusal = error.refusal().expect("a refusal");
            assert_eq!(refusal.payment_intent.as_deref(), Some("pi_1"));
            assert_eq!(refusal.payment_intent_status, Some(IntentStatus::RequiresPaymentMethod));
            assert_eq!(
                error.decline(Timestamp::UNIX_EPOCH).map(|decline| decline.code).as_deref(),
                Some("expired_card")
            );
        }
    }

    #[test]
    fn stripes_advice_counts() {
        assert!(matches!(judge(answer(500, &[("stripe-should-retry", "false")], ""), false), Verdict::Final(_)));
        assert!(matches!(
            judge(answer(400, &[("stripe-should-retry", "true")], REFUSED), false),
            Verdict::Again { .. }
        ));
        let Verdict::Again { after, .. } = judge(answer(429, &[("Retry-After", "3")], ""), false) else {
            panic!("not again")
        };
        assert_eq!(after, Some(Duration::from_secs(3)));
    }

    #[test]
    fn being_turned_away_proves_nothing_of_an_open_try() {
        let verdict = judge(answer(401, &[], REFUSED), true);
        let Verdict::Final(CallError::Unclear(unclear)) = verdict else { panic!("{verdict:?}") };
        assert_eq!(unclear.reason, UnclearReason::TurnedAway { status: 401 });
    }

    #[test]
    fn pauses_double_and_stay_within_bounds() {
        for _ in 0..100 {
            assert!((125..=250).contains(&pause(1, None, &Chance::new()).as_millis()));
            assert!((250..=500).contains(&pause(2, None, &Chance::new()).as_millis()));
            assert!((1_000..=2_000).contains(&pause(40, None, &Chance::new()).as_millis()));
            assert_eq!(pause(1, Some(Duration::from_secs(5)), &Chance::new()), Duration::from_secs(5));
        }
    }
}
