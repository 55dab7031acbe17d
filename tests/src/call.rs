//! One request to the API.

use std::net::IpAddr;

use axum::{Router, body::Body};
use http::{Method, header};
use local::{Stack, TokenFields};
use serde_json::Value;
use tower::ServiceExt;
use web::SourceAddress;

use crate::{answer::Answer, constants::ORGANIZATION};

/// A token for the subject `{role}-1`.
pub(crate) fn token(stack: &Stack, role: &str, organization: Option<&str>) -> String {
    stack.token(&TokenFields::of(&format!("{role}-1"), role, organization))
}

/// A request that is being put together; `await` it.
#[derive(Debug)]
pub struct Call<'a> {
    stack: &'a Stack,
    api: &'a Router,
    method: Method,
    path: String,
    headers: Vec<(String, String)>,
    source: Option<IpAddr>,
    body: Body,
}

impl<'a> Call<'a> {
    /// A request without anything but its method and path.
    pub(crate) fn new(stack: &'a Stack, api: &'a Router, method: Method, path: &str) -> Self {
        Self { stack, api, method, path: path.to_owned(), headers: Vec::new(), source: None, body: Body::empty() }
    }

    /// As the subject of that token.
    #[must_use]
    pub fn token(self, token: &str) -> Self {
        self.header(header::AUTHORIZATION.as_str(), &format!("Bearer {token}"))
    }

    /// With a token of that role in [`ORGANIZATION`].
    #[must_use]
    pub fn role(self, role: &str) -> Self {
        let token = token(self.stack, role, Some(ORGANIZATION));
        self.token(&token)
    }

    /// As the buyer of an order, by its access token.
    #[must_use]
    pub fn order_token(self, token: &str) -> Self {
        self.header("x-order-token", token)
    }

    /// With an idempotency key.
    #[must_use]
    pub fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// With one more line above the body; the same name may come again.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// From that address, as the gateway saw it.
    #[must_use]
    #[track_caller]
    pub fn from(mut self, address: &str) -> Self {
        self.source = Some(address.parse().expect("an address"));
        self
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.bytes("application/json", body.to_string())
    }

    /// With any body.
    #[must_use]
    pub fn bytes(mut self, content_type: &str, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self.header(header::CONTENT_TYPE.as_str(), content_type)
    }

    /// Reads the answer to its end, whatever its status is.
    pub async fn send(self) -> Answer {
        let mut request = http::Request::builder().method(self.method).uri(&self.path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let mut request = request.body(self.body).expect("a request that can be sent");
        if let Some(source) = self.source {
            request.extensions_mut().insert(SourceAddress(Some(source)));
        }
        let response = self.api.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
        Answer::read(response).await
    }
}

impl<'a> IntoFuture for Call<'a> {
    type Output = Answer;
    type IntoFuture = std::pin::Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
