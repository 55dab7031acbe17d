//! Changing an order: read it, decide, commit, and begin again where another process was faster. Every change of an order
//! is made here.
//!
//! A commit is one transaction: the order, stock, ledger, notifications, and the records of the calls that follow. It is
//! conditional on the version that was read. If the process dies before it, nothing happened; after it, what follows is on
//! the agenda. If it runs twice, the second one decides on what the first one wrote.
//!
//! Another process that was faster has written, so the order is read again at once. Transactions that only collide are
//! tried again by the store, with growing pauses of random length, for as long as the engine's patience allows
//! ([`Engine::within`], [`Engine::patient`]).

use std::future::Future;

use domain::{
    Actor, ListingId, LogEntry, NotificationKind, OfferId, Order, OrderId,
    order::{Decision, NextCall, Outcome, Step},
};
use jiff::Timestamp;
use store::{CatalogKeys, Commit, CommitError, EventDone, IdempotencyRecord, ScannedTicket, StoreError};

use crate::{
    alarm::raise,
    base::Engine,
    calls::{adjustment, capture, record::RecordedCall, refund},
    error::{EngineError, broken},
};

/// How often a change is decided anew because another process changed the order.
const ROUNDS: usize = 12;

/// Outcomes that come and go and leave nothing to account for: the audit trail does not note them.
const PASSING: [Outcome; 5] =
    [Outcome::Claimed, Outcome::Postponed, Outcome::Reminded, Outcome::Scanned, Outcome::CardNoted];

/// A decision that is in the table.
pub(crate) struct Committed {
    pub(crate) order: Order,
    pub(crate) outcome: Outcome,
    /// What Stripe has to be asked for now.
    pub(crate) follow: Vec<Follow>,
}

/// A call to Stripe that follows from a decision.
#[derive(Debug)]
pub(crate) struct Follow {
    pub(crate) call: NextCall,
    /// Its record, where this process has just written one.
    pub(crate) written: Option<RecordedCall>,
}

impl From<NextCall> for Follow {
    /// A call whose record, if it has one, was written before.
    fn from(call: NextCall) -> Self {
        Self { call, written: None }
    }
}

/// What is written in the transaction of a decision besides what it decides.
#[derive(Default)]
pub(crate) struct Beside {
    /// The event that is done with it.
    pub(crate) event: Option<EventDone>,
    /// The client's request that is done with it.
    pub(crate) idempotency: Option<IdempotencyRecord>,
    /// All scans of the ticket that was scanned.
    pub(crate) scanned: Option<ScannedTicket>,
    /// What the log says of it, if staff decided it.
    pub(crate) log: Option<LogEntry>,
}

/// A decision that is to be written.
pub(crate) struct Planned {
    /// The order that it was decided on.
    pub(crate) before: Order,
    pub(crate) decision: Decision,
    pub(crate) beside: Beside,
}

impl Planned {
    pub(crate) fn new(before: Order, decision: Decision) -> Self {
        Self { before, decision, beside: Beside::default() }
    }
}

/// What a round comes to.
pub(crate) enum Next<T> {
    /// This is to be written.
    Commit(Box<Planned>),
    /// There is nothing to write; the change comes to this.
    Done(T),
    /// It has to be read and decided once more.
    Again,
}

impl<T> Next<T> {
    pub(crate) fn commit(before: Order, decision: Decision) -> Self {
        Self::Commit(Box::new(Planned::new(before, decision)))
    }

    /// The same with an entry of the log, if staff decided it.
    pub(crate) fn logged(before: Order, decision: Decision, log: Option<LogEntry>) -> Self {
        let beside = Beside { log, ..Beside::default() };
        Self::Commit(Box::new(Planned { before, decision, beside }))
    }
}

/// One kind of change.
pub(crate) trait Change: Send {
    /// What it comes to.
    type Done: Send;

    /// Who makes it, for the audit trail.
    fn by(&self) -> &Actor;

