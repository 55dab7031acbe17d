//! The options of a stack, its errors, and the fields of its tokens.

use std::{fmt, path::PathBuf, sync::Arc};

use cloud_stand_ins::{CloudError, template::TemplateError};
use domain::{OrganizationId, Refusal};
use engine::StartError;
use runtime::{SettingError, SharedWire};
use serde::Deserialize;

use crate::gateway::GatewayError;

/// Where the API is unless the options say otherwise.
const API_URL: &str = "http://127.0.0.1:3000";
/// Where the stand-in for Stripe is unless the options say otherwise.
const STRIPE_URL: &str = "http://127.0.0.1:3001";
/// Puts something around the wire of all functions.
pub type Wrap = Arc<dyn Fn(SharedWire) -> SharedWire + Send + Sync>;

/// How a stack is started.
#[derive(Clone)]
pub struct Options {
    /// Where data are kept. In memory if nowhere.
    pub data: Option<PathBuf>,
    /// Whether the demo organization is created, unless it is there.
    pub demo: bool,
    /// Whether queue, schedule and webhooks run by themselves. Tests drive them by hand.
    pub background: bool,
    /// Settings that replace the local ones, by their names.
    pub settings: Vec<(String, String)>,
    /// Secrets that the functions read from the embedded Secrets Manager, as deployed ones do: the setting's name, as
    /// `STRIPE_SECRET_KEY`, and its value. [`crate::Stack::rotate`] replaces one.
    pub secrets: Vec<(String, String)>,
    /// What to put around the wire that all functions use. Tests count calls with it, and break them.
    pub wrap: Option<Wrap>,
    /// The address of the API and of the console.
    pub api_url: String,
    /// The address of the stand-in for Stripe.
    pub stripe_url: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            data: None,
            demo: false,
            background: false,
            settings: Vec::new(),
            secrets: Vec::new(),
            wrap: None,
            api_url: API_URL.to_owned(),
            stripe_url: STRIPE_URL.to_owned(),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Some of the settings are secrets.
        let names: Vec<_> = self.settings.iter().map(|(name, _)| name).collect();
        f.debug_struct("Options")
            .field("data", &self.data)
            .field("demo", &self.demo)
            .field("background", &self.background)
            .field("settings", &names)
            .field("api_url", &self.api_url)
            .field("stripe_url", &self.stripe_url)
            .finish_non_exhaustive()
    }
}

/// Why a stack does not start.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    /// The template lacks something.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The template and the functions do not fit.
    #[error(transparent)]
    Gateway(#[from] GatewayError),
    /// The embedded services cannot be set up.
    #[error(transparent)]
    Cloud(#[from] CloudError),
    /// A setting is missing or wrong.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// A function does not start with its settings.
    #[error("function {function}: {source}")]
    Function {
        /// The name of its binary, as `checkout`.
        function: &'static str,
        /// Why.
        source: StartError,
    },
    /// Tokens cannot be issued.
    #[error(transparent)]
    Issuer(#[from] web::identity::IssueError),
    /// A service that was put into the place of ours cannot be set up.
    #[error("{setting}: {reason}")]
    Elsewhere {
        /// The setting that names it.
        setting: &'static str,
        /// Its answer.
        reason: String,
    },
    /// The data directory cannot be used.
    #[error("{path}: {reason}")]
    Data {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The demo data were refused.
    #[error("the demo data were refused: {0}")]
    Demo(String),
}

/// Whom a local token names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenFields {
    /// The subject.
    pub sub: String,
    /// The mail address.
    #[serde(default)]
    pub email: Option<String>,
    /// The organization that the roles are in.
    #[serde(default)]
    pub organization: Option<String>,
    /// `platform`, `admin`, `staff`, `expert`.
    #[serde(default)]
    pub roles: Vec<String>,
}

impl TokenFields {
    /// The claims of a caller with one role in an organization.
    #[must_use]
    pub fn of(sub: &str, role: &str, organization: Option<&str>) -> Self {
        Self {
            sub: sub.to_owned(),
            email: None,
            organization: organization.map(str::to_owned),
            roles: vec![role.to_owned()],
        }
    }

    /// Refuses what no token could say.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        if !(1..=255).contains(&self.sub.len()) || self.sub.chars().any(char::is_control) {
            return Err(Refusal::field("sub", "Must have 1 to 255 characters, none of them a control character"));
        }
        if let Some(organization) = &self.organization {
            OrganizationId::parse(organization.clone())
                .map_err(|error| Refusal::field("organization", error.to_string()))?;
        }
        let known = |role: &&String| !["platform", "admin", "staff", "expert"].contains(&role.as_str());
        match self.roles.iter().find(known) {
            Some(role) => Err(Refusal::field("roles", format!("There is no role `{role}`"))),
            None => Ok(()),
        }
    }
}
