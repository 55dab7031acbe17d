//! What API Gateway does for pages on other origins: it answers their `OPTIONS` itself, and lets them read what functions
//! answer.
//!
//! As it says in <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html>: with CORS configured,
//! API Gateway answers a preflight request even where no route takes `OPTIONS`, and on other answers puts its own headers
//! into the place of those that a function has set.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use cloud_stand_ins::template::{CorsSpec, Origins};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use url::{Host, Url};

/// Headers that only the gateway sets.
const OWN: [HeaderName; 6] = [
    header::ACCESS_CONTROL_ALLOW_ORIGIN,
    header::ACCESS_CONTROL_ALLOW_METHODS,
    header::ACCESS_CONTROL_ALLOW_HEADERS,
    header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
    header::ACCESS_CONTROL_EXPOSE_HEADERS,
    header::ACCESS_CONTROL_MAX_AGE,
];

/// The template's rules with this machine's origins.
#[derive(Debug, Clone)]
pub(crate) struct Cors {
    spec: CorsSpec,
    /// Origins as the template's parameter takes them; none for pages of this machine, on any port.
    origins: Option<Vec<String>>,
}

impl Cors {
    /// Rules of the template. `given` is what its parameter would be given, separated by commas.
    pub(crate) fn new(spec: CorsSpec, given: Option<&str>) -> Self {
        let origins = match &spec.origins {
            Origins::Listed(origins) => Some(origins.clone()),
            Origins::Parameter(_) => given.map(|list| list.split(',').map(|origin| origin.trim().to_owned()).collect()),
        };
        Self { spec, origins }
    }

    /// What `Access-Control-Allow-Origin` says to a request, if anything.
    fn allowed(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let origin = headers.get(header::ORIGIN)?;
        let text = origin.to_str().ok()?;
        match &self.origins {
            Some(list) if list.iter().any(|one| one == "*") => Some(HeaderValue::from_static("*")),
            Some(list) => list.iter().any(|one| matches(one, text)).then(|| origin.clone()),
            None => is_of_this_machine(text).then(|| origin.clone()),
        }
    }

    fn preflight(&self, headers: &HeaderMap) -> Response {
        let mut response = StatusCode::NO_CONTENT.into_response();
        let Some(origin) = self.allowed(headers) else { return response };
        let answer = response.headers_mut();
        answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        put_list(answer, header::ACCESS_CONTROL_ALLOW_METHODS, &self.spec.methods);
        put_list(answer, header::ACCESS_CONTROL_ALLOW_HEADERS, &self.spec.headers);
        if let Some(seconds) = self.spec.max_age {
            answer.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from(seconds));
        }
        response
    }
}

/// `https://*` and `http://*` stand for every origin of that scheme.
fn matches(allowed: &str, origin: &str) -> bool {
    let every = allowed.strip_suffix('*').filter(|scheme| ["https://", "http://"].contains(scheme));
    every.map_or(allowed == origin, |scheme| origin.starts_with(scheme))
}

/// A shop front under development, on another port than ours. The stack itself listens on this machine alone.
fn is_of_this_machine(origin: &str) -> bool {
    Url::parse(origin).is_ok_and(|url| match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    })
}

fn put_list(headers: &mut HeaderMap, name: HeaderName, list: &[String]) {
    if let Ok(value) = HeaderValue::from_str(&list.join(","))
        && !list.is_empty()
    {
        headers.insert(name, value);
    }
}

/// Puts the rules before the API's routes.
pub(crate) fn before(routes: Router, cors: Cors) -> Router {
    routes.layer(middleware::from_fn_with_state(Arc::new(cors), apply))
}

async fn apply(State(cors): State<Arc<Cors>>, request: Request, next: Next) -> Response {
    if request.method() == Method::OPTIONS {
        return cors.preflight(request.headers());
    }
    let origin = cors.allowed(request.headers());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for name in OWN {
        headers.remove(name);
    }
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        put_list(headers, header::ACCESS_CONTROL_EXPOSE_HEADERS, &cors.spec.expose);
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, routing::get};
    use http::{Request, Response, header};
    use tower::ServiceExt;

    use super::{Cors, CorsSpec, Origins, before};

    fn router(origins: Option<&str>) -> Router {
        let list = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let spec = CorsSpec {
            origins: Origins::Parameter("AllowedOrigins".to_owned()),
            methods: list(&["GET", "POST"]),
            headers: list(&["authorization", "content-type"]),
            expose: list(&["retry-after"]),
            max_age: Some(600),
        };
        let own = async || ([("access-control-allow-origin", "https://of.the.function")], "ok");
        before(Router::new().route("/things", get(own)), Cors::new(spec, origins))
    }

    async fn ask(origins: Option<&str>, method: &str, origin: Option<&str>) -> Response<Body> {
        let mut request = Request::builder().method(method).uri("/things");
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        router(origins).oneshot(request.body(Body::empty()).expect("a request")).await.expect("an answer")
    }

    fn allowed(response: &Response<Body>) -> Option<&str> {
        response.headers().get(header::ACCESS_CONTROL_ALLOW_ORIGIN)?.to_str().ok()
    }

    #[tokio::test]
    async fn a_preflight_is_answered_for_who_may_call() {
        let answer = ask(None, "OPTIONS", Some("http://localhost:5173")).await;
        assert_eq!((answer.status().as_u16(), allowed(&answer)), (204, Some("http://localhost:5173")));
        assert_eq!(answer.headers()["access-control-allow-methods"], "GET,POST");
        assert_eq!(answer.headers()["access-control-allow-headers"], "authorization,content-type");
        assert_eq!(answer.headers()["access-control-max-age"], "600");
        for no_subject in [None, Some("https://shop.example"), Some("null")] {
            let answer = ask(None, "OPTIONS", no_subject).await;
            assert_eq!(answer.status().as_u16(), 204);
            assert!(!answer.headers().keys().any(|name| name.as_str().starts_with("access-control")), "{no_subject:?}");
        }
    }

    #[tokio::test]
    async fn answers_carry_the_gateways_headers_and_no_others() {
        let answer = ask(None, "GET", Some("http://127.0.0.1:8080")).await;
        assert_eq!((answer.status().as_u16(), allowed(&answer)), (200, Some("http://127.0.0.1:8080")));
        assert_eq!(answer.headers()["access-control-expose-headers"], "retry-after");
        assert_eq!(allowed(&ask(None, "GET", Some("https://of.the.function")).await), None);
        assert_eq!(allowed(&ask(None, "GET", None).await), None);
    }

    #[tokio::test]
    async fn origins_are_matched_as_by_the_gateway() {
        let shop = "https://shop.example";
        for (origins, origin, expected) in [
            ("https://shop.example", shop, Some(shop)),
            ("https://a.example, https://shop.example", shop, Some(shop)),
            ("https://shop.example", "https://shop.example.evil.example", None),
            ("https://shop.example", "http://localhost:5173", None),
            ("*", shop, Some("*")),
            ("https://*", shop, Some(shop)),
            ("https://*", "http://shop.example", None),
            ("https://*.example", shop, None),
        ] {
            let answer = ask(Some(origins), "OPTIONS", Some(origin)).await;
            assert_eq!(allowed(&answer), expected, "{origin} against {origins}");
        }
    }
}
