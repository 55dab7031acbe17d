//! Runs the cleanup function on Lambda: one function for two triggers, the schedule and the HTTP route.

use std::sync::Arc;

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use runtime::{Clock, HyperWire, Settings, telemetry};
use serde_json::Value;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let settings = Settings::from_env();
    telemetry::init(&settings, "cleanup")?;
    let wire = Arc::new(HyperWire::new()?);
    let cleanup = cleanup::build(&settings, wire, Clock::new())
        .await
        .inspect_err(|error| tracing::error!(%error, "the function does not start"))?;
    run(service_fn(move |event: LambdaEvent<Value>| {
        telemetry::begin(&event.context.request_id, event.context.xray_trace_id.as_deref());
        let cleanup = cleanup.clone();
        async move { cleanup.handle(event).await }
    }))
    .await
}
