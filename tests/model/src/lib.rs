//! A small model of the whole: two orders want the one unit there is. Every reachable state is looked at, whatever dies
//! and in whichever sequence messages arrive.
//!
//! What the table does is one step each, decided by the domain's own functions, and held against its table of
//! transitions: this crate has no rules of its own for orders. What it does have are Stripe, as far as one payment goes,
//! and the processes between both. They may die between any two steps, and then nothing of what they had fetched or claimed
//! goes on; a message that is late, comes twice, in another sequence or never is one that may be delivered at any time after
//! it left.
//!
//! Times count only as past or coming: a step of time is longer than any hold, claim or answer takes.

mod breaks;
mod key;
mod local;
mod orders;
mod processes;
mod search;
mod steps;
mod stripe;
#[cfg(test)]
mod tests;

pub use breaks::Break;
pub use orders::Kind;
pub use search::{Explored, explore};
