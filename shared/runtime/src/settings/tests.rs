use super::{
    IdentitySettings, LimitSettings, MailSettings, QueueSettings, Settings, StripeSettings, TableSettings, TokenUse,
};

const LAMBDA: (&str, &str) = ("AWS_LAMBDA_FUNCTION_NAME", "checkout");

fn message<T: std::fmt::Debug, E: std::fmt::Display>(result: Result<T, E>) -> String {
    result.expect_err("a bad setting").to_string()
}

#[test]
fn absent_and_empty_are_the_same() {
    for settings in [Settings::default(), Settings::of([("TABLE_NAME", "  ")])] {
        assert_eq!(message(TableSettings::parse(&settings)), "setting TABLE_NAME is missing");
    }
    let settings = Settings::of([("TABLE_NAME", "holdfast")]);
    assert_eq!(TableSettings::parse(&settings).expect("a table").name, "holdfast");
    assert!(TableSettings::parse(&Settings::of([("TABLE_NAME", "a b c")])).is_err());
}

#[test]
fn limits_are_off_unless_set() {
    let none = LimitSettings::parse(&Settings::default()).expect("defaults");
    assert_eq!((none.rate_limit_per_minute, none.max_open_holds_per_buyer, none.max_declines_per_hour), (0, 0, 0));
    let some = LimitSettings::parse(&Settings::of([("RATE_LIMIT_PER_MINUTE", "30")])).expect("limits");
    assert_eq!(some.rate_limit_per_minute, 30);
    for bad in ["-1", "many", "1.5", "99999999999"] {
        let error = message(LimitSettings::parse(&Settings::of([("MAX_OPEN_HOLDS_PER_BUYER", bad)])));
        assert!(error.contains("MAX_OPEN_HOLDS_PER_BUYER") && error.contains(bad), "{error}");
    }
}

#[test]
fn stripe_is_the_real_one_unless_set() {
    let settings = Settings::of([("STRIPE_SECRET_KEY", "sk_test_1")]);
    assert_eq!(StripeSettings::parse(&settings).expect("settings").api_base.as_str(), "https://api.stripe.com/");
    let settings = Settings::of([("STRIPE_SECRET_KEY", "sk_test_1"), ("STRIPE_API_BASE", "http://127.0.0.1:1/base")]);
    assert_eq!(StripeSettings::parse(&settings).expect("settings").api_base.as_str(), "http://127.0.0.1:1/base/");
}

#[test]
fn plain_http_stays_on_this_machine_and_out_of_the_cloud() {
    let parse = |url: &str, more: &[(&str, &str)]| {
        let pairs = [("QUEUE_URL", url)].into_iter().chain(more.iter().copied());
        QueueSettings::parse(&Settings::of(pairs))
    };
    for good in
        ["http://127.0.0.1:1/q", "http://localhost/q", "http://[::1]:1/q", "http://queue.localhost/q", "https://sqs/q"]
    {
        assert!(parse(good, &[]).is_ok(), "{good}");
    }
    for bad in [
        "http://sqs/q",
        "http://10.0.0.1/q",
        "ftp://127.0.0.1/",
        "sqs",
        "/q",
        "https://me:pw@sqs/q",
        "http://localhost.evil.com/",
    ] {
        assert!(message(parse(bad, &[])).contains("QUEUE_URL"), "{bad}");
    }
    assert!(message(parse("http://127.0.0.1:1/q", &[LAMBDA])).contains("deployed"));
    assert!(parse("https://sqs/q", &[LAMBDA]).is_ok());
    assert!(parse("http://127.0.0.1:1/q", &[LAMBDA, ("AWS_SAM_LOCAL", "true")]).is_ok());
}

#[test]
fn only_secret_keys_open_stripe() {
    for good in ["sk_test_1", "sk_live_1", "rk_test_1", "rk_live_1"] {
        let key = StripeSettings::parse(&Settings::of([("STRIPE_SECRET_KEY", good)])).expect("a key").key;
        assert_eq!(key.value().map(|key| key.expose()), Some(good));
    }
    for bad in ["pk_test_hush", "drop_webhooks", "sk_test_", "sk_test_a drop_webhooks", "whsec_hush"] {
        let error = message(StripeSettings::parse(&Settings::of([("STRIPE_SECRET_KEY", bad)])));
        assert!(error.contains("STRIPE_SECRET_KEY") && !error.contains("drop_webhooks"), "{error}");
    }
}

#[test]
fn secrets_are_here_or_stored_but_not_both() {
    let stored = Settings::of([("CRON_SECRET_ARN", "arn:cron")]).cron_secret().expect("stored");
    assert_eq!((stored.arn(), stored.value().is_none()), (Some("arn:cron"), true));
    assert!(message(Settings::default().cron_secret()).contains("CRON_SECRET is missing, and so is CRON_SECRET_ARN"));
    let both = Settings::of([("CRON_SECRET_ARN", "arn:cron"), ("CRON_SECRET", "drop_webhooks")]);
    let error = message(both.cron_secret());
    assert!(error.contains("beside") && !error.contains("drop_webhooks"), "{error}");
}

#[test]
fn local_defaults_refuse_to_boot_in_the_cloud() {
    let local = [("STRIPE_WEBHOOK_SECRET", "whsec_local"), ("CRON_SECRET", "cron-local")];
    let settings = Settings::of(local);
    assert!(!settings.is_production() && settings.webhook_secret().is_ok() && settings.cron_secret().is_ok());
    let settings = Settings::of(local.into_iter().chain([LAMBDA]));
    assert!(message(settings.webhook_secret()).contains("STRIPE_WEBHOOK_SECRET"));
    assert!(message(settings.cron_secret()).contains("CRON_SECRET"));
}

