//! An issuer of tokens, for places that have no identity provider: the local stack and the tests.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use ring::{
    rand::SystemRandom,
    signature::{Ed25519KeyPair, KeyPair},
};
use serde::Serialize;
use serde_json::json;

use super::crypto;

/// Signs tokens with a key of its own and publishes that key as a JWKS.
pub struct Issuer {
    key: EncodingKey,
    key_id: String,
    public: String,
}

/// A token that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// The system has no randomness for a key.
    #[error("no key could be made")]
    Key,
    /// The claims are no JSON object.
    #[error("the claims cannot be signed: {0}")]
    Claims(#[from] jsonwebtoken::errors::Error),
}

impl Issuer {
    /// An issuer with a new key.
    ///
    /// # Errors
    /// [`IssueError::Key`] without randomness.
    pub fn generate() -> Result<Self, IssueError> {
        crypto::install();
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| IssueError::Key)?;
        let pair = Ed25519KeyPair::from_pkcs8(document.as_ref()).map_err(|_| IssueError::Key)?;
        let public = URL_SAFE_NO_PAD.encode(pair.public_key());
        Ok(Self { key: EncodingKey::from_ed_der(document.as_ref()), key_id: public.chars().take(8).collect(), public })
    }

    /// The public key, as a JWKS document.
    #[must_use]
    pub fn jwks(&self) -> String {
        json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": self.key_id, "x": self.public}]})
            .to_string()
    }

    /// Signs `claims`, which hold `iss`, `aud`, `exp` and `sub` among others.
    ///
    /// # Errors
    /// [`IssueError::Claims`] if they are no JSON object.
    pub fn issue(&self, claims: &impl Serialize) -> Result<String, IssueError> {
        let header = Header { kid: Some(self.key_id.clone()), ..Header::new(Algorithm::EdDSA) };
        Ok(jsonwebtoken::encode(&header, claims, &self.key)?)
    }
}

impl std::fmt::Debug for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issuer").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}
