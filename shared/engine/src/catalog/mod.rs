//! Changing what is for sale, one file for each thing.
//!
//! Each change reads what was there, decides, and writes on condition that it is still that. If the process dies before
//! the write, nothing changed; if it dies after it, the files say what is left to do, and the same change again does it.

pub(crate) mod base;
mod copy;
mod listing;
pub(crate) mod offer;
mod organization;
mod presale;
mod promo;
mod refused;
mod slots;
