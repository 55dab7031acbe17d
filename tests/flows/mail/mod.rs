//! Mail: what it says, when it comes, and that each cause sends one.

mod again;
mod contents;
mod notifications;
mod reminders;
