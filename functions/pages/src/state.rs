//! What the handlers share.

use std::{sync::Arc, time::Duration};

use documents::FontFolder;
use engine::{Addresses, Engine};
use runtime::Clock;
use store::Store;
use url::Url;
use web::{Cursors, Front};

use crate::{session::Sealer, sign_in::provider::Provider};

/// Where Stripe's own payment pages are.
const STRIPE_CHECKOUT: &str = "https://checkout.stripe.com";

/// How long a request may work: the function's 29 seconds, less one to answer in.
pub(crate) const TIME: Duration = Duration::from_secs(28);

/// The state of the pages function.
#[derive(Clone)]
pub(crate) struct Pages {
    pub(crate) engine: Arc<Engine>,
    pub(crate) store: Store,
    pub(crate) addresses: Addresses,
    pub(crate) front: Front,
    pub(crate) sealer: Sealer,
    pub(crate) cursors: Cursors,
    pub(crate) fonts: FontFolder,
    /// Where people sign in; none where they do not.
    pub(crate) provider: Option<Arc<Provider>>,
    pub(crate) clock: Clock,
    /// The origins, separated by blanks, of the pages where buyers pay: forms may lead there.
    pub(crate) payment_origins: Arc<str>,
}

/// The origins, separated by blanks, of the pages where buyers pay, by where Stripe's API is. A stand-in serves its payment
/// pages beside its API; Stripe does not.
pub(crate) fn payment_origins(stripe: &Url) -> Arc<str> {
    match stripe.host_str() {
        Some("api.stripe.com") => STRIPE_CHECKOUT.into(),
        _ => format!("{STRIPE_CHECKOUT} {}", stripe.origin().ascii_serialization()).into(),
    }
}
