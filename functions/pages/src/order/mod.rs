//! The page of an order, for who holds its token: what was bought, paid and given back, and what can be done now.

pub(crate) mod actions;
pub(crate) mod files;
pub(crate) mod page;
pub(crate) mod pay;
mod qr;
pub(crate) mod read;
pub(crate) mod view;
pub(crate) mod words;
