//! Stripe's signature, made by hand where a test needs one that the stand-in would not make.

use hmac::{Hmac, Mac};
use sha2::Sha256;

/// The secret of the local stack.
pub const SECRET: &str = "whsec_local";

/// One `v1` signature of a body at a time.
#[must_use]
pub fn v1(secret: &str, seconds: i64, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key of any length");
    mac.update(format!("{seconds}.{body}").as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

/// The header `Stripe-Signature`.
#[must_use]
pub fn header(secret: &str, seconds: i64, body: &str) -> String {
    format!("t={seconds},v1={}", v1(secret, seconds, body))
}
