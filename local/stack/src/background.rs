//! What happens without a request: the queue is polled, the schedule runs, Stripe's webhooks leave.

use std::time::Duration;

use tokio::{task::JoinSet, time::MissedTickBehavior};

use crate::stack::Stack;

/// How often Stripe's stand-in does what is due.
const TICK: Duration = Duration::from_millis(500);
/// Expired items leave the table with every tenth run of the schedule. DynamoDB is slow with that, too.
const RUNS_PER_TTL: u32 = 10;
/// How long the poller waits after a queue gave no answer.
const PAUSE: Duration = Duration::from_secs(1);

/// Starts all of it. It ends when the set is dropped.
pub(crate) fn start(stack: &Stack, schedule: Duration) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let stand_in = stack.stripe().clone();
    tasks.spawn(async move {
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            stand_in.tick();
        }
    });
    for poller in stack.inner.pollers.clone() {
        tasks.spawn(async move {
            loop {
                if let Err(error) = poller.poll(true).await {
                    tracing::warn!(%error, "the queue's poller pauses");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        });
    }
    let (cleanup, cloud, time) = (stack.inner.cleanup.clone(), stack.cloud().clone(), stack.inner.sweep_time);
    tasks.spawn(async move {
        let mut runs = 0_u32;
        let mut expired = JoinSet::new();
        let mut minutes = tokio::time::interval_at(tokio::time::Instant::now() + schedule, schedule);
        loop {
            minutes.tick().await;
            if let Err(error) = cleanup.run(time).await {
                tracing::warn!(%error, "the scheduled cleanup failed");
            }
            runs = runs.wrapping_add(1);
            if runs.is_multiple_of(RUNS_PER_TTL) {
                // The sweep reads the whole table: a thread of its own does it while the schedule and the requests go on.
                let cloud = cloud.clone();
                expired.spawn_blocking(move || {
                    if let Err(error) = cloud.sweep_ttl() {
                        tracing::warn!(%error, "expired items stay for now");
                    }
                });
            }
        }
    });
    tasks
}
