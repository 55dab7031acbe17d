//! Documents to test with, and a reader that tells what was printed: text, ink, and the codes that a scanner finds.
//!
//! Unit tests, tests and an example of `documents` use it, and the flows.
#![allow(
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "points on paper and pixels of them"
)]

pub mod reader;
pub mod samples;
mod scripts;

pub use scripts::SCRIPTS;
