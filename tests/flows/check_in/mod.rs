//! Tickets at the door.

mod tickets;
mod windows;
