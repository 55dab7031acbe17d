//! Tax for payments that are not made on Stripe's page: a calculation before the payment, a transaction in the tax books
//! after it, and a reversal with each refund (<https://docs.stripe.com/tax/payment-intent>).

use domain::{Currency, Minor, OrderId, TaxBehavior, TaxCalculation, tax::Address};
use serde::Deserialize;
use std::{collections::BTreeMap, net::IpAddr};

use crate::{
    CallResult, EncodedRequest, Stripe, UnitError,
    objects::{self, amount, needed, time},
    units,
};

/// What is to be taxed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalculationRequest {
    /// The currency of all lines.
    pub currency: Currency,
    /// What is sold, fees included.
    pub lines: Vec<TaxedLine>,
    /// Whether the amounts contain their tax.
    pub behavior: TaxBehavior,
    /// Where the buyer is.
    pub place: Place,
    /// The seller's account where the seller owes the tax: then it is reckoned by that account's registrations, and stands
    /// in that account's books. None where the platform does.
    pub liable: Option<String>,
}

/// A line item of a Tax Calculation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxedLine {
    /// Its name within the order, as `l1`.
    pub reference: String,
    /// What all of it costs.
    pub amount: Minor,
    /// How many.
    pub quantity: u32,
}

/// Where a buyer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// At a postal address.
    Address(Address),
    /// Wherever this network address is.
    Ip(IpAddr),
}

/// A sale that goes into the tax books. [`Stripe::adjust`] sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionRequest {
    /// The order; its id is the transaction's reference, which Stripe takes once.
    pub order: OrderId,
    /// The calculation that the payment was made with.
    pub calculation: String,
    /// As with the calculation.
    pub liable: Option<String>,
    /// More metadata.
    pub metadata: BTreeMap<String, String>,
}

/// A sale, or a part of it, that comes out of the tax books; or a part that comes back, by a reversal of its reversal.
/// [`Stripe::adjust`] sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxReversalRequest {
    /// What it is called in the books; Stripe takes each name once.
    pub reference: String,
    /// The transaction, or the reversal, that it reverses.
    pub transaction: String,
    /// What was given back, tax included. None for all of the transaction.
    pub amount: Option<Minor>,
    /// The amount's currency.
    pub currency: Currency,
    /// As with the calculation.
    pub liable: Option<String>,
    /// More metadata.
    pub metadata: BTreeMap<String, String>,
}

type Fields = Vec<(String, String)>;

fn field(fields: &mut Fields, name: impl Into<String>, value: impl Into<String>) {
    fields.push((name.into(), value.into()));
}

fn with_metadata(mut fields: Fields, metadata: &BTreeMap<String, String>) -> Fields {
    for (name, value) in metadata.iter().filter(|(_, value)| !value.is_empty()) {
        field(&mut fields, format!("metadata[{name}]"), value);
    }
    fields
}

impl CalculationRequest {
    /// Writes the request down.
    ///
    /// # Errors
    /// [`UnitError`] when Stripe cannot charge one of the amounts.
    pub fn encode(&self) -> Result<EncodedRequest, UnitError> {
        let mut fields = Fields::new();
        units::stripe_currency(self.currency)?;
        field(&mut fields, "currency", self.currency.code());
        for (n, line) in self.lines.iter().enumerate() {
            let at = |name: &str| format!("line_items[{n}][{name}]");
            field(&mut fields, at("amount"), units::to_stripe(line.amount, self.currency)?.to_string());
            field(&mut fields, at("quantity"), line.quantity.to_string());
            field(&mut fields, at("reference"), line.reference.as_str());
            field(&mut fields, at("tax_behavior"), self.behavior.as_str());
        }
        match &self.place {
            Place::Ip(ip) => field(&mut fields, "customer_details[ip_address]", ip.to_string()),
            Place::Address(address) => {
                field(&mut fields, "customer_details[address_source]", "billing");
                let optional = [
                    ("line1", &address.line1),
                    ("line2", &address.line2),
                    ("city", &address.city),
                    ("state", &address.state),
                    ("postal_code", &address.postal_code),
                ];
                field(&mut fields, "customer_details[address][country]", address.country.as_str());
                for (name, text) in optional {
                    if let Some(text) = text {
                        field(&mut fields, format!("customer_details[address][{name}]"), text.as_str());
                    }
                }
            }
        }
        Ok(EncodedRequest::post("/tax/calculations", &fields).on_account(self.liable.clone()))
    }
}

impl TransactionRequest {
    /// Writes the request down.
    #[must_use]
    pub fn encode(&self) -> EncodedRequest {
        let mut fields = Fields::new();
        field(&mut fields, "calculation", self.calculation.as_str());
        field(&mut fields, "reference", self.order.as_str());
        let fields = with_metadata(fields, &self.metadata);
        EncodedRequest::post("/tax/transactions/create_from_calculation", &fields).on_account(self.liable.clone())
    }
}

