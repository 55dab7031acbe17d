//! JSON in and out.

use axum::{
    extract::{FromRequest, Request},
    response::{IntoResponse, Response},
};
use domain::{Code, Refusal};
use http::{HeaderMap, header};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::error::Category;
use serde_path_to_error::{Path, Segment};

use super::{objects::Objects, read};
use crate::problem::Problem;

/// A JSON body, in a request or in an answer.
///
/// In a request its media type must be JSON, which keeps foreign pages from posting forms at us, and what is wrong with
/// it is laid at its field's door. Types that are read deny unknown fields, so that a typing error never changes an
/// order silently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Json<T>(pub T);

/// A JSON body that may be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OptionalJson<T>(pub Option<T>);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        check_media_type(request.headers())?;
        parse(&read(request).await?).map(Self)
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for OptionalJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let media_type = check_media_type(request.headers());
        let body = read(request).await?;
        if body.is_empty() {
            return Ok(Self(None));
        }
        media_type?;
        parse(&body).map(Some).map(Self)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => ([(header::CONTENT_TYPE, "application/json")], body).into_response(),
            Err(error) => {
                tracing::error!(%error, "an answer could not be written as JSON");
                Problem::internal().into_response()
            }
        }
    }
}

fn check_media_type(headers: &HeaderMap) -> Result<(), Problem> {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return Err(not_json()) };
    let mut parts = value.to_str().map_err(|_| not_json())?.split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case("application/json"));
    // JSON is always UTF-8. Who says otherwise would be misread.
    let is_utf8 = parts.all(|parameter| match parameter.split_once('=') {
        Some((name, value)) if name.eq_ignore_ascii_case("charset") => {
            value.trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    });
    if is_json && is_utf8 { Ok(()) } else { Err(not_json()) }
}

fn not_json() -> Problem {
    Problem::new(Code::UnsupportedMediaType, "Send JSON, with the content type application/json")
}

/// Reads one JSON value and nothing after it.
fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(Objects(&mut reader)).map_err(|error| {
        let path = field(error.path());
        refuse(&path, &error.into_inner())
    })?;
    reader.end().map_err(|error| refuse("", &error))?;
    Ok(value)
}

fn refuse(path: &str, error: &serde_json::Error) -> Problem {
    match error.classify() {
        Category::Data => {
            // The place in the text does not help where a program wrote the JSON; the path does.
            let text = error.to_string();
            invalid(path, text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message))
        }
        Category::Syntax | Category::Eof | Category::Io => {
            Problem::new(Code::InvalidRequest, format!("The body is not JSON: {error}"))
        }
    }
}

/// A refusal at `path`, or at the field that is missing there or is there twice, which serde names in its message alone.
pub(super) fn invalid(path: &str, message: &str) -> Problem {
    let inner = ["missing field `", "duplicate field `"].iter().find_map(|prefix| message.strip_prefix(prefix));
    let mut path = path.to_owned();
    if let Some(name) = inner.and_then(|rest| rest.strip_suffix('`')) {
        join(&mut path, name);
    }
    let refusal = Refusal::new(Code::InvalidRequest, message);
    if path.is_empty() { refusal.into() } else { refusal.at(path).into() }
}

/// A path as the contract writes it: `items[0].quantity`. Empty for the whole body.
pub(super) fn field(path: &Path) -> String {
    let mut text = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => text.push_str(&format!("[{index}]")),
            Segment::Map { key } => join(&mut text, key),
            // A variant's name is no part of the JSON path, and an unknown part has no name.
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    text
}

fn join(text: &mut String, key: &str) {
    if !text.is_empty() {
        text.push('.');
    }
    text.push_str(key);
}
