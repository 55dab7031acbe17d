//! What no request may contain, and what people may well be called.

use axum::body::Body;
use holdfast_tests::{ORGANIZATION, SHOW, World};
use http::Method;
use serde_json::{Value, json};

/// A purchase with one of its fields replaced; `path` as in an error.
fn with(world: &World, path: &str, value: Value) -> Value {
    let mut request = world.request("general", 1);
    match path.split_once('.') {
        Some(("buyer", field)) => request["buyer"][field] = value,
        Some((_, field)) => request["items"][0][field] = value,
        None => request[path] = value,
    }
    request
}

#[tokio::test]
async fn a_mail_address_must_be_one() {
    let world = World::new().await;
    let before = world.dump().await;
    let long = format!("{}@example.com", "x".repeat(300));
    for bad in [
        "",
        "ada",
        "ada@",
        "@example.com",
        "ada@example",
        "ada example@example.com",
        "ada@exa mple.com",
        "ada@example.com, bob@example.com",
        "ada@example.com\r\nBcc: all@example.com",
        "\"ada\"@example.com",
        "Ada <ada@example.com>",
        "ada@[127.0.0.1]",
        "ada@@example.com",
        "ada\u{0}@example.com",
        &long,
    ] {
        let answer = world.checkout(&with(&world, "buyer.email", json!(bad))).await;
        answer.refused(400, "invalid_request").explains("Invalid email format").at("buyer.email");
    }
    world.unchanged_since(&before).await;
    for good in ["ada@example.com", "ada.l+tickets@mail.example.co.uk"] {
        let answer = world.checkout(&with(&world, "buyer.email", json!(good))).await;
        assert_eq!(answer.status.as_u16(), 201, "{good}: {}", answer.text);
    }
    world.finish().await;
}

#[tokio::test]
async fn a_name_has_letters_of_any_script_and_a_length() {
    let world = World::new().await;
    for good in
        ["Jean-Luc O'Neill", "Dr. Ann", "Łukasz Żak", "李小龍", "Nguyễn Văn A", "محمد", "विकास", "Lovelace, Ada", "Zoë"]
    {
        let order = world.buy_with(&with(&world, "buyer.name", json!(good))).await;
        assert_eq!(order.json["order"]["buyer"]["name"], good);
    }
    let before = world.dump().await;
    let long = "x".repeat(101);
    let answer = world.checkout(&with(&world, "buyer.name", json!(long))).await;
    answer.refused(400, "invalid_request").explains("A name has at most 100 characters").at("buyer.name");
    for bad in ["", "   ", "R2D2", "a@b", "100%", "💥", "--", "Ada\u{0}", "Ada\nLovelace", "\u{202e}", "Ada;"] {
        world.checkout(&with(&world, "buyer.name", json!(bad))).await.refused(400, "invalid_request").at("buyer.name");
    }
    world.unchanged_since(&before).await;
    world.buy_with(&with(&world, "buyer.name", json!("x".repeat(100)))).await;
    world.finish().await;
}

#[tokio::test]
async fn sql_in_a_name_is_refused_and_nothing_is_stored() {
    let world = World::new().await;
    let before = world.dump().await;
    for bad in
        ["'; DROP TABLE orders; --", "Robert'); DROP TABLE students;--", "' OR '1'='1", "x' UNION SELECT * FROM t"]
    {
        world.checkout(&with(&world, "buyer.name", json!(bad))).await.refused(400, "invalid_request").at("buyer.name");
    }
    world.unchanged_since(&before).await;
}

#[tokio::test]
async fn html_in_a_name_is_refused_and_nothing_is_stored() {
    let world = World::new().await;
    let before = world.dump().await;
    for bad in ["<script>alert('xss')</script>", "<img src=x onerror=alert(1)>", "Ada<b>", "javascript:alert(1)"] {
        world.checkout(&with(&world, "buyer.name", json!(bad))).await.refused(400, "invalid_request").at("buyer.name");
    }
    world.unchanged_since(&before).await;
}

