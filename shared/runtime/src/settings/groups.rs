//! The settings that belong together, each group parsed as one.

use std::path::PathBuf;

use url::Url;

use super::{SecretKind, SecretSource, SettingError, Settings};

/// The table: `TABLE_NAME`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSettings {
    /// DynamoDB's, without region and account.
    pub name: String,
}

impl TableSettings {
    /// Reads the group.
    ///
    /// # Errors
    /// What is wrong with which setting.
    pub fn parse(settings: &Settings) -> Result<Self, SettingError> {
        let name = settings.required("TABLE_NAME")?;
        let legal = |c: char| c.is_ascii_alphanumeric() || "_-.:/".contains(c);
        if name.len() < 3 || !name.chars().all(legal) {
            return Err(SettingError::new("TABLE_NAME", format!("is no table's name: `{name}`")));
        }
        Ok(Self { name })
    }
}

/// The queue of notifications: `QUEUE_URL`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueSettings {
    /// The queue's address.
    pub url: Url,
}

impl QueueSettings {
    /// Reads the group.
    ///
    /// # Errors
    /// What is wrong with which setting.
    pub fn parse(settings: &Settings) -> Result<Self, SettingError> {
        Ok(Self { url: settings.url("QUEUE_URL")? })
    }
}

/// The queue of long jobs: `WORK_QUEUE_URL`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkQueueSettings {
    /// The queue's address.
    pub url: Url,
}

impl WorkQueueSettings {
    /// Reads the group.
    ///
    /// # Errors
    /// What is wrong with which setting.
    pub fn parse(settings: &Settings) -> Result<Self, SettingError> {
        Ok(Self { url: settings.url("WORK_QUEUE_URL")? })
    }
}

/// The bucket of exports: `EXPORTS_BUCKET`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketSettings {
    /// S3's, unique in the world.
    pub name: String,
}

impl BucketSettings {
    /// Reads the group.
    ///
    /// # Errors
    /// What is wrong with which setting.
    pub fn parse(settings: &Settings) -> Result<Self, SettingError> {
        let name = settings.required("EXPORTS_BUCKET")?;
        let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !(3..=63).contains(&name.len()) || !name.chars().all(legal) {
            return Err(SettingError::new("EXPORTS_BUCKET", format!("is no bucket's name: `{name}`")));
        }
        Ok(Self { name })
    }
}

/// Stripe: `STRIPE_API_BASE` and `STRIPE_SECRET_KEY` or `STRIPE_SECRET_KEY_ARN`.
#[derive(Debug, Clone)]
pub struct StripeSettings {
    /// Where Stripe answers, with a slash at its end.
    pub api_base: Url,
    /// The key that opens it.
    pub key: SecretSource,
}

impl StripeSettings {
    /// Reads the group.
    ///
    /// # Errors
    /// What is wrong with which setting.
    pub fn parse(settings: &Settings) -> Result<Self, SettingError> {
        let name = "STRIPE_API_BASE";
        let mut api_base = match settings.optional_url(name)? {
            Some(url) => url,
            None => settings.parse_url(name, "https://api.stripe.com/")?,
        };
        if api_base.query().is_some() || api_base.fragment().is_some() {
            return Err(SettingError::new(name, "must end with its path"));
        }
        // Paths are joined to it, and joining replaces whatever follows the last slash.
        if !api_base.path().ends_with('/') {
            let path = format!("{}/", api_base.path());
            api_base.set_path(&path);
        }
        Ok(Self { api_base, key: settings.secret(SecretKind::StripeKey)? })
    }
}

/// Who vouches for callers: `JWT_ISSUER`, `JWT_AUDIENCE`, `JWKS_URL`, by which tokens, and which claims say what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentitySettings {
    /// Who must have issued a token.
    pub issuer: String,
    /// Whom a token must be meant for.
    pub audience: String,
    /// Where the issuer's public keys are.
    pub jwks_url: Url,
    /// Which of the issuer's tokens callers bring.
    pub token_use: TokenUse,
    /// Which claims say what.
    pub claims: ClaimNames,
}

impl IdentitySettings {
    /// Reads the group.
    ///
    /// # Errors
    /// What is wrong with which setting.
    pub fn parse(settings: &Settings) -> Result<Self, SettingError> {
        Ok(Self {
            issuer: settings.required("JWT_ISSUER")?,
            audience: settings.required("JWT_AUDIENCE")?,
            jwks_url: settings.url("JWKS_URL")?,
            token_use: TokenUse::parse(settings)?,
            claims: ClaimNames::parse(settings)?,
        })
    }
}

