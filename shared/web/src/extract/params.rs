//! Parameters in the path and in the query.

use std::borrow::Cow;

use axum::extract::{FromRequestParts, RawPathParams, path::ErrorKind, rejection::PathRejection};
use domain::Code;
use http::request::Parts;
use serde::de::DeserializeOwned;
use url::form_urlencoded;

use super::json::{field, invalid};
use crate::problem::Problem;

/// Parameters in the query. Types that are read deny unknown parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Query<T>(pub T);

/// Parameters in the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs = decode(query)?;
        // `?cursor=` is how a form leaves a parameter out.
        let given = pairs.filter(|(_, value)| !value.is_empty());
        let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish();
        let reader = serde_urlencoded::Deserializer::new(form_urlencoded::parse(text.as_bytes()));
        serde_path_to_error::deserialize(reader).map(Self).map_err(|error| {
            let path = field(error.path());
            invalid(&path, &error.into_inner().to_string())
        })
    }
}

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        check_escapes(parts.uri.path())?;
        // The only parameter of a route has a name too, which its type's error does not know.
        let only = match RawPathParams::from_request_parts(parts, state).await {
            Ok(names) if names.iter().count() == 1 => names.iter().next().map(|(name, _)| name.to_owned()),
            _ => None,
        };
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(PathRejection::FailedToDeserializePathParams(error)) => Err(refuse(error.into_kind(), only)),
            Err(error) => {
                tracing::error!(%error, "a route has no such parameters");
                Err(Problem::internal())
            }
        }
    }
}

/// The query's pairs, once it is clear that nothing in them is guessed.
fn decode(query: &str) -> Result<impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)>, Problem> {
    check_escapes(query)?;
    Ok(form_urlencoded::parse(query.as_bytes()))
}

/// The first value of one parameter in the query.
pub(crate) fn query_value(parts: &Parts, name: &str) -> Result<Option<String>, Problem> {
    let mut pairs = decode(parts.uri.query().unwrap_or_default())?;
    Ok(pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).filter(|value| !value.is_empty()))
}

/// Refuses escapes that are none and bytes that are no text, which decoders else pass on or replace.
fn check_escapes(text: &str) -> Result<(), Problem> {
    let malformed = || Problem::new(Code::InvalidRequest, "The address holds a malformed percent escape");
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| byte.and_then(|b| char::from(b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
        match (digit(rest.next()), digit(rest.next())) {
            (Some(high), Some(low)) => bytes.push(high << 4 | low),
            _ => return Err(malformed()),
        }
    }
    std::str::from_utf8(&bytes).map(|_| ()).map_err(|_| malformed())
}

fn refuse(kind: ErrorKind, only: Option<String>) -> Problem {
    match kind {
        ErrorKind::ParseErrorAtKey { key, expected_type, .. } => {
            invalid(&key, &format!("must be of type {expected_type}"))
        }
        ErrorKind::ParseError { expected_type, .. } => {
            invalid(&only.unwrap_or_default(), &format!("must be of type {expected_type}"))
        }
        ErrorKind::DeserializeError { key, message, .. } => invalid(&key, &message),
        ErrorKind::Message(message) => invalid(&only.unwrap_or_default(), &message),
        ErrorKind::InvalidUtf8InPathParam { key } => invalid(&key, "must be UTF-8"),
        other => {
            tracing::error!(error = %other, "path parameters cannot be read into this type");
            Problem::internal()
        }
    }
}
