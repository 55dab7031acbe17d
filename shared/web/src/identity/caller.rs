//! What a request says of its sender.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use domain::{Code, Refusal};
use http::{HeaderMap, header, request::Parts};
use runtime::Secret;
use subtle::ConstantTimeEq;

use super::{Identity, Verifier};
use crate::{
    extract::query_value,
    problem::{Answer, Problem},
};

/// The header that opens one order.
const ORDER_TOKEN: &str = "x-order-token";

/// Longer than any order's token.
const LONGEST_ORDER_TOKEN: usize = 255;

/// Who sent a request, and which order's token they brought. Both may be missing: a guest brings neither.
///
/// A token that is there must be good: who sends a bad one hears so, instead of being served as a guest. Each function
/// checks it for itself, also behind API Gateway's authorizer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Whom the bearer token names.
    pub identity: Option<Identity>,
    /// The order's token, from `X-Order-Token` or `?token=`.
    pub order_token: Option<Secret>,
}

impl Caller {
    /// The caller's identity.
    ///
    /// # Errors
    /// 401 `unauthenticated` without one.
    pub fn require(&self) -> Answer<&Identity> {
        self.identity.as_ref().ok_or_else(|| Problem::unauthenticated("A token is required"))
    }
}

impl<S> FromRequestParts<S> for Caller
where
    Arc<Verifier>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Answer<Self> {
        let order_token = order_token(parts)?;
        let identity = match bearer(&parts.headers)? {
            Some(token) => Some(Arc::<Verifier>::from_ref(state).verify(token).await?),
            None => None,
        };
        Ok(Self { identity, order_token })
    }
}

/// The bearer token of a request, if it has one.
///
/// # Errors
/// 401 `unauthenticated` for several, or for another scheme.
pub fn bearer(headers: &HeaderMap) -> Answer<Option<&str>> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let malformed = || Problem::unauthenticated("Send one Authorization header, with a bearer token");
    if values.next().is_some() {
        return Err(malformed());
    }
    let (scheme, token) = value.to_str().ok().and_then(|text| text.trim().split_once(' ')).ok_or_else(malformed)?;
    let token = token.trim();
    if scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() { Ok(Some(token)) } else { Err(malformed()) }
}

/// Requires a bearer token that is one of `secrets`, compared in constant time.
///
/// # Errors
/// 401 `unauthenticated`.
pub fn require_bearer(headers: &HeaderMap, secrets: &[Secret]) -> Answer<()> {
    let token = bearer(headers)?.unwrap_or_default();
    let known = secrets.iter().filter(|secret| !secret.expose().is_empty());
    let matches =
        known.fold(false, |found, secret| found | bool::from(secret.expose().as_bytes().ct_eq(token.as_bytes())));
    if matches { Ok(()) } else { Err(Problem::unauthenticated("The secret is missing or wrong")) }
}

fn order_token(parts: &Parts) -> Answer<Option<Secret>> {
    let token = match parts.headers.get(ORDER_TOKEN) {
        Some(value) => Some(value.to_str().unwrap_or_default().to_owned()),
        None => query_value(parts, "token")?,
    };
    match token {
        Some(token)
            if token.is_empty()
                || token.len() > LONGEST_ORDER_TOKEN
                || !token.bytes().all(|b| b.is_ascii_graphic()) =>
        {
            Err(Refusal::new(Code::InvalidRequest, "This is no order's token").at("token").into())
        }
        token => Ok(token.map(Secret::new)),
    }
}
