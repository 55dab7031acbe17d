//! How Stripe is reached.

use std::time::Duration;

use runtime::Chance;

use crate::{KeySource, Secret};

/// How Stripe is reached.
#[derive(Debug, Clone)]
pub struct StripeConfig {
    /// Where Stripe's API is, as `https://api.stripe.com/`.
    pub api_base: String,
    /// The platform's secret key.
    pub key: KeySource,
    /// How long one try may take.
    pub attempt_timeout: Duration,
    /// How long a call may take, pauses included. Well within the function's own limit.
    pub total_timeout: Duration,
    /// How often a call is tried at most.
    pub max_attempts: u32,
    /// Where the lengths of pauses between tries come from.
    pub chance: Chance,
}

impl StripeConfig {
    /// The usual limits: three tries of four seconds, nine seconds in all.
    #[must_use]
    pub fn new(api_base: impl Into<String>, secret_key: Secret) -> Self {
        Self::with_key(api_base, KeySource::Fixed(secret_key))
    }

    /// The same limits, with a key that may change while the process lives.
    #[must_use]
    pub fn with_key(api_base: impl Into<String>, key: KeySource) -> Self {
        Self {
            api_base: api_base.into(),
            key,
            attempt_timeout: Duration::from_secs(4),
            total_timeout: Duration::from_secs(9),
            max_attempts: 3,
            chance: Chance::new(),
        }
    }
}