/// Which of an issuer's tokens callers bring: `JWT_TOKEN_USE`. One kind is never taken for the other: an ID token was made for the
/// pages that a person signed in to, and an access token says nothing of a person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TokenUse {
    /// `access`, the default: tokens that are made for an API.
    #[default]
    Access,
    /// `id`: tokens that say who has signed in.
    Id,
}

impl TokenUse {
    /// Reads the setting.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(settings: &Settings) -> Result<Self, SettingError> {
        let name = "JWT_TOKEN_USE";
        match settings.optional(name).as_deref() {
            None | Some("access") => Ok(Self::Access),
            Some("id") if ClaimNames::parse(settings)?.audience == "client_id" => Err(SettingError::new(
                name,
                "must be access: ID tokens have no client_id, which JWT_AUDIENCE_CLAIM names",
            )),
            Some("id") => Ok(Self::Id),
            Some(other) => Err(SettingError::new(name, format!("must be access or id, not `{other}`"))),
        }
    }
}

/// Which claims of a token say what, as issuers name them differently: `JWT_AUDIENCE_CLAIM`, `JWT_ROLES_CLAIM`,
/// `JWT_ORGANIZATION_CLAIM`. Where no claim has the name, its dots lead into objects, as in
/// `realm_access.roles`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimNames {
    /// Whom a token is meant for: `aud` unless set, or `client_id`, as in the access tokens of Cognito. API Gateway reads no other.
    pub audience: String,
    /// What its holder may do: `roles` unless set.
    pub roles: String,
    /// In which organization: `organization` unless set.
    pub organization: String,
}

impl Default for ClaimNames {
    fn default() -> Self {
        let [audience, roles, organization] = ["aud", "roles", "organization"].map(str::to_owned);
        Self { audience, roles, organization }
    }
}

impl ClaimNames {
    /// Reads the group.
    ///
    /// # Errors
    /// What is wrong with which setting.
    pub fn parse(settings: &Settings) -> Result<Self, SettingError> {
        let named = |name: &'static str, default: String| {
            let claim = settings.optional(name).unwrap_or(default);
            let legal = claim.len() <= 128 && claim.chars().all(|c| c.is_ascii_graphic());
            if legal { Ok(claim) } else { Err(SettingError::new(name, "must be a claim's name, without blanks")) }
        };
        let defaults = Self::default();
        let audience = named("JWT_AUDIENCE_CLAIM", defaults.audience)?;
        if !["aud", "client_id"].contains(&audience.as_str()) {
            return Err(SettingError::new("JWT_AUDIENCE_CLAIM", format!("must be aud or client_id, not `{audience}`")));
        }
        Ok(Self {
            audience,
            roles: named("JWT_ROLES_CLAIM", defaults.roles)?,
            organization: named("JWT_ORGANIZATION_CLAIM", defaults.organization)?,
        })
    }
}

/// How mail is sent: `SENDER_ADDRESS`, `MAIL_CONFIGURATION_SET`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailSettings {
    /// The address that mail comes from.
    pub sender: String,
    /// SES' configuration set: its events report bounces and complaints.
    pub configuration_set: String,
}

impl MailSettings {
    /// Reads the group.
    ///
    /// # Errors
    /// What is wrong with which setting.
    pub fn parse(settings: &Settings) -> Result<Self, SettingError> {
        let sender = settings.required("SENDER_ADDRESS")?;
        let configuration_set = settings.required("MAIL_CONFIGURATION_SET")?;
        let legal =
            |set: &String| set.len() <= 64 && set.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
        if !legal(&configuration_set) {
            return Err(SettingError::new("MAIL_CONFIGURATION_SET", "must be a name of letters, digits, - and _"));
        }
        let plain = sender.chars().all(|c| c.is_ascii_graphic() && !"<>,;\"".contains(c));
        match sender.split_once('@') {
            Some((name, host)) if plain && !name.is_empty() && !host.is_empty() && !host.contains('@') => {
                Ok(Self { sender, configuration_set })
            }
            _ => Err(SettingError::new("SENDER_ADDRESS", format!("must be a plain address, not `{sender}`"))),
        }
    }
}

