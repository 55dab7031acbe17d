//! Routes and their description. A handler says both itself, with `#[utoipa::path]`; [`routes!`](crate::routes) lists the handlers.
//!
//! A function needs its router at each start, and its description never: that is made where it is printed. So one list makes two
//! functions, and what only the second one needs is no part of a deployed program.

use axum::{
    Router,
    handler::Handler,
    routing::{MethodFilter, on},
};
use utoipa::{
    __dev::SchemaReferences,
    Path,
    openapi::{HttpMethod, OpenApi},
};

/// Adds a handler to a router, at the path and for the methods that its description `D` says.
pub fn add_route<D, H, T, S>(router: Router<S>, handler: H) -> Router<S>
where
    D: Path,
    H: Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    match D::methods().iter().map(filter).reduce(MethodFilter::or) {
        Some(methods) => router.route(&D::path(), on(methods, handler)),
        None => router,
    }
}

/// Adds what the description `D` says to a document: its operation, and the schemas that this names.
pub fn describe<D: Path + SchemaReferences>(document: &mut OpenApi) {
    document.paths.add_path_operation(D::path(), D::methods(), D::operation());
    let mut schemas = Vec::new();
    D::schemas(&mut schemas);
    document.components.get_or_insert_default().schemas.extend(schemas);
}

fn filter(method: &HttpMethod) -> MethodFilter {
    match method {
        HttpMethod::Get => MethodFilter::GET,
        HttpMethod::Put => MethodFilter::PUT,
        HttpMethod::Post => MethodFilter::POST,
        HttpMethod::Delete => MethodFilter::DELETE,
        HttpMethod::Options => MethodFilter::OPTIONS,
        HttpMethod::Head => MethodFilter::HEAD,
        HttpMethod::Patch => MethodFilter::PATCH,
        HttpMethod::Trace => MethodFilter::TRACE,
    }
}

/// Makes a function's `routes()` and `openapi()` of the state and the handlers that are listed: `web::routes! { Orders { read, stats::stats } }`.
/// Each handler has an `#[utoipa::path]`, which is the only place that says its method and path.
#[macro_export]
macro_rules! routes {
    // The type that utoipa writes beside a handler, and that describes it.
    (@description [$($before:ident)*] $handler:ident) => {
        $crate::paste! { $($before ::)* [<__path_ $handler>] }
    };
    (@description [$($before:ident)*] $next:ident $($rest:ident)+) => {
        $crate::routes!(@description [$($before)* $next] $($rest)+)
    };
    ($state:ty { $($($part:ident)::+),+ $(,)? }) => {
        /// The routes: each handler says its method, its path and its description.
        fn routes() -> ::axum::Router<$state> {
            let router = ::axum::Router::new();
            $(let router = $crate::add_route::<$crate::routes!(@description [] $($part)+), _, _, _>(router, $($part)::+);)+
            router
        }

        /// The function's part of the API's description.
        #[must_use]
        pub fn openapi() -> ::utoipa::openapi::OpenApi {
            let mut document = ::utoipa::openapi::OpenApi::default();
            $($crate::describe::<$crate::routes!(@description [] $($part)+)>(&mut document);)+
            document
        }
    };
}

#[cfg(test)]
#[expect(unreachable_pub, reason = "the macro is for the root of a crate")]
mod tests {
    use axum::body::Body;
    use http::Request;
    use serde::Serialize;
    use tower::ServiceExt;
    use utoipa::ToSchema;

    mod inner {
        use axum::Json;

        /// Reads a thing.
        #[utoipa::path(get, path = "/things/{thing}", responses((status = 200, body = super::Thing)))]
        pub(super) async fn read() -> Json<super::Thing> {
            Json(super::Thing { name: "a" })
        }
    }

    #[derive(Serialize, ToSchema)]
    struct Thing {
        name: &'static str,
    }

    #[utoipa::path(method(put, patch), path = "/things/{thing}", responses((status = 200, description = "Written")))]
    async fn write() -> &'static str {
        "written"
    }

    #[utoipa::path(post, path = "/things", responses((status = 200, description = "Made")))]
    async fn make() -> &'static str {
        "made"
    }

    crate::routes! { () { inner::read, write, make } }

    #[tokio::test]
    async fn a_handler_is_where_its_description_says() {
        let document = serde_json::to_value(openapi()).expect("JSON");
        for (method, path, body) in [
            ("GET", "/things/1", "{\"name\":\"a\"}"),
            ("PUT", "/things/1", "written"),
            ("PATCH", "/things/1", "written"),
            ("POST", "/things", "made"),
        ] {
            let request = Request::builder().method(method).uri(path).body(Body::empty()).expect("a request");
            let answer = routes().oneshot(request).await.expect("an answer");
            let read = axum::body::to_bytes(answer.into_body(), 1_000).await.expect("a body");
            assert_eq!(read, body, "{method} {path}");
            let described = &document["paths"][path.replace('1', "{thing}")][method.to_lowercase()];
            assert!(described["responses"]["200"].is_object(), "{method} {path}");
        }
        let operations = document["paths"].as_object().expect("paths").values().filter_map(|path| path.as_object());
        assert_eq!(operations.map(serde_json::Map::len).sum::<usize>(), 4, "and no other");
        assert!(document["components"]["schemas"]["Thing"]["properties"]["name"].is_object());
        let request = Request::delete("/things/1").body(Body::empty()).expect("a request");
        assert_eq!(routes().oneshot(request).await.expect("an answer").status(), 405);
    }
}
