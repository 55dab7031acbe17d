//! Events of Stripe.
//!
//! If the process dies, or the work fails, the event is not marked done, the answer is not 2xx, and Stripe sends it again.
//! If it runs twice, the event's record says that it is done; the record is written in one transaction with its effect.

use domain::{Actor, Fact, Order, OrderId};
use payments::{
    events::Envelope,
    facts::{self, Fetch, Finding, Observation},
    owners::Owner,
};

use crate::{
    base::Engine,
    effect::Effect,
    error::EngineError,
    settle::{EventOf, Origin},
};

/// What came of an event.
#[derive(Debug, Clone)]
pub struct Received {
    /// The order it was about, if any.
    pub order: Option<OrderId>,
    /// What happened.
    pub outcome: Effect,
}

impl Engine {
    /// Works on an event whose signature has been checked. What is not ours is noted and has no effect.
    ///
    /// # Errors
    /// Any failure is recorded with the event; the caller answers 5xx, so that Stripe sends the event again, and it is
    /// worked on again.
    pub async fn receive(&self, envelope: &Envelope) -> Result<Received, EngineError> {
        let event = EventOf { id: envelope.id.clone(), kind: envelope.kind.as_str().to_owned() };
        let mut about = None;
        match Box::pin(self.work_on(envelope, &event, &mut about)).await {
            Ok(received) => {
                let order = received.order.as_ref().map(OrderId::as_str);
                let outcome = received.outcome.as_str();
                // What was known before, as when an old event is sent again, was not late.
                let lag_seconds = received.outcome.is_of_payment().then(|| self.lag(envelope)).flatten();
                tracing::info!(event = %event.id, kind = event.kind, order, outcome, lag_seconds, "event received");
                Ok(received)
            }
            Err(error) => {
                let order = about.as_ref().map(OrderId::as_str);
                // A buyer has paid, and has nothing yet: that rings while it is so, not when it is over.
                let lag_seconds =
                    (order.is_some() && envelope.kind.is_of_payment()).then(|| self.lag(envelope)).flatten();
                let (event, kind) = (&event.id, &event.kind);
                if error.is_transient() {
                    tracing::warn!(%event, kind, order, lag_seconds, %error, "event put off; Stripe will repeat it");
                } else {
                    tracing::error!(%event, kind, order, lag_seconds, %error, "event failed; Stripe will repeat it");
                }
                let now = self.clock.now();
                let text = error.to_string();
                if let Err(error) = self.store.event_failed(event, kind, about.as_ref(), &text, now).await {
                    tracing::warn!(%event, %error, "failure not recorded");
                }
                Err(error)
            }
        }
    }

    /// The seconds since an event's cause at Stripe. None of an event that does not say when it happened, which is of 1970.
    fn lag(&self, envelope: &Envelope) -> Option<i64> {
        let created = envelope.created.as_second();
        (created > 0).then(|| self.clock.now().as_second() - created)
    }

    async fn work_on(
        &self,
        envelope: &Envelope,
        event: &EventOf,
        about: &mut Option<OrderId>,
    ) -> Result<Received, EngineError> {
        // Whose it is comes first: of what is not ours nothing is read, and nothing can go wrong.
        let livemode = self.stripe.livemode().await.ok().flatten();
        let order = match Box::pin(self.whose(envelope.owner(livemode))).await? {
            Ok(order) => order,
            Err(reason) => return Ok(self.ignore(event, reason).await),
        };
        *about = Some(order.clone());
        if let Some(card) = facts::card_that_paid(envelope) {
            Box::pin(self.note_card(&order, &card)).await?;
        }
        let observation = facts::from_event(envelope);
        let outcome = match observation {
            // What points to nothing has nothing to be fetched.
            Ok(observation) if envelope.is_of_our_version() || facts::pointer(envelope).is_none() => {
                match observation.finding {
                    Finding::Nothing(reason) => {
                        return self.acknowledge(event, Some(order), Effect::Ignored(reason)).await;
                    }
                    Finding::Fact(ref fact) if self.is_of_another_session(&order, &observation, fact).await? => {
                        return self.acknowledge(event, Some(order), Effect::AnotherSession).await;
                    }
                    Finding::Fact(fact) => self.settle(&order, fact, Origin::event(event)).await?.outcome,
                    Finding::Fetch(fetch) => return Box::pin(self.settle_fetched(event, order, Some(fetch))).await,
                }
            }
            observation => {
                let version = envelope.api_version.as_deref();
                let error = observation.err().map(|error| error.to_string());
                tracing::info!(event = %event.id, order = %order, version, error, "the event's object is fetched");
                return Box::pin(self.settle_fetched(event, order, facts::pointer(envelope))).await;
            }
        };
        Ok(Received { order: Some(order), outcome })
    }

