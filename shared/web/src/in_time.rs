//! The answer comes before Lambda ends the function.

use std::{
    future::Future,
    time::{Duration, SystemTime},
};

use axum::response::{IntoResponse, Response};
use domain::Code;
use runtime::{Pending, time_left};
use tokio::time::timeout;

use crate::problem::Problem;

/// What an answer needs to be on its way before Lambda ends the function.
const TO_ANSWER: Duration = Duration::from_millis(500);

/// When Lambda ends a request's function. Stands in the request's extensions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline(pub(crate) SystemTime);

/// The answer of `work`, before `deadline`. Whatever it is doing when time is up ends there, as if the process had died: the
/// client may repeat the request, and what was begun is finished by the repeat or by the sweeper. The refusal names who kept it
/// waiting: Stripe, if a call to it was open, else the table.
pub(crate) async fn in_time(deadline: Option<Deadline>, work: impl Future<Output = Response>) -> Response {
    let Some(Deadline(deadline)) = deadline else { return work.await };
    let pending = Pending::default();
    match timeout(time_left(deadline, TO_ANSWER), pending.watch(work)).await {
        Ok(answer) => answer,
        Err(_) => {
            let code = if pending.was_payment() { Code::PaymentUnavailable } else { Code::StoreUnavailable };
            tracing::error!(?code, "a request was ended, because the function's time is up");
            Problem::new(code, "The service is busy; please try again").into_response()
        }
    }
}
