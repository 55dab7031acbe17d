//! What `docs/deploy.md` says of rotating secrets and of taking a stack down, done with its commands.

use std::{collections::BTreeSet, fs, path::Path, time::Duration};

use bytes::Bytes;
use holdfast_tests::{Bought, ORGANIZATION, World, sign};
use local::{Options, template::Template};
use runtime::Settings;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::{
    embedded_http::elsewhere,
    outside::{HOOK, Outside, SIGNING},
};

/// How long a function takes until it reads a refused secret anew.
const A_MOMENT: Duration = Duration::from_millis(1_100);

/// Buys a ticket, pays it, and has Stripe send its events, signed with this secret.
async fn sold(outside: &Outside, secret: &str) -> Bought {
    outside.world.stack.stripe().set_webhook_secrets(vec![secret.to_owned()]);
    tokio::time::sleep(A_MOMENT).await;
    outside.world.bought("general", 1).await
}

/// Stripe's endpoint gets another signing secret by a second endpoint beside it. All that both send is taken, all the time.
#[tokio::test]
async fn the_signing_secret_changes_without_a_lost_event() {
    let outside = Outside::new("unset").await;
    let place = format!("--url {HOOK} --secret {SIGNING}");
    outside.well(&format!("endpoint put {place}"), &[], "").await;
    let old = outside.secret(SIGNING).await.remove(0);
    sold(&outside, &old).await;

    outside.world.stack.clock().advance(60);
    outside.well(&format!("endpoint put {place} --again"), &[], "").await;
    let both = outside.secret(SIGNING).await;
    assert_eq!((both.len(), both[1].as_str()), (2, old.as_str()));
    sold(&outside, &both[0]).await;
    sold(&outside, &both[1]).await;

    let early = outside.run(&format!("endpoint retire {place}"), &[], "").await.unwrap_err();
    assert!(early.contains("three days"), "{early}");
    assert_eq!(outside.secret(SIGNING).await, both);
    outside.well(&format!("endpoint retire {place} --now"), &[], "").await;
    assert_eq!(outside.secret(SIGNING).await, both[..1]);
    sold(&outside, &both[0]).await;
    let deliveries = outside.world.stack.stripe().deliveries();
    assert!(deliveries.len() >= 4 && deliveries.iter().all(|delivery| delivery.answers == [200]), "{deliveries:?}");
    outside.world.finish().await;
    outside.showed_none_of(&[&both[0], &both[1]]);
}

/// Stripe takes both keys for a while; the new one is put where the functions find it.
#[tokio::test]
async fn stripes_key_changes_without_a_refused_buyer() {
    let outside = Outside::new(sign::SECRET).await;
    let stripe = outside.world.stack.stripe();
    outside.world.bought("general", 1).await;
    let both = ["sk_test_platform", "sk_test_rolled"].map(str::to_owned);
    stripe.set_accepted_keys(Some(both.to_vec()));
    outside.well("secret put --id local/STRIPE_SECRET_KEY", &[], "sk_test_rolled\n").await;
    assert_eq!(outside.secret("local/STRIPE_SECRET_KEY").await, ["sk_test_rolled"]);
    outside.world.bought("general", 1).await;
    stripe.set_accepted_keys(Some(vec!["sk_test_rolled".to_owned()]));
    let order = outside.world.bought("general", 1).await;
    outside.world.refund(&order, &json!({ "items": [{ "line": "l1", "quantity": 1 }] })).await.expect(201);
    outside.world.settle().await;
    for typed in ["", "two words\n", "one,two\n"] {
        let refused = outside.run("secret put --id local/STRIPE_SECRET_KEY", &[], typed).await;
        assert!(refused.unwrap_err().contains("one word"), "{typed}");
    }
    outside.world.finish().await;
    outside.showed_none_of(&["sk_test_rolled"]);
}

