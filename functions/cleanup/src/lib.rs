//! The cleanup function: the sweeper, each minute by schedule, and by hand for who knows the cron secret.
//!
//! Any number of runs may overlap. If the process dies, what it had leased comes back when its leases end.

use std::{sync::Arc, time::Duration};

use aws_lambda_events::event::eventbridge::EventBridgeEvent;
use axum::{Json, Router, extract::State};
use domain::{Code, Refusal};
use engine::{Engine, EngineError, STRIPE_PER_SECOND, StartError, SweepReport, wiring};
use http::HeaderMap;
use lambda_http::request::LambdaRequest;
use lambda_runtime::{Error, LambdaEvent};
use runtime::{Clock, SecretSource, Secrets, Settings, SharedWire, time_left};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::time::timeout;
use utoipa::ToSchema;
use web::{Answer, require_bearer};

/// How long one run works: less than the function's 55 seconds, so that what is under way can end.
pub const SCHEDULED: Duration = Duration::from_secs(40);
/// What is under way when a run's time is up ends within this.
pub const TO_END: Duration = Duration::from_secs(12);
/// What the answer needs to be on its way.
pub const TO_ANSWER: Duration = Duration::from_millis(500);
/// How long a run by hand works: less than the gateway's 30 seconds.
pub const BY_HAND: Duration = Duration::from_secs(18);

/// How long one write that loses to others is tried again. What stays busy is put off: there is more to do, and no client waits.
const PATIENCE: Duration = Duration::from_secs(2);

web::routes! { Cleanup { by_hand } }

/// The function.
#[derive(Debug, Clone)]
pub struct Cleanup {
    engine: Arc<Engine>,
    secrets: Arc<Secrets>,
    cron: SecretSource,
}

/// Builds the function.
///
/// # Errors
/// [`StartError`] names the setting that is missing or wrong.
pub async fn build(settings: &Settings, wire: SharedWire, clock: Clock) -> Result<Cleanup, StartError> {
    let cron = settings.cron_secret()?;
    let secrets = Arc::new(wiring::secrets(settings, wire.clone())?);
    secrets.read_list(&cron).await?;
    let work = wiring::work_queue(settings, wire.clone())?;
    let engine = wiring::engine(settings, wire, clock).await?;
    let engine = Arc::new(engine.at_pace(STRIPE_PER_SECOND).with_work(work).patient(PATIENCE));
    Ok(Cleanup { engine, secrets, cron })
}

impl Cleanup {
    /// Finishes what is due, for at most that long.
    ///
    /// # Errors
    /// [`EngineError`] if the agenda cannot be read; the next run tries again.
    pub async fn run(&self, time: Duration) -> Result<SweepReport, EngineError> {
        self.engine.sweep(time).await
    }

    /// Works on one event: the schedule's, or a request that comes through the gateway.
    ///
    /// # Errors
    /// For an event that is neither, and if the agenda cannot be read.
    pub async fn handle(&self, event: LambdaEvent<Value>) -> Result<Value, Error> {
        let LambdaEvent { payload, context } = event;
        // EventBridge says what it is; everything else comes from the gateway.
        if EventBridgeEvent::<Value>::deserialize(&payload).is_ok() {
            let deadline = context.deadline();
            let time = time_left(deadline, TO_END).min(SCHEDULED);
            let run = timeout(time_left(deadline, TO_ANSWER), Box::pin(self.run(time)));
            let report = run.await.map_err(|_| "the run was ended, because the function's time is up")??;
            return Ok(serde_json::to_value(report)?);
        }
        let request: LambdaRequest = serde_json::from_value(payload)?;
        let answer = web::lambda::answer(self.router(), LambdaEvent::new(request, context)).await;
        Ok(serde_json::to_value(answer.unwrap_or_else(|never| match never {}))?)
    }

    /// The function's route.
    pub fn router(&self) -> Router {
        web::router_base(routes()).with_state(self.clone())
    }
}

/// What a run did.
#[derive(Debug, Serialize, ToSchema)]
struct CleanupReport {
    /// Things that were due and are finished.
    done: u32,
    /// Slices of long jobs after which more of the same job is left.
    progressed: u32,
    /// Things that failed and were put off.
    failed: u32,
    /// Whether time was up before everything was looked at.
    left: bool,
    /// For how many seconds the longest overdue thing had been due when the run began.
    oldest_seconds: u64,
    /// Orders looked at: holds, payments under way, refunds.
    orders: u32,
    /// Notifications put into the queue again.
    notifications: u32,
    /// Canceled listings that were worked on.
    cancellations: u32,
    /// Listings whose stock was checked against their orders.
    checks: u32,
    /// Customers whose personal fields were being removed on request.
    erasures: u32,
    /// Listings whose buyers were written to: they were moved, or begin soon.
    mailings: u32,
    /// Organizations whose day was summed up for their staff.
    summaries: u32,
    /// Orders whose search entries were written; they are not among those done.
    searches: u32,
}

impl From<SweepReport> for CleanupReport {
    fn from(report: SweepReport) -> Self {
        let SweepReport {
            done,
            progressed,
            failed,
            left,
            oldest_seconds,
            orders,
            notifications,
            cancellations,
            erasures,
            checks,
            mailings,
            summaries,
            searches,
        } = report;
        Self {
            done,
            progressed,
            failed,
            left,
            oldest_seconds,
            orders,
            notifications,
            cancellations,
            checks,
            erasures,
            mailings,
            summaries,
            searches,
        }
    }
}

/// Runs the cleanup now. Behind the cron secret, as `Authorization: Bearer`.
#[utoipa::path(post, path = "/v1/maintenance/cleanup", operation_id = "run_cleanup",
    responses((status = 200, description = "What was done", body = CleanupReport)), security(("cron_secret" = [])))]
async fn by_hand(State(state): State<Cleanup>, headers: HeaderMap) -> Answer<Json<CleanupReport>> {
    let unreadable = |error| {
        tracing::error!(%error, "the secret of maintenance calls cannot be read");
        Refusal::new(Code::StoreUnavailable, "The service is busy; please try again").retry_after(5)
    };
    let known = state.secrets.read(&state.cron).await.map_err(unreadable)?;
    if require_bearer(&headers, &known.split()).is_err() {
        // The secret may have been rotated since it was read.
        let fresh = state.secrets.refresh(&state.cron, &known).await.map_err(unreadable)?;
        require_bearer(&headers, &fresh.split())?;
    }
    Ok(Json(state.run(BY_HAND).await?.into()))
}
