//! A missing or wrong setting stops a function at its start, by name.

use std::collections::BTreeMap;

use holdfast_tests::World;
use local::template::Template;
use runtime::{Clock, Settings, SharedWire};

/// Starts a function, and returns its error in words.
pub(crate) async fn start(
    function: &str,
    settings: &BTreeMap<String, String>,
    wire: &SharedWire,
) -> Result<(), String> {
    let (settings, wire, clock) = (Settings::of(settings.clone()), wire.clone(), Clock::new());
    let result = match function {
        "catalog" => catalog::build(&settings, wire, clock).await.map(drop),
        "checkout" => checkout::build(&settings, wire, clock).await.map(drop),
        "success" => success::build(&settings, wire, clock).await.map(drop),
        "webhook" => webhook::build(&settings, wire, clock).await.map(drop),
        "refund" => refund::build(&settings, wire, clock).await.map(drop),
        "booking" => booking::build(&settings, wire, clock).await.map(drop),
        "orders" => orders::build(&settings, wire, clock).await.map(drop),
        "pages" => pages::build(&settings, wire, clock).await.map(drop),
        "cleanup" => cleanup::build(&settings, wire, clock).await.map(drop),
        "notify" => notify::build(&settings, wire, clock).await.map(drop),
        "worker" => worker::build(&settings, wire, clock).await.map(drop),
        other => panic!("no function {other}"),
    };
    result.map_err(|error| error.to_string())
}

/// What each function cannot do without.
const NEEDED: [(&str, &[&str]); 10] = [
    ("catalog", &["TABLE_NAME", "JWT_ISSUER", "JWT_AUDIENCE", "JWKS_URL", "TOKEN_SECRET"]),
    ("checkout", &["TABLE_NAME", "JWT_ISSUER", "JWT_AUDIENCE", "JWKS_URL", "QUEUE_URL", "STRIPE_SECRET_KEY"]),
    ("success", &["TABLE_NAME", "QUEUE_URL", "STRIPE_SECRET_KEY"]),
    ("webhook", &["TABLE_NAME", "QUEUE_URL", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"]),
    ("refund", &["TABLE_NAME", "JWT_ISSUER", "JWT_AUDIENCE", "JWKS_URL", "QUEUE_URL", "STRIPE_SECRET_KEY"]),
    ("orders", &["TABLE_NAME", "JWT_ISSUER", "JWT_AUDIENCE", "JWKS_URL", "TOKEN_SECRET", "EXPORTS_BUCKET"]),
    ("pages", &["TABLE_NAME", "QUEUE_URL", "STRIPE_SECRET_KEY", "TOKEN_SECRET", "EXPORTS_BUCKET"]),
    ("cleanup", &["TABLE_NAME", "QUEUE_URL", "WORK_QUEUE_URL", "STRIPE_SECRET_KEY", "CRON_SECRET"]),
    ("worker", &["TABLE_NAME", "QUEUE_URL", "STRIPE_SECRET_KEY", "EXPORTS_BUCKET"]),
    (
        "notify",
        &["TABLE_NAME", "QUEUE_URL", "STRIPE_SECRET_KEY", "SENDER_ADDRESS", "MAIL_CONFIGURATION_SET", "PUBLIC_URL"],
    ),
];

/// Values with which nothing may start.
const WRONG: [(&str, &str); 13] = [
    ("EXPORTS_BUCKET", "No Bucket"),
    ("TABLE_NAME", "no table!"),
    ("JWKS_URL", "issuer.example/jwks"),
    ("JWKS_URL", "http://issuer.example/jwks"),
    ("QUEUE_URL", "queue"),
    ("QUEUE_URL", "http://queue.example/q"),
    ("STRIPE_API_BASE", "http://stripe.example"),
    ("STRIPE_API_BASE", "https://user:pass@stripe.example"),
    ("PUBLIC_URL", "shop.example"),
    ("PAGES_URL", "ftp://shop.example"),
    ("SENDER_ADDRESS", "no-address"),
    ("SENDER_ADDRESS", "Shop <shop@example.com>"),
    ("STRIPE_SECRET_KEY", "not a key"),
];

#[tokio::test]
async fn every_function_starts_with_its_settings_and_names_the_one_that_is_missing() {
    let (world, wire) = World::with_wire().await;
    let all = world.settings();
    for (function, needed) in NEEDED {
        start(function, &all, &wire).await.unwrap_or_else(|error| panic!("{function}: {error}"));
        for name in needed {
            let mut settings = all.clone();
            assert!(settings.remove(*name).is_some(), "{name}");
            let error = start(function, &settings, &wire).await.expect_err(name);
            assert!(error.contains(name), "{function} without {name}: {error}");
            // An empty value is none.
            settings.insert((*name).to_owned(), "  ".to_owned());
            let error = start(function, &settings, &wire).await.expect_err(name);
            assert!(error.contains(name), "{function} with {name} empty: {error}");
        }
    }
}

#[tokio::test]
async fn every_function_names_the_setting_that_is_wrong() {
    let (world, wire) = World::with_wire().await;
    let all = world.settings();
    for (function, needed) in NEEDED {
        for (name, value) in WRONG {
            let addressed = ["checkout", "success", "notify", "pages"].contains(&function);
            let uses = needed.contains(&name)
                || name == "STRIPE_API_BASE" && needed.contains(&"STRIPE_SECRET_KEY")
                || name == "PAGES_URL" && addressed;
            if !uses {
                continue;
            }
            let mut settings = all.clone();
            settings.insert(name.to_owned(), value.to_owned());
            let error = start(function, &settings, &wire).await.expect_err(name);
            assert!(error.contains(name), "{function} with {name}={value}: {error}");
        }
    }
}

#[tokio::test]
async fn the_template_gives_each_function_what_it_needs() {
    let template = Template::embedded().unwrap();
    for (function, needed) in NEEDED {
        let declared = &template.function(function).unwrap_or_else(|| panic!("{function} is not declared")).environment;
        for name in needed {
            let found =
                declared.iter().any(|variable| variable.name == *name || variable.name == format!("{name}_ARN"));
            assert!(found, "the template gives {function} no {name}");
        }
    }
}

#[tokio::test]
async fn deployed_functions_refuse_secrets_and_addresses_meant_for_one_machine() {
    let (world, wire) = World::with_wire().await;
    let mut settings = world.settings();
    settings.insert("AWS_LAMBDA_FUNCTION_NAME".to_owned(), "holdfast-checkout".to_owned());
    for function in ["checkout", "webhook", "cleanup", "notify", "catalog", "orders", "pages"] {
        let error = start(function, &settings, &wire).await.expect_err(function);
        assert!(error.starts_with("setting ") || error.contains("STRIPE"), "{function}: {error}");
    }
    settings.insert("AWS_SAM_LOCAL".to_owned(), "true".to_owned());
    start("checkout", &settings, &wire).await.unwrap();
}

#[tokio::test]
async fn secrets_never_show_in_what_a_function_says() {
    let (world, wire) = World::with_wire().await;
    let mut settings = world.settings();
    settings.insert("STRIPE_SECRET_KEY".to_owned(), "drop_webhooks-this is wrong".to_owned());
    settings.insert("STRIPE_WEBHOOK_SECRET".to_owned(), "drop_webhooks-this is wrong".to_owned());
    for function in ["checkout", "webhook"] {
        let error = start(function, &settings, &wire).await.expect_err(function);
        assert!(!error.contains("drop_webhooks"), "{function}: {error}");
    }
    assert!(!format!("{:?}", Settings::of(settings)).contains("drop_webhooks"));
}
