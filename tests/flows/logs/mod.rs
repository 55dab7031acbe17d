//! Log lines, and the audit trail.

mod lines;
pub(crate) mod orders;
mod trail;