/// The secret of maintenance calls: callers change theirs while both are good.
#[tokio::test]
async fn the_cron_secret_changes_while_both_are_good() {
    let outside = Outside::new(sign::SECRET).await;
    let sweep = async |secret: &str| outside.world.post("/v1/maintenance/cleanup").token(secret).await;
    sweep("cron-old").await.expect(200);
    outside.well("secret add --id local/CRON_SECRET --generate", &[], "").await;
    let both = outside.secret("local/CRON_SECRET").await;
    assert!(both.len() == 2 && both[0].len() == 64 && both[1] == "cron-old", "two values");
    let third = outside.run("secret add --id local/CRON_SECRET --generate", &[], "").await;
    assert!(third.unwrap_err().contains("two values already"));
    for secret in &both {
        sweep(secret).await.expect(200);
        tokio::time::sleep(A_MOMENT).await;
    }
    outside.well("secret settle --id local/CRON_SECRET", &[], "").await;
    assert_eq!(outside.secret("local/CRON_SECRET").await, both[..1]);
    sweep(&both[0]).await.expect(200);
    outside.world.finish().await;
    outside.showed_none_of(&[&both[0]]);
}

/// What a function answers that starts now, as one does after each rotation at the latest.
async fn page(outside: &Outside, cursor: &str) -> (u16, Value) {
    let world = &outside.world;
    let wire = std::sync::Arc::new(world.stack.cloud().clone());
    let catalog = catalog::build(&Settings::of(world.settings()), wire, world.stack.clock().clone()).await.unwrap();
    let request =
        http::Request::get(format!("/v1/listings?kind=show{cursor}")).body(axum::body::Body::empty()).unwrap();
    let (parts, body) = catalog.oneshot(request).await.unwrap_or_else(|never| match never {}).into_parts();
    let body: Bytes = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    (parts.status.as_u16(), serde_json::from_slice(&body).unwrap_or_default())
}

/// A list that a client reads on stays readable.
#[tokio::test]
async fn the_token_secret_changes_while_lists_are_read() {
    let outside = Outside::new(sign::SECRET).await;
    // More than a page has.
    for n in 0..60 {
        outside.world.show_of(ORGANIZATION, &format!("gala-{n}"), json!({})).await.expect(201);
    }
    let (status, first) = page(&outside, "").await;
    assert_eq!(status, 200, "{first}");
    let old = format!("&cursor={}", first["cursor"].as_str().unwrap());
    outside.well("secret add --id local/TOKEN_SECRET --generate", &[], "").await;
    assert_eq!(page(&outside, &old).await.0, 200);
    let new = format!("&cursor={}", page(&outside, "").await.1["cursor"].as_str().unwrap());
    assert_ne!(new, old);
    outside.well("secret settle --id local/TOKEN_SECRET", &[], "").await;
    assert_eq!((page(&outside, &new).await.0, page(&outside, &old).await.0), (200, 400));
    outside.world.finish().await;
    outside.showed_none_of(&[]);
}

/// What stays after `sam delete` is what the document says, and the commands that end it for good name each.
#[test]
fn what_is_retained_is_what_the_document_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let template = fs::read_to_string(root.join("infra/template.yaml")).unwrap();
    let template: serde_norway::Value = serde_norway::from_str(&template).unwrap();
    let resources = template["Resources"].as_mapping().unwrap();
    let kept = resources.iter().filter(|(_, resource)| resource["DeletionPolicy"] == "Retain");
    let kept: BTreeSet<_> = kept.map(|(id, _)| id.as_str().unwrap()).collect();
    let document = fs::read_to_string(root.join("docs/deploy.md")).unwrap();
    let (_, section) = document.split_once("\n## Take it down\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    let named: BTreeSet<_> = rows.map(|row| row.split('`').next().unwrap()).collect();
    assert_eq!(kept, named);
}

/// A stack that is taken down leaves its table, and the next one goes on with it: so does the version before, or the one after.
#[tokio::test]
async fn a_table_that_stayed_serves_the_next_stack() {
    let (_cloud, settings) = elsewhere().await;
    let first = World::with(Options { settings: settings.clone(), ..Options::default() }).await;
    let order = first.bought("general", 2).await;
    let stock = first.stock("general").await;
    drop(first);
    let next = World::empty(Options { settings, ..Options::default() }).await;
    let read = next.order(&order).await;
    assert_eq!((&read["status"], read["tickets"].as_array().map(Vec::len)), (&json!("paid"), Some(2)));
    assert_eq!(next.stock("general").await, stock);
    let more = next.buy("general", 1).await;
    next.pay(&more);
    next.settle().await;
    assert_eq!(next.order(&more).await["status"], "paid");
    assert!(Template::embedded().unwrap().table.protection, "and DynamoDB refuses to delete it");
}
