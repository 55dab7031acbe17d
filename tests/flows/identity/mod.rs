//! Callers, their roles, and the walls between organizations.

mod roles;
mod walls;
