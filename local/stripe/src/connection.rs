//! Calls without sockets, and connections that break.

use axum::{
    Router,
    body::Body,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::stream;
use http_body_util::BodyExt;
use tower::ServiceExt;

/// How a connection breaks. It stands in the answer that never arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// Before the call was sent: nothing was done.
    #[error("refused on purpose")]
    Refused,
    /// After the call was sent: it may have been acted on.
    #[error("broken on purpose")]
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

/// Sends a request to a router and reads the whole answer.
pub(crate) async fn send(router: Router, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Broken> {
    let response = router.oneshot(request.map(Body::from)).await.unwrap_or_else(|never| match never {});
    if let Some(how) = response.extensions().get::<Broken>() {
        return Err(*how);
    }
    let (parts, body) = response.into_parts();
    let body = body.collect().await.map_err(|_| Broken::Lost)?;
    Ok(http::Response::from_parts(parts, body.to_bytes()))
}
