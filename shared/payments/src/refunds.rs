//! Refunds.

use std::collections::BTreeMap;

use domain::{Currency, Minor, OrderId, RefundId, RefundState};
use jiff::Timestamp;
use serde::Deserialize;
use stripe_core::refund::{CreateRefund, CreateRefundReason, ListRefund, RetrieveRefund};

use crate::{
    CallResult, EncodedRequest, ObjectError, Stripe, UnitError,
    encoded::metadata,
    objects::{self, Metadata, PAGE, Reference, amount, checked, time},
    units,
};

/// Stripe's limit for one metadata value (<https://docs.stripe.com/metadata>).
const METADATA_VALUE: usize = 500;

/// Money to be given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundRequest {
    /// The payment to give back from.
    pub payment_intent: String,
    /// How much.
    pub amount: Minor,
    /// The payment's currency.
    pub currency: Currency,
    /// Our id of the refund. Events with it in their metadata complete this refund.
    pub refund_id: RefundId,
    /// Its id goes into the metadata, by which events find it.
    pub order_id: OrderId,
    /// Why, in one of the words that Stripe and card networks know.
    pub reason: Option<RefundReason>,
    /// What else its metadata tell of it, so that it can be written down again from Stripe's list. What is longer than
    /// Stripe takes is left out.
    pub labels: BTreeMap<String, String>,
}

/// Stripe's words for why money is given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundReason {
    /// The buyer asked.
    RequestedByCustomer,
    /// It was paid twice.
    Duplicate,
    /// The payment was not the card holder's. Stripe then blocks the card.
    Fraudulent,
}

impl RefundRequest {
    /// Writes the request down. Neither transfer nor application fee is taken back along with it, which is said in any case
    /// and never left to Stripe's default: Stripe would take both in proportion to the amount, and so give the seller a
    /// part of the platform's fee with every ticket. See [`crate::splits`].
    ///
    /// # Errors
    /// [`UnitError`] when Stripe cannot give back such an amount.
    pub fn encode(&self) -> Result<EncodedRequest, UnitError> {
        let fits = |(_, value): &(&String, &String)| value.chars().count() <= METADATA_VALUE;
        let labels = self.labels.iter().filter(fits).map(|(name, value)| (name.clone(), value.clone()));
        let mut observation: BTreeMap<_, _> = labels.collect();
        observation.insert("order_id".to_owned(), self.order_id.to_string());
        observation.insert("refund_id".to_owned(), self.refund_id.to_string());
        let mut request = CreateRefund::new()
            .payment_intent(self.payment_intent.as_str())
            .amount(units::to_stripe(self.amount, self.currency)?)
            .reverse_transfer(false)
            .refund_application_fee(false)
            .metadata(metadata(&observation));
        if let Some(reason) = self.reason {
            request = request.reason(match reason {
                RefundReason::RequestedByCustomer => CreateRefundReason::RequestedByCustomer,
                RefundReason::Duplicate => CreateRefundReason::Duplicate,
                RefundReason::Fraudulent => CreateRefundReason::Fraudulent,
            });
        }
        Ok(EncodedRequest::of(&request))
    }
}

/// A refund, as Stripe shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StripeRefund {
    /// As `re_1`.
    pub id: String,
    /// Our id of it; none for refunds made in Stripe's dashboard.
    pub refund_id: Option<RefundId>,
    /// Our order, where the metadata names it.
    pub order: Option<OrderId>,
    /// The payment that it gives back from; old charges have none.
    pub payment_intent: Option<String>,
    /// The charge that it gives back from.
    pub charge: Option<String>,
    /// How much.
    pub amount: Minor,
    /// ISO 4217, of the charge.
    pub currency: Currency,
    /// Where it stands. A word that we do not know counts as pending.
    pub state: RefundState,
    /// Why money was given back, in Stripe's word. Of its own accord Stripe says `expired_uncaptured_charge`: nothing
    /// had been taken. What is released when a payment is canceled is a refund at Stripe too, without a word of its own.
    pub reason: Option<String>,
    /// Stripe's word for why it failed.
    pub failure: Option<String>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// At most 50 pairs; ours tell its cause and its goods.
    pub metadata: BTreeMap<String, String>,
}

/// A refund as JSON.
#[derive(Debug, Deserialize)]
struct RefundObject {
    id: Option<String>,
    #[serde(default)]
    payment_intent: Reference,
    #[serde(default)]
    charge: Reference,
    amount: Option<i64>,
    currency: Option<String>,
    status: Option<String>,
    reason: Option<String>,
    failure_reason: Option<String>,
    created: Option<i64>,
    #[serde(default, deserialize_with = "objects::or_default")]
    metadata: Metadata,
}

impl StripeRefund {
    pub(crate) fn read(value: &serde_json::Value) -> Result<Self, ObjectError> {
        let object: RefundObject = objects::read(value)?;
        let currency = objects::currency(object.currency.as_deref())?;
        let state = match object.status.as_deref() {
            Some("succeeded") => RefundState::Succeeded,
            Some("failed" | "canceled") => RefundState::Failed,
            _ => RefundState::Pending,
        };
        let failed = state == RefundState::Failed;
        Ok(Self {
            id: objects::own_id(object.id)?,
            refund_id: object.metadata.get("refund_id").and_then(|id| RefundId::parse(id.as_str()).ok()),
            order: objects::order(&object.metadata),
            payment_intent: object.payment_intent.id,
            charge: object.charge.id,
            amount: amount(object.amount, "amount", currency)?,
            currency,
            state,
            reason: object.reason,
            failure: object.failure_reason.or_else(|| object.status.filter(|_| failed)),
            created: time(object.created),
            metadata: object.metadata,
        })
    }
}

impl Stripe {
    /// Gives money back, as written down by [`RefundRequest::encode`].
    ///
    /// # Errors
    /// See [`crate::CallError`]. Repeat with the same key; after a failure that Stripe keeps, look by
    /// [`Stripe::list_refunds`] before a new key is used.
    pub async fn create_refund(&self, request: &EncodedRequest, key: &str) -> CallResult<StripeRefund> {
        let value = self.send_encoded(request, key).await?;
        Ok(StripeRefund::read(&value)?)
    }

    /// Looks at a refund.
    ///
    /// # Errors
    /// See [`crate::CallError`].
    pub async fn retrieve_refund(&self, id: &str) -> CallResult<StripeRefund> {
        let value = self.ask(&RetrieveRefund::new(checked(id, "refund")?)).await?;
        Ok(StripeRefund::read(&value)?)
    }

    /// All refunds of a payment, ours and those of the dashboard, newest first.
    ///
    /// # Errors
    /// See [`crate::CallError`]; then nothing is known, however many pages of the list had come.
    pub async fn list_refunds(&self, payment_intent: &str) -> CallResult<Vec<StripeRefund>> {
        let payment_intent = checked(payment_intent, "payment intent")?;
        let request = ListRefund::new().payment_intent(payment_intent).limit(PAGE);
        let all = self.list(|after| match after {
            None => request.clone(),
            Some(after) => request.clone().starting_after(after),
        });
        let all = all.await?;
        Ok(all.iter().map(StripeRefund::read).collect::<Result<_, _>>()?)
    }
}
