//! Each role has exactly the actions that its function uses.
//!
//! One direction holds in every test: the local stack refuses what a role does not allow, as AWS does. The other is here: all that
//! the functions do, once each, and nothing of a role is left over.

use std::collections::{BTreeMap, BTreeSet};

use holdfast_tests::{Browser, CRAFTS, ORGANIZATION, SHOW, TUTOR, World};
use local::{
    Options,
    template::{FunctionSpec, Grant, Template},
};
use serde_json::json;

use crate::{
    logs::orders::whole_story,
    mail::queue::{buyers, free_offer, sqs},
    pages::sign_in::{signed_in, signed_in_as},
    purchase::holds::expired_and_paid,
    webhooks::surprises::page_of,
};

/// What Lambda itself does with a function's role: it writes its log, and takes messages from its queue. What Secrets Manager does
/// with it: it decrypts.
fn is_for_lambda(function: &FunctionSpec, grant: &Grant) -> bool {
    let Grant { action, resource } = grant;
    let queue = function.queue_batch.as_ref().map(|batch| batch.queue.as_str());
    match action.as_str() {
        "logs:CreateLogStream" | "logs:PutLogEvents" => resource.to_lowercase() == format!("{}logs", function.name),
        "sqs:ChangeMessageVisibility" | "sqs:DeleteMessage" | "sqs:GetQueueAttributes" | "sqs:ReceiveMessage" => {
            queue == Some(resource.as_str())
        }
        "kms:Decrypt" => resource == "SecretsKeyArn",
        // The daemon beside the function sends on what the function tells it.
        "xray:PutTelemetryRecords" | "xray:PutTraceSegments" => resource == "*",
        _ => false,
    }
}

/// What a role has for nothing.
fn left_over(template: &Template, used: &BTreeMap<String, BTreeSet<Grant>>) -> Vec<String> {
    let none = BTreeSet::new();
    let mut found = Vec::new();
    for function in &template.functions {
        let used = used.get(&function.name).unwrap_or(&none);
        let unused = function.grants.difference(used).filter(|grant| !is_for_lambda(function, grant));
        found.extend(unused.map(|grant| format!("{}: {} on {}", function.name, grant.action, grant.resource)));
    }
    found
}

