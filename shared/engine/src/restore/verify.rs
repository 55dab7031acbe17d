//! Comparing Stripe's payments with the table: to the cent, payment by payment.
//!
//! Nothing is written here.

use std::collections::BTreeSet;

use domain::{Minor, Order, OrganizationId, RefundState};
use jiff::Timestamp;
use payments::{
    facts::{self, Fetch},
    intents::Intent,
    owners::Owner,
};

use super::report::{RestoreReport, SLICE, Unexplained, last_of};
use crate::{base::Engine, error::EngineError};

impl Engine {
    /// Compares all payments that were begun, or that something happened to, from one time to another.
    ///
    /// # Errors
    /// [`EngineError`] when Stripe or the table gives no answer.
    pub(super) async fn compare(
        &self,
        from: Timestamp,
        until: Timestamp,
        report: &mut RestoreReport,
    ) -> Result<(), EngineError> {
        let livemode = self.stripe.livemode().await.ok().flatten();
        let mut compared = BTreeSet::new();
        let mut from = from;
        while from < until {
            let to = (from + SLICE).min(until);
            let last = last_of(to, until);
            let mut payments = BTreeSet::new();
            for intent in self.stripe.list_intents(from, last).await? {
                let named = intent.order.as_ref().is_some_and(|order| order.as_str().starts_with("ord_"));
                if named && self.is_of_ours(&intent).await? {
                    payments.insert(intent.id);
                }
            }
            for event in self.stripe.list_events(from, last).await? {
                if matches!(event.owner(livemode), Owner::Foreign(_)) {
                    continue;
                }
                match facts::pointer(&event) {
                    Some(Fetch::Intent(id) | Fetch::Refunds { payment_intent: id }) => drop(payments.insert(id)),
                    Some(Fetch::Session(_) | Fetch::Dispute(_)) | None => {}
                }
            }
            for payment in payments {
                if compared.insert(payment.clone()) {
                    self.compare_payment(&payment, report).await?;
                }
            }
            from = to;
        }
        Ok(())
    }

    /// Whether a payment is of an organization that the table knows.
    async fn is_of_ours(&self, intent: &Intent) -> Result<bool, EngineError> {
        let organization = intent.metadata.get("organization").and_then(|id| OrganizationId::parse(id.as_str()).ok());
        match organization {
            Some(organization) => Ok(self.store.organization(&organization).await?.is_some()),
            None => Ok(false),
        }
    }

    async fn compare_payment(&self, payment: &str, report: &mut RestoreReport) -> Result<(), EngineError> {
        // Payments of other products may have any shape.
        let Some(id) = self.stripe.order_of_intent(payment).await? else { return Ok(()) };
        let order = self.store.order(&id).await?;
        let seen = self.stripe.retrieve_intent(payment).await?;
        if order.is_none() && !self.is_of_ours(&seen).await? {
            return Ok(());
        }
        let refunded = match &seen.latest_charge {
            Some(charge) => self.stripe.retrieve_charge(charge).await?.amount_refunded,
            None => Minor::ZERO,
        };
        report.compared += 1;
        let missing = match order {
            Some(order) => missing(&order, &seen, refunded),
            None => seen.amount_received,
        };
        if missing > Minor::ZERO {
            tracing::error!(order = %id, payment, missing = missing.0, "the table does not account for a payment");
            report.unexplained.push(Unexplained {
                payment_intent: payment.to_owned(),
                order: id,
                currency: seen.currency,
                amount: missing.0,
            });
        }
        Ok(())
    }
}

/// How much of a payment, of what arrived and of what went back, an order does not account for.
fn missing(order: &Order, seen: &Intent, refunded: Minor) -> Minor {
    let of_it = |accepted: bool| -> Minor {
        let own = order.refunds.iter().filter(|refund| refund.payment_intent.as_deref() == Some(&seen.id));
        let own = own.filter(|refund| refund.state != RefundState::Failed);
        own.filter(|refund| !accepted || refund.stripe_id.is_some()).map(|refund| refund.amount).sum()
    };
    let apart = |a: Minor, b: Minor| if a > b { a - b } else { b - a };
    let is_own = order.payment.payment_intent_id.as_deref() == Some(&seen.id);
    // A second payment of an order is there to go back.
    let arrived = if is_own { order.payment.captured } else { of_it(false) };
    // A refund that is written down may be made already: its answer is still to come.
    let (least, most) = (of_it(true), of_it(false));
    let back = if refunded < least { least - refunded } else { (refunded - most).max(Minor::ZERO) };
    // Money that was only authorized and let go is a refund at Stripe, and none of ours.
    let back = if seen.amount_received.is_zero() { Minor::ZERO } else { back };
    apart(seen.amount_received, arrived) + back
}
