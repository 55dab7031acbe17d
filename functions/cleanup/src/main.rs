//! Runs the cleanup function on Lambda: one function for two triggers, the schedule and the HTTP route.

use std::sync::Arc;

use lambda_runtime::{Error, run, service_fn};
use runtime::{Clock, HyperWire, Settings, telemetry};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let settings = Settings::from_env();
    telemetry::init(settings.log_level()?);
    let wire = Arc::new(HyperWire::new()?);
    let cleanup = cleanup::build(&settings, wire, Clock::new())
        .await
        .inspect_err(|error| tracing::error!(%error, "the function does not start"))?;
    run(service_fn(move |event| {
        let cleanup = cleanup.clone();
        async move { cleanup.handle(event).await }
    }))
    .await
}
