//! Settings: what a function reads from its environment, parsed once, before anything else happens.
//!
//! A function reads only the groups that it needs. A setting that is missing, malformed or unsafe stops it with the
//! setting's name; values of secrets are never shown.

mod groups;

use std::{collections::HashMap, str::FromStr};

use url::{Host, Url};

pub use self::groups::{
    BucketSettings, ClaimNames, DocumentSettings, IdentitySettings, LimitSettings, MailSettings, OriginSettings,
    QueueSettings, SignInSettings, StripeSettings, TableSettings, TokenUse, WorkQueueSettings,
};
use crate::secret::Secret;

/// The settings of one process.
#[derive(Clone, Default)]
pub struct Settings {
    values: HashMap<String, String>,
    production: bool,
}

impl Settings {
    /// The settings in this process's environment.
    #[must_use]
    pub fn from_env() -> Self {
        Self::of(
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))),
        )
    }

    /// Settings from pairs of name and value. Empty values count as absent, as templates leave them.
    pub fn of<N: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let values: HashMap<String, String> = pairs
            .into_iter()
            .map(|(name, value)| (name.into(), value.into().trim().to_owned()))
            .filter(|(_, value): &(String, String)| !value.is_empty())
            .collect();
        // SAM's own marker of a function that runs on a developer's machine.
        let production =
            values.contains_key("AWS_LAMBDA_FUNCTION_NAME") && values.get("AWS_SAM_LOCAL").is_none_or(|v| v != "true");
        Self { values, production }
    }

    /// Whether this process is a deployed function, where nothing may be left at a default meant for one machine.
    #[must_use]
    pub fn is_production(&self) -> bool {
        self.production
    }

    /// A setting that may be absent.
    #[must_use]
    pub fn optional(&self, name: &str) -> Option<String> {
        self.values.get(name).cloned()
    }

    /// A setting that must be there.
    ///
    /// # Errors
    /// That it is missing.
    pub fn required(&self, name: &'static str) -> Result<String, SettingError> {
        self.optional(name).ok_or_else(|| SettingError::new(name, "is missing"))
    }

    /// A number, or `default` where it is absent.
    ///
    /// # Errors
    /// That it is no number, or does not fit.
    pub fn number<T: FromStr>(&self, name: &'static str, default: T) -> Result<T, SettingError> {
        let Some(text) = self.optional(name) else { return Ok(default) };
        text.parse().map_err(|_| SettingError::new(name, format!("must be a whole number, not `{text}`")))
    }

    /// An address that must be there.
    ///
    /// # Errors
    /// That it is missing, no absolute HTTP address, or one that would be spoken to without TLS.
    pub fn url(&self, name: &'static str) -> Result<Url, SettingError> {
        self.parse_url(name, &self.required(name)?)
    }

    /// An address that may be absent.
    ///
    /// # Errors
    /// As [`Settings::url`], but for being missing.
    pub fn optional_url(&self, name: &'static str) -> Result<Option<Url>, SettingError> {
        self.optional(name).map(|text| self.parse_url(name, &text)).transpose()
    }

    /// The address at which this system answers: `PUBLIC_URL`. Where it is absent, the gateway says with each request at
    /// which address it was made.
    ///
    /// # Errors
    /// What is wrong with the setting.
    pub fn public_url(&self) -> Result<Option<Url>, SettingError> {
        self.optional_url("PUBLIC_URL")
    }

    /// The address of the pages that a buyer sees: `PAGES_URL`. Where it is absent, they are at the API's own address.
    ///
    /// # Errors
    /// What is wrong with the setting.
    pub fn pages_url(&self) -> Result<Option<Url>, SettingError> {
        self.optional_url("PAGES_URL")
    }

    /// How fine the log is: `LOG_LEVEL`, one of `error`, `warn`, `info`, `debug`, `trace`; `info` unless set.
    ///
    /// # Errors
    /// That it is none of these.
    pub fn log_level(&self) -> Result<tracing::Level, SettingError> {
        let Some(text) = self.optional("LOG_LEVEL") else { return Ok(tracing::Level::INFO) };
        // The parser takes numbers too, which would be puzzling in a template.
        match text.parse() {
            Ok(level) if text.chars().all(|c| c.is_ascii_alphabetic()) => Ok(level),
            _ => {
                Err(SettingError::new("LOG_LEVEL", format!("must be error, warn, info, debug or trace, not `{text}`")))
            }
        }
    }

    /// The name of this deployment, which metrics are filed under: `STAGE`; `local` unless set.
    ///
    /// # Errors
    /// That it is no such name.
    pub fn stage(&self) -> Result<String, SettingError> {
        let stage = self.optional("STAGE").unwrap_or_else(|| "local".to_owned());
        let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if stage.len() > 16 || !stage.chars().all(legal) {
            return Err(SettingError::new("STAGE", "must be at most 16 lower-case letters, digits and hyphens"));
        }
        Ok(stage)
    }

    /// The secrets that sign Stripe's webhooks: `STRIPE_WEBHOOK_SECRET` or `STRIPE_WEBHOOK_SECRET_ARN`.
    ///
    /// # Errors
    /// What is wrong with the setting.
    pub fn webhook_secret(&self) -> Result<SecretSource, SettingError> {
        self.secret(SecretKind::Webhook)
    }

    /// The secret that the cleanup route's callers know: `CRON_SECRET` or `CRON_SECRET_ARN`.
    ///
    /// # Errors
    /// What is wrong with the setting.
    pub fn cron_secret(&self) -> Result<SecretSource, SettingError> {
        self.secret(SecretKind::Cron)
    }

    /// The secret under which the system vouches for what clients carry back to it, such as cursors: `TOKEN_SECRET` or
    /// `TOKEN_SECRET_ARN`. It may hold several, while one is rotated: the first is used, and all of them are honoured.
    ///
    /// # Errors
    /// What is wrong with the setting.
    pub fn token_secret(&self) -> Result<SecretSource, SettingError> {
        self.secret(SecretKind::Token)
    }

    fn secret(&self, kind: SecretKind) -> Result<SecretSource, SettingError> {
        let (value, arn) = (self.optional(kind.name()), self.optional(kind.arn_name()));
        let place = match (value, arn) {
            (Some(value), None) => Place::Here(kind.check(&Secret::new(value), self.production)?),
            (None, Some(arn)) => Place::Stored(arn),
            (Some(_), Some(_)) => {
                return Err(SettingError::new(
                    kind.name(),
                    format!("is set beside {}; one of them must go", kind.arn_name()),
                ));
            }
            (None, None) => {
                return Err(SettingError::new(kind.name(), format!("is missing, and so is {}", kind.arn_name())));
            }
        };
        Ok(SecretSource { kind, place, production: self.production })
    }

    fn parse_url(&self, name: &'static str, text: &str) -> Result<Url, SettingError> {
        let url =
            Url::parse(text).map_err(|error| SettingError::new(name, format!("is no absolute address: {error}")))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(SettingError::new(name, "must not hold a user name or a password"));
        }
        match url.scheme() {
            "https" => Ok(url),
            "http" if self.production => {
                Err(SettingError::new(name, "must begin with https:// in a deployed function"))
            }
            "http" if is_loopback(&url) => Ok(url),
            "http" => Err(SettingError::new(name, "must begin with https://; http:// is for this machine alone")),
            _ => Err(SettingError::new(name, "must begin with https://")),
        }
    }
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Names only: some of the values are secrets.
        let mut names: Vec<_> = self.values.keys().collect();
        names.sort();
        f.debug_struct("Settings").field("names", &names).field("production", &self.production).finish()
    }
}

