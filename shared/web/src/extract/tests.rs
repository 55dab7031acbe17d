use axum::{
    Router,
    body::Body,
    routing::{get, post},
};
use domain::{OfferId, OrderId};
use http::{Request, StatusCode};
use serde::Deserialize;
use tower::ServiceExt;

use super::{IdempotencyKey, Json, LONGEST_BODY, OptionalJson, Path, Query, RawBody};
use crate::ProblemBody;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Purchase {
    #[expect(dead_code, reason = "only its being there counts")]
    buyer: Buyer,
    items: Vec<Item>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Buyer {
    #[expect(dead_code, reason = "only its type counts")]
    name: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    offer: OfferId,
    quantity: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    limit: Option<u32>,
    cursor: Option<String>,
}

fn router() -> Router {
    let raw = |RawBody(body): RawBody| async move { body };
    crate::router_base(
        Router::new()
            .route(
                "/purchase",
                post(|Json(p): Json<Purchase>| async move { format!("{}x{}", p.items[0].quantity, p.items[0].offer) }),
            )
            .route("/maybe", post(|OptionalJson(p): OptionalJson<Buyer>| async move { p.is_some().to_string() }))
            .route("/choice", post(|Json(p): Json<Choice>| async move { format!("{:?}", p.mode) }))
            .route("/page", get(|Query(p): Query<Page>| async move { format!("{:?} {:?}", p.limit, p.cursor) }))
            .route("/orders/{order}", get(|Path(order): Path<OrderId>| async move { order.to_string() }))
            .route("/raw", post(raw))
            .route("/key", post(|key: IdempotencyKey| async move { key.as_str().to_owned() }))
            .route("/maybe-key", post(|key: Option<IdempotencyKey>| async move { key.is_some().to_string() })),
    )
}

async fn send(request: Request<Body>) -> (StatusCode, Vec<u8>) {
    let response = router().oneshot(request).await.expect("an answer");
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    (status, body.to_vec())
}

async fn accepted(request: Request<Body>) -> String {
    let (status, body) = send(request).await;
    let body = String::from_utf8(body).expect("text");
    assert_eq!(status, StatusCode::OK, "{body}");
    body
}

async fn refused(request: Request<Body>) -> ProblemBody {
    let (status, body) = send(request).await;
    let problem: ProblemBody = serde_json::from_slice(&body).unwrap_or_else(|_| panic!("{status} {body:?}"));
    assert_eq!(problem.status, status.as_u16());
    problem
}

fn json(path: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post(path).header("content-type", "application/json").body(body.into()).expect("a request")
}

fn get_request(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).expect("a request")
}

const GOOD: &str = r#"{"buyer": {"name": "Ada"}, "items": [{"offer": "vip", "quantity": 2}]}"#;

#[tokio::test]
async fn json_is_read() {
    assert_eq!(accepted(json("/purchase", GOOD)).await, "2xvip");
    let request =
        Request::post("/purchase").header("content-type", "Application/JSON; charset=UTF-8").body(Body::from(GOOD));
    assert_eq!(accepted(request.expect("a request")).await, "2xvip");
}

