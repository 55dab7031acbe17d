//! Real Chromium on the whole system: [`browse`] starts a shop on ports of its own, a driver and a browser, and ends all of
//! them, whatever becomes of the test. Each [`Tab`] acts as a visitor does, waits for what it is to see, and fails with a
//! picture.

// A test that cannot go on says so by a panic.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, clippy::large_futures)]

mod accessible;
mod driver;
mod fit;
mod kept;
mod screen;
mod session;
mod shop;
mod start;
mod tab;

pub use self::{
    screen::{SCREENS, Scheme, Screen, Script},
    shop::{LONG, RIGHT_TO_LEFT, SENT, Shop},
    start::{browse, browse_before, browse_with},
    tab::{ORDER, Tab},
};
