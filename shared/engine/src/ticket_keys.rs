//! The keys under which tickets are signed, so that a door without a network can tell a real one.
//!
//! They are made of `TOKEN_SECRET` and the organization, and kept nowhere. Of several secrets the first signs, and the public keys of
//! all of them are given to doors. Once an old one is gone, so is what it signed; by then every door has heard of those tickets.

use std::sync::Arc;

use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD};
use domain::{OrganizationId, SignedTicket};
use ring::{
    hmac,
    signature::{Ed25519KeyPair, KeyPair},
};
use runtime::{Secret, SecretError, SecretSource, Secrets, Settings, SharedWire};

use crate::wiring::{self, StartError};

/// Keeps these keys apart from all else that is made of the same secret.
const PURPOSE: &str = "holdfast ticket key 1";
/// Keeps a signature of a ticket from being one of anything else.
const SIGNED: &str = "holdfast ticket 1\n";

/// Makes an organization's keys of the secret of these settings.
#[derive(Debug, Clone)]
pub struct TicketKeys {
    secrets: Secrets,
    source: Arc<SecretSource>,
}

/// One organization's keys; the first one signs. Without any, tickets are not signed, and say their code alone.
#[derive(Debug, Clone, Default)]
pub struct OrganizationKeys(Arc<[Ed25519KeyPair]>);

impl TicketKeys {
    /// Keys under the secret of these settings, which is read when the first key is needed.
    ///
    /// # Errors
    /// [`StartError`] names the setting that is missing or wrong.
    pub fn build(settings: &Settings, wire: SharedWire) -> Result<Self, StartError> {
        Ok(Self { secrets: wiring::secrets(settings, wire)?, source: Arc::new(settings.token_secret()?) })
    }

    /// An organization's keys.
    ///
    /// # Errors
    /// [`SecretError`] while the secret cannot be had.
    pub async fn of(&self, organization: &OrganizationId) -> Result<OrganizationKeys, SecretError> {
        let secrets = self.secrets.read_list(&self.source).await?;
        Ok(OrganizationKeys::new(&secrets, organization))
    }
}

impl OrganizationKeys {
    fn new(secrets: &[Secret], organization: &OrganizationId) -> Self {
        let pair = |secret: &Secret| {
            let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes());
            let seed = hmac::sign(&key, format!("{PURPOSE}\n{organization}").as_bytes());
            // Fails for seeds of another length alone.
            Ed25519KeyPair::from_seed_unchecked(seed.as_ref()).ok()
        };
        Self(secrets.iter().filter_map(pair).collect())
    }

    /// What a ticket's QR code says.
    #[must_use]
    pub fn sign(&self, ticket: &SignedTicket) -> String {
        let text = ticket.text();
        match self.0.first() {
            Some(pair) => {
                let signature = pair.sign(format!("{SIGNED}{text}").as_bytes());
                format!("{text}.{}", BASE32_NOPAD.encode(signature.as_ref()))
            }
            None => ticket.code.to_string(),
        }
    }

    /// The public keys that vouch for tickets, in Base64 of the kind for addresses.
    #[must_use]
    pub fn public(&self) -> Vec<String> {
        self.0.iter().map(|pair| BASE64URL_NOPAD.encode(pair.public_key().as_ref())).collect()
    }
}

#[cfg(test)]
mod tests {
    use domain::{ListingId, OfferId, TicketCode};
    use ring::signature::{ED25519, UnparsedPublicKey};

    use super::*;

    fn keys(secrets: &[&str], organization: &str) -> OrganizationKeys {
        let secrets: Vec<_> = secrets.iter().map(|secret| Secret::new(*secret)).collect();
        OrganizationKeys::new(&secrets, &OrganizationId::parse(organization).expect("an id"))
    }

    fn ticket() -> SignedTicket {
        SignedTicket {
            code: TicketCode::parse("V4ILXWLL6MSB7LSODF5J").expect("a code"),
            listing: ListingId::parse("summer-show").expect("an id"),
            offer: OfferId::parse("general").expect("an id"),
        }
    }

    fn vouches(public: &str, said: &str) -> bool {
        let (text, signature) = said.rsplit_once('.').expect("a signature");
        let key = BASE64URL_NOPAD.decode(public.as_bytes()).expect("a key");
        let signature = BASE32_NOPAD.decode(signature.as_bytes()).expect("a signature");
        UnparsedPublicKey::new(&ED25519, key).verify(format!("{SIGNED}{text}").as_bytes(), &signature).is_ok()
    }

    #[test]
    fn a_signed_ticket_is_its_organizations_and_says_what_it_is_for() {
        let own = keys(&["a secret"], "riverside");
        let said = own.sign(&ticket());
        assert!(said.starts_with("V4ILXWLL6MSB7LSODF5J.SUMMER-SHOW.GENERAL."), "{said}");
        assert!(said.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || "-.".contains(c)), "{said}");
        assert_eq!(own.sign(&ticket()), said, "printed twice it is the same");
        assert!(vouches(&own.public()[0], &said));
        assert!(!vouches(&own.public()[0], &said.replace("SUMMER", "WINTER")));
        for other in [keys(&["a secret"], "globex"), keys(&["another"], "riverside")] {
            assert!(!vouches(&other.public()[0], &said));
        }
    }

    #[test]
    fn while_the_secret_changes_both_keys_vouch() {
        let (old, both) = (keys(&["old"], "riverside"), keys(&["new", "old"], "riverside"));
        assert_eq!(both.public().len(), 2);
        assert!(vouches(&both.public()[1], &old.sign(&ticket())) && vouches(&both.public()[0], &both.sign(&ticket())));
    }
}
