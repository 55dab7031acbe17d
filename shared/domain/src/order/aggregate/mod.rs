//! What an order is made of: plain types, without what happens to them.

pub(super) mod balance;
pub(super) mod booking;
pub(super) mod buyer_count;
pub(super) mod claim;
pub(super) mod dispute;
pub(super) mod hold;
pub(super) mod line;
pub(super) mod order;
pub(super) mod payment;
pub(super) mod refund;
pub(super) mod review;
pub(super) mod scan;
pub(super) mod status;
pub(super) mod ticket;
pub(super) mod trail;
