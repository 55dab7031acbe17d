//! Who is who, and what each may do.

use holdfast_tests::{ORGANIZATION, SHOW, World};
use http::Method;
use local::TokenFields;
use serde_json::{Value, json};

/// Every route that needs more than a guest, with a good body, and the least role that may.
fn guarded() -> Vec<(Method, String, Value, &'static str)> {
    let own = format!("/v1/organizations/{ORGANIZATION}");
    let listing = format!("{own}/listings/{SHOW}");
    let show = json!({ "kind": "show", "title": "T", "published": true, "starts_at": "2999-01-01T00:00:00Z" });
    vec![
        (Method::PUT, own.clone(), json!({ "name": "Acme" }), "admin"),
        (Method::PUT, listing.clone(), show, "admin"),
        (Method::PUT, format!("{listing}/offers/vip"), json!({ "name": "V", "price": "1", "capacity": 10 }), "admin"),
        (Method::DELETE, format!("{listing}/offers/free"), Value::Null, "admin"),
        (Method::PUT, format!("{listing}/promos/HALF"), json!({ "percent_off": "0.5" }), "admin"),
        (Method::PUT, format!("{listing}/offers/vip/presale-codes/FANS"), json!({ "max_uses": 5 }), "admin"),
        (Method::GET, format!("{own}/orders"), Value::Null, "staff"),
        (Method::GET, format!("{own}/log"), Value::Null, "admin"),
        (Method::POST, format!("{listing}/cancel"), Value::Null, "admin"),
    ]
}

async fn ask(
    world: &World,
    (method, path, body, _): &(Method, String, Value, &str),
    token: Option<&str>,
) -> holdfast_tests::Answer {
    let mut call = world.call(method.clone(), path);
    if !body.is_null() {
        call = call.json(body);
    }
    if let Some(token) = token {
        call = call.token(token);
    }
    call.await
}

#[tokio::test]
async fn every_guarded_route_wants_a_token() {
    let world = World::new().await;
    let before = world.dump().await;
    for route in guarded() {
        let answer = ask(&world, &route, None).await.refused(401, "unauthenticated");
        assert_eq!(answer.header("www-authenticate"), "Bearer", "{} {}", route.0, route.1);
        ask(&world, &route, Some("not.a.token")).await.refused(401, "unauthenticated");
    }
    world.unchanged_since(&before).await;
}

#[tokio::test]
async fn every_guarded_route_wants_its_role_in_its_own_organization() {
    let world = World::new().await;
    let before = world.dump().await;
    let own = Some(ORGANIZATION);
    for route in guarded() {
        let mut strangers = vec![
            world.customer("stranger"),
            world.token("admin", Some("globex")),
            world.token("staff", Some("globex")),
            world.token("admin", None),
            world.token("expert", own),
            world.stack.token(&TokenFields {
                sub: "x".to_owned(),
                organization: Some(ORGANIZATION.to_owned()),
                ..TokenFields::default()
            }),
            world.stack.token(&TokenFields::of("x", "Admin", own)),
        ];
        if route.3 == "admin" {
            strangers.push(world.token("staff", own));
        }
        for token in &strangers {
            let answer = ask(&world, &route, Some(token)).await;
            assert_eq!(answer.status.as_u16(), 403, "{} {}: {}", route.0, route.1, answer.text);
            answer.refused(403, "forbidden");
        }
    }
    world.unchanged_since(&before).await;
    for route in guarded() {
        let answer = ask(&world, &route, Some(&world.token("admin", own))).await;
        assert!(answer.status.is_success(), "{} {}: {}", route.0, route.1, answer.text);
    }
}

#[tokio::test]
async fn a_forged_token_opens_nothing() {
    let world = World::new().await;
    let good = world.token("admin", Some(ORGANIZATION));
    let path = format!("/v1/organizations/{ORGANIZATION}/orders");
    world.get(&path).token(&good).await.expect(200);
    let parts: Vec<_> = good.split('.').collect();
    let other = world.token("admin", Some("globex"));
    let other: Vec<_> = other.split('.').collect();
    for forged in [
        format!("{}.{}.{}", parts[0], other[1], parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}", parts[0], parts[1]),
        // {"alg":"none","typ":"JWT"}
        format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{}.", parts[1]),
        format!("{good}x"),
        good.to_uppercase(),
        String::from("x"),
    ] {
        world.get(&path).token(&forged).await.refused(401, "unauthenticated");
    }
    for header in ["", "Bearer", "Bearer ", "Basic abc", "bearer"] {
        world.get(&path).header("authorization", header).await.refused(401, "unauthenticated");
    }
    world.get(&path).header("authorization", &format!("bearer {good}")).await.expect(200);
}

