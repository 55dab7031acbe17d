//! Orders in review: staff accept or refuse, and are reminded every day.
//!
//! The decision is one conditional write, with the refunds that follow from it. If the process dies after that, the same
//! decision of the same person goes on where the first call stopped, and the sweeper does so without it. If it runs twice,
//! the second one hears what the first one did.

use domain::{
    Actor, Code, Order, OrderId, RefundState, Refusal, Staff, StaffAction,
    order::{NextCall, RefundCause, Repeat, StockState, accept_review, refuse_review, remind_of_review},
};
use jiff::Timestamp;
use store::CommitError;

use crate::{
    base::Engine,
    change::{Change, Committed, Next},
    error::EngineError,
};

/// What staff decide about an order in review.
#[derive(Debug, Clone)]
pub struct ReviewDecision {
    /// Its id; it must be in review.
    pub order: OrderId,
    /// Accept or refuse.
    pub accept: bool,
    /// Who decides.
    pub staff: Staff,
}

/// What deciding comes to.
enum Decided {
    Now(Box<Committed>),
    /// The same person decided the same before.
    Before(Box<Order>),
    /// The same, but the first call got no clear answer from Stripe.
    Unfinished(Box<Order>),
}

/// A decision of staff on its way into the table.
struct Deciding<'a>(&'a ReviewDecision);

impl Change for Deciding<'_> {
    type Done = Decided;

    fn by(&self) -> &Actor {
        &self.0.staff.by
    }

    async fn decide(&mut self, engine: &Engine, now: Timestamp) -> Result<Next<Decided>, EngineError> {
        let ReviewDecision { order: id, accept, staff } = self.0;
        let by = &staff.by;
        let order = engine.store.order(id).await?.ok_or_else(|| Refusal::not_found("order"))?;
        match order.review_repeat(*accept, by, now) {
            Repeat::New => {}
            Repeat::Done => return Ok(Next::Done(Decided::Before(Box::new(order)))),
            Repeat::Running => {
                let message = "The same decision is being carried out; please try again in a moment";
                return Err(Refusal::new(Code::RequestInProgress, message).retry_after(2).into());
            }
            Repeat::Resume => return Ok(Next::Done(Decided::Unfinished(Box::new(order)))),
        }
        let decision = if *accept {
            accept_review(&order, by, now)?
        } else {
            refuse_review(&order, by, RefundCause::Staff, "refused in review", now)?
        };
        let sells = decision.order.stock == StockState::Sold && order.stock != StockState::Sold;
        if sells && matches!(engine.supply(&order).await, Err(CommitError::OutOfStock)) {
            return Err(gone());
        }
        let action = if *accept { StaffAction::ReviewAccepted } else { StaffAction::ReviewRefused };
        let entry = staff.did_to_order(action, &order, now);
        Ok(Next::logged(order, decision, Some(entry)))
    }

    fn committed(&mut self, committed: Committed) -> Decided {
        Decided::Now(Box::new(committed))
    }

    fn not_taken(&mut self, error: CommitError) -> Result<Option<Decided>, EngineError> {
        match error {
            CommitError::OutOfStock => Err(gone()),
            CommitError::InsufficientHours => {
                let message = "The hours of this order are spent, in part or all; refund an amount instead";
                Err(Refusal::new(Code::InsufficientHours, message).into())
            }
            _ => Ok(None),
        }
    }
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
        let ReviewDecision { order: id, staff, .. } = requested;
        match self.change(&mut Deciding(requested)).await? {
            Decided::Now(committed) => {
                let Committed { order, outcome, follow } = *committed;
                tracing::info!(order = %id, outcome = outcome.as_str(), by = staff.by.as_str(), "order in review decided");
                self.follow(order.clone(), follow).await;
                Ok(self.store.order(id).await?.unwrap_or(order))
            }
            Decided::Before(order) => Ok(*order),
            Decided::Unfinished(order) => self.resume_review(*order).await,
        }
    }

    /// Goes on where an earlier call with the same decision got no clear answer.
    async fn resume_review(&self, order: Order) -> Result<Order, EngineError> {
        let id = order.id.clone();
        let refunds = order.reviewed.as_ref().map(|reviewed| reviewed.refunds.clone()).unwrap_or_default();
        let open = |refund: &domain::RefundId| order.refund(refund).is_some_and(|r| r.state == RefundState::Pending);
        let mut calls: Vec<_> = refunds.into_iter().filter(open).map(|id| NextCall::Refund(id).into()).collect();
        if calls.is_empty() {
            calls.push(NextCall::EndPayment.into());
        }
        let order = self.follow(order, calls).await;
        Ok(self.store.order(&id).await?.unwrap_or(order))
    }

    /// Reminds people of an order in review, if it is time.
    pub(crate) async fn remind(&self, order: &Order) -> Result<(), EngineError> {
        let now = self.clock.now();
        let decision = remind_of_review(order, now);
        if !decision.changed {
            return Ok(());
        }
        // If another process was faster, it is on the agenda still.
        self.commit_once(order, decision, &Actor::Sweeper, now).await.map(drop)
    }
}

fn gone() -> EngineError {
    let message = "What was bought is sold or no longer for sale; the order stays in review, and can be refunded";
    Refusal::new(Code::OutOfStock, message).into()
}
