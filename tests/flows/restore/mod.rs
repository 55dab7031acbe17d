//! The table is set back, Stripe is not: what the operator's command finds and mends.

mod audited;
mod broken;
mod drill;
mod lists;
mod stage;
mod table;
