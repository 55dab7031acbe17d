//! What belongs to the platform in an organization's settings: where the money goes, in which currency, and what the
//! platform keeps. And what an organization says of itself.

use holdfast_tests::{ORGANIZATION, World};
use serde_json::{Value, json};

const PATH: &str = "/v1/organizations/acme";

/// Fields of the platform: the value in force, other ways to write it, other values.
fn of_platform() -> Vec<(&'static str, Vec<Value>, Vec<Value>)> {
    vec![
        ("stripe_account_id", vec![json!("acct_acme"), json!(" acct_acme ")], vec![json!("acct_mine"), json!(null)]),
        ("currency", vec![json!("usd")], vec![json!("eur"), json!("jpy")]),
        ("platform_fee_per_ticket", vec![json!("1.50"), json!("1.5")], vec![json!("0.00"), json!("1.49"), json!("9")]),
        ("processing_percent", vec![json!("0.029"), json!("0.0290")], vec![json!("0"), json!("0.03")]),
        ("processing_fixed", vec![json!("0.30"), json!("0.3")], vec![json!("0"), json!("0.31")]),
    ]
}

async fn by_admin(world: &World, body: &Value) -> holdfast_tests::Answer {
    world.put(PATH).role("admin").json(body).await
}

#[tokio::test]
async fn an_admin_may_repeat_what_belongs_to_the_platform_and_never_change_it() {
    let world = World::new().await;
    for (field, same, others) in of_platform() {
        for value in same {
            by_admin(&world, &json!({ field: value })).await.expect(200);
        }
        let before = world.get(PATH).role("admin").await.expect(200);
        let raw = world.raw();
        for value in others {
            let answer = by_admin(&world, &json!({ "name": "Mine", field: value })).await;
            // There is no fee of null to compare, and no account is one that differs.
            answer.refused(403, "forbidden").at(field);
        }
        world.table_is(&raw);
        assert_eq!(world.get(PATH).role("admin").await.expect(200), before);
    }
    for field in ["currency", "platform_fee_per_ticket", "processing_percent", "processing_fixed"] {
        for role in ["admin", "platform"] {
            let token = world.token(role, Some(ORGANIZATION));
            let answer = world.put(PATH).token(&token).json(&json!({ field: null })).await;
            answer.refused(400, "invalid_request").at(field);
        }
    }
    // All that is wrong is named at once.
    let all = json!({ "processing_percent": "0", "processing_fixed": "0", "stripe_account_id": "acct_mine" });
    let answer = by_admin(&world, &all).await.refused(403, "forbidden");
    let _ = answer.at("processing_percent").at("processing_fixed").at("stripe_account_id");
    world.finish().await;
}

#[tokio::test]
async fn the_platform_changes_each_of_its_fields_but_the_currency() {
    let world = World::new().await;
    let platform = world.token("platform", None);
    for (field, _, others) in of_platform() {
        for value in others {
            let answer = world.put(PATH).token(&platform).json(&json!({ field: value })).await;
            if field == "currency" {
                answer.refused(409, "illegal_state").at("currency");
            } else {
                let changed = answer.expect(200);
                if field == "processing_percent" || !value.is_string() || field == "stripe_account_id" {
                    assert_eq!(changed[field], value, "{field}");
                }
                // The admin's next change, which says nothing of it, leaves it.
                let kept = by_admin(&world, &json!({ "name": "Acme" })).await.expect(200);
                assert_eq!(kept[field], changed[field], "{field}");
                // The value in force is now this one, for the admin, too.
                by_admin(&world, &json!({ field: kept[field] })).await.expect(200);
            }
        }
    }
    world.finish().await;
}

#[tokio::test]
async fn a_field_left_out_keeps_its_value() {
    let world = World::new().await;
    let contact = json!({
        "email": "box@acme.example", "address": "1 Main Street\nLondon", "tax_id": "GB123456789", "phone": "+44 20 7946 0000",
    });
    let set = json!({
        "name": "Acme Plays", "max_tickets_per_order": 4, "max_order_amount": "700.00", "max_donation_per_ticket": "70.00",
        "cancellation": [{ "from_hours_before": 12, "percent": 80 }], "allowed_origins": ["https://acme.example"],
        "contact": contact, "logo_url": "https://acme.example/logo.png", "accent_color": "#7a1f3d", "locale": "en-GB", "time_zone": "Europe/London",
        "check_in_opens_hours_before": 3, "show_fees": "included",
    });
    let changed = by_admin(&world, &set).await.expect(200);
    for (field, value) in set.as_object().unwrap() {
        assert_eq!(&changed[field], value, "{field}");
    }
    assert_eq!(by_admin(&world, &json!({})).await.expect(200), changed);
    let platform = world.token("platform", None);
    assert_eq!(world.put(PATH).token(&platform).json(&json!({})).await.expect(200), changed);
    // One part of the contact changes, one goes, and the others stay.
    let partly = json!({ "contact": { "phone": "+44 20 7946 0001", "tax_id": null } });
    let changed = by_admin(&world, &partly).await.expect(200);
    let expected = json!({
        "email": "box@acme.example", "address": "1 Main Street\nLondon", "tax_id": null, "phone": "+44 20 7946 0001",
    });
    assert_eq!(changed["contact"], expected);
    // Null takes away what there need not be.
    let none = json!({ "contact": null, "logo_url": null, "accent_color": null, "locale": null, "time_zone": null });
    let changed = by_admin(&world, &none).await.expect(200);
    assert!(
        ["logo_url", "accent_color", "locale", "time_zone"].iter().all(|field| changed[field].is_null()),
        "{changed}"
    );
    assert!(changed["contact"].as_object().unwrap().values().all(Value::is_null), "{changed}");
    for field in [
        "name",
        "max_tickets_per_order",
        "max_order_amount",
        "max_donation_per_ticket",
        "cancellation",
        "allowed_origins",
        "check_in_opens_hours_before",
        "show_fees",
    ] {
        by_admin(&world, &json!({ field: null })).await.refused(400, "invalid_request").at(field);
    }
    let made = world.put("/v1/organizations/unnamed").token(&platform).json(&json!({})).await;
    made.refused(400, "invalid_request").at("name");
    world.finish().await;
}

