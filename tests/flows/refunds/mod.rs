//! Money that goes back to buyers, and what seller and platform then owe each other.

mod canceled_listing;
mod splits;
mod staff;
mod stripe_refusals;
