//! Orders as tables for spreadsheets: rows in, bytes out. It knows no table of the database, no bucket and no clock.
//!
//! A file is CSV as RFC 4180 says, in UTF-8 with a byte order mark, by which spreadsheets know the encoding, with a row of names
//! first. No cell is a formula.

mod cell;
mod rows;
mod sheet;
#[cfg(test)]
mod tests;

pub use sheet::{Sheet, SheetError};
