//! The client: one call in, one clear end out, whatever the network does in between.
//!
//! A call is tried several times within its time, always with the same key and the same bytes. What it ends in is
//! described in [`crate::outcome`](crate::CallError).

mod config;
mod ended;

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Request, header};
use runtime::{Chance, PaymentCall, SharedWire, WireError};
use stripe_client_core::{CustomizedStripeRequest, RequestBuilder, StripeClient, StripeRequest, VERSION};
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tracing::{Instrument, Span, field::Empty};

use crate::{
    CallError, CallResult, ConfigError, EncodedRequest, KeySource, Method, Secret, UnclearReason,
    client::ended::Ended,
    key::{authorization, livemode},
    objects::Page,
    pace::Pace,
    retry::{Verdict, judge, pause, request_id},
};

pub use config::StripeConfig;

/// Who we say we are.
const USER_AGENT: &str = concat!("holdfast/", env!("CARGO_PKG_VERSION"));

/// Words that stand in paths. Everything else is an id, which would make every path of the log its own.
const PATH_WORDS: [&str; 18] = [
    "application_fees",
    "calculations",
    "cancel",
    "capture",
    "charges",
    "checkout",
    "confirm",
    "create_from_calculation",
    "create_reversal",
    "disputes",
    "expire",
    "payment_intents",
    "refunds",
    "reversals",
    "sessions",
    "tax",
    "transactions",
    "transfers",
];

/// Stripe. Clones share everything.
#[derive(Debug, Clone)]
pub struct Stripe {
    inner: Arc<Inner>,
    /// For callers that have more to ask than Stripe takes at once.
    pace: Option<Arc<Pace>>,
}

#[derive(Debug)]
struct Inner {
    wire: SharedWire,
    /// With a slash at its end.
    api_base: String,
    key: KeySource,
    attempt_timeout: Duration,
    total_timeout: Duration,
    max_attempts: u32,
    chance: Chance,
}

/// One call, however often it is tried.
#[derive(Clone, Copy)]
struct Call<'a> {
    method: Method,
    path: &'a str,
    query: Option<&'a str>,
    form: Option<&'a str>,
    key: Option<&'a str>,
    version: &'a str,
    account: Option<&'a str>,
    attempt_timeout: Duration,
}

impl Stripe {
    /// A client that calls through `wire`.
    ///
    /// # Errors
    /// [`ConfigError`] when no call could be made: better found when the process starts.
    pub fn new(wire: SharedWire, config: StripeConfig) -> Result<Self, ConfigError> {
        let base = config.api_base.trim_end_matches('/');
        let uri: http::Uri = base.parse().map_err(|_| ConfigError::ApiBase)?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.query().is_some() {
            return Err(ConfigError::ApiBase);
        }
        if let KeySource::Fixed(key) = &config.key {
            authorization(key)?;
        }
        Ok(Self {
            inner: Arc::new(Inner {
                wire,
                api_base: format!("{base}/"),
                key: config.key,
                attempt_timeout: config.attempt_timeout,
                total_timeout: config.total_timeout,
                max_attempts: config.max_attempts.max(1),
                chance: config.chance,
            }),
            pace: None,
        })
    }

    /// Whether the platform's key is for real money; none if the key's form does not say.
    ///
    /// # Errors
    /// [`CallError::NotSent`] if the key cannot be read.
    pub async fn livemode(&self) -> CallResult<Option<bool>> {
        Ok(livemode(&self.inner.key.read().await?))
    }

    /// The same client, which asks each endpoint at most so many times a second. A call waits for its turn within its own
    /// time limit.
    #[must_use]
    pub fn at_pace(&self, per_second: u32) -> Self {
        Self { pace: Some(Arc::new(Pace::new(per_second))), ..self.clone() }
    }

    /// Sends what was written down, with the key that stands beside it.
    pub(crate) async fn send_encoded(&self, request: &EncodedRequest, key: &str) -> CallResult<serde_json::Value> {
        let call = Call {
            method: request.method,
            path: &request.path,
            query: None,
            form: Some(&request.form),
            key: Some(key),
            version: &request.api_version,
            account: request.account.as_deref(),
            attempt_timeout: self.inner.attempt_timeout,
        };
        json(&self.exchange(call).await?)
    }

