//! Tokens of callers and of orders: one that differs from what was given in any character opens nothing.

use holdfast_tests::{ORGANIZATION, World};
use http::HeaderValue;
use proptest::{
    prelude::{Just, Strategy, prop_oneof},
    prop_assert,
    sample::select,
};
use serde_json::json;

use super::generate::{altered, odd_text, runner};

fn base64(value: &serde_json::Value) -> String {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// The token with another head or other claims, and the old signature, none, or another.
fn forged(token: &str) -> impl Strategy<Value = String> + use<> {
    let parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    let [head, claims, signature]: [String; 3] = parts.try_into().unwrap();
    let now = 4_000_000_000_i64;
    let heads = vec![
        head.clone(),
        base64(&json!({ "alg": "none" })),
        base64(&json!({ "alg": "HS256", "typ": "JWT" })),
        base64(&json!({ "alg": "EdDSA", "kid": "other" })),
        base64(&json!({ "alg": "EdDSA", "jwk": { "kty": "OKP", "crv": "Ed25519", "x": "AAAA" } })),
        base64(&json!({ "alg": "EdDSA", "jku": "http://127.0.0.1:1/", "crit": ["b64"], "b64": false })),
    ];
    let roles =
        json!({ "sub": "mallory", "exp": now, "iss": "holdfast-local", "aud": "holdfast", "roles": ["platform"] });
    let bodies = vec![
        claims.clone(),
        base64(&roles),
        base64(&json!([])),
        base64(&json!({ "sub": "a" })),
        "e30".to_owned(),
        String::new(),
    ];
    let signatures =
        vec![signature.clone(), String::new(), "A".repeat(86), signature.to_lowercase(), format!("{signature}=")];
    (select(heads), select(bodies), select(signatures), select(vec![".", ".", ".", "..", ""]))
        .prop_map(|(head, claims, signature, dot)| format!("{head}.{claims}{dot}{signature}"))
}

#[test]
fn no_token_is_believed_that_the_issuer_did_not_sign() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let world = runtime.block_on(World::new());
    let good = world.token("staff", Some(ORGANIZATION));
    let attempts =
        prop_oneof![4 => altered(good.clone()), 4 => forged(&good), 1 => odd_text(), 1 => Just(good.clone())];
    let believed = std::cell::Cell::new(0_u32);
    let result = runner(600).run(&attempts, |token| {
        let header = format!("Bearer {token}");
        if HeaderValue::from_str(&header).is_err() {
            return Ok(());
        }
        let call = world.get(&format!("/v1/organizations/{ORGANIZATION}/orders")).header("authorization", &header);
        let answer = runtime.block_on(call.send());
        if token.trim() == good {
            believed.set(believed.get() + 1);
            prop_assert!(answer.status == 200, "{}", answer.text);
        } else {
            prop_assert!(answer.status == 401, "{} {}: {token}", answer.status, answer.text);
            prop_assert!(answer.header("www-authenticate") == "Bearer", "{}", answer.text);
        }
        Ok(())
    });
    result.unwrap();
    assert!(believed.get() > 10, "the good one is taken: {}", believed.get());
    runtime.block_on(world.finish());
}

#[test]
fn no_orders_token_opens_anything_but_the_one_it_was_given_for() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (world, order, other) = runtime.block_on(async {
        let world = World::new().await;
        let (order, other) = (world.bought("general", 1).await, world.bought("vip", 1).await);
        (world, order, other)
    });
    let attempts = prop_oneof![
        4 => altered(order.token.clone()),
        1 => odd_text(),
        1 => select(vec![other.token.clone(), order.id.clone(), order.token.to_uppercase()]),
    ];
    let result =
        runner(400).run(&(attempts, select(vec!["", "/receipt", "/tickets.pdf", "/refunds"])), |(token, part)| {
            if token == order.token || HeaderValue::from_str(&token).is_err() {
                return Ok(());
            }
            let path = format!("/v1/orders/{}{part}", order.id);
            let escaped: String = url::form_urlencoded::byte_serialize(token.as_bytes()).collect();
            let calls = [world.get(&path).order_token(&token), world.get(&format!("{path}?token={escaped}"))];
            for call in calls {
                let answer = runtime.block_on(call.send());
                let status = answer.status.as_u16();
                prop_assert!([400, 401, 404].contains(&status), "{status} {}: {token}", answer.text);
            }
            Ok(())
        });
    result.unwrap();
    runtime.block_on(async {
        world.get(&format!("/v1/orders/{}", order.id)).order_token(&order.token).await.expect(200);
        world.finish().await;
    });
}
