//! Every mail, as its reader gets it.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod calendars;
mod every;
mod rendered;
mod samples;
mod summaries;
