#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::time::Duration;

use http::Method;
use proptest::prelude::*;

use super::{AttributeKind, FunctionSpec, Grant, Origins, Projection, Template, TemplateError, document::TEMPLATE};

fn template() -> Template {
    Template::embedded().unwrap()
}

fn function(name: &str) -> FunctionSpec {
    template().function(name).unwrap().clone()
}

#[test]
fn the_table_has_its_keys_and_indexes() {
    let table = template().table;
    assert_eq!((table.key.hash.as_str(), table.key.range.as_deref()), ("pk", Some("sk")));
    assert_eq!(table.ttl, "ttl");
    assert!(table.recovery && table.protection);
    let tags: Vec<_> = table.tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_deref())).collect();
    assert_eq!(tags, [("project", Some("holdfast")), ("stage", None)]);
    assert!(table.attributes.contains(&("due_at".to_owned(), AttributeKind::Number)));
    let agenda = &table.indexes[0];
    assert_eq!(agenda.name, "agenda");
    assert_eq!((agenda.key.hash.as_str(), agenda.key.range.as_deref()), ("agenda_shard", Some("due_at")));
    assert_eq!(
        agenda.projection,
        Projection::Include(["entity", "organization", "sweeps", "due_since"].map(str::to_owned).to_vec())
    );
    assert_eq!(table.indexes[1].name, "by_organization");
    let by_listing = &table.indexes[2];
    assert_eq!((by_listing.name.as_str(), &by_listing.projection), ("by_listing", &Projection::KeysOnly));
    assert_eq!(table.indexes.len(), 3);
}

#[test]
fn each_queue_has_its_dead_letter_queue() {
    let template = template();
    let worker = function("worker");
    assert_eq!((template.work.name.as_str(), template.work.dead_letter_name.as_str()), ("Work", "DeadWork"));
    assert!(worker.queue_batch.is_some_and(|batch| batch.size == 1 && batch.reports_failures));
    assert!(u64::from(template.work.visibility_seconds) >= 6 * worker.timeout.as_secs());
    let notify = function("notify");
    assert_eq!(template.queue.max_receive_count, 5);
    assert_eq!(template.queue.dead_letter_name, "DeadNotifications");
    let batch = notify.queue_batch.unwrap();
    assert_eq!(batch.queue, template.queue.name);
    assert!(batch.reports_failures);
    assert!(u64::from(template.queue.visibility_seconds) >= 6 * notify.timeout.as_secs());
}

#[test]
fn functions_have_their_triggers() {
    let names: Vec<_> = template().functions.into_iter().map(|function| function.name).collect();
    assert_eq!(
        names,
        [
            "catalog", "checkout", "success", "webhook", "refund", "booking", "orders", "pages", "cleanup", "worker",
            "notify"
        ]
    );
    assert!(function("webhook").function_url);
    assert!(function("webhook").routes.is_empty(), "Stripe's events have one way in");
    assert!(!function("checkout").function_url);
    assert_eq!(function("cleanup").schedule.unwrap().every, Duration::from_secs(60));
    assert!(function("checkout").timeout < Duration::from_secs(30));
}

#[test]
fn the_gateway_asks_for_tokens_where_one_is_always_needed() {
    let template = template();
    let authorized = |method: Method, path: &str| {
        template.routes().find(|(_, route)| route.method == method && route.path == path).unwrap().1.authorized
    };
    assert!(authorized(Method::POST, "/v1/orders/{order}/refunds"));
    assert!(!authorized(Method::GET, "/v1/orders/{order}/refunds"));
    assert!(!authorized(Method::POST, "/v1/checkout"));
    assert!(!authorized(Method::POST, "/v1/maintenance/cleanup"));
    // A buyer says with the order's own token who comes.
    assert!(!authorized(Method::PUT, "/v1/orders/{order}/tickets/{code}/attendee"));
    assert!(!authorized(Method::POST, "/v1/tickets/{code}/transfer"));
    assert!(authorized(Method::POST, "/v1/tickets/{code}/check-in"));
    for (_, route) in template.routes() {
        if (route.method == Method::PUT || route.method == Method::DELETE) && !route.path.ends_with("/attendee") {
            assert!(route.authorized, "{} {}", route.method, route.path);
        }
    }
}

