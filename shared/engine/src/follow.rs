//! Settling a fact, and then the calls to Stripe that follow from it, and those that follow from their answers.
//!
//! Each call that follows has its record in the table and stands on the agenda before it is made. So if the process dies,
//! or a call fails or takes too long, the sweeper makes it. If it runs twice, Stripe gives the same answer to the same key,
//! and a fact that is settled already changes nothing.

use std::{collections::VecDeque, time::Duration};

use domain::{
    Actor, AdjustmentId, Fact, Order, OrderId, RefundId, RefundState,
    order::{AdjustmentState, ClaimKind, NextCall, Outcome, claim, retry_adjustment},
};
use payments::{
    facts::{self, Finding},
    refunds::StripeRefund,
};

use crate::{
    base::Engine,
    calls::{
        record::RecordedCall,
        refund::{RefundAnswer, RefundCame},
    },
    change::Follow,
    effect::Effect,
    error::EngineError,
    settle::{Origin, Settled},
};

/// How long the caller waits for adjustments that follow from what it did. What takes longer stands on the agenda.
const ADJUST_TIME: Duration = Duration::from_secs(10);

impl Engine {
    /// Applies a fact to an order, however often and in whatever order facts come, and makes the calls that follow.
    ///
    /// # Errors
    /// [`EngineError`] if the fact could not be applied yet. It has to come again: the webhook answers 5xx, the sweeper
    /// comes back.
    pub async fn settle(&self, id: &OrderId, fact: Fact, origin: Origin<'_>) -> Result<Settled, EngineError> {
        let started = std::time::Instant::now();
        let card = match &fact {
            Fact::Declined(decline) => decline.card.clone(),
            _ => None,
        };
        let (mut settled, follow) = self.apply(id, fact, origin).await?;
        if let (Effect::Decided(Outcome::Declined), Some(order)) = (settled.outcome, &settled.order) {
            self.count_decline(order, card.as_deref()).await;
        }
        if let Some(order) = settled.order.take() {
            settled.order = Some(Box::pin(self.follow(order, follow)).await);
        }
        settled.report(id, origin, started);
        Ok(settled)
    }

