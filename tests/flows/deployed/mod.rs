//! The programs as they are deployed: settings, secrets, services.

mod alone;
mod embedded_http;
mod programs;
mod rotation;
mod settings;
mod settings_effect;
