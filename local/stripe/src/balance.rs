//! Where the money of payments went.

use serde::Serialize;

use crate::state::State;

/// What happened to the money of one order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Balance {
    /// Captured, in Stripe's smallest unit.
    pub captured: i64,
    /// Given back to the buyer: refunds that did not fail.
    pub refunded: i64,
    /// Authorized and not yet captured.
    pub capturable: i64,
    /// Charged back: in disputes that were not won.
    pub disputed: i64,
    /// How many charges took money.
    pub charges: u32,
    /// Transferred to sellers, with the charges and after.
    pub transferred: i64,
    /// The part of that with the charges.
    pub transferred_with_charges: i64,
    /// Taken back from the sellers.
    pub reversed: i64,
    /// Application fees.
    pub fees: i64,
    /// The part of the fees that went back to the sellers.
    pub fees_refunded: i64,
}

impl Balance {
    /// Captured less refunded.
    #[must_use]
    pub fn net(&self) -> i64 {
        self.captured - self.refunded
    }

    /// What sellers have in the end, in Stripe's smallest unit: transfers less fees, with all that went back.
    #[must_use]
    pub fn seller(&self) -> i64 {
        self.transferred - self.reversed - self.fees + self.fees_refunded
    }

    /// What the platform has: what was captured, less refunds, disputes and the seller's part.
    #[must_use]
    pub fn platform(&self) -> i64 {
        self.captured - self.refunded - self.disputed - self.seller()
    }
}

impl State {
    /// The money of all intents whose metadata say `value` under `key`.
    pub(crate) fn balance(&self, key: &str, value: &str) -> Balance {
        let mut balance = Balance::default();
        for (_, intent) in self.intents.iter().filter(|(_, i)| i.metadata.get(key).is_some_and(|found| found == value))
        {
            balance.capturable += intent.amount_capturable;
            for charge in intent.charges.iter().filter_map(|id| self.charges.get(id)).filter(|charge| charge.captured) {
                balance.captured += charge.amount_captured;
                balance.refunded += charge.amount_refunded - charge.released;
                balance.charges += 1;
                let disputes = charge.disputes.iter().filter_map(|id| self.disputes.get(id));
                balance.disputed += disputes.filter(|d| d.withdrawn()).map(|d| d.amount).sum::<i64>();
                if let Some(transfer) = charge.transfer.as_ref().and_then(|id| self.transfers.get(id)) {
                    balance.transferred += transfer.amount;
                    balance.transferred_with_charges += transfer.amount;
                    balance.reversed += transfer.amount_reversed;
                }
                if let Some(fee) = charge.application_fee.as_ref().and_then(|id| self.fees.get(id)) {
                    balance.fees += fee.amount;
                    balance.fees_refunded += fee.amount_refunded;
                }
            }
        }
        let after = self.transfers.iter().filter(|(_, t)| t.charge.is_none());
        for (_, transfer) in after.filter(|(_, t)| t.metadata.get(key).is_some_and(|found| found == value)) {
            balance.transferred += transfer.amount;
            balance.reversed += transfer.amount_reversed;
        }
        balance
    }
}
