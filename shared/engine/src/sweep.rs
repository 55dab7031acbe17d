//! The sweeper: finishes what is due. It heals lost webhooks, lost answers and crashes; it never creates or confirms a
//! charge.

use domain::{
    Fact, Order, OrderId, OrderStatus, RefundState,
    order::{ClaimKind, Confirmer, PROCESSING_FETCH, PaymentMode, PaymentState, SESSION_TOO_LATE, claim, unclaim},
};
use futures::{StreamExt, stream};
use jiff::SignedDuration;
use payments::{
    facts::{self, Finding},
    intents::{CancelReason, Intent, IntentStatus},
    sessions::SessionStatus,
};
use store::{CommitError, Due};

use crate::{Engine, EngineError, Origin, settle::broken, unopened::Opened};

/// How many refunds of one order are worked on at the same time: one that hangs does not keep the others.
const REFUNDS_AT_ONCE: usize = 4;

impl Engine {
    /// Does for an order what is due: its refunds, then its hold. A refund that fails keeps neither the other refunds nor
    /// the hold; the failure is told in the end.
    pub(crate) async fn finish_order(&self, id: &OrderId, due: &Due) -> Result<(), EngineError> {
        let Some(order) = self.store.order(id).await? else { return Ok(()) };
        let now = self.clock.now();
        if order.due_at().is_none_or(|at| at > now) {
            // Somebody was faster, or a session was noted while something else was written.
            return Ok(self.store.reschedule(due, order.due_at()).await?);
        }
        Box::pin(self.remind(&order)).await?;
        let adjusted = Box::pin(self.finish_adjustments(&order, now)).await;
        let pending = order.refunds.iter().filter(|refund| refund.state == RefundState::Pending);
        let mut refunds: Vec<_> =
            pending.filter(|r| r.due_at.is_some_and(|at| at <= now)).map(|r| r.id.clone()).collect();
        // Another one is the first each time, so that some that hang and take all the time leave it to the others then.
        let first = usize::try_from(due.sweeps).unwrap_or(0) * REFUNDS_AT_ONCE;
        let first = first.checked_rem(refunds.len()).unwrap_or(0);
        refunds.rotate_left(first);
        let mut failure = None;
        let mut requested = stream::iter(refunds)
            .map(|refund| async move {
                let outcome = self.ask_refund(id, &refund).await;
                (refund, outcome)
            })
            .buffer_unordered(REFUNDS_AT_ONCE);
        while let Some((refund, outcome)) = requested.next().await {
            if let Err(error) = outcome {
                tracing::warn!(order = %id, %refund, %error, "refund not finished");
                failure = Some(error);
            }
        }
        self.finish_hold(id, &order, due).await?;
        adjusted?;
        failure.map_or(Ok(()), Err)
    }

    /// Does for an order what is due besides its refunds: its hold, or its archiving.
    async fn finish_hold(&self, id: &OrderId, order: &Order, due: &Due) -> Result<(), EngineError> {
        let now = self.clock.now();
        if order.is_waiting() {
            if order.claim.as_ref().is_some_and(|claim| claim.kind == ClaimKind::Capturing)
                && self.recover_capture(order).await?
            {
                return Ok(());
            }
            let why = match order.status {
                OrderStatus::Authorized => "the expert did not answer",
                _ => "the hold ran out",
            };
            return self.end_payment(id, ClaimKind::Expiring, "sweeper", why).await;
        }
        if order.archive_at().is_some_and(|at| at <= now) {
            return self.archive_order(id, "sweeper").await.map(drop);
        }
        // A refund that a bank has not finished stays due; it is looked at less and less often. What was written meanwhile
        // has set its own time.
        let Some(after) = self.store.order(id).await? else { return Ok(()) };
        match after.due_at() {
            Some(at) if at <= now => drop(self.store.lease_due(&due.written_at(at), due.leased_until(now)).await?),
            at => self.store.reschedule(due, at).await?,
        }
        Ok(())
    }

    /// Ends a pending order's payment at Stripe, then the order; or settles it, if it turns out to be paid. The hold is
    /// released only once Stripe has said that no payment can arrive any more.
    pub(crate) async fn end_payment(
        &self,
        id: &OrderId,
        kind: ClaimKind,
        by: &str,
        why: &str,
    ) -> Result<(), EngineError> {
        let now = self.clock.now();
        let Some(order) = self.store.order(id).await? else { return Ok(()) };
        let Ok(decision) = claim(&order, kind, by, why, now) else { return Ok(()) };
        match self.commit(&order, decision, by, None, None, now).await {
            Ok(committed) => self.finish_claim(&committed.order).await.map(drop),
            // Somebody was faster: with a claim, a payment or the end.
            Err(CommitError::Version | CommitError::EventDone) => Ok(()),
            Err(CommitError::Store(error)) => Err(error.into()),
            Err(error) => Err(broken(error)),
        }
    }

