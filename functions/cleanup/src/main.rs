//! Runs the cleanup function on Lambda: one function for two triggers, the schedule and the HTTP route.

use std::sync::Arc;

use aws_lambda_events::event::eventbridge::EventBridgeEvent;
use lambda_http::{Adapter, LambdaEvent, Service, request::LambdaRequest};
use lambda_runtime::{Error, run, service_fn};
use runtime::{Clock, HyperWire, Settings, telemetry, time_left};
use serde_json::Value;
use tokio::time::timeout;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let settings = Settings::from_env();
    telemetry::init(&settings, "cleanup")?;
    let wire = Arc::new(HyperWire::new()?);
    let cleanup = cleanup::build(&settings, wire, Clock::new())
        .await
        .inspect_err(|error| tracing::error!(%error, "the function does not start"))?;
    let router = cleanup.router();
    run(service_fn(move |event: LambdaEvent<Value>| {
        telemetry::begin(&event.context.request_id, event.context.xray_trace_id.as_deref());
        let cleanup = cleanup.clone();
        let router = router.clone();
        async move {
            let deadline = event.context.deadline();
            let time = time_left(deadline, cleanup::TO_END).min(cleanup::SCHEDULED);
            // EventBridge says what it is; everything else comes from the gateway.
            if serde_json::from_value::<EventBridgeEvent>(event.payload.clone()).is_ok() {
                let run = timeout(time_left(deadline, cleanup::TO_ANSWER), Box::pin(cleanup.run(time)));
                let report = run.await.map_err(|_| "the run was ended, because the function's time is up")??;
                return Ok::<Value, Error>(serde_json::to_value(report)?);
            }
            let request: LambdaRequest = serde_json::from_value(event.payload)?;
            let answers = service_fn(move |request| web::lambda::answer(router.clone(), request, Some(deadline)));
            let answer = Adapter::from(answers).call(LambdaEvent::new(request, event.context)).await?;
            Ok(serde_json::to_value(answer)?)
        }
    }))
    .await
}
