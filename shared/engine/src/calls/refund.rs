//! Refunding a payment, in part or in full.
//!
//! The order has reserved amount and goods before. If the process dies, the refund stands on the agenda, and the sweeper
//! asks for it under the same key. After 23 hours, after a refusal for now, and after a failure that Stripe keeps, the
//! payment's refunds are listed before it is asked for again. Two callers at once send the same key.

use std::collections::BTreeMap;

use domain::{
    Order, RefundId,
    order::{Refund, RefundCause},
};
use jiff::Timestamp;
use payments::{
    CallError, EncodedRequest, Stripe,
    refunds::{RefundReason, RefundRequest, StripeRefund},
};
use store::CallRecord;

use super::{
    ladder::{Begin, Call, Doubt},
    record::RecordedCall,
};
use crate::{
    base::Engine,
    error::{EngineError, broken},
};

/// The names of a refund's labels in Stripe's metadata, and the causes that a refund is written down again by.
pub(crate) const CAUSE: &str = "cause";
pub(crate) const ITEMS: &str = "items";
pub(crate) const CANCELED_BY: &str = "canceled_by";
pub(crate) const STAFF: &str = "staff";
pub(crate) const LISTING_CANCELED: &str = "listing_canceled";
pub(crate) const CANCELLATION: &str = "cancellation";

/// What is asked: this refund. Its key is the refund's id.
pub(crate) fn record(order: &Order, refund: &Refund, now: Timestamp) -> Result<RecordedCall, EngineError> {
    let n = refund.call.ok_or_else(|| EngineError::Broken(format!("refund {} asks nothing", refund.id)))?;
    let payment_intent = refund
        .payment_intent
        .clone()
        .ok_or_else(|| EngineError::Broken(format!("refund {} has no payment", refund.id)))?;
    let reason = match refund.cause {
        RefundCause::DoublePayment => RefundReason::Duplicate,
        _ => RefundReason::RequestedByCustomer,
    };
    let request = RefundRequest {
        payment_intent,
        amount: refund.amount,
        currency: order.currency_of(refund),
        refund_id: refund.id.clone(),
        order_id: order.id.clone(),
        reason: Some(reason),
        labels: labels(order, refund),
    };
    let encoded = request.encode().map_err(broken)?;
    RecordedCall::new(order, n, refund.id.to_string(), encoded, now)
}

/// What a table that has lost the refund needs to write it down again: its cause, who canceled, and its goods.
fn labels(order: &Order, refund: &Refund) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::from([(CAUSE.to_owned(), cause(refund.cause).to_owned())]);
    if !refund.items.is_empty() {
        let items: Vec<_> = refund.items.iter().map(|item| format!("{}:{}", item.line, item.quantity)).collect();
        labels.insert(ITEMS.to_owned(), items.join(","));
    }
    let canceled_by = order.booking.as_ref().and_then(|booking| booking.canceled_by);
    if let (Some(side), RefundCause::Cancellation) = (canceled_by, &refund.cause) {
        labels.insert(CANCELED_BY.to_owned(), side.as_str().to_owned());
    }
    labels
}

fn cause(cause: RefundCause) -> &'static str {
    match cause {
        RefundCause::Staff => STAFF,
        RefundCause::LatePayment => "late_payment",
        RefundCause::ListingCanceled => LISTING_CANCELED,
        RefundCause::DoublePayment => "double_payment",
        RefundCause::Dashboard => "dashboard",
        RefundCause::Cancellation => CANCELLATION,
    }
}

/// What came of asking for a refund.
pub(crate) struct RefundAnswer {
    /// All refunds of the payment, where they were listed: what they show is to be settled first.
    pub(crate) listed: Vec<StripeRefund>,
    /// Of the one that was asked for; an error where it is unclear.
    pub(crate) came: Result<RefundCame, EngineError>,
}

/// Stripe's answer to the request for one refund.
pub(crate) enum RefundCame {
    /// Stripe has it.
    Made(Box<StripeRefund>),
    /// Stripe refuses it for now, with this code.
    Delayed(String),
    /// Stripe refuses it for good, with this code.
    Refused(String),
}

/// Asking for a refund.
struct Ask<'a> {
    id: &'a RefundId,
    payment_intent: &'a str,
    listed: Vec<StripeRefund>,
}

impl Call for Ask<'_> {
    type Made = StripeRefund;

    async fn send(&self, stripe: &Stripe, request: &EncodedRequest, key: &str) -> Result<StripeRefund, CallError> {
        stripe.create_refund(request, key).await
    }

    /// By list of the payment's refunds.
    async fn find(&mut self, engine: &Engine, _: Doubt) -> Result<Option<StripeRefund>, EngineError> {
        let seen = engine.stripe.list_refunds(self.payment_intent).await?;
        let own = seen.iter().find(|seen| seen.refund_id.as_ref() == Some(self.id)).cloned();
        self.listed.extend(seen);
        Ok(own)
    }

    fn may_have_come_through(&self, refused: &CallError) -> bool {
        // The refusal may be because the money is back already, by this refund or by another one.
        !refused.is_turned_away()
    }
}

impl Engine {
    /// Asks Stripe for a refund that is written down and not known to Stripe yet. None if there is nothing to ask.
    pub(crate) async fn request_refund(
        &self,
        order: &Order,
        refund: &Refund,
        written: Option<RecordedCall>,
    ) -> Result<Option<RefundAnswer>, EngineError> {
        let (Some(n), Some(payment_intent)) = (refund.call, refund.payment_intent.as_deref()) else { return Ok(None) };
        let mut call = self.recorded(&order.id, n, written).await?;
        let old = self.may_be_forgotten(&call.record);
        // What Stripe refused for now is asked for anew under another key: what if the old one came through after all?
        let begin = Begin { find: old || refund.failure.is_some(), new_key: old };
        let mut ask = Ask { id: &refund.id, payment_intent, listed: Vec::new() };
        let answer = self.make(&mut call, &mut ask, begin).await;
        let came = match answer {
            Ok(answer) => self.refund_came(order, &refund.id, &mut call.record, answer).await,
            Err(error) => Err(error),
        };
        Ok(Some(RefundAnswer { listed: ask.listed, came }))
    }

    async fn refund_came(
        &self,
        order: &Order,
        id: &RefundId,
        call: &mut CallRecord,
        answer: Result<StripeRefund, CallError>,
    ) -> Result<RefundCame, EngineError> {
        let error = match answer {
            Ok(seen) => return Ok(RefundCame::Made(Box::new(seen))),
            Err(error) if error.is_unclear() || error.is_turned_away() => return Err(error.into()),
            Err(error) => error,
        };
        let order = &order.id;
        let failure = error.refusal().and_then(|refusal| refusal.code.clone()).unwrap_or_else(|| "refused".to_owned());
        if error.is_later() {
            // Stripe keeps its refusal under the key, so the next try has a new one. It comes no sooner than a minute from
            // now, when no call under the old key is under way any more.
            self.rekey(call).await?;
            tracing::warn!(%order, refund = %id, failure, "a refund is put off; it is asked for again later");
            return Ok(RefundCame::Delayed(failure));
        }
        tracing::warn!(%order, refund = %id, failure, "Stripe refused a refund");
        Ok(RefundCame::Refused(failure))
    }
}
