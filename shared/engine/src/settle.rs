//! Settling: one path from a fact to the table, for webhook, success callback and sweeper alike.

use std::{collections::VecDeque, time::Instant};

use domain::{
    Capture, EventId, Fact, ListingId, Minor, OfferId, Order, OrderId,
    order::{Alarm, DecideError, Decision, NextCall, PaymentMode, Step, Supply, decide},
};
use jiff::Timestamp;
use payments::{
    CallError,
    facts::{self, Fetch, Finding, Observation},
};
use store::{CallRecord, CatalogKeys, Commit, CommitError, EventDone};

use crate::{Engine, EngineError, adjust::ADJUST_TIME, requests};

/// How often a fact is decided anew because somebody else changed the order.
pub(crate) const ROUNDS: usize = 12;

/// The outcome of what has taken effect before.
const ALREADY: &str = "already_processed";

/// Outcomes that come and go and leave nothing to account for.
const PASSING: [&str; 3] = ["claimed", "postponed", "reminded"];

/// The Stripe event that tells a fact.
#[derive(Debug, Clone)]
pub struct EventOf {
    /// Stripe's id of it.
    pub id: EventId,
    /// Stripe's type of it.
    pub kind: String,
}

impl EventOf {
    /// `known` says that there is a record of it already, of tries that failed.
    pub(crate) fn done(&self, outcome: &str, known: bool) -> EventDone {
        EventDone { id: self.id.clone(), kind: self.kind.clone(), outcome: outcome.to_owned(), known }
    }
}

/// Where a fact comes from.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// Who tells it, for the audit trail: a part of the system, or a person's subject.
    pub by: &'a str,
    /// The event that tells it, if one does.
    pub event: Option<&'a EventOf>,
    /// Whether it shows Stripe's object as it is now, not as it was at some event.
    pub fetched: bool,
}

impl<'a> Origin<'a> {
    /// An event of Stripe's.
    #[must_use]
    pub fn event(event: &'a EventOf) -> Self {
        Self { by: "webhook", event: Some(event), fetched: false }
    }

    /// An object that was fetched just now.
    #[must_use]
    pub fn fetched(by: &'a str) -> Self {
        Self { by, event: None, fetched: true }
    }
}

/// What settling came to.
#[derive(Debug, Clone)]
pub struct Settled {
    /// The order as it is now; none if we have no such order.
    pub order: Option<Order>,
    /// What happened, in one word.
    pub outcome: &'static str,
    /// When it happened first, if it had happened before.
    pub first: Option<Timestamp>,
}

/// A decision that is in the table.
pub(crate) struct Committed {
    pub(crate) order: Order,
    pub(crate) outcome: &'static str,
    /// What Stripe has to be asked for now.
    pub(crate) follow: Vec<NextCall>,
}

/// What a look at Stripe says of a fact that could not be decided on.
enum Deeper {
    /// Nothing that helps.
    Nothing,
    /// This, in the fact's place.
    Instead(Fact),
    /// This comes first; then the fact again.
    Before(Fact),
    /// The fact is about money that was never taken.
    NeverTaken,
    /// Stripe shows nothing of the kind, so nothing is taken from whoever told it.
    Contradicted,
}

impl Engine {
    /// Applies a fact to an order, however often and in whatever order facts come.
    ///
    /// # Errors
    /// [`EngineError`] if the fact could not be applied yet. Whoever told it should tell it again.
    pub async fn settle(&self, id: &OrderId, fact: Fact, origin: Origin<'_>) -> Result<Settled, EngineError> {
        let started = Instant::now();
        let (mut settled, follow) = Box::pin(self.settle_in_rounds(id, fact, origin)).await?;
        if let Some(order) = settled.order.take() {
            settled.order = Some(Box::pin(self.follow(order, follow)).await);
        }
        let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let event = origin.event.map(|event| event.id.as_str());
        let outcome = settled.outcome;
        let status = settled.order.as_ref().map(|order| order.status.as_str());
        if outcome == ALREADY {
            let first = settled.first.map(|at| at.to_string());
            tracing::info!(order = %id, event, outcome, status, first, milliseconds, "already processed");
        } else {
            tracing::info!(order = %id, event, outcome, status, milliseconds, "order settled");
        }
        Ok(settled)
    }

