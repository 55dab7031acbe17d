//! Settling: one path from a fact to the table, for webhook, success callback and sweeper alike.

use std::time::Instant;

use domain::{
    EventId, Fact, ListingId, OfferId, Order, OrderId, RefundId,
    order::{Alarm, DecideError, Decision, NextCall, Supply, decide},
};
use jiff::Timestamp;
use payments::facts::{self, Look, Say, Told};
use store::{CallRecord, Commit, CommitError, EventDone, WantedKeys};

use crate::{Engine, EngineError, render};

/// How often a fact is decided anew because somebody else changed the order.
pub(crate) const ROUNDS: usize = 12;

/// The Stripe event that tells a fact.
#[derive(Debug, Clone)]
pub struct EventOf {
    /// Stripe's id of it.
    pub id: EventId,
    /// Stripe's type of it.
    pub kind: String,
}

impl EventOf {
    pub(crate) fn done(&self, outcome: &str) -> EventDone {
        EventDone { id: self.id.clone(), kind: self.kind.clone(), outcome: outcome.to_owned() }
    }
}

/// What settling came to.
#[derive(Debug, Clone)]
pub struct Settled {
    /// The order as it is now; none if we have no such order.
    pub order: Option<Order>,
    /// What happened, in one word.
    pub outcome: &'static str,
}

/// A decision that is in the table.
pub(crate) struct Committed {
    pub(crate) order: Order,
    pub(crate) outcome: &'static str,
    /// The refunds that Stripe has to be asked for now.
    pub(crate) follow: Vec<RefundId>,
}

impl Engine {
    /// Applies a fact to an order, however often and in whatever order facts come.
    ///
    /// `fetched` says that the fact shows Stripe's object as it is now, not as it was at some event.
    ///
    /// # Errors
    /// [`EngineError`] if the fact could not be applied yet. Whoever told it should tell it again.
    pub async fn settle(
        &self,
        id: &OrderId,
        fact: Fact,
        event: Option<&EventOf>,
        fetched: bool,
    ) -> Result<Settled, EngineError> {
        let started = Instant::now();
        let settled = Box::pin(self.settle_in_rounds(id, fact, event, fetched)).await?;
        let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let event = event.map(|event| event.id.as_str());
        let outcome = settled.outcome;
        let status = settled.order.as_ref().map(|order| order.status.as_str());
        tracing::info!(order = %id, event, outcome, status, milliseconds, "order settled");
        Ok(settled)
    }

