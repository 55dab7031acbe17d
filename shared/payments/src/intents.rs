//! Payment intents: payments that happen on the seller's own page, or that are authorized first and taken later.

use std::collections::BTreeMap;

use domain::{Currency, Decline, Minor, OrderId, OrganizationId, order::Confirmer};
use jiff::Timestamp;
use serde::Deserialize;
use stripe_core::payment_intent::{
    CancelPaymentIntent, CancelPaymentIntentCancellationReason, CapturePaymentIntent, ConfirmPaymentIntent,
    CreatePaymentIntent, CreatePaymentIntentAutomaticPaymentMethods,
    CreatePaymentIntentAutomaticPaymentMethodsAllowRedirects, CreatePaymentIntentTransferData, ListPaymentIntent,
    RetrievePaymentIntent,
};
use stripe_shared::PaymentIntentCaptureMethod;

pub use crate::status::IntentStatus;
use crate::{
    CallResult, EncodedRequest, ObjectError, Secret, Stripe, UnitError,
    charges::Charge,
    encoded::{cut, metadata},
    objects::{self, Metadata, PAGE, Reference, amount, between, checked, own_metadata, time},
    units,
};

/// A payment for one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntentRequest {
    /// Its id goes into the metadata, by which events find it.
    pub order: OrderId,
    /// The seller.
    pub organization: OrganizationId,
    /// How much.
    pub amount: Minor,
    /// The order's currency.
    pub currency: Currency,
    /// When the money is taken.
    pub capture: CaptureMethod,
    /// Who confirms. A server cannot send a buyer to another page.
    pub confirmed_by: Confirmer,
    /// The seller's account at Stripe, which gets what is left after the application fee.
    pub destination: Option<String>,
    /// What the platform keeps. Means something only beside a destination.
    pub application_fee: Minor,
    /// What the payment and its transfer say they are for.
    pub description: String,
    /// More metadata, for the payment and its transfer.
    pub metadata: BTreeMap<String, String>,
}

/// When the money is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaptureMethod {
    /// With the confirmation.
    AtOnce,
    /// Authorized with the confirmation, captured by a call of its own.
    Later,
}

impl IntentRequest {
    /// Writes the request down.
    ///
    /// # Errors
    /// [`UnitError`] when Stripe cannot charge the amount.
    pub fn encode(&self) -> Result<EncodedRequest, UnitError> {
        let units = units::to_stripe(self.amount, self.currency)?;
        let observation = metadata(&own_metadata(&self.metadata, &self.order, &self.organization));
        let mut methods = CreatePaymentIntentAutomaticPaymentMethods::new(true);
        if self.confirmed_by == Confirmer::Server {
            methods.allow_redirects = Some(CreatePaymentIntentAutomaticPaymentMethodsAllowRedirects::Never);
        }
        let description = cut(&self.description, 500).into_owned();
        let mut request = CreatePaymentIntent::new(units, units::stripe_currency(self.currency)?)
            .automatic_payment_methods(methods)
            .capture_method(match self.capture {
                CaptureMethod::AtOnce => PaymentIntentCaptureMethod::Automatic,
                CaptureMethod::Later => PaymentIntentCaptureMethod::Manual,
            })
            .metadata(observation.clone());
        if let Some(destination) = &self.destination {
            let mut transfer = CreatePaymentIntentTransferData::new(destination);
            transfer.description = Some(description.clone()).filter(|text| !text.is_empty());
            transfer.metadata = Some(observation);
            request = request.transfer_data(transfer);
            if !self.application_fee.is_zero() {
                request = request.application_fee_amount(units::to_stripe(self.application_fee, self.currency)?);
            }
        }
        if !description.is_empty() {
            request = request.description(description);
        }
        Ok(EncodedRequest::of(&request))
    }
}

/// A payment to be confirmed by the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmRequest {
    /// The payment intent.
    pub intent: String,
    /// The payment method that the client made.
    pub payment_method: String,
}

impl ConfirmRequest {
    /// Writes the request down.
    ///
    /// # Errors
    /// [`crate::CallError::is_missing`] when the intent's name can be none of Stripe's.
    pub fn encode(&self) -> CallResult<EncodedRequest> {
        let id = checked(&self.intent, "payment intent")?;
        let request = ConfirmPaymentIntent::new(id)
            .payment_method(self.payment_method.as_str())
            .expand(["latest_charge".to_owned()]);
        Ok(EncodedRequest::of(&request))
    }
}

