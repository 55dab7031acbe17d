//! The console: what there is on this machine alone, beside the pages that are deployed. Rendered here, without scripts, so
//! that a browser shows nothing that was not escaped.

mod check_in;
mod desk;
mod form;
mod frame;
mod hours;
mod people;
mod routes;
#[cfg(test)]
mod tests;

pub(crate) use self::routes::router;
