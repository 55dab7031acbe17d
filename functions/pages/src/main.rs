//! Runs the pages function on Lambda.

use std::sync::Arc;

use runtime::{Clock, HyperWire, Settings, telemetry};

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    let settings = Settings::from_env();
    telemetry::init(&settings, "pages")?;
    let wire = Arc::new(HyperWire::new()?);
    let router = pages::build(&settings, wire, Clock::new())
        .await
        .inspect_err(|error| tracing::error!(%error, "the function does not start"))?;
    web::lambda::run(router).await
}
