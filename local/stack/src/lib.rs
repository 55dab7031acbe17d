//! The whole system on one machine: the functions behind a gateway, on an embedded table, queue, mailbox and a stand-in
//! for Stripe, with a console for people. It binds to nothing by itself; the binary and the tests do what they need
//! with [`Stack`].

mod background;
mod console;
mod cors;
mod demo;
mod elsewhere;
mod endpoints;
mod functions;
mod gateway;
mod issuer;
mod keep;
mod options;
mod poller;
mod preview;
mod roles;
mod services;
mod settings;
mod stack;
mod start;
#[cfg(test)]
mod tests;
mod wire;

pub use cloud_stand_ins::{self as aws, template};
pub use stripe_stand_in as stripe;

pub use self::{
    gateway::{Answered, Client},
    options::{Options, StackError, TokenFields, Wrap},
    poller::QueueError,
    stack::Stack,
    wire::LocalWire,
};
