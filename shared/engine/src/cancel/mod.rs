//! Canceling a listing: the sale closes at once ([`listing`]), its orders are refunded in the background ([`job`]), one by one
//! ([`order`]).

mod job;
mod listing;
mod order;
pub(crate) mod preview;
