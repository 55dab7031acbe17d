//! Bookings: the expert answers, and either side calls off.

use domain::{
    Code, Order, OrderId, OrderStatus, RefundId, Refusal,
    order::{
        BookingStatus, CancelQuote, CanceledBy, Decision, NextCall, PaymentMode, cancel_booking, cancel_quote,
        confirm_booking, decline_booking, lapse,
    },
};
use jiff::Timestamp;
use payments::{
    CallError, RefusalClass,
    facts::{self, Finding},
    intents::IntentStatus,
};
use store::CommitError;
use uuid::Uuid;

use crate::{
    Engine, EngineError, Origin, requests,
    settle::{Committed, ROUNDS, broken},
};

impl Engine {
    /// The expert takes a booking: its money is taken at Stripe.
    ///
    /// Asked for again by the same expert once it is done, it says so and does nothing: also where the first call got no
    /// clear answer, and the webhook or the sweeper finished what it had begun.
    ///
    /// # Errors
    /// `request_in_progress` while the same expert's first call runs; `illegal_state` for anybody else who comes second or
    /// too late; [`EngineError::Payment`] when Stripe gave no clear answer, after which the same call may be made again.
    pub async fn confirm_booking(&self, id: &OrderId, by: &str) -> Result<Order, EngineError> {
        let claimed = self.answer(id, by, |order, now| confirm_booking(order, by, now)).await?.order;
        if claimed.payment.mode == PaymentMode::Free || !claimed.is_waiting() {
            return self.observation(&claimed, BookingStatus::Confirmed);
        }
        let taken = self.capture(&claimed, by).await;
        let order = match taken {
            Ok(order) => order,
            Err(error) => return Err(self.let_go(&claimed, by, error).await),
        };
        if order.paid_at.is_some() {
            // Confirmed, even if the buyer has canceled since: this answer counted first.
            return Ok(order);
        }
        self.observation(&order, BookingStatus::Confirmed)
    }

    /// The expert turns a booking down: the card is released, the slot is free again.
    ///
    /// # Errors
    /// As with [`Self::confirm_booking`].
    pub async fn decline_booking(&self, id: &OrderId, by: &str) -> Result<Order, EngineError> {
        let claimed = self.answer(id, by, |order, now| decline_booking(order, by, now)).await?.order;
        if !claimed.is_waiting() {
            return self.observation(&claimed, BookingStatus::Declined);
        }
        let order = self.release_card(&claimed, by).await?;
        self.observation(&order, BookingStatus::Declined)
    }

    /// Somebody calls a booking off. Its slot is free at once. Before the confirmation the card is released; after it,
    /// what the policy gives back now is refunded.
    ///
    /// # Errors
    /// As with [`Self::confirm_booking`].
    pub async fn cancel_booking(&self, id: &OrderId, who: CanceledBy, by: &str) -> Result<Order, EngineError> {
        let refund = RefundId::parse(format!("ref_{}", Uuid::now_v7().simple())).map_err(broken)?;
        let Committed { order, follow, .. } =
            self.answer(id, by, |order, now| cancel_booking(order, who, by, refund.clone(), now)).await?;
        if order.is_waiting() {
            let order = self.release_card(&order, by).await?;
            return self.observation(&order, BookingStatus::Canceled);
        }
        for call in &follow {
            if let NextCall::Refund(refund) = call
                && let Err(error) = self.ask_refund(id, refund).await
            {
                tracing::warn!(order = %id, %refund, %error, "refund unclear; the sweeper will see to it");
            }
        }
        Ok(self.store.order(id).await?.unwrap_or(order))
    }

    /// What calling a booking off would give back now, and until when.
    ///
    /// # Errors
    /// `illegal_state` if there is nothing to call off.
    pub fn cancellation(&self, order: &Order, who: CanceledBy) -> Result<CancelQuote, EngineError> {
        Ok(cancel_quote(order, who, self.clock.now())?)
    }

