//! Tax of payments that are not made on Stripe's page: reckoned before the order is written.

use domain::{Minor, Order, Refusal, TaxCalculation, order::PaymentMode};
use payments::taxes::{CalculationRequest, Place, TaxedLine};

use crate::{CheckoutRequest, Engine, EngineError, requests::liable, settle::broken};

/// What tax was reckoned for, and what it came to: an order that is priced anew at the same price asks Stripe once.
pub(crate) type Reckoned = Option<(Vec<TaxedLine>, TaxCalculation)>;

impl Engine {
    /// Has Stripe reckon the tax of an order that a payment intent pays, and notes it on the order. True if it has to be
    /// asked for with another amount now. It moves no money and is asked for before anything is written, so that an order
    /// whose tax cannot be reckoned leaves no trace.
    ///
    /// # Errors
    /// `invalid_request` on `buyer.address` when Stripe cannot tell where the buyer is; [`EngineError::Payment`] when
    /// Stripe does not answer.
    pub(crate) async fn reckon_tax(
        &self,
        order: &mut Order,
        requested: &CheckoutRequest,
        before: &mut Reckoned,
    ) -> Result<bool, EngineError> {
        if order.payment.mode != PaymentMode::Intent || !order.tax_terms.automatic {
            return Ok(false);
        }
        let lines = taxed_lines(order);
        let known = before.as_ref().filter(|(priced, _)| *priced == lines).map(|(_, calculation)| calculation.clone());
        let calculation = match known {
            Some(calculation) => calculation,
            None => self.calculate(order, requested, lines.clone()).await?,
        };
        order.tax = Some(calculation.tax);
        order.calculation = Some(calculation.clone());
        *before = Some((lines, calculation));
        Ok(true)
    }

    async fn calculate(
        &self,
        order: &Order,
        requested: &CheckoutRequest,
        lines: Vec<TaxedLine>,
    ) -> Result<TaxCalculation, EngineError> {
        let place = match (&requested.address, requested.source) {
            (Some(address), _) => Place::Address(address.clone()),
            (None, Some(ip)) => Place::Ip(ip),
            (None, None) => return Err(nowhere().into()),
        };
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

fn nowhere() -> Refusal {
    let message = "Tax cannot be worked out for where the buyer is: give a postal address with country and postal code";
    Refusal::field("buyer.address", message)
}

/// What is bought, and the fees. It adds up to the order's total.
fn taxed_lines(order: &Order) -> Vec<TaxedLine> {
    let goods = order.lines.iter().map(|line| (line.id.clone(), line.total, line.quantity));
    let fees = std::iter::once(("fees".to_owned(), order.application_fee(), 1));
    let lines = goods.chain(fees).filter(|(_, amount, _)| *amount > Minor::ZERO);
    lines.map(|(reference, amount, quantity)| TaxedLine { reference, amount, quantity }).collect()
}
