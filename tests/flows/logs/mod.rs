//! Log lines, and the audit trail.

mod lines;
mod orders;
mod trail;