/// Authorized money to be taken, all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptureRequest {
    /// The payment intent.
    pub intent: String,
}

impl CaptureRequest {
    /// Writes the request down.
    ///
    /// # Errors
    /// [`crate::CallError::is_missing`] when the intent's name can be none of Stripe's.
    pub fn encode(&self) -> CallResult<EncodedRequest> {
        Ok(EncodedRequest::of(&CapturePaymentIntent::new(checked(&self.intent, "payment intent")?)))
    }
}

/// Why a payment is canceled, in Stripe's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancelReason {
    /// It was not paid in time.
    Abandoned,
    /// The buyer or the seller canceled it.
    RequestedByCustomer,
}

impl From<CancelReason> for CancelPaymentIntentCancellationReason {
    fn from(reason: CancelReason) -> Self {
        match reason {
            CancelReason::Abandoned => Self::Abandoned,
            CancelReason::RequestedByCustomer => Self::RequestedByCustomer,
        }
    }
}

/// A payment, as Stripe shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// Stripe's id.
    pub id: String,
    /// Where it stands.
    pub status: IntentStatus,
    /// How much it is for.
    pub amount: Minor,
    /// How much is authorized and can be captured.
    pub amount_capturable: Minor,
    /// How much has come in.
    pub amount_received: Minor,
    /// ISO 4217; all amounts here are in its smallest unit.
    pub currency: Currency,
    /// Whether the confirmation only authorizes the money, which a call of its own captures.
    pub capture_method_manual: bool,
    /// The last charge that was tried.
    pub latest_charge: Option<String>,
    /// What the buyer's browser confirms with.
    pub client_secret: Option<Secret>,
    /// The seller's account that the money is shared with.
    pub destination: Option<String>,
    /// Why the last try failed.
    pub last_error: Option<Failure>,
    /// Why it was canceled, in Stripe's word.
    pub cancellation_reason: Option<String>,
    /// Until when authorized money can be taken, where Stripe sent the charge along ([`Stripe::retrieve_intent`] and
    /// [`ConfirmRequest`] ask for it).
    pub capture_before: Option<Timestamp>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// Our order, from the metadata.
    pub order: Option<OrderId>,
    /// At most 50 pairs: ours, and those that were added in the dashboard.
    pub metadata: BTreeMap<String, String>,
}

/// Why a try to pay failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The issuer's decline code, or else Stripe's error code.
    pub code: String,
    /// Stripe's sentence for the buyer.
    pub message: String,
    /// Stripe's fingerprint of the card that was tried.
    pub card: Option<String>,
}

impl Failure {
    /// The failure as a decline at a time.
    #[must_use]
    pub fn at(self, at: Timestamp) -> Decline {
        Decline { code: self.code, message: self.message, at, card: self.card }
    }
}

/// An intent as JSON.
#[derive(Debug, Deserialize)]
struct IntentObject {
    id: Option<String>,
    #[serde(default, deserialize_with = "objects::or_default")]
    status: IntentStatus,
    amount: Option<i64>,
    amount_capturable: Option<i64>,
    amount_received: Option<i64>,
    currency: Option<String>,
    capture_method: Option<String>,
    #[serde(default)]
    latest_charge: Reference,
    client_secret: Option<String>,
    transfer_data: Option<TransferData>,
    last_payment_error: Option<FailureObject>,
    cancellation_reason: Option<String>,
    created: Option<i64>,
    #[serde(default, deserialize_with = "objects::or_default")]
    metadata: Metadata,
}

#[derive(Debug, Deserialize)]
struct TransferData {
    #[serde(default)]
    destination: Reference,
}

#[derive(Debug, Deserialize)]
struct FailureObject {
    code: Option<String>,
    decline_code: Option<String>,
    message: Option<String>,
    payment_method: Option<serde_json::Value>,
}

impl From<FailureObject> for Failure {
    fn from(object: FailureObject) -> Self {
        Self {
            code: object.decline_code.or(object.code).unwrap_or_else(|| "payment_failed".to_owned()),
            message: object.message.unwrap_or_else(|| "The payment failed.".to_owned()),
            card: object.payment_method.as_ref().and_then(objects::card_of),
        }
    }
}

