//! Settling: one path from a fact to the table, for webhook, success callback and sweeper alike.
//!
//! A fact and its event's record are written in one transaction. If the process dies before it, the event is sent again,
//! or the sweeper fetches the same fact; after it, the calls that follow are on the agenda. Facts may come in any order and
//! any number of times: one that has taken effect changes nothing.

use std::time::Instant;

use domain::{
    Actor, EventId, Fact, Order, OrderId,
    order::{Alarm, DecideError, Decision, Supply, decide},
};
use futures::future::BoxFuture;
use jiff::Timestamp;
use store::{CommitError, EventDone};

use crate::{
    base::Engine,
    change::{Beside, Change, Committed, Follow, Next, Planned},
    effect::Effect,
    error::{EngineError, broken},
    truth::Deeper,
};

/// The Stripe event that a fact comes with.
#[derive(Debug, Clone)]
pub struct EventOf {
    /// Stripe's id of it.
    pub id: EventId,
    /// Stripe's type of it.
    pub kind: String,
}

impl EventOf {
    /// `known` says that there is a record of it already, of tries that failed.
    pub(crate) fn done(&self, effect: Effect, known: bool) -> EventDone {
        EventDone { id: self.id.clone(), kind: self.kind.clone(), outcome: effect.as_str().to_owned(), known }
    }
}

/// Where a fact comes from.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// Who brings it, for the audit trail.
    pub by: &'a Actor,
    /// The event that it comes with, if one does.
    pub event: Option<&'a EventOf>,
    /// Whether it shows Stripe's object as it is now, not as it was at some event.
    pub fetched: bool,
}

impl<'a> Origin<'a> {
    /// An event of Stripe's.
    #[must_use]
    pub fn event(event: &'a EventOf) -> Self {
        Self { by: &Actor::Webhook, event: Some(event), fetched: false }
    }

    /// An object that was fetched just now.
    #[must_use]
    pub fn fetched(by: &'a Actor) -> Self {
        Self { by, event: None, fetched: true }
    }
}

/// What settling came to.
#[derive(Debug, Clone)]
pub struct Settled {
    /// The order as it is now; none if we have no such order.
    pub order: Option<Order>,
    /// What happened.
    pub outcome: Effect,
    /// When it happened first, if it had happened before.
    pub first: Option<Timestamp>,
}

impl Settled {
    /// Logs it, once.
    pub(crate) fn report(&self, id: &OrderId, origin: Origin<'_>, started: Instant) {
        let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let event = origin.event.map(|event| event.id.as_str());
        let outcome = self.outcome.as_str();
        // Money that neither Stripe's event nor the buyer's return has brought: something is wrong with the webhook.
        let behind = (self.outcome.is_of_payment() && *origin.by == Actor::Sweeper).then_some(true);
        let status = self.order.as_ref().map(|order| order.status.as_str());
        if self.outcome == Effect::ALREADY {
            let first = self.first.map(|at| at.to_string());
            tracing::info!(order = %id, event, outcome, status, first, milliseconds, "already processed");
        } else {
            tracing::info!(order = %id, event, outcome, status, behind, milliseconds, "order settled");
        }
    }
}

/// A fact on its way into the table.
struct Settling<'a> {
    id: &'a OrderId,
    fact: Fact,
    by: &'a Actor,
    event: Option<&'a EventOf>,
    /// Whether the fact shows Stripe's object as it is now.
    fetched: bool,
    /// What was fetched before the order was read may be older than it. It is fetched once more, and counts then.
    seen_again: bool,
    supply: Supply,
    /// Calls that follow from another fact, which came first.
    follow: Vec<Follow>,
}

/// What settling came to, and what Stripe has to be asked for now.
type Applied = (Settled, Vec<Follow>);

impl Settling<'_> {
    fn done(&mut self, order: Option<Order>, outcome: Effect, first: Option<Timestamp>) -> Next<Applied> {
        Next::Done((Settled { order, outcome, first }, std::mem::take(&mut self.follow)))
    }

    /// Notes that the event has no effect beyond this.
    async fn note(&self, engine: &Engine, outcome: Effect, known: bool, now: Timestamp) -> Result<(), EngineError> {
        if let Some(event) = self.event {
            engine.store.event_done(&event.done(outcome, known), Some(self.id), now).await?;
        }
        Ok(())
    }

    /// Ends with a fact that Stripe itself does not confirm: nothing of it is taken, and the same event again changes
    /// nothing.
    async fn contradicted(&mut self, engine: &Engine, order: Order, known: bool) -> Result<Next<Applied>, EngineError> {
        let fact = self.fact.name();
        tracing::warn!(order = %order.id, fact, "Stripe does not confirm what was told; nothing is taken from it");
        self.note(engine, Effect::Contradicted, known, engine.clock.now()).await?;
        self.follow.clear();
        Ok(self.done(Some(order), Effect::Contradicted, None))
    }
}

