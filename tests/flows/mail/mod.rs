//! Mail to buyers and experts.

mod notifications;
