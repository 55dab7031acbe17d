//! The programs as they are deployed: settings, secrets, services.

mod alone;
mod embedded_http;
mod fonts;
mod front;
mod in_time;
mod one_deployment;
mod programs;
mod roles;
mod rotation;
mod seen;
mod settings;
pub(crate) mod settings_effect;
mod traces;
