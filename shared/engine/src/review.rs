//! Orders in review: staff accept or refuse, a canceled listing refuses for them, and people are reminded every day.

use domain::{
    Code, Order, OrderId, RefundState, Refusal,
    order::{NextCall, RefundCause, Repeat, StockState, accept_review, refuse_review, remind_of_review},
};
use store::CommitError;

use crate::{Engine, EngineError, settle::ROUNDS};

/// What staff decide about an order in review.
#[derive(Debug, Clone)]
pub struct ReviewDecision {
    /// The order.
    pub order: OrderId,
    /// Accept or refuse.
    pub accept: bool,
    /// Who decides: the token's subject.
    pub by: String,
}

impl Engine {
    /// Ends a review. Sent again by the same person, it changes nothing more: the order as it is then.
    ///
    /// An unclear answer of Stripe's is no error: the refund is written down, pending, and will be finished.
    ///
    /// # Errors
    /// `illegal_state` where there is nothing to decide, `request_in_progress` while the first call is at work,
    /// `out_of_stock` where the goods are gone; the order stays in review then.
    pub async fn review(&self, requested: &ReviewDecision) -> Result<Order, EngineError> {
        let ReviewDecision { order: id, accept, by } = requested;
        for _ in 0..ROUNDS {
            let now = self.clock.now();
            let order = self.store.order(id).await?.ok_or_else(|| Refusal::not_found("order"))?;
            match order.review_repeat(*accept, by, now) {
                Repeat::New => {}
                Repeat::Done => return Ok(order),
                Repeat::Running => {
                    let message = "The same decision is being carried out; please try again in a moment";
                    return Err(Refusal::new(Code::RequestInProgress, message).retry_after(2).into());
                }
                Repeat::Resume => return self.resume_review(order).await,
            }
            let decision = if *accept {
                accept_review(&order, by, now)?
            } else {
                refuse_review(&order, by, RefundCause::Staff, "refused in review", now)?
            };
            let sells = decision.order.stock == StockState::Sold && order.stock != StockState::Sold;
            if sells && matches!(self.supply(&order).await, Err(CommitError::OutOfStock)) {
                return Err(gone());
            }
            match self.commit(&order, decision, by, None, None, now).await {
                Ok(committed) => {
                    tracing::info!(order = %id, outcome = committed.outcome, by, "order in review decided");
                    self.follow(committed.order.clone(), committed.follow).await;
                    return Ok(self.store.order(id).await?.unwrap_or(committed.order));
                }
                Err(CommitError::Version | CommitError::EventDone | CommitError::Duplicate(_)) => {}
                Err(CommitError::OutOfStock) => return Err(gone()),
                Err(CommitError::InsufficientHours) => {
                    let message = "The hours of this order are spent, in part or all; refund an amount instead";
                    return Err(Refusal::new(Code::InsufficientHours, message).into());
                }
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        Err(EngineError::Contended)
    }

    /// Goes on where an earlier call with the same decision got no clear answer.
    async fn resume_review(&self, order: Order) -> Result<Order, EngineError> {
        let id = order.id.clone();
        let refunds = order.reviewed.as_ref().map(|reviewed| reviewed.refunds.clone()).unwrap_or_default();
        let open = |refund: &domain::RefundId| order.refund(refund).is_some_and(|r| r.state == RefundState::Pending);
        let mut calls: Vec<_> = refunds.into_iter().filter(open).map(NextCall::Refund).collect();
        if calls.is_empty() {
            calls.push(NextCall::EndPayment);
        }
        let order = self.follow(order, calls).await;
        Ok(self.store.order(&id).await?.unwrap_or(order))
    }

    /// Gives the payment of an order in review back, because its listing was canceled. False if it has to wait.
    pub(crate) async fn refund_in_review(&self, order: &Order, by: &str) -> Result<bool, EngineError> {
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
        let reason = format!("called off by {by}");
        let decision = refuse_review(order, by, RefundCause::ListingCanceled, &reason, now)?;
        match self.commit(order, decision, by, None, None, now).await {
            Ok(committed) => {
                self.follow(committed.order, committed.follow).await;
                Ok(true)
            }
            Err(CommitError::Store(error)) => Err(error.into()),
            // Somebody changed the order meanwhile: the job looks at it again.
            Err(_) => Err(EngineError::Contended),
        }
    }

    /// Reminds people of an order in review, if it is time.
    pub(crate) async fn remind(&self, order: &Order) -> Result<(), EngineError> {
        let now = self.clock.now();
        let decision = remind_of_review(order, now);
        if !decision.changed {
            return Ok(());
        }
        match self.commit(order, decision, "sweeper", None, None, now).await {
            Ok(_) | Err(CommitError::Version | CommitError::EventDone) => Ok(()),
            Err(CommitError::Store(error)) => Err(error.into()),
            Err(error) => Err(crate::settle::broken(error)),
        }
    }
}

fn gone() -> EngineError {
    let message = "What was bought is sold or no longer for sale; the order stays in review, and can be refunded";
    Refusal::new(Code::OutOfStock, message).into()
}
