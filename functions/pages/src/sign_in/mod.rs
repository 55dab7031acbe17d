//! Signing in at an OpenID Connect issuer: code flow with PKCE.
//!
//! There is no item for it in the table. What was asked of the issuer waits in a sealed cookie for the way back, and who was signed in
//! is part of the session. If the process dies on the way, the visitor begins again.

pub(crate) mod attempts;
pub(crate) mod person;
pub(crate) mod provider;
