//! Ending a claimed order's payment at Stripe: the page is expired or the payment intent canceled, and then it is certain that
//! no payment can arrive any more, or that one has.
//!
//! If the process dies, the claim runs out and the sweeper ends the payment. If it runs twice, the second one finds the page
//! expired or the intent canceled, and what it shows is the same. An order whose page or intent was never noted is asked for
//! once more first ([`Engine::replay`]).

use std::time::Instant;

use domain::{
    Actor, Fact, Order, OrderStatus,
    order::{ClaimKind, Confirmer, PROCESSING_FETCH, PaymentMode, PaymentState, SESSION_TOO_LATE, unclaim},
};
use jiff::SignedDuration;
use payments::{
    facts::{self, Finding},
    intents::{CancelReason, Intent, IntentStatus},
    sessions::SessionStatus,
};

use crate::{
    base::Engine,
    calls::ladder::Replayed,
    error::{EngineError, broken},
    settle::Origin,
};

impl Engine {
    /// Ends the payment of a claimed order. What it came to, which is the caller's to settle; none if that is not known
    /// yet, and then the claim is given back for a while.
    pub(crate) async fn end_at_stripe(&self, claimed: &Order) -> Result<Option<Fact>, EngineError> {
        let now = self.clock.now();
        let by = claimed.claim.as_ref().map_or(&Actor::Sweeper, |claim| &claim.by);
        let known = claimed.payment.state == PaymentState::Processing;
        let fact = match claimed.payment.mode {
            PaymentMode::Intent => self.final_intent_fact(claimed).await?,
            PaymentMode::Hosted => self.final_session_fact(claimed).await?,
            PaymentMode::Free => Some(Fact::Unpayable),
        };
        let fact = match fact {
            Some(fact @ Fact::Processing { .. }) => (!known).then_some(fact),
            fact => fact,
        };
        if fact.is_none() {
            let wait = if known { PROCESSING_FETCH } else { SignedDuration::from_mins(1) };
            let decision = unclaim(claimed, self.clock.now() + wait);
            self.commit_once(claimed, decision, by, now).await?;
        }
        Ok(fact)
    }

    /// What the order's payment intent shows in the end, after it was canceled if it could still be paid. None if that
    /// is not known yet.
    async fn final_intent_fact(&self, order: &Order) -> Result<Option<Fact>, EngineError> {
        let now = self.clock.now();
        let seen = match &order.payment.payment_intent_id {
            Some(id) => Some(self.stripe.retrieve_intent(id).await?),
            None => match self.replay_intent(order).await? {
                Replayed::Repeated(intent) | Replayed::Listed(intent) => Some(intent),
                Replayed::No => return Ok(Some(Fact::Unpayable)),
                Replayed::NotListed => None,
            },
        };
        let Some(seen) = seen else {
            // None is listed. None is made any more shortly before the hold ends.
            let over = order.hold.as_ref().is_none_or(|hold| hold.expires_at <= now);
            return Ok(over.then_some(Fact::Unpayable));
        };
        self.end_intent(order, seen).await
    }

    /// Cancels a payment intent unless it is over. What it has come to.
    async fn end_intent(&self, order: &Order, mut seen: Intent) -> Result<Option<Fact>, EngineError> {
        let now = self.clock.now();
        let claim = order.claim.as_ref();
        let expiring = claim.is_some_and(|claim| claim.kind == ClaimKind::Expiring);
        // The buyer was in time, and only the event was lost: now the expert may answer.
        let just_authorized =
            expiring && order.status == OrderStatus::Pending && order.payment.state != PaymentState::Authorized;
        let over = match seen.status {
            IntentStatus::Succeeded | IntentStatus::Processing | IntentStatus::Canceled => true,
            IntentStatus::RequiresCapture => just_authorized,
            _ => false,
        };
        if !over {
            let reason = if expiring { CancelReason::Abandoned } else { CancelReason::RequestedByCustomer };
            if let (Some(failure), Some(Confirmer::Server)) = (&seen.last_error, order.payment.confirmer)
                && order.payment.failure.is_none()
            {
                // The server's decline was never noted. Noted before the cancel, it is why the order ends.
                let started = Instant::now();
                let decline = Fact::Declined(failure.clone().at(now));
                // The order is claimed, so no call follows from it.
                let (settled, _) = self.apply(&order.id, decline, Origin::fetched(&Actor::Sweeper)).await?;
                settled.report(&order.id, Origin::fetched(&Actor::Sweeper), started);
            }
            seen = self.cancel_intent(&seen.id, reason).await?;
        }
        Ok(match facts::from_intent(&seen, now).finding {
            Finding::Fact(Fact::ActionRequired { .. } | Fact::Declined(_)) => None,
            Finding::Fact(fact) => Some(fact),
            Finding::Fetch(_) | Finding::Nothing(_) => None,
        })
    }

    /// What the order's session shows in the end, after it was expired if it was still open. None if that is not known
    /// yet.
    async fn final_session_fact(&self, order: &Order) -> Result<Option<Fact>, EngineError> {
        let session = match &order.payment.session_id {
            Some(id) => Some(self.stripe.retrieve_session(id).await?),
            None => match self.replay_session(order).await? {
                Replayed::Repeated(session) | Replayed::Listed(session) => Some(session),
                Replayed::No => return Ok(Some(Fact::Unpayable)),
                Replayed::NotListed => None,
            },
        };
        let Some(mut session) = session else {
            // None is listed, and a repeat under a new key may be on its way: wait until Stripe would make none any more.
            let too_late = self.clock.now().duration_since(order.created_at) > SESSION_TOO_LATE;
            return Ok(too_late.then_some(Fact::Unpayable));
        };
        if session.status == SessionStatus::Open {
            session = self.expire_session(&session.id).await?;
        }
        let held = session.intent.as_ref().filter(|intent| intent.status == IntentStatus::RequiresCapture);
        if let Some(intent) = held {
            // The page is complete, and the money of a slot is authorized: what is left to end is the payment intent.
            return self.end_intent(order, intent.as_ref().clone()).await;
        }
        let observation = facts::from_session(&session, self.clock.now()).map_err(broken)?;
        Ok(match observation.finding {
            Finding::Fact(fact) => Some(fact),
            Finding::Fetch(_) | Finding::Nothing(_) => None,
        })
    }
}
