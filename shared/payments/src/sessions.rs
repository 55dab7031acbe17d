//! Checkout Sessions: Stripe's own payment page.

use std::collections::BTreeMap;

use domain::{Currency, Minor, OrderId, OrganizationId, TaxBehavior};
use jiff::Timestamp;
use serde::Deserialize;
use stripe_checkout::checkout_session::{
    CreateCheckoutSession, CreateCheckoutSessionAutomaticTax, CreateCheckoutSessionAutomaticTaxLiability,
    CreateCheckoutSessionAutomaticTaxLiabilityType, CreateCheckoutSessionLineItems,
    CreateCheckoutSessionLineItemsPriceData, CreateCheckoutSessionLineItemsPriceDataTaxBehavior,
    CreateCheckoutSessionPaymentIntentData, CreateCheckoutSessionPaymentIntentDataCaptureMethod,
    CreateCheckoutSessionPaymentIntentDataTransferData, ExpireCheckoutSession, ListCheckoutSession, ProductData,
    RetrieveCheckoutSession,
};
use stripe_shared::CheckoutSessionMode;

use crate::{
    CallError, CallResult, EncodedRequest, ObjectError, Stripe, UnitError,
    encoded::{cut, metadata},
    intents::{CaptureMethod, Intent},
    objects::{self, Metadata, PAGE, Reference, amount, between, checked, own_metadata, time},
    outcome::SESSION_UNEXPECTED_STATE,
    units,
};

/// The most that Stripe takes of a product's name.
const NAME: usize = 250;

/// The most that we send of a description.
const DESCRIPTION: usize = 500;

/// A payment page for one order.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionRequest {
    /// The order; it becomes `client_reference_id` and stands in all metadata.
    pub order: OrderId,
    /// The seller; it stands in all metadata.
    pub organization: OrganizationId,
    /// The order's currency.
    pub currency: Currency,
    /// What the buyer pays for, fees as lines of their own. They add up to the order's total.
    pub lines: Vec<SessionLine>,
    /// The seller's account at Stripe, which gets what is left after the application fee.
    pub destination: Option<String>,
    /// What the platform keeps. Means something only beside a destination.
    pub application_fee: Minor,
    /// More metadata, for the session and its payment intent alike.
    pub metadata: BTreeMap<String, String>,
    /// What the payment says it is for. Checkout cannot describe the transfer itself, see [`Stripe::update_transfer`].
    pub transfer_description: String,
    /// Filled in for the buyer on the page.
    pub buyer_email: String,
    /// Where the buyer goes after paying; `{CHECKOUT_SESSION_ID}` in it is replaced by Stripe.
    pub success_url: String,
    /// Where the buyer goes who leaves the page without paying.
    pub cancel_url: String,
    /// When the page closes. An absolute time, so that a repeat asks for the same.
    pub expires_at: Timestamp,
    /// How tax is reckoned.
    pub tax: SessionTax,
    /// When the money is taken.
    pub capture: CaptureMethod,
}

/// How a payment page reckons tax. All of it is said to Stripe; what is left unsaid, an account's default decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionTax {
    /// Whether Stripe works out the tax.
    pub automatic: bool,
    /// Whether the lines contain it.
    pub behavior: TaxBehavior,
    /// The seller's account where the seller owes the tax; none where the platform does.
    pub liable: Option<String>,
}

/// One line of a payment page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionLine {
    /// What it is called.
    pub name: String,
    /// What one of it costs.
    pub unit_amount: Minor,
    /// How many.
    pub quantity: u32,
}

impl SessionRequest {
    /// Writes the request down.
    ///
    /// # Errors
    /// [`UnitError`] when Stripe cannot charge one of the amounts.
    pub fn encode(&self) -> Result<EncodedRequest, UnitError> {
        let currency = units::stripe_currency(self.currency)?;
        let lines: Result<Vec<_>, UnitError> = self.lines.iter().map(|line| self.line(line, &currency)).collect();
        let observation = self.metadata();
        let mut intent = CreateCheckoutSessionPaymentIntentData::new();
        intent.capture_method = Some(match self.capture {
            CaptureMethod::AtOnce => CreateCheckoutSessionPaymentIntentDataCaptureMethod::Automatic,
            CaptureMethod::Later => CreateCheckoutSessionPaymentIntentDataCaptureMethod::Manual,
        });
        intent.metadata = Some(metadata(&observation));
        if !self.transfer_description.is_empty() {
            intent.description = Some(cut(&self.transfer_description, DESCRIPTION).into_owned());
        }
        if let Some(destination) = &self.destination {
            intent.transfer_data = Some(CreateCheckoutSessionPaymentIntentDataTransferData::new(destination));
            if !self.application_fee.is_zero() {
                intent.application_fee_amount = Some(units::to_stripe(self.application_fee, self.currency)?);
            }
        }
        let request = CreateCheckoutSession::new()
            .mode(CheckoutSessionMode::Payment)
            .client_reference_id(self.order.as_str())
            .customer_email(self.buyer_email.as_str())
            .line_items(lines?)
            .automatic_tax(self.automatic_tax())
            .payment_intent_data(intent)
            .metadata(metadata(&observation))
            .success_url(self.success_url.as_str())
            .cancel_url(self.cancel_url.as_str())
            .expires_at(self.expires_at.as_second());
        Ok(EncodedRequest::of(&request))
    }

