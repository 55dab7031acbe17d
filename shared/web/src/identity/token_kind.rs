//! What a token is for, by its own word. An issuer signs access tokens and ID tokens with the same keys, and may name the same
//! audience in both, so that a good signature for the right audience does not tell them apart.
//!
//! | who | an access token | an ID token |
//! |---|---|---|
//! | RFC 9068 | header `typ`: `at+jwt` | |
//! | OpenID Connect Core 2 and 3.3.2.11 | | `nonce`, `at_hash`, `c_hash` |
//! | Cognito | `token_use`: `access`, no `aud` unless it is bound to a resource | `token_use`: `id`, no `client_id` |
//! | Keycloak | claim `typ`: `Bearer` | claim `typ`: `ID`; `Refresh` and others are neither |
//! | Auth0 | `scope`; `aud` is the API | `nonce`; `aud` is the client |
//! | Entra | `scp` | `nonce` |

use runtime::TokenUse;
use serde_json::{Map, Value};

/// What a token says that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// It opens an API.
    Access,
    /// It says to a client who has signed in.
    Id,
    /// It is for something else, such as getting new tokens or ending a session.
    Other,
}

impl TokenKind {
    /// What a token with this `typ` in its header, and with these claims, says that it is; none for one that does not say, as those
    /// of simple issuers do not.
    #[must_use]
    pub fn of(header: Option<&str>, claims: &Map<String, Value>) -> Option<Self> {
        let header = header.map(|kind| kind.to_ascii_lowercase());
        match header.as_deref().map(|kind| kind.strip_prefix("application/").unwrap_or(kind)) {
            None | Some("jwt") => {}
            Some("at+jwt") => return Some(Self::Access),
            Some(_) => return Some(Self::Other),
        }
        let said = |name: &str| claims.get(name).filter(|value| !value.is_null());
        if let Some(token_use) = said("token_use") {
            return Some(Self::named(token_use, "access", "id"));
        }
        if let Some(kind) = said("typ") {
            return Some(Self::named(kind, "Bearer", "ID"));
        }
        if ["nonce", "at_hash", "c_hash"].into_iter().any(|name| said(name).is_some()) {
            return Some(Self::Id);
        }
        ["scope", "scp"].into_iter().any(|name| said(name).is_some()).then_some(Self::Access)
    }

    fn named(value: &Value, access: &str, id: &str) -> Self {
        match value.as_str() {
            Some(kind) if kind == access => Self::Access,
            Some(kind) if kind == id => Self::Id,
            _ => Self::Other,
        }
    }

    /// Whether a token of this kind may be brought where these are meant.
    #[must_use]
    pub fn is_meant(self, meant: TokenUse) -> bool {
        matches!((self, meant), (Self::Access, TokenUse::Access) | (Self::Id, TokenUse::Id))
    }
}
