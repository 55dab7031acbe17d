//! The services for programs outside of this process, as for functions that `sam local` runs in containers: table, queues,
//! secrets and mail as AWS' clients reach them, and the issuer's keys.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    response::{IntoResponse, Response},
    routing::get,
};
use http::{StatusCode, Uri, header, uri::PathAndQuery};
use runtime::SharedWire;

use crate::{endpoints, stack::Stack};

/// More than any request that the functions make.
const LARGEST: usize = 32 * 1024 * 1024;

impl Stack {
    /// The services, for a server of their own.
    pub fn services(&self) -> Router {
        let wire: SharedWire = Arc::new(self.cloud().clone());
        let keys = self.issuer().jwks();
        let keys = get(async move || ([(header::CONTENT_TYPE, "application/json")], keys.clone()));
        let router = Router::new().route("/.well-known/jwks.json", keys).fallback(forward);
        endpoints::guard(router.with_state(wire))
    }
}

/// Hands a request to the service that it is for.
async fn forward(State(wire): State<SharedWire>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, LARGEST).await else { return StatusCode::BAD_REQUEST.into_response() };
    let path = parts.uri.path_and_query().map_or("/", PathAndQuery::as_str);
    // What signs its address signs the host that it knows, too.
    let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let Ok(uri) = format!("http://{host}{path}").parse::<Uri>() else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    parts.uri = uri;
    match wire.send(http::Request::from_parts(parts, body)).await {
        Ok(answer) => answer.map(Body::from).into_response(),
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}
