//! Callers, their roles, and the walls between organizations.

mod customers;
mod roles;
mod visitors;
mod walls;
