//! The label of a transfer: what an order was about, written onto Stripe's transfer to the organization, for its books.
//!
//! It needs neither record nor key: the same words again change nothing. If the process dies, the notification that asks
//! for it is on the agenda.

use domain::Order;

use super::labels::{description, metadata};
use crate::{base::Engine, error::EngineError};

impl Engine {
    /// Writes what an order was about onto Stripe's transfer to the organization, for its books.
    pub(crate) async fn label_transfer(&self, order: &Order) -> Result<(), EngineError> {
        let stripe = &self.stripe;
        let charge = match (&order.payment.charge_id, &order.payment.payment_intent_id) {
            (Some(charge), _) => charge.clone(),
            (None, Some(intent)) => stripe
                .retrieve_intent(intent)
                .await?
                .latest_charge
                .ok_or_else(|| EngineError::Broken(format!("the payment of order {} has no charge", order.id)))?,
            (None, None) => return Ok(()),
        };
        let Some(transfer) = stripe.retrieve_charge(&charge).await?.transfer else {
            return Err(EngineError::Broken(format!("charge {charge} has no transfer yet")));
        };
        let mut all = metadata(order);
        all.insert("organization".to_owned(), order.organization.to_string());
        stripe.update_transfer(&transfer, &description(order), &all).await?;
        Ok(())
    }
}
