//! What is published: the API's description, the README, the list of requirements.

pub(crate) mod coverage;
mod deploy;
mod endpoint;
mod found;
mod odd_bytes;
mod openapi;
mod readme;
