//! Opening a payment at Stripe for an order that is in the table: a page, or a payment intent and its confirmation.
//!
//! What if the process dies here is said where the calls are: [`crate::calls::session`], [`crate::calls::intent`] and
//! [`crate::calls::confirm`].

use domain::{
    Actor, Decline, Fact, Order, OrderStatus,
    order::{Confirmer, NO_MORE_CALLS, PaymentMode},
};
use jiff::Timestamp;
use payments::{
    CallError, RefusalClass, Secret,
    facts::{self, Finding},
    intents::Intent,
};

use super::RequestedPayment;
use crate::{
    base::Engine,
    calls::{confirm, record::RecordedCall},
    error::{AMOUNT_REFUSED, EngineError, NOT_STARTED, SELLER_REFUSED},
    settle::Origin,
};

/// The answer for an order that has failed for good, because its card was declined with no buyer there to try another one,
/// or because Stripe takes no such payment for this seller. A repeat under the same key gets it again.
pub(super) fn failed_for_good(order: &Order) -> Option<EngineError> {
    let failure = order.payment.failure.as_ref().filter(|_| order.status == OrderStatus::Failed)?;
    match failure.code.as_str() {
        NOT_STARTED => None,
        code @ (SELLER_REFUSED | AMOUNT_REFUSED) => {
            Some(EngineError::PaymentRefused { order: Box::new(order.clone()), reason: code.to_owned() })
        }
        _ if order.payment.confirmer == Some(Confirmer::Server) => {
            Some(EngineError::Declined { order: Box::new(order.clone()) })
        }
        _ => None,
    }
}

impl Engine {
    /// Asks Stripe for what the order is paid with, under the key of its call record, and notes it. With a payment
    /// method the payment is confirmed at once. `resumed` says that an earlier process may have asked before.
    pub(super) async fn open_payment(
        &self,
        order: Order,
        call: RecordedCall,
        payment: &RequestedPayment,
        resumed: bool,
        now: Timestamp,
    ) -> Result<(Order, Option<Secret>), EngineError> {
        if order.payment.mode == PaymentMode::Hosted {
            return Ok((Box::pin(self.open_page(order, call, resumed, now)).await?, None));
        }
        let ends = order.hold.as_ref().map_or(now, |hold| hold.expires_at);
        if ends.duration_since(now) < NO_MORE_CALLS {
            // The hold is about to end, and the sweeper must be able to rely on it that nothing is under way then.
            return Ok((order, None));
        }
        let (order, intent, confirm) = Box::pin(self.open_intent(order, call, payment, resumed, now)).await?;
        match order.payment.confirmer {
            Some(Confirmer::Server) if order.status == OrderStatus::Pending => {
                Box::pin(self.confirm(order, confirm, now)).await
            }
            _ => Ok((order, intent.client_secret)),
        }
    }

    /// Opens the order's page, and notes it.
    async fn open_page(
        &self,
        mut order: Order,
        call: RecordedCall,
        resumed: bool,
        now: Timestamp,
    ) -> Result<Order, EngineError> {
        match self.open_session(&order, call, resumed).await? {
            Ok(session) => {
                self.store.record_session(&order, &session.id, session.url.as_deref()).await?;
                order.payment.session_id = Some(session.id);
                order.payment.checkout_url = session.url;
                Ok(order)
            }
            // Turned away because of our own key, nothing was decided: the same request resumes once that is mended.
            Err(error) if error.is_unclear() || error.is_turned_away() => Err(error.into()),
            Err(error) => Err(Box::pin(self.not_opened(order, &error, now)).await?),
        }
    }

    /// Stripe refused for good: there is nothing at Stripe that could be paid, and there will be nothing, so the stock need not wait.
    async fn not_opened(&self, order: Order, error: &CallError, now: Timestamp) -> Result<EngineError, EngineError> {
        let decline = error.decline(now).unwrap_or_else(|| Decline {
            code: own_code(error).unwrap_or(NOT_STARTED).to_owned(),
            message: "The payment could not be started".to_owned(),
            at: now,
            card: None,
        });
        tracing::error!(order = %order.id, code = decline.code, %error, "Stripe refused the order's payment");
        let reason = decline.code.clone();
        let settled = self.settle(&order.id, Fact::Failed(decline), Origin::fetched(&Actor::Checkout)).await?;
        let order = settled.order.unwrap_or(order);
        Ok(EngineError::PaymentRefused { order: Box::new(order), reason })
    }

