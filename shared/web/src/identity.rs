//! Who is calling, and what they may do.

mod caller;
mod claims;
mod crypto;
mod issuer;
mod keys;
mod token_kind;
mod verifier;

use std::collections::BTreeSet;

pub use domain::Role;
use domain::{Actor, OrganizationId, Staff};

pub use self::{
    caller::{Caller, bearer, require_bearer},
    issuer::{IssueError, Issuer},
    token_kind::TokenKind,
    verifier::{Verified, Verifier},
};
use crate::problem::{Answer, Problem};

/// Whom a valid token names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The issuer's name for them: 1 to 255 characters, none of them a control character.
    pub subject: String,
    /// The organization that their roles are in.
    pub organization: Option<OrganizationId>,
    /// What they may do there.
    pub roles: BTreeSet<Role>,
}

impl Identity {
    /// Who acts with this token.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::person(&self.subject)
    }

    /// Who acts for an organization with this token.
    #[must_use]
    pub fn staff(&self) -> Staff {
        Staff { by: self.actor(), roles: self.roles.clone() }
    }

    /// Whether they are the platform itself.
    #[must_use]
    pub fn is_platform(&self) -> bool {
        self.roles.contains(&Role::Platform)
    }

    /// Whether they have `role` in `organization`, or one that includes it: admins may do what staff may, and the platform
    /// everything.
    #[must_use]
    pub fn has_org_role(&self, organization: &OrganizationId, role: Role) -> bool {
        let here = self.organization.as_ref() == Some(organization);
        self.is_platform() || here && self.roles.iter().any(|own| own.covers(role))
    }

    /// Requires [`has_org_role`](Self::has_org_role).
    ///
    /// # Errors
    /// 403 `forbidden`.
    pub fn require_org_role(&self, organization: &OrganizationId, role: Role) -> Answer<()> {
        self.require_any_org_role(organization, &[role])
    }

    /// Requires one of several roles in `organization`.
    ///
    /// # Errors
    /// 403 `forbidden`.
    pub fn require_any_org_role(&self, organization: &OrganizationId, roles: &[Role]) -> Answer<()> {
        if roles.iter().any(|&role| self.has_org_role(organization, role)) { Ok(()) } else { Err(Problem::forbidden()) }
    }

    /// Requires the platform.
    ///
    /// # Errors
    /// 403 `forbidden`.
    pub fn require_platform(&self) -> Answer<()> {
        if self.is_platform() { Ok(()) } else { Err(Problem::forbidden()) }
    }
}

#[cfg(test)]
mod tests;
