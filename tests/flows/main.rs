//! What the system does, seen from outside.

#![allow(clippy::unwrap_used)]

mod purchase;
