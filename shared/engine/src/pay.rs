//! Opening a payment at Stripe for an order that is in the table: a session, or an intent, and its confirmation.

use domain::{
    Decline, Fact, Order, OrderStatus,
    order::{Confirmer, PaymentMode},
};
use jiff::Timestamp;
use payments::{
    CallError, RefusalClass, Secret,
    facts::{self, Finding},
    intents::{Intent, IntentStatus},
};
use store::CallRecord;

use crate::{Engine, EngineError, Origin, RequestedPayment, requests};

/// Our code for a payment that Stripe would not even begin, without a reason of a card's.
const NOT_STARTED: &str = "session_refused";
/// Our code for a payment that Stripe refuses because of the seller's account.
pub(crate) const SELLER_REFUSED: &str = "payments_not_configured";
/// Our code for an amount that Stripe does not charge.
pub(crate) const AMOUNT_REFUSED: &str = "amount_limit";

/// The answer for an order that has failed for good, because its card was declined with nobody there to try another one,
/// or because Stripe takes no such payment for this seller. A repeat under the same key gets it again.
pub(crate) fn failed_for_good(order: &Order) -> Option<EngineError> {
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
    /// Asks Stripe for what the order is paid with, under the key of its intent record, and notes it. With a payment
    /// method the payment is confirmed at once. `resumed` says that an earlier process may have asked before.
    pub(crate) async fn open_payment(
        &self,
        order: Order,
        call: &CallRecord,
        payment: &RequestedPayment,
        resumed: bool,
        now: Timestamp,
    ) -> Result<(Order, Option<Secret>), EngineError> {
        if order.payment.mode == PaymentMode::Hosted {
            return Ok((self.open_session(order, call, resumed, now).await?, None));
        }
        let ends = order.hold.as_ref().map_or(now, |hold| hold.expires_at);
        if ends.duration_since(now) < domain::order::NO_MORE_CALLS {
            // The hold is about to end, and the sweeper must be able to rely on it that nothing is under way then.
            return Ok((order, None));
        }
        let (order, intent) = self.open_intent(order, call, payment, resumed, now).await?;
        match order.payment.confirmer {
            Some(Confirmer::Server) if order.status == OrderStatus::Pending => self.confirm(order, now).await,
            _ => Ok((order, intent.client_secret)),
        }
    }

    /// Asks Stripe for the order's page, under the key of its intent record, and notes it. `resumed` says that an
    /// earlier process may have asked before.
    async fn open_session(
        &self,
        mut order: Order,
        call: &CallRecord,
        resumed: bool,
        now: Timestamp,
    ) -> Result<Order, EngineError> {
        let request = requests::request(call)?;
        let mut requested = self.stripe.create_session(&request, &call.key).await;
        if requested.as_ref().is_err_and(CallError::is_stuck) {
            // Stripe keeps its 5xx under the key. Only a list tells whether it made the session all the same.
            requested = match self.find_session(&order, call).await? {
                Some(session) => Ok(session),
                None => {
                    let key = next_key(&call.key);
                    match self.store.rekey_call(call, &key, now).await {
                        Ok(()) => self.stripe.create_session(&request, &key).await,
                        Err(store::WriteError::Condition) => return Err(EngineError::Contended),
                        Err(store::WriteError::Store(error)) => return Err(error.into()),
                    }
                }
            };
        }
        if resumed && requested.as_ref().is_err_and(|error| !error.is_unclear()) {
            // A no at the door, as to a key that was withdrawn meanwhile, says nothing of an earlier call whose answer
            // never came: that one may have made a session which can be paid.
            if let Some(session) = self.find_session(&order, call).await? {
                requested = Ok(session);
            }
        }
        match requested {
            Ok(session) => {
                self.store.record_session(&order, &session.id, session.url.as_deref()).await?;
                order.payment.session_id = Some(session.id);
                order.payment.checkout_url = session.url;
                Ok(order)
            }
            // Turned away because of our own key, nothing was looked at: the same request resumes once that is mended.
            Err(error) if error.is_unclear() || error.is_turned_away() => Err(error.into()),
            Err(error) => Err(self.not_opened(order, &error, now).await?),
        }
    }

    /// A definite no: there is nothing at Stripe that could be paid, and there will be nothing, so the stock need not wait.
    async fn not_opened(&self, order: Order, error: &CallError, now: Timestamp) -> Result<EngineError, EngineError> {
        let decline = error.decline(now).unwrap_or_else(|| Decline {
            code: own_code(error).unwrap_or(NOT_STARTED).to_owned(),
            message: "The payment could not be started".to_owned(),
            at: now,
        });
        tracing::error!(order = %order.id, code = decline.code, %error, "Stripe refused the order's payment");
        let reason = decline.code.clone();
        let settled = self.settle(&order.id, Fact::Failed(decline), Origin::fetched("checkout")).await?;
        let order = settled.order.unwrap_or(order);
        Ok(EngineError::PaymentRefused { order: Box::new(order), reason })
    }

    /// Asks for the order's payment intent, and notes it together with the intent record of its confirmation.
    async fn open_intent(
        &self,
        mut order: Order,
        call: &CallRecord,
        payment: &RequestedPayment,
        resumed: bool,
        now: Timestamp,
    ) -> Result<(Order, Intent), EngineError> {
        if let Some(id) = &order.payment.payment_intent_id {
            let intent = self.stripe.retrieve_intent(id).await?;
            return Ok((order, intent));
        }
        let request = requests::request(call)?;
        let mut requested = self.stripe.create_intent(&request, &call.key).await;
        if requested.as_ref().is_err_and(CallError::is_stuck) {
            // As with sessions: only a list tells whether the call that failed made the intent all the same.
            requested = match self.find_intent(&order, call).await? {
                Some(intent) => Ok(intent),
                None => self.stripe.create_intent(&request, &self.rekey(call).await?).await,
            };
        }
        if resumed
            && requested.as_ref().is_err_and(|error| !error.is_unclear())
            && let Some(intent) = self.find_intent(&order, call).await?
        {
            requested = Ok(intent);
        }
        match requested {
            Ok(intent) => {
                let confirm = match payment {
                    RequestedPayment::ByServer { payment_method } => {
                        Some(requests::confirm_call(&order, &intent.id, payment_method, now)?)
                    }
                    RequestedPayment::Hosted | RequestedPayment::ByClient => None,
                };
                self.store.record_intent(&order.id, &intent.id, confirm.as_ref()).await?;
                order.payment.payment_intent_id = Some(intent.id.clone());
                Ok((order, intent))
            }
            // Turned away because of our own key, nothing was looked at: the same request resumes once that is mended.
            Err(error) if error.is_unclear() || error.is_turned_away() => Err(error.into()),
            Err(error) => Err(self.not_opened(order, &error, now).await?),
        }
    }

    /// Confirms the order's payment, once: whoever asks again asks with the same key, and gets the same answer.
    async fn confirm(&self, order: Order, now: Timestamp) -> Result<(Order, Option<Secret>), EngineError> {
        let Some(intent) = order.payment.payment_intent_id.clone() else {
            return Err(EngineError::Broken(format!("order {} has no payment to confirm", order.id)));
        };
        let call =
            self.store.call(&order.id, 2).await?.ok_or_else(|| {
                EngineError::Broken(format!("order {} has no intent record to confirm with", order.id))
            })?;
        let request = requests::request(&call)?;
        let mut requested = self.stripe.confirm_intent(&request, &call.key).await;
        if requested.as_ref().is_err_and(CallError::is_stuck) {
            let seen = self.stripe.retrieve_intent(&intent).await?;
            requested = if untried(&seen) {
                self.stripe.confirm_intent(&request, &self.rekey(&call).await?).await
            } else {
                Ok(seen)
            };
        }
        if requested.as_ref().is_err_and(CallError::is_unexpected_state) {
            // Paid, or ended, by an earlier call or by somebody else.
            requested = self.stripe.retrieve_intent(&intent).await;
        }
        let (fact, secret) = match requested {
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
        let settled = self.settle(&order.id, fact, Origin::fetched("checkout")).await?;
        let mut order = settled.order.unwrap_or(order);
        if order.claim.as_ref().is_some_and(|claim| claim.ends_as == OrderStatus::Failed) {
            // Whoever was told of the decline first is ending the payment, or could not.
            order = self.finish_claim(&order).await?.unwrap_or(order);
        }
        if let Some(error) = failed_for_good(&order) {
            return Err(error);
        }
        let open = order.status == OrderStatus::Pending && order.payment.confirmer == Some(Confirmer::Client);
        Ok((order, secret.filter(|_| open)))
    }

    /// What the buyer's browser confirms an order's payment with. Stripe asks not to keep it, so it is fetched anew.
    pub(crate) async fn client_secret(&self, order: &Order) -> Result<Option<Secret>, EngineError> {
        let Some(id) = &order.payment.payment_intent_id else { return Ok(None) };
        Ok(self.stripe.retrieve_intent(id).await?.client_secret)
    }
}

/// Whether nobody has tried to pay yet.
fn untried(intent: &Intent) -> bool {
    match intent.status {
        IntentStatus::RequiresConfirmation => true,
        IntentStatus::RequiresPaymentMethod => intent.last_error.is_none(),
        _ => false,
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
        Decline { code, message: "The payment method cannot be used.".to_owned(), at: now }
    })
}

/// The key of a call that is made anew because nothing came of the one before: `{id}-{n}`.
pub(crate) fn next_key(key: &str) -> String {
    match key.rsplit_once("-r") {
        Some((base, n)) if n.chars().all(|c| c.is_ascii_digit()) && !n.is_empty() => {
            format!("{base}-r{}", n.parse::<u32>().unwrap_or(1).saturating_add(1))
        }
        _ => format!("{key}-r2"),
    }
}

#[cfg(test)]
mod tests {
    use super::next_key;

    #[test]
    fn keys_count_up() {
        assert_eq!(next_key("ref_1"), "ref_1-r2");
        assert_eq!(next_key("ref_1-r2"), "ref_1-r3");
        assert_eq!(next_key("ord_a-session"), "ord_a-session-r2");
        assert_eq!(next_key("ord-r-x"), "ord-r-x-r2");
    }
}
