//! The pages, as a visitor's browser sees them.

mod account;
mod buying;
mod counting;
pub(crate) mod desk;
mod doors;
mod element;
mod order;
mod presale;
mod refusals;
mod safety;
pub(crate) mod sign_in;
mod sums;
