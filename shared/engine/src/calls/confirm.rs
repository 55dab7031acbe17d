//! Confirming a payment intent by the server, with a payment method that the buyer's browser made.
//!
//! If the process dies, the client's repeat confirms under the same key and gets the same answer; without a repeat, the
//! sweeper cancels the intent at the end of the hold. A key that Stripe keeps a failure under is replaced only if the
//! intent shows that no card was tried.

use domain::Order;
use jiff::Timestamp;
use payments::{
    CallError, EncodedRequest, Stripe,
    intents::{ConfirmRequest, Intent, IntentStatus},
};

use super::{
    ladder::{Begin, Call, Doubt},
    record::RecordedCall,
};
use crate::{
    base::Engine,
    error::{EngineError, broken},
};

/// What is asked: to take the payment with this payment method. Its key is `{order}-confirm`.
pub(crate) fn record(
    order: &Order,
    intent: &str,
    payment_method: &str,
    now: Timestamp,
) -> Result<RecordedCall, EngineError> {
    let request = ConfirmRequest { intent: intent.to_owned(), payment_method: payment_method.to_owned() };
    let encoded = request.encode().map_err(broken)?;
    RecordedCall::new(order, 2, format!("{}-confirm", order.id), encoded, now)
}

/// Confirming this payment intent.
struct Confirm<'a>(&'a str);

impl Call for Confirm<'_> {
    type Made = Intent;

    async fn send(&self, stripe: &Stripe, request: &EncodedRequest, key: &str) -> Result<Intent, CallError> {
        stripe.confirm_intent(request, key).await
    }

    /// The intent itself shows whether a card was tried.
    async fn find(&mut self, engine: &Engine, doubt: Doubt) -> Result<Option<Intent>, EngineError> {
        let seen = engine.stripe.retrieve_intent(self.0).await?;
        Ok(Some(seen).filter(|seen| doubt == Doubt::Refused || !is_untried(seen)))
    }

    fn may_have_come_through(&self, refused: &CallError) -> bool {
        // Paid, or ended, by an earlier call or by another caller.
        refused.is_unexpected_state()
    }
}

impl Engine {
    /// Confirms an order's payment intent, once: a repeat has the same key, and gets the same answer.
    pub(crate) async fn confirm_intent(
        &self,
        order: &Order,
        intent: &str,
        written: Option<RecordedCall>,
    ) -> Result<Result<Intent, CallError>, EngineError> {
        let mut call = self.recorded(&order.id, 2, written).await?;
        self.make(&mut call, &mut Confirm(intent), Begin::SEND).await
    }
}

/// Whether no payment was tried yet.
fn is_untried(intent: &Intent) -> bool {
    match intent.status {
        IntentStatus::RequiresConfirmation => true,
        IntentStatus::RequiresPaymentMethod => intent.last_error.is_none(),
        _ => false,
    }
}
