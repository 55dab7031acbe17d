//! Whether a webhook's body is Stripe's, untouched and recent.
//!
//! Verify the raw bytes before anything reads them. A header may carry several `v1` entries and the shell may know
//! several secrets: both happen while a secret is being rolled, and any match is good. Entries of other schemes are
//! ignored.

use crate::Secret;
use hmac::{Hmac, Mac};
use jiff::Timestamp;
use sha2::Sha256;

/// How far a signature's time may lie from ours, either way. Without a limit, a recorded request could be
/// played again at any later time.
pub const TOLERANCE_SECONDS: i64 = 300;

/// Why a body is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The request has no such header.
    #[error("the Stripe-Signature header is missing")]
    Missing,
    /// The header is not a signature.
    #[error("the Stripe-Signature header cannot be read")]
    Malformed,
    /// None of the signatures was made with one of the secrets over these bytes.
    #[error("the signature does not match")]
    NoMatch,
    /// Signed too long ago.
    #[error("the signature is too old")]
    TooOld,
    /// Signed in the future.
    #[error("the signature lies in the future")]
    TooNew,
}

/// Checks that `body` was signed with one of `secrets` within [`TOLERANCE_SECONDS`] of `now`.
///
/// # Errors
/// [`SignatureError`]; the body is then to be thrown away unread. The age is judged only after the signature matched,
/// so [`SignatureError::TooOld`] means a real but stale message.
pub fn verify(secrets: &[Secret], header: Option<&str>, body: &[u8], now: Timestamp) -> Result<(), SignatureError> {
    let header = Header::parse(header.filter(|header| !header.trim().is_empty()).ok_or(SignatureError::Missing)?)?;
    let mut matched = false;
    // An empty secret is one that everybody knows.
    for secret in secrets.iter().filter(|secret| !secret.expose().is_empty()) {
        let mac = mac(secret.expose(), header.time, body);
        for signature in &header.signatures {
            // Compared in constant time; all are compared, whatever matched before.
            matched |= mac.clone().verify_slice(signature).is_ok();
        }
    }
    if !matched {
        return Err(SignatureError::NoMatch);
    }
    let age = now.as_second().saturating_sub(header.seconds);
    if age > TOLERANCE_SECONDS {
        Err(SignatureError::TooOld)
    } else if age < -TOLERANCE_SECONDS {
        Err(SignatureError::TooNew)
    } else {
        Ok(())
    }
}

/// The header that Stripe would send with `body`, for local tools and tests.
#[must_use]
pub fn sign(secret: &str, body: &[u8], at: Timestamp) -> String {
    let time = at.as_second().to_string();
    let signature = hex::encode(mac(secret, &time, body).finalize().into_bytes());
    format!("t={time},v1={signature}")
}

struct Header<'a> {
    /// The time as it stands in the header, because that text is what was signed.
    time: &'a str,
    seconds: i64,
    signatures: Vec<Vec<u8>>,
}

impl<'a> Header<'a> {
    fn parse(header: &'a str) -> Result<Self, SignatureError> {
        let mut time = None;
        let mut signatures = Vec::new();
        for part in header.split(',') {
            let (name, value) = part.trim().split_once('=').ok_or(SignatureError::Malformed)?;
            match name {
                "t" if time.is_none() => time = Some(value),
                "t" => return Err(SignatureError::Malformed),
                // What is no hexadecimal matches nothing, but a good entry may stand beside it.
                "v1" => signatures.extend(hex::decode(value)),
                _ => {}
            }
        }
        let time = time.ok_or(SignatureError::Malformed)?;
        let seconds = time.parse().map_err(|_| SignatureError::Malformed)?;
        if signatures.is_empty() { Err(SignatureError::Malformed) } else { Ok(Self { time, seconds, signatures }) }
    }
}

fn mac(secret: &str, time: &str, body: &[u8]) -> Hmac<Sha256> {
    // HMAC takes keys of any length.
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key of any length");
    mac.update(time.as_bytes());
    mac.update(b".");
    mac.update(body);
    mac
}

#[cfg(test)]
mod tests {
    use crate::Secret;
    use jiff::{SignedDuration, Timestamp};

    use super::{SignatureError, sign, verify};

    const BODY: &[u8] = br#"{"id":"evt_1"}"#;

    fn now() -> Timestamp {
        Timestamp::from_second(1_790_000_000).expect("a time")
    }

    fn secrets(all: &[&str]) -> Vec<Secret> {
        all.iter().map(|text| Secret::new(*text)).collect()
    }

    fn v1(header: &str) -> &str {
        header.split_once(',').expect("two parts").1
    }

    #[test]
    fn what_stripe_signed_is_believed() {
        let header = sign("whsec_a", BODY, now());
        assert_eq!(verify(&secrets(&["whsec_a"]), Some(&header), BODY, now()), Ok(()));
    }

