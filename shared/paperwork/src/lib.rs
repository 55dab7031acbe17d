//! What of an order is printed, the same for a page that is opened and a mail that is sent: its valid tickets, and its
//! receipt, in the language of who reads it. Pure: an order and its listings go in, a document of `documents` comes out.

mod receipt;
mod tickets;

pub use receipt::{receipt, receipt_reference};
pub use tickets::{Sign, ticket, tickets};
pub use words::DocumentReader;
