//! Extractors: what comes in is checked here, and what is wrong with it is always a [`Problem`].

mod json;
mod objects;
mod params;

use axum::extract::{FromRequest, FromRequestParts, OptionalFromRequestParts, Request};
use bytes::Bytes;
use domain::{Code, Refusal};
use http::{HeaderMap, header, request::Parts};
use http_body_util::{BodyExt, LengthLimitError, Limited};

pub(crate) use self::params::query_value;
pub use self::{
    json::{Json, OptionalJson},
    params::{Path, Query},
};
use crate::problem::Problem;

/// The longest body that is read. API Gateway lets ten megabytes through; nothing that we take is near that.
pub const LONGEST_BODY: usize = 256 * 1024;

/// The longest idempotency key.
const LONGEST_KEY: usize = 255;

/// The body as it arrived, byte for byte. A signature is checked over it before anything reads it.
#[derive(Debug, Clone)]
pub struct RawBody(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for RawBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        read(request).await.map(Self)
    }
}

/// The header `Idempotency-Key`. As an argument of its own it is required; as an `Option` it may be absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The header's name.
    pub const HEADER: &str = "Idempotency-Key";

    /// The key as the client chose it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn parse(headers: &HeaderMap) -> Result<Option<Self>, Problem> {
        let refuse = |message: &str| Err(Refusal::field(Self::HEADER, message).into());
        let mut values = headers.get_all(Self::HEADER).iter();
        let Some(value) = values.next() else { return Ok(None) };
        if values.next().is_some() {
            return refuse("Send one idempotency key");
        }
        match value.to_str() {
            Ok(text) if (1..=LONGEST_KEY).contains(&text.len()) && text.bytes().all(|b| (b' '..=b'~').contains(&b)) => {
                Ok(Some(Self(text.to_owned())))
            }
            _ => refuse("An idempotency key has 1 to 255 printable ASCII characters"),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::parse(&parts.headers)?
            .ok_or_else(|| Refusal::field(Self::HEADER, "An idempotency key is required").into())
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Problem> {
        Self::parse(&parts.headers)
    }
}

/// The whole body, unless it is too long.
async fn read(request: Request) -> Result<Bytes, Problem> {
    if declared_length(request.headers()).is_some_and(|length| length > LONGEST_BODY) {
        return Err(too_large());
    }
    match Limited::new(request.into_body(), LONGEST_BODY).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large()),
        Err(_) => Err(Problem::new(Code::InvalidRequest, "The body ended too soon")),
    }
}

/// What `Content-Length` says. A value that is no number is left to the body's own end.
pub(crate) fn declared_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

pub(crate) fn too_large() -> Problem {
    Problem::new(Code::PayloadTooLarge, "The body is longer than 256 KiB")
}

#[cfg(test)]
mod tests;
