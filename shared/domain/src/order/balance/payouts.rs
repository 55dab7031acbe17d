//! What of an order's payments went to its seller, by what the order knows: nothing is fetched for it.
//!
//! A payment that nothing was taken from is not fetched either. Then it was split as it was asked for: all of it is transferred, and the
//! application fee is taken out of that.

use crate::{
    Minor,
    order::aggregate::{
        balance::{AdjustmentKind, AdjustmentState, Split},
        order::Order,
    },
};

/// What of one payment its seller has, in the currency that was paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payout {
    /// The payment, `pi_...`.
    pub payment_intent: String,
    /// Its charge, once known.
    pub charge: Option<String>,
    /// Stripe's account of the seller.
    pub account: String,
    /// The transfer to it, where it was fetched.
    pub transfer: Option<String>,
    /// What was taken from the buyer.
    pub captured: Minor,
    /// What refunds gave back of that, and banks withdrew.
    pub left: Minor,
    /// What was transferred to the seller at first.
    pub transferred: Minor,
    /// What the platform took out of the transfer as its fee.
    pub fee: Minor,
    /// What was taken back of the transfer since: for refunds, disputes, and tax that the platform owes.
    pub reversed: Minor,
    /// What was transferred once more, where too much had been taken back.
    pub transferred_again: Minor,
    /// What the platform gave back of its fee.
    pub fee_refunded: Minor,
    /// What of all that the platform keeps to pay the tax that it owes.
    pub tax_withheld: Minor,
    /// What the seller has of the payment.
    pub net: Minor,
    /// What the seller is still to get, beyond that.
    pub to_pay: Minor,
    /// What is still to be taken back.
    pub to_take_back: Minor,
    /// Whether Stripe was asked how it was split.
    pub fetched: bool,
}

impl Order {
    /// What of each payment that arrived went to the seller, the order's own first. None where there is no seller to pay.
    #[must_use]
    pub fn payouts(&self) -> Vec<Payout> {
        let own = self.payment.payment_intent_id.iter().filter(|_| self.is_captured()).cloned();
        let mut payments: Vec<String> = own.collect();
        for payment in self.shared_payments() {
            if !payments.contains(&payment) {
                payments.push(payment);
            }
        }
        let Some(account) = &self.destination else { return Vec::new() };
        payments.iter().map(|payment| self.payout(payment, account)).collect()
    }

    fn payout(&self, payment: &str, account: &str) -> Payout {
        let known = self.split(payment);
        let split = known.cloned().unwrap_or_else(|| self.presumed(payment));
        let done = |kind| self.decided(payment, kind, |state| state == AdjustmentState::Done);
        let reversed = split.reversed + done(AdjustmentKind::TransferReversal);
        let transferred_again = done(AdjustmentKind::Transfer);
        let fee_refunded = split.fee_refunded + done(AdjustmentKind::FeeRefund);
        let net = split.sellers() - reversed + transferred_again + fee_refunded;
        let open = self.sellers_due(&split) - net;
        Payout {
            payment_intent: payment.to_owned(),
            charge: Some(split.charge.clone()).filter(|charge| !charge.is_empty()),
            account: account.to_owned(),
            transfer: split.transfer.clone(),
            captured: split.captured,
            left: self.left(payment),
            transferred: split.transferred,
            fee: split.fee,
            reversed,
            transferred_again,
            fee_refunded,
            tax_withheld: self.withheld(&split) - self.parts_left(&split).tax,
            net,
            to_pay: open.max(Minor::ZERO),
            to_take_back: (Minor::ZERO - open).max(Minor::ZERO),
            fetched: known.is_some(),
        }
    }

    /// How a payment is split that was not fetched.
    fn presumed(&self, payment: &str) -> Split {
        let own = self.payment.payment_intent_id.as_deref() == Some(payment);
        // Of a second payment for the same order all is given back.
        let captured = if own { self.payment.captured } else { self.refunded_of(payment) };
        let in_its_currency = self.paid_currency() == self.currency;
        let fee = if in_its_currency { self.application_fee().min(captured) } else { Minor::ZERO };
        Split {
            payment_intent: payment.to_owned(),
            charge: if own { self.payment.charge_id.clone().unwrap_or_default() } else { String::new() },
            captured,
            transfer: None,
            transferred: captured,
            application_fee: None,
            fee,
            reversed: Minor::ZERO,
            fee_refunded: Minor::ZERO,
            seen_at: self.created_at,
            stale: true,
        }
    }
}
