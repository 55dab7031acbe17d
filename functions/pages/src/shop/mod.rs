//! What visitors see until they pay.

pub(crate) mod calendar;
pub(crate) mod cart;
pub(crate) mod checkout;
mod goods;
pub(crate) mod listing;
pub(crate) mod month;
pub(crate) mod overview;
mod slots;
