//! What no route of the gateway is for comes here, also what was meant for the API: it hears so in the API's own way.

use std::sync::LazyLock;

use axum::response::{IntoResponse, Response};
use domain::Code;
use http::{HeaderValue, Method, header};
use serde_json::Value;
use web::Problem;

/// The API's description, made by the test that compares it with the code.
const DOCUMENT: &str = include_str!("../../../docs/openapi.json");

/// Each path of the API in its segments, with its methods.
static PATHS: LazyLock<Vec<(Vec<String>, Vec<String>)>> = LazyLock::new(|| {
    let document: Value = serde_json::from_str(DOCUMENT).unwrap_or_default();
    let paths = document["paths"].as_object().into_iter().flatten();
    let read = |(path, item): (&String, &Value)| {
        let methods = item.as_object().into_iter().flatten().map(|(method, _)| method.to_uppercase());
        (segments(path), methods.collect())
    };
    paths.map(read).collect()
});

fn segments(path: &str) -> Vec<String> {
    path.split('/').map(str::to_owned).collect()
}

/// Whether an address is one of the API, where programs and not people look.
pub(crate) fn is_api(path: &str) -> bool {
    ["/v1/", "/webhooks/", "/openapi.json"].iter().any(|start| path.starts_with(start)) || path == "/v1"
}

/// 405 for an address that takes other methods, and names them; 404 for any other.
pub(crate) fn refuse(method: &Method, path: &str) -> Response {
    let parts = segments(path);
    let fits = |known: &[String]| {
        known.len() == parts.len()
            && known.iter().zip(&parts).all(|(known, parts)| known.starts_with('{') || known == parts)
    };
    let methods: Vec<&str> = PATHS
        .iter()
        .filter(|(known, _)| fits(known))
        .flat_map(|(_, methods)| methods.iter().map(String::as_str))
        .collect();
    if methods.is_empty() || methods.contains(&method.as_str()) {
        return Problem::new(Code::NotFound, "There is nothing at this address").into_response();
    }
    let problem = Problem::new(Code::MethodNotAllowed, "This address does not take this method");
    let mut response = problem.into_response();
    if let Ok(allow) = HeaderValue::from_str(&methods.join(", ")) {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    response
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::refuse;

    #[test]
    fn a_wrong_method_is_refused_with_the_right_ones() {
        let refused = refuse(&Method::DELETE, "/v1/checkout");
        assert_eq!((refused.status().as_u16(), refused.headers()["allow"].to_str().expect("text")), (405, "POST"));
        assert_eq!(refuse(&Method::PATCH, "/v1/orders/ord_1").status().as_u16(), 405);
        assert_eq!(refuse(&Method::GET, "/v1/nothing").status().as_u16(), 404);
        assert_eq!(refuse(&Method::GET, "/v1/checkout/").status().as_u16(), 404);
    }
}
