//! The kinds of items, one file each: what it is, its key, its attributes, the indexes it is in and why, when it goes,
//! and an example. `docs/table.md` shows all of them; a test writes that page from here.
//!
//! A new kind is a new file with `ENTITY`, `key`, what makes its item, and `described`, and a line in `page::all`.

pub(crate) mod account;
pub(crate) mod attempts;
pub(crate) mod balance;
pub(crate) mod booking;
pub(crate) mod buyer_tickets;
pub(crate) mod call;
pub(crate) mod cancel_job;
pub(crate) mod check_job;
mod codec;
pub(crate) mod customer;
pub(crate) mod customer_order;
pub(crate) mod daily_refund;
pub(crate) mod daily_sale;
pub(crate) mod declines;
#[cfg(test)]
mod described;
pub(crate) mod device;
pub(crate) mod dispute;
pub(crate) mod entry;
pub(crate) mod erasure_job;
pub(crate) mod event;
#[cfg(test)]
pub(crate) mod examples;
pub(crate) mod expert_day;
pub(crate) mod export_job;
pub(crate) mod holds;
pub(crate) mod idempotency;
pub(crate) mod job;
pub(crate) mod listing;
pub(crate) mod log_entry;
pub(crate) mod mail_key;
pub(crate) mod mailing;
pub(crate) mod mailing_job;
pub(crate) mod notification;
pub(crate) mod number;
pub(crate) mod offer;
pub(crate) mod order;
pub(crate) mod order_listing;
pub(crate) mod organization;
#[cfg(test)]
mod page;
pub(crate) mod presale;
pub(crate) mod promo;
pub(crate) mod receipt;
mod reference;
pub(crate) mod restore_job;
pub(crate) mod review;
pub(crate) mod sale;
pub(crate) mod search_entry;
pub(crate) mod search_state;
pub(crate) mod stock;
pub(crate) mod stripe;
pub(crate) mod summary_job;
pub(crate) mod ticket;
pub(crate) mod ticket_change;
pub(crate) mod ticket_scans;
pub(crate) mod unreachable_address;

pub(crate) use codec::read;
pub(crate) use reference::Reference;
