//! The tax of an order that a payment intent pays, noted on the order before it is written. An order whose tax cannot be calculated leaves no trace.

use domain::{Order, TaxCalculation, order::PaymentMode};
use payments::taxes::{Place, TaxedLine};

use super::CheckoutRequest;
use crate::{
    base::Engine,
    calls::tax::{nowhere, taxed_lines},
    error::EngineError,
};

/// What tax was reckoned for, and what it came to: an order that is priced anew at the same price asks Stripe once.
pub(crate) type Reckoned = Option<(Vec<TaxedLine>, TaxCalculation)>;

impl Engine {
    /// Has Stripe reckon the tax of an order that a payment intent pays, and notes it on the order. It moves no money and is asked for before anything is written, so that an order
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
    ) -> Result<(), EngineError> {
        if order.payment.mode != PaymentMode::Intent || !order.tax_terms.automatic {
            return Ok(());
        }
        let lines = taxed_lines(order);
        let known = before.as_ref().filter(|(priced, _)| *priced == lines).map(|(_, calculation)| calculation.clone());
        let calculation = match known {
            Some(calculation) => calculation,
            None => {
                // Where the buyer is; else where the order is sent.
                let sent_to = requested.delivery.as_ref().map(|to| &to.address);
                let place = match (requested.address.as_ref().or(sent_to), requested.source) {
                    (Some(address), _) => Place::Address(address.clone()),
                    (None, Some(ip)) => Place::Ip(ip),
                    (None, None) => return Err(nowhere().into()),
                };
                self.calculate_tax(order, place, lines.clone()).await?
            }
        };
        order.tax = Some(calculation.tax);
        order.calculation = Some(calculation.clone());
        *before = Some((lines, calculation));
        Ok(())
    }
}
