//! One order of a canceled listing: its payment is ended, or what it paid for is refunded.
//!
//! The refund's id names the order and how many refunds it had, so one that was written down is not written again. If the
//! process dies, the job repeats the order, and the sweeper asks Stripe for what is written down.

use domain::{
    Actor, ListingId, Order, OrderId, OrderStatus, RefundId, RefundState,
    order::{
        ClaimKind, NextCall, Refund, RefundAsk, RefundCause, RefundItem, StockState, decide_refund, refuse_review,
    },
};
use store::CommitError;

use crate::{
    base::Engine,
    change::{Beside, Changed, Follow, Next},
    error::{EngineError, broken},
};

impl Engine {
    /// Ends or refunds one order. False if it has to wait.
    pub(super) async fn cancel_order(
        &self,
        id: &OrderId,
        listing: &ListingId,
        by: &Actor,
    ) -> Result<bool, EngineError> {
        let mut order = self.store.order(id).await?;
        if order.as_ref().is_some_and(Order::is_waiting) {
            Box::pin(self.end_payment(id, ClaimKind::Voiding, by, "the listing was canceled")).await?;
            // It may have turned out to be paid.
            order = self.store.order(id).await?;
        }
        let Some(order) = order else { return Ok(true) };
        match order.status {
            _ if order.is_waiting() => Ok(false),
            // Refunds have to wait until the bank has decided, and the job with them.
            OrderStatus::Paid if order.is_frozen() => Ok(false),
            OrderStatus::Paid => {
                Box::pin(self.refund_listing(id, listing, by)).await?;
                Ok(true)
            }
            // Paid for otherwise than asked, and no person has decided: all of it goes back.
            _ if order.waits_for_goods() => Box::pin(self.refund_in_review(&order, by)).await,
            _ => Ok(true),
        }
    }

    /// Refunds what is left of an order's lines of one listing, all of the order if it has no others.
    async fn refund_listing(&self, id: &OrderId, listing: &ListingId, by: &Actor) -> Result<(), EngineError> {
        let changed = self
            .change_order(id, by, |order, now| {
                let Some(order) = order else { return Ok(Next::Done(())) };
                let Some(ask) = left_of(&order, listing) else { return Ok(Next::Done(())) };
                // The same refund however often the job runs: one for each time that something was left.
                let name = format!("ref_{id}_canceled{}", order.refunds.len());
                let refund_id = RefundId::parse(name).map_err(broken)?;
                let reason = Some(format!("canceled by {by}"));
                Ok(match decide_refund(&order, &ask, refund_id, RefundCause::ListingCanceled, reason, now) {
                    Ok(decision) => Next::commit(order, decision),
                    Err(refusal) => {
                        // It will not go better next time; a person has to look.
                        tracing::error!(
                            alarm = "refund_failed", order = %id, %listing, reason = refusal.message,
                            "an order of a canceled listing cannot be refunded"
                        );
                        Next::Done(())
                    }
                })
            })
            .await?;
        match changed {
            Changed::Now(committed) => {
                for Follow { call, written } in committed.follow {
                    if let NextCall::Refund(refund) = call {
                        self.ask_refund(id, &refund, written).await?;
                    }
                }
                Ok(())
            }
            Changed::Before(()) => Ok(()),
            Changed::NotTaken(CommitError::InsufficientHours) => {
                tracing::error!(alarm = "hours_spent", order = %id, %listing, "hours of a canceled listing are spent");
                Ok(())
            }
            Changed::NotTaken(_) => Err(EngineError::Contended),
        }
    }

    /// Gives the payment of an order in review back, because its listing was canceled. False if it has to wait.
    async fn refund_in_review(&self, order: &Order, by: &Actor) -> Result<bool, EngineError> {
        if order.is_frozen() {
            // The bank decides first.
            return Ok(false);
        }
        let refused = order
            .refunds
            .iter()
            .any(|refund| refund.cause == RefundCause::ListingCanceled && refund.state == RefundState::Failed);
        if refused || order.reviewed.is_some() || order.refundable().is_zero() {
            return Ok(true);
        }
        let now = self.clock.now();
        let reason = format!("canceled by {by}");
        let decision = refuse_review(order, by, RefundCause::ListingCanceled, &reason, now)?;
        match self.commit(order, decision, by, Beside::default(), now).await {
            Ok(committed) => {
                self.follow(committed.order, committed.follow).await;
                Ok(true)
            }
            Err(CommitError::Store(error)) => Err(error.into()),
            // Another process changed the order meanwhile: the job comes back to it.
            Err(_) => Err(EngineError::Contended),
        }
    }
}

/// What is left to refund of an order's lines of one listing. None if nothing is.
fn left_of(order: &Order, listing: &ListingId) -> Option<RefundAsk> {
    // Stripe refused one before, and staff were alarmed. Asking again and again would only pile up refusals.
    let refused = |refund: &Refund| refund.cause == RefundCause::ListingCanceled && refund.state == RefundState::Failed;
    // Nothing is left of it: canceled before by buyer or expert, or charged back.
    if order.refunds.iter().any(refused) || order.stock == StockState::None {
        return None;
    }
    let whole = order.lines.iter().all(|line| &line.listing == listing);
    let items = order.lines.iter().filter(|line| &line.listing == listing).map(|line| {
        let quantity = line.quantity.saturating_sub(order.taken_back(&line.id));
        RefundItem { line: line.id.clone(), quantity }
    });
    let items: Vec<_> = items.filter(|item| item.quantity > 0).collect();
    if items.is_empty() && !(whole && order.refundable().0 > 0) {
        return None;
    }
    Some(if whole { RefundAsk::Rest } else { RefundAsk::Items(items) })
}
