//! Mail: what it says, when it comes, and that each cause sends one.

mod again;
mod attendees;
mod contents;
mod notifications;
mod once;
mod open_payment;
mod pace;
pub(crate) mod queue;
mod reminders;
mod returned;
mod summary;
