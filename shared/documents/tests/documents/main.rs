//! What comes out, read back as a printer and a scanner read it.
#![allow(
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "points on paper and pixels of them"
)]

mod fonts;
mod receipts;
mod tickets;
