//! Each setting that the template gives a function is read by it, and changes something. A setting that is deployed and
//! read by nothing guards nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use holdfast_tests::{ORGANIZATION, World};
use local::{Options, template::Template};
use serde_json::json;

use super::settings::start;
use crate::contract::coverage;

/// Which test shows what a setting changes. A new setting stands here before it stands in the template.
const SHOWN: [(&str, &str); 37] = [
    ("AWS_ENDPOINT_URL_DYNAMODB", "deployed::embedded_http::the_system_runs_on_a_table_and_a_queue_elsewhere"),
    ("AWS_ENDPOINT_URL_S3", "desk::exports::a_long_export_is_a_file_with_a_link"),
    ("AWS_ENDPOINT_URL_SECRETS_MANAGER", "deployed::events::functions_take_the_events_of_the_folder_with_its_settings"),
    ("AWS_ENDPOINT_URL_SESV2", "deployed::programs::a_purchase_runs_through_the_programs_as_deployed"),
    ("AWS_ENDPOINT_URL_SQS", "deployed::embedded_http::the_system_runs_on_a_table_and_a_queue_elsewhere"),
    ("CRON_SECRET_ARN", "sweeper::maintenance::the_cleanup_needs_its_secret"),
    ("EXPORTS_BUCKET", "desk::exports::a_long_export_is_a_file_with_a_link"),
    ("FONTS_DIR", "deployed::fonts::documents_are_printed_from_the_folder_that_the_setting_names"),
    ("JWKS_URL", "web::identity::keys_are_fetched_seldom_and_new_ones_found"),
    ("JWT_AUDIENCE_CLAIM", "web::identity::access_tokens_of_cognito_name_the_client_and_groups"),
    ("JWT_ORGANIZATION_CLAIM", "deployed::settings_effect::claims_of_another_issuer_are_a_setting"),
    ("JWT_ROLES_CLAIM", "deployed::settings_effect::claims_of_another_issuer_are_a_setting"),
    ("JWT_AUDIENCE", "deployed::settings_effect::who_vouches_for_callers_is_a_setting"),
    ("JWT_ISSUER", "deployed::settings_effect::who_vouches_for_callers_is_a_setting"),
    ("JWT_TOKEN_USE", "web::identity::one_kind_of_token_is_not_taken_for_the_other"),
    ("LOG_LEVEL", "deployed::programs::a_program_logs_at_its_level"),
    ("MAIL_CONFIGURATION_SET", "deployed::one_deployment::mail_leaves_under_the_configuration_set"),
    ("MAX_DECLINES_PER_HOUR", "purchase::declines::many_declines_of_one_buyer_slow_the_next_order"),
    ("MAX_OPEN_HOLDS_PER_BUYER", "purchase::limits::one_buyer_has_so_many_open_holds_and_no_more"),
    ("OIDC_CLIENT_ID", "pages::sign_in::without_a_client_there_is_no_sign_in"),
    ("OIDC_CLIENT_SECRET_ARN", "pages::sign_in::the_pages_show_the_issuer_their_secret"),
    ("ORIGIN_SECRET_ARN", "deployed::front::behind_the_distribution_each_viewer_counts_and_a_forged_header_does_not"),
    ("PAGES_URL", "deployed::settings_effect::addresses_are_settings"),
    ("PUBLIC_URL", "deployed::settings_effect::addresses_are_settings"),
    ("QUEUE_URL", "deployed::programs::a_purchase_runs_through_the_programs_as_deployed"),
    ("RATE_LIMIT_PER_MINUTE", "purchase::limits::a_hundred_rapid_attempts_meet_the_limit_and_the_system_stays_well"),
    ("SENDER_ADDRESS", "deployed::settings_effect::addresses_are_settings"),
    ("SETTINGS_VERSION", "deployed::seen::every_line_names_its_invocation_and_metrics_their_stage"),
    ("SIGN_OUT_URL", "pages::sign_in::where_discovery_names_no_way_out_a_setting_does"),
    ("STAGE", "deployed::seen::every_line_names_its_invocation_and_metrics_their_stage"),
    ("STRIPE_API_BASE", "deployed::programs::a_purchase_runs_through_the_programs_as_deployed"),
    ("STRIPE_PUBLISHABLE_KEY", "pages::element::buyers_pay_on_the_shops_own_page"),
    ("STRIPE_SECRET_KEY_ARN", "outages::behind::secrets_cannot_be_read"),
    ("STRIPE_WEBHOOK_SECRET_ARN", "webhooks::stripe::secrets_can_be_rotated_without_losing_an_event"),
    ("TABLE_NAME", "deployed::embedded_http::the_system_runs_on_a_table_and_a_queue_elsewhere"),
    ("TOKEN_SECRET_ARN", "deployed::rotation::carts_outlive_the_token_secret_while_both_count"),
    ("WORK_QUEUE_URL", "sweeper::runs::the_worker_goes_on_with_a_job_that_a_run_could_not_finish"),
];

