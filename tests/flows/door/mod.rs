//! Tickets at the door.

mod check_in;
mod windows;
