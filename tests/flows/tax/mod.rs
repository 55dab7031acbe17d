//! Tax: what a seller says of it, the tax books, and what the platform owes.

mod books;
pub(crate) mod prices;
mod withheld;
