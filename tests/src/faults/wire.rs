//! The wire that writes calls down and breaks them.

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use local::{Options, aws::LocalCloud, template::TableSpec};
use runtime::{SharedWire, Wire, WireError, WireFuture};
use tokio::sync::Notify;

use super::{
    answers,
    busy::BusyItems,
    calls::{Outward, Service},
    indexes::Indexes,
    rules::{Fault, Rule},
    units::{Meter, Written},
};

/// How long an item is busy with one write on DynamoDB, in milliseconds: 7 at the least and 18 at the most were measured.
pub const BUSY: u64 = 12;

#[derive(Debug, Default)]
struct State {
    calls: Vec<Outward>,
    rules: Vec<Rule>,
    fired: usize,
    /// The 5xx that Stripe keeps under a key.
    kept: HashMap<String, http::Response<Bytes>>,
    /// What reckons the cost of writes, once it is to be.
    meter: Option<Meter>,
    written: Vec<Written>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    busy: BusyItems,
    indexes: Indexes,
    measuring: AtomicBool,
    jitter: AtomicU64,
}

/// All faults of one world. Clones share them.
#[derive(Clone, Default)]
pub struct Faults {
    shared: Arc<Shared>,
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faults").field("rules", &self.state().rules).finish_non_exhaustive()
    }
}

tokio::task_local! {
    /// The process that a call belongs to, which a crash ends.
    static PROCESS: Arc<Notify>;
}

impl Faults {
    /// Every call passes, until a rule is planned.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Options of a stack whose functions call through these.
    #[must_use]
    pub fn options(&self) -> Options {
        let faults = self.clone();
        let wrap = move |inner| -> SharedWire { Arc::new(FaultWire { inner, faults: faults.clone() }) };
        Options { wrap: Some(Arc::new(wrap)), ..Options::default() }
    }

    /// Forgets the calls so far and what was planned, and then breaks calls by these rules.
    pub fn plan(&self, rules: impl IntoIterator<Item = Rule>) {
        let mut state = self.state();
        state.calls.clear();
        state.fired = 0;
        state.rules = rules.into_iter().collect();
    }

    /// Forgets the calls so far and breaks none.
    pub fn watch(&self) {
        self.plan([]);
    }

    /// Breaks no more calls. What Stripe has kept under a key it still repeats. Returns how many calls broke.
    pub fn heal(&self) -> usize {
        let mut state = self.state();
        state.rules.clear();
        state.fired
    }

    /// How many calls broke so far.
    #[must_use]
    pub fn fired(&self) -> usize {
        self.state().fired
    }

    /// The calls since the last plan, in their order.
    #[must_use]
    pub fn calls(&self) -> Vec<Outward> {
        self.state().calls.clone()
    }

    /// Has the table report each call's cost, see [`Outward::units`].
    pub fn measure(&self) {
        self.shared.measuring.store(true, Ordering::Relaxed);
    }

    /// Has each write to the stack's table reckoned from now on, see [`Faults::written`]. Items are read before and after each
    /// call, past the wire, so only calls that come one after another are reckoned right.
    pub fn reckon(&self, cloud: &LocalCloud, spec: &TableSpec) {
        self.state().meter = Some(Meter::new(cloud.table.clone(), cloud.table_name(), spec));
    }

    /// What was written since this was last taken, and what it cost.
    #[must_use]
    pub fn written(&self) -> Vec<Written> {
        std::mem::take(&mut self.state().written)
    }

    /// Has every write keep its items busy for so many milliseconds, and refuses what overlaps, as DynamoDB does; 0 is
    /// off. Measured there: 7 to 18. The embedded table never shows that.
    pub fn keep_busy(&self, milliseconds: u64) {
        self.shared.busy.keep(milliseconds);
    }

    /// How many calls were refused because others were at their items.
    #[must_use]
    pub fn conflicts(&self) -> usize {
        self.shared.busy.conflicts()
    }

    /// Has every call take its time, up to so many milliseconds, so that requests overlap in ever new ways. Where they
    /// do, the table refuses what overlaps on an item: each is busy for [`BUSY`] milliseconds with each write, unless
    /// [`Faults::keep_busy`] says otherwise afterwards. 0 ends both.
    ///
    /// Flows whose requests come one after another do without the rule: it would only make them wait.
    pub fn jitter(&self, milliseconds: u64) {
        self.shared.jitter.store(milliseconds, Ordering::Relaxed);
        self.keep_busy(if milliseconds > 0 { BUSY } else { 0 });
    }

    /// Has the next so many reads of an index show what it showed when it was read last, whatever was written since. 0 ends it.
    pub fn late_index(&self, index: &str, reads: usize) {
        self.shared.indexes.are_late(index, reads);
    }

