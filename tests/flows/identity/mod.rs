//! Callers, their roles, and the walls between organizations.

mod customers;
mod furnished;
mod log;
mod roles;
mod visitors;
mod walls;
