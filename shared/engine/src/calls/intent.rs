//! The payment intent: a payment in the seller's page.
//!
//! If the process dies before the intent is noted, the client's repeat gets the same intent under the same key; without a
//! repeat, the sweeper asks for it once more at the end of the hold, and cancels it. Two callers at once get the same
//! intent.

use domain::{Order, order::Confirmer};
use jiff::Timestamp;
use payments::{
    CallError, EncodedRequest, Stripe,
    intents::{CancelReason, Intent, IntentRequest},
};

use super::{
    labels::{capture, description, metadata},
    ladder::{Begin, Call, Doubt, Replayed},
    record::RecordedCall,
    session::about,
};
use crate::{
    base::Engine,
    error::{EngineError, broken},
};

/// What is asked: a payment intent for this order. Its key is `{order}-intent`.
pub(crate) fn record(order: &Order, now: Timestamp) -> Result<RecordedCall, EngineError> {
    let request = IntentRequest {
        order: order.id.clone(),
        organization: order.organization.clone(),
        // With the tax that was calculated before.
        amount: order.to_pay(),
        currency: order.currency,
        capture: capture(order),
        confirmed_by: order.payment.confirmer.unwrap_or(Confirmer::Client),
        destination: order.destination.clone(),
        application_fee: order.application_fee(),
        description: description(order),
        metadata: metadata(order),
    };
    let encoded = request.encode().map_err(broken)?;
    RecordedCall::new(order, 1, format!("{}-intent", order.id), encoded, now)
}

/// Creating an order's payment intent.
struct Create<'a> {
    order: &'a Order,
    about: (Timestamp, Timestamp),
    /// Whether an earlier process may have asked before.
    resumed: bool,
}

impl Call for Create<'_> {
    type Made = Intent;

    async fn send(&self, stripe: &Stripe, request: &EncodedRequest, key: &str) -> Result<Intent, CallError> {
        stripe.create_intent(request, key).await
    }

    /// By list, as with sessions.
    async fn find(&mut self, engine: &Engine, _: Doubt) -> Result<Option<Intent>, EngineError> {
        let (from, to) = self.about;
        let intents = engine.stripe.list_intents(from, to).await?;
        Ok(intents.into_iter().find(|intent| intent.order.as_ref() == Some(&self.order.id)))
    }

    fn may_have_come_through(&self, _: &CallError) -> bool {
        self.resumed
    }
}

impl Engine {
    /// Creates the order's payment intent. `resumed` says that an earlier process may have asked before.
    pub(crate) async fn create_intent(
        &self,
        order: &Order,
        mut call: RecordedCall,
        resumed: bool,
    ) -> Result<Result<Intent, CallError>, EngineError> {
        let mut create = Create { order, about: about(order, &call.record), resumed };
        self.make(&mut call, &mut create, Begin::SEND).await
    }

    /// The payment intent of an order that has noted none, as it is now. See [`Engine::replay`].
    pub(crate) async fn replay_intent(&self, order: &Order) -> Result<Replayed<Intent>, EngineError> {
        let call = self.call_record(&order.id, 1).await?;
        let mut create = Create { order, about: about(order, &call), resumed: true };
        Ok(match self.replay(&call, &mut create).await? {
            Replayed::Repeated(old) => Replayed::Listed(self.stripe.retrieve_intent(&old.id).await?),
            other => other,
        })
    }

    /// Cancels a payment intent, so that it cannot be paid any more. It needs no record: one that is canceled or paid
    /// already is fetched instead.
    pub(crate) async fn cancel_intent(&self, id: &str, reason: CancelReason) -> Result<Intent, EngineError> {
        match self.stripe.cancel_intent(id, reason).await {
            Ok(seen) => Ok(seen),
            // Paid or canceled in this very moment.
            Err(error) if error.is_unexpected_state() => Ok(self.stripe.retrieve_intent(id).await?),
            Err(error) => Err(error.into()),
        }
    }
}
