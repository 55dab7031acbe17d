//! Tax: what a seller says of it, the tax books, and what the platform owes.

mod books;
mod prices;
mod withheld;