#[tokio::test]
async fn a_bad_token_is_not_taken_for_a_guests() {
    let world = World::new().await;
    let before = world.dump().await;
    let answer = world.post("/v1/checkout").token("bad.token.here").json(&world.request("general", 1)).await;
    answer.refused(401, "unauthenticated");
    world.unchanged_since(&before).await;
}

#[tokio::test]
async fn tokens_of_another_issuer_or_audience_or_time_are_refused() {
    let world = World::new().await;
    let now = world.stack.clock().now().as_second();
    let claims = |changes: Value| {
        let mut claims = json!({ "iss": "https://issuer.localhost/", "aud": "holdfast", "iat": now, "exp": now + 600,
            "sub": "a", "organization": ORGANIZATION, "roles": ["admin"] });
        claims.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        claims
    };
    let path = format!("/v1/organizations/{ORGANIZATION}/orders");
    let token = |changes: Value| world.stack.issuer().issue(&claims(changes)).unwrap();
    world.get(&path).token(&token(json!({}))).await.expect(200);
    // Roles as an array, as words, or as the gateway writes them.
    for roles in [json!("admin staff"), json!("[admin staff]"), json!(["admin"])] {
        world.get(&path).token(&token(json!({ "roles": roles }))).await.expect(200);
    }
    for changes in [
        json!({ "iss": "https://evil.example/" }),
        json!({ "aud": "another-one" }),
        json!({ "exp": now - 3_600 }),
        json!({ "nbf": now + 3_600 }),
        json!({ "sub": "" }),
        json!({ "exp": null }),
    ] {
        let answer = world.get(&path).token(&token(changes.clone())).await;
        assert_eq!(answer.status.as_u16(), 401, "{changes}: {}", answer.text);
    }
    world.advance(700).await;
    world.get(&path).token(&token(json!({ "exp": now + 600 }))).await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn an_order_opens_to_its_token_its_customer_and_its_staff() {
    let world = World::new().await;
    let order = world.bought("general", 1).await;
    let path = format!("/v1/orders/{}", order.id);
    world.get(&path).order_token(&order.token).await.expect(200);
    world.get(&format!("{path}?token={}", order.token)).await.expect(200);
    for role in ["staff", "admin"] {
        world.get(&path).role(role).await.expect(200);
    }
    world.get(&path).await.refused(401, "unauthenticated");
    let wrong = format!("{}A", &order.token[..order.token.len() - 1]);
    for token in [wrong.as_str(), "x", &order.token.to_lowercase(), &order.id] {
        if token != order.token {
            world.get(&path).order_token(token).await.refused(404, "not_found");
        }
    }
    world.get(&path).token(&world.token("staff", Some("globex"))).await.refused(404, "not_found");
    world.get(&path).token(&world.customer("stranger")).await.refused(404, "not_found");
    world.get("/v1/orders/ord_none").order_token(&order.token).await.refused(404, "not_found");
    // One order's token is no other's.
    let other = world.buy("general", 1).await;
    world.get(&path).order_token(&other.token).await.refused(404, "not_found");
    world.get(&path).order_token(" ").await.refused(400, "invalid_request").at("token");
}

#[tokio::test]
async fn idempotency_keys_belong_to_who_uses_them() {
    let world = World::new().await;
    let request = world.request("general", 1);
    let send = async |request: &Value, key: &str| world.post("/v1/checkout").key(key).json(request).await;
    let first = send(&request, "k-1").await.expect(201);
    let again = send(&request, "k-1").await.expect(201);
    assert_eq!(first["order"]["id"], again["order"]["id"]);
    assert_eq!(first["access_token"], again["access_token"]);
    assert_eq!(first["checkout_url"], again["checkout_url"]);
    // White space and the order of fields make no difference; anything else does.
    let spaced = serde_json::to_string_pretty(&request).unwrap();
    let answer = world.post("/v1/checkout").key("k-1").bytes("application/json", spaced).await.expect(201);
    assert_eq!(answer["order"]["id"], first["order"]["id"]);
    let before = world.dump().await;
    for (pointer, value) in
        [("/items/0/quantity", json!(2)), ("/buyer/name", json!("Ada L.")), ("/promo_code", json!("X"))]
    {
        let mut other = request.clone();
        other["promo_code"] = Value::Null;
        *other.pointer_mut(pointer).unwrap() = value;
        send(&other, "k-1").await.refused(422, "idempotency_mismatch");
    }
    world.unchanged_since(&before).await;
    // Another guest's key of the same name is another key; so is a customer's.
    let mut grace = request.clone();
    grace["buyer"]["email"] = json!("grace@example.com");
    let other = send(&grace, "k-1").await.expect(201);
    assert_ne!(other["order"]["id"], first["order"]["id"]);
    let customer = world.post("/v1/checkout").token(&world.customer("c-1")).key("k-1").json(&request).await.expect(201);
    assert_ne!(customer["order"]["id"], first["order"]["id"]);
    // The order lives on under its key, whatever became of it.
    world.advance(37 * 60).await;
    world.settle().await;
    world.sweep().await;
    let expired = send(&request, "k-1").await.expect(201);
    assert_eq!((&expired["order"]["id"], &expired["order"]["status"]), (&first["order"]["id"], &json!("expired")));
    assert_eq!(expired["checkout_url"], Value::Null);
    world.finish().await;
}

#[tokio::test]
async fn idempotency_keys_have_a_form() {
    let world = World::new().await;
    let before = world.dump().await;
    let request = world.request("general", 1);
    let long = "k".repeat(256);
    for bad in ["", &long, "schlüssel"] {
        let answer = world.post("/v1/checkout").key(bad).json(&request).await;
        answer.refused(400, "invalid_request").at("Idempotency-Key");
    }
    let two = world.post("/v1/checkout").key("a").key("b").json(&request).await;
    two.refused(400, "invalid_request").at("Idempotency-Key");
    world.unchanged_since(&before).await;
    world.post("/v1/checkout").key(&"k".repeat(255)).json(&request).await.expect(201);
}

#[tokio::test]
async fn the_same_request_in_two_tabs_makes_one_order() {
    let world = World::new().await;
    for n in 0..5 {
        let request = world.request("general", 1);
        let key = format!("tab-{n}");
        let (one, two) = tokio::join!(
            world.post("/v1/checkout").key(&key).json(&request).send(),
            world.post("/v1/checkout").key(&key).json(&request).send(),
        );
        let made: Vec<_> = [&one, &two].into_iter().filter(|answer| answer.status.as_u16() == 201).collect();
        assert!(!made.is_empty(), "{} {}", one.text, two.text);
        for answer in [&one, &two] {
            if answer.status.as_u16() == 201 {
                assert_eq!(answer.json["order"]["id"], made[0].json["order"]["id"]);
            } else {
                let answer = answer.clone().refused(409, "request_in_progress");
                assert!(!answer.header("retry-after").is_empty());
            }
        }
    }
    let all = world.everything().await;
    assert_eq!(all.orders.len(), 5);
    assert_eq!(world.stack.stripe().objects("checkout.session").len(), 5);
    world.finish().await;
}

#[tokio::test]
async fn a_repeat_while_the_first_is_at_work_is_to_wait() {
    let world = World::new().await;
    let slow = json!({ "method": "POST", "path": "/v1/checkout/sessions", "fault": "slow", "milliseconds": 1_500 });
    world.at_stripe("faults", &json!({ "calls": [slow] })).await;
    let request = world.request("general", 1);
    let send = async || world.post("/v1/checkout").key("k-1").json(&request).await;
    let repeat = async {
        tokio::time::sleep(std::time::Duration::from_millis(400)).await;
        send().await
    };
    let (first, second) = tokio::join!(send(), repeat);
    let second = second.refused(409, "request_in_progress").explains("The same request is being processed");
    assert!(second.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds <= 30));
    let first = first.expect(201);
    assert_eq!(send().await.expect(201)["order"]["id"], first["order"]["id"]);
    assert_eq!(world.stock("general").await, (99, 1, 0));
    world.finish().await;
}
