//! Every mail, as its reader gets it.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod calendars;
mod rendered;
mod samples;
mod summaries;
