//! Bookings: the expert answers, and either side cancels.
//!
//! An answer claims the order in one conditional write before anything is asked of Stripe, so one of several counts. If the
//! process dies after that, the same answer may be given again and goes on; without it, the sweeper ends what has to be
//! ended once the claim runs out. If it runs twice, the second one hears that it is done.

use domain::{
    Actor, Code, Order, OrderId, OrderStatus, RefundId, Refusal,
    order::{
        BookingStatus, CancelQuote, CanceledBy, Decision, NextCall, PaymentMode, cancel_booking, cancel_quote,
        confirm_booking, decline_booking, lapse,
    },
};
use jiff::Timestamp;
use payments::facts::{self, Finding};

use crate::{
    base::Engine,
    calls::record::RecordedCall,
    change::{Beside, Changed, Committed, Follow, Next},
    error::{EngineError, broken},
    fresh::fresh,
    settle::Origin,
};

impl Engine {
    /// The expert confirms a booking: its money is captured.
    ///
    /// Asked for again by the same expert once it is done, it says so and does nothing: also where the first call got no
    /// clear answer, and the webhook or the sweeper finished what it had begun.
    ///
    /// # Errors
    /// `request_in_progress` while the same expert's first call runs; `illegal_state` for an answer that comes second
    /// or too late; [`EngineError::Payment`] when Stripe gave no clear answer, after which the same call may be made again.
    pub async fn confirm_booking(&self, id: &OrderId, by: &Actor) -> Result<Order, EngineError> {
        let Committed { order: claimed, follow, .. } =
            Box::pin(self.answer(id, by, |order, now| confirm_booking(order, by, now))).await?;
        if claimed.payment.mode == PaymentMode::Free || !claimed.is_waiting() {
            return answered(&claimed, BookingStatus::Confirmed);
        }
        let capture = follow.into_iter().find(|next| next.call == NextCall::Capture);
        let taken = self.capture(&claimed, by, capture.and_then(|next| next.written)).await;
        let order = match taken {
            Ok(order) => order,
            Err(error) => return Err(self.let_go(&claimed, by, error).await),
        };
        if order.paid_at.is_some() {
            // Confirmed, even if the buyer has canceled since: this answer counted first.
            return Ok(order);
        }
        answered(&order, BookingStatus::Confirmed)
    }

    /// The expert declines a booking: the card is released, the slot is free again.
    ///
    /// # Errors
    /// As with [`Self::confirm_booking`].
    pub async fn decline_booking(&self, id: &OrderId, by: &Actor) -> Result<Order, EngineError> {
        let claimed = Box::pin(self.answer(id, by, |order, now| decline_booking(order, by, now))).await?.order;
        if !claimed.is_waiting() {
            return answered(&claimed, BookingStatus::Declined);
        }
        let order = self.release_card(&claimed, by).await?;
        answered(&order, BookingStatus::Declined)
    }

    /// The buyer or the expert cancels a booking. Its slot is free at once. Before the confirmation the card is released; after it,
    /// what the policy gives back now is refunded.
    ///
    /// # Errors
    /// As with [`Self::confirm_booking`].
    pub async fn cancel_booking(&self, id: &OrderId, who: CanceledBy, by: &Actor) -> Result<Order, EngineError> {
        let refund = RefundId::parse(fresh("ref", &self.clock)).map_err(broken)?;
        let Committed { order, follow, .. } =
            Box::pin(self.answer(id, by, |order, now| cancel_booking(order, who, by, refund.clone(), now))).await?;
        if order.is_waiting() {
            let order = self.release_card(&order, by).await?;
            return answered(&order, BookingStatus::Canceled);
        }
        for Follow { call, written } in follow {
            if let NextCall::Refund(refund) = &call
                && let Err(error) = self.ask_refund(id, refund, written).await
            {
                tracing::warn!(order = %id, %refund, %error, "refund unclear; the sweeper will see to it");
            }
        }
        Ok(self.store.order(id).await?.unwrap_or(order))
    }

    /// What canceling a booking would give back now, and until when.
    ///
    /// # Errors
    /// `illegal_state` if there is nothing to cancel.
    pub fn cancellation(&self, order: &Order, who: CanceledBy) -> Result<CancelQuote, EngineError> {
        Ok(cancel_quote(order, who, self.clock.now())?)
    }

    /// Decides on the order as it is, and writes that down. One of several wins; the others are refused.
    async fn answer(
        &self,
        id: &OrderId,
        by: &Actor,
        decide: impl Fn(&Order, Timestamp) -> Result<Decision, Refusal> + Sync,
    ) -> Result<Committed, EngineError> {
        let changed = self
            .change_order(id, by, |order, now| {
                let order = order.ok_or_else(|| Refusal::not_found("booking"))?;
                let decision = decide(&order, now)?;
                let outcome = decision.outcome;
                Ok(if decision.changed { Next::commit(order, decision) } else { Next::Done((order, outcome)) })
            })
            .await?;
        match changed {
            Changed::Now(committed) => {
                tracing::info!(order = %id, outcome = committed.outcome.as_str(), "booking answered");
                Ok(*committed)
            }
            Changed::Before((order, outcome)) => {
                tracing::info!(order = %id, outcome = outcome.as_str(), "booking answered before");
                Ok(Committed { order, outcome, follow: Vec::new() })
            }
            Changed::NotTaken(error) => Err(broken(error)),
        }
    }

    /// Captures the money of a claimed booking, and settles what came of it.
    async fn capture(&self, claimed: &Order, by: &Actor, written: Option<RecordedCall>) -> Result<Order, EngineError> {
        let seen = self.capture_intent(claimed, written).await?;
        match facts::from_intent(&seen, self.clock.now()).finding {
            Finding::Fact(fact) => {
                let settled = self.settle(&claimed.id, fact, Origin::fetched(by)).await?;
                Ok(settled.order.unwrap_or_else(|| claimed.clone()))
            }
            Finding::Fetch(_) | Finding::Nothing(_) => Ok(claimed.clone()),
        }
    }

    /// Ends a claimed booking's payment at Stripe and then the booking.
    async fn release_card(&self, claimed: &Order, by: &Actor) -> Result<Order, EngineError> {
        match Box::pin(self.finish_claim(claimed)).await {
            Ok(after) => Ok(after.unwrap_or_else(|| claimed.clone())),
            Err(error) => Err(self.let_go(claimed, by, error).await),
        }
    }

    /// Lets the same answer be given again at once after an unclear answer of Stripe. If this fails, it has to wait until
    /// the claim runs out.
    async fn let_go(&self, claimed: &Order, by: &Actor, error: EngineError) -> EngineError {
        let now = self.clock.now();
        let lapsed = lapse(claimed, now);
        if lapsed.changed
            && let Err(error) = self.commit(claimed, lapsed, by, Beside::default(), now).await
        {
            tracing::warn!(order = %claimed.id, %error, "claim not ended");
        }
        error
    }
}

/// The order, if its booking has come to what was asked for; else another answer counts.
fn answered(order: &Order, needed: BookingStatus) -> Result<Order, EngineError> {
    let status = order.booking.as_ref().map(|booking| booking.status);
    if status == Some(needed) {
        return Ok(order.clone());
    }
    let word = status.map_or("over", BookingStatus::as_str).replace('_', " ");
    let message = match order.status {
        OrderStatus::Pending | OrderStatus::Authorized => "The booking is still being answered".to_owned(),
        _ => format!("The booking is {word}"),
    };
    Err(Refusal::new(Code::IllegalState, message).into())
}
