//! What an operator's program asks for, registers and says, against the stand-ins of all that it talks to.

use std::{collections::BTreeSet, fs, path::Path, process::Stdio};

use holdfast_tests::{CRAFTS, World};
use local::aws::SendingAccount;
use payments::events::{API_VERSION, EventKind};
use serde_json::{Value, json};
use tokio::process::Command;

use super::{
    outside::{API, HOOK, Outside, SIGNING},
    programs::on_the_network,
};

fn admin() -> Value {
    json!({ "roles": ["admin"], "organization": "riverside" })
}

/// From nothing to a stack that takes events, by the commands of `docs/deploy.md`.
#[tokio::test]
async fn a_deployment_is_prepared_by_its_commands() {
    let outside = Outside::new("unset").await;
    let file = outside.folder.join("dev.yaml");
    let at = file.display().to_string();
    // Typed: audience, the claims as they are, no domain, pages elsewhere, where mail comes from, no alarms.
    let set = "--set CognitoUserPoolId= --set JwtIssuer=https://id.holdfast.test/ \
        --set AllowedOrigins=https://shop.holdfast.test,https://www.shop.holdfast.test";
    let typed =
        "holdfast\n\n\n\n\nhttps://pages.holdfast.test\nno address\ntickets@shop.holdfast.test\nshop.holdfast.test\n\n";
    let written = outside.well(&format!("parameters --stage dev --out {at} {set}"), &[], typed).await;
    assert!(written.contains("SenderAddress does not have the form"), "{written}");
    let text = fs::read_to_string(&file).unwrap();
    for line in
        ["JwksUrl: https://id.holdfast.test/keys", "  - https://www.shop.holdfast.test", "JwtAudience: holdfast"]
    {
        assert!(text.contains(line), "{line} is not in {text}");
    }
    // What is there is kept, and what is wrong is not written.
    outside.well(&format!("parameters --out {at} --no-input"), &[], "").await;
    let again = fs::read_to_string(&file).unwrap();
    assert_eq!(again, text);
    let (whole, said) = outside
        .run(&format!("parameters --stage dev --out {at} --no-input --set PagesUrl=http://x"), &[], "")
        .await
        .unwrap();
    assert!(!whole && said.contains("MISSING  PagesUrl does not have the form"), "{said}");
    assert_eq!(fs::read_to_string(&file).unwrap(), text);

    let token = outside.token(&admin());
    let said = outside.well(&format!("check --parameters {at}"), &[("TOKEN", token.as_str())], "").await;
    for part in [
        "The issuer https://id.holdfast.test/ has a discovery document",
        "signs with RS256",
        "admin of the organization riverside",
        "is in the sandbox",
        "SES may send as shop.holdfast.test",
        "Stripe's secret test key has all rights",
        "Nothing is missing.",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }

    let put = format!("endpoint put --url {HOOK} --secret {SIGNING}");
    outside.well(&put, &[], "").await;
    // A function that found the secret unset reads it anew after a second.
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let said = outside.well(&format!("doctor --api {API} --webhook {HOOK} --parameters {at}"), &[], "").await;
    for part in [
        "The API answers GET /v1/health",
        "The webhook takes events",
        "sends exactly the events of the code",
        "ok       Buyers are led to https://pages.holdfast.test/, where the pages are",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    outside.showed_none_of(&[&token]);
}

/// Each thing that can be missing before a deployment, and the sentence that says so.
#[tokio::test]
async fn what_is_missing_is_said_and_what_to_do() {
    let outside = Outside::new("unset").await;
    let stripe = outside.world.stack.stripe();
    let check = async |changes: &[(&str, &str)], environment: &[(&str, &str)]| {
        let file = outside.parameters(changes);
        let (whole, said) = outside.run(&format!("check --parameters {file}"), environment, "").await.unwrap();
        assert_eq!(whole, said.contains("Nothing is missing."));
        said.lines().filter_map(|line| line.strip_prefix("MISSING  ")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(check(&[], &[]).await, Vec::<String>::new());

    // The parameters and the issuer.
    for (name, value, sentence) in [
        ("PagesUrl", "http://shop.holdfast.test", "PagesUrl does not have the form"),
        ("JwtIssuer", "https://id.holdfast.test", "JwtIssuer is https://id.holdfast.test, and the issuer calls itself"),
        ("JwtIssuer", "https://id.holdfast.test/realm", "The issuer's discovery document cannot be had"),
        ("JwksUrl", "https://id.holdfast.test/certs", "the issuer has its keys at https://id.holdfast.test/keys"),
        ("SenderIdentity", "elsewhere.holdfast.test", "is not an address of SenderIdentity"),
        ("SenderIdentity", "holdfast.test", "does not know holdfast.test"),
        ("Stage", "prod", "is in the sandbox"),
    ] {
        let found = check(&[(name, value)], &[]).await;
        assert!(found.iter().any(|line| line.contains(sentence)), "{name}={value}: {found:?}");
    }
    let new = [("SenderIdentity", "new.holdfast.test"), ("SenderAddress", "tickets@new.holdfast.test")];
    assert_eq!(check(&new, &[]).await, ["new.holdfast.test is not verified"]);
    outside.publish("ES256");
    assert_eq!(check(&[], &[]).await, ["None of the issuer's 1 keys is for RS256"]);
    outside.publish("RS256");

    // The token.
    let other = outside.world.token("staff", Some("riverside"));
    let tokens = [
        (outside.token(&json!({ "roles": ["admin"] })), vec!["names no organization"]),
        (outside.token(&json!({ "groups": ["admin"] })), vec!["gives no role"]),
        (outside.token(&json!({ "aud": "others" })), vec!["The token is for \"others\""]),
        (outside.token(&json!({ "aud": null, "client_id": "holdfast" })), vec!["The token is for null"]),
        (outside.token(&json!({ "nonce": "n-0S6" })), vec!["an ID token, and JwtTokenUse is access"]),
        (outside.token(&json!({ "exp": 1_700_000_000 })), vec!["has expired"]),
        (
            outside.token(&json!({ "iss": "https://id.holdfast.test" })),
            vec!["The token is by https://id.holdfast.test"],
        ),
        (format!("{}x", outside.token(&admin())), vec!["The token is refused"]),
        (other, vec!["signed with EdDSA", "The token is by https://issuer.localhost/"]),
        ("no token".to_owned(), vec!["no token that can be read"]),
    ];
    for (token, sentences) in &tokens {
        let found = check(&[], &[("TOKEN", token.as_str())]).await;
        assert_eq!(found.len(), sentences.len(), "{found:?}");
        assert!(
            found.iter().zip(sentences).all(|(line, sentence)| line.contains(sentence)),
            "{sentences:?}: {found:?}"
        );
    }
    let groups =
        outside.token(&json!({ "aud": null, "client_id": "holdfast", "cognito:groups": ["riverside", "staff"] }));
    let cognito = [
        ("JwtAudienceClaim", "client_id"),
        ("JwtRolesClaim", "cognito:groups"),
        ("JwtOrganizationClaim", "cognito:groups"),
    ];
    assert_eq!(check(&cognito, &[("TOKEN", groups.as_str())]).await, Vec::<String>::new());

    // SES.
    outside.world.stack.cloud().mailbox.set_account(SendingAccount::default());
    let found = check(&[], &[]).await;
    assert_eq!(found, ["SES does not let this account send", "SES in us-east-1 does not know shop.holdfast.test"]);
    let found = check(&[], &[("AWS_ACCESS_KEY_ID", "")]).await;
    assert_eq!(found, ["SES cannot be asked: setting AWS_ACCESS_KEY_ID is missing"]);

    // Stripe's key.
    let account = SendingAccount {
        production: true,
        enabled: true,
        identities: [("shop.holdfast.test".to_owned(), true)].into(),
    };
    outside.world.stack.cloud().mailbox.set_account(account);
    for (method, path, name) in [
        ("GET", "/v1/disputes", "Disputes"),
        ("GET", "/v1/events", "Events"),
        ("POST", "/v1/refunds", "Charges and Refunds"),
        ("GET", "/v1/charges", "Charges and Refunds"),
        ("POST", "/v1/application_fees/{id}/refunds", "Application Fees"),
        ("POST", "/v1/tax/calculations", "Tax Calculations and Transactions"),
    ] {
        let rule = json!({ "calls": [{ "method": method, "path": path, "fault": "forbidden" }] });
        outside.world.at_stripe("faults", &rule).await;
        assert_eq!(check(&[], &[]).await, [format!("Stripe's key has no right to {name}")], "{method} {path}");
    }
    let rule = json!({ "calls": [{ "path": "/v1/transfers", "fault": "error_500", "times": 1 }] });
    outside.world.at_stripe("faults", &rule).await;
    let found = check(&[], &[]).await;
    assert!(
        found.len() == 1 && found[0].contains("It is not known whether the key has a right to Transfers"),
        "{found:?}"
    );
    stripe.set_accepted_keys(Some(vec!["sk_test_rolled".to_owned()]));
    assert_eq!(check(&[], &[]).await, ["Stripe does not know the test key"]);
    assert!(check(&[], &[("STRIPE_SECRET_KEY", "")]).await[0].contains("Stripe cannot be asked"));
    let publishable = check(&[], &[("STRIPE_SECRET_KEY", "pk_test_platform")]).await;
    assert!(
        publishable[0].contains("must begin with sk_test_") && !publishable[0].contains("platform"),
        "{publishable:?}"
    );

    // No probe has made anything.
    for kind in ["checkout.session", "payment_intent", "refund", "transfer", "tax.calculation"] {
        assert_eq!(stripe.objects(kind), Vec::<Value>::new());
    }
    let tokens: Vec<_> = tokens.iter().map(|(token, _)| token.as_str()).filter(|token| token.len() > 20).collect();
    outside.showed_none_of(&tokens);
}

/// The endpoint has the types and the version of the code, and its secret is where the functions read it.
#[tokio::test]
async fn the_endpoint_is_registered_as_the_code_needs_it() {
    let outside = Outside::new("unset").await;
    let put = format!("endpoint put --url {HOOK} --secret {SIGNING}");
    let doctor = format!("doctor --api {API} --webhook {HOOK}");
    let (whole, said) = outside.run(&doctor, &[], "").await.unwrap();
    assert!(!whole && said.contains("MISSING  The webhook refuses events"), "{said}");
    assert!(said.contains(&format!("MISSING  Stripe has no endpoint at {HOOK}")), "{said}");

    // Where its secret cannot go, no endpoint is left behind.
    let lost = format!("endpoint put --url {HOOK} --secret local/ANOTHER");
    assert!(outside.run(&lost, &[], "").await.unwrap_err().contains("cannot be read"));
    let listed = async || outside.stripe("GET", "webhook_endpoints", "").await["data"].as_array().unwrap().clone();
    assert_eq!(listed().await, Vec::<Value>::new());

    outside.well(&put, &[], "").await;
    let endpoints = listed().await;
    assert_eq!(endpoints.len(), 1);
    let made = &endpoints[0];
    assert_eq!((&made["url"], &made["api_version"]), (&json!(HOOK), &json!(API_VERSION)));
    let kinds: BTreeSet<_> =
        made["enabled_events"].as_array().unwrap().iter().map(|kind| kind.as_str().unwrap()).collect();
    assert_eq!(kinds, EventKind::names().collect());
    let secret = outside.secret(SIGNING).await;
    assert!(secret.len() == 1 && secret[0].starts_with("whsec_"));
    // The functions read a secret that had no value anew after a second.
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    outside.well(&doctor, &[], "").await;
    outside.well(&put, &[], "").await;
    assert_eq!(listed().await, endpoints, "it is registered once");

    // Another hand has changed it: that is said, and put right.
    let id = made["id"].as_str().unwrap();
    let spoiled = "enabled_events[]=charge.refunded&enabled_events[]=payout.paid&disabled=true";
    outside.stripe("POST", &format!("webhook_endpoints/{id}"), spoiled).await;
    let (whole, said) = outside.run(&doctor, &[], "").await.unwrap();
    for part in ["is disabled", "does not send charge.captured", "sends what is not needed: payout.paid"] {
        assert!(!whole && said.contains(part), "{part}: {said}");
    }
    assert!(outside.well(&put, &[], "").await.contains("is corrected"));
    assert_eq!(listed().await, endpoints);

    // One in another version cannot be changed, only followed by one in this version.
    let form = format!("url={HOOK}&enabled_events[]=*");
    outside.stripe("POST", "webhook_endpoints", &form).await;
    outside.stripe("DELETE", &format!("webhook_endpoints/{id}"), "").await;
    let (whole, said) = outside.run(&put, &[], "").await.unwrap();
    assert!(!whole && said.contains("of version the account's") && said.contains("--again"), "{said}");
    let retire = format!("endpoint retire --url {HOOK} --secret {SIGNING}");
    assert!(outside.run(&retire, &[], "").await.unwrap_err().contains("correct it first"));
    outside.world.stack.clock().advance(60);
    outside.well(&format!("{put} --again"), &[], "").await;
    assert_eq!((listed().await.len(), outside.secret(SIGNING).await.len()), (2, 2));
    assert!(outside.run(&format!("{put} --again"), &[], "").await.unwrap_err().contains("two values already"));
    // One that was made in the dashboard, whose secret is not known here, must not be the one that stays.
    let kinds: String = payments::events::EventKind::names().map(|name| format!("&enabled_events[]={name}")).collect();
    outside.world.stack.clock().advance(60);
    let form = format!("url={HOOK}&api_version={}{kinds}", payments::events::API_VERSION);
    let by_hand = outside.stripe("POST", "webhook_endpoints", &form).await;
    let refused = outside.run(&format!("{retire} --now"), &[], "").await.unwrap_err();
    assert!(refused.contains("3 endpoints") && refused.contains("2 signing secrets"), "{refused}");
    assert_eq!((listed().await.len(), outside.secret(SIGNING).await.len()), (3, 2));
    outside.stripe("DELETE", &format!("webhook_endpoints/{}", by_hand["id"].as_str().unwrap()), "").await;
    outside.well(&format!("{retire} --now"), &[], "").await;
    assert_eq!((listed().await.len(), outside.secret(SIGNING).await.len()), (1, 1));
    assert!(outside.well("endpoint list", &[], "").await.contains("sends what the code needs"));

    // A key without the right is told so.
    let rule = json!({ "calls": [{ "path": "/v1/webhook_endpoints", "fault": "forbidden", "times": 2 }] });
    outside.world.at_stripe("faults", &rule).await;
    assert!(outside.run(&put, &[], "").await.unwrap_err().contains("no right to Webhook Endpoints"));
    let (whole, said) = outside.run(&doctor, &[], "").await.unwrap();
    assert!(!whole && said.contains("no right to Webhook Endpoints"), "{said}");
    let stored = outside.secret(SIGNING).await;
    outside.showed_none_of(&[&secret[0], &stored[0]]);
}

/// A stack that is broken, or another one.
#[tokio::test]
async fn the_doctor_says_what_is_wrong_with_a_stack() {
    let outside = Outside::new("whsec_now").await;
    let token = outside.world.token("platform", None);
    outside.well(&format!("endpoint put --url {HOOK} --secret {SIGNING} --again"), &[], "").await;
    let good = outside.well(&format!("doctor --api {API} --webhook {HOOK}"), &[("TOKEN", token.as_str())], "").await;
    assert!(good.contains("The token is accepted") && good.contains("closed without a token"), "{good}");
    let missing = async |line: &str, environment: &[(&str, &str)]| {
        let (whole, said) = outside.run(line, environment, "").await.unwrap();
        assert!(!whole, "{said}");
        said
    };
    let said = missing(&format!("doctor --api https://id.holdfast.test --webhook {HOOK}"), &[]).await;
    assert!(said.contains("MISSING  The API gives no answer"), "{said}");
    let said = missing(&format!("doctor --api {HOOK} --webhook {API}"), &[]).await;
    for part in
        ["The API answers GET /v1/health with 404", "answers 404 without a token", "The webhook's address answers"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    let said = missing(&format!("doctor --api {API} --webhook {HOOK}"), &[("TOKEN", "forged.token.here")]).await;
    assert!(said.contains("MISSING  The token is answered with 401"), "{said}");
    let file = outside.parameters(&[("AllowedOrigins", "https://others.holdfast.test")]);
    let said = missing(&format!("doctor --api {API} --webhook {HOOK} --parameters {file}"), &[]).await;
    assert!(said.contains("Pages of https://others.holdfast.test may not call the API"), "{said}");
    assert!(outside.run(&format!("doctor --api http://api.holdfast.test --webhook {HOOK}"), &[], "").await.is_err());
    outside.showed_none_of(&[&token]);
}

/// The rights that the document lists are those that are asked for; and they are enough for what the functions ask of Stripe.
#[tokio::test]
async fn the_document_lists_the_rights_of_the_key() {
    let outside = Outside::new("unset").await;
    let all = json!({ "calls": [{ "path": "/v1", "fault": "forbidden", "times": 100 }] });
    outside.world.at_stripe("faults", &all).await;
    let (_, said) = outside.run(&format!("check --parameters {}", outside.parameters(&[])), &[], "").await.unwrap();
    let lines: Vec<_> = said.lines().collect();
    let named = lines.windows(2).filter_map(|pair| {
        let name = pair[0].strip_prefix("MISSING  Stripe's key has no right to ")?;
        let level = pair[1].rsplit(": ").next()?.trim_end_matches('.');
        Some((name.to_owned(), level.to_owned()))
    });
    let rights: BTreeSet<_> = named.collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/deploy.md");
    let document = fs::read_to_string(path).unwrap();
    let (_, table) = document.split_once("| right | level |\n|---|---|\n").unwrap();
    let rows = table.lines().map_while(|line| line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | "));
    let listed: BTreeSet<_> = rows.map(|(name, level)| (name.to_owned(), level.to_owned())).collect();
    assert_eq!(rights, listed);

    // All that is asked in a purchase of each kind, its end, and its refund.
    let world = World::of_products().await;
    world.stack.stripe().forget_calls();
    let order = world.bought("general", 2).await;
    world.refund(&order, &json!({ "amount": "10.00" })).await.expect(201);
    let paid = world.ordered_and_paid(&[(CRAFTS, "mug", 2)]).await;
    world.refund(&paid, &json!({ "amount": "10.00" })).await.expect(201);
    world.ordered(&[(CRAFTS, "mug", 1)], None).await;
    world.buy("general", 1).await;
    world.advance(3_600).await;
    world.sweep().await;
    world.settle().await;
    let by_path = [
        ("/v1/checkout/sessions", "Checkout Sessions"),
        ("/v1/payment_intents", "PaymentIntents"),
        ("/v1/charges", "Charges and Refunds"),
        ("/v1/refunds", "Charges and Refunds"),
        ("/v1/transfers", "Transfers"),
        ("/v1/application_fees", "Application Fees"),
        ("/v1/tax", "Tax Calculations and Transactions"),
        ("/v1/disputes", "Disputes"),
        ("/v1/events", "Events"),
    ];
    let calls = world.stack.stripe().calls();
    assert!(calls.len() > 10, "{}", calls.len());
    for call in calls {
        let right = by_path.iter().find(|(path, _)| call.path.starts_with(path));
        let (_, name) =
            right.unwrap_or_else(|| panic!("{} {} needs a right that is not listed", call.method, call.path));
        let levels = if call.method == "GET" { &["Read", "Write"][..] } else { &["Write"] };
        let enough = levels.iter().any(|level| listed.contains(&((*name).to_owned(), (*level).to_owned())));
        assert!(enough, "{} {}", call.method, call.path);
    }
}

/// The program itself: what its exit says, over the network.
#[tokio::test]
async fn the_program_ends_with_what_it_found() {
    let (world, settings) = on_the_network().await;
    let run = async |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_operator-setup"))
            .args(arguments)
            .env_clear()
            .envs(&settings)
            .stdin(Stdio::null())
            .output()
            .await
            .unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    world.stack.cloud().secrets.create("signing", "unset").await.unwrap();
    let (code, out, error) = run(&["endpoint", "put", "--url", HOOK, "--secret", "signing"]).await;
    assert_eq!((code, error.as_str()), (Some(0), ""), "{out}");
    let parameters = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/parameters/dev.yaml");
    let (code, out, error) = run(&["check", "--parameters", parameters.to_str().unwrap()]).await;
    assert_eq!((code, error.as_str()), (Some(2), ""), "{out}");
    assert!(out.contains("MISSING  JwtIssuer is an example") && out.contains("things are missing."), "{out}");
    let (code, _, error) = run(&["endpoint", "retire", "--url", "https://other.example/", "--secret", "signing"]).await;
    assert_eq!((code, error.as_str()), (Some(1), "setup: no endpoint is registered at https://other.example/\n"));
    assert_eq!(run(&["doctor"]).await.0, Some(2), "clap's own");
}
