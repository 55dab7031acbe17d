//! The platform's secret key: read for each call, so that a rotation needs no restart.

use http::HeaderValue;
use runtime::{SecretSource, Secrets};

use crate::{CallError, Secret};

/// A configuration that no call could be made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The base is no absolute URL.
    #[error("Stripe's API base must be an absolute http or https URL")]
    ApiBase,
    /// The key is empty or has characters that no key has.
    #[error("Stripe's secret key is none")]
    SecretKey,
}

/// Where the platform's secret key is to be had.
#[derive(Debug, Clone)]
pub enum KeySource {
    /// This one, for as long as the process lives.
    Fixed(Secret),
    /// Wherever the setting says. What was fetched is kept for a while; a key that Stripe refuses is fetched anew at once.
    Stored {
        /// What reads it.
        secrets: Secrets,
        /// The ARN, or the text itself.
        source: SecretSource,
    },
}

impl KeySource {
    /// The key as it is known now.
    pub(crate) async fn read(&self) -> Result<Secret, CallError> {
        match self {
            Self::Fixed(key) => Ok(key.clone()),
            // Boxed, like the other one: fetching is rare, and its future is large.
            Self::Stored { secrets, source } => {
                Box::pin(secrets.read(source)).await.map_err(|error| CallError::NotSent(error.to_string()))
            }
        }
    }

    /// Another key than `refused`, if there is one by now.
    pub(crate) async fn another(&self, refused: &Secret) -> Option<Secret> {
        match self {
            Self::Fixed(_) => None,
            Self::Stored { secrets, source } => {
                let fresh = Box::pin(secrets.refresh(source, refused)).await.ok()?;
                Some(fresh).filter(|fresh| fresh != refused)
            }
        }
    }
}

/// The header that shows the key, marked as sensitive, so that its debug does not show it.
pub(crate) fn authorization(key: &Secret) -> Result<HeaderValue, ConfigError> {
    let key = key.expose();
    if key.is_empty() || !key.chars().all(|c| c.is_ascii_graphic()) {
        return Err(ConfigError::SecretKey);
    }
    let mut value = HeaderValue::from_str(&format!("Bearer {key}")).map_err(|_| ConfigError::SecretKey)?;
    value.set_sensitive(true);
    Ok(value)
}

/// Whether a key is for real money; none if its form does not say.
pub(crate) fn livemode(key: &Secret) -> Option<bool> {
    let begins = |mode: &str| ["sk", "rk"].iter().any(|kind| key.expose().starts_with(&format!("{kind}_{mode}_")));
    begins("live").then_some(true).or_else(|| begins("test").then_some(false))
}

#[cfg(test)]
mod tests {
    use super::livemode;
    use crate::Secret;

    #[test]
    fn a_key_shows_its_mode() {
        for (key, mode) in [
            ("sk_test_1", Some(false)),
            ("rk_test_1", Some(false)),
            ("sk_live_1", Some(true)),
            ("rk_live_1", Some(true)),
            ("sk_1", None),
            ("", None),
        ] {
            assert_eq!(livemode(&Secret::new(key)), mode, "{key}");
        }
    }
}