    /// Stripe takes a liability only beside a tax that it works out
    /// (<https://docs.stripe.com/api/checkout/sessions/create#create_checkout_session-automatic_tax>).
    fn automatic_tax(&self) -> CreateCheckoutSessionAutomaticTax {
        let mut tax = CreateCheckoutSessionAutomaticTax::new(self.tax.automatic);
        if self.tax.automatic {
            use CreateCheckoutSessionAutomaticTaxLiabilityType::{Account, Self_};
            let liable = if self.tax.liable.is_some() { Account } else { Self_ };
            let mut liability = CreateCheckoutSessionAutomaticTaxLiability::new(liable);
            liability.account.clone_from(&self.tax.liable);
            tax.liability = Some(liability);
        }
        tax
    }

    fn line(
        &self,
        line: &SessionLine,
        currency: &stripe_types::Currency,
    ) -> Result<CreateCheckoutSessionLineItems, UnitError> {
        let mut price = CreateCheckoutSessionLineItemsPriceData::new(currency.clone());
        price.product_data = Some(ProductData::new(cut(&line.name, NAME)));
        price.unit_amount = Some(units::to_stripe(line.unit_amount, self.currency)?);
        price.tax_behavior = Some(match self.tax.behavior {
            TaxBehavior::Exclusive => CreateCheckoutSessionLineItemsPriceDataTaxBehavior::Exclusive,
            TaxBehavior::Inclusive => CreateCheckoutSessionLineItemsPriceDataTaxBehavior::Inclusive,
        });
        let mut item = CreateCheckoutSessionLineItems::new();
        item.price_data = Some(price);
        item.quantity = Some(u64::from(line.quantity));
        Ok(item)
    }

    fn metadata(&self) -> BTreeMap<String, String> {
        own_metadata(&self.metadata, &self.order, &self.organization)
    }
}

/// A payment page, as Stripe shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Stripe's id.
    pub id: String,
    /// Where the buyer pays, while it is open.
    pub url: Option<String>,
    /// Where it stands.
    pub status: SessionStatus,
    /// Whether the money is there.
    pub payment_status: PaymentStatus,
    /// The payment intent; there is none before the buyer tries to pay.
    pub payment_intent: Option<String>,
    /// The payment intent itself, where Stripe sent it along ([`Stripe::retrieve_session`] asks for it).
    pub intent: Option<Box<Intent>>,
    /// What the buyer pays, tax included.
    pub amount_total: Minor,
    /// The tax in it, where it is known.
    pub tax: Option<Minor>,
    /// ISO 4217; all amounts here are in its smallest unit.
    pub currency: Currency,
    /// When it closes.
    pub expires_at: Option<Timestamp>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// Our order, from the metadata. None where the reference says something else.
    pub order: Option<OrderId>,
    /// At most 50 pairs, those that the page was opened with.
    pub metadata: BTreeMap<String, String>,
}

/// Where a payment page stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionStatus {
    /// The buyer may still pay.
    Open,
    /// The buyer has done all they can; see the payment status.
    Complete,
    /// It cannot be paid any more.
    Expired,
    /// A word that we do not know.
    #[default]
    #[serde(other)]
    Unknown,
}

/// Whether a page's money is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// The money has arrived.
    Paid,
    /// It is not, or not yet.
    Unpaid,
    /// There is nothing to pay.
    NoPaymentRequired,
    /// A word that we do not know.
    #[default]
    #[serde(other)]
    Unknown,
}

/// A session as JSON.
#[derive(Debug, Deserialize)]
pub(crate) struct SessionObject {
    id: Option<String>,
    url: Option<String>,
    #[serde(default, deserialize_with = "objects::or_default")]
    status: SessionStatus,
    #[serde(default, deserialize_with = "objects::or_default")]
    payment_status: PaymentStatus,
    #[serde(default)]
    payment_intent: Reference,
    amount_total: Option<i64>,
    total_details: Option<TotalDetails>,
    currency: Option<String>,
    expires_at: Option<i64>,
    created: Option<i64>,
    client_reference_id: Option<String>,
    #[serde(default, deserialize_with = "objects::or_default")]
    metadata: Metadata,
}

