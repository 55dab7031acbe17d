//! Refunds: money that goes back to the buyer, with the goods that come back for it.

pub(super) mod given;
pub(super) mod goods;
mod hours;
pub(super) mod observed;
mod parts;
pub(super) mod reason;
pub(super) mod refused;
pub(super) mod requested;