    /// The same without the calls to Stripe that follow, which come with it.
    async fn settle_in_rounds(
        &self,
        id: &OrderId,
        mut fact: Fact,
        origin: Origin<'_>,
    ) -> Result<(Settled, Vec<NextCall>), EngineError> {
        let Origin { by, event, mut fetched } = origin;
        let mut before = Vec::new();
        let mut supply = Supply::Untried;
        // What was fetched before the order was read may be older than it. It is fetched once more, and counts then.
        let mut seen_again = false;
        for _ in 0..ROUNDS {
            let now = self.clock.now();
            let (order, record) = match event {
                Some(event) => self.store.order_and_event(id, &event.id).await?,
                None => (self.store.order(id).await?, None),
            };
            let known = record.is_some();
            if let Some(record) = record.filter(|record| record.done) {
                return Ok((Settled { order, outcome: ALREADY, first: record.done_at }, before));
            }
            let Some(order) = order else {
                if let Some(event) = event {
                    self.store.event_done(&event.done("unknown_order", known), Some(id), now).await?;
                }
                return Ok((Settled { order: None, outcome: "unknown_order", first: None }, before));
            };
            let decision = match decide(&order, &fact, supply, now) {
                // Before a contradiction in amount or currency is believed, Stripe's object itself has to say it.
                Ok(decision) if !fetched && is_mismatch(&decision) => {
                    match Box::pin(self.truth(&order, &fact)).await? {
                        Some(better) => {
                            (fact, fetched) = (better, true);
                            continue;
                        }
                        None => return Box::pin(self.contradicted(order, &fact, event, known)).await,
                    }
                }
                Ok(decision) => decision,
                Err(error) => {
                    let deeper = Box::pin(self.fetch_more(&order, &fact, &error, fetched && seen_again)).await?;
                    let again = fetched && !std::mem::replace(&mut seen_again, true);
                    match deeper {
                        Deeper::Contradicted => return Box::pin(self.contradicted(order, &fact, event, known)).await,
                        // The order may have come to be otherwise meanwhile.
                        Deeper::Nothing if again => {}
                        Deeper::Nothing => {
                            tracing::error!(order = %id, fact = fact.name(), %error, "a fact contradicts the order");
                            return Err(EngineError::Broken(format!("order {id}: {error}")));
                        }
                        Deeper::Instead(better) => (fact, fetched) = (better, true),
                        Deeper::Before(capture) => {
                            let (_, follow) = Box::pin(self.settle_in_rounds(id, capture, Origin::fetched(by))).await?;
                            before.extend(follow);
                        }
                        Deeper::NeverTaken => {
                            if let Some(event) = event {
                                self.store.event_done(&event.done("never_taken", known), Some(id), now).await?;
                            }
                            return Ok((Settled { order: Some(order), outcome: "never_taken", first: None }, before));
                        }
                    }
                    continue;
                }
            };
            if !decision.changed {
                if let Some(event) = event {
                    self.store.event_done(&event.done(decision.outcome.as_str(), known), Some(id), now).await?;
                }
                let first = first_of(&order, &fact);
                return Ok((Settled { order: Some(order), outcome: decision.outcome.as_str(), first }, before));
            }
            let event = event.map(|event| event.done(decision.outcome.as_str(), known));
            match self.commit(&order, decision, by, event, None, now).await {
                Ok(Committed { order, outcome, follow }) => {
                    before.extend(follow);
                    return Ok((Settled { order: Some(order), outcome, first: None }, before));
                }
                Err(CommitError::Version | CommitError::EventDone) => {}
                Err(CommitError::OutOfStock) => supply = Supply::Gone,
                Err(CommitError::Duplicate(_) | CommitError::InsufficientHours) => return Err(EngineError::Contended),
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        Err(EngineError::Contended)
    }

    /// Ends with a fact that Stripe itself does not confirm: nothing of it is taken, and to hear it again changes nothing.
    async fn contradicted(
        &self,
        order: Order,
        fact: &Fact,
        event: Option<&EventOf>,
        known: bool,
    ) -> Result<(Settled, Vec<NextCall>), EngineError> {
        let (id, outcome) = (order.id.clone(), "contradicted");
        tracing::warn!(order = %id, fact = fact.name(), "Stripe does not confirm what was told; nothing is taken from it");
        if let Some(event) = event {
            self.store.event_done(&event.done(outcome, known), Some(&id), self.clock.now()).await?;
        }
        Ok((Settled { order: Some(order), outcome, first: None }, Vec::new()))
    }

    /// Makes the calls to Stripe that follow from a decision, and those that follow from their answers. What fails, or takes
    /// too long, stands on the agenda. The order as it is then.
    pub(crate) async fn follow(&self, mut order: Order, calls: Vec<NextCall>) -> Order {
        let id = order.id.clone();
        let deadline = tokio::time::Instant::now() + ADJUST_TIME;
        let mut calls = VecDeque::from(calls);
        while let Some(call) = calls.pop_front() {
            let done = match &call {
                NextCall::Refund(refund) => Box::pin(self.ask_refund(&id, refund)).await,
                NextCall::EndPayment => Box::pin(self.finish_claim(&order)).await.map(|after| {
                    if let Some(after) = after {
                        order = after;
                    }
                }),
                // Whoever confirms a booking captures, and tells its expert how that went.
                NextCall::Capture => Ok(()),
                // Not one within the other: a payment may have many adjustments.
                NextCall::Split { .. } | NextCall::Adjust(_) => {
                    let adjusting = Box::pin(self.adjust(&id, &call));
                    let adjusted = tokio::time::timeout_at(deadline, adjusting).await;
                    adjusted.unwrap_or(Err(EngineError::Contended)).map(|after| {
                        if let Some((after, follow)) = after {
                            order = after;
                            calls.extend(follow);
                        }
                    })
                }
            };
            if let Err(error) = done {
                tracing::warn!(order = %id, ?call, %error, "Stripe not asked yet; the sweeper will");
            }
        }
        order
    }

    /// Does one step of sharing a payment. The order then, with what follows from it; none if there was nothing to do.
    async fn adjust(&self, id: &OrderId, call: &NextCall) -> Result<Option<(Order, Vec<NextCall>)>, EngineError> {
        let fact = match call {
            NextCall::Split { payment_intent } => self.fetch_split(id, payment_intent).await?,
            NextCall::Adjust(adjustment) => self.make_adjustment(id, adjustment).await?,
            _ => None,
        };
        let Some(fact) = fact else { return Ok(None) };
        let (settled, follow) = Box::pin(self.settle_in_rounds(id, fact, Origin::fetched("adjust"))).await?;
        tracing::info!(order = %id, outcome = settled.outcome, "payment shared");
        Ok(settled.order.map(|order| (order, follow)))
    }

    /// Writes a decision and puts its notifications into the queue. The calls to Stripe that follow are the caller's to make;
    /// whatever is not done stands on the agenda.
    pub(crate) async fn commit(
        &self,
        before: &Order,
        mut decision: Decision,
        by: &str,
        event: Option<EventDone>,
        idempotency: Option<store::IdempotencyRecord>,
        now: Timestamp,
    ) -> Result<Committed, CommitError> {
        let outcome = decision.outcome.as_str();
        let calls = self.calls_of(&decision, now).map_err(|error| store::StoreError::Refused {
            operation: "write an intent record",
            reason: error.to_string(),
        })?;
        let shards = if decision.draw { self.supply(&decision.order).await? } else { Vec::new() };
        let notifications: Vec<_> =
            decision.notifications.iter().map(|notification| notification.id(&before.id)).collect();
        let follow = decision.calls.clone();
        if !PASSING.contains(&outcome) {
            let cause = event.as_ref().map(|event| event.id.to_string());
            decision.order.note(Step { at: now, what: outcome.to_owned(), by: by.to_owned(), cause });
        }
        let alarms = decision.alarms.clone();
        let commit = Commit { before, decision, calls, event, idempotency, shards };
        let order = Box::pin(self.store.commit(commit, now)).await?;
        for alarm in &alarms {
            raise(&order, alarm, now);
        }
        if !notifications.is_empty() {
            self.queue.send_or_leave(&notifications).await;
        }
        Ok(Committed { order, outcome, follow })
    }

    /// How many shards a late payment may draw from. Nothing of a listing that was called off is sold any more, nor of
    /// an offer that is gone.
    pub(crate) async fn supply(&self, order: &Order) -> Result<Vec<(ListingId, OfferId, u16)>, CommitError> {
        let mut keys = CatalogKeys::default();
        for line in &order.lines {
            if !keys.listings.contains(&line.listing) {
                keys.listings.push(line.listing.clone());
            }
            let offer = (line.listing.clone(), line.offer.clone());
            if !keys.offers.contains(&offer) {
                keys.offers.push(offer);
            }
        }
        let found = self.store.catalog_items(&keys).await?;
        let was_canceled = found.listings.iter().any(|listing| listing.canceled_at.is_some());
        if was_canceled || found.offers.iter().any(|offer| offer.deleted) {
            return Err(CommitError::OutOfStock);
        }
        let counted = found.offers.into_iter().filter(|offer| offer.shards > 0);
        Ok(counted.map(|offer| (offer.listing, offer.id, offer.shards)).collect())
    }

    fn calls_of(&self, decision: &Decision, now: Timestamp) -> Result<Vec<CallRecord>, EngineError> {
        let order = &decision.order;
        let record = |call: &NextCall| match call {
            NextCall::Refund(id) => order.refund(id).map(|refund| requests::refund_call(order, refund, now)),
            NextCall::Capture => Some(requests::capture_call(order, now)),
            NextCall::Adjust(id) => order.adjustment(id).map(|made| requests::adjustment_call(order, made, now)),
            NextCall::EndPayment | NextCall::Split { .. } => None,
        };
        decision.calls.iter().filter_map(record).collect()
    }

    /// Asks Stripe for the object behind a fact that could not be decided on.
    async fn fetch_more(
        &self,
        order: &Order,
        fact: &Fact,
        error: &DecideError,
        fetched: bool,
    ) -> Result<Deeper, EngineError> {
        match error {
            DecideError::CaptureUnknown { payment_intent } => {
                let intent = match self.stripe.retrieve_intent(payment_intent).await {
                    Ok(intent) => intent,
                    Err(error) if error.is_missing() => return Ok(Deeper::Contradicted),
                    Err(error) => return Err(error.into()),
                };
                if intent.order.as_ref().is_some_and(|named| named != &order.id) {
                    return Ok(Deeper::Contradicted);
                }
                let observation = facts::from_intent(&intent, self.clock.now());
                Ok(match observation.finding {
                    Finding::Fact(fact @ Fact::Captured(_)) if !order.is_captured() => Deeper::Before(fact),
                    // Stripe writes a refund down too when it lets money go that was only set aside.
                    _ if intent.amount_received.is_zero() => Deeper::NeverTaken,
                    _ => Deeper::Nothing,
                })
            }
            DecideError::TaxUnknown => Ok(match self.truth(order, fact).await? {
                Some(better) if &better != fact => Deeper::Instead(better),
                Some(_) => Deeper::Nothing,
                None => Deeper::Contradicted,
            }),
            DecideError::Illegal { .. } if !fetched => Ok(match self.truth(order, fact).await? {
                Some(better) if &better != fact => Deeper::Instead(better),
                Some(_) => Deeper::Nothing,
                None => Deeper::Contradicted,
            }),
            DecideError::Illegal { .. } | DecideError::NotClaimable { .. } => Ok(Deeper::Nothing),
        }
    }

    /// What Stripe's own objects say now about what a fact tells of the order. None if they say nothing, or belong to
    /// another order.
    async fn truth(&self, order: &Order, fact: &Fact) -> Result<Option<Fact>, EngineError> {
        if order.payment.mode == PaymentMode::Intent {
            return Ok(said(order, self.fetch_intent(order, fact).await?));
        }
        let session = said(order, self.fetch_session(order, fact).await?);
        let Fact::Captured(capture) = fact else { return Ok(session) };
        if matches!(&session, Some(Fact::Captured(own)) if own.payment_intent == capture.payment_intent) {
            return Ok(session);
        }
        // Money in the order's name that did not come by its page.
        Ok(match said(order, self.fetch_intent(order, fact).await?) {
            Some(Fact::Captured(own)) => {
                // Only Stripe's page reckons tax.
                Some(Fact::Captured(Capture { tax: own.tax.or(Some(Minor::ZERO)), ..own }))
            }
            _ => session,
        })
    }

    /// What the order's session says now.
    async fn fetch_session(&self, order: &Order, fact: &Fact) -> Result<Option<Observation>, EngineError> {
        let named = match fact {
            Fact::Captured(capture) => capture.session.clone(),
            _ => None,
        };
        let session = match named.or_else(|| order.payment.session_id.clone()) {
            Some(id) => found(self.stripe.retrieve_session(&id).await)?,
            // The webhook was faster than the note of the session's id.
            None => self.find_session(order, &self.opening(order).await?).await?,
        };
        session.map(|session| facts::from_session(&session, self.clock.now()).map_err(broken)).transpose()
    }

    /// What the order's payment intent says now.
    async fn fetch_intent(&self, order: &Order, fact: &Fact) -> Result<Option<Observation>, EngineError> {
        let named = match fact {
            Fact::Captured(capture) => Some(capture.payment_intent.clone()),
            Fact::Authorized(seen) => Some(seen.payment_intent.clone()),
            _ => order.payment.payment_intent_id.clone(),
        };
        let Some(id) = named else { return Ok(None) };
        let intent = found(self.stripe.retrieve_intent(&id).await)?;
        Ok(intent.map(|intent| facts::from_intent(&intent, self.clock.now())))
    }

    /// Fetches what an event points to.
    pub(crate) async fn fetch(&self, fetch: &Fetch) -> Result<Vec<Observation>, EngineError> {
        let now = self.clock.now();
        Ok(match fetch {
            Fetch::Session(id) => {
                vec![facts::from_session(&self.stripe.retrieve_session(id).await?, now).map_err(broken)?]
            }
            Fetch::Intent(id) => vec![facts::from_intent(&self.stripe.retrieve_intent(id).await?, now)],
            Fetch::Refunds { payment_intent } => {
                self.stripe.list_refunds(payment_intent).await?.iter().map(facts::from_refund).collect()
            }
            Fetch::Dispute(id) => self.fetch_dispute(id).await?,
        })
    }
}

/// Whether a decision would hold the order for review because of its amount or currency.
fn is_mismatch(decision: &Decision) -> bool {
    decision.alarms.iter().any(|alarm| matches!(alarm, Alarm::AmountMismatch { .. }))
}

/// What was told of this order, if it is a fact. An object that names another order tells nothing.
fn said(order: &Order, observation: Option<Observation>) -> Option<Fact> {
    let observation =
        observation.filter(|observation| observation.order.as_ref().is_none_or(|named| named == &order.id))?;
    match observation.finding {
        Finding::Fact(fact) => Some(fact),
        Finding::Fetch(_) | Finding::Nothing(_) => None,
    }
}

/// What Stripe has; none if it has no such object.
fn found<T>(requested: Result<T, CallError>) -> Result<Option<T>, CallError> {
    match requested {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.is_missing() => Ok(None),
        Err(error) => Err(error),
    }
}

/// When an order came to be as a fact says it is. A payment is known by its own time, the rest by the last change.
fn first_of(order: &Order, fact: &Fact) -> Option<Timestamp> {
    let paid = order.paid_at.filter(|_| matches!(fact, Fact::Captured(_)));
    paid.or_else(|| order.trail.last().map(|step| step.at))
}

pub(crate) fn broken(error: impl std::fmt::Display) -> EngineError {
    EngineError::Broken(error.to_string())
}

/// Alarms are log lines of their own level and name; the template makes them ring.
fn raise(order: &Order, alarm: &Alarm, now: Timestamp) {
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
        Alarm::Review { since, reason } => {
            let hours = now.duration_since(*since).as_hours();
            tracing::error!(
                alarm = "review", order = %order.id, age_hours = hours, reason,
                "an order is in review, and nobody has decided"
            );
        }
        Alarm::Dispute(state) => {
            tracing::error!(alarm = "dispute", order = %order.id, ?state, "the buyer's bank disputes the payment");
        }
        Alarm::DisputeUnknown { word } => tracing::error!(
            alarm = "dispute_unknown", order = %order.id, word, "a dispute has a status that we do not know"
        ),
        Alarm::AdjustmentRefused { adjustment, failure } => tracing::error!(
            alarm = "adjustment_refused", order = %order.id, adjustment = %adjustment, failure,
            "Stripe refuses to move money between platform and seller; it is tried again"
        ),
    }
}
