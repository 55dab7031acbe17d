//! Runs the cleanup function on Lambda: one function for two triggers, the schedule and the HTTP route.

use std::sync::Arc;

use aws_lambda_events::event::eventbridge::EventBridgeEvent;
use lambda_http::{Adapter, LambdaEvent, Service, request::LambdaRequest};
use lambda_runtime::{Error, run, service_fn};
use runtime::{Clock, HyperWire, Settings, telemetry};
use serde_json::Value;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let settings = Settings::from_env();
    telemetry::init(settings.log_level()?);
    let wire = Arc::new(HyperWire::new()?);
    let cleanup = cleanup::build(&settings, wire, Clock::new())
        .await
        .inspect_err(|error| tracing::error!(%error, "the function does not start"))?;
    let router = cleanup.router();
    run(service_fn(move |event: LambdaEvent<Value>| {
        let cleanup = cleanup.clone();
        let router = router.clone();
        async move {
            // EventBridge says what it is; everything else comes from the gateway.
            if serde_json::from_value::<EventBridgeEvent>(event.payload.clone()).is_ok() {
                return Ok::<Value, Error>(serde_json::to_value(cleanup.run(cleanup::SCHEDULED).await?)?);
            }
            let request: LambdaRequest = serde_json::from_value(event.payload)?;
            let answer = Adapter::from(router).call(LambdaEvent::new(request, event.context)).await?;
            Ok(serde_json::to_value(answer)?)
        }
    }))
    .await
}
