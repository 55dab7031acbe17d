//! The planted bugs: what is broken, and which test finds it. `docs/planted.md` is this, printed.

mod bug;
mod domain;
mod engine;
mod payments;
mod store;
mod web;

pub(crate) use bug::Bug;

/// All of them, by the layer that is broken.
pub(crate) fn all() -> impl Iterator<Item = &'static Bug> {
    [domain::BUGS, store::BUGS, payments::BUGS, engine::BUGS, web::BUGS].into_iter().flatten()
}