    /// Sends a request that needs no key, because a repetition does no harm.
    pub(crate) async fn ask(&self, request: &impl StripeRequest) -> CallResult<serde_json::Value> {
        json(&self.exchange(self.call(&request.build(), None)).await?)
    }

    /// All pages of a list. `page` makes the request for what comes after an object.
    pub(crate) async fn list<R: StripeRequest>(
        &self,
        page: impl Fn(Option<String>) -> R,
    ) -> CallResult<Vec<serde_json::Value>> {
        let mut all = Vec::new();
        let mut after = None;
        loop {
            let answer = self.exchange(self.call(&page(after.take()).build(), None)).await?;
            let page: Page = serde_json::from_slice(&answer).map_err(|_| malformed())?;
            let last = page.data.last().and_then(|object| object.get("id")?.as_str()).map(str::to_owned);
            all.extend(page.data);
            match last {
                Some(last) if page.has_more => after = Some(last),
                // More, but nothing to go on from: a list with holes would pass for proof of absence.
                None if page.has_more => return Err(malformed()),
                _ => return Ok(all),
            }
        }
    }

    fn call<'a>(&self, request: &'a RequestBuilder, key: Option<&'a str>) -> Call<'a> {
        Call {
            method: request.method.into(),
            path: &request.path,
            query: request.query.as_deref().filter(|query| !query.is_empty()),
            form: request.body.as_deref(),
            key,
            version: VERSION.as_str(),
            account: None,
            attempt_timeout: self.inner.attempt_timeout,
        }
    }