    /// Reads what it rests on, and decides.
    fn decide(
        &mut self,
        engine: &Engine,
        now: Timestamp,
    ) -> impl Future<Output = Result<Next<Self::Done>, EngineError>> + Send;

    /// It is in the table.
    fn committed(&mut self, committed: Committed) -> Self::Done;

    /// The table does not take it: [`CommitError::OutOfStock`], [`CommitError::InsufficientHours`], or
    /// [`CommitError::Duplicate`]. What that comes to; none to read and decide once more.
    fn not_taken(&mut self, error: CommitError) -> Result<Option<Self::Done>, EngineError>;
}

/// A change that reads the order alone.
struct Plain<'a, T, F> {
    id: &'a OrderId,
    by: &'a Actor,
    decide: F,
    done: std::marker::PhantomData<fn() -> T>,
}

impl<T, F> Change for Plain<'_, T, F>
where
    T: Send,
    F: FnMut(Option<Order>, Timestamp) -> Result<Next<T>, EngineError> + Send,
{
    type Done = Changed<T>;

    fn by(&self) -> &Actor {
        self.by
    }

    async fn decide(&mut self, engine: &Engine, now: Timestamp) -> Result<Next<Self::Done>, EngineError> {
        let order = engine.store.order(self.id).await?;
        Ok(match (self.decide)(order, now)? {
            Next::Commit(planned) => Next::Commit(planned),
            Next::Done(done) => Next::Done(Changed::Before(done)),
            Next::Again => Next::Again,
        })
    }

    fn committed(&mut self, committed: Committed) -> Self::Done {
        Changed::Now(Box::new(committed))
    }

    fn not_taken(&mut self, error: CommitError) -> Result<Option<Self::Done>, EngineError> {
        Ok(Some(Changed::NotTaken(error)))
    }
}

/// What a change that reads the order alone comes to.
pub(crate) enum Changed<T> {
    /// It is in the table now.
    Now(Box<Committed>),
    /// There was nothing to write.
    Before(T),
    /// The table does not take it, for what the change asks.
    NotTaken(CommitError),
}

impl Engine {
    /// The one loop: read, decide, commit, and again where another process was faster.
    ///
    /// # Errors
    /// What the change itself fails with; [`EngineError::Contended`] if others were faster each time.
    pub(crate) async fn change<C: Change>(&self, change: &mut C) -> Result<C::Done, EngineError> {
        for _ in 0..ROUNDS {
            let now = self.clock.now();
            let planned = match change.decide(self, now).await? {
                Next::Commit(planned) => *planned,
                Next::Done(done) => return Ok(done),
                Next::Again => continue,
            };
            let Planned { before, decision, beside } = planned;
            // On the heap: what it holds while it waits is large, and so are those who wait for it.
            let commit = Box::pin(self.commit(&before, decision, change.by(), beside, now));
            let error = match commit.await {
                Ok(committed) => return Ok(change.committed(committed)),
                Err(CommitError::Version | CommitError::EventDone) => continue,
                Err(CommitError::Store(error)) => return Err(error.into()),
                Err(error) => error,
            };
            if let Some(done) = change.not_taken(error)? {
                return Ok(done);
            }
        }
        Err(EngineError::Contended)
    }

    /// Changes an order by what is decided on the order alone.
    ///
    /// # Errors
    /// As with [`Engine::change`].
    pub(crate) async fn change_order<T: Send>(
        &self,
        id: &OrderId,
        by: &Actor,
        decide: impl FnMut(Option<Order>, Timestamp) -> Result<Next<T>, EngineError> + Send,
    ) -> Result<Changed<T>, EngineError> {
        self.change(&mut Plain { id, by, decide, done: std::marker::PhantomData }).await
    }