impl Change for Settling<'_> {
    type Done = Applied;

    fn by(&self) -> &Actor {
        self.by
    }

    async fn decide(&mut self, engine: &Engine, now: Timestamp) -> Result<Next<Applied>, EngineError> {
        let (order, record) = match self.event {
            Some(event) => engine.store.order_and_event(self.id, &event.id).await?,
            None => (engine.store.order(self.id).await?, None),
        };
        let known = record.is_some();
        if let Some(record) = record.filter(|record| record.done) {
            return Ok(self.done(order, Effect::ALREADY, record.done_at));
        }
        let Some(order) = order else {
            self.note(engine, Effect::UnknownOrder, known, now).await?;
            return Ok(self.done(None, Effect::UnknownOrder, None));
        };
        let decision = match decide(&order, &self.fact, self.supply, now) {
            // Before a contradiction in amount or currency is believed, Stripe's object itself has to show it.
            Ok(decision) if !self.fetched && is_mismatch(&decision) => {
                return match Box::pin(engine.truth(&order, &self.fact)).await? {
                    Some(better) => {
                        (self.fact, self.fetched) = (better, true);
                        Ok(Next::Again)
                    }
                    None => Box::pin(self.contradicted(engine, order, known)).await,
                };
            }
            Ok(decision) => decision,
            // It is over, and has no more to do than to give back what arrives.
            Err(DecideError::Illegal { .. }) if order.was_lost() => {
                self.note(engine, Effect::NothingNew, known, now).await?;
                return Ok(self.done(Some(order), Effect::NothingNew, None));
            }
            Err(error) => {
                let counts = self.fetched && self.seen_again;
                let deeper = Box::pin(engine.fetch_more(&order, &self.fact, &error, counts)).await?;
                let again = self.fetched && !std::mem::replace(&mut self.seen_again, true);
                match deeper {
                    Deeper::Contradicted => return Box::pin(self.contradicted(engine, order, known)).await,
                    // The order may have come to be otherwise meanwhile.
                    Deeper::Nothing if again => {}
                    Deeper::Nothing => {
                        let fact = self.fact.name();
                        tracing::error!(order = %order.id, fact, %error, "a fact contradicts the order");
                        return Err(EngineError::Broken(format!("order {}: {error}", order.id)));
                    }
                    Deeper::Instead(better) => (self.fact, self.fetched) = (better, true),
                    Deeper::Before(capture) => {
                        let (_, follow) = engine.apply(self.id, capture, Origin::fetched(self.by)).await?;
                        self.follow.extend(follow);
                    }
                    Deeper::NeverTaken => {
                        self.note(engine, Effect::NeverTaken, known, now).await?;
                        return Ok(self.done(Some(order), Effect::NeverTaken, None));
                    }
                }
                return Ok(Next::Again);
            }
        };
        let outcome = Effect::Decided(decision.outcome);
        if !decision.changed {
            self.note(engine, outcome, known, now).await?;
            let first = first_of(&order, &self.fact);
            return Ok(self.done(Some(order), outcome, first));
        }
        let event = self.event.map(|event| event.done(outcome, known));
        Ok(Next::Commit(Box::new(Planned {
            beside: Beside { event, ..Beside::default() },
            ..Planned::new(order, decision)
        })))
    }

    fn committed(&mut self, committed: Committed) -> Applied {
        let Committed { order, outcome, follow } = committed;
        self.follow.extend(follow);
        let settled = Settled { order: Some(order), outcome: Effect::Decided(outcome), first: None };
        (settled, std::mem::take(&mut self.follow))
    }

    fn not_taken(&mut self, error: CommitError) -> Result<Option<Applied>, EngineError> {
        match error {
            CommitError::OutOfStock => {
                self.supply = Supply::Gone;
                Ok(None)
            }
            // No fact takes hours that have to be there, and none comes with a client's key.
            error => Err(broken(error)),
        }
    }
}

impl Engine {
    /// Applies a fact to an order, however often and in whatever order facts come. With it comes what Stripe has to be
    /// asked for now, which is the caller's to ask.
    ///
    /// # Errors
    /// [`EngineError`] if the fact could not be applied yet. It has to come again.
    pub(crate) fn apply<'a>(
        &'a self,
        id: &'a OrderId,
        fact: Fact,
        origin: Origin<'a>,
    ) -> BoxFuture<'a, Result<Applied, EngineError>> {
        Box::pin(async move {
            let Origin { by, event, fetched } = origin;
            let (seen_again, supply, follow) = (false, Supply::Untried, Vec::new());
            let mut settling = Settling { id, fact, by, event, fetched, seen_again, supply, follow };
            Box::pin(self.change(&mut settling)).await
        })
    }
}

/// Whether a decision would hold the order for review because of its amount or currency.
fn is_mismatch(decision: &Decision) -> bool {
    decision.alarms.iter().any(|alarm| matches!(alarm, Alarm::AmountMismatch { .. }))
}

/// When an order came to be as a fact says it is. A payment is known by its own time, the rest by the last change.
fn first_of(order: &Order, fact: &Fact) -> Option<Timestamp> {
    let paid = order.paid_at.filter(|_| matches!(fact, Fact::Captured(_)));
    paid.or_else(|| order.trail.last().map(|step| step.at))
}
