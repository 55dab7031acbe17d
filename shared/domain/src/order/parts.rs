//! What a refund's amount is made of: goods, fees and tax, to the cent.

use serde::{Deserialize, Serialize};

use super::{Goods, Line, Order, Refund, RefundItem, review::paid_for};
use crate::{
    Minor, RefundState,
    tax::{proportion, tax_share},
};

/// What a refund's amount is made of, as the order's own sums are: where tax comes on top, the three add up to the amount;
/// where prices contain it, goods and fees add up to the amount, and the tax is a part of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundParts {
    /// For goods.
    pub goods: Minor,
    /// For the platform's and the processing fee.
    pub fees: Minor,
    /// Tax.
    pub tax: Minor,
}

impl RefundParts {
    /// All of an amount for goods.
    #[must_use]
    pub(super) fn goods(amount: Minor) -> Self {
        Self { goods: amount, ..Self::default() }
    }
}

impl Order {
    /// What refunds have given back of each part, done or under way. Those of a second charge give nothing of the
    /// order's.
    #[must_use]
    pub fn parts_given(&self) -> RefundParts {
        let counted = self.own_refunds().filter(|refund| refund.state != RefundState::Failed);
        counted.fold(RefundParts::default(), |sum, refund| RefundParts {
            goods: sum.goods + refund.parts.goods,
            fees: sum.fees + refund.parts.fees,
            tax: sum.tax + refund.parts.tax,
        })
    }

    /// The tax that was paid, in the payment's currency: another one than the order's where staff accepted that.
    pub(super) fn paid_tax(&self) -> Minor {
        paid_for(self, self.tax.unwrap_or_default())
    }

    /// The tax that no refund has given back yet.
    pub(super) fn tax_left(&self) -> Minor {
        (self.paid_tax() - self.parts_given().tax).max(Minor::ZERO)
    }

    /// The part of the tax that was paid that is a line's. With that of the fees, all of them add up to the tax.
    #[must_use]
    pub fn tax_of_line(&self, line: &str) -> Minor {
        let mut from = Minor::ZERO;
        for own in &self.lines {
            if own.id == line {
                let to = from + own.total;
                return tax_share(self.paid_currency(), self.paid_tax(), (from, to), self.totals.total);
            }
            from += own.total;
        }
        Minor::ZERO
    }

    /// The tax that goes back with units of a line: its share of the line's tax, rounded half up; the line's last unit
    /// takes what is left of it.
    pub(super) fn tax_back(&self, item: &RefundItem) -> Minor {
        let Some(line) = self.line(&item.line) else { return Minor::ZERO };
        let all = self.tax_of_line(&line.id);
        let left = (all - self.tax_given(line)).max(Minor::ZERO).min(self.tax_left());
        if self.taken_back(&line.id) + item.quantity >= line.quantity {
            return left;
        }
        let units = |n: u32| Minor(i64::from(n));
        proportion(self.paid_currency(), all, units(item.quantity), units(line.quantity)).min(left)
    }

    /// What earlier refunds gave back of a line's tax.
    fn tax_given(&self, line: &Line) -> Minor {
        let earlier = self.refunds.iter().filter(|refund| refund.goods != Goods::GivenBack);
        let shares = earlier.flat_map(|refund| refund.items.iter().zip(&refund.tax_shares));
        shares.filter(|(item, _)| item.line == line.id).map(|(_, share)| *share).sum()
    }

    /// The parts of an amount that names no goods: tax in proportion to what was paid, the rest for goods, and for fees
    /// only where no price of goods is left. What gives back all that is left gives back all that is left of each.
    #[must_use]
    pub(super) fn parts_of(&self, amount: Minor) -> RefundParts {
        let given = self.parts_given();
        let left_of = |all: Minor, given: Minor| (all - given).max(Minor::ZERO);
        if amount >= self.refundable() {
            let tax = self.tax_left().min(amount);
            let before_tax = amount - self.tax_terms.on_top(tax);
            let fees = left_of(paid_for(self, self.application_fee()), given.fees).min(before_tax);
            return RefundParts { goods: before_tax - fees, fees, tax };
        }
        let tax = proportion(self.paid_currency(), self.paid_tax(), amount, self.payment.captured).min(self.tax_left());
        let before_tax = amount - self.tax_terms.on_top(tax);
        let price = paid_for(self, self.totals.total - self.application_fee());
        let goods = left_of(price, given.goods).min(before_tax);
        RefundParts { goods, fees: before_tax - goods, tax }
    }
}

impl Refund {
    /// What of the amount is for fees and goods, without the tax that came on top.
    #[must_use]
    pub fn before_tax(&self) -> Minor {
        self.parts.goods + self.parts.fees
    }
}

#[cfg(test)]
#[path = "parts_tests.rs"]
mod tests;
