//! Adjustments: transfers to the seller and back, refunds of application fees, entries of the tax books.
//!
//! If the process dies, the adjustment stands on the agenda and is asked for under the same key. After 23 hours, and after
//! a failure that Stripe keeps, what Stripe has of its kind is listed first, and ours is recognized by its metadata. A
//! refused one is tried again under a new key, once the order says that it may be made: from then on it is not withdrawn.

use std::collections::BTreeMap;

use domain::{
    AdjustmentId, Fact, Order,
    order::{Adjustment, AdjustmentKind, Refund},
};
use jiff::Timestamp;
use payments::{
    CallError, EncodedRequest, Stripe,
    splits::{AdjustmentRequest, Amount},
    taxes::{TaxReversalRequest, TransactionRequest},
};

use super::{
    labels::liable,
    ladder::{Begin, Call, Doubt},
    record::RecordedCall,
};
use crate::{
    base::Engine,
    error::{EngineError, broken},
};

/// What is asked: one move of money between seller and platform, or one entry of the tax books.
fn request(order: &Order, adjustment: &Adjustment) -> AdjustmentRequest {
    let own = order.payment.payment_intent_id.as_deref() == Some(adjustment.payment_intent.as_str());
    let of_it = |refund: &&Refund| refund.payment_intent.as_deref() == Some(adjustment.payment_intent.as_str());
    let second = order.refunds.iter().find(of_it).filter(|_| !own).map(|refund| order.currency_of(refund));
    let what = Amount {
        amount: adjustment.amount,
        currency: second.unwrap_or_else(|| order.paid_currency()),
        adjustment: adjustment.id.clone(),
        order: order.id.clone(),
    };
    let target = adjustment.target.clone();
    match adjustment.kind {
        AdjustmentKind::FeeRefund => AdjustmentRequest::FeeRefund { fee: target, what },
        AdjustmentKind::TransferReversal => AdjustmentRequest::Reversal { transfer: target, what },
        AdjustmentKind::Transfer => AdjustmentRequest::Transfer { account: target, what },
        AdjustmentKind::TaxTransaction => AdjustmentRequest::Sale(TransactionRequest {
            order: order.id.clone(),
            calculation: target,
            liable: liable(order),
            metadata: books_metadata(order, adjustment),
        }),
        AdjustmentKind::TaxReversal | AdjustmentKind::TaxReversalUndo => {
            let partial = adjustment.kind == AdjustmentKind::TaxReversal;
            AdjustmentRequest::TaxReversal(TaxReversalRequest {
                reference: adjustment.id.to_string(),
                transaction: target,
                amount: partial.then_some(adjustment.amount),
                currency: order.currency,
                liable: liable(order),
                metadata: books_metadata(order, adjustment),
            })
        }
    }
}

fn books_metadata(order: &Order, adjustment: &Adjustment) -> BTreeMap<String, String> {
    BTreeMap::from([
        ("order_id".to_owned(), order.id.to_string()),
        ("adjustment_id".to_owned(), adjustment.id.to_string()),
        ("payment_intent_id".to_owned(), adjustment.payment_intent.clone()),
    ])
}

/// The record of an adjustment. Its key is the adjustment's id.
pub(crate) fn record(order: &Order, made: &Adjustment, now: Timestamp) -> Result<RecordedCall, EngineError> {
    let encoded = request(order, made).encode().map_err(broken)?;
    RecordedCall::new(order, made.call, made.id.to_string(), encoded, now)
}

/// Making an adjustment.
struct Adjust<'a> {
    id: &'a AdjustmentId,
    needed: AdjustmentRequest,
}

impl Call for Adjust<'_> {
    /// Stripe's id of what was made.
    type Made = String;

    async fn send(&self, stripe: &Stripe, request: &EncodedRequest, key: &str) -> Result<String, CallError> {
        stripe.adjust(request, key).await
    }

    /// By list of what Stripe has of this kind for the same object.
    async fn find(&mut self, engine: &Engine, _: Doubt) -> Result<Option<String>, EngineError> {
        let all = engine.stripe.list_adjustments(&self.needed).await?;
        Ok(all.into_iter().find(|moved| moved.adjustment.as_ref() == Some(self.id)).map(|made| made.id))
    }

    fn may_have_come_through(&self, refused: &CallError) -> bool {
        !is_turned_away(refused)
    }
}

impl Engine {
    /// Asks Stripe for an adjustment that is written down, or fetches what became of it. `again` says that Stripe refused
    /// it before: Stripe repeats its refusal under the old key, so it gets a new one. What came of it is the caller's to
    /// settle.
    ///
    /// # Errors
    /// [`EngineError`] if it is not known yet whether it was made.
    pub(crate) async fn request_adjustment(
        &self,
        order: &Order,
        adjustment: &Adjustment,
        again: bool,
        written: Option<RecordedCall>,
    ) -> Result<Fact, EngineError> {
        let id = &adjustment.id;
        let mut call = self.recorded(&order.id, adjustment.call, written).await?;
        let old = !again && self.may_be_forgotten(&call.record);
        let begin = Begin { find: old, new_key: old || again };
        let mut adjust = Adjust { id, needed: request(order, adjustment) };
        let made = |stripe_id| Fact::Adjusted { adjustment: id.clone(), stripe_id };
        match self.make(&mut call, &mut adjust, begin).await? {
            Ok(stripe_id) => Ok(made(stripe_id)),
            Err(error) if error.is_unclear() || is_turned_away(&error) => Err(error.into()),
            // An earlier call made it, whose answer is lost for good. Only the sale's own id has to be known, for which a
            // person is alarmed: Stripe's tax export shows it.
            Err(error) if error.is_taken_reference() && adjustment.kind != AdjustmentKind::TaxTransaction => {
                Ok(made(id.to_string()))
            }
            Err(error) => {
                let code = error.refusal().and_then(|refusal| refusal.code.clone());
                let failure = code.unwrap_or_else(|| "refused".to_owned());
                tracing::warn!(order = %order.id, adjustment = %id, failure, %error, "Stripe refused an adjustment");
                Ok(Fact::AdjustmentRefused { adjustment: id.clone(), failure })
            }
        }
    }
}

/// Whether Stripe refused our key or its rights: that says nothing of the adjustment.
fn is_turned_away(error: &CallError) -> bool {
    error.refusal().is_some_and(|refusal| matches!(refusal.status, 401 | 403))
}