    /// Runs a request as a process of its own. None if the process was gone before the end: by a crash, and then
    /// nothing of it goes on.
    pub async fn run<T>(&self, request: impl Future<Output = T>) -> Option<T> {
        let gone = Arc::new(Notify::new());
        PROCESS
            .scope(gone.clone(), async {
                tokio::select! {
                    biased;
                    () = gone.notified() => None,
                    answer = request => Some(answer),
                }
            })
            .await
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a call down, and returns its index and its fault.
    fn strike(&self, call: &Outward) -> (usize, Option<Fault>) {
        let mut state = self.state();
        state.calls.push(call.clone());
        let fault = state.rules.iter_mut().find_map(|rule| rule.strikes(call).then_some(rule.fault));
        state.fired += usize::from(fault.is_some());
        (state.calls.len() - 1, fault)
    }

    async fn jittered(&self) {
        let most = self.shared.jitter.load(Ordering::Relaxed);
        if most > 0 {
            let wait = rand::random_range(0..=most * 1_000);
            tokio::time::sleep(Duration::from_micros(wait)).await;
        }
    }

    async fn carry(
        self,
        inner: SharedWire,
        request: http::Request<Bytes>,
        gone: Option<Arc<Notify>>,
    ) -> Result<http::Response<Bytes>, WireError> {
        let call = Outward::read(&request);
        let (index, fault) = self.strike(&call);
        let kept = call.idempotency_key.as_ref().and_then(|key| self.state().kept.get(key).cloned());
        if let (Some(kept), None) = (kept, fault) {
            return Ok(answers::replayed(kept));
        }
        let lost = || WireError::Lost("broken by a test".to_owned());
        let crash = async || -> Result<http::Response<Bytes>, WireError> {
            if let Some(gone) = gone {
                gone.notify_one();
            }
            std::future::pending().await
        };
        match fault {
            None => self.deliver(inner, request, &call, index).await,
            Some(Fault::Refused) => Err(WireError::Refused("broken by a test".to_owned())),
            Some(Fault::RequestLost) => Err(lost()),
            Some(Fault::AnswerLost) => {
                let _answer = self.deliver(inner, request, &call, index).await;
                Err(lost())
            }
            Some(Fault::Throttled) => Ok(answers::throttled(&call)),
            Some(Fault::Conflict) => Ok(answers::conflict(&call, request.body())),
            Some(Fault::InProgress) => {
                let _answer = self.deliver(inner, request, &call, index).await;
                Ok(answers::in_progress(&call))
            }
            Some(Fault::ServerError) => Ok(self.keep(&call, answers::server_error(&call))),
            Some(Fault::ServerErrorDone) => {
                let _answer = self.deliver(inner, request, &call, index).await;
                Ok(self.keep(&call, answers::server_error(&call)))
            }
            Some(Fault::CrashBefore) => crash().await,
            Some(Fault::CrashAfter) => {
                let _answer = self.deliver(inner, request, &call, index).await;
                crash().await
            }
            Some(Fault::Hang) => std::future::pending().await,
            Some(Fault::TurnedAway) => Ok(answers::turned_away(&call)),
            Some(Fault::Half) => {
                let (first, rest) = answers::halved(request);
                Ok(answers::left_out(&self.deliver(inner, first, &call, index).await?, rest))
            }
            Some(Fault::Slow(time)) => {
                tokio::time::sleep(time).await;
                self.deliver(inner, request, &call, index).await
            }
        }
    }

    /// Stripe gives the same 5xx again to a call with the same key.
    fn keep(&self, call: &Outward, answer: http::Response<Bytes>) -> http::Response<Bytes> {
        if let Some(key) = &call.idempotency_key {
            self.state().kept.insert(key.clone(), answer.clone());
        }
        answer
    }

    async fn deliver(
        &self,
        inner: SharedWire,
        request: http::Request<Bytes>,
        call: &Outward,
        index: usize,
    ) -> Result<http::Response<Bytes>, WireError> {
        self.jittered().await;
        let index_read = call.read.as_ref().and_then(|read| Some((read.index.as_deref()?, request.body().clone())));
        if let Some((name, body)) = &index_read
            && let Some(before) = self.shared.indexes.before(name, body)
        {
            return Ok(http::Response::new(before));
        }
        let measured = self.shared.measuring.load(Ordering::Relaxed) && call.service == Service::Table;
        let request = if measured { answers::measuring(request) } else { request };
        let answer = match self.shared.busy.enter(call) {
            Ok(stay) => {
                stay.first_half().await;
                let meter = self.state().meter.clone().filter(|_| call.service == Service::Table && call.writes);
                let before = meter.as_ref().map(|meter| meter.items(call));
                let answer = inner.send(request).await;
                if let (Some(meter), Some(before)) = (meter, before) {
                    let written = meter.reckon(call, &before);
                    self.state().written.extend(written);
                }
                stay.second_half().await;
                let answer = answer?;
                if answer.status().is_success() {
                    self.shared.busy.applied(call);
                }
                answer
            }
            Err(lost) if call.operation == "TransactWriteItems" || call.operation == "TransactGetItems" => {
                return Ok(answers::canceled(&lost));
            }
            Err(_) => return Ok(answers::conflict(call, request.body())),
        };
        if let Some((_, body)) = &index_read {
            self.shared.indexes.showed(body, answer.body());
        }
        if measured {
            let units = answers::units(answer.body());
            if let Some(call) = self.state().calls.get_mut(index) {
                call.units = units;
            }
        }
        Ok(answer)
    }
}

/// Counts each call, asks the rules for its fault, and passes it on.
struct FaultWire {
    inner: SharedWire,
    faults: Faults,
}

impl fmt::Debug for FaultWire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultWire").field("inner", &self.inner).finish_non_exhaustive()
    }
}

impl Wire for FaultWire {
    fn send(&self, request: http::Request<Bytes>) -> WireFuture {
        let gone = PROCESS.try_with(Arc::clone).ok();
        Box::pin(self.faults.clone().carry(self.inner.clone(), request, gone))
    }
}
