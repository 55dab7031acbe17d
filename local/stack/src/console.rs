//! The console: pages for people. A little shop that buys through the API as any client does, and the views of those
//! who run it. Rendered here, without scripts, so that a browser shows nothing that was not escaped.

mod check_in;
mod desk;
mod form;
mod frame;
mod hours;
mod order;
mod routes;
mod shop;
#[cfg(test)]
mod tests;

pub(crate) use self::routes::router;
