//! Capturing authorized money, once the expert has confirmed the booking.
//!
//! If the process dies, the expert's repeat captures under the same key; the webhook or the sweeper settles what was
//! captured without a repeat. The sweeper itself captures nothing: if Stripe shows the money as authorized still, the
//! expert may answer again. Two callers at once send the same key.

use domain::Order;
use jiff::Timestamp;
use payments::{
    CallError, EncodedRequest, RefusalClass, Stripe,
    intents::{CaptureRequest, Intent, IntentStatus},
};

use super::{
    ladder::{Begin, Call, Doubt},
    record::RecordedCall,
};
use crate::{
    base::Engine,
    error::{EngineError, broken},
};

/// What is asked: to capture what is authorized. Its key is `{order}-capture-{n}`, a new one for each answer of the expert.
pub(crate) fn record(order: &Order, now: Timestamp) -> Result<RecordedCall, EngineError> {
    let (Some(intent), Some(n)) = (&order.payment.payment_intent_id, order.claim.as_ref().and_then(|claim| claim.call))
    else {
        return Err(EngineError::Broken(format!("order {} has nothing to capture", order.id)));
    };
    let encoded = CaptureRequest { intent: intent.clone() }.encode().map_err(broken)?;
    RecordedCall::new(order, n, format!("{}-capture-{n}", order.id), encoded, now)
}

/// Capturing this payment intent.
struct CaptureIntent<'a>(&'a str);

impl Call for CaptureIntent<'_> {
    type Made = Intent;

    async fn send(&self, stripe: &Stripe, request: &EncodedRequest, key: &str) -> Result<Intent, CallError> {
        stripe.capture_intent(request, key).await
    }

    /// The intent itself shows whether the money was captured.
    async fn find(&mut self, engine: &Engine, _: Doubt) -> Result<Option<Intent>, EngineError> {
        let seen = engine.stripe.retrieve_intent(self.0).await?;
        Ok(Some(seen).filter(|seen| seen.status != IntentStatus::RequiresCapture))
    }

    fn may_have_come_through(&self, _: &CallError) -> bool {
        // Mostly because another caller was faster.
        true
    }
}

impl Engine {
    /// Captures the money of a claimed booking. The payment intent as it is then.
    pub(crate) async fn capture_intent(
        &self,
        claimed: &Order,
        written: Option<RecordedCall>,
    ) -> Result<Intent, EngineError> {
        let intent = claimed
            .payment
            .payment_intent_id
            .clone()
            .ok_or_else(|| EngineError::Broken(format!("order {} has no payment to capture", claimed.id)))?;
        let n = claimed.claim.as_ref().and_then(|claim| claim.call).unwrap_or_default();
        let mut call = self.recorded(&claimed.id, n, written).await?;
        match self.make(&mut call, &mut CaptureIntent(&intent), Begin::SEND).await? {
            Ok(seen) => Ok(seen),
            Err(error) => {
                if error.class().is_some_and(RefusalClass::is_kept) {
                    // Stripe would repeat its refusal to the same key for a day.
                    self.rekey(&mut call.record).await?;
                }
                Err(error.into())
            }
        }
    }
}
