//! Stripe's API, as far as setting up needs it.

use bytes::Bytes;
use http::{HeaderValue, Method, Request};
use payments::events::API_VERSION;
use runtime::{AwsSettings, Secret, Secrets, Settings, SharedWire, StripeSettings, aws};
use serde_json::Value;
use url::Url;

use crate::address;

/// Stripe, and the key that opens it.
pub(crate) struct StripeApi {
    base: Url,
    key: Secret,
    wire: SharedWire,
}

/// Why there is no object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NoObject {
    /// Stripe refuses with that status, in these words.
    Refused(u16, String),
    /// There is no answer.
    Silent(String),
}

impl std::fmt::Display for NoObject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(status, message) => write!(f, "Stripe answers {status}: {message}"),
            Self::Silent(problem) => f.write_str(problem),
        }
    }
}

impl StripeApi {
    /// By the settings of a function: `STRIPE_SECRET_KEY`, or `STRIPE_SECRET_KEY_ARN` for the key that a stack has.
    pub(crate) async fn open(settings: &Settings, wire: &SharedWire) -> Result<Self, String> {
        let StripeSettings { api_base, key } = StripeSettings::parse(settings).map_err(|error| error.to_string())?;
        let key = match key.value() {
            Some(key) => key.clone(),
            None => {
                let aws = AwsSettings::parse(settings).map_err(|error| error.to_string())?;
                let wire = wire.clone();
                let secrets = Secrets::new(move || aws::secrets_manager(&aws, wire));
                Box::pin(secrets.read(&key)).await.map_err(|error| error.to_string())?
            }
        };
        Ok(Self { base: api_base, key, wire: wire.clone() })
    }

    /// Whether the key is for real money.
    pub(crate) fn is_live(&self) -> bool {
        self.key.expose().contains("_live_")
    }

    /// Whether the key has only the rights that it was given.
    pub(crate) fn is_restricted(&self) -> bool {
        self.key.expose().starts_with("rk_")
    }

    /// Makes one call. Its fields go into the query, or into a form.
    pub(crate) async fn call(&self, method: Method, path: &str, fields: &[(&str, &str)]) -> Result<Value, NoObject> {
        let silent = |problem: String| NoObject::Silent(problem);
        let mut url = address::below(&self.base, path).map_err(silent)?;
        let form = serde_urlencoded::to_string(fields).map_err(|error| silent(error.to_string()))?;
        let in_body = method == Method::POST;
        if !in_body && !form.is_empty() {
            url.set_query(Some(&form));
        }
        let mut key = HeaderValue::from_str(&format!("Bearer {}", self.key.expose()))
            .map_err(|_| silent("the key cannot be sent".to_owned()))?;
        key.set_sensitive(true);
        let request = Request::builder()
            .method(method)
            .uri(url.as_str())
            .header("authorization", key)
            .header("stripe-version", API_VERSION)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Bytes::from(if in_body { form } else { String::new() }))
            .map_err(|error| silent(error.to_string()))?;
        let answer = address::send(&self.wire, request).await.map_err(silent)?;
        let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
        if answer.status().is_success() {
            Ok(body)
        } else {
            let message = body["error"]["message"].as_str().unwrap_or("without words");
            Err(NoObject::Refused(answer.status().as_u16(), masked(message)))
        }
    }
}

/// A message without what may be a part of a key: Stripe's messages show the ends of keys.
fn masked(message: &str) -> String {
    let is_key = |word: &str| ["sk_", "rk_", "pk_", "whsec_"].iter().any(|beginning| word.contains(beginning));
    message.split(' ').map(|word| if is_key(word) { "***" } else { word }).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn messages_show_no_part_of_a_key() {
        assert_eq!(
            masked("Invalid API Key provided: sk_test_***abcd (see 'rk_live_1')"),
            "Invalid API Key provided: *** (see ***"
        );
        assert_eq!(masked("No such charge"), "No such charge");
    }
}