#[tokio::test]
async fn html_in_free_text_is_stored_as_typed() {
    let world = World::new().await;
    let title = "Rock & Roll <script>alert('xss')</script> '; DROP TABLE x; --";
    world.show(SHOW, json!({ "title": title })).await.expect(200);
    let seen = world.get(&format!("/v1/listings/{SHOW}")).await;
    assert_eq!(seen.header("content-type"), "application/json");
    assert_eq!(seen.expect(200)["title"], title);
    // In a mail's text markup is text; in its HTML it is escaped.
    world.bought("general", 1).await;
    let mails = world.stack.mails();
    assert!(mails[0].text.contains(title), "{}", mails[0].text);
    assert!(!mails[0].html.contains("<script") && mails[0].html.contains("Rock &amp; Roll &lt;script&gt;"));
    world.finish().await;
}

#[tokio::test]
async fn a_telephone_number_may_be_left_out_and_never_loses_a_sale() {
    let world = World::new().await;
    for (typed, kept) in [
        (json!(null), json!(null)),
        (json!(""), json!(null)),
        (json!("\u{200b} "), json!(null)),
        (json!("+44 20 7946 0000"), json!("+44 20 7946 0000")),
        (json!("(020) 123-456"), json!("(020) 123-456")),
        (json!("call me"), json!("call me")),
        (json!("12"), json!("12")),
        (json!("+1 555 0100; DROP"), json!("+1 555 0100; DROP")),
        (json!("１２３４５"), json!("12345")),
        (json!("1".repeat(10_000)), json!("1".repeat(64))),
    ] {
        let order = world.buy_with(&with(&world, "buyer.phone", typed)).await;
        assert_eq!(order.json["order"]["buyer"]["phone"], kept);
    }
    let answer = world.checkout(&with(&world, "buyer.phone", json!(12345))).await;
    answer.refused(400, "invalid_request").at("buyer.phone");
}

#[tokio::test]
async fn quantities_are_whole_numbers_that_are_not_negative() {
    let world = World::new().await;
    let before = world.dump().await;
    let negative = world.checkout(&world.request("general", -1)).await;
    negative.refused(400, "invalid_request").explains("A quantity must not be negative").at("items[0].quantity");
    for bad in
        [json!(1.5), json!("1"), json!(null), json!(true), json!([1]), json!(i64::MIN), json!(u64::MAX), json!(1e300)]
    {
        let answer = world.checkout(&with(&world, "items.quantity", bad.clone())).await;
        answer.refused(400, "invalid_request").at("items[0].quantity");
    }
    // An order in which nothing is left is none.
    let nothing = world.checkout(&world.request("general", 0)).await;
    nothing.refused(400, "invalid_request").explains("At least one item with a quantity is required").at("items");
    world.checkout(&world.request_for(&[])).await.refused(400, "invalid_request").at("items");
    world.unchanged_since(&before).await;
}

#[tokio::test]
async fn amounts_are_decimal_strings() {
    let world = World::new().await;
    world.offer_with("support", json!({ "price": "10.00", "donation": true })).await.expect(201);
    let before = world.dump().await;
    let long = format!("10.{}", "0".repeat(30));
    for bad in [
        json!("1e400"),
        json!("1e2"),
        json!("NaN"),
        json!("Infinity"),
        json!("-20"),
        json!("+20"),
        json!(" 20"),
        json!(""),
        json!("20,00"),
        json!("20.001"),
        json!("0x20"),
        json!("２０"),
        json!("99999999999999999999999999"),
        json!("10.123456789012345678901234567890"),
        json!(20),
        json!(20.5),
        json!([]),
    ] {
        let mut request = world.request("support", 1);
        request["items"][0]["donation"] = bad.clone();
        let answer = world.checkout(&request).await;
        assert_eq!(answer.status.as_u16(), 400, "{bad}: {}", answer.text);
        answer.refused(400, "invalid_request").at("items[0].donation");
    }
    world.unchanged_since(&before).await;
    // Thirty zeros say nothing that two do not; whatever is made of them, it is never another amount.
    let mut request = world.request("support", 1);
    request["items"][0]["donation"] = json!(long);
    let answer = world.checkout(&request).await;
    if answer.status.as_u16() == 201 {
        assert_eq!(answer.json["order"]["subtotal"], "10.00");
    } else {
        answer.refused(400, "invalid_request").at("items[0].donation");
    }
}

