//! What staff work with: lists, the search, tables and exports.

mod csv;
mod exports;
mod lists;
mod payouts;
mod search;