/// Limits are read where a function places orders: which test shows them there.
const LIMITED: [(&str, &str, &str); 6] = [
    ("checkout", "MAX_DECLINES_PER_HOUR", "purchase::declines::many_declines_of_one_buyer_slow_the_next_order"),
    ("pages", "MAX_DECLINES_PER_HOUR", "purchase::declines::the_pages_slow_it_too"),
    ("checkout", "MAX_OPEN_HOLDS_PER_BUYER", "purchase::limits::one_buyer_has_so_many_open_holds_and_no_more"),
    (
        "checkout",
        "RATE_LIMIT_PER_MINUTE",
        "purchase::limits::a_hundred_rapid_attempts_meet_the_limit_and_the_system_stays_well",
    ),
    (
        "pages",
        "MAX_OPEN_HOLDS_PER_BUYER",
        "pages::refusals::limits_name_the_time_to_come_again_and_keep_what_was_typed",
    ),
    ("pages", "RATE_LIMIT_PER_MINUTE", "pages::refusals::limits_name_the_time_to_come_again_and_keep_what_was_typed"),
];

/// Read before a function is built.
const OF_THE_LOG: [&str; 3] = ["LOG_LEVEL", "SETTINGS_VERSION", "STAGE"];

/// The settings that the template gives to any function.
pub(crate) fn given() -> BTreeSet<String> {
    let template = Template::embedded().unwrap();
    let variables = template.functions.into_iter().flat_map(|function| function.environment);
    variables.map(|variable| variable.name).collect()
}

#[test]
fn every_setting_of_the_template_has_a_test_that_shows_its_effect() {
    let shown: BTreeMap<_, _> = SHOWN.into_iter().collect();
    let named: BTreeSet<_> = shown.keys().map(|name| (*name).to_owned()).collect();
    assert_eq!(given(), named, "the template's settings, and those whose effect a test shows");
    let sources = coverage::sources();
    let missing: Vec<_> = shown.values().filter(|test| !coverage::exists(test, &sources)).collect();
    assert!(missing.is_empty(), "there are no tests {missing:?}");
}

#[test]
fn every_function_with_a_limit_has_a_test_that_shows_it_there() {
    let template = Template::embedded().unwrap();
    let limits: BTreeSet<_> = LIMITED.iter().map(|(_, setting, _)| *setting).collect();
    let given: BTreeSet<(String, String)> = template
        .functions
        .into_iter()
        .flat_map(|function| {
            function.environment.into_iter().map(move |variable| (function.name.clone(), variable.name))
        })
        .filter(|(_, setting)| limits.contains(setting.as_str()))
        .collect();
    let shown: BTreeSet<_> =
        LIMITED.iter().map(|(function, name, _)| ((*function).to_owned(), (*name).to_owned())).collect();
    assert_eq!(given, shown);
    let sources = coverage::sources();
    let missing: Vec<_> = LIMITED.iter().filter(|(.., test)| !coverage::exists(test, &sources)).collect();
    assert!(missing.is_empty(), "there are no tests {missing:?}");
}

/// Without the setting, or with a value that is none, the function does not start and names it: so it reads it.
#[tokio::test]
async fn every_function_reads_every_setting_that_it_is_given() {
    let (world, wire) = World::with_wire().await;
    let all = world.settings();
    let template = Template::embedded().unwrap();
    for function in &template.functions {
        // What the function is given, and nothing that others are.
        let own = |name: &str| {
            name.starts_with("AWS_") || function.environment.iter().any(|v| v.name.trim_end_matches("_ARN") == name)
        };
        let given: BTreeMap<_, _> =
            all.iter().filter(|(name, _)| own(name)).map(|(n, v)| (n.clone(), v.clone())).collect();
        start(&function.name, &given, &wire).await.unwrap_or_else(|error| panic!("{}: {error}", function.name));
        for variable in function.environment.iter().filter(|variable| !OF_THE_LOG.contains(&variable.name.as_str())) {
            let name = variable.name.trim_end_matches("_ARN");
            let mut without = given.clone();
            without.remove(name);
            let mut wrong = given.clone();
            wrong.insert(name.to_owned(), "\u{1}wrong".to_owned());
            let message = [start(&function.name, &without, &wire).await, start(&function.name, &wrong, &wire).await];
            let named = message.iter().any(|said| said.as_ref().is_err_and(|error| error.contains(name)));
            assert!(named, "{} is given {name} and does not read it: {message:?}", function.name);
        }
    }
}

