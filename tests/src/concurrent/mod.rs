//! Clients at once over HTTP, what each of them saw, and whether one sequence explains it.

mod checker;
mod clients;

pub use self::{
    checker::{Action, Answered, Operation, explains},
    clients::{Run, Runs},
};
