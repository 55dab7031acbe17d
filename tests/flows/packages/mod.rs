//! Packages of hours, and the balance of a customer.

mod hours;
mod ledger;
mod money_back;
