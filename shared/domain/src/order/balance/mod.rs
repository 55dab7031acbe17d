//! Who has what of a payment: what Stripe has split between seller and platform, what it should be, and the single
//! calls that bring the one to the other.
//!
//! With a destination charge Stripe transfers all of the payment to the seller and takes the application fee out of
//! that (<https://docs.stripe.com/connect/destination-charges>). Refunds and disputes debit the platform alone. So all
//! that leaves a payment is followed by adjustments, each an amount with a call record and a key of its own; nothing is
//! left to a proportion of Stripe's. They are the difference between what should be and what has been decided already,
//! so deciding twice makes none, and a change of mind makes its opposite.

mod adjust;
pub(super) mod answered;
mod books;
pub(super) mod payouts;
mod shares;