#[tokio::test]
async fn missing_and_unknown_fields_are_named() {
    let world = World::new().await;
    let before = world.dump().await;
    for (pointer, field) in [
        ("/buyer", "buyer"),
        ("/items", "items"),
        ("/buyer/name", "buyer.name"),
        ("/buyer/email", "buyer.email"),
        ("/items/0/offer", "items[0].offer"),
        ("/items/0/quantity", "items[0].quantity"),
    ] {
        let mut request = world.request("general", 1);
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        request.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name);
        world.checkout(&request).await.refused(400, "invalid_request").at(field);
    }
    let mut request = world.request("general", 1);
    request.as_object_mut().unwrap().remove("listing");
    let answer = world.checkout(&request).await.refused(400, "invalid_request");
    answer.explains("A listing is required").at("listing");
    for (pointer, field) in [("", "promo"), ("/buyer", "buyer.nmae"), ("/items/0", "items[0].qty")] {
        let mut request = world.request("general", 1);
        let name = field.rsplit('.').next().unwrap();
        request.pointer_mut(pointer).unwrap()[name] = json!(1);
        world.checkout(&request).await.refused(400, "invalid_request").at(field);
    }
    let twice = r#"{"listing":"summer-show","listing":"summer-show","items":[],"buyer":{"name":"A","email":"a@b.co"}}"#;
    let answer = world.post("/v1/checkout").bytes("application/json", twice).await;
    answer.refused(400, "invalid_request").at("listing");
    world.unchanged_since(&before).await;
}

#[tokio::test]
async fn values_of_the_wrong_type_are_named() {
    let world = World::new().await;
    let before = world.dump().await;
    for (path, value) in [
        ("buyer", json!("Ada")),
        ("buyer", json!(null)),
        ("items", json!({})),
        ("listing", json!(7)),
        ("promo_code", json!(7)),
        ("success_url", json!(false)),
        ("payment", json!("hosted")),
    ] {
        world.checkout(&with(&world, path, value)).await.refused(400, "invalid_request").at(path);
    }
    world.checkout(&with(&world, "buyer.name", json!(["Ada"]))).await.refused(400, "invalid_request").at("buyer.name");
    let mode = with(&world, "payment", json!({ "mode": "cash" }));
    world.checkout(&mode).await.refused(400, "invalid_request").at("payment.mode");
    for listing in ["Summer Show", "SUMMER-SHOW", "../summer-show", "summer_show", "", "summer-show\u{0}"] {
        world.checkout(&with(&world, "listing", json!(listing))).await.refused(400, "invalid_request").at("listing");
    }
    let mut twice = world.request("general", 1);
    twice["items"][0]["listing"] = json!(SHOW);
    world.checkout(&twice).await.refused(400, "invalid_request").at("items[0].listing");
    for offer in [String::new(), "  ".to_owned(), "x".repeat(101)] {
        let answer = world.checkout(&with(&world, "items.offer", json!(offer))).await;
        answer.refused(400, "invalid_request").at("items[0].offer");
    }
    world.unchanged_since(&before).await;
}

#[tokio::test]
async fn bodies_that_are_no_json_are_refused() {
    let world = World::new().await;
    let before = world.dump().await;
    let good = world.request("general", 1).to_string();
    let deep = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
    let deep_field = format!("{{\"buyer\":{}1{}}}", "{\"a\":".repeat(5_000), "}".repeat(5_000));
    let number = good.replace("\"quantity\":1", "\"quantity\":1e400");
    let not_a_number = good.replace("\"quantity\":1", "\"quantity\":NaN");
    let bodies: Vec<Vec<u8>> = vec![
        Vec::new(),
        b"   ".to_vec(),
        b"hello".to_vec(),
        b"{".to_vec(),
        b"null".to_vec(),
        b"[]".to_vec(),
        b"\"x\"".to_vec(),
        b"buyer=Ada".to_vec(),
        format!("{good}{good}").into_bytes(),
        format!("{good} x").into_bytes(),
        b"\xff\xfe{}".to_vec(),
        b"{\"buyer\":{\"name\":\"\xff\"}}".to_vec(),
        b"{\"buyer\":{\"name\":\"a\nb\"}}".to_vec(),
        deep.into_bytes(),
        deep_field.into_bytes(),
        number.into_bytes(),
        not_a_number.into_bytes(),
        format!("\u{feff}{good}").into_bytes(),
    ];
    for body in bodies {
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        let answer = world.post("/v1/checkout").bytes("application/json", body).await;
        assert_eq!(answer.status.as_u16(), 400, "{shown}: {}", answer.text);
        answer.refused(400, "invalid_request");
    }
    world.unchanged_since(&before).await;
}

