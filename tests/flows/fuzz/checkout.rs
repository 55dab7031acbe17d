//! Checkout requests.

use holdfast_tests::{SHOW, World};
use proptest::{prop_assert, prop_assert_eq};
use serde_json::{Value, json};

use super::generate::{changed, runner};
use super::requests::Described;

/// Purchases that the shop takes, with all that one may say.
fn purchases() -> Vec<Value> {
    let buyer = json!({ "name": "Ada Lovelace", "email": "ada@example.com" });
    let full = json!({
        "name": "Ada Lovelace", "email": "ada@example.com", "phone": "+44 20 7946 0000", "company": "Analytical Engines",
        "address": { "line1": "1 Main Street", "line2": "", "city": "New York", "state": "NY", "postal_code": "10001", "country": "US" },
    });
    vec![
        json!({ "buyer": buyer, "listing": SHOW, "items": [{ "offer": "free", "quantity": 1 }] }),
        json!({ "buyer": full, "listing": SHOW, "items": [{ "offer": "general", "quantity": 1, "donation": null }],
            "promo_code": "TEST20", "presale_code": "FANS", "payment": { "mode": "hosted" }, "success_url": null, "cancel_url": null }),
        json!({ "buyer": buyer, "items": [{ "listing": SHOW, "offer": "Free", "quantity": 2 },
            { "listing": SHOW, "offer": "vip", "quantity": 0 }], "payment": null }),
    ]
}

/// Whether one place lies within the other.
fn meet(one: &str, other: &str) -> bool {
    let within = |inner: &str, outer: &str| {
        inner
            .strip_prefix(outer)
            .is_some_and(|rest| rest.is_empty() || outer.is_empty() || rest.starts_with(['.', '[']))
    };
    // A listing stands in each item or beside them all.
    within(one, other) || within(other, one) || other.ends_with(&format!(".{one}"))
}

#[test]
fn a_checkout_request_is_taken_or_refused_at_the_field_that_was_changed() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let world = runtime.block_on(async {
        let world = World::new().await;
        world.offer("free", "0.00", 100_000).await;
        world.offer("general", "25.00", 100_000).await;
        world.promo("TEST20", "0.20", None).await;
        world
    });
    let described = Described::new();
    let placed = std::cell::Cell::new((0_u32, 0_u32));
    let result = runner(400).run(&changed(purchases()), |request| {
        let what = String::from_utf8_lossy(&request.bytes).into_owned();
        let call = world.post("/v1/checkout").bytes("application/json", request.bytes.clone());
        let answer = runtime.block_on(call.send());
        described.check("POST", "/v1/checkout", &answer, &what)?;
        let (taken, refused) = placed.get();
        if answer.status.as_u16() == 201 {
            placed.set((taken + 1, refused));
            let json = request.json();
            prop_assert!(json.is_some(), "no JSON was taken: {what}");
            let quantity: u64 = answer.json["order"]["lines"]
                .as_array()
                .unwrap()
                .iter()
                .map(|line| line["quantity"].as_u64().unwrap())
                .sum();
            let ordered: u64 =
                json.unwrap()["items"].as_array().unwrap().iter().filter_map(|item| item["quantity"].as_u64()).sum();
            prop_assert_eq!(quantity, ordered, "{}", what);
        } else {
            placed.set((taken, refused + 1));
        }
        // A field that is wrong is named; what is no JSON at all has none.
        if answer.json["code"] == "invalid_request" && !answer.message().starts_with("The body is not JSON") {
            let errors = answer.json["errors"].as_array().cloned().unwrap_or_default();
            // A field without a name cannot be named.
            let nameless = answer.message().starts_with("unknown field ``");
            prop_assert!(nameless || !errors.is_empty(), "no field is named: {} for {what}", answer.text);
            if let Some(at) = request.at.as_ref().filter(|_| !nameless) {
                let named = errors.iter().any(|error| meet(error["field"].as_str().unwrap(), at));
                prop_assert!(named, "{at} was changed: {} for {what}", answer.text);
            }
        }
        Ok(())
    });
    result.unwrap();
    let (taken, refused) = placed.get();
    assert!(taken > 20 && refused > 20, "both ends are reached: {taken} taken, {refused} refused");
    runtime.block_on(async {
        world.settle().await;
        world.finish().await;
    });
}
