//! Starting a stack, and all that it serves.

use std::{sync::PoisonError, time::Duration};

use axum::{Router, middleware};

use crate::{
    background, console, demo, endpoints, gateway,
    options::{Options, StackError},
    stack::Stack,
};

/// The schedule of a template that has none.
const EVERY_MINUTE: Duration = Duration::from_secs(60);

impl Stack {
    /// Starts everything.
    ///
    /// # Errors
    /// [`StackError`] names the setting or the file at fault.
    pub async fn start(options: Options) -> Result<Self, StackError> {
        let stack = Self::build(options).await?;
        if stack.inner.options.demo {
            demo::create(&stack).await.map_err(StackError::Demo)?;
        }
        if stack.inner.options.background {
            stack.start_background();
        }
        Ok(stack)
    }

    /// From now on queues are polled, the schedule runs and Stripe's webhooks leave by themselves.
    pub fn start_background(&self) {
        let schedule = self.inner.schedule.map_or(EVERY_MINUTE, |schedule| schedule.every);
        let tasks = background::start(self, schedule);
        *self.background.lock().unwrap_or_else(PoisonError::into_inner) = tasks;
    }

    /// All that is served at the API's address: the gateway with its functions, the endpoints that exist only here, the
    /// console.
    pub fn api(&self) -> Router {
        let here: Router<Self> = Router::new().merge(endpoints::router()).merge(console::router());
        let here = endpoints::guard(web::router_base(here)).with_state(self.clone());
        // What is not of this machine alone is the gateway's.
        here.fallback_service(self.inner.gateway.clone()).layer(middleware::from_fn(gateway::name_source))
    }
}
