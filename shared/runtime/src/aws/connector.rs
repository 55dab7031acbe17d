//! Lets the SDK send its requests through a [`Wire`](crate::Wire).

use aws_smithy_runtime_api::client::{
    http::{HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector},
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::body::SdkBody;
use http_body_util::BodyExt;
use tracing::{Instrument, Span, field::Empty};

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
            let request = http::Request::from_parts(parts, body);
            let span = span(&request);
            let answer = wire.send(request).instrument(span.clone()).await.map_err(connector_error)?;
            span.record("status", answer.status().as_u16());
            if let Some(id) = answer.headers().get("x-amzn-requestid").and_then(|id| id.to_str().ok()) {
                span.record("request_id", id);
            }
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

/// The span of one try of a call: which service, and what it is asked.
fn span(request: &http::Request<bytes::Bytes>) -> Span {
    let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    let (service, operation) = match target.split_once('.') {
        Some((service, operation)) if service.starts_with("DynamoDB") => ("DynamoDB", operation),
        Some(("AmazonSQS", operation)) => ("SQS", operation),
        Some(("secretsmanager", operation)) => ("SecretsManager", operation),
        Some((service, operation)) => (service, operation),
        // SES alone has addresses instead: the only one that is called is that of sending.
        None => ("SESv2", "SendEmail"),
    };
    tracing::debug_span!("aws", name = service, namespace = "aws", operation, status = Empty, request_id = Empty)
}
