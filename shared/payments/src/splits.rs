//! How a payment is split between seller and platform: transfers, their reversals, application fees and their refunds.
//! Entries in the tax books are asked for alike.
//!
//! async-stripe keeps these in a crate of its own, which is not worth its building time for a few calls.

use std::collections::BTreeMap;

use domain::{AdjustmentId, Currency, Minor, OrderId};
use serde::{Deserialize, Serialize};
use stripe_client_core::{RequestBuilder, StripeMethod, StripeRequest};
use stripe_core::charge::RetrieveCharge;

use crate::{
    CallError, CallResult, EncodedRequest, ObjectError, Stripe, UnitError,
    charges::Charge,
    objects::{self, Metadata, PAGE, Page, Reference, amount, checked, needed},
    taxes::{TaxReversalRequest, TransactionRequest},
    units,
};

/// Which of our adjustments something is, in its metadata.
const ADJUSTMENT: &str = "adjustment_id";

/// What is asked of Stripe for an adjustment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AdjustmentRequest {
    /// `POST /v1/application_fees/{id}/refunds`.
    FeeRefund {
        /// The application fee.
        fee: String,
        /// What all have in common.
        what: Amount,
    },
    /// `POST /v1/transfers/{id}/reversals`.
    Reversal {
        /// The one that is taken back from, `tr_…`.
        transfer: String,
        /// What all have in common.
        what: Amount,
    },
    /// `POST /v1/transfers`.
    Transfer {
        /// The seller's account.
        account: String,
        /// What all have in common.
        what: Amount,
    },
    /// `POST /v1/tax/transactions/create_from_calculation`.
    Sale(TransactionRequest),
    /// `POST /v1/tax/transactions/create_reversal`.
    TaxReversal(TaxReversalRequest),
}

/// How much of what an adjustment moves, and which it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    /// How much.
    pub amount: Minor,
    /// The payment's currency.
    pub currency: Currency,
    /// Our id of the adjustment, by which a list shows whether it was made.
    pub adjustment: AdjustmentId,
    /// Its id goes into the metadata.
    pub order: OrderId,
}

#[derive(Serialize)]
struct Form {
    amount: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    destination: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transfer_group: Option<String>,
    metadata: BTreeMap<String, String>,
}

struct Post {
    path: String,
    form: Form,
}

impl StripeRequest for Post {
    type Output = ();

    fn build(&self) -> RequestBuilder {
        RequestBuilder::new(StripeMethod::Post, self.path.clone()).form(&self.form)
    }
}

impl AdjustmentRequest {
    /// Writes the request down.
    ///
    /// A transfer names no `source_transaction`: all of the charge was transferred once, and Stripe allows no more than
    /// the charge from it. It comes from the platform's balance, where the money is.
    ///
    /// # Errors
    /// [`UnitError`] when Stripe cannot move such an amount; [`CallError`] is for ids that are none.
    pub fn encode(&self) -> Result<EncodedRequest, EncodeError> {
        let (path, what, account) = match self {
            Self::FeeRefund { fee, what } => {
                (format!("/application_fees/{}/refunds", checked(fee, "application fee")?), what, None)
            }
            Self::Reversal { transfer, what } => {
                (format!("/transfers/{}/reversals", checked(transfer, "transfer")?), what, None)
            }
            Self::Transfer { account, what } => ("/transfers".to_owned(), what, Some(account.clone())),
            Self::Sale(sale) => return Ok(sale.encode()),
            Self::TaxReversal(reversal) => return Ok(reversal.encode()?),
        };
        let metadata = BTreeMap::from([
            (ADJUSTMENT.to_owned(), what.adjustment.to_string()),
            ("order_id".to_owned(), what.order.to_string()),
        ]);
        let form = Form {
            amount: units::to_stripe(what.amount, what.currency)?,
            currency: account.as_ref().map(|_| what.currency.code()),
            description: account.as_ref().map(|_| format!("Order {}: money that was taken back", what.order)),
            // By this the list of them is short.
            transfer_group: account.as_ref().map(|_| what.order.to_string()),
            destination: account,
            metadata,
        };
        Ok(EncodedRequest::of(&Post { path, form }))
    }
}

/// Why an adjustment cannot be asked for.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// Stripe cannot move such an amount.
    #[error(transparent)]
    Unit(#[from] UnitError),
    /// What it is done to has an id that is none.
    #[error(transparent)]
    Id(#[from] CallError),
}

/// Something that moved money between platform and seller, as Stripe shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Stripe's id.
    pub id: String,
    /// How much.
    pub amount: Minor,
    /// Which of our adjustments it is; none if others made it.
    pub adjustment: Option<AdjustmentId>,
}

/// As JSON: a transfer, a reversal or a refund of a fee.
#[derive(Debug, Deserialize)]
struct MovedObject {
    id: Option<String>,
    amount: Option<i64>,
    currency: Option<String>,
    #[serde(default, deserialize_with = "objects::or_default")]
    metadata: Metadata,
}

impl Moved {
    fn read(value: &serde_json::Value) -> Result<Self, ObjectError> {
        let object: MovedObject = objects::read(value)?;
        let currency = objects::currency(object.currency.as_deref())?;
        Ok(Self {
            id: objects::own_id(object.id)?,
            amount: amount(object.amount, "amount", currency)?,
            adjustment: object.metadata.get(ADJUSTMENT).and_then(|id| AdjustmentId::parse(id.as_str()).ok()),
        })
    }
}

