//! The gateway, in the place of API Gateway: the template's routes, each with its function behind it, and the authorizer before
//! those that need a token.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Extension, Request, State},
    middleware::Next,
    response::Response,
    routing::{MethodFilter, MethodRouter, any},
};
use cloud_stand_ins::template::Template;
use http::{Extensions, HeaderMap, Method, StatusCode, Uri, header};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;
use web::{IdempotencyKey, Problem, SourceAddress, Verifier, bearer};

use crate::cors::{self, Cors};

/// Where Stripe's events come in on this machine.
pub(crate) const EVENTS: &str = "/webhooks/stripe";

/// A route of the template that cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// A function with routes is not part of this build.
    #[error("the template gives routes to {0}, which is no function here")]
    NoFunction(String),
    /// A method that no route can have.
    #[error("the template declares {0} {1}, which cannot be routed")]
    Method(Method, String),
}

/// Mounts the functions' routers at exactly the routes that the template declares for them, behind its rules for pages on
/// other origins. `origins` are theirs, as the template's parameter takes them; none for those of this machine.
///
/// # Errors
/// [`GatewayError`] names the route that cannot be served.
pub(crate) fn router(
    template: &Template,
    functions: &BTreeMap<&str, Router>,
    verifier: &Arc<Verifier>,
    origins: Option<&str>,
) -> Result<Router, GatewayError> {
    let mut gateway = Router::new();
    let refusals = refusals();
    for (function, route) in template.routes() {
        let target =
            functions.get(function.name.as_str()).ok_or_else(|| GatewayError::NoFunction(function.name.clone()))?;
        let method = MethodFilter::try_from(route.method.clone())
            .map_err(|_| GatewayError::Method(route.method.clone(), route.path.clone()))?;
        let authorizer = route.authorized.then(|| verifier.clone());
        let behind = Behind { function: target.clone(), authorizer, refusals: refusals.clone() };
        let served = MethodRouter::new().on(method, forward).with_state(behind);
        gateway = gateway.route(&route.path, served);
    }
    // Deployed, Stripe's events come in by the function's own address; here everything has one address.
    if let Some(webhook) = functions.get("webhook") {
        let behind = Behind { function: webhook.clone(), authorizer: None, refusals: refusals.clone() };
        gateway = gateway.route(EVENTS, MethodRouter::new().post(forward).with_state(behind));
    }
    // What no route is for, be it for its path or its method, is the function's that has `$default`.
    let rest = template.functions.iter().find(|function| function.default_route);
    let gateway = match rest {
        Some(rest) => {
            let target =
                functions.get(rest.name.as_str()).ok_or_else(|| GatewayError::NoFunction(rest.name.clone()))?;
            let behind = Behind { function: target.clone(), authorizer: None, refusals };
            let other = behind.clone();
            gateway
                .method_not_allowed_fallback(async move |request: Request| forward(State(other), request).await)
                .fallback_service(any(forward).with_state::<()>(behind))
        }
        None => gateway,
    };
    Ok(match &template.cors {
        Some(spec) => cors::before(gateway, Cors::new(spec.clone(), origins)),
        None => gateway,
    })
}

/// Refuses requests as functions do: with security headers and a log line.
fn refusals() -> Router {
    let refusal = any(async |Extension(Refused(problem)): Extension<Refused>| problem);
    web::router_base(Router::new().route("/", refusal.clone()).route("/{*path}", refusal))
}

#[derive(Debug, Clone)]
struct Refused(Problem);

async fn refuse(refusals: Router, request: Request, problem: Problem) -> Response {
    let (mut parts, body) = request.into_parts();
    parts.extensions = Extensions::new();
    parts.extensions.insert(Refused(problem));
    refusals.oneshot(Request::from_parts(parts, body)).await.unwrap_or_else(|never| match never {})
}

/// The function behind a route, and the authorizer before it.
#[derive(Debug, Clone)]
struct Behind {
    function: Router,
    authorizer: Option<Arc<Verifier>>,
    refusals: Router,
}

async fn forward(State(behind): State<Behind>, request: Request) -> Response {
    if let Some(verifier) = &behind.authorizer
        && let Err(problem) = authorize(verifier, request.headers()).await
    {
        return refuse(behind.refusals, request, problem).await;
    }
    hand_over(behind.function, request).await
}

