//! The functions, built as their own binaries build them.

use std::{collections::BTreeMap, time::Duration};

use axum::Router;
use cleanup::Cleanup;
use cloud_stand_ins::template::{FunctionSpec, Template, TemplateError};
use notify::Notify;
use runtime::{Clock, SharedWire};
use worker::Worker;

use crate::{options::StackError, roles::Roles, settings::LocalSettings};

/// The functions, each on its own settings.
pub(crate) struct Functions {
    pub(crate) routers: BTreeMap<&'static str, Router>,
    pub(crate) cleanup: Cleanup,
    pub(crate) sweep_time: Duration,
    pub(crate) notify: Notify,
    pub(crate) worker: Worker,
}

/// Builds one function with the settings that the template gives it.
macro_rules! build {
    ($function:ident, $template:expr, $settings:expr, $wire:expr, $roles:expr, $clock:expr) => {{
        let function = stringify!($function);
        let spec = spec($template, function)?;
        let settings = $settings.of(spec);
        $function::build(&settings, $roles.of(spec, $wire.clone()), $clock.clone())
            .await
            .map_err(|source| StackError::Function { function, source })?
    }};
}

impl Functions {
    /// Builds all of them on one wire, each with what its role allows.
    pub(crate) async fn build(
        template: &Template,
        settings: &LocalSettings,
        wire: &SharedWire,
        roles: &Roles,
        clock: &Clock,
    ) -> Result<Self, StackError> {
        let cleanup = build!(cleanup, template, settings, wire, roles, clock);
        let routers = [
            ("catalog", build!(catalog, template, settings, wire, roles, clock)),
            ("checkout", build!(checkout, template, settings, wire, roles, clock)),
            ("success", build!(success, template, settings, wire, roles, clock)),
            ("webhook", build!(webhook, template, settings, wire, roles, clock)),
            ("refund", build!(refund, template, settings, wire, roles, clock)),
            ("booking", build!(booking, template, settings, wire, roles, clock)),
            ("orders", build!(orders, template, settings, wire, roles, clock)),
            ("pages", build!(pages, template, settings, wire, roles, clock)),
            ("cleanup", cleanup.router()),
        ];
        // As in the cloud, a sweep ends by itself a little before it would be ended.
        let sweep_time = spec(template, "cleanup")?.timeout.saturating_sub(Duration::from_secs(5));
        let notify = build!(notify, template, settings, wire, roles, clock);
        let worker = build!(worker, template, settings, wire, roles, clock);
        Ok(Self { routers: routers.into(), cleanup, sweep_time, notify, worker })
    }
}

fn spec<'a>(template: &'a Template, function: &str) -> Result<&'a FunctionSpec, StackError> {
    let missing = || TemplateError::Missing { at: format!("Resources: the function {function}") };
    Ok(template.function(function).ok_or_else(missing)?)
}
