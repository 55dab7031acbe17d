//! What a token's claims say, by whichever names its issuer has for them.

use std::collections::BTreeSet;

use domain::OrganizationId;
use runtime::{ClaimNames, TokenUse};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Role, token_kind::TokenKind};

/// The claims that a token's issuer chose, beside those that every token has.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct Claims(Map<String, Value>);

impl Claims {
    /// Whether the token is meant for `audience`: it is the claim, or among those that the claim lists. A token that names its client
    /// may name an audience, too, which then has to be this one, as API Gateway has it: it is bound to that resource.
    pub(super) fn are_for(&self, audience: &str, names: &ClaimNames) -> bool {
        let names_us = |claim: &str| match self.find(claim)? {
            Value::String(one) => Some(one == audience),
            Value::Array(several) => Some(several.iter().any(|one| one == audience)),
            _ => Some(false),
        };
        names_us(&names.audience) == Some(true) && names_us("aud") != Some(false)
    }

    /// Whether the token is of the kind that callers are to bring, or does not say of which it is.
    pub(super) fn are_of(&self, meant: TokenUse, header: Option<&str>) -> bool {
        TokenKind::of(header, &self.0).is_none_or(|kind| kind.is_meant(meant))
    }

    /// The roles: an array, words in one text, or as API Gateway renders an array, `[a b]`. Roles that mean nothing here are
    /// left out, because an issuer has others for other systems. None for a claim of another form, which no issuer of ours
    /// writes.
    pub(super) fn roles(&self, names: &ClaimNames) -> Option<BTreeSet<Role>> {
        match self.find(&names.roles) {
            None => Some(BTreeSet::new()),
            Some(Value::Array(list)) => {
                let texts: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
                Some(texts?.into_iter().filter_map(Role::parse).collect())
            }
            Some(Value::String(words)) => {
                let words = words.trim_start_matches('[').trim_end_matches(']');
                Some(words.split(|c: char| c.is_whitespace() || c == ',').filter_map(Role::parse).collect())
            }
            Some(_) => None,
        }
    }

    /// The organization: a text; or of a list, as groups are, the one entry that names an organization and no role; or an
    /// object's one such key, as Keycloak writes it. Of several none is taken: then the token gives no rights anywhere.
    pub(super) fn organization(&self, names: &ClaimNames) -> Option<OrganizationId> {
        let among = |texts: &mut dyn Iterator<Item = &str>| {
            let mut found =
                texts.filter(|text| Role::parse(text).is_none()).filter_map(|text| OrganizationId::parse(text).ok());
            found.next().filter(|_| found.next().is_none())
        };
        match self.find(&names.organization)? {
            Value::String(name) => OrganizationId::parse(name.as_str()).ok(),
            Value::Array(list) => among(&mut list.iter().filter_map(Value::as_str)),
            Value::Object(fields) => among(&mut fields.keys().map(String::as_str)),
            _ => None,
        }
    }

    fn find(&self, name: &str) -> Option<&Value> {
        find(&self.0, name).filter(|value| !value.is_null())
    }
}

/// What is under a name: the claim that is called so, as a namespaced one with dots in it may be; or else, dots taken for ways
/// into objects, what is there.
fn find<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    fields.get(name).or_else(|| {
        name.match_indices('.').find_map(|(at, _)| {
            let (outer, inner) = (name.get(..at)?, name.get(at + 1..)?);
            find(fields.get(outer)?.as_object()?, inner)
        })
    })
}
