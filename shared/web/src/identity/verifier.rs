//! Checks tokens.

use std::fmt;

use domain::Code;
use jiff::Timestamp;
use jsonwebtoken::{Validation, decode, decode_header};
use runtime::{ClaimNames, Clock, IdentitySettings, SharedWire, TokenUse};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    Identity,
    claims::Claims,
    crypto,
    keys::{Keys, NoKey},
};
use crate::problem::{Answer, Problem};

/// How far the issuer's clock and ours may differ, in seconds.
const LEEWAY: i64 = 30;

/// Checks who signed a token, for what, for whom, and until when.
pub struct Verifier {
    issuer: String,
    audience: String,
    token_use: TokenUse,
    names: ClaimNames,
    keys: Keys,
    clock: Clock,
}

/// What a token that was checked says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Whom it names.
    pub identity: Identity,
    /// When it expires.
    pub until: Timestamp,
}

#[derive(Deserialize)]
struct TokenBody {
    sub: String,
    exp: i64,
    nbf: Option<i64>,
    #[serde(flatten)]
    others: Claims,
}

impl Verifier {
    /// A verifier that fetches the issuer's keys through `wire` when it needs them first.
    #[must_use]
    pub fn new(settings: &IdentitySettings, wire: SharedWire, clock: Clock) -> Self {
        crypto::install();
        Self {
            issuer: settings.issuer.clone(),
            audience: settings.audience.clone(),
            token_use: settings.token_use,
            names: settings.claims.clone(),
            keys: Keys::new(settings.jwks_url.clone(), wire),
            clock,
        }
    }

    /// Whom `token` names.
    ///
    /// # Errors
    /// 401 `unauthenticated` for a token that is malformed, forged, expired or meant for others; 503 while the issuer's keys
    /// cannot be had.
    pub async fn verify(&self, token: &str) -> Answer<Identity> {
        Ok(self.read(token).await?.identity)
    }

    /// Whom `token` names, and until when.
    ///
    /// # Errors
    /// As with [`verify`](Self::verify).
    pub async fn read(&self, token: &str) -> Answer<Verified> {
        let invalid = || Problem::unauthenticated("The token is not valid");
        let header = decode_header(token).map_err(|_| invalid())?;
        // An extension that must be understood, and is not.
        if header.crit.is_some() {
            return Err(invalid());
        }
        let key = self.keys.find(header.kid.as_deref(), header.alg).await.map_err(|reason| match reason {
            NoKey::Unknown => invalid(),
            NoKey::Unreachable => Problem::new(Code::StoreUnavailable, "Tokens cannot be checked at the moment"),
        })?;
        let mut rules = Validation::new(key.algorithm);
        rules.set_issuer(&[&self.issuer]);
        rules.set_required_spec_claims(&["iss", "exp", "sub"]);
        // Compared below: the audience, whose claim is a setting, and times, with the clock that everything else goes by.
        rules.validate_aud = false;
        rules.validate_exp = false;
        rules.validate_nbf = false;
        let claims = decode::<TokenBody>(token, &key.key, &rules).map_err(|_| invalid())?.claims;
        let is_meant = claims.others.are_of(self.token_use, header.typ.as_deref());
        if !is_meant || !claims.others.are_for(&self.audience, &self.names) {
            return Err(invalid());
        }
        let now = self.clock.now().as_second();
        if now >= claims.exp.saturating_add(LEEWAY) {
            return Err(Problem::unauthenticated("The token has expired"));
        }
        if claims.nbf.is_some_and(|from| now < from.saturating_sub(LEEWAY)) {
            return Err(Problem::unauthenticated("The token is not valid yet"));
        }
        verified(claims, &self.names).ok_or_else(invalid)
    }

    /// Whom the claims of a token name that was checked elsewhere, by the same names of claims. None if they name no one.
    #[must_use]
    pub fn of_claims(&self, claims: Map<String, Value>) -> Option<Verified> {
        verified(serde_json::from_value(Value::Object(claims)).ok()?, &self.names)
    }
}

fn verified(claims: TokenBody, names: &ClaimNames) -> Option<Verified> {
    let until = Timestamp::from_second(claims.exp).unwrap_or(Timestamp::MAX);
    Some(Verified { identity: identity(claims, names)?, until })
}

fn identity(claims: TokenBody, names: &ClaimNames) -> Option<Identity> {
    // It becomes part of keys and log lines.
    let legal = (1..=255).contains(&claims.sub.len()) && !claims.sub.chars().any(char::is_control);
    let roles = claims.others.roles(names).filter(|_| legal)?;
    Some(Identity {
        subject: claims.sub,
        // One that cannot exist gives no rights anywhere.
        organization: claims.others.organization(names),
        roles,
    })
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .finish_non_exhaustive()
    }
}
