//! The settings of the functions on this machine.
//!
//! Each gets the settings that the template declares for it and no others, so one that is missing in the template is
//! missing here too.

use std::collections::BTreeMap;

use cloud_stand_ins::{LocalCloud, template::FunctionSpec};
use runtime::Settings;

/// Who issues the local tokens.
pub(crate) const ISSUER: &str = "https://issuer.localhost/";
/// Whom they are meant for.
pub(crate) const AUDIENCE: &str = "holdfast";
/// Where the issuer's keys are; answered inside the process.
pub(crate) const KEYS_URL: &str = "https://issuer.localhost/.well-known/jwks.json";
/// The address that local mail comes from.
const SENDER: &str = "tickets@holdfast.example";

/// What Lambda tells every function.
const AMBIENT: [&str; 9] = [
    "AWS_REGION",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_ENDPOINT_URL_DYNAMODB",
    "AWS_ENDPOINT_URL_SQS",
    "AWS_ENDPOINT_URL_SECRETS_MANAGER",
    "AWS_ENDPOINT_URL_SESV2",
    "AWS_ENDPOINT_URL_S3",
];

/// Where files of the bucket are read on this machine, and by which path.
pub(crate) const FILES: &str = "/local/files";

/// Settings whose values are secrets. A deployed function is given the place of each, by `…_ARN`.
const SECRETS: [&str; 6] = [
    "STRIPE_SECRET_KEY",
    "STRIPE_WEBHOOK_SECRET",
    "CRON_SECRET",
    "TOKEN_SECRET",
    "ORIGIN_SECRET",
    "OIDC_CLIENT_SECRET",
];

/// The values of all settings of all functions.
#[derive(Debug, Clone)]
pub(crate) struct LocalSettings {
    values: BTreeMap<String, String>,
}

impl LocalSettings {
    /// What holds on this machine, with the overrides in its place.
    pub(crate) fn new(cloud: &LocalCloud, api: &str, stripe: &str, overrides: &[(String, String)]) -> Self {
        let overrides: BTreeMap<_, _> =
            overrides.iter().filter(|(_, value)| !value.trim().is_empty()).cloned().collect();
        let mut values: BTreeMap<String, String> = [
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "local"),
            ("AWS_SECRET_ACCESS_KEY", "local"),
            ("TABLE_NAME", cloud.table_name()),
            ("QUEUE_URL", cloud.queue_urls().queue.as_str()),
            ("WORK_QUEUE_URL", cloud.work_urls().queue.as_str()),
            ("PUBLIC_URL", api),
            ("PAGES_URL", api),
            ("JWT_ISSUER", ISSUER),
            ("JWT_AUDIENCE", AUDIENCE),
            ("JWKS_URL", KEYS_URL),
            ("OIDC_CLIENT_ID", "holdfast-pages"),
            ("OIDC_CLIENT_SECRET", "oidc-local"),
            ("SENDER_ADDRESS", SENDER),
            ("MAIL_CONFIGURATION_SET", "local"),
            ("CRON_SECRET", "cron-local"),
            ("TOKEN_SECRET", "token-local"),
            ("RATE_LIMIT_PER_MINUTE", "0"),
            ("MAX_OPEN_HOLDS_PER_BUYER", "0"),
            ("MAX_DECLINES_PER_HOUR", "0"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        values.insert("EXPORTS_BUCKET".to_owned(), "exports".to_owned());
        values.insert("AWS_ENDPOINT_URL_S3".to_owned(), format!("{}{FILES}", api.trim_end_matches('/')));
        // Another Stripe than the stand-in takes other secrets; there is no sense in guessing those.
        if !overrides.contains_key("STRIPE_API_BASE") {
            values.insert("STRIPE_API_BASE".to_owned(), stripe.to_owned());
            values.insert("STRIPE_SECRET_KEY".to_owned(), "sk_test_local".to_owned());
            values.insert("STRIPE_WEBHOOK_SECRET".to_owned(), "whsec_local".to_owned());
        }
        for secret in SECRETS {
            if overrides.contains_key(&format!("{secret}_ARN")) {
                values.remove(secret);
            }
        }
        values.extend(overrides);
        Self { values }
    }

    /// One value.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// Replaces one value.
    pub(crate) fn set(&mut self, name: &str, value: String) {
        self.values.insert(name.to_owned(), value);
    }

    /// All of them.
    pub(crate) fn all(&self) -> Settings {
        Settings::of(self.values.clone())
    }

    /// Those of one function.
    pub(crate) fn of(&self, function: &FunctionSpec) -> Settings {
        let declared = function.environment.iter().flat_map(|variable| {
            let plain = variable.name.strip_suffix("_ARN").unwrap_or(&variable.name);
            [variable.name.as_str(), plain]
        });
        let names = AMBIENT.into_iter().chain(declared);
        Settings::of(names.filter_map(|name| Some((name.to_owned(), self.get(name)?.to_owned()))))
    }
}
