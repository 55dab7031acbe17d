//! The programs as they are deployed: settings, secrets, services.

mod alone;
mod browsing;
mod embedded_http;
mod events;
mod examples;
mod fonts;
mod front;
mod in_time;
mod metrics;
mod one_deployment;
mod outside;
mod programs;
mod queries;
mod real_stripe;
mod rehearsal;
mod roles;
mod rotation;
mod seen;
mod settings;
pub(crate) mod settings_effect;
mod setup;
mod traces;
