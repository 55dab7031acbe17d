//! The pages in real Chromium. These tests need a browser, its driver and axe-core, so they run where `.ci/run` has
//! installed them: `cargo test --workspace --test browsing -- --ignored`.

// A test that cannot go on says so by a panic.
#![allow(clippy::unwrap_used, clippy::large_futures)]

mod buying;
mod desk;
mod doors;
mod element;
mod mishaps;
mod scriptless;
mod tabs;
mod walk;
mod words;
