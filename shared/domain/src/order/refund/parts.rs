//! What a refund's amount is made of: goods, fees and tax, to the smallest unit of the currency.

use rust_decimal::Decimal;

use crate::{
    Minor, RefundState,
    order::{
        aggregate::{
            line::Line,
            order::Order,
            payment::Sum,
            refund::{Goods, Refund, RefundItem, RefundParts},
        },
        payment::{paid_for, part_of},
    },
    tax::{proportion, tax_share},
};

impl RefundParts {
    /// All of an amount for goods.
    #[must_use]
    pub(in crate::order) fn goods(amount: Minor) -> Self {
        Self { goods: amount, ..Self::default() }
    }
}

impl Refund {
    /// What of the amount is for fees and goods, without the tax that came on top.
    #[must_use]
    pub fn before_tax(&self) -> Minor {
        self.parts.goods + self.parts.fees
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

    /// The tax that no refund has given back yet.
    pub(in crate::order) fn tax_left(&self) -> Minor {
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
    pub(in crate::order) fn tax_back(&self, item: &RefundItem) -> Minor {
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
    pub(in crate::order) fn parts_of(&self, amount: Minor) -> RefundParts {
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

/// What is paid back for units of one line.
pub(in crate::order) fn share(order: &Order, item: &RefundItem) -> Minor {
    let Some(line) = order.line(&item.line) else { return Minor::ZERO };
    let paid = paid_for(order, line.total);
    let left = (paid - shares_paid_back(order, line)).max(Minor::ZERO);
    if order.taken_back(&line.id) + item.quantity >= line.quantity {
        return left;
    }
    let whole = Sum { amount: paid, currency: order.paid_currency() };
    part_of(whole, Decimal::from(item.quantity), Decimal::from(line.quantity)).min(left)
}

/// What earlier refunds gave back for units of this line.
fn shares_paid_back(order: &Order, line: &Line) -> Minor {
    let earlier = order.refunds.iter().filter(|refund| refund.goods != Goods::GivenBack);
    let shares = earlier.flat_map(|refund| refund.items.iter().zip(&refund.shares));
    shares.filter(|(item, _)| item.line == line.id).map(|(_, share)| *share).sum()
}