    /// Fetches what an event points to, or else the order's own payment, and settles what that shows.
    async fn settle_fetched(
        &self,
        event: &EventOf,
        id: OrderId,
        fetch: Option<Fetch>,
    ) -> Result<Received, EngineError> {
        let (order, record) = self.store.order_and_event(&id, &event.id).await?;
        if let Some(record) = record.filter(|record| record.done) {
            let first = record.done_at.map(|at| at.to_string());
            tracing::info!(event = %event.id, order = %id, first, "already processed");
            return Ok(Received { order: Some(id), outcome: Effect::ALREADY });
        }
        let Some(order) = order else { return self.acknowledge(event, Some(id), Effect::UnknownOrder).await };
        let fetches = fetch.map_or_else(|| own_payment(&order), |fetch| vec![fetch]);
        let mut outcome = Effect::NothingNew;
        for fetch in &fetches {
            let seen = match self.fetch(fetch).await {
                Ok(seen) => seen,
                // The event is about an object that Stripe does not have: there is nothing to take from it.
                Err(EngineError::Payment(error)) if error.is_missing() => {
                    outcome = Effect::NoSuchObject;
                    continue;
                }
                Err(error) => return Err(error),
            };
            for seen in seen {
                if let Finding::Fact(fact) = &seen.finding
                    && seen.order.as_ref().is_none_or(|named| named == &id)
                    && !self.is_of_another_session(&id, &seen, fact).await?
                {
                    outcome = self.settle(&id, fact.clone(), Origin::fetched(&Actor::Webhook)).await?.outcome;
                }
            }
        }
        // Marked done only after all its facts are in: a crash before this line repeats them, to no effect.
        self.acknowledge(event, Some(id), outcome).await
    }

    async fn acknowledge(
        &self,
        event: &EventOf,
        order: Option<OrderId>,
        outcome: Effect,
    ) -> Result<Received, EngineError> {
        self.store.event_done(&event.done(outcome, false), order.as_ref(), self.clock.now()).await?;
        Ok(Received { order, outcome })
    }

    /// Takes note of an event that is not ours, if the table lets us: there is nothing to repeat it for.
    async fn ignore(&self, event: &EventOf, reason: Effect) -> Received {
        if let Err(error) = self.acknowledge(event, None, reason).await {
            tracing::info!(event = %event.id, %error, "an event that is not ours was not noted");
        }
        Received { order: None, outcome: reason }
    }

    /// The order that an object belongs to: by its metadata, by what we have noted, or by its payment's metadata. Or why
    /// it belongs to none. A payment that is not noted yet, because its webhook was faster, is found by its metadata.
    async fn whose(&self, owner: Owner) -> Result<Result<OrderId, Effect>, EngineError> {
        let (intent, charge, fetch) = match owner {
            Owner::Foreign(reason) => return Ok(Err(Effect::Ignored(reason))),
            Owner::Order(order) => return Ok(Ok(order)),
            Owner::Noted { payment_intent } => (Some(payment_intent), None, false),
            Owner::OfPayment { payment_intent, charge } => (payment_intent, charge, true),
        };
        if let Some(intent) = &intent
            && let Some(order) = self.store.order_of_stripe(intent).await?
        {
            return Ok(Ok(order));
        }
        let found = match (intent, charge) {
            _ if !fetch => Ok(None),
            (Some(intent), _) => self.stripe.order_of_intent(&intent).await,
            (None, Some(charge)) => self.stripe.order_of_charge(&charge).await,
            (None, None) => Ok(None),
        };
        match found {
            Ok(order) => Ok(order.ok_or(Effect::NotOurs)),
            Err(error) if error.is_missing() => Ok(Err(Effect::NotOurs)),
            Err(error) => Err(error.into()),
        }
    }

    /// A session that is not the order's own cannot end the order's payment. Money in it counts all the same.
    async fn is_of_another_session(
        &self,
        order: &OrderId,
        observation: &Observation,
        fact: &Fact,
    ) -> Result<bool, EngineError> {
        let ends = matches!(fact, Fact::Unpayable | Fact::Failed(_));
        let (Some(session), true) = (&observation.session, ends) else { return Ok(false) };
        let order = self.store.order(order).await?;
        let own = order.and_then(|order| order.payment.session_id);
        Ok(own.is_some_and(|own| &own != session))
    }
}

/// What Stripe has of an order's payment, as far as we have noted it.
fn own_payment(order: &Order) -> Vec<Fetch> {
    let payment = &order.payment;
    match (&payment.payment_intent_id, &payment.session_id) {
        (Some(intent), _) => {
            vec![Fetch::Intent(intent.clone()), Fetch::Refunds { payment_intent: intent.clone() }]
        }
        (None, Some(session)) => vec![Fetch::Session(session.clone())],
        (None, None) => Vec::new(),
    }
}