/// How much one caller may ask for: `RATE_LIMIT_PER_MINUTE`, `MAX_OPEN_HOLDS_PER_BUYER`, `MAX_DECLINES_PER_HOUR`. 0, the default, is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitSettings {
    /// Purchases that one source address may try in a minute.
    pub rate_limit_per_minute: u32,
    /// Unpaid holds that one buyer may have at a time.
    pub max_open_holds_per_buyer: u32,
    /// Declined payments of one buyer, source address or card in an hour, from which on the next order has to wait.
    pub max_declines_per_hour: u32,
}

impl LimitSettings {
    /// Reads the group.
    ///
    /// # Errors
    /// What is wrong with which setting.
    pub fn parse(settings: &Settings) -> Result<Self, SettingError> {
        Ok(Self {
            rate_limit_per_minute: settings.number("RATE_LIMIT_PER_MINUTE", 0)?,
            max_open_holds_per_buyer: settings.number("MAX_OPEN_HOLDS_PER_BUYER", 0)?,
            max_declines_per_hour: settings.number("MAX_DECLINES_PER_HOUR", 0)?,
        })
    }
}

/// Documents: `FONTS_DIR`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentSettings {
    /// The folder with the fonts; none for the one that lies in the source, on a developer's machine.
    pub fonts: Option<PathBuf>,
}

impl DocumentSettings {
    /// Reads the group. The fonts themselves are looked at when a document is first printed.
    ///
    /// # Errors
    /// What is wrong with which setting: in a deployed function, that it is missing, too.
    pub fn parse(settings: &Settings) -> Result<Self, SettingError> {
        let name = "FONTS_DIR";
        let Some(folder) = settings.optional("FONTS_DIR").map(PathBuf::from) else {
            let missing = || SettingError::new(name, "is missing");
            return if settings.is_production() { Err(missing()) } else { Ok(Self { fonts: None }) };
        };
        if !folder.is_absolute() || !folder.is_dir() {
            let problem = format!("names no folder: `{}`; is the layer of fonts there?", folder.display());
            return Err(SettingError::new(name, problem));
        }
        Ok(Self { fonts: Some(folder) })
    }
}

/// What stands before the API: `ORIGIN_SECRET` or `ORIGIN_SECRET_ARN`.
#[derive(Debug, Clone)]
pub struct OriginSettings {
    /// What a content delivery network in front of the API shows, so that its word on a client's address is believed; none
    /// where clients come straight to the API.
    pub secret: Option<SecretSource>,
}

impl OriginSettings {
    /// Reads the group.
    ///
    /// # Errors
    /// What is wrong with which setting.
    pub fn parse(settings: &Settings) -> Result<Self, SettingError> {
        let given = settings.optional("ORIGIN_SECRET").or_else(|| settings.optional("ORIGIN_SECRET_ARN"));
        Ok(Self { secret: given.map(|_| settings.secret(SecretKind::Origin)).transpose()? })
    }
}

/// How people sign in on the pages: `OIDC_CLIENT_ID`, `OIDC_CLIENT_SECRET` or `OIDC_CLIENT_SECRET_ARN`, `SIGN_OUT_URL`, at the issuer
/// of [`IdentitySettings`].
#[derive(Debug, Clone)]
pub struct SignInSettings {
    /// The issuer, and which of its claims say what.
    pub identity: IdentitySettings,
    /// The name that the pages have at the issuer.
    pub client_id: String,
    /// What the pages show the issuer beside the proof of each code (PKCE); none for a public client.
    pub client_secret: Option<SecretSource>,
    /// Where the issuer ends its own session, where its discovery names no such address.
    pub sign_out_url: Option<Url>,
}

impl SignInSettings {
    /// Reads the group. None without `OIDC_CLIENT_ID`: then the pages offer no sign-in.
    ///
    /// # Errors
    /// What is wrong with which setting.
    pub fn parse(settings: &Settings) -> Result<Option<Self>, SettingError> {
        let secret = settings.optional("OIDC_CLIENT_SECRET").or_else(|| settings.optional("OIDC_CLIENT_SECRET_ARN"));
        let sign_out_url = settings.optional_url("SIGN_OUT_URL")?;
        let Some(client_id) = settings.optional("OIDC_CLIENT_ID") else { return Ok(None) };
        if client_id.len() > 255 || !client_id.chars().all(|c| c.is_ascii_graphic()) {
            return Err(SettingError::new("OIDC_CLIENT_ID", "must be one word of printable characters"));
        }
        Ok(Some(Self {
            identity: IdentitySettings::parse(settings)?,
            client_id,
            client_secret: secret.map(|_| settings.secret(SecretKind::SignIn)).transpose()?,
            sign_out_url,
        }))
    }
}