    /// Does what a claim is for: ends the payment at Stripe, then settles what Stripe says. May run twice at once. The
    /// order as it is then; none if that cannot be said yet, and the claim was given back.
    pub(crate) async fn finish_claim(&self, claimed: &Order) -> Result<Option<Order>, EngineError> {
        let now = self.clock.now();
        let by = claimed.claim.as_ref().map_or("sweeper", |claim| claim.by.as_str());
        let known = claimed.payment.state == PaymentState::Processing;
        let fact = match claimed.payment.mode {
            PaymentMode::Intent => self.final_intent_fact(claimed).await?,
            PaymentMode::Hosted => self.final_fact(claimed).await?,
            PaymentMode::Free => Some(Fact::Unpayable),
        };
        let fact = match fact {
            Some(fact @ Fact::Processing { .. }) => (!known).then_some(fact),
            fact => fact,
        };
        let Some(fact) = fact else {
            // Not over yet: the claim is given back, and the order is looked at later.
            let wait = if known { PROCESSING_FETCH } else { SignedDuration::from_mins(1) };
            let decision = unclaim(claimed, self.clock.now() + wait);
            return match self.commit(claimed, decision, by, None, None, now).await {
                Ok(_) | Err(CommitError::Version | CommitError::EventDone) => Ok(None),
                Err(CommitError::Store(error)) => Err(error.into()),
                Err(error) => Err(broken(error)),
            };
        };
        Ok(self.settle(&claimed.id, fact, Origin::fetched(by)).await?.order)
    }

    /// Looks what became of taking a booking's money, after whoever did so went away. The sweeper takes no money itself:
    /// if Stripe did not either, the expert may answer again. True if that was all there is to do now.
    async fn recover_capture(&self, order: &Order) -> Result<bool, EngineError> {
        let Some(intent) = &order.payment.payment_intent_id else { return Ok(false) };
        let now = self.clock.now();
        let seen = self.stripe.retrieve_intent(intent).await?;
        if seen.status == IntentStatus::RequiresCapture {
            let until = order.booking.as_ref().and_then(|booking| booking.respond_by);
            let Some(until) = until.filter(|until| *until > now) else { return Ok(false) };
            return match self.commit(order, unclaim(order, until), "sweeper", None, None, now).await {
                Ok(_) | Err(CommitError::Version | CommitError::EventDone) => Ok(true),
                Err(CommitError::Store(error)) => Err(error.into()),
                Err(error) => Err(broken(error)),
            };
        }
        match facts::from_intent(&seen, now).finding {
            Finding::Fact(fact) => {
                self.settle(&order.id, fact, Origin::fetched("sweeper")).await?;
                Ok(true)
            }
            Finding::Fetch(_) | Finding::Nothing(_) => Ok(false),
        }
    }

    /// What Stripe says of the order's payment intent in the end, after it was canceled if it could still be paid. None
    /// if that cannot be said yet.
    async fn final_intent_fact(&self, order: &Order) -> Result<Option<Fact>, EngineError> {
        let now = self.clock.now();
        let seen = match &order.payment.payment_intent_id {
            Some(id) => Some(self.stripe.retrieve_intent(id).await?),
            None => match self.replay_intent(order).await? {
                Opened::Yes(intent) => Some(intent),
                Opened::No => return Ok(Some(Fact::Unpayable)),
                Opened::NotListed => None,
            },
        };
        let Some(seen) = seen else {
            // None is listed. None is made any more shortly before the hold ends.
            let over = order.hold.as_ref().is_none_or(|hold| hold.expires_at <= now);
            return Ok(over.then_some(Fact::Unpayable));
        };
        self.end_intent(order, seen).await
    }

    /// Cancels a payment intent unless it is over, and says what it has come to.
    async fn end_intent(&self, order: &Order, mut seen: Intent) -> Result<Option<Fact>, EngineError> {
        let now = self.clock.now();
        let claim = order.claim.as_ref();
        let expiring = claim.is_some_and(|claim| claim.kind == ClaimKind::Expiring);
        // The buyer was in time, and only the word of it was lost: now the expert may answer.
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
                // Nobody heard of the server's decline. Noted before the cancel, it is why the order ends, whoever ends it.
                let decline = Fact::Declined(failure.clone().at(now));
                self.settle(&order.id, decline, Origin::fetched("sweeper")).await?;
            }
            seen = match self.stripe.cancel_intent(&seen.id, reason).await {
                Ok(seen) => seen,
                // Paid or canceled in this very moment.
                Err(error) if error.is_unexpected_state() => self.stripe.retrieve_intent(&seen.id).await?,
                Err(error) => return Err(error.into()),
            };
        }
        Ok(match facts::from_intent(&seen, now).finding {
            Finding::Fact(Fact::ActionRequired { .. } | Fact::Declined(_)) => None,
            Finding::Fact(fact) => Some(fact),
            Finding::Fetch(_) | Finding::Nothing(_) => None,
        })
    }

    /// What Stripe says of the order's session in the end, after it was ended if it was still open. None if that cannot
    /// be said yet.
    async fn final_fact(&self, order: &Order) -> Result<Option<Fact>, EngineError> {
        let session = match &order.payment.session_id {
            Some(id) => Some(self.stripe.retrieve_session(id).await?),
            None => match self.replay_session(order).await? {
                Opened::Yes(session) => Some(session),
                Opened::No => return Ok(Some(Fact::Unpayable)),
                Opened::NotListed => None,
            },
        };
        let Some(mut session) = session else {
            // None is listed, and a repeat under a new key may be on its way: wait until Stripe would make none any more.
            let too_late = self.clock.now().duration_since(order.created_at) > SESSION_TOO_LATE;
            return Ok(too_late.then_some(Fact::Unpayable));
        };
        if session.status == SessionStatus::Open {
            session = match self.stripe.expire_session(&session.id).await {
                Ok(session) => session,
                // Paid or expired in this very moment.
                Err(error) if error.is_unexpected_state() => self.stripe.retrieve_session(&session.id).await?,
                Err(error) => return Err(error.into()),
            };
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
