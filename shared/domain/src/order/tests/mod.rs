//! Tests of the orders: one file for each part, with fixtures and a world to try them in.

mod aftermath;
mod archive;
mod audit;
mod booking;
mod booking_cancel;
mod booking_policy;
mod books;
mod confluence;
mod decide;
mod fixtures;
mod intents;
mod open_holds;
mod parts;
mod properties;
mod reached;
mod refunding;
mod refused;
mod review;
mod time;
mod transitions;
mod violations;
mod words;
mod world;
