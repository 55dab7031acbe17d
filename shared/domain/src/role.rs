//! What people may do in an organization, by the claims of its issuer.

use serde::{Deserialize, Serialize};

/// What a token's holder may do. Without any they are a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Everything, in every organization.
    Platform,
    /// Everything in their organization.
    Admin,
    /// Orders, refunds and the door of their organization.
    Staff,
    /// Their own slots, in their organization.
    Expert,
}

impl Role {
    /// The role that a claim names, if it is one.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Platform, Self::Admin, Self::Staff, Self::Expert].into_iter().find(|role| role.as_str() == name)
    }

    /// The word of a claim.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::Admin => "admin",
            Self::Staff => "staff",
            Self::Expert => "expert",
        }
    }

    /// Whether who has this role may do what asks for `needed`, within one organization.
    #[must_use]
    pub fn covers(self, needed: Self) -> bool {
        match self {
            Self::Platform => true,
            Self::Admin => matches!(needed, Self::Admin | Self::Staff),
            Self::Staff | Self::Expert => self == needed,
        }
    }
}
