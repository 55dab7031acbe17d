//! What the API answered, and what a test expects of it.

use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::Value;

/// What the API answered, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The code of HTTP.
    pub status: StatusCode,
    /// As sent.
    pub headers: HeaderMap,
    /// The body as it came.
    pub bytes: Bytes,
    /// The body as text.
    pub text: String,
    /// The body as JSON, null if it is none.
    pub json: Value,
}

impl Answer {
    pub(crate) async fn read(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a body of this process ends").to_bytes();
        let text = String::from_utf8_lossy(&body).into_owned();
        let json = serde_json::from_str(&text).unwrap_or_default();
        Self { status: parts.status, headers: parts.headers, bytes: body, text, json }
    }

    /// A header as text, empty if it is not there.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Expects this status, and gives the body.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self.json
    }

    /// Expects a refusal: status, code, and the form that every refusal has.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert_eq!(self.json["code"], code, "{}", self.text);
        assert_eq!(self.header(header::CONTENT_TYPE.as_str()), "application/problem+json", "{}", self.text);
        assert_eq!(self.json["status"], status, "{}", self.text);
        assert!(!self.json["title"].as_str().unwrap_or_default().is_empty(), "{}", self.text);
        assert!(!self.message().is_empty(), "{}", self.text);
        self
    }

    /// Expects that sentence.
    #[track_caller]
    pub fn explains(self, message: &str) -> Self {
        assert_eq!(self.message(), message, "{}", self.text);
        self
    }

    /// Expects that a field is at fault.
    #[track_caller]
    pub fn at(self, field: &str) -> Self {
        let errors = self.json["errors"].as_array().cloned().unwrap_or_default();
        let found = errors.iter().any(|e| e["field"] == field && e["message"].as_str().is_some_and(|m| !m.is_empty()));
        assert!(found, "no error at {field}: {}", self.text);
        self
    }

    /// The sentence for people.
    #[must_use]
    pub fn message(&self) -> &str {
        self.json["detail"].as_str().unwrap_or_default()
    }
}
