//! What Stripe's own objects show: fetched where an event only points to one, where a fact cannot be decided on, and where a
//! fact contradicts its order.
//!
//! Nothing is written here. If the process dies, nothing was done; each time fetches anew.

use domain::{
    Capture, DisputeState, Fact, Minor, Order,
    order::{DecideError, PaymentMode},
};
use payments::{
    CallError,
    facts::{self, Fetch, Finding, Observation},
};

use crate::{
    base::Engine,
    error::{EngineError, broken},
};

/// What Stripe's objects show of a fact that could not be decided on.
pub(crate) enum Deeper {
    /// Nothing that helps.
    Nothing,
    /// This, in the fact's place.
    Instead(Fact),
    /// This comes first; then the fact again.
    Before(Fact),
    /// The fact is about money that was never captured.
    NeverTaken,
    /// Stripe shows nothing of the kind, so nothing is taken from the event.
    Contradicted,
}

impl Engine {
    /// Asks Stripe for the object behind a fact that could not be decided on.
    pub(crate) async fn fetch_more(
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
                    // Stripe writes a refund down too when it lets money go that was only authorized.
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

    /// What Stripe's own objects show now of what a fact is about. None if they show nothing, or belong to another order.
    pub(crate) async fn truth(&self, order: &Order, fact: &Fact) -> Result<Option<Fact>, EngineError> {
        if order.payment.mode == PaymentMode::Intent {
            return Ok(fact_of(order, self.fetch_intent(order, fact).await?));
        }
        let session = fact_of(order, self.fetch_session(order, fact).await?);
        let Fact::Captured(capture) = fact else { return Ok(session) };
        if matches!(&session, Some(Fact::Captured(own)) if own.payment_intent == capture.payment_intent) {
            return Ok(session);
        }
        // Money in the order's name that did not come by its page.
        Ok(match fact_of(order, self.fetch_intent(order, fact).await?) {
            Some(Fact::Captured(own)) => {
                // Only Stripe's page calculates tax.
                Some(Fact::Captured(Capture { tax: own.tax.or(Some(Minor::ZERO)), ..own }))
            }
            _ => session,
        })
    }

    /// What the order's session shows now.
    async fn fetch_session(&self, order: &Order, fact: &Fact) -> Result<Option<Observation>, EngineError> {
        let named = match fact {
            Fact::Captured(capture) => capture.session.clone(),
            _ => None,
        };
        let session = match named.or_else(|| order.payment.session_id.clone()) {
            Some(id) => found(self.stripe.retrieve_session(&id).await)?,
            // The webhook was faster than the note of the session's id.
            None => self.find_session(order).await?,
        };
        session.map(|session| facts::from_session(&session, self.clock.now()).map_err(broken)).transpose()
    }

    /// What the order's payment intent shows now.
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
            Fetch::Refunds { payment_intent } => facts::from_refunds(&self.stripe.list_refunds(payment_intent).await?),
            Fetch::Dispute(id) => self.fetch_dispute(id).await?,
        })
    }

    /// What a dispute shows now. One that was prevented is mostly settled by a refund that the seller made at Stripe:
    /// whether the money went back is then what the charge shows.
    pub(crate) async fn fetch_dispute(&self, id: &str) -> Result<Vec<Observation>, EngineError> {
        let seen_at = self.clock.now();
        let dispute = self.stripe.retrieve_dispute(id).await?;
        let mut observation = Vec::new();
        if let (DisputeState::Prevented, Some(charge)) = (dispute.state, &dispute.charge) {
            let charge = self.stripe.retrieve_charge(charge).await?;
            if let (true, Some(intent)) = (charge.amount_refunded > Minor::ZERO, &dispute.payment_intent) {
                observation.extend(facts::from_refunds(&self.stripe.list_refunds(intent).await?));
            }
        }
        observation.push(facts::from_dispute(&dispute, seen_at));
        Ok(observation)
    }
}

/// The fact that an object of Stripe's shows of this order. One that names another order shows none.
fn fact_of(order: &Order, observation: Option<Observation>) -> Option<Fact> {
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