    /// Makes a call and says so in the log, once, without its contents.
    async fn exchange(&self, call: Call<'_>) -> CallResult<Bytes> {
        let begun = Instant::now();
        let method = call.method.as_str();
        let path = template(call.path);
        let span = self.span(method, &path);
        let ended = self.try_repeatedly(call, begun).instrument(span.clone()).await;
        span.record("attempts", ended.attempts);
        if let Some(status) = ended.status {
            span.record("status", status);
        }
        ended.report(method, &path, u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX));
        ended.outcome
    }

    /// The span of a call with all of its tries. It ends with the call, which may be dropped when time is up.
    fn span(&self, method: &str, path: &str) -> Span {
        tracing::debug_span!(
            "stripe",
            name = "Stripe",
            namespace = "remote",
            method,
            url = format!("{}v1{path}", self.inner.api_base),
            attempts = Empty,
            status = Empty
        )
    }

    async fn try_repeatedly(&self, call: Call<'_>, begun: Instant) -> Ended {
        let deadline = begun + self.inner.total_timeout;
        let none = |outcome| Ended { outcome: Err(outcome), attempts: 0, status: None, request_id: None };
        match timeout_at(deadline, self.inner.key.read()).await {
            Ok(Ok(key)) => {
                // From here on it is Stripe that a request waits for.
                let pending = PaymentCall::begin();
                let ended = self.try_with(call, key, deadline, none(no_try())).await;
                pending.answered();
                ended
            }
            Ok(Err(error)) => none(error),
            Err(_) => none(no_try()),
        }
    }

    async fn try_with(&self, call: Call<'_>, mut key: Secret, deadline: Instant, mut ended: Ended) -> Ended {
        let mut refreshed = false;
        loop {
            if let Some(pace) = &self.pace {
                pace.turn(&format!("{} {}", call.method.as_str(), template(call.path))).await;
            }
            let limit = call.attempt_timeout.min(deadline.saturating_duration_since(Instant::now()));
            if limit.is_zero() {
                return ended;
            }
            let request = match self.request(call, &key) {
                Ok(request) => request,
                Err(error) => {
                    ended.outcome = Err(CallError::NotSent(error.to_string()));
                    return ended;
                }
            };
            ended.attempts += 1;
            let before = ended.outcome.err();
            // Only calls with a key do something that an earlier try may have done.
            let open = call.key.is_some() && matches!(before, Some(CallError::Unclear(_)));
            let verdict = match timeout(limit, self.inner.wire.send(request)).await {
                Ok(Ok(response)) => {
                    ended.status = Some(response.status().as_u16());
                    ended.request_id = request_id(response.headers());
                    // Refused before anything was looked up: the key may have been rotated since it was read. Nothing of the call was
                    // looked at, so the same one is made again with the new key.
                    if matches!(response.status().as_u16(), 401 | 403) && !refreshed {
                        refreshed = true;
                        if let Ok(Some(another)) = timeout_at(deadline, self.inner.key.another(&key)).await {
                            key = another;
                            ended.outcome = Err(before.unwrap_or_else(no_try));
                            continue;
                        }
                    }
                    judge(response, open)
                }
                Ok(Err(WireError::Lost(_))) => again(CallError::unclear(UnclearReason::ConnectionLost, None)),
                // This try did not leave; if an earlier one did, its end is still the one that counts.
                Ok(Err(WireError::Refused(why))) => again(match before {
                    Some(earlier) if !earlier.is_not_sent() => earlier,
                    _ => CallError::NotSent(why),
                }),
                Err(_) => again(CallError::unclear(UnclearReason::TimedOut, None)),
            };
            let after = match verdict {
                Verdict::Done(body) => {
                    ended.outcome = Ok(body);
                    return ended;
                }
                Verdict::Final(error) => {
                    ended.outcome = Err(error);
                    return ended;
                }
                Verdict::Again { error, after } => {
                    ended.outcome = Err(error);
                    after
                }
            };
            let pause = pause(ended.attempts, after, &self.inner.chance);
            if ended.attempts >= self.inner.max_attempts || Instant::now() + pause >= deadline {
                return ended;
            }
            sleep(pause).await;
        }
    }

    fn request(&self, call: Call<'_>, key: &Secret) -> Result<Request<Bytes>, RequestError> {
        let mut uri = format!("{}v1{}", self.inner.api_base, call.path);
        if let Some(query) = call.query {
            uri.push('?');
            uri.push_str(query);
        }
        let mut request = Request::builder()
            .method(call.method.as_str())
            .uri(uri)
            .header(header::AUTHORIZATION, authorization(key)?)
            .header(header::USER_AGENT, USER_AGENT)
            .header("stripe-version", call.version);
        if let Some(key) = call.key {
            request = request.header("idempotency-key", key);
        }
        if let Some(account) = call.account {
            request = request.header("stripe-account", account);
        }
        if call.form.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        Ok(request.body(Bytes::from(call.form.unwrap_or_default().to_owned()))?)
    }
}

/// A request that cannot be put together.
#[derive(Debug, thiserror::Error)]
enum RequestError {
    #[error(transparent)]
    Http(#[from] http::Error),
    #[error(transparent)]
    Key(#[from] ConfigError),
}

fn no_try() -> CallError {
    CallError::NotSent("no time for a single try".to_owned())
}

/// async-stripe's own requests run on this client too. Of its strategies only the caller's key is taken: how often a
/// call is tried is decided here, and a random key would be worse than none.
impl StripeClient for Stripe {
    type Err = CallError;

    async fn execute(&self, request: CustomizedStripeRequest) -> Result<Bytes, CallError> {
        let (request, overrides) = request.into_pieces();
        let key = overrides.request_strategy.and_then(|strategy| strategy.get_key());
        let mut call = self.call(&request, key.as_ref().map(|key| key.as_str()));
        call.account = overrides.account_id.as_deref();
        call.attempt_timeout = overrides.timeout.unwrap_or(call.attempt_timeout);
        self.exchange(call).await
    }
}

fn again(error: CallError) -> Verdict {
    Verdict::Again { error, after: None }
}

fn malformed() -> CallError {
    CallError::unclear(UnclearReason::Malformed, None)
}

fn json(body: &[u8]) -> CallResult<serde_json::Value> {
    serde_json::from_slice(body).map_err(|_| malformed())
}

/// The path with its ids taken out.
fn template(path: &str) -> String {
    let known = |part: &str| part.is_empty() || PATH_WORDS.contains(&part);
    path.split('/').map(|part| if known(part) { part } else { "{id}" }).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests;
