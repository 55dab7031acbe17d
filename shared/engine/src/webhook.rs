//! What Stripe tells us by itself.

use domain::{Fact, OrderId};
use payments::{
    events::{Envelope, EventKind},
    facts::{self, Say, Told},
};

use crate::{Engine, EngineError, EventOf, Origin, settle::broken};

/// What came of an event.
#[derive(Debug, Clone)]
pub struct Received {
    /// The order it was about, if any.
    pub order: Option<OrderId>,
    /// What happened, in one word.
    pub outcome: String,
}

impl Engine {
    /// Works on an event whose signature has been checked.
    ///
    /// # Errors
    /// Any failure is recorded with the event; the caller answers 5xx, so that Stripe sends the event again, and it is
    /// worked on again.
    pub async fn receive(&self, envelope: &Envelope) -> Result<Received, EngineError> {
        let event = EventOf { id: envelope.id.clone(), kind: envelope.kind.as_str().to_owned() };
        let mut about = None;
        match self.work_on(envelope, &event, &mut about).await {
            Ok(received) => {
                let order = received.order.as_ref().map(OrderId::as_str);
                let outcome = received.outcome.as_str();
                tracing::info!(event = %event.id, kind = event.kind, order, outcome, "event received");
                Ok(received)
            }
            Err(error) => {
                let order = about.as_ref().map(OrderId::as_str);
                tracing::error!(event = %event.id, kind = event.kind, order, %error, "event failed; Stripe will repeat it");
                let now = self.clock.now();
                let text = error.to_string();
                if let Err(error) = self.store.event_failed(&event.id, &event.kind, about.as_ref(), &text, now).await {
                    tracing::warn!(event = %event.id, %error, "failure not recorded");
                }
                Err(error)
            }
        }
    }

    async fn work_on(
        &self,
        envelope: &Envelope,
        event: &EventOf,
        about: &mut Option<OrderId>,
    ) -> Result<Received, EngineError> {
        if let EventKind::Unknown(_) = envelope.kind {
            return self.acknowledge(event, None, "ignored").await;
        }
        let told = facts::from_event(envelope).map_err(broken)?;
        if let Say::Nothing(reason) = told.say {
            return self.acknowledge(event, told.order, reason).await;
        }
        let Some(order) = self.whose(&told).await? else {
            return self.acknowledge(event, None, "unknown_order").await;
        };
        *about = Some(order.clone());
        let outcome = match &told.say {
            Say::Fact(fact) if self.is_of_another_session(&order, &told, fact).await? => {
                return self.acknowledge(event, Some(order), "another_session").await;
            }
            Say::Fact(fact) => self.settle(&order, fact.clone(), Origin::event(event)).await?.outcome,
            Say::Look(look) => {
                if let Some(record) = self.store.event(&event.id).await?.filter(|record| record.done) {
                    let first = record.done_at.map(|at| at.to_string());
                    tracing::info!(event = %event.id, order = %order, first, "already processed");
                    return Ok(Received { order: Some(order), outcome: "already_processed".to_owned() });
                }
                let mut outcome = "nothing_new";
                for seen in self.look(look).await? {
                    if let Say::Fact(fact) = &seen.say
                        && !self.is_of_another_session(&order, &seen, fact).await?
                    {
                        outcome = self.settle(&order, fact.clone(), Origin::fetched("webhook")).await?.outcome;
                    }
                }
                // Marked done only after all its facts are in: a crash before this line repeats them, to no effect.
                let now = self.clock.now();
                self.store.event_done(&event.done(outcome, false), Some(&order), now).await?;
                outcome
            }
            Say::Nothing(reason) => reason,
        };
        Ok(Received { order: Some(order), outcome: outcome.to_owned() })
    }

    async fn acknowledge(
        &self,
        event: &EventOf,
        order: Option<OrderId>,
        outcome: &str,
    ) -> Result<Received, EngineError> {
        self.store.event_done(&event.done(outcome, false), order.as_ref(), self.clock.now()).await?;
        Ok(Received { order, outcome: outcome.to_owned() })
    }

    /// The order that an object belongs to: by its metadata, by what we have noted, or by its payment's metadata.
    async fn whose(&self, told: &Told) -> Result<Option<OrderId>, EngineError> {
        if let Some(order) = &told.order {
            return Ok(Some(order.clone()));
        }
        let Some(intent) = &told.payment_intent else { return Ok(None) };
        if let Some(order) = self.store.order_of_stripe(intent).await? {
            return Ok(Some(order));
        }
        match self.stripe.retrieve_intent(intent).await {
            Ok(intent) => Ok(intent.order),
            Err(error) if error.is_missing() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// A session that is not the order's own cannot end the order's payment. Money in it counts all the same.
    async fn is_of_another_session(&self, order: &OrderId, told: &Told, fact: &Fact) -> Result<bool, EngineError> {
        let ends = matches!(fact, Fact::Unpayable | Fact::Failed(_));
        let (Some(session), true) = (&told.session, ends) else { return Ok(false) };
        let order = self.store.order(order).await?;
        let own = order.and_then(|order| order.payment.session_id);
        Ok(own.is_some_and(|own| &own != session))
    }
}
