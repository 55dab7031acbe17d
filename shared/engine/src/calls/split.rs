//! How Stripe split a payment between seller and platform: fetched, never made, because the payment itself splits it.
//!
//! It needs no record. If the process dies, the order says that its split is not known, and the sweeper fetches it again.

use domain::{Fact, Minor, Order, OrderId, SplitSeen};
use jiff::Timestamp;
use payments::splits::{ChargeSplit, Moved};

use crate::{base::Engine, error::EngineError};

impl Engine {
    /// Asks Stripe how a payment was split. The fact is the caller's to settle.
    ///
    /// # Errors
    /// [`EngineError`] if that is not known yet.
    pub(crate) async fn fetch_split(&self, id: &OrderId, payment_intent: &str) -> Result<Option<Fact>, EngineError> {
        let Some(order) = self.store.order(id).await? else { return Ok(None) };
        let own = order.payment.payment_intent_id.as_deref() == Some(payment_intent);
        let charge =
            match order.payment.charge_id.clone().filter(|_| own) {
                Some(charge) => charge,
                None => self.stripe.retrieve_intent(payment_intent).await?.latest_charge.ok_or_else(|| {
                    EngineError::Broken(format!("payment {payment_intent} of order {id} has no charge"))
                })?,
            };
        let seen_at = self.clock.now();
        let seen = self.stripe.retrieve_split(&charge).await?;
        // Read after Stripe was asked, so that all of our adjustments that Stripe could show are known.
        let Some(order) = self.store.order(id).await? else { return Ok(None) };
        Ok(Some(Fact::Split(split_seen(&order, payment_intent, &seen, seen_at))))
    }
}

/// What a charge with its transfer and fee says, less what was moved by us.
fn split_seen(order: &Order, payment_intent: &str, seen: &ChargeSplit, seen_at: Timestamp) -> SplitSeen {
    let others = |moved: &[Moved]| -> Minor {
        let ours = |moved: &&Moved| moved.adjustment.as_ref().is_some_and(|id| order.adjustment(id).is_some());
        moved.iter().filter(|moved| !ours(moved)).map(|moved| moved.amount).sum()
    };
    let (transfer, fee) = (seen.transfer.as_ref(), seen.fee.as_ref());
    SplitSeen {
        payment_intent: payment_intent.to_owned(),
        charge: seen.charge.id.clone(),
        captured: seen.charge.amount_captured,
        transfer: transfer.map(|(transfer, _)| transfer.id.clone()),
        transferred: transfer.map(|(transfer, _)| transfer.amount).unwrap_or_default(),
        application_fee: fee.map(|(fee, _)| fee.id.clone()),
        fee: fee.map(|(fee, _)| fee.amount).unwrap_or_default(),
        reversed: transfer.map(|(_, reversals)| others(reversals)).unwrap_or_default(),
        fee_refunded: fee.map(|(_, refunds)| others(refunds)).unwrap_or_default(),
        seen_at,
    }
}