    /// Decides on the order as it is, and writes that down. One of several wins; the others are refused.
    async fn answer(
        &self,
        id: &OrderId,
        by: &str,
        decide: impl Fn(&Order, Timestamp) -> Result<Decision, Refusal>,
    ) -> Result<Committed, EngineError> {
        for _ in 0..ROUNDS {
            let now = self.clock.now();
            let order = self.store.order(id).await?.ok_or_else(|| Refusal::not_found("booking"))?;
            let decision = decide(&order, now)?;
            if !decision.changed {
                let outcome = decision.outcome.as_str();
                tracing::info!(order = %id, outcome, "booking answered before");
                return Ok(Committed { order, outcome, follow: Vec::new() });
            }
            match self.commit(&order, decision, by, None, None, now).await {
                Ok(committed) => {
                    let outcome = committed.outcome;
                    tracing::info!(order = %id, outcome, "booking answered");
                    return Ok(committed);
                }
                Err(CommitError::Version) => {}
                Err(CommitError::Store(error)) => return Err(error.into()),
                Err(error) => return Err(broken(error)),
            }
        }
        Err(EngineError::Contended)
    }

    /// Takes the money of a claimed booking, under the key of its intent record, and settles what came of it.
    async fn capture(&self, claimed: &Order, by: &str) -> Result<Order, EngineError> {
        let intent = claimed
            .payment
            .payment_intent_id
            .clone()
            .ok_or_else(|| EngineError::Broken(format!("order {} has no payment to take", claimed.id)))?;
        let n = claimed.claim.as_ref().and_then(|claim| claim.call).unwrap_or_default();
        let mut call =
            self.store.call(&claimed.id, n).await?.ok_or_else(|| {
                EngineError::Broken(format!("order {} has no intent record to take with", claimed.id))
            })?;
        let request = requests::request(&call)?;
        let mut requested = self.stripe.capture_intent(&request, &call.key).await;
        if requested.as_ref().is_err_and(CallError::is_stuck) {
            // Stripe keeps its 5xx under the key. The intent itself tells whether the money was taken all the same.
            let seen = self.stripe.retrieve_intent(&intent).await?;
            requested = if seen.status == IntentStatus::RequiresCapture {
                call.key = self.rekey(&call).await?;
                self.stripe.capture_intent(&request, &call.key).await
            } else {
                Ok(seen)
            };
        }
        let seen = match requested {
            Ok(seen) => seen,
            Err(error) if error.is_unclear() => return Err(error.into()),
            // A definite no, mostly because somebody was faster. The intent shows what holds.
            Err(error) => {
                let seen = self.stripe.retrieve_intent(&intent).await?;
                if seen.status == IntentStatus::RequiresCapture {
                    if error.class().is_some_and(RefusalClass::is_kept) {
                        // Stripe would repeat its no to the same key for a day.
                        self.rekey(&call).await?;
                    }
                    return Err(error.into());
                }
                seen
            }
        };
        match facts::from_intent(&seen, self.clock.now()).finding {
            Finding::Fact(fact) => {
                let settled = self.settle(&claimed.id, fact, Origin::fetched(by)).await?;
                Ok(settled.order.unwrap_or_else(|| claimed.clone()))
            }
            Finding::Fetch(_) | Finding::Nothing(_) => Ok(claimed.clone()),
        }
    }

    /// Ends a claimed booking's payment at Stripe and then the booking.
    async fn release_card(&self, claimed: &Order, by: &str) -> Result<Order, EngineError> {
        match self.finish_claim(claimed).await {
            Ok(after) => Ok(after.unwrap_or_else(|| claimed.clone())),
            Err(error) => Err(self.let_go(claimed, by, error).await),
        }
    }

    /// Lets whoever asks again go on at once with what got no clear answer. If this fails, they have to wait until the
    /// claim runs out.
    async fn let_go(&self, claimed: &Order, by: &str, error: EngineError) -> EngineError {
        let now = self.clock.now();
        let lapsed = lapse(claimed, now);
        if lapsed.changed
            && let Err(error) = self.commit(claimed, lapsed, by, None, None, now).await
        {
            tracing::warn!(order = %claimed.id, %error, "claim not given up");
        }
        error
    }

    /// The order, if its booking has come to what was asked for; else it is somebody else's answer that counts.
    fn observation(&self, order: &Order, needed: BookingStatus) -> Result<Order, EngineError> {
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
}
