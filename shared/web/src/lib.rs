//! What every HTTP function shares: how a request is read, who sent it, and how it is turned down.
//!
//! A function's library makes a [`Router`](axum::Router) over its own state and passes it through [`router_base`]; its
//! `main` hands that to [`lambda::run`]. Handlers take their arguments by the extractors here and give an [`Answer`], so
//! that nothing ends in anything but a [`Problem`] or an answer of its own.

pub mod access;
mod base;
pub mod checkout;
mod csv;
mod cursor;
mod device;
mod domain_name;
pub mod extract;
pub mod forms;
mod front;
pub mod identity;
mod in_time;
pub mod lambda;
pub mod openapi;
pub mod problem;
mod routes;
mod source;
pub mod views;

pub use base::{SaidBefore, router_base};
pub use csv::csv;
pub use cursor::{Cursors, List};
pub use device::{AtDoors, DoorsCaller};
pub use domain_name::GatewayDomain;
pub use extract::{IdempotencyKey, Json, OptionalJson, Path, Query, RawBody};
pub use front::Front;
pub use identity::{Caller, Identity, Issuer, Role, TokenKind, Verified, Verifier, bearer, require_bearer};
/// What [`routes!`] makes names with.
#[doc(hidden)]
pub use pastey::paste;
pub use problem::{Answer, FieldProblem, Problem, ProblemBody, status_of};
pub use routes::{add_route, describe};
pub use source::SourceAddress;
