//! The stand-in without sockets, and connections that break.

use axum::{
    Router,
    body::Body,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::stream;
use http_body_util::BodyExt;
use runtime::{Wire, WireError, wire::WireFuture};
use tower::ServiceExt;

/// How a connection breaks. It stands in the answer that never arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Broken {
    /// Before the call was sent.
    Refused,
    /// After it may have been.
    Lost,
}

/// An answer that never arrives: its body fails before a byte of it is written, so the server closes the connection.
pub(crate) fn broken(how: Broken) -> Response {
    let failure = std::io::Error::new(std::io::ErrorKind::ConnectionAborted, "broken on purpose");
    let body = Body::from_stream(stream::once(async move { Err::<Bytes, _>(failure) }));
    let mut response = body.into_response();
    response.extensions_mut().insert(how);
    response
}

/// A wire that ends in a router.
#[derive(Debug)]
pub(crate) struct InProcess {
    router: Router,
}

impl InProcess {
    /// A wire into `router`.
    pub(crate) fn new(router: Router) -> Self {
        Self { router }
    }
}

impl Wire for InProcess {
    fn send(&self, request: http::Request<Bytes>) -> WireFuture {
        let router = self.router.clone();
        Box::pin(async move {
            let response = match router.oneshot(request.map(Body::from)).await {
                Ok(response) => response,
                Err(never) => match never {},
            };
            match response.extensions().get::<Broken>() {
                Some(Broken::Refused) => return Err(WireError::Refused("refused on purpose".to_owned())),
                Some(Broken::Lost) => return Err(WireError::Lost("broken on purpose".to_owned())),
                None => {}
            }
            let (parts, body) = response.into_parts();
            let body = body.collect().await.map_err(|error| WireError::Lost(error.to_string()))?;
            Ok(http::Response::from_parts(parts, body.to_bytes()))
        })
    }
}
