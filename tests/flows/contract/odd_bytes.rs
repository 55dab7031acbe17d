//! Whatever bytes come in an address, in any route: no answer is a fault of ours. Driven by the API's own description, so
//! that a new route is tried too.

use holdfast_tests::{Answer, ORGANIZATION, SHOW, World};
use http::Method;
use serde_json::{Value, json};

/// Percent-escaped values that programs choke on.
fn odd_values() -> Vec<String> {
    let fixed = [
        "%C3%A9",
        "%C3%28",
        "%FF",
        "%00",
        "a%00b",
        "%zz",
        "%",
        "%E2%80%AE",
        "%F0%9F%92%A9",
        "%ED%A0%80",
        "%0A%0D",
        "%20",
        "..%2F..",
        "%2F",
        "%5C",
        "%23",
        "%3F",
        "a%26b%3D1",
        "%27%20OR%201%3D1",
        "%25s%25n",
        "-1",
        "18446744073709551616",
        "1e999",
        "null",
        "undefined",
        "%5B%5D",
        "%7B%7D",
        "2026-13-45T99%3A99%3A99Z",
        "9999-12-31T23%3A59%3A59Z",
        "-9999-01-01T00%3A00%3A00Z",
        "A_B",
        "~",
        "!",
        "%21",
        "%EF%BF%BF",
        "%C2%A0",
    ];
    let long = [256, 1_100, 3_000].map(|length| "a".repeat(length));
    let wide = ["%F0%9F%92%A9".repeat(300), "%C3%A9".repeat(255)];
    fixed.map(str::to_owned).into_iter().chain(long).chain(wide).collect()
}

/// One route of the description.
struct Route {
    method: Method,
    path: String,
    in_path: Vec<String>,
    in_query: Vec<String>,
    takes_body: bool,
}

fn routes() -> Vec<Route> {
    let document: Value = serde_json::from_str(include_str!("../../../docs/openapi.json")).unwrap();
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let named = |place: &str| -> Vec<String> {
                let all = operation["parameters"].as_array().cloned().unwrap_or_default();
                let own = all.iter().filter(|parameter| parameter["in"] == place);
                own.map(|parameter| parameter["name"].as_str().unwrap().to_owned()).collect()
            };
            routes.push(Route {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                in_path: path.split(['{', '}']).skip(1).step_by(2).map(str::to_owned).collect(),
                in_query: named("query"),
                takes_body: operation["requestBody"].is_object(),
            });
        }
    }
    assert!(routes.len() > 25, "{}", routes.len());
    routes
}

/// What is not refused before it gets anywhere.
fn plain(parameter: &str, order: &str) -> String {
    match parameter {
        "organization" => ORGANIZATION.to_owned(),
        "listing" => SHOW.to_owned(),
        "offer" => "general".to_owned(),
        "order" => order.to_owned(),
        "code" => "ABCD".to_owned(),
        _ => "ada-1".to_owned(),
    }
}

#[track_caller]
fn sound(answer: &Answer, what: &str) {
    let status = answer.status.as_u16();
    assert!(status < 500, "{what}: {} {}", answer.status, answer.text);
    if status >= 400 {
        assert_eq!(answer.header("content-type"), "application/problem+json", "{what}");
        assert!(!answer.message().is_empty(), "{what}");
    }
}