async fn authorize(verifier: &Verifier, headers: &HeaderMap) -> Result<(), Problem> {
    match bearer(headers)? {
        Some(token) => verifier.verify(token).await.map(drop),
        None => Err(Problem::unauthenticated("A token is required")),
    }
}

/// Passes a request on as if it had come over the network: nothing of the gateway's own routing goes along, for the
/// function's router would take our path's parameters for its own.
async fn hand_over(router: Router, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let source = source(&parts.extensions);
    parts.extensions = Extensions::new();
    parts.extensions.insert(source);
    router.oneshot(Request::from_parts(parts, body)).await.unwrap_or_else(|never| match never {})
}

/// Adds the sender's address to a request.
pub(crate) async fn name_source(mut request: Request, next: Next) -> Response {
    let source = source(request.extensions());
    request.extensions_mut().insert(source);
    next.run(request).await
}

/// Who sent a request: as a part closer to the client has noted already, else as its connection says; without one, it
/// was made in this process, on this machine.
fn source(extensions: &Extensions) -> SourceAddress {
    let peer = || extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| SourceAddress(Some(peer.ip())));
    extensions.get().copied().or_else(peer).unwrap_or(SourceAddress(Some(IpAddr::from(Ipv4Addr::LOCALHOST))))
}

/// Calls the API inside the process as a client calls it from outside.
#[derive(Debug, Clone)]
pub struct Client {
    router: Router,
    token: Option<String>,
    source: Option<SourceAddress>,
}

/// What the API answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// The code of HTTP, the gateway's own refusals included.
    pub status: StatusCode,
    /// The JSON body; null if there is none.
    pub body: Value,
}

impl Client {
    /// A guest's client.
    #[must_use]
    pub fn new(router: Router) -> Self {
        Self { router, token: None, source: None }
    }

    /// The same with a token.
    #[must_use]
    pub fn with_token(mut self, token: String) -> Self {
        self.token = Some(token);
        self
    }

    /// The same on behalf of a client at that address.
    #[must_use]
    pub fn with_source(mut self, source: SourceAddress) -> Self {
        self.source = Some(source);
        self
    }

    /// Sends a request and reads the answer. Answers that are not JSON count as null.
    pub async fn send(&self, method: Method, path: &str, key: Option<&str>, body: Option<&Value>) -> Answered {
        let refused = |status| Answered { status, body: Value::Null };
        let Ok(uri) = path.parse::<Uri>() else { return refused(StatusCode::BAD_REQUEST) };
        let mut request = http::Request::builder().method(method).uri(uri).header(header::ACCEPT, "application/json");
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some(key) = key {
            request = request.header(IdempotencyKey::HEADER, key);
        }
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        let Ok(mut request) = request.body(body) else { return refused(StatusCode::BAD_REQUEST) };
        if let Some(source) = self.source {
            request.extensions_mut().insert(source);
        }
        let answer = self.router.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
        let status = answer.status();
        let Ok(body) = answer.into_body().collect().await else { return refused(StatusCode::BAD_GATEWAY) };
        Answered { status, body: serde_json::from_slice(&body.to_bytes()).unwrap_or_default() }
    }

    /// `GET`s a path.
    pub async fn get(&self, path: &str) -> Answered {
        self.send(Method::GET, path, None, None).await
    }

    /// `PUT`s a document.
    pub async fn put(&self, path: &str, body: &Value) -> Answered {
        self.send(Method::PUT, path, None, Some(body)).await
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, SocketAddr};

    use axum::extract::ConnectInfo;
    use http::Extensions;
    use web::SourceAddress;

    use super::source;

    #[test]
    fn the_source_is_the_connection_unless_a_proxy_named_it() {
        let mut extensions = Extensions::new();
        assert_eq!(source(&extensions), SourceAddress(Some(IpAddr::from([127, 0, 0, 1]))), "this process");
        extensions.insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 2], 50_000))));
        assert_eq!(source(&extensions), SourceAddress(Some(IpAddr::from([127, 0, 0, 2]))));
        extensions.insert(SourceAddress(Some(IpAddr::from([192, 0, 2, 7]))));
        assert_eq!(source(&extensions), SourceAddress(Some(IpAddr::from([192, 0, 2, 7]))));
    }
}