#[tokio::test]
async fn an_organizations_profile_is_checked() {
    let world = World::new().await;
    let before = world.raw();
    let long = format!("https://acme.example/{}", "x".repeat(2_048));
    for (body, field) in [
        (json!({ "contact": { "email": "box" } }), "contact.email"),
        (json!({ "contact": { "phone": "call us" } }), "contact.phone"),
        (json!({ "contact": { "address": "x".repeat(501) } }), "contact.address"),
        (json!({ "contact": { "address": "" } }), "contact.address"),
        (json!({ "contact": { "tax_id": "x".repeat(65) } }), "contact.tax_id"),
        (json!({ "contact": { "tax_id": "GB\n1" } }), "contact.tax_id"),
        (json!({ "contact": { "fax": "1" } }), "contact.fax"),
        (json!({ "contact": "box@acme.example" }), "contact"),
        (json!({ "logo_url": "http://acme.example/logo.png" }), "logo_url"),
        (json!({ "logo_url": "javascript:alert(1)" }), "logo_url"),
        (json!({ "logo_url": "https://me:secret@acme.example/logo.png" }), "logo_url"),
        (json!({ "logo_url": "/logo.png" }), "logo_url"),
        (json!({ "logo_url": long }), "logo_url"),
        (json!({ "accent_color": "red" }), "accent_color"),
        (json!({ "accent_color": "#7a1f3" }), "accent_color"),
        (json!({ "accent_color": "#7a1f3g" }), "accent_color"),
        (json!({ "accent_color": "7a1f3d" }), "accent_color"),
        // White text cannot be read on it.
        (json!({ "accent_color": "#ffcc00" }), "accent_color"),
        (json!({ "locale": "English" }), "locale"),
        (json!({ "locale": "und" }), "locale"),
        (json!({ "locale": "" }), "locale"),
        (json!({ "time_zone": "London" }), "time_zone"),
        (json!({ "time_zone": "+01:00" }), "time_zone"),
        (json!({ "check_in_opens_hours_before": 8_761 }), "check_in_opens_hours_before"),
        (json!({ "check_in_opens_hours_before": -1 }), "check_in_opens_hours_before"),
        (json!({ "show_fees": "hidden" }), "show_fees"),
    ] {
        by_admin(&world, &body).await.refused(400, "invalid_request").at(field);
    }
    world.table_is(&before);
    // Tags and names are kept in their canonical form.
    assert_eq!(
        by_admin(&world, &json!({ "time_zone": "europe/london" })).await.expect(200)["time_zone"],
        "Europe/London"
    );
    for (given, kept) in [("en-gb", "en-GB"), ("zh-hant-TW", "zh-Hant-TW"), ("de", "de")] {
        assert_eq!(by_admin(&world, &json!({ "locale": given })).await.expect(200)["locale"], kept);
    }
    world.finish().await;
}

#[tokio::test]
async fn an_organization_is_read_by_its_staff_and_the_platform_alone() {
    let world = World::new().await;
    let seen = world.get(PATH).role("staff").await.expect(200);
    assert_eq!((&seen["id"], &seen["stripe_account_id"]), (&json!("acme"), &json!("acct_acme")));
    assert_eq!(world.get(PATH).role("admin").await.expect(200), seen);
    let platform = world.token("platform", None);
    assert_eq!(world.get(PATH).token(&platform).await.expect(200), seen);
    world.get("/v1/organizations/nowhere").token(&platform).await.refused(404, "not_found");
    world.get(PATH).role("expert").await.refused(403, "forbidden");
    world.get(PATH).token(&world.token("admin", Some("globex"))).await.refused(403, "forbidden");
    world.get(PATH).token(&world.customer("ada")).await.refused(403, "forbidden");
    world.get(PATH).await.refused(401, "unauthenticated");
    world.finish().await;
}

#[tokio::test]
async fn an_order_that_is_open_keeps_its_account_and_its_fees() {
    let world = World::new().await;
    let order = world.buy("general", 2).await;
    let moved =
        json!({ "stripe_account_id": "acct_moved", "platform_fee_per_ticket": "5.00", "processing_fixed": "1.00" });
    world.organization(ORGANIZATION, moved).await.expect(200);
    world.pay(&order);
    world.settle().await;
    assert_eq!(world.order(&order).await["total"], "54.84");
    let destination = |order: &holdfast_tests::Bought| {
        let transfer = world.object(world.charge(order)["transfer"].as_str().unwrap());
        transfer["destination"].as_str().unwrap().to_owned()
    };
    assert_eq!(destination(&order), "acct_acme");
    // Its refund takes the money back from where it went.
    world.refund(&order, &json!({})).await.expect(201);
    world.settle().await;
    assert_eq!(world.order(&order).await["status"], "refunded");
    let next = world.bought("general", 1).await;
    assert_eq!(destination(&next), "acct_moved");
    world.finish().await;
}
