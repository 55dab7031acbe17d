//! What the handlers share.

use std::{sync::Arc, time::Duration};

use documents::FontFolder;
use engine::{Addresses, CatalogEngine, Engine, TicketKeys};
use runtime::{Clock, SettingError, Settings};
use store::Store;
use url::Url;
use web::{Cursors, Front};

use crate::{session::Sealer, sign_in::provider::Provider};

/// Where Stripe's own payment pages are.
const STRIPE_CHECKOUT: &str = "https://checkout.stripe.com";

/// Where Stripe answers.
const STRIPE_API: &str = "api.stripe.com";

/// Where Stripe.js is.
const STRIPE_SCRIPTS: &str = "https://js.stripe.com";

/// How long a request may work: the function's 29 seconds, less one to answer in.
pub(crate) const TIME: Duration = Duration::from_secs(28);

/// The state of the pages function.
#[derive(Clone)]
pub(crate) struct Pages {
    pub(crate) engine: Arc<Engine>,
    /// What changes what is for sale.
    pub(crate) catalog: CatalogEngine,
    pub(crate) store: Store,
    pub(crate) addresses: Addresses,
    pub(crate) front: Front,
    pub(crate) sealer: Sealer,
    pub(crate) cursors: Cursors,
    pub(crate) ticket_keys: TicketKeys,
    pub(crate) fonts: FontFolder,
    /// Where people sign in; none where they do not.
    pub(crate) provider: Option<Arc<Provider>>,
    pub(crate) clock: Clock,
    /// The origins, separated by blanks, of the pages where buyers pay: forms may lead there.
    pub(crate) payment_origins: Arc<str>,
    /// Stripe's Payment Element, where buyers pay on a page of ours.
    pub(crate) element: Option<Element>,
}

/// Stripe's Payment Element on a page of ours.
#[derive(Debug, Clone)]
pub(crate) struct Element {
    /// The key that browsers show Stripe.
    pub(crate) key: Arc<str>,
    /// Where Stripe.js comes from; its frames are there, too.
    scripts: Arc<str>,
    /// Where browsers call Stripe.
    api: Arc<str>,
}

impl Element {
    /// Reads `STRIPE_PUBLISHABLE_KEY`; none where it is not given. A stand-in serves its script beside its API; Stripe does not.
    ///
    /// # Errors
    /// If it is something else than such a key: a secret key would be shown to everyone.
    pub(crate) fn parse(settings: &Settings, stripe: &Url) -> Result<Option<Self>, SettingError> {
        let name = "STRIPE_PUBLISHABLE_KEY";
        let Some(key) = settings.optional(name) else { return Ok(None) };
        let begins = ["pk_test_", "pk_live_"].iter().any(|begin| key.starts_with(begin));
        if !begins || !key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return Err(SettingError::new(name, "must be a key that begins with pk_test_ or pk_live_"));
        }
        let origin = stripe.origin().ascii_serialization();
        let scripts = if stripe.host_str() == Some(STRIPE_API) { STRIPE_SCRIPTS.to_owned() } else { origin.clone() };
        Ok(Some(Self { key: key.into(), scripts: scripts.into(), api: origin.into() }))
    }

    /// The address of Stripe.js.
    pub(crate) fn script(&self) -> String {
        format!("{}/v3/", self.scripts)
    }

    /// What a page's policy has to allow: origins of scripts, of frames, and of calls (<https://docs.stripe.com/security/guide#content-security-policy>).
    pub(crate) fn origins(&self) -> [String; 3] {
        if &*self.scripts == STRIPE_SCRIPTS {
            let scripts = format!("{STRIPE_SCRIPTS} https://*.js.stripe.com");
            [scripts.clone(), format!("{scripts} https://hooks.stripe.com"), self.api.to_string()]
        } else {
            [self.scripts.to_string(), self.scripts.to_string(), self.api.to_string()]
        }
    }
}

/// The origins, separated by blanks, of the pages where buyers pay, by where Stripe's API is. A stand-in serves its payment
/// pages beside its API; Stripe does not.
pub(crate) fn payment_origins(stripe: &Url) -> Arc<str> {
    match stripe.host_str() {
        Some(STRIPE_API) => STRIPE_CHECKOUT.into(),
        _ => format!("{STRIPE_CHECKOUT} {}", stripe.origin().ascii_serialization()).into(),
    }
}

#[cfg(test)]
mod tests {
    use runtime::Settings;
    use url::Url;

    use super::Element;

    fn element(key: &str, stripe: &str) -> Result<Option<Element>, String> {
        let settings = Settings::of([("STRIPE_PUBLISHABLE_KEY", key)]);
        Element::parse(&settings, &Url::parse(stripe).expect("a URL")).map_err(|error| error.to_string())
    }

    #[test]
    fn a_secret_key_is_never_shown_to_browsers() {
        for key in ["sk_test_1", "rk_live_1", "pk_1", "pk_test_1; x", "publishable"] {
            let error = element(key, "https://api.stripe.com/").expect_err(key);
            assert!(error.contains("STRIPE_PUBLISHABLE_KEY") && !error.contains(key), "{error}");
        }
        assert!(element("", "https://api.stripe.com/").expect("none").is_none());
    }

    #[test]
    fn stripe_has_its_script_apart_and_a_stand_in_beside_its_api() {
        let real = element("pk_live_1", "https://api.stripe.com/").expect("a key").expect("an element");
        assert_eq!(real.script(), "https://js.stripe.com/v3/");
        assert_eq!(real.origins()[2], "https://api.stripe.com");
        let local = element("pk_test_1", "http://127.0.0.1:3001/").expect("a key").expect("an element");
        assert_eq!(local.script(), "http://127.0.0.1:3001/v3/");
        assert!(local.origins().iter().all(|origin| origin == "http://127.0.0.1:3001"));
    }
}