impl TaxReversalRequest {
    /// Writes the request down. Amounts that are reversed are below zero at Stripe.
    ///
    /// # Errors
    /// [`UnitError`] when Stripe cannot charge the amount.
    pub fn encode(&self) -> Result<EncodedRequest, UnitError> {
        let mut fields = Fields::new();
        field(&mut fields, "mode", if self.amount.is_some() { "partial" } else { "full" });
        field(&mut fields, "original_transaction", self.transaction.as_str());
        field(&mut fields, "reference", self.reference.as_str());
        if let Some(amount) = self.amount {
            field(&mut fields, "flat_amount", format!("-{}", units::to_stripe(amount, self.currency)?));
        }
        let fields = with_metadata(fields, &self.metadata);
        Ok(EncodedRequest::post("/tax/transactions/create_reversal", &fields).on_account(self.liable.clone()))
    }
}

/// A calculation as JSON.
#[derive(Debug, Deserialize)]
struct CalculationObject {
    id: Option<String>,
    tax_amount_exclusive: Option<i64>,
    tax_amount_inclusive: Option<i64>,
    currency: Option<String>,
    expires_at: Option<i64>,
}

impl Stripe {
    /// Has tax reckoned, as written down by [`CalculationRequest::encode`]. It moves no money and leaves nothing behind
    /// that staff would have to look after.
    ///
    /// # Errors
    /// See [`crate::CallError`]. [`crate::CallError::is_unknown_place`] when Stripe cannot tell where the buyer is.
    pub async fn calculate_tax(
        &self,
        request: &EncodedRequest,
        behavior: TaxBehavior,
        key: &str,
    ) -> CallResult<TaxCalculation> {
        let value = self.send_encoded(request, key).await?;
        let object: CalculationObject = objects::read(&value)?;
        let currency = objects::currency(object.currency.as_deref())?;
        let tax = match behavior {
            TaxBehavior::Exclusive => amount(object.tax_amount_exclusive, "tax_amount_exclusive", currency)?,
            TaxBehavior::Inclusive => amount(object.tax_amount_inclusive, "tax_amount_inclusive", currency)?,
        };
        Ok(TaxCalculation { id: needed(object.id, "id")?, tax, expires_at: time(object.expires_at) })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use domain::{Currency, Minor, OrderId, TaxBehavior, tax::Address};

    use super::{CalculationRequest, Place, TaxReversalRequest, TaxedLine, TransactionRequest};
    use crate::EncodedRequest;

    fn fields(encoded: &EncodedRequest) -> Vec<(String, String)> {
        serde_urlencoded::from_str(&encoded.form).expect("a form")
    }

    fn request(place: Place) -> CalculationRequest {
        CalculationRequest {
            currency: Currency::USD,
            lines: vec![TaxedLine { reference: "l1".to_owned(), amount: Minor(1_598), quantity: 2 }],
            behavior: TaxBehavior::Inclusive,
            place,
            liable: Some("acct_1".to_owned()),
        }
    }

    #[test]
    fn a_calculation_names_all_that_a_default_would_decide() {
        let encoded = request(Place::Ip([203, 0, 113, 9].into())).encode().expect("encoded");
        assert_eq!((encoded.path.as_str(), encoded.account.as_deref()), ("/tax/calculations", Some("acct_1")));
        let said = [
            ("currency", "usd"),
            ("line_items[0][amount]", "1598"),
            ("line_items[0][quantity]", "2"),
            ("line_items[0][reference]", "l1"),
            ("line_items[0][tax_behavior]", "inclusive"),
            ("customer_details[ip_address]", "203.0.113.9"),
        ];
        assert_eq!(fields(&encoded), said.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn an_address_goes_with_what_kind_it_is() {
        let address = Address {
            line1: None,
            line2: None,
            city: Some("Zürich & more".to_owned()),
            state: None,
            postal_code: Some("8001".to_owned()),
            country: "CH".to_owned(),
        };
        let fields = fields(&request(Place::Address(address)).encode().expect("encoded"));
        for (name, value) in [
            ("customer_details[address_source]", "billing"),
            ("customer_details[address][country]", "CH"),
            ("customer_details[address][city]", "Zürich & more"),
            ("customer_details[address][postal_code]", "8001"),
        ] {
            assert!(fields.contains(&(name.to_owned(), value.to_owned())), "{name}: {fields:?}");
        }
        assert!(!fields.iter().any(|(name, _)| name.contains("line1")));
    }

    #[test]
    fn the_books_are_written_under_names_of_ours() {
        let order = OrderId::parse("ord_1").expect("an id");
        let metadata = BTreeMap::from([("order_id".to_owned(), "ord_1".to_owned())]);
        let calculation = "taxcalc_1".to_owned();
        let sale = TransactionRequest { order, calculation, liable: None, metadata: metadata.clone() }.encode();
        assert_eq!(sale.account, None);
        assert!(fields(&sale).contains(&("reference".to_owned(), "ord_1".to_owned())));
        assert!(fields(&sale).contains(&("metadata[order_id]".to_owned(), "ord_1".to_owned())));
        let back = |amount| TaxReversalRequest {
            reference: "ref_1".to_owned(),
            transaction: "tax_1".to_owned(),
            amount,
            currency: Currency::USD,
            liable: None,
            metadata: BTreeMap::new(),
        };
        let part = fields(&back(Some(Minor(2_750))).encode().expect("encoded"));
        assert!(part.contains(&("flat_amount".to_owned(), "-2750".to_owned())) && part[0].1 == "partial");
        let all = fields(&back(None).encode().expect("encoded"));
        assert!(all[0].1 == "full" && !all.iter().any(|(name, _)| name == "flat_amount"));
    }
}