#[test]
fn webhook_secrets_may_be_several() {
    let settings = Settings::of([("STRIPE_WEBHOOK_SECRET", "whsec_new, whsec_old")]);
    let source = settings.webhook_secret().expect("two");
    assert_eq!(source.value().map(|value| value.split().len()), Some(2));
    for bad in ["whsec_", "sk_test_1", "whsec_a,other", ","] {
        assert!(Settings::of([("STRIPE_WEBHOOK_SECRET", bad)]).webhook_secret().is_err(), "{bad}");
    }
}

#[test]
fn debug_output_shows_names_only() {
    let text = format!("{:?}", Settings::of([("CRON_SECRET", "drop_webhooks")]));
    assert!(text.contains("CRON_SECRET") && !text.contains("drop_webhooks"), "{text}");
    let source = Settings::of([("CRON_SECRET", "drop_webhooks")]).cron_secret().expect("a secret");
    assert!(!format!("{source:?}").contains("drop_webhooks"));
}

#[test]
fn identity_mail_pages_and_level() {
    let settings = Settings::of([
        ("JWT_ISSUER", "https://issuer/"),
        ("JWT_AUDIENCE", "holdfast"),
        ("JWKS_URL", "https://issuer/jwks"),
        ("SENDER_ADDRESS", "tickets@example.com"),
        ("MAIL_CONFIGURATION_SET", "receipts"),
        ("PUBLIC_URL", "https://api.example.com"),
        ("PAGES_URL", "https://example.com/shop"),
        ("LOG_LEVEL", "debug"),
    ]);
    assert_eq!(IdentitySettings::parse(&settings).expect("identity").issuer, "https://issuer/");
    assert_eq!(IdentitySettings::parse(&settings).expect("identity").token_use, TokenUse::Access);
    let token_use = |kind: &'static str, audience: &'static str| {
        TokenUse::parse(&Settings::of([("JWT_TOKEN_USE", kind), ("JWT_AUDIENCE_CLAIM", audience)]))
    };
    assert_eq!((token_use("id", "aud"), token_use("access", "client_id")), (Ok(TokenUse::Id), Ok(TokenUse::Access)));
    assert!(message(token_use("id", "client_id")).contains("JWT_TOKEN_USE must be access"));
    assert!(message(token_use("ID", "aud")).contains("JWT_TOKEN_USE must be access or id"));
    let mail = MailSettings::parse(&settings).expect("mail");
    assert_eq!((mail.sender.as_str(), mail.configuration_set.as_str()), ("tickets@example.com", "receipts"));
    for (set, good) in [("holdfast-prod_1", true), ("two words", false), ("a/b", false)] {
        let settings = Settings::of([("SENDER_ADDRESS", "a@example.com"), ("MAIL_CONFIGURATION_SET", set)]);
        assert_eq!(MailSettings::parse(&settings).is_ok(), good, "{set}");
    }
    let public = settings.public_url().expect("public").expect("it is set");
    assert_eq!(public.as_str(), "https://api.example.com/");
    assert_eq!(Settings::default().public_url(), Ok(None));
    assert_eq!(settings.pages_url().expect("pages").expect("one").path(), "/shop");
    assert_eq!(settings.log_level(), Ok(tracing::Level::DEBUG));
    for bad in ["tickets", "@example.com", "a@b@c", "A <a@b>", "a@b,c@d", "a@b\nx"] {
        assert!(
            MailSettings::parse(&Settings::of([("SENDER_ADDRESS", bad), ("MAIL_CONFIGURATION_SET", "set")])).is_err(),
            "{bad}"
        );
    }
    assert!(Settings::of([("LOG_LEVEL", "loud")]).log_level().is_err());
    assert!(Settings::of([("LOG_LEVEL", "3")]).log_level().is_err());
    assert_eq!(Settings::default().log_level(), Ok(tracing::Level::INFO));
    assert_eq!(Settings::default().stage(), Ok("local".to_owned()));
    assert_eq!(Settings::of([("STAGE", "eu-prod2")]).stage(), Ok("eu-prod2".to_owned()));
    for bad in ["Prod", "a b", "0123456789abcdefg"] {
        assert!(message(Settings::of([("STAGE", bad)]).stage()).contains("STAGE"), "{bad}");
    }
}

#[test]
fn the_secret_of_tokens_may_be_several_and_is_long_in_the_cloud() {
    let of = |value: &'static str, production: bool| {
        let marker = if production { LAMBDA } else { ("UNUSED", "x") };
        Settings::of([("TOKEN_SECRET", value), marker]).token_secret()
    };
    for good in ["token-local", "short", "one, two"] {
        assert!(of(good, false).is_ok(), "{good}");
    }
    let long = "0123456789abcdef0123456789abcdef";
    assert!(of(long, true).is_ok());
    for bad in ["token-local", "0123456789abcdef", "0123456789abcdef0123456789abcdef,short"] {
        let error = message(of(bad, true));
        assert!(error.contains("TOKEN_SECRET must have 32 characters") && !error.contains(bad), "{error}");
    }
    assert!(message(of(",,", false)).contains("TOKEN_SECRET"));
    assert!(message(Settings::default().token_secret()).contains("TOKEN_SECRET_ARN"));
}