/// What whole_story leaves out: lists, changes of what is for sale, long jobs, archiving, and secrets that are read anew.
async fn the_rest(world: &World) {
    world.product_of(ORGANIZATION, CRAFTS, "lamp", "40.00", 6).await;
    // Its staff hear of each day.
    world.organization(ORGANIZATION, json!({ "contact": { "email": "staff@acme.example" } })).await.expect(200);
    let lamp = format!("/v1/organizations/{ORGANIZATION}/listings/{CRAFTS}/offers/lamp");
    world.delete(&lamp).role("admin").await.expect(204);
    world.get(&format!("/v1/listings?organization={ORGANIZATION}")).await.expect(200);
    world.get(&format!("/v1/listings/{SHOW}")).await.expect(200);
    for what in ["bookings", "listings", "orders", "stats"] {
        world.get(&format!("/v1/organizations/{ORGANIZATION}/{what}")).role("staff").await.expect(200);
    }
    // A search, and an export that the worker has no time to finish at once.
    world.get(&format!("/v1/organizations/{ORGANIZATION}/orders?q=ada")).role("staff").await.expect(200);
    for _ in 0..25 {
        world.buy("free", 1).await;
    }
    world.product_of(ORGANIZATION, CRAFTS, "leaflet", "0.00", 100).await;
    for _ in 0..30 {
        world.ordered(&[(CRAFTS, "leaflet", 1)], None).await;
    }
    let exports = format!("/v1/organizations/{ORGANIZATION}/exports");
    let export = world.post(&exports).role("staff").json(&json!({ "kind": "orders", "file": true })).await.expect(202);
    world.settle().await;
    world.advance(1).await;
    world.sweep().await;
    world.stack.poll_queues_for(std::time::Duration::from_millis(1)).await.unwrap();
    world.advance(1).await;
    world.sweep().await;
    world.settle().await;
    let export = format!("{exports}/{}", export["id"].as_str().unwrap());
    let export = world.get(&export).role("staff").await.expect(200);
    assert_eq!(export["status"], "done");
    // The desk shows it, too.
    let mut browser = Browser::new(world);
    signed_in_as(&mut browser, "alex", ORGANIZATION, "admin", "/desk").await;
    let page = browser.open(&format!("/desk/{ORGANIZATION}/exports/{}", export["id"].as_str().unwrap())).await;
    assert!(page.status.is_success(), "{}", page.text);
    // What a device at the doors has to know.
    let codes = format!("/v1/organizations/{ORGANIZATION}/listings/{SHOW}/codes");
    world.get(&codes).role("staff").await.expect(200);
    // A cursor is checked under the secret of cursors.
    world.get("/v1/listings?cursor=forged").await.refused(400, "invalid_request");
    let orders = format!("/v1/organizations/{ORGANIZATION}/orders?cursor=forged");
    world.get(&orders).role("staff").await.refused(400, "invalid_request");
    // A purchase through a network in front of the API, and its mail, which notify has no time for at first.
    let mut request = world.post("/v1/checkout").json(&world.request("general", 1));
    for (name, value) in [("cloudfront-viewer-address", "198.51.100.7:1"), ("x-origin-secret", "origin-local")] {
        request = request.header(name, value);
    }
    world.pay(&holdfast_tests::Bought::of(request.await.expect(201)));
    world.stack.stripe().settle_webhooks().await;
    assert!(world.stack.poll_queues_for(std::time::Duration::ZERO).await.unwrap() > 0);
    world.settle().await;
    // A slot's free order, a payment that the buyer's return brings, one that the sweeper finds, one that never comes.
    world.drop_webhooks().await;
    let back = world.buy("general", 1).await;
    world.pay(&back);
    let way = world.way_back(&back);
    assert_eq!(world.get(&way).await.status.as_u16(), 303);
    // One that is found as its buyer reads the order, and one whose offer is named as it is called.
    let read = world.ordered(&[(CRAFTS, "mug", 1)], None).await;
    world.confirm(&read, "pm_card_visa").await.expect(200);
    world.advance(10).await;
    let seen = world.get(&format!("/v1/orders/{}", read.id)).order_token(&read.token).await.expect(200);
    assert_eq!(seen["status"], "paid");
    let mut by_name = world.request("general", 1);
    by_name["items"][0]["offer"] = json!("General");
    world.buy_with(&by_name).await;
    world.buy("vip", 1).await;
    let lost = world.buy("general", 1).await;
    world.pay(&lost);
    world.advance(3 * 3_600).await;
    world.sweep().await;
    assert_eq!(world.order(&lost).await["status"], "paid");
    world.send_webhooks().await;
    world.settle().await;
    // A listing is canceled and a customer is erased; the sweeper has no time, and the worker goes on.
    let customer = world.customer("ada-of-london");
    let last = world.post("/v1/checkout").token(&customer).json(&world.request("general", 1)).await.expect(201);
    assert_eq!(last["order"]["status"], "pending");
    world.post("/v1/customers/ada-of-london/erasure").role("staff").await.expect(202);
    world.post(&format!("/v1/organizations/{ORGANIZATION}/listings/{SHOW}/cancel")).role("admin").await.expect(202);
    world.advance(2).await;
    world.stack.sweep_for(std::time::Duration::ZERO).await.unwrap();
    for _ in 0..3 {
        world.settle().await;
        world.advance(70).await;
        world.sweep().await;
    }
    world.settle().await;
    // The day's check of a listing that a run has no time for.
    world.advance(86_460).await;
    world.stack.sweep_for(std::time::Duration::ZERO).await.unwrap();
    world.settle().await;
    // Every day and every quarter.
    for days in [1, 2, 120] {
        world.advance(days * 86_400).await;
        world.sweep().await;
        world.settle().await;
    }
}

/// What happens seldom: a payment that comes after its hold is gone, one that staff accept in review, mail that comes back, and a
/// show that moves while the sweeper has no time.
async fn what_is_rare(world: &World) {
    let (late, _) = expired_and_paid(world, "general", 1).await;
    assert_eq!(world.get(&world.way_back(&late)).await.status.as_u16(), 303);
    assert_eq!(world.order(&late).await["status"], "paid", "its tickets were there still");

    let order = world.buy("general", 1).await;
    let calls = world.stack.stripe().calls();
    let call = calls.iter().rfind(|call| call.method == "POST" && call.path == "/v1/checkout/sessions").unwrap();
    let dearer = call.form.replacen("=2500&", "=2600&", 1);
    assert_ne!(dearer, call.form);
    world.pay_with(&page_of(world, dearer).await, "pm_card_visa").unwrap();
    let event = world.events("checkout.session.completed").pop().unwrap();
    assert_eq!(world.event(&event).await.expect(200)["outcome"], "review");
    let review = format!("/v1/orders/{}/review", order.id);
    world.post(&review).role("staff").json(&json!({ "accept": true })).await.expect(200);
    world.send_webhooks().await;
    world.settle().await;

    // As SES' rule puts it into the queue.
    let returned = json!({
        "eventType": "Bounce",
        "bounce": { "bounceType": "Permanent", "bouncedRecipients": [{ "emailAddress": "ada@example.com" }] },
        "mail": { "tags": { "order": [late.id] } }
    });
    let url = &world.stack.cloud().queue_urls().queue;
    sqs(world, "SendMessage", &json!({ "QueueUrl": url, "MessageBody": returned.to_string() })).await;
    world.settle().await;
    let seen = world.get(&format!("/v1/orders/{}", late.id)).role("staff").await.expect(200);
    assert_eq!(seen["mailing"]["undeliverable"], "bounce");

    // More of them than a page of the list: the sweeper tells the first ones, and the worker the others.
    free_offer(world).await;
    buyers(world, "leaflet", 60).await;
    world.settle().await;
    let later = json!({ "starts_at": world.from_now(60 * 86_400), "ends_at": null });
    world.show(SHOW, later).await.expect(200);
    world.advance(70).await;
    world.stack.sweep_for(std::time::Duration::ZERO).await.unwrap();
    for _ in 0..3 {
        world.settle().await;
        world.advance(70).await;
    }
}