#[tokio::test]
async fn bodies_that_are_too_large_are_refused() {
    let world = World::new().await;
    let before = world.dump().await;
    let body = " ".repeat(256 * 1024 + 1);
    world.post("/v1/checkout").bytes("application/json", body.clone()).await.refused(413, "payload_too_large");
    // Without a length to be seen beforehand, too.
    let chunks = futures::stream::iter((0..40).map(|_| Ok::<_, std::io::Error>(" ".repeat(10_000))));
    let answer = world.post("/v1/checkout").bytes("application/json", Body::from_stream(chunks)).await;
    answer.refused(413, "payload_too_large");
    world.webhook(&body, Some("t=1,v1=00")).await.refused(413, "payload_too_large");
    world.unchanged_since(&before).await;
    let mut request = world.request("general", 1).to_string();
    request.push_str(&" ".repeat(256 * 1024 - request.len()));
    assert_eq!(world.post("/v1/checkout").bytes("application/json", request).await.status.as_u16(), 201);
}

#[tokio::test]
async fn only_json_is_taken_which_keeps_foreign_forms_out() {
    let world = World::new().await;
    let before = world.dump().await;
    let body = world.request("general", 1).to_string();
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "application/json; charset=utf-16",
        "",
    ] {
        let answer = world.post("/v1/checkout").bytes(kind, body.clone()).await;
        answer.refused(415, "unsupported_media_type");
    }
    let none = http::Request::post("/v1/checkout").body(Body::from(body.clone())).unwrap();
    let answer = tower::ServiceExt::oneshot(world.stack.api(), none).await.unwrap();
    assert_eq!(answer.status().as_u16(), 415);
    world.unchanged_since(&before).await;
    for kind in ["application/json; charset=utf-8", "Application/JSON"] {
        assert_eq!(world.post("/v1/checkout").bytes(kind, body.clone()).await.status.as_u16(), 201, "{kind}");
    }
    // Nothing is ever read from or put into a cookie.
    let answer = world.post("/v1/checkout").header("cookie", "session=1").json(&world.request("general", 1)).await;
    assert!(answer.headers.get("set-cookie").is_none());
}

#[tokio::test]
async fn wrong_methods_and_paths_are_refused() {
    let world = World::new().await;
    let own = format!("/v1/organizations/{ORGANIZATION}");
    for (method, path) in [
        (Method::GET, "/v1/checkout"),
        (Method::PUT, "/v1/checkout"),
        (Method::DELETE, "/v1/checkout"),
        (Method::POST, "/v1/health"),
        (Method::POST, "/v1/listings"),
        (Method::DELETE, own.as_str()),
        (Method::GET, "/webhooks/stripe"),
        (Method::POST, "/v1/checkout/success"),
        (Method::GET, "/v1/maintenance/cleanup"),
        (Method::PATCH, "/v1/orders/ord_1"),
    ] {
        let answer = world.call(method.clone(), path).await;
        assert_eq!(answer.status.as_u16(), 405, "{method} {path}: {}", answer.text);
        answer.refused(405, "method_not_allowed");
    }
    for path in ["/v1/chekout", "/v1/orders", "/v1/listings/a/b/c", "/v1/checkout/"] {
        let answer = world.get(path).role("admin").await;
        assert_eq!(answer.status.as_u16(), 404, "{path}: {}", answer.text);
        answer.refused(404, "not_found");
    }
}

#[tokio::test]
async fn malformed_addresses_are_refused() {
    let world = World::new().await;
    let too_long = format!("/v1/listings/{}", "x".repeat(65));
    for path in [
        "/v1/listings/Summer%20Show",
        "/v1/listings/%00",
        "/v1/listings/%ff",
        "/v1/listings/%zz",
        "/v1/listings/a_b",
        too_long.as_str(),
        "/v1/listings?kind=opera",
        "/v1/listings?unknown=1",
        "/v1/checkout/success?session_id=x&y=1",
        "/v1/checkout/return?session_id=x",
    ] {
        let answer = world.get(path).await;
        assert_eq!(answer.status.as_u16(), 400, "{path}: {}", answer.text);
        answer.refused(400, "invalid_request");
    }
}

#[tokio::test]
async fn answers_carry_the_headers_that_keep_browsers_from_guessing() {
    let world = World::new().await;
    for path in ["/v1/health", "/v1/nothing"] {
        let answer = world.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
}
