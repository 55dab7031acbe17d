//! The issuer's public keys: fetched when first needed, kept for a while, fetched again for a key that is new.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse},
};
use runtime::SharedWire;
use serde::Deserialize;
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};
use url::Url;

/// How long keys are used before they are fetched again. An issuer that withdraws one is heeded this much later.
const KEEP: Duration = Duration::from_secs(600);

/// How long after a fetch the next one is tried, whatever key a token names. Without it, any request could make us call the
/// issuer once for every invented key.
const PAUSE: Duration = Duration::from_secs(30);
/// The same while no keys are known at all.
const PAUSE_WITHOUT_KEYS: Duration = Duration::from_secs(1);

/// How long the issuer may take.
const LIMIT: Duration = Duration::from_secs(3);

/// More than any issuer's document.
const LONGEST_DOCUMENT: usize = 256 * 1024;

/// One public key, with the one algorithm that it may be used with.
#[derive(Clone)]
pub(super) struct IssuerKey {
    id: Option<String>,
    pub(super) algorithm: Algorithm,
    pub(super) key: DecodingKey,
}

/// Why there is no key for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoKey {
    /// The issuer has no such key.
    Unknown,
    /// The issuer does not answer, and never did.
    Unreachable,
}

pub(super) struct Keys {
    url: Url,
    wire: SharedWire,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    keys: Option<Arc<[IssuerKey]>>,
    fetched: Option<Instant>,
    tried: Option<Instant>,
}

impl Keys {
    pub(super) fn new(url: Url, wire: SharedWire) -> Self {
        Self { url, wire, state: Mutex::default() }
    }

    /// The key with that id; or, for a token that names none, the issuer's only key of that algorithm.
    pub(super) async fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Result<IssuerKey, NoKey> {
        // Held across the fetch, so that many waiting requests make one.
        let mut state = self.state.lock().await;
        let is_old = |since: Option<Instant>, age: Duration| since.is_none_or(|since| since.elapsed() >= age);
        let known = state.keys.as_deref().and_then(|keys| choose(keys, id, algorithm));
        let needed = known.is_none() || is_old(state.fetched, KEEP);
        // While there are none at all, every caller is refused, so a failure is not left standing for long.
        let pause = if state.keys.is_some() { PAUSE } else { PAUSE_WITHOUT_KEYS };
        if needed && is_old(state.tried, pause) {
            state.tried = Some(Instant::now());
            match self.fetch().await {
                Ok(keys) => {
                    state.keys = Some(keys.into());
                    state.fetched = state.tried;
                }
                // Older keys are used on: better than turning everybody away.
                Err(problem) => tracing::warn!(problem, "the issuer's keys could not be fetched"),
            }
        }
        match state.keys.as_deref() {
            Some(keys) => choose(keys, id, algorithm).ok_or(NoKey::Unknown),
            None => Err(NoKey::Unreachable),
        }
    }

    async fn fetch(&self) -> Result<Vec<IssuerKey>, String> {
        let request =
            http::Request::get(self.url.as_str()).header(http::header::ACCEPT, "application/json").body(Bytes::new());
        let request = request.map_err(|error| error.to_string())?;
        let answer = timeout(LIMIT, self.wire.send(request)).await.map_err(|_| "no answer in time".to_owned())?;
        let answer = answer.map_err(|error| error.to_string())?;
        if answer.status() != http::StatusCode::OK || answer.body().len() > LONGEST_DOCUMENT {
            return Err(format!("status {} with {} bytes", answer.status(), answer.body().len()));
        }
        parse(answer.body()).map_err(|error| error.to_string())
    }
}

fn choose(keys: &[IssuerKey], id: Option<&str>, algorithm: Algorithm) -> Option<IssuerKey> {
    let mut fitting = keys.iter().filter(|key| key.algorithm == algorithm && (id.is_none() || key.id.as_deref() == id));
    match (fitting.next(), fitting.next(), id) {
        (Some(key), None, None) | (Some(key), _, Some(_)) => Some(key.clone()),
        _ => None,
    }
}

/// The keys of a document that we can use; others, of kinds unknown to us, do not spoil them.
fn parse(document: &[u8]) -> serde_json::Result<Vec<IssuerKey>> {
    #[derive(Deserialize)]
    struct Document {
        keys: Vec<serde_json::Value>,
    }
    let Document { keys } = serde_json::from_slice(document)?;
    Ok(keys.into_iter().filter_map(|key| serde_json::from_value(key).ok()).filter_map(|jwk| usable(&jwk)).collect())
}

/// The key's kind decides its algorithm, never the token. What is said beside it must not contradict.
fn usable(jwk: &Jwk) -> Option<IssuerKey> {
    let (algorithm, name) = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => (Algorithm::RS256, KeyAlgorithm::RS256),
        AlgorithmParameters::EllipticCurve(p) if p.curve == EllipticCurve::P256 => {
            (Algorithm::ES256, KeyAlgorithm::ES256)
        }
        AlgorithmParameters::OctetKeyPair(p) if p.curve == EllipticCurve::Ed25519 => {
            (Algorithm::EdDSA, KeyAlgorithm::EdDSA)
        }
        _ => return None,
    };
    let fits = jwk.common.key_algorithm.is_none_or(|said| said == name)
        && jwk.common.public_key_use.as_ref().is_none_or(|said| *said == PublicKeyUse::Signature);
    let key = DecodingKey::from_jwk(jwk).ok()?;
    fits.then(|| IssuerKey { id: jwk.common.key_id.clone(), algorithm, key })
}