/// Every parameter goes somewhere.
#[test]
fn every_parameter_of_the_template_is_used() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/template.yaml");
    let text = fs::read_to_string(path).unwrap();
    let (_, after) = text.split_once("\nParameters:\n").unwrap();
    let (parameters, rest) = after.split_once("\nConditions:\n").unwrap();
    let names: Vec<_> = parameters
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   ") && line.ends_with(':'))
        .map(|line| line.trim().trim_end_matches(':'))
        .collect();
    assert!(names.len() > 15, "{names:?}");
    let used = |name: &str| {
        let whole = |text: &str| !text.starts_with(|c: char| c.is_ascii_alphanumeric());
        rest.contains(&format!("${{{name}}}")) || rest.split(&format!("!Ref {name}")).skip(1).any(whole)
    };
    let unused: Vec<_> = names.iter().filter(|name| !used(name)).collect();
    assert!(unused.is_empty(), "{unused:?}");
}

#[tokio::test]
async fn who_vouches_for_callers_is_a_setting() {
    let orders = format!("/v1/organizations/{ORGANIZATION}/orders");
    let world = World::empty(Options::default()).await;
    world.get(&orders).role("staff").await.expect(200);
    for (name, value) in [("JWT_ISSUER", "https://others.example/"), ("JWT_AUDIENCE", "others")] {
        let settings = vec![(name.to_owned(), value.to_owned())];
        let world = World::empty(Options { settings, ..Options::default() }).await;
        world.get(&orders).role("staff").await.refused(401, "unauthenticated");
    }
}

/// Through the gateway and the functions alike: a token of Cognito's makes the first organization, and another one works in it.
#[tokio::test]
async fn claims_of_another_issuer_are_a_setting() {
    let settings = [
        ("JWT_AUDIENCE_CLAIM", "client_id"),
        ("JWT_ROLES_CLAIM", "cognito:groups"),
        ("JWT_ORGANIZATION_CLAIM", "cognito:groups"),
    ];
    let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let world = World::empty(Options { settings, ..Options::default() }).await;
    let token = |groups: &[&str]| {
        let claims = json!({
            "iss": world.stack.setting("JWT_ISSUER"), "client_id": world.stack.setting("JWT_AUDIENCE"),
            "exp": world.stack.clock().now().as_second() + 3_600, "sub": "ada", "cognito:groups": groups,
        });
        world.stack.issuer().issue(&claims).unwrap()
    };
    let organization = json!({ "name": "Riverside Theatre", "currency": "usd" });
    let path = "/v1/organizations/riverside";
    let admin = token(&["riverside", "admin"]);
    world.put(path).token(&admin).json(&organization).await.refused(403, "forbidden");
    world.put(path).token(&token(&["platform"])).json(&organization).await.expect(201);
    world.get(path).token(&admin).await.expect(200);
    world.get(path).token(&token(&["hall", "admin"])).await.refused(403, "forbidden");
    // What names roles elsewhere names none here.
    world.get(path).role("platform").await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn addresses_are_settings() {
    let settings = [
        ("PUBLIC_URL", "https://api.shop.example"),
        ("PAGES_URL", "https://pages.shop.example"),
        ("SENDER_ADDRESS", "box-office@shop.example"),
        ("MAIL_CONFIGURATION_SET", "shop-set"),
    ];
    let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let world = World::with(Options { settings, ..Options::default() }).await;
    let order = world.bought("general", 1).await;
    let back = world.session(&order)["success_url"].as_str().unwrap().to_owned();
    assert!(back.starts_with("https://api.shop.example/"), "{back}");
    let mail = world.stack.mails().pop().unwrap();
    assert!(mail.from.contains("box-office@shop.example"), "{}", mail.from);
    assert_eq!(mail.configuration_set, "shop-set");
    assert!(mail.text.contains("https://pages.shop.example/"), "{}", mail.text);
    world.finish().await;
}