impl Intent {
    pub(crate) fn read(value: &serde_json::Value) -> Result<Self, ObjectError> {
        let object: IntentObject = objects::read(value)?;
        let currency = objects::currency(object.currency.as_deref())?;
        let known = |units: Option<i64>| units.map(|units| units::from_stripe(units, currency)).transpose();
        let charge = object.latest_charge.object.as_ref().and_then(|value| Charge::read(value).ok());
        Ok(Self {
            id: objects::own_id(object.id)?,
            status: object.status,
            amount: amount(object.amount, "amount", currency)?,
            amount_capturable: known(object.amount_capturable)?.unwrap_or_default(),
            amount_received: known(object.amount_received)?.unwrap_or_default(),
            currency,
            capture_method_manual: object.capture_method.as_deref() == Some("manual"),
            latest_charge: object.latest_charge.id,
            client_secret: object.client_secret.map(Secret::new),
            destination: object.transfer_data.and_then(|data| data.destination.id),
            last_error: object.last_payment_error.map(Failure::from),
            cancellation_reason: object.cancellation_reason,
            capture_before: charge.and_then(|charge| charge.capture_before),
            created: time(object.created),
            order: objects::order(&object.metadata),
            metadata: object.metadata,
        })
    }
}

impl Stripe {
    /// Makes a payment, as written down by [`IntentRequest::encode`].
    ///
    /// # Errors
    /// See [`crate::CallError`]. Repeat with the same key.
    pub async fn create_intent(&self, request: &EncodedRequest, key: &str) -> CallResult<Intent> {
        let value = self.send_encoded(request, key).await?;
        Ok(Intent::read(&value)?)
    }

    /// Confirms a payment, as written down by [`ConfirmRequest::encode`].
    ///
    /// # Errors
    /// See [`crate::CallError`]. After a decline, a new try needs a new key.
    pub async fn confirm_intent(&self, request: &EncodedRequest, key: &str) -> CallResult<Intent> {
        let value = self.send_encoded(request, key).await?;
        Ok(Intent::read(&value)?)
    }

    /// Takes authorized money, as written down by [`CaptureRequest::encode`].
    ///
    /// # Errors
    /// See [`crate::CallError`]. [`crate::CallError::is_unexpected_state`] means: fetch it.
    pub async fn capture_intent(&self, request: &EncodedRequest, key: &str) -> CallResult<Intent> {
        let value = self.send_encoded(request, key).await?;
        Ok(Intent::read(&value)?)
    }

    /// Looks at a payment, and at its last charge in the same call.
    ///
    /// # Errors
    /// See [`crate::CallError`].
    pub async fn retrieve_intent(&self, id: &str) -> CallResult<Intent> {
        let id = checked(id, "payment intent")?;
        let value = self.ask(&RetrievePaymentIntent::new(id).expand(["latest_charge".to_owned()])).await?;
        Ok(Intent::read(&value)?)
    }

    /// Cancels a payment, so that it cannot be paid any more; authorized money is released. It has no key: doing it
    /// twice does nothing more, and the second time is refused with an unexpected state.
    ///
    /// # Errors
    /// See [`crate::CallError`]. [`crate::CallError::is_unexpected_state`] means that it is over already: fetch it.
    pub async fn cancel_intent(&self, id: &str, reason: CancelReason) -> CallResult<Intent> {
        let id = checked(id, "payment intent")?;
        let value = self.ask(&CancelPaymentIntent::new(id).cancellation_reason(reason)).await?;
        Ok(Intent::read(&value)?)
    }

    /// All payments that were made between two times, both included. Payments that are not ours and that we cannot
    /// read are left out.
    ///
    /// # Errors
    /// See [`crate::CallError`]; then nothing is known, however many pages of the list had come.
    pub async fn list_intents(&self, from: Timestamp, to: Timestamp) -> CallResult<Vec<Intent>> {
        let request = ListPaymentIntent::new().created(between(from, to)).limit(PAGE);
        let all = self.list(|after| match after {
            None => request.clone(),
            Some(after) => request.clone().starting_after(after),
        });
        let mut intents = Vec::new();
        for value in all.await? {
            match Intent::read(&value) {
                Ok(intent) => intents.push(intent),
                Err(error) if objects::is_ours(value.get("metadata")) => return Err(error.into()),
                Err(_) => {}
            }
        }
        Ok(intents)
    }
}
