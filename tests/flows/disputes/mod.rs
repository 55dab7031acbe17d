//! Payments that a buyer's bank takes back.

mod bank;