/// A setting with which nothing can start.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
#[error("setting {name} {problem}")]
pub struct SettingError {
    /// As `TABLE_NAME`.
    pub name: &'static str,
    /// What is wrong with it, without its value where that is a secret.
    pub problem: String,
}

impl SettingError {
    /// An error that reads "setting `name` `problem`".
    pub fn new(name: &'static str, problem: impl Into<String>) -> Self {
        Self { name, problem: problem.into() }
    }
}

/// Where a secret is to be had: in the environment itself, or in Secrets Manager.
/// [`Secrets::read`](crate::Secrets::read) gets it.
#[derive(Debug, Clone)]
pub struct SecretSource {
    kind: SecretKind,
    place: Place,
    production: bool,
}

#[derive(Debug, Clone)]
enum Place {
    Here(Secret),
    Stored(String),
}

impl SecretSource {
    /// The secret, if the environment holds it.
    #[must_use]
    pub fn value(&self) -> Option<&Secret> {
        match &self.place {
            Place::Here(secret) => Some(secret),
            Place::Stored(_) => None,
        }
    }

    /// Its name in Secrets Manager, if it is there.
    #[must_use]
    pub fn arn(&self) -> Option<&str> {
        match &self.place {
            Place::Here(_) => None,
            Place::Stored(arn) => Some(arn),
        }
    }