#[test]
fn no_route_is_declared_twice() {
    let template = template();
    let mut routes: Vec<_> = template.routes().map(|(_, route)| format!("{} {}", route.method, route.path)).collect();
    let all = routes.len();
    routes.sort();
    routes.dedup();
    assert_eq!(routes.len(), all);
}

#[test]
fn environment_is_the_globals_and_the_functions_own() {
    let checkout = function("checkout");
    let default =
        |name: &str| checkout.environment.iter().find(|variable| variable.name == name).unwrap().default.clone();
    assert_eq!(default("TABLE_NAME"), None);
    assert_eq!(default("LOG_LEVEL").as_deref(), Some("info"));
    assert_eq!(default("STRIPE_API_BASE").as_deref(), Some("https://api.stripe.com/"));
    assert!(!function("catalog").environment.iter().any(|variable| variable.name.starts_with("STRIPE")));
}

#[test]
fn errors_name_the_property() {
    let missing = TEMPLATE.replace("Binary: checkout", "Binaries: checkout");
    assert_eq!(
        Template::parse(&missing),
        Err(TemplateError::Missing { at: "Resources.Checkout.Metadata.BuildProperties.Binary".to_owned() })
    );
    let wrong = TEMPLATE.replace("rate(1 minute)", "cron(0 * * * ? *)");
    assert_eq!(
        Template::parse(&wrong).unwrap_err().to_string(),
        "Resources.Cleanup.Properties.Events.EveryMinute.Properties.Schedule in the template is not a rate such as \
         rate(1 minute)"
    );
    assert!(matches!(Template::parse("a: [b"), Err(TemplateError::Yaml(_))));
    assert_eq!(Template::parse("{}"), Err(TemplateError::Missing { at: "Resources".to_owned() }));
    let unnamed =
        TEMPLATE.replace("{ AttributeName: org_time, AttributeType: S }", "{ AttributeName: x, AttributeType: S }");
    assert!(Template::parse(&unnamed).unwrap_err().to_string().contains("all key attributes"));
}

#[test]
fn pages_elsewhere_may_use_every_route_and_read_when_to_come_back() {
    let template = template();
    let cors = template.cors.as_ref().unwrap();
    assert_eq!(cors.origins, Origins::Parameter("AllowedOrigins".to_owned()));
    for (_, route) in template.routes() {
        assert!(cors.methods.iter().any(|method| method == route.method.as_str()), "{route:?}");
    }
    for header in ["authorization", "content-type", "idempotency-key", "x-order-token"] {
        assert!(cors.headers.iter().any(|allowed| allowed == header), "{header}");
    }
    assert!(cors.expose.contains(&"retry-after".to_owned()) && cors.max_age == Some(600));
    let without = TEMPLATE.replace("AllowOrigins: ", "Origins: ");
    assert_eq!(
        Template::parse(&without).unwrap_err(),
        TemplateError::Missing { at: "Resources.Api.Properties.CorsConfiguration.AllowOrigins".to_owned() }
    );
}

#[test]
fn each_function_is_built_in_its_own_folder() {
    // SAM runs `cargo lambda build --bin NAME` there, and cargo looks for the binary in that package alone; in the
    // workspace's own folder it looks in the default member, the local stack.
    let document: serde_norway::Value = serde_norway::from_str(TEMPLATE).unwrap();
    let mut seen = 0;
    for (_, resource) in document["Resources"].as_mapping().unwrap() {
        if resource["Type"] == "AWS::Serverless::Function" {
            let binary = resource["Metadata"]["BuildProperties"]["Binary"].as_str().unwrap();
            assert_eq!(resource["Properties"]["CodeUri"].as_str().unwrap(), format!("../functions/{binary}/"));
            seen += 1;
        }
    }
    assert_eq!(seen, template().functions.len());
}

