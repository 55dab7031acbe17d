//! Runs the worker function on Lambda.

use std::sync::Arc;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use runtime::{Clock, HyperWire, Settings, telemetry};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let settings = Settings::from_env();
    telemetry::init(settings.log_level()?);
    let wire = Arc::new(HyperWire::new()?);
    let worker = worker::build(&settings, wire, Clock::new())
        .await
        .inspect_err(|error| tracing::error!(%error, "the function does not start"))?;
    run(service_fn(move |event: LambdaEvent<SqsEvent>| {
        let worker = worker.clone();
        async move { Ok::<SqsBatchResponse, Error>(worker.handle(event.payload).await) }
    }))
    .await
}
