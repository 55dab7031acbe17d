//! Running one history from its beginning to its end, on this thread and in a time of its own.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::{acts, plan::plan, shop, step::History, trace::Trace, world::World};

/// How long a history may take by its own time.
const LONGEST: Duration = Duration::from_secs(400 * 86_400);

/// One of so many histories goes on until its orders are in the archive.
const ARCHIVED: u64 = 8;
/// How long after the rest that is: orders are archived 90 days after what they are for is over.
const ARCHIVE: Duration = Duration::from_secs(95 * 86_400);

/// What came of a history.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// What does not hold, one sentence each. None: the history is good.
    pub findings: Vec<String>,
    /// Each call and its outcome, where a trace is kept.
    pub trace: Vec<String>,
    /// How many calls there were.
    pub calls: u64,
}

/// Runs the history of a seed.
#[must_use]
pub fn run(seed: u64) -> Outcome {
    play(&plan(seed), false)
}

/// Runs a history, and keeps a trace on demand.
#[must_use]
pub fn play(history: &History, traced: bool) -> Outcome {
    let played = std::panic::catch_unwind(AssertUnwindSafe(|| {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_time().start_paused(true).build();
        let runtime = runtime.unwrap_or_else(|error| panic!("a runtime: {error}"));
        runtime.block_on(Box::pin(live(history, traced)))
    }));
    played.unwrap_or_else(|_| Outcome { findings: vec!["a panic".to_owned()], ..Outcome::default() })
}

async fn live(history: &History, traced: bool) -> Outcome {
    // The opening of a shop is the same for all its histories, and so is what is random in it.
    reseed(u64::from(history.shop));
    let world = Arc::new(World::new(history, if traced { Trace::kept() } else { Trace::default() }));
    shop::open(&world, &world.outside, history.shop).await;
    world.outside.inner().trace.take();
    world.outside.inner().calls = 0;
    for function in crate::step::FUNCTIONS {
        world.stop(function);
    }
    world.outside.inner().table.page = history.page;
    // Whether the shop was opened now or taken from before shows in nothing.
    reseed(history.seed);
    // Another row than that of the opening: a token of a transaction is not used twice.
    world.outside.clock.chance().reseed(!history.seed);
    if timeout(LONGEST, go_through(&world, history)).await.is_err() {
        world.find("stuck: a history without end".to_owned());
    }
    let mut inner = world.outside.inner();
    let (trace, calls) = (inner.trace.take(), inner.calls);
    drop(inner);
    Outcome { findings: world.findings(), trace, calls }
}

/// What is random on this thread and is no part of the world begins anew.
fn reseed(seed: u64) {
    fastrand::seed(seed);
    stripe_stand_in::seed_thread(Some(seed));
}

async fn go_through(world: &Arc<World>, history: &History) {
    let mut tasks = JoinSet::new();
    for step in history.steps.iter().cloned() {
        if step.alone {
            join(world, &mut tasks).await;
        }
        sleep(Duration::from_millis(step.after)).await;
        world.outside.stripe.tick();
        let (world, seed) = (world.clone(), history.seed);
        tasks.spawn(async move { Box::pin(acts::act(&world, &step, seed)).await });
    }
    join(world, &mut tasks).await;
    Box::pin(world.settle(history.seed)).await;
    Box::pin(world.check()).await;
    if history.seed.is_multiple_of(ARCHIVED) {
        sleep(ARCHIVE).await;
        Box::pin(world.settle(history.seed)).await;
        Box::pin(world.check()).await;
        Box::pin(world.check_archive()).await;
    }
}

async fn join(world: &World, tasks: &mut JoinSet<()>) {
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended {
            world.find(format!("a panic: {error}"));
        }
    }
}