#[test]
fn a_role_allows_its_actions_on_its_resources() {
    let grants = function("notify").grants;
    for (action, resource) in [
        ("dynamodb:UpdateItem", "Table"),
        ("sqs:ReceiveMessage", "Notifications"),
        ("secretsmanager:GetSecretValue", "StripeSecretKey"),
        ("ses:SendRawEmail", "identity/${Identity}"),
        ("ses:SendRawEmail", "configuration-set/${Set}"),
        ("logs:PutLogEvents", "NotifyLogs"),
        ("kms:Decrypt", "SecretsKeyArn"),
    ] {
        assert!(grants.contains(&Grant::new(action, resource)), "{action} on {resource}: {grants:#?}");
    }
    assert!(function("cleanup").grants.contains(&Grant::new("dynamodb:Query", "Table/index/agenda")));
    assert!(!function("catalog").grants.iter().any(|grant| grant.resource.starts_with("Stripe")));
    let key = function("checkout").environment.into_iter().find(|variable| variable.name == "STRIPE_SECRET_KEY_ARN");
    assert_eq!(key.unwrap().resource.as_deref(), Some("StripeSecretKey"));
    let wide = TEMPLATE.replacen(
        "Effect: Allow\n                Action: sqs:SendMessage",
        "Effect: Deny\n                Action: sqs:SendMessage",
        1,
    );
    assert!(Template::parse(&wide).unwrap_err().to_string().contains("Effect"), "what is not read is not passed over");
}

/// The template with one line removed, doubled, moved, cut, or with another value.
fn changed_template() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "",
        "null",
        "~",
        "-1",
        "4294967296",
        "1e999",
        "true",
        "[]",
        "{}",
        "!Ref",
        "!Ref A",
        "!Sub [a, b]",
        "!GetAtt a",
        "!x y",
        "*a",
        "&a *a",
        "\"",
        "'",
        "|",
        "- a",
        "rate(0 minutes)",
        "rate(4294967295 days)",
        "rate(1 second)",
        "\t",
        "\u{0}",
        "é",
        "%zz",
        "/",
        "a: b",
    ]);
    (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0_u8..6, odd).prop_map(|(at, to, how, odd)| {
        let mut lines: Vec<&str> = TEMPLATE.lines().collect();
        let (at, to) = (at.index(lines.len()), to.index(lines.len()));
        let value = lines[at].split_once(": ").map(|(name, _)| format!("{name}: {odd}"));
        match how {
            0 => drop(lines.remove(at)),
            1 => lines.insert(to, lines[at]),
            2 => lines.swap(at, to),
            3 => lines.truncate(at),
            _ => lines[at] = value.as_deref().unwrap_or(odd),
        }
        lines.join("\n")
    })
}

mod fuzz {
    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.div_ceil(2), ..ProptestConfig::default() })]

        #[test]
        fn a_changed_template_is_read_or_the_property_is_named(text in changed_template()) {
            match Template::parse(&text) {
                // What was read can be made: the table has its keys, the schedule has a time, each route has a path.
                Ok(template) => {
                    prop_assert!(template.table.create_table_input("t").is_ok() && template.table.time_to_live_input("t").is_ok());
                    prop_assert!(template.routes().all(|(_, route)| route.path.starts_with('/')));
                    let schedules = template.functions.iter().filter_map(|function| function.schedule.as_ref());
                    prop_assert!(schedules.into_iter().all(|schedule| schedule.every >= Duration::from_secs(60)));
                }
                Err(TemplateError::Missing { at } | TemplateError::Unexpected { at, .. }) => {
                    let (section, _) = at.split_once('.').unwrap_or((&at, ""));
                    let known = ["", "Resources", "Globals", "Parameters", "Rules"].contains(&section);
                    prop_assert!(known || section.starts_with("queue with dead letters for "), "{at}");
                }
                Err(TemplateError::Yaml(message)) => prop_assert!(!message.is_empty()),
                Err(TemplateError::Resources { kind, .. }) => prop_assert!(!kind.is_empty()),
            }
        }
    }
}
