//! At which address of ours a request was made.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;
use lambda_http::request::RequestContext;

/// The domain at which API Gateway took a request: the API's own, or a custom one that is mapped to it. None elsewhere.
///
/// API Gateway finds the API by it, so it is always a domain of this deployment. Headers are never believed: a client writes
/// `Host` and `X-Forwarded-Host` as it likes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayDomain(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for GatewayDomain {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let Some(RequestContext::ApiGatewayV2(context)) = parts.extensions.get() else { return Ok(Self(None)) };
        Ok(Self(context.domain_name.clone()))
    }
}

#[cfg(test)]
mod tests {
    use axum::extract::FromRequestParts;
    use lambda_http::{Request, request::from_str};

    use super::GatewayDomain;

    async fn domain(request: Request) -> Option<String> {
        let (mut parts, _) = request.into_parts();
        let GatewayDomain(domain) = GatewayDomain::from_request_parts(&mut parts, &()).await.expect("infallible");
        domain
    }

    #[tokio::test]
    async fn the_gateway_is_believed_and_headers_are_not() {
        let event = serde_json::json!({
            "version": "2.0", "routeKey": "$default", "rawPath": "/v1/checkout", "rawQueryString": "",
            "headers": {"host": "evil.example", "x-forwarded-host": "evil.example"}, "isBase64Encoded": false,
            "requestContext": {"domainName": "a1.execute-api.eu-central-1.amazonaws.com",
                "http": {"method": "POST", "path": "/v1/checkout", "protocol": "HTTP/1.1"}, "timeEpoch": 0},
        });
        let request = from_str(&event.to_string()).expect("an event");
        assert_eq!(domain(request).await.as_deref(), Some("a1.execute-api.eu-central-1.amazonaws.com"));
        let mut request = Request::default();
        request.headers_mut().insert("host", "evil.example".parse().expect("a value"));
        assert_eq!(domain(request).await, None);
    }
}
