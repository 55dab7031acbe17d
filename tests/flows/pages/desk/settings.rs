//! An organization's settings at its desk.

use holdfast_tests::{Browser, ORGANIZATION, Page, World};
use serde_json::{Value, json};

use super::{listings::admin, staff};

fn path() -> String {
    format!("/desk/{ORGANIZATION}/settings")
}

/// All fields of the form, as the page fills them in.
const TEXTS: [&str; 13] = [
    "name",
    "contact.email",
    "contact.phone",
    "contact.tax_id",
    "logo_url",
    "accent_color",
    "locale",
    "time_zone",
    "max_order_amount",
    "max_donation_per_ticket",
    "max_tickets_per_order",
    "check_in_opens_hours_before",
    "tier.0.hours",
];

/// Sends the form as the page has it, with these fields in the place of their own.
async fn send(browser: &mut Browser, page: &Page, changed: &[(&str, &str)]) -> Page {
    let mut fields: Vec<(&str, String)> = TEXTS.iter().filter_map(|name| Some((*name, page.value(name)?))).collect();
    for tier in ["tier.0.percent", "tier.1.hours", "tier.1.percent"] {
        fields.extend(page.value(tier).map(|value| (tier, value)));
    }
    for (name, value) in [
        ("payment_modes.hosted", "on"),
        ("payment_modes.intent", "on"),
        ("show_fees", "named"),
        ("tax.behavior", "exclusive"),
        ("tax.liability", "platform"),
        ("tax.automatic", "on"),
    ] {
        fields.push((name, value.to_owned()));
    }
    fields.retain(|(name, _)| !changed.iter().any(|(other, _)| other == name));
    let mut all: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    all.extend(changed.iter().filter(|(_, value)| !value.is_empty()));
    browser.submit(page, &path(), &all).await
}

async fn settings(world: &World) -> Value {
    world.get(&format!("/v1/organizations/{ORGANIZATION}")).role("admin").await.expect(200)
}

#[tokio::test]
async fn admins_set_what_is_theirs_and_read_what_is_the_platforms() {
    let world = World::new().await;
    let before = settings(&world).await;
    let mut browser = admin(&world).await;
    let page = browser.open(&path()).await;
    assert_eq!(page.status.as_u16(), 200, "{}", page.text);
    let account = before["stripe_account_id"].as_str().unwrap();
    assert!(page.says(&format!("<code>{account}</code>")) && !page.says("name=\"stripe_account_id\""), "{}", page.text);
    let done = send(
        &mut browser,
        &page,
        &[
            ("name", "Acme & Daughters"),
            ("contact.email", "box@acme.example"),
            ("contact.phone", "+44 20 7946 0000"),
            ("contact.address", "1 Main Street\r\nYork"),
            ("locale", "de-ch"),
            ("time_zone", "europe/zurich"),
            ("check_in_opens_hours_before", "2"),
            ("max_order_amount", "1234,50"),
            ("show_fees", "included"),
            ("payment_modes.intent", ""),
            ("tax.automatic", ""),
            ("daily_summary.sales", "on"),
            ("tier.0.hours", "48"),
            ("tier.0.percent", "80"),
            ("tier.1.hours", ""),
            ("tier.1.percent", ""),
            ("allowed_origins", "https://shop.example\r\nhttps://other.example"),
        ],
    )
    .await;
    assert_eq!(done.path, path());
    assert!(done.says("The settings are saved") && done.says("Acme &amp; Daughters"), "{}", done.text);
    let now = settings(&world).await;
    for (field, value) in [
        ("name", json!("Acme & Daughters")),
        ("locale", json!("de-CH")),
        ("time_zone", json!("Europe/Zurich")),
        ("check_in_opens_hours_before", json!(2)),
        ("max_order_amount", json!("1234.50")),
        ("show_fees", json!("included")),
        ("payment_modes", json!(["hosted"])),
        ("allowed_origins", json!(["https://shop.example", "https://other.example"])),
        ("cancellation", json!([{ "from_hours_before": 48, "percent": 80 }])),
        ("daily_summary", json!({ "sales": true, "refunds": false, "disputes": false, "reviews": false })),
    ] {
        assert_eq!(now[field], value, "{field}");
    }
    assert_eq!(now["contact"]["address"], "1 Main Street\nYork");
    assert_eq!(now["tax"]["automatic"], false);
    for field in ["stripe_account_id", "currency", "platform_fee_per_ticket", "processing_percent", "processing_fixed"]
    {
        assert_eq!(now[field], before[field], "{field}");
    }
    // What staff did not see, and what others may not send, is not there.
    let page = staff(&world).await.open(&path()).await;
    assert_eq!(page.status.as_u16(), 403);
    world.finish().await;
}

