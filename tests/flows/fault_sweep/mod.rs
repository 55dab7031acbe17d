//! The fault sweep: every flow that moves money or stock, broken at each single outward call in every way there is; then
//! the client's repeat, Stripe's repeats and the sweeper; and then nothing may be wrong.
//!
//! A dry run counts a flow's calls. Each combination of call, fault and whether it lasts gets a world of its own, on a
//! runtime with paused time, so that the clients' own repeats and time limits take none.

mod bookings;
mod exports;
mod forms;
mod hand_over;
mod hours;
mod intents;
mod mails;
mod pages;
mod reviews;
mod search;
mod splits;
mod stage;
mod sweep;
mod taxes;
mod tickets;
