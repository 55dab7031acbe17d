//! What staff work with: lists, the search, tables and exports.

mod lists;
mod search;