#[tokio::test]
async fn a_bad_field_is_named_beside_it_and_what_was_typed_stays() {
    let world = World::new().await;
    let before = settings(&world).await;
    let mut browser = admin(&world).await;
    let page = browser.open(&path()).await;
    for (field, value, said) in [
        ("contact.email", "nowhere", "Invalid email format"),
        ("contact.phone", "none", "Invalid phone number"),
        ("logo_url", "http://a.example/l.png", "Must be an https address"),
        ("accent_color", "#ffffff", "dark enough"),
        ("locale", "English!", "language tag"),
        ("time_zone", "Mars/Olympus", "IANA name"),
        ("max_tickets_per_order", "31", "Must be between 1 and 30"),
        ("max_order_amount", "much", "An amount"),
        ("check_in_opens_hours_before", "soon", "whole number"),
    ] {
        let wrong = send(&mut browser, &page, &[("name", "Another name"), (field, value)]).await;
        assert_eq!(wrong.status.as_u16(), 400, "{field}: {}", wrong.text);
        assert_eq!(wrong.value(field).as_deref(), Some(value), "{field}");
        assert_eq!(wrong.value("name").as_deref(), Some("Another name"));
        let beside =
            wrong.text.split(&format!("id=\"wrong-{field}\">")).nth(1).expect(field).split('<').next().unwrap();
        assert!(beside.contains(said), "{field}: {beside}");
    }
    for (changed, said) in [
        (&[("payment_modes.hosted", ""), ("payment_modes.intent", "")][..], "one way to pay"),
        (
            &[("tier.0.hours", "1"), ("tier.0.percent", "20"), ("tier.1.hours", "24"), ("tier.1.percent", "10")],
            "must not give back more",
        ),
        (&[("tier.0.hours", "many")], "whole number of hours"),
        (&[("allowed_origins", "https://a.example/page")], "Must be an origin"),
    ] {
        let wrong = send(&mut browser, &page, changed).await;
        assert!(wrong.status.as_u16() == 400 && wrong.says(said), "{said}: {}", wrong.text);
    }
    assert_eq!(settings(&world).await, before);
    world.finish().await;
}

#[tokio::test]
async fn of_two_admins_the_later_one_sees_what_the_other_did() {
    let world = World::new().await;
    let mut one = admin(&world).await;
    let mut two = admin(&world).await;
    let (first, second) = (one.open(&path()).await, two.open(&path()).await);
    send(&mut one, &first, &[("name", "By one"), ("contact.tax_id", "GB1")]).await;
    let refused = send(&mut two, &second, &[("name", "By two")]).await;
    assert_eq!(refused.status.as_u16(), 409, "{}", refused.text);
    assert!(refused.says("It says now: By one") && refused.says("It says now: GB1"), "{}", refused.text);
    assert_eq!(refused.value("name").as_deref(), Some("By two"));
    assert_eq!(settings(&world).await["name"], "By one");
    // A slip on the way does not make what the other did unseen.
    let slip = send(&mut two, &second, &[("name", "By two"), ("contact.email", "nowhere")]).await;
    assert_eq!(slip.status.as_u16(), 400, "{}", slip.text);
    let refused = send(&mut two, &slip, &[("contact.email", "")]).await;
    assert_eq!(refused.status.as_u16(), 409, "{}", refused.text);
    // Who has seen it may replace it.
    let done = send(&mut two, &refused, &[("contact.tax_id", "GB1")]).await;
    assert!(done.says("The settings are saved"), "{}", done.text);
    assert_eq!(settings(&world).await["name"], "By two");
    // The same form once more changes nothing, and is no fault.
    let again = send(&mut two, &refused, &[("contact.tax_id", "GB1")]).await;
    assert!(again.says("The settings are saved"), "{}", again.text);
    let log = world.get(&format!("/v1/organizations/{ORGANIZATION}/log")).role("admin").await.expect(200);
    let changes = log["entries"].as_array().unwrap().iter().filter(|entry| entry["action"] == "organization_changed");
    assert_eq!(changes.filter(|entry| entry["by"] == "alex").count(), 2, "{log}");
    world.finish().await;
}
