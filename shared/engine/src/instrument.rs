//! What an order was paid with, for mails that say where money goes.
//!
//! It only reads. If the process dies or the answer is lost, nothing is missing but a word in a mail.

use domain::Order;
use payments::{CallError, charges::PaymentMethod};

use crate::base::Engine;

impl Engine {
    /// What the order was paid with, as its charge at Stripe says. None where that is not known, and also where Stripe gives
    /// no answer: no mail waits for it.
    pub async fn payment_method(&self, order: &Order) -> Option<PaymentMethod> {
        let unknown = |error: &CallError| {
            tracing::warn!(order = %order.id, %error, "what it was paid with is not known");
        };
        let charge = match (&order.payment.charge_id, &order.payment.payment_intent_id) {
            (Some(charge), _) => charge.clone(),
            (None, Some(intent)) => {
                self.stripe.retrieve_intent(intent).await.inspect_err(unknown).ok()?.latest_charge?
            }
            (None, None) => return None,
        };
        self.stripe.retrieve_charge(&charge).await.inspect_err(unknown).ok()?.payment_method
    }
}
