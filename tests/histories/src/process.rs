//! One call of a function, as a process that may die, be frozen, or run out of time.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use tokio::time::{Instant, Sleep, sleep_until};

use crate::{dice::Dice, fault::Fault, fault::Planned};

tokio::task_local! {
    /// The process that a call outward belongs to.
    static PROCESS: Arc<Process>;
}

/// A step's run of a function, which counts its calls, until it ends or crashes.
#[derive(Debug)]
pub(crate) struct Process {
    /// The step that it belongs to.
    pub(crate) step: u32,
    plan: Vec<Planned>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    calls: u16,
    dice: Dice,
    dead: bool,
    frozen_until: Option<Instant>,
    ends: Instant,
}

impl Process {
    /// A process of a step, with what goes wrong in it and the time that its function has.
    pub(crate) fn new(step: u32, plan: &[Planned], salt: u64, time: Duration) -> Arc<Self> {
        let state =
            State { calls: 0, dice: Dice::new(salt), dead: false, frozen_until: None, ends: Instant::now() + time };
        Arc::new(Self { step, plan: plan.to_vec(), state: Mutex::new(state) })
    }

    /// The process that runs now, if one does.
    pub(crate) fn current() -> Option<Arc<Self>> {
        PROCESS.try_with(Arc::clone).ok()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a call, and says what goes wrong at it.
    pub(crate) fn strike(&self) -> Option<Fault> {
        let mut state = self.state();
        let call = state.calls;
        state.calls += 1;
        self.plan.iter().find(|planned| planned.call == call).map(|planned| planned.fault)
    }

    /// A number from 0 to `most`, in this process's own row.
    pub(crate) fn roll(&self, most: u64) -> u64 {
        self.state().dice.up_to(most)
    }

    /// Ends it here and now.
    pub(crate) fn die(&self) {
        self.state().dead = true;
    }

    /// Freezes it: nothing of it goes on until then, and its time stands still.
    pub(crate) fn freeze(&self, time: Duration) {
        let mut state = self.state();
        state.frozen_until = Some(Instant::now() + time);
        state.ends += time;
    }

    /// Runs `work` as this process. None if it died or ran out of time.
    pub(crate) async fn run<T>(self: Arc<Self>, work: impl Future<Output = T>) -> Option<T> {
        let ends = self.state().ends;
        let life = Life { process: self.clone(), work: Box::pin(work), wake: Box::pin(sleep_until(ends)) };
        PROCESS.scope(self, life).await
    }
}

/// A process's work, for as long as it lives.
struct Life<F> {
    process: Arc<Process>,
    work: Pin<Box<F>>,
    wake: Pin<Box<Sleep>>,
}

impl<F: Future> Future for Life<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            let (frozen, ends) = {
                let mut state = self.process.state();
                if state.frozen_until.is_some_and(|until| until <= Instant::now()) {
                    state.frozen_until = None;
                }
                (state.frozen_until, state.ends)
            };
            if let Some(until) = frozen {
                self.wake.as_mut().reset(until);
                if self.wake.as_mut().poll(context).is_pending() {
                    return Poll::Pending;
                }
                continue;
            }
            if ends <= Instant::now() {
                return Poll::Ready(None);
            }
            if let Poll::Ready(done) = self.work.as_mut().poll(context) {
                return Poll::Ready(Some(done));
            }
            let (dead, frozen) = {
                let state = self.process.state();
                (state.dead, state.frozen_until.is_some())
            };
            if dead {
                return Poll::Ready(None);
            }
            if !frozen {
                self.wake.as_mut().reset(ends);
                if self.wake.as_mut().poll(context).is_pending() {
                    return Poll::Pending;
                }
            }
        }
    }
}