    async fn settle_in_rounds(
        &self,
        id: &OrderId,
        mut fact: Fact,
        event: Option<&EventOf>,
        mut fetched: bool,
    ) -> Result<Settled, EngineError> {
        let mut supply = Supply::Untried;
        for _ in 0..ROUNDS {
            let now = self.clock.now();
            let (order, record) = match event {
                Some(event) => self.store.order_and_event(id, &event.id).await?,
                None => (self.store.order(id).await?, None),
            };
            if let Some(record) = record.filter(|record| record.done) {
                let first = record.done_at.map(|at| at.to_string());
                tracing::info!(order = %id, event = %record.id, first, "already processed");
                return Ok(Settled { order, outcome: "already_processed" });
            }
            let Some(order) = order else {
                if let Some(event) = event {
                    self.store.event_done(&event.done("unknown_order"), Some(id), now).await?;
                }
                return Ok(Settled { order: None, outcome: "unknown_order" });
            };
            let decision = match decide(&order, &fact, supply, now) {
                Ok(decision) => decision,
                Err(error) => {
                    let again = self.look_deeper(&order, &fact, &error, fetched).await?;
                    let Some((better, capture_first)) = again else {
                        tracing::error!(order = %id, fact = fact.name(), %error, "a fact contradicts the order");
                        return Err(EngineError::Broken(format!("order {id}: {error}")));
                    };
                    if capture_first {
                        Box::pin(self.settle_in_rounds(id, better, None, true)).await?;
                    } else {
                        fact = better;
                        fetched = true;
                    }
                    continue;
                }
            };
            if !decision.changed {
                if let Some(event) = event {
                    self.store.event_done(&event.done(decision.outcome), Some(id), now).await?;
                }
                return Ok(Settled { order: Some(order), outcome: decision.outcome });
            }
            let event = event.map(|event| event.done(decision.outcome));
            match self.commit(&order, decision, event, None, now).await {
                Ok(Committed { order, outcome, follow }) => {
                    for refund in follow {
                        if let Err(error) = Box::pin(self.ask_refund(&order.id, &refund)).await {
                            tracing::warn!(order = %id, %refund, %error, "refund not asked yet; the sweeper will");
                        }
                    }
                    return Ok(Settled { order: Some(order), outcome });
                }
                Err(CommitError::Version | CommitError::EventDone) => {}
                Err(CommitError::OutOfStock) => supply = Supply::Gone,
                Err(CommitError::Duplicate(_)) => return Err(EngineError::Contended),
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        Err(EngineError::Contended)
    }

    /// Writes a decision and puts its notices into the queue. The calls to Stripe that follow are the caller's to make;
    /// whatever is not done stands on the agenda.
    pub(crate) async fn commit(
        &self,
        before: &Order,
        decision: Decision,
        event: Option<EventDone>,
        idempotency: Option<store::IdempotencyRecord>,
        now: Timestamp,
    ) -> Result<Committed, CommitError> {
        let outcome = decision.outcome;
        let calls = self.calls_of(&decision, now).map_err(|error| store::StoreError::Refused {
            operation: "write an intent record",
            reason: error.to_string(),
        })?;
        let shards = if decision.draw { self.supply(&decision.order).await? } else { Vec::new() };
        let notices: Vec<_> = decision.notices.iter().map(|notice| notice.id(&before.id)).collect();
        let follow = decision.calls.iter().map(|NextCall::Refund(refund)| refund.clone()).collect();
        let alarms = decision.alarms.clone();
        let commit = Commit { before, decision, calls, event, idempotency, shards };
        let order = self.store.commit(commit, now).await?;
        for alarm in &alarms {
            raise(&order, alarm);
        }
        if !notices.is_empty() {
            self.queue.send(&notices).await;
        }
        Ok(Committed { order, outcome, follow })
    }

    /// How many shards a late payment may draw from. Nothing of a listing that was called off is sold any more, nor of
    /// an offer that is gone.
    async fn supply(&self, order: &Order) -> Result<Vec<(ListingId, OfferId, u16)>, CommitError> {
        let mut keys = WantedKeys::default();
        for line in &order.lines {
            if !keys.listings.contains(&line.listing) {
                keys.listings.push(line.listing.clone());
            }
            let offer = (line.listing.clone(), line.offer.clone());
            if !keys.offers.contains(&offer) {
                keys.offers.push(offer);
            }
        }
        let found = self.store.wanted(&keys).await?;
        let called_off = found.listings.iter().any(|listing| listing.canceled_at.is_some());
        if called_off || found.offers.iter().any(|offer| offer.deleted) {
            return Err(CommitError::OutOfStock);
        }
        let counted = found.offers.into_iter().filter(|offer| offer.shards > 0);
        Ok(counted.map(|offer| (offer.listing, offer.id, offer.shards)).collect())
    }

    fn calls_of(&self, decision: &Decision, now: Timestamp) -> Result<Vec<CallRecord>, EngineError> {
        let order = &decision.order;
        let refunds = decision.calls.iter().filter_map(|NextCall::Refund(id)| order.refund(id));
        refunds.map(|refund| render::refund_call(order, refund, now)).collect()
    }

    /// Asks Stripe for the object behind a fact that could not be decided on. None if that was done already and did not
    /// help. True beside the fact if it comes before the one at hand, instead of in its place.
    async fn look_deeper(
        &self,
        order: &Order,
        fact: &Fact,
        error: &DecideError,
        fetched: bool,
    ) -> Result<Option<(Fact, bool)>, EngineError> {
        let told = match error {
            DecideError::CaptureUnknown { payment_intent } => {
                // Stripe makes refunds and disputes of charges only, so the payment is there to be found.
                let intent = self.stripe.retrieve_intent(payment_intent).await?;
                let told = facts::from_intent(&intent, self.clock.now());
                return Ok(match told.say {
                    Say::Fact(fact @ Fact::Captured(_)) if !order.is_captured() => Some((fact, true)),
                    _ => None,
                });
            }
            DecideError::TaxUnknown => self.fetch_session(order, fact).await?,
            DecideError::Illegal { .. } if !fetched => self.fetch_session(order, fact).await?,
            DecideError::Illegal { .. } | DecideError::NotClaimable { .. } => None,
        };
        Ok(told.and_then(|told| match told.say {
            Say::Fact(better) if &better != fact => Some((better, false)),
            _ => None,
        }))
    }

    /// What the order's session says now.
    async fn fetch_session(&self, order: &Order, fact: &Fact) -> Result<Option<Told>, EngineError> {
        let named = match fact {
            Fact::Captured(capture) => capture.session.clone(),
            _ => None,
        };
        let session = match named.or_else(|| order.payment.session_id.clone()) {
            Some(id) => Some(self.stripe.retrieve_session(&id).await?),
            // The webhook was faster than the note of the session's id.
            None => self.find_session(order).await?,
        };
        session.map(|session| facts::from_session(&session, self.clock.now()).map_err(broken)).transpose()
    }

    /// Fetches what an event points to.
    pub(crate) async fn look(&self, look: &Look) -> Result<Vec<Told>, EngineError> {
        let now = self.clock.now();
        Ok(match look {
            Look::Session(id) => {
                vec![facts::from_session(&self.stripe.retrieve_session(id).await?, now).map_err(broken)?]
            }
            Look::Intent(id) => vec![facts::from_intent(&self.stripe.retrieve_intent(id).await?, now)],
            Look::Refunds { payment_intent } => {
                self.stripe.list_refunds(payment_intent).await?.iter().map(facts::from_refund).collect()
            }
        })
    }
}

pub(crate) fn broken(error: impl std::fmt::Display) -> EngineError {
    EngineError::Broken(error.to_string())
}

/// Alarms are log lines of their own level and name; the template makes them ring.
fn raise(order: &Order, alarm: &Alarm) {
    match alarm {
        Alarm::AmountMismatch { expected, captured } => tracing::error!(
            alarm = "amount_mismatch", order = %order.id, expected = expected.0, captured = captured.0,
            "paid in another amount or currency than asked for; the order is held for review"
        ),
        Alarm::DoublePayment => tracing::error!(
            alarm = "double_payment", order = %order.id, "charged twice; the second charge is being refunded"
        ),
        Alarm::RefundFailed(refund) => tracing::error!(
            alarm = "refund_failed", order = %order.id, refund = %refund, "a refund failed; the buyer still waits for it"
        ),
        Alarm::Dispute(state) => {
            tracing::error!(alarm = "dispute", order = %order.id, ?state, "the buyer's bank disputes the payment");
        }
    }
}
