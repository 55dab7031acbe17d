//! The programs as they are deployed: settings, secrets, services.

mod alone;
mod embedded_http;
mod programs;
mod rotation;
mod settings;
pub(crate) mod settings_effect;
