//! Orders for tickets, broken at each of their calls: placed, paid, refunded, expired, canceled with their listing.

mod cases;
mod flows;
mod outcome;
mod scene;