#[tokio::test]
async fn bad_fields_are_named() {
    for (body, field, message) in [
        (r#"{"buyer": {"name": 7}, "items": []}"#, "buyer.name", "invalid type: integer `7`, expected a string"),
        (
            r#"{"buyer": {"name": "Ada", "nmae": 1}, "items": []}"#,
            "buyer.nmae",
            "unknown field `nmae`, expected `name`",
        ),
        (
            r#"{"buyer": {"name": "Ada"}, "items": [], "totl": "1"}"#,
            "totl",
            "unknown field `totl`, expected `buyer` or `items`",
        ),
        (
            r#"{"buyer": {"name": "Ada"}, "items": [{"offer": "vip", "quantity": -1}]}"#,
            "items[0].quantity",
            "invalid value: integer `-1`, expected u32",
        ),
        (
            r#"{"buyer": {"name": "Ada"}, "items": [{"offer": "VIP!", "quantity": 1}]}"#,
            "items[0].offer",
            "must be 1 to 64 lower case letters, digits or hyphens",
        ),
        (r#"{"buyer": {}, "items": []}"#, "buyer.name", "missing field `name`"),
        (r#"{"buyer": {"name": "Ada", "name": "Eve"}, "items": []}"#, "buyer.name", "duplicate field `name`"),
    ] {
        let problem = refused(json("/purchase", body)).await;
        assert_eq!((problem.status, problem.code.as_str()), (400, "invalid_request"), "{body}");
        assert_eq!(problem.detail, message);
        let errors: Vec<_> = problem.errors.iter().map(|e| (e.field.as_str(), e.message.as_str())).collect();
        assert_eq!(errors, [(field, message)], "{body}");
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Mode {
    Hosted,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    mode: Option<Mode>,
}

#[tokio::test]
async fn a_list_is_no_object_and_an_object_is_no_word() {
    for (path, body, field) in [
        ("/purchase", r#"[{"name": "Ada"}, []]"#, None),
        ("/purchase", "[]", None),
        ("/purchase", r#"{"buyer": ["Ada"], "items": []}"#, Some("buyer")),
        ("/purchase", r#"{"buyer": {"name": "Ada"}, "items": [["vip", 2]]}"#, Some("items[0]")),
        ("/maybe", r#"["Ada"]"#, None),
        ("/choice", r#"{"mode": {"hosted": null}}"#, Some("mode")),
        ("/choice", r#"{"mode": ["hosted"]}"#, Some("mode")),
        ("/choice", r#"{"mode": "intent"}"#, Some("mode")),
    ] {
        let problem = refused(json(path, body)).await;
        assert_eq!((problem.status, problem.code.as_str()), (400, "invalid_request"), "{body}");
        assert_eq!(problem.errors.first().map(|error| error.field.as_str()), field, "{body}: {}", problem.detail);
    }
    assert_eq!(accepted(json("/choice", r#"{"mode": "hosted"}"#)).await, "Some(Hosted)");
    assert_eq!(accepted(json("/choice", r#"{"mode": null}"#)).await, "None");
}

#[tokio::test]
async fn what_is_not_json_is_refused() {
    let deep = "[".repeat(100_000);
    let wrapped = format!(r#"{{"buyer": {deep}"#);
    let trailing = format!("{GOOD} {{}}");
    for body in
        ["", "{", "nonsense", "{\"buyer\": \u{1}", &deep, &wrapped, &trailing, "{\"buyer\": {\"name\": \"\\ud800\"}}"]
    {
        let problem = refused(json("/purchase", body.to_owned())).await;
        assert_eq!((problem.status, problem.code.as_str()), (400, "invalid_request"), "{:.40}", body);
    }
    let problem = refused(json("/purchase", vec![b'{', b'"', 0xff, b'"', b'}'])).await;
    assert_eq!(problem.status, 400);
}

#[tokio::test]
async fn other_media_types_are_refused() {
    for media_type in [
        None,
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        Some("application/json; charset=utf-16"),
        Some("multipart/form-data"),
    ] {
        let mut request = Request::post("/purchase");
        if let Some(media_type) = media_type {
            request = request.header("content-type", media_type);
        }
        let problem = refused(request.body(Body::from(GOOD)).expect("a request")).await;
        assert_eq!((problem.status, problem.code.as_str()), (415, "unsupported_media_type"), "{media_type:?}");
    }
}

#[tokio::test]
async fn long_bodies_are_refused_with_and_without_a_length() {
    let long = format!("{{\"buyer\": {{\"name\": \"{}\"}}, \"items\": []}}", "x".repeat(LONGEST_BODY));
    for path in ["/purchase", "/raw", "/maybe"] {
        let problem = refused(json(path, long.clone())).await;
        assert_eq!((problem.status, problem.code.as_str()), (413, "payload_too_large"));
        let pieces =
            long.as_bytes().chunks(8_192).map(|piece| Ok::<_, std::io::Error>(piece.to_vec())).collect::<Vec<_>>();
        let stream = Body::from_stream(PieceStream(pieces.into_iter()));
        assert_eq!(refused(json(path, stream)).await.status, 413, "{path}");
    }
    let announced = Request::post("/raw").header("content-length", "999999").body(Body::from("x")).expect("a request");
    assert_eq!(refused(announced).await.status, 413);
    let (status, body) = send(json("/raw", vec![0xff; LONGEST_BODY])).await;
    assert_eq!((status, body.len()), (StatusCode::OK, LONGEST_BODY));
}

/// A body whose length is not known beforehand.
struct PieceStream(std::vec::IntoIter<Result<Vec<u8>, std::io::Error>>);

impl futures::Stream for PieceStream {
    type Item = Result<Vec<u8>, std::io::Error>;
    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.next())
    }
}

#[tokio::test]
async fn bodies_may_be_left_out_where_that_is_said() {
    assert_eq!(accepted(Request::post("/maybe").body(Body::empty()).expect("a request")).await, "false");
    assert_eq!(accepted(json("/maybe", r#"{"name": "Ada"}"#)).await, "true");
    assert_eq!(refused(Request::post("/maybe").body(Body::from("{}")).expect("a request")).await.status, 415);
    assert_eq!(refused(json("/maybe", "{")).await.status, 400);
}

#[tokio::test]
async fn queries_are_checked_like_bodies() {
    assert_eq!(accepted(get_request("/page")).await, "None None");
    assert_eq!(accepted(get_request("/page?limit=5&cursor=a%2Bb+c")).await, "Some(5) Some(\"a+b c\")");
    assert_eq!(accepted(get_request("/page?limit=&cursor=")).await, "None None");
    for (query, field) in
        [("limit=many", "limit"), ("limit=-1", "limit"), ("limt=5", "limt"), ("limit=1&limit=2", "limit")]
    {
        let problem = refused(get_request(&format!("/page?{query}"))).await;
        assert_eq!((problem.status, problem.code.as_str()), (400, "invalid_request"), "{query}");
        let fields: Vec<_> = problem.errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, [field], "{}", problem.detail);
    }
    for query in ["cursor=%zz", "cursor=%f", "cursor=%ff", "cursor=%"] {
        assert_eq!(refused(get_request(&format!("/page?{query}"))).await.status, 400, "{query}");
    }
}

#[tokio::test]
async fn paths_are_checked_like_bodies() {
    assert_eq!(accepted(get_request("/orders/ord_1")).await, "ord_1");
    let problem = refused(get_request("/orders/a%23b")).await;
    assert_eq!((problem.status, problem.errors[0].field.as_str()), (400, "order"));
    assert!(problem.detail.starts_with("must be 1 to 255"), "{}", problem.detail);
    for path in ["/orders/%ff", "/orders/%zz", "/orders/%2"] {
        assert_eq!(refused(get_request(path)).await.status, 400, "{path}");
    }
}

/// What `.await` gives, inside of a test that is none.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
}

mod fuzz {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_text_is_read_from_a_query_as_it_was_written(text in any::<String>()) {
            let escaped: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
            let read = block_on(accepted(get_request(&format!("/page?cursor={escaped}"))));
            let expected = Some(&text).filter(|text| !text.is_empty());
            prop_assert_eq!(read, format!("None {expected:?}"));
        }

        #[test]
        fn any_bytes_in_an_address_are_read_or_refused(text in "[ -~]{0,40}", in_path in any::<bool>()) {
            let address = if in_path { format!("/orders/{text}") } else { format!("/page?{text}") };
            let Ok(request) = Request::get(&address).body(Body::empty()) else { return Ok(()) };
            let (status, body) = block_on(send(request));
            prop_assert!(status == 200 || [400, 404].contains(&status.as_u16()), "{status} {address}");
            let problem: Option<ProblemBody> = serde_json::from_slice(&body).ok();
            prop_assert!(status == 200 || problem.is_some_and(|problem| problem.status == status.as_u16()), "{address}");
        }

        #[test]
        fn any_bytes_as_a_body_are_read_or_refused_with_a_field(bytes in prop::collection::vec(any::<u8>(), 0..60), cut in any::<prop::sample::Index>()) {
            let mut body = GOOD.as_bytes().to_vec();
            body.splice(cut.index(body.len()).., bytes);
            let (status, answer) = block_on(send(json("/maybe", body.clone())));
            prop_assert!(status == 200 || status == 400, "{status} {body:?}");
            let problem: Option<ProblemBody> = serde_json::from_slice(&answer).ok();
            // The body as a whole has no name.
            let whole = |detail: &str| detail.starts_with("The body is not JSON") || detail.starts_with("invalid type");
            let named = |problem: ProblemBody| !problem.errors.is_empty() || whole(&problem.detail);
            prop_assert!(status == 200 || problem.is_some_and(named), "{body:?}");
        }
    }
}

#[tokio::test]
async fn idempotency_keys_are_short_and_printable() {
    let with = |path: &str, keys: &[&[u8]]| {
        let mut request = Request::post(path);
        for key in keys {
            request = request.header("idempotency-key", *key);
        }
        request.body(Body::empty()).expect("a request")
    };
    assert_eq!(accepted(with("/key", &[b"abc 1"])).await, "abc 1");
    assert_eq!(accepted(with("/maybe-key", &[])).await, "false");
    assert_eq!(accepted(with("/maybe-key", &[&[b'x'; 255]])).await, "true");
    let required = refused(with("/key", &[])).await;
    assert_eq!((required.status, required.errors[0].field.as_str()), (400, "Idempotency-Key"));
    for bad in [&[&[b'x'; 256] as &[u8]] as &[&[u8]], &[b""], &["é".as_bytes()], &[b"a\tb"], &[b"a", b"b"]] {
        assert_eq!(refused(with("/maybe-key", bad)).await.code, "invalid_request", "{bad:?}");
    }
}