    /// Checks what Secrets Manager gave as the environment's own value is checked.
    pub(crate) fn check(&self, fetched: &Secret) -> Result<Secret, SettingError> {
        self.kind.check(fetched, self.production)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SecretKind {
    StripeKey,
    Webhook,
    Cron,
    Token,
    Origin,
    SignIn,
}

impl SecretKind {
    const fn name(self) -> &'static str {
        match self {
            Self::StripeKey => "STRIPE_SECRET_KEY",
            Self::Webhook => "STRIPE_WEBHOOK_SECRET",
            Self::Cron => "CRON_SECRET",
            Self::Token => "TOKEN_SECRET",
            Self::Origin => "ORIGIN_SECRET",
            Self::SignIn => "OIDC_CLIENT_SECRET",
        }
    }

    const fn arn_name(self) -> &'static str {
        match self {
            Self::StripeKey => "STRIPE_SECRET_KEY_ARN",
            Self::Webhook => "STRIPE_WEBHOOK_SECRET_ARN",
            Self::Cron => "CRON_SECRET_ARN",
            Self::Token => "TOKEN_SECRET_ARN",
            Self::Origin => "ORIGIN_SECRET_ARN",
            Self::SignIn => "OIDC_CLIENT_SECRET_ARN",
        }
    }

    fn check(self, secret: &Secret, production: bool) -> Result<Secret, SettingError> {
        let refuse = |problem: &str| Err(SettingError::new(self.name(), problem));
        // Pasted values bring a line's end along.
        let secret = Secret::new(secret.expose().trim());
        let legal = |text: &str| text.len() <= 512 && text.chars().all(|c| c.is_ascii_graphic());
        match self {
            Self::StripeKey => {
                let known = ["sk_test_", "sk_live_", "rk_test_", "rk_live_"];
                let Some(rest) = known.iter().find_map(|prefix| secret.expose().strip_prefix(prefix)) else {
                    // A publishable key, or another service's, in the wrong place.
                    return refuse("must begin with sk_test_, sk_live_, rk_test_ or rk_live_");
                };
                if rest.is_empty() || !legal(rest) {
                    return refuse("must be one key without blanks");
                }
            }
            Self::Webhook => {
                let parts = secret.split();
                if parts.is_empty() {
                    return refuse("is empty");
                }
                if !parts.iter().all(|part| part.expose().len() > "whsec_".len() && part.expose().starts_with("whsec_"))
                {
                    return refuse("must hold secrets that begin with whsec_, separated by commas");
                }
                // Everybody who reads the documentation could sign events with it.
                if production && parts.iter().any(|part| part.expose() == "whsec_local") {
                    return refuse("must not be the local stack's in a deployed function");
                }
            }
            Self::Cron => {
                if secret.expose().is_empty() || !legal(secret.expose()) {
                    return refuse("must be one word of printable characters");
                }
                if production && (secret.expose() == "cron-local" || secret.expose().len() < 16) {
                    return refuse("must have 16 characters at least in a deployed function");
                }
            }
            // The issuer makes it.
            Self::SignIn => {
                if secret.expose().is_empty() || !legal(secret.expose()) {
                    return refuse("must be one word of printable characters");
                }
            }
            Self::Token | Self::Origin => {
                let parts = secret.split();
                if parts.is_empty() || !parts.iter().all(|part| legal(part.expose())) {
                    return refuse("must hold words of printable characters, separated by commas");
                }
                if production && parts.iter().any(|part| part.expose() == "token-local" || part.expose().len() < 32) {
                    return refuse("must have 32 characters at least in a deployed function");
                }
            }
        }
        Ok(secret)
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests;
