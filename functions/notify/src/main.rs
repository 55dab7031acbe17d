//! Runs the notify function on Lambda.

use std::sync::Arc;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use runtime::{Clock, HyperWire, Settings, telemetry, time_left};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let settings = Settings::from_env();
    telemetry::init(&settings, "notify")?;
    let wire = Arc::new(HyperWire::new()?);
    let notify = notify::build(&settings, wire, Clock::new())
        .await
        .inspect_err(|error| tracing::error!(%error, "the function does not start"))?;
    run(service_fn(move |event: LambdaEvent<SqsEvent>| {
        telemetry::begin(&event.context.request_id, event.context.xray_trace_id.as_deref());
        let notify = notify.clone();
        let time = time_left(event.context.deadline(), notify::TO_END);
        async move { Ok::<SqsBatchResponse, Error>(notify.handle_for(event.payload, time).await) }
    }))
    .await
}
