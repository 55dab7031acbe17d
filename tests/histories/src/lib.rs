//! Histories: a deterministic simulation of everything that can happen at once.
//!
//! One seed gives one history: buyers, staff and experts who come at the same time, Stripe's events late, lost, twice and in
//! any order, calls that fail in every way, processes that die or are frozen at any of them, clocks that are off. It runs on one
//! thread, in a time of its own, on the functions as they are deployed, over a model of the table that is checked against the
//! embedded one. The same seed gives the same calls and outcomes each time. When it ends, everything has to come to rest, and then
//! the audit, the money and the stock have to hold. A history that fails is shrunk to what it takes.

mod acts;
mod busy;
mod checks;
mod client;
mod dice;
mod fault;
mod outside;
mod plan;
mod process;
mod run;
mod services;
mod settle;
mod shop;
mod shrink;
mod sign;
mod step;
pub mod table;
mod trace;
mod watch;
mod world;

pub use self::{
    dice::Dice,
    fault::{Fault, Planned},
    plan::plan,
    run::{Outcome, play, run},
    shrink::shrink,
    step::{Act, Back, By, End, FUNCTIONS, Function, History, Mode, Offer, SecretOf, Step},
};
