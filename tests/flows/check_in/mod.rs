//! Tickets at the door.

mod doors;
mod handed_over;
mod handed_over_again;
mod tickets;
mod windows;
