//! What is published: the API's description, the README, the lists of requirements, promises and planted bugs, and what
//! these rest on.

mod checks;
mod claims;
pub(crate) mod coverage;
mod deploy;
mod description;
mod endpoint;
mod found;
mod odd_bytes;
mod openapi;
mod pictures;
pub(crate) mod readme;
mod reads;
mod runbook;
