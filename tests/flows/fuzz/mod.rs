//! What clients, Stripe and AWS send, changed in one place: no answer is a fault of ours, no refusal leaves a trace, and
//! nothing is believed that was not signed.
//!
//! Each test makes a few hundred cases; `PROPTEST_CASES` makes it another number.

mod checkout;
mod envelopes;
mod generate;
mod pages;
mod requests;
mod signatures;
mod tokens;