    /// Writes a decision once. None if another process was faster, so that what was decided on is not so any more.
    pub(crate) async fn commit_once(
        &self,
        before: &Order,
        decision: Decision,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<Committed>, EngineError> {
        match self.commit(before, decision, by, Beside::default(), now).await {
            Ok(committed) => Ok(Some(committed)),
            Err(CommitError::Version | CommitError::EventDone) => Ok(None),
            Err(CommitError::Store(error)) => Err(error.into()),
            Err(error) => Err(broken(error)),
        }
    }

    /// Writes a decision and puts its notifications into the queue. The calls to Stripe that follow are the caller's to make;
    /// whatever is not done stands on the agenda.
    pub(crate) async fn commit(
        &self,
        before: &Order,
        mut decision: Decision,
        by: &Actor,
        beside: Beside,
        now: Timestamp,
    ) -> Result<Committed, CommitError> {
        let Beside { event, idempotency, scanned, log } = beside;
        let outcome = decision.outcome;
        let follow = following(&decision, now)
            .map_err(|error| StoreError::Refused { operation: "write a call record", reason: error.to_string() })?;
        let shards = if decision.draw { self.supply(&decision.order).await? } else { Vec::new() };
        let notifications = due_at_once(&decision.order, &decision.notifications, now);
        if !PASSING.contains(&outcome) {
            let cause = event.as_ref().map(|event| event.id.to_string());
            decision.order.note(Step { at: now, what: outcome.as_str().to_owned(), by: by.clone(), cause });
        }
        let alarms = decision.alarms.clone();
        let calls = follow.iter().filter_map(|next| Some(next.written.as_ref()?.record.clone())).collect();
        let commit = Commit { before, decision, calls, event, idempotency, scanned, log, shards };
        let order = Box::pin(self.store.commit(commit, now)).await?;
        for alarm in &alarms {
            raise(&order, alarm, now);
        }
        if let Some(review) = order.review.as_ref().filter(|_| before.review.is_none()) {
            tracing::warn!(order = %order.id, reason = review.reason, "an order came into review");
        }
        if !notifications.is_empty() {
            self.queue.send_or_leave(&notifications).await;
        }
        Ok(Committed { order, outcome, follow })
    }

    /// How many shards a late payment may draw from. Nothing of a listing that was canceled is sold any more, nor of
    /// an offer that is gone.
    pub(crate) async fn supply(&self, order: &Order) -> Result<Vec<(ListingId, OfferId, u16)>, CommitError> {
        let found = self.store.catalog_items(&CatalogKeys::of_lines(order)).await?;
        let was_canceled = found.listings.iter().any(|listing| listing.canceled_at.is_some());
        if was_canceled || found.offers.iter().any(|offer| offer.deleted) {
            return Err(CommitError::OutOfStock);
        }
        let counted = found.offers.into_iter().filter(|offer| offer.shards > 0);
        Ok(counted.map(|offer| (offer.listing, offer.id, offer.shards)).collect())
    }
}

/// The names of all notifications that are written with these and go into the queue at once. The others are left to the
/// sweeper: it hands to the worker what is no mail, and knows when there is room for mail to many.
pub(crate) fn due_at_once(order: &Order, notifications: &[NotificationKind], now: Timestamp) -> Vec<String> {
    let all = order.outbox(notifications, now).into_iter();
    let at_once =
        all.filter(|notification| notification.is_queued_at_once() && order.not_before(notification).is_none());
    at_once.map(|notification| notification.id(&order.id)).collect()
}

/// The calls that follow from a decision, with the records of those that move money.
pub(crate) fn following(decision: &Decision, now: Timestamp) -> Result<Vec<Follow>, EngineError> {
    let order = &decision.order;
    let record = |call: &NextCall| match call {
        NextCall::Refund(id) => order.refund(id).map(|refund| refund::record(order, refund, now)),
        NextCall::Capture => Some(capture::record(order, now)),
        NextCall::Adjust(id) => order.adjustment(id).map(|made| adjustment::record(order, made, now)),
        NextCall::EndPayment | NextCall::Split { .. } => None,
    };
    let with_record = |call: &NextCall| Ok(Follow { call: call.clone(), written: record(call).transpose()? });
    decision.calls.iter().map(with_record).collect()
}