/// A charge with its transfer and its fee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChargeSplit {
    /// As it was fetched with both of the others.
    pub charge: Charge,
    /// The transfer, with what has been reversed of it.
    pub transfer: Option<(Moved, Vec<Moved>)>,
    /// The application fee, with what has been refunded of it.
    pub fee: Option<(Moved, Vec<Moved>)>,
}

/// Only what is needed of a whole object within another.
#[derive(Debug, Deserialize)]
struct ChargeObject {
    #[serde(default)]
    transfer: Reference,
    #[serde(default)]
    application_fee: Reference,
}

#[derive(Debug, Deserialize)]
struct WithReversals {
    reversals: Option<Page>,
}

#[derive(Debug, Deserialize)]
struct WithRefunds {
    refunds: Option<Page>,
}

#[derive(Clone, Serialize)]
struct Query {
    limit: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    transfer_group: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    starting_after: Option<String>,
}

struct List {
    path: String,
    query: Query,
}

impl StripeRequest for List {
    type Output = ();

    fn build(&self) -> RequestBuilder {
        RequestBuilder::new(StripeMethod::Get, self.path.clone()).query(&self.query)
    }
}

impl Stripe {
    /// Makes an adjustment, as written down by [`AdjustmentRequest::encode`]. Stripe's id of what was made.
    ///
    /// # Errors
    /// See [`crate::CallError`]. Repeat with the same key; after a failure that Stripe keeps, look by
    /// [`Stripe::list_adjustments`] before a new key is used. In the tax books a second call under another key is
    /// [`crate::CallError::is_taken_reference`].
    pub async fn adjust(&self, request: &EncodedRequest, key: &str) -> CallResult<String> {
        let value = self.send_encoded(request, key).await?;
        let id = value.get("id").and_then(serde_json::Value::as_str).map(str::to_owned);
        Ok(needed(id, "id")?)
    }

    /// All that was made of one kind and target, by us or by others. Nothing of the tax books, which cannot be listed.
    ///
    /// # Errors
    /// See [`crate::CallError`]; then nothing is known, however many pages of the list had come.
    pub async fn list_adjustments(&self, request: &AdjustmentRequest) -> CallResult<Vec<Moved>> {
        let (path, group) = match request {
            AdjustmentRequest::FeeRefund { fee, .. } => {
                (format!("/application_fees/{}/refunds", checked(fee, "application fee")?), None)
            }
            AdjustmentRequest::Reversal { transfer, .. } => {
                (format!("/transfers/{}/reversals", checked(transfer, "transfer")?), None)
            }
            AdjustmentRequest::Transfer { what, .. } => ("/transfers".to_owned(), Some(what.order.to_string())),
            // Stripe has no list of its tax books. That each reference is taken once tells that it was made.
            AdjustmentRequest::Sale(_) | AdjustmentRequest::TaxReversal(_) => return Ok(Vec::new()),
        };
        self.list_moved(path, group).await
    }

    /// How a charge was split between seller and platform, and what of that has been moved since.
    ///
    /// # Errors
    /// See [`crate::CallError`].
    pub async fn retrieve_split(&self, charge: &str) -> CallResult<ChargeSplit> {
        let expand = ["transfer".to_owned(), "application_fee".to_owned()];
        let value = self.ask(&RetrieveCharge::new(checked(charge, "charge")?).expand(expand)).await?;
        let parts: ChargeObject = objects::read(&value)?;
        let transfer = match parts.transfer.object {
            None if parts.transfer.id.is_some() => return Err(ObjectError::Missing("transfer").into()),
            None => None,
            Some(transfer) => {
                let moved = Moved::read(&transfer)?;
                let page = objects::read::<WithReversals>(&transfer)?.reversals;
                let path = format!("/transfers/{}/reversals", checked(&moved.id, "transfer")?);
                Some((moved, self.whole(page, path).await?))
            }
        };
        let fee = match parts.application_fee.object {
            None if parts.application_fee.id.is_some() => return Err(ObjectError::Missing("application_fee").into()),
            None => None,
            Some(fee) => {
                let moved = Moved::read(&fee)?;
                let page = objects::read::<WithRefunds>(&fee)?.refunds;
                let path = format!("/application_fees/{}/refunds", checked(&moved.id, "application fee")?);
                Some((moved, self.whole(page, path).await?))
            }
        };
        Ok(ChargeSplit { charge: Charge::read(&value)?, transfer, fee })
    }

    /// A list that came along with its object, or all of it if that was only a part.
    async fn whole(&self, page: Option<Page>, path: String) -> CallResult<Vec<Moved>> {
        match page {
            Some(page) if !page.has_more => Ok(page.data.iter().map(Moved::read).collect::<Result<_, _>>()?),
            _ => self.list_moved(path, None).await,
        }
    }

    async fn list_moved(&self, path: String, transfer_group: Option<String>) -> CallResult<Vec<Moved>> {
        let all = self.list(|starting_after| List {
            path: path.clone(),
            query: Query { limit: PAGE, transfer_group: transfer_group.clone(), starting_after },
        });
        Ok(all.await?.iter().map(Moved::read).collect::<Result<_, _>>()?)
    }
}
