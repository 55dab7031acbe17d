//! What is due of an order: its reminder, adjustments, refunds, then its hold or its archiving. This heals lost webhooks,
//! lost answers and crashes; it never creates, confirms or captures a charge.
//!
//! Each part is done by itself, and what fails keeps none of the others. If the process dies, the order stays on the agenda
//! and is taken up again when its lease ends. If it runs twice, each part finds what the first one did.

use domain::{
    Actor, Fact, Order, OrderId, OrderStatus, RefundState,
    order::{ClaimKind, unclaim},
};
use futures::{StreamExt, stream};
use jiff::Timestamp;
use payments::{
    facts::{self, Finding},
    intents::IntentStatus,
};
use store::Due;

use crate::{base::Engine, error::EngineError, settle::Origin};

/// How many refunds of one order are worked on at the same time: one that hangs does not keep the others.
const REFUNDS_AT_ONCE: usize = 4;

impl Engine {
    /// Does for an order what is due: its refunds, then its hold. A refund that fails keeps neither the other refunds nor
    /// the hold; its failure is returned in the end.
    pub(crate) async fn finish_order(&self, id: &OrderId, due: &Due) -> Result<(), EngineError> {
        let Some(order) = self.store.order(id).await? else { return Ok(()) };
        let now = self.clock.now();
        if order.due_at().is_none_or(|at| at > now) {
            // Another process was faster, or a session was noted while something else was written.
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
        let mut answers = stream::iter(refunds)
            .map(|refund| async move {
                let outcome = self.ask_refund(id, &refund, None).await;
                (refund, outcome)
            })
            .buffer_unordered(REFUNDS_AT_ONCE);
        while let Some((refund, outcome)) = answers.next().await {
            if let Err(error) = outcome {
                tracing::warn!(order = %id, %refund, %error, "refund not finished");
                failure = Some(error);
            }
        }
        Box::pin(self.finish_hold(id, &order, due)).await?;
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
            return Box::pin(self.end_payment(id, ClaimKind::Expiring, &Actor::Sweeper, why)).await;
        }
        if order.archive_at().is_some_and(|at| at <= now) {
            return self.archive_order(id, &Actor::Sweeper).await.map(drop);
        }
        // A refund that a bank has not finished stays due; it is fetched less and less often. What was written meanwhile
        // has set its own time.
        let Some(after) = self.store.order(id).await? else { return Ok(()) };
        match after.due_at() {
            Some(at) if at <= now => drop(self.store.lease_due(&due.written_at(at), due.leased_until(now)).await?),
            at => self.store.reschedule(due, at).await?,
        }
        Ok(())
    }

    /// Fetches what became of capturing a booking's money, after the expert's request did not come to an end. The sweeper
    /// captures no money itself: if it is authorized still, the expert may answer again. True if that was all there is to do
    /// now.
    async fn recover_capture(&self, order: &Order) -> Result<bool, EngineError> {
        let Some(intent) = &order.payment.payment_intent_id else { return Ok(false) };
        let now = self.clock.now();
        let seen = self.stripe.retrieve_intent(intent).await?;
        if seen.status == IntentStatus::RequiresCapture {
            let until = order.booking.as_ref().and_then(|booking| booking.respond_by);
            let Some(until) = until.filter(|until| *until > now) else { return Ok(false) };
            self.commit_once(order, unclaim(order, until), &Actor::Sweeper, now).await?;
            return Ok(true);
        }
        match facts::from_intent(&seen, now).finding {
            Finding::Fact(fact) => {
                self.settle(&order.id, fact, Origin::fetched(&Actor::Sweeper)).await?;
                Ok(true)
            }
            Finding::Fetch(_) | Finding::Nothing(_) => Ok(false),
        }
    }

    /// Does what is due of an order's splits, adjustments and disputes, each by itself: what fails blocks nothing else.
    ///
    /// # Errors
    /// The first [`EngineError`], after all were tried.
    pub(crate) async fn finish_adjustments(&self, order: &Order, now: Timestamp) -> Result<(), EngineError> {
        let id = &order.id;
        let due = |at: Option<Timestamp>| at.is_some_and(|at| at <= now);
        let mut results = Vec::new();
        for dispute in order.payment.disputes().filter(|dispute| due(dispute.fetch_at)) {
            results.push(self.settle_dispute(id, &dispute.stripe_id).await);
        }
        if due(order.split_fetch.as_ref().map(|fetch| fetch.due_at)) {
            for payment in order.unknown_splits() {
                let fact = self.fetch_split(id, &payment).await;
                results.push(self.settle_found(id, fact).await);
            }
        }
        for adjustment in order.adjustments.iter().filter(|adjustment| due(adjustment.due_at)) {
            let fact = Box::pin(self.make_adjustment(id, &adjustment.id, None)).await;
            results.push(self.settle_found(id, fact).await);
        }
        results.into_iter().collect()
    }

    async fn settle_found(&self, id: &OrderId, fact: Result<Option<Fact>, EngineError>) -> Result<(), EngineError> {
        match fact? {
            Some(fact) => self.settle(id, fact, Origin::fetched(&Actor::Adjust)).await.map(drop),
            None => Ok(()),
        }
    }

    /// Fetches where a dispute stands, and settles that.
    async fn settle_dispute(&self, order: &OrderId, dispute: &str) -> Result<(), EngineError> {
        for observation in self.fetch_dispute(dispute).await? {
            if let Finding::Fact(fact) = observation.finding {
                self.settle(order, fact, Origin::fetched(&Actor::Sweeper)).await?;
            }
        }
        Ok(())
    }
}