#[derive(Debug, Deserialize)]
struct TotalDetails {
    amount_tax: Option<i64>,
}

impl SessionObject {
    /// Our order, from the metadata, unless the reference says something else. A reference alone makes nothing ours:
    /// a buyer who pays by a payment link may choose it (<https://docs.stripe.com/payment-links/url-parameters>).
    pub(crate) fn order(&self) -> Option<OrderId> {
        let reference = self.client_reference_id.as_deref();
        objects::order(&self.metadata).filter(|order| reference.is_none_or(|reference| reference == order.as_str()))
    }
}

impl TryFrom<SessionObject> for Session {
    type Error = ObjectError;

    fn try_from(object: SessionObject) -> Result<Self, ObjectError> {
        let order = object.order();
        let currency = objects::currency(object.currency.as_deref())?;
        let tax = object.total_details.and_then(|details| details.amount_tax);
        // What the expanded intent lacks is no reason to lose the session.
        let intent = object.payment_intent.object.as_ref().and_then(|value| Intent::read(value).ok());
        Ok(Self {
            id: objects::own_id(object.id)?,
            url: object.url,
            status: object.status,
            payment_status: object.payment_status,
            payment_intent: object.payment_intent.id,
            intent: intent.map(Box::new),
            amount_total: amount(object.amount_total, "amount_total", currency)?,
            tax: tax.map(|tax| units::from_stripe(tax, currency)).transpose()?,
            currency,
            expires_at: time(object.expires_at),
            created: time(object.created),
            order,
            metadata: object.metadata,
        })
    }
}

impl Session {
    pub(crate) fn read(value: &serde_json::Value) -> Result<Self, ObjectError> {
        objects::read::<SessionObject>(value)?.try_into()
    }
}

impl Stripe {
    /// Opens a payment page, as written down by [`SessionRequest::encode`].
    ///
    /// # Errors
    /// See [`crate::CallError`]. Repeat with the same key.
    pub async fn create_session(&self, request: &EncodedRequest, key: &str) -> CallResult<Session> {
        let value = self.send_encoded(request, key).await?;
        Ok(Session::read(&value)?)
    }

    /// Looks at a payment page, and at its payment intent in the same call.
    ///
    /// # Errors
    /// See [`crate::CallError`]; a missing session is a refusal.
    pub async fn retrieve_session(&self, id: &str) -> CallResult<Session> {
        let id = checked(id, "session")?;
        let value = self.ask(&RetrieveCheckoutSession::new(id).expand(["payment_intent".to_owned()])).await?;
        Ok(Session::read(&value)?)
    }

    /// Closes a payment page, so that it cannot be paid any more. It has no key: doing it twice does nothing more, and the
    /// second time is refused with an unexpected state.
    ///
    /// # Errors
    /// See [`crate::CallError`]. [`CallError::is_unexpected_state`] means that it is not open: fetch it.
    pub async fn expire_session(&self, id: &str) -> CallResult<Session> {
        let id = checked(id, "session")?;
        match self.ask(&ExpireCheckoutSession::new(id)).await {
            Ok(value) => Ok(Session::read(&value)?),
            // Stripe's only word for "not open" is the sentence. Nothing else about this call can be wrong, as it says
            // nothing but a name.
            Err(CallError::Refused(mut refusal))
                if refusal.status == 400 && refusal.kind == "invalid_request_error" && refusal.code.is_none() =>
            {
                refusal.code = Some(SESSION_UNEXPECTED_STATE.to_owned());
                Err(CallError::Refused(refusal))
            }
            Err(error) => Err(error),
        }
    }

    /// All payment pages that were made between two times, both included. Pages that are not ours and that we cannot
    /// read are left out.
    ///
    /// # Errors
    /// See [`crate::CallError`]; then nothing is known, however many pages of the list had come.
    pub async fn list_sessions(&self, from: Timestamp, to: Timestamp) -> CallResult<Vec<Session>> {
        let request = ListCheckoutSession::new().created(between(from, to)).limit(PAGE);
        let all = self.list(|after| match after {
            None => request.clone(),
            Some(after) => request.clone().starting_after(after),
        });
        let mut sessions = Vec::new();
        for value in all.await? {
            match Session::read(&value) {
                Ok(session) => sessions.push(session),
                Err(error) if objects::is_ours(value.get("metadata")) => return Err(error.into()),
                Err(_) => {}
            }
        }
        Ok(sessions)
    }
}