    /// Makes the calls to Stripe that follow from a decision, and those that follow from their answers. What fails, or takes
    /// too long, stands on the agenda. The order as it is then.
    pub(crate) async fn follow(&self, mut order: Order, calls: Vec<Follow>) -> Order {
        let id = order.id.clone();
        let deadline = tokio::time::Instant::now() + ADJUST_TIME;
        let mut calls = VecDeque::from(calls);
        while let Some(Follow { call, written }) = calls.pop_front() {
            let done = match &call {
                NextCall::Refund(refund) => Box::pin(self.ask_refund(&id, refund, written)).await,
                NextCall::EndPayment => Box::pin(self.finish_claim(&order)).await.map(|after| {
                    if let Some(after) = after {
                        order = after;
                    }
                }),
                // The expert's request captures, and answers how that went.
                NextCall::Capture => Ok(()),
                // Not one within the other: a payment may have many adjustments.
                NextCall::Split { .. } | NextCall::Adjust(_) => {
                    let adjusting = Box::pin(self.adjust(&id, &call, written));
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
    async fn adjust(
        &self,
        id: &OrderId,
        call: &NextCall,
        written: Option<RecordedCall>,
    ) -> Result<Option<(Order, Vec<Follow>)>, EngineError> {
        let fact = match call {
            NextCall::Split { payment_intent } => self.fetch_split(id, payment_intent).await?,
            NextCall::Adjust(adjustment) => Box::pin(self.make_adjustment(id, adjustment, written)).await?,
            _ => None,
        };
        let Some(fact) = fact else { return Ok(None) };
        let (settled, follow) = self.apply(id, fact, Origin::fetched(&Actor::Adjust)).await?;
        tracing::info!(order = %id, outcome = settled.outcome.as_str(), "payment shared");
        Ok(settled.order.map(|order| (order, follow)))
    }

    /// Asks Stripe for an adjustment that is written down, or fetches what has become of it. What came of it is the
    /// caller's to settle.
    ///
    /// # Errors
    /// [`EngineError`] if it is not known yet whether it was made.
    pub(crate) async fn make_adjustment(
        &self,
        order: &OrderId,
        id: &AdjustmentId,
        written: Option<RecordedCall>,
    ) -> Result<Option<Fact>, EngineError> {
        let Some(found) = self.store.order(order).await? else { return Ok(None) };
        let Some(adjustment) = found.adjustment(id) else { return Ok(None) };
        let again = match adjustment.state {
            AdjustmentState::Due => false,
            AdjustmentState::Refused => true,
            AdjustmentState::Done | AdjustmentState::Withdrawn => return Ok(None),
        };
        if again {
            // From here on it may be made, so no process may withdraw it any more.
            let now = self.clock.now();
            let decision = retry_adjustment(&found, id, now);
            self.commit_once(&found, decision, &Actor::Sweeper, now).await?.ok_or(EngineError::Contended)?;
        }
        self.request_adjustment(&found, adjustment, again, written).await.map(Some)
    }

    /// Claims a waiting order, ends its payment at Stripe, then the order; or settles it, if it turns out to be paid. The
    /// hold is released only once Stripe has shown that no payment can arrive any more.
    pub(crate) async fn end_payment(
        &self,
        id: &OrderId,
        kind: ClaimKind,
        by: &Actor,
        why: &str,
    ) -> Result<(), EngineError> {
        let now = self.clock.now();
        let Some(order) = self.store.order(id).await? else { return Ok(()) };
        let Ok(decision) = claim(&order, kind, by, why, now) else { return Ok(()) };
        // Another process may have been faster: with a claim, a payment or the end.
        match self.commit_once(&order, decision, by, now).await? {
            Some(committed) => self.finish_claim(&committed.order).await.map(drop),
            None => Ok(()),
        }
    }

    /// Does what a claim is for: ends the payment at Stripe, then settles what Stripe shows. The order as it is then; none
    /// if the payment is not over yet, and the claim was given back.
    pub(crate) async fn finish_claim(&self, claimed: &Order) -> Result<Option<Order>, EngineError> {
        let by = claimed.claim.as_ref().map_or(&Actor::Sweeper, |claim| &claim.by);
        let Some(fact) = self.end_at_stripe(claimed).await? else { return Ok(None) };
        Ok(self.settle(&claimed.id, fact, Origin::fetched(by)).await?.order)
    }

    /// Asks Stripe for a refund that is written down, or fetches what has become of it, and settles that. `written` is its
    /// call record, where this process has just written it.
    ///
    /// # Errors
    /// [`EngineError`] if it is not known yet how the refund stands.
    pub(crate) async fn ask_refund(
        &self,
        order: &OrderId,
        id: &RefundId,
        written: Option<RecordedCall>,
    ) -> Result<(), EngineError> {
        let Some(found) = self.store.order(order).await? else { return Ok(()) };
        let Some(refund) = found.refund(id).filter(|refund| refund.state == RefundState::Pending) else {
            return Ok(());
        };
        if let Some(stripe_id) = &refund.stripe_id {
            let seen = self.stripe.retrieve_refund(stripe_id).await?;
            return self.settle_refund(order, &seen).await;
        }
        let Some(RefundAnswer { listed, came }) = self.request_refund(&found, refund, written).await? else {
            return Ok(());
        };
        for seen in &listed {
            self.settle_refund(order, seen).await?;
        }
        let fact = match came? {
            RefundCame::Made(seen) if listed.iter().any(|known| known.id == seen.id) => return Ok(()),
            RefundCame::Made(seen) => return self.settle_refund(order, &seen).await,
            RefundCame::Delayed(failure) => Fact::RefundDelayed { refund: id.clone(), failure },
            RefundCame::Refused(failure) => Fact::RefundRefused { refund: id.clone(), failure },
        };
        self.settle(order, fact, Origin::fetched(&Actor::Refund)).await.map(drop)
    }

    async fn settle_refund(&self, order: &OrderId, seen: &StripeRefund) -> Result<(), EngineError> {
        match facts::from_refund(seen).finding {
            Finding::Fact(fact) => self.settle(order, fact, Origin::fetched(&Actor::Refund)).await.map(drop),
            Finding::Fetch(_) | Finding::Nothing(_) => Ok(()),
        }
    }
}
