//! Tickets at the door.

mod doors;
mod tickets;
mod windows;