    /// Creates the order's payment intent, and notes it together with the record of its confirmation.
    async fn open_intent(
        &self,
        mut order: Order,
        call: RecordedCall,
        payment: &RequestedPayment,
        resumed: bool,
        now: Timestamp,
    ) -> Result<(Order, Intent, Option<RecordedCall>), EngineError> {
        if let Some(id) = &order.payment.payment_intent_id {
            let intent = self.stripe.retrieve_intent(id).await?;
            return Ok((order, intent, None));
        }
        match self.create_intent(&order, call, resumed).await? {
            Ok(intent) => {
                let confirm = match payment {
                    RequestedPayment::ByServer { payment_method } => {
                        Some(confirm::record(&order, &intent.id, payment_method, now)?)
                    }
                    RequestedPayment::Hosted | RequestedPayment::ByClient => None,
                };
                self.store.record_intent(&order.id, &intent.id, confirm.as_ref().map(|call| &call.record)).await?;
                order.payment.payment_intent_id = Some(intent.id.clone());
                Ok((order, intent, confirm))
            }
            // Turned away because of our own key, nothing was decided: the same request resumes once that is mended.
            Err(error) if error.is_unclear() || error.is_turned_away() => Err(error.into()),
            Err(error) => Err(Box::pin(self.not_opened(order, &error, now)).await?),
        }
    }

    /// Confirms the order's payment, once: a repeat has the same key, and gets the same answer.
    async fn confirm(
        &self,
        order: Order,
        written: Option<RecordedCall>,
        now: Timestamp,
    ) -> Result<(Order, Option<Secret>), EngineError> {
        let Some(intent) = order.payment.payment_intent_id.clone() else {
            return Err(EngineError::Broken(format!("order {} has no payment to confirm", order.id)));
        };
        let answer = self.confirm_intent(&order, &intent, written).await?;
        let (fact, secret) = match answer {
            Ok(seen) => {
                let secret = seen.client_secret.clone();
                match facts::from_intent(&seen, now).finding {
                    Finding::Fact(fact) => (fact, secret),
                    Finding::Fetch(_) | Finding::Nothing(_) => return Ok((order, None)),
                }
            }
            Err(error) if error.is_unclear() || error.is_turned_away() => return Err(error.into()),
            Err(error) => (Fact::Declined(decline_of(&error, now)), None),
        };
        let settled = self.settle(&order.id, fact, Origin::fetched(&Actor::Checkout)).await?;
        let mut order = settled.order.unwrap_or(order);
        if order.claim.as_ref().is_some_and(|claim| claim.ends_as == OrderStatus::Failed) {
            // Another process noted the decline first and is ending the payment, or could not.
            order = self.finish_claim(&order).await?.unwrap_or(order);
        }
        if let Some(error) = failed_for_good(&order) {
            return Err(error);
        }
        let open = order.status == OrderStatus::Pending && order.payment.confirmer == Some(Confirmer::Client);
        Ok((order, secret.filter(|_| open)))
    }

    /// What the buyer's browser confirms an order's payment with. Stripe asks not to keep it, so it is fetched anew.
    ///
    /// # Errors
    /// [`EngineError::Payment`] while Stripe does not show the payment.
    pub async fn client_secret(&self, order: &Order) -> Result<Option<Secret>, EngineError> {
        let Some(id) = &order.payment.payment_intent_id else { return Ok(None) };
        Ok(self.stripe.retrieve_intent(id).await?.client_secret)
    }
}

/// Our own code for a refusal that a buyer can do nothing about.
fn own_code(error: &CallError) -> Option<&'static str> {
    match error.class()? {
        RefusalClass::Seller => Some(SELLER_REFUSED),
        RefusalClass::Amount => Some(AMOUNT_REFUSED),
        _ => None,
    }
}

fn decline_of(error: &CallError, now: Timestamp) -> Decline {
    error.decline(now).unwrap_or_else(|| {
        let refusal = error.refusal();
        let code = refusal.and_then(|refusal| refusal.code.clone());
        let code = own_code(error).map(str::to_owned).or(code).unwrap_or_else(|| "payment_refused".to_owned());
        Decline { code, message: "The payment method cannot be used.".to_owned(), at: now, card: None }
    })
}