async fn try_all(values: Vec<String>) {
    let world = World::new().await;
    let order = world.bought("general", 1).await;
    let token = world.token("platform", None);
    let ask = async |route: &Route, path: String| {
        let mut call = world.call(route.method.clone(), &path).token(&token).key("odd");
        if route.takes_body {
            call = call.json(&json!({}));
        }
        sound(&call.await, &format!("{} {path}", route.method));
    };
    for route in routes() {
        let filled = |odd: Option<(&str, &str)>| {
            route.in_path.iter().fold(route.path.clone(), |path, name| {
                let value = odd.filter(|(which, _)| which == name).map(|(_, value)| value.to_owned());
                path.replace(&format!("{{{name}}}"), &value.unwrap_or_else(|| plain(name, &order.id)))
            })
        };
        for value in &values {
            for name in &route.in_path {
                ask(&route, filled(Some((name, value)))).await;
            }
            for name in route.in_query.iter().map(String::as_str).chain(["token", "zzz"]) {
                ask(&route, format!("{}?{name}={value}", filled(None))).await;
                ask(&route, format!("{}?{name}={value}&{name}={value}", filled(None))).await;
            }
            ask(&route, format!("{}?{value}", filled(None))).await;
        }
    }
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn no_value_in_an_address_is_a_fault_of_ours() {
    try_all(odd_values()).await;
}

#[tokio::test]
async fn odd_headers_and_bodies_are_refused_and_no_fault_of_ours() {
    let world = World::new().await;
    let order = world.bought("general", 1).await;
    let token = world.token("platform", None);
    let bodies: [&[u8]; 12] = [
        b"", b"\0", b"null", b"[]", b"{}", b"\"\\u0000\"", b"{\"a\":", b"\xff\xfe", b"\xef\xbb\xbf{}", b"1e999", b"{\"\\ud800\":1}",
        b"{\"buyer\":{\"name\":\"\\u0000\",\"email\":\"a@b.c\"},\"listing\":\"\\u0000\",\"items\":[{\"offer\":\"\\u0000\",\"quantity\":1}]}",
    ];
    let deep = "[".repeat(10_000);
    for route in routes() {
        let path = route
            .in_path
            .iter()
            .fold(route.path.clone(), |path, name| path.replace(&format!("{{{name}}}"), &plain(name, &order.id)));
        let what = format!("{} {path}", route.method);
        let call = || world.call(route.method.clone(), &path).token(&token);
        for body in bodies.into_iter().chain([deep.as_bytes()]) {
            sound(&call().key("odd").bytes("application/json", body.to_vec()).await, &what);
        }
        for key in [" ", "é", &"k".repeat(256), &"k".repeat(20_000)] {
            sound(&call().key(key).json(&json!({})).await, &what);
        }
        for (name, value) in [
            ("content-type", "application/json; charset=\"é"),
            ("accept", "é;q=NaN"),
            ("x-order-token", "é"),
            ("content-length", "-1"),
            ("stripe-signature", "t=99999999999999999999,v1=é"),
        ] {
            sound(&call().header(name, value).bytes("application/json", "{}").await, &what);
        }
        sound(&world.call(route.method.clone(), &path).header("authorization", "Bearer é.é.é").await, &what);
        // A body in an encoding that no function unpacks.
        let packed =
            call().key("odd").header("content-encoding", "gzip").bytes("application/json", vec![0x1f, 0x8b]).await;
        if route.method == Method::GET {
            sound(&packed, &what);
        } else {
            assert_eq!(packed.header("accept-encoding"), "identity", "{what}");
            packed.refused(415, "unsupported_media_type");
        }
    }
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn a_cursor_that_no_list_gave_is_refused_by_every_list() {
    let world = World::new().await;
    world.bought("general", 1).await;
    let token = world.token("platform", None);
    let mut lists = 0;
    for route in routes().iter().filter(|route| route.in_query.iter().any(|name| name == "cursor")) {
        lists += 1;
        let path = route
            .in_path
            .iter()
            .fold(route.path.clone(), |path, name| path.replace(&format!("{{{name}}}"), &plain(name, "ord_none")));
        let organization = route.in_query.iter().any(|name| name == "organization");
        let query = if organization { format!("organization={ORGANIZATION}&") } else { String::new() };
        for cursor in [
            "%C3%A9",
            "nonsense",
            "riverside%23summer-show",
            "%00",
            "~",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            &"A".repeat(9_000),
        ] {
            let answer = world.get(&format!("{path}?{query}cursor={cursor}")).token(&token).await;
            answer.refused(400, "invalid_request").at("cursor");
        }
        let again = world.get(&format!("{path}?{query}cursor=a&cursor=b")).token(&token).await;
        again.refused(400, "invalid_request").at("cursor");
        world.get(&format!("{path}?{query}cursor=")).token(&token).await.expect(200);
    }
    assert!(lists >= 4, "{lists}");
    world.finish().await;
}