/// What a visitor does on the pages.
async fn in_the_shop(world: &World) {
    world.slot("evening", "80.00", 1, 5 * 86_400).await;
    let many = json!({ "name": "Standing", "price": "5.00", "capacity": null });
    world.offer_with("standing", many).await.expect(201);
    let mut browser = Browser::new(world);
    browser.open("/").await;
    browser.open(&format!("/organizations/{ORGANIZATION}")).await;
    let cart = browser.choose(SHOW, &[("quantity.standing", "1")]).await;
    let led = browser.order(&cart, &[]).await;
    let order = browser.pay(world, &led, "pm_card_visa").await;
    browser.submit(&order, &format!("{}/resend", order.path), &[]).await;
    let page = browser.open(&format!("/listings/{TUTOR}")).await;
    let day =
        page.text.split("?day=").skip(1).filter_map(|rest| rest.split(['&', '"']).next()).last().unwrap().to_owned();
    let page = browser.open(&format!("/listings/{TUTOR}?day={day}")).await;
    let cart = browser.submit(&page, "/cart", &[("slot", "evening")]).await;
    let led = browser.order(&cart, &[]).await;
    let order = browser.pay(world, &led, "pm_card_visa").await;
    browser.submit(&order, &format!("{}/cancel", order.path), &[]).await;
    // A customer signs in, and sees what is theirs.
    let account = signed_in(&mut browser, "grace", "/account").await;
    assert!(account.status.is_success(), "{}", account.text);
    let through = world.get("/cart").header("cloudfront-viewer-address", "198.51.100.7:1");
    assert_eq!(through.header("x-origin-secret", "origin-local").await.status.as_u16(), 200);
    world.settle().await;
}

/// What an admin does at the desk.
async fn at_the_desk(world: &World) {
    let mut browser = Browser::new(world);
    signed_in_as(&mut browser, "alex", ORGANIZATION, "admin", "/desk").await;
    let path = format!("/desk/{ORGANIZATION}/listings/{SHOW}");
    for published in ["no", "yes"] {
        let page = browser.open(&path).await;
        let page = browser.submit(&page, &format!("{path}/publish"), &[("published", published)]).await;
        assert!(page.status.is_success(), "{}", page.text);
    }
}

#[tokio::test]
async fn each_role_allows_what_its_function_does_and_nothing_more() {
    let secrets = [
        ("STRIPE_SECRET_KEY", "sk_test_local"),
        ("STRIPE_WEBHOOK_SECRET", "whsec_local"),
        ("CRON_SECRET", "cron-local"),
        ("TOKEN_SECRET", "token-local"),
        ("ORIGIN_SECRET", "origin-local"),
        ("OIDC_CLIENT_SECRET", "oidc-local"),
    ];
    let secrets = secrets.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let settings = vec![("MAIL_CONFIGURATION_SET".to_owned(), "receipts".to_owned())];
    let world = World::of_experts_with(Options { secrets, settings, ..Options::default() }).await;
    whole_story(&world).await;
    in_the_shop(&world).await;
    at_the_desk(&world).await;
    what_is_rare(&world).await;
    the_rest(&world).await;
    let (template, used) = (Template::embedded().unwrap(), world.stack.used());
    assert_eq!(left_over(&template, &used), Vec::<String>::new());
    // And the comparison can fail: with one call less, its action is left over.
    let mut less = used.clone();
    assert!(less.get_mut("notify").unwrap().remove(&Grant::new("ses:SendRawEmail", "identity/${Identity}")));
    assert_eq!(left_over(&template, &less), ["notify: ses:SendRawEmail on identity/${Identity}"]);
}