    #[test]
    fn a_known_signature_is_made() {
        // printf '1790000000.{}' | openssl dgst -sha256 -hmac whsec_test
        let at = Timestamp::from_second(1_790_000_000).expect("a time");
        assert_eq!(sign("whsec_test", b"{}", at), KNOWN);
    }

    const KNOWN: &str = "t=1790000000,v1=1c2847ad1f8158a1da978f36627ac1f07f7fd027321ac9ad40bccc06743f8396";

    #[test]
    fn any_v1_entry_and_any_secret_will_do() {
        let old = sign("whsec_old", BODY, now());
        let new = sign("whsec_new", BODY, now());
        for header in [format!("{old},{}", v1(&new)), format!("{new},{}", v1(&old)), format!("{old},v0=zz,v1=zz")] {
            assert_eq!(verify(&secrets(&["whsec_old"]), Some(&header), BODY, now()), Ok(()), "{header}");
        }
        assert_eq!(verify(&secrets(&["whsec_new", "whsec_old"]), Some(&old), BODY, now()), Ok(()));
        assert_eq!(verify(&secrets(&["whsec_new"]), Some(&old), BODY, now()), Err(SignatureError::NoMatch));
    }

    #[test]
    fn one_changed_byte_is_found() {
        let header = sign("whsec_a", BODY, now());
        let secrets = secrets(&["whsec_a"]);
        assert_eq!(verify(&secrets, Some(&header), b"{\"id\": \"evt_1\"}", now()), Err(SignatureError::NoMatch));
        let later = header.replace("t=1790000000", "t=1790000001");
        assert_eq!(verify(&secrets, Some(&later), BODY, now()), Err(SignatureError::NoMatch));
    }

    #[test]
    fn age_counts_in_both_directions() {
        let secrets = secrets(&["whsec_a"]);
        let at = |seconds: i64| sign("whsec_a", BODY, now() + SignedDuration::from_secs(seconds));
        assert_eq!(verify(&secrets, Some(&at(-300)), BODY, now()), Ok(()));
        assert_eq!(verify(&secrets, Some(&at(300)), BODY, now()), Ok(()));
        assert_eq!(verify(&secrets, Some(&at(-301)), BODY, now()), Err(SignatureError::TooOld));
        assert_eq!(verify(&secrets, Some(&at(301)), BODY, now()), Err(SignatureError::TooNew));
    }

    #[test]
    fn no_header_and_no_secret_match_nothing() {
        let good = sign("whsec_a", BODY, now());
        assert_eq!(verify(&secrets(&["whsec_a"]), None, BODY, now()), Err(SignatureError::Missing));
        assert_eq!(verify(&secrets(&["whsec_a"]), Some(" "), BODY, now()), Err(SignatureError::Missing));
        assert_eq!(verify(&[], Some(&good), BODY, now()), Err(SignatureError::NoMatch));
        let empty = sign("", BODY, now());
        assert_eq!(verify(&secrets(&[""]), Some(&empty), BODY, now()), Err(SignatureError::NoMatch));
        for bad in ["t=1", "v1=00", "t=x,v1=00", "nonsense", "t=1,t=2,v1=00", "t=1,v1=zz"] {
            assert_eq!(verify(&secrets(&["whsec_a"]), Some(bad), BODY, now()), Err(SignatureError::Malformed), "{bad}");
        }
    }

    mod fuzz {
        use proptest::prelude::*;

        use super::*;

        proptest! {
            #[test]
            fn no_header_panics(header in "\\PC{0,80}") {
                prop_assert!(verify(&secrets(&["whsec_a"]), Some(&header), BODY, now()).is_err());
            }

            #[test]
            fn no_other_bit_is_believed(
                body in prop::collection::vec(any::<u8>(), 1..80),
                at in any::<prop::sample::Index>(),
                bit in 0_u8..8,
                in_header in any::<bool>(),
            ) {
                let header = sign("whsec_a", &body, now());
                prop_assert_eq!(verify(&secrets(&["whsec_a"]), Some(&header), &body, now()), Ok(()));
                let mut bytes = if in_header { header.clone().into_bytes() } else { body.clone() };
                let at = at.index(bytes.len());
                bytes[at] ^= 1 << bit;
                let (other_header, other_body) = if in_header { (String::from_utf8(bytes).ok(), body) } else { (Some(header.clone()), bytes) };
                let Some(other_header) = other_header else { return Ok(()) };
                if verify(&secrets(&["whsec_a"]), Some(&other_header), &other_body, now()).is_ok() {
                    // Hexadecimal digits mean the same in capitals.
                    prop_assert!(in_header && other_header.to_lowercase() == header, "{other_header}");
                }
            }
        }
    }
}
