//! Stripe's signature.

use hmac::{Hmac, Mac};
use sha2::Sha256;

/// The header `Stripe-Signature` of a body, by <https://docs.stripe.com/webhooks#verify-manually>.
pub(crate) fn header(secret: &str, now: i64, body: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes());
    let mut mac = mac.unwrap_or_else(|error| panic!("a key of any length: {error}"));
    mac.update(format!("{now}.{body}").as_bytes());
    format!("t={now},v1={}", hex::encode(mac.finalize().into_bytes()))
}
