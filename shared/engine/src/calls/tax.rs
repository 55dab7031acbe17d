//! The tax of a payment intent, calculated before the order is written; Stripe's page calculates its own.
//!
//! It moves no money and needs no record. If the process dies, nothing was written and the client asks again; each try
//! calculates anew.

use domain::{Minor, Order, Refusal, TaxCalculation};
use payments::taxes::{CalculationRequest, Place, TaxedLine};

use super::labels::liable;
use crate::{
    base::Engine,
    error::{EngineError, broken},
};

impl Engine {
    /// Has Stripe calculate the tax of these lines for a buyer at that place.
    ///
    /// # Errors
    /// `invalid_request` on `buyer.address` when Stripe cannot tell where the buyer is; [`EngineError::Payment`] when
    /// Stripe does not answer.
    pub(crate) async fn calculate_tax(
        &self,
        order: &Order,
        place: Place,
        lines: Vec<TaxedLine>,
    ) -> Result<TaxCalculation, EngineError> {
        let behavior = order.tax_terms.behavior;
        let request = CalculationRequest { currency: order.currency, lines, behavior, place, liable: liable(order) };
        let encoded = request.encode().map_err(broken)?;
        let key = format!("{}-tax", order.id);
        match self.stripe.calculate_tax(&encoded, behavior, &key).await {
            Ok(calculation) => Ok(calculation),
            Err(error) if error.is_unknown_place() => Err(nowhere().into()),
            Err(error) => {
                if !error.is_unclear() {
                    tracing::error!(
                        alarm = "tax_refused", organization = %order.organization, %error,
                        "Stripe does not reckon tax: look at the tax settings of the account that owes it"
                    );
                }
                Err(error.into())
            }
        }
    }
}

pub(crate) fn nowhere() -> Refusal {
    let message = "Tax cannot be worked out for where the buyer is: give a postal address with country and postal code";
    Refusal::field("buyer.address", message)
}

/// What is bought, and the fees. It adds up to the order's total.
pub(crate) fn taxed_lines(order: &Order) -> Vec<TaxedLine> {
    let goods = order.lines.iter().map(|line| (line.id.clone(), line.total, line.quantity));
    let fees = std::iter::once(("fees".to_owned(), order.application_fee(), 1));
    let lines = goods.chain(fees).filter(|(_, amount, _)| *amount > Minor::ZERO);
    lines.map(|(reference, amount, quantity)| TaxedLine { reference, amount, quantity }).collect()
}
