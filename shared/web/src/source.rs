//! Where a request comes from.

use std::{convert::Infallible, net::IpAddr};

use axum::extract::FromRequestParts;
use http::request::Parts;
use lambda_http::request::RequestContext;

/// The address that a request came from, as the gateway that accepted its connection saw it.
///
/// In the cloud that is API Gateway; elsewhere the server puts one of these into the request's extensions. Headers are
/// not believed here: a client writes them as it likes, and limits are counted by this. Where a network stands before the
/// gateway, this is the network's address, and [`Front`](crate::Front) knows the client's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceAddress(pub Option<IpAddr>);

impl<S: Send + Sync> FromRequestParts<S> for SourceAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let given = parts.extensions.get::<Self>().copied();
        Ok(given.or_else(|| parts.extensions.get().map(gateway)).unwrap_or(Self(None)))
    }
}

fn gateway(context: &RequestContext) -> SourceAddress {
    let RequestContext::ApiGatewayV2(context) = context else { return SourceAddress(None) };
    SourceAddress(context.http.source_ip.as_deref().and_then(|text| text.parse().ok()))
}

#[cfg(test)]
mod tests {
    use axum::extract::FromRequestParts;
    use lambda_http::{Request, request::from_str};

    use super::SourceAddress;

    async fn source(request: Request) -> Option<String> {
        let (mut parts, _) = request.into_parts();
        let SourceAddress(address) = SourceAddress::from_request_parts(&mut parts, &()).await.expect("infallible");
        address.map(|address| address.to_string())
    }

    fn event() -> Request {
        let event = serde_json::json!({
            "version": "2.0", "routeKey": "$default", "rawPath": "/v1/checkout", "rawQueryString": "",
            "headers": {"x-forwarded-for": "203.0.113.9"}, "isBase64Encoded": false,
            "requestContext": {"http": {"method": "POST", "path": "/v1/checkout", "protocol": "HTTP/1.1", "sourceIp": "198.51.100.7"}, "timeEpoch": 0},
        });
        from_str(&event.to_string()).expect("an event")
    }

    #[tokio::test]
    async fn the_gateway_is_believed_and_headers_are_not() {
        assert_eq!(source(event()).await.as_deref(), Some("198.51.100.7"));
        let mut request = Request::default();
        request.headers_mut().insert("x-forwarded-for", "203.0.113.9".parse().expect("a value"));
        assert_eq!(source(request).await, None);
    }

    #[tokio::test]
    async fn a_server_may_set_it() {
        let mut request = Request::default();
        request.extensions_mut().insert(SourceAddress("::1".parse().ok()));
        assert_eq!(source(request).await.as_deref(), Some("::1"));
    }
}
