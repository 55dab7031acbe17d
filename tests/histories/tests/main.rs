//! Histories in the test command: some hundred seeds, the same seed twice, the model of the table against the embedded one.

mod differential;
mod found;
mod hundreds;
mod operations;
mod same;
