//! Lets the SDK send its requests through a [`Wire`](crate::Wire).

use aws_smithy_runtime_api::client::{
    http::{HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector},
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::body::SdkBody;
use http_body_util::BodyExt;

use crate::wire::{SharedWire, WireError};

/// An SDK HTTP client that is one wire. Time limits are the operation's own, so all settings give the same connector.
#[derive(Debug, Clone)]
pub(super) struct WireClient {
    connector: SharedHttpConnector,
}

#[derive(Debug)]
struct WireConnector {
    wire: SharedWire,
}

impl WireClient {
    pub(super) fn new(wire: SharedWire) -> Self {
        Self { connector: SharedHttpConnector::new(WireConnector { wire }) }
    }
}

impl HttpClient for WireClient {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        self.connector.clone()
    }
}

impl HttpConnector for WireConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let wire = self.wire.clone();
        HttpConnectorFuture::new(async move {
            let (parts, body) =
                request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?.into_parts();
            let body = body.collect().await.map_err(ConnectorError::user)?.to_bytes();
            let answer = wire.send(http::Request::from_parts(parts, body)).await.map_err(connector_error)?;
            HttpResponse::try_from(answer.map(SdkBody::from)).map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// Both are transient to the SDK, which repeats them; its callers tell them apart by `never_connected`.
fn connector_error(error: WireError) -> ConnectorError {
    match error {
        WireError::Refused(_) => ConnectorError::io(error.into()).never_connected(),
        WireError::Lost(_) => ConnectorError::io(error.into()),
    }
}
