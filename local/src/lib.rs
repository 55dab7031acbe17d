//! The whole system on one machine: the functions behind a gateway, on an embedded table, queue, mailbox and a stand-in
//! for Stripe, with a console for people. It binds to nothing by itself; the binary and the tests do what they need
//! with [`Stack`].

pub mod aws;
mod console;
mod cors;
mod demo;
mod endpoints;
mod gateway;
mod stack;
pub mod stripe;
pub mod template;
mod wire;

pub use gateway::{Answered, Client};
pub use stack::{Options, QueueError, Stack, StackError, TokenFields, Wrap};
pub use wire::LocalWire;
