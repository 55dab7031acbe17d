//! Prepaid hours: what an order puts on its customer's balance, and takes off it again.

use rust_decimal::Decimal;

use super::parts::share;
use crate::{
    Kind, Minor, RefundId,
    order::{
        aggregate::{line::Line, order::Order, refund::RefundItem},
        decision::{Decision, LedgerMove},
        payment::paid_for,
    },
};

/// The cause of a refund's taking.
fn refund_cause(refund: &RefundId) -> String {
    format!("refund:{refund}")
}

fn hours_of(line: &Line, quantity: u32) -> Option<Decimal> {
    Some(line.hours.filter(|_| line.kind == Kind::Package)? * Decimal::from(quantity))
}

impl Order {
    /// The hours that the order credits. None if it holds no package.
    #[must_use]
    pub fn hours(&self) -> Option<Decimal> {
        let hours: Decimal = self.lines.iter().filter_map(|line| hours_of(line, line.quantity)).sum();
        (hours > Decimal::ZERO).then_some(hours)
    }

    /// What being paid puts on the customer's balance.
    #[must_use]
    pub fn credit(&self) -> Option<LedgerMove> {
        let packages = self.lines.iter().filter(|line| line.kind == Kind::Package);
        let amount = packages.map(|line| paid_for(self, line.total)).sum();
        self.hours().map(|hours| LedgerMove::Credit { cause: format!("order:{}", self.id), hours, amount })
    }

    fn hours_in(&self, items: &[RefundItem]) -> Option<Decimal> {
        let of = |item: &RefundItem| self.line(&item.line).and_then(|line| hours_of(line, item.quantity));
        let hours: Decimal = items.iter().filter_map(of).sum();
        (hours > Decimal::ZERO).then_some(hours)
    }

    /// What was paid for the hours in these units. Fees, and whatever else is in the order, are not in it.
    fn paid_for_hours(&self, items: &[RefundItem]) -> Minor {
        let package = |item: &&RefundItem| self.line(&item.line).is_some_and(|line| line.kind == Kind::Package);
        items.iter().filter(package).map(|item| share(self, item)).sum()
    }

    /// What no refund has taken back.
    fn kept(&self) -> Vec<RefundItem> {
        let left = |line: &Line| RefundItem {
            line: line.id.clone(),
            quantity: line.quantity.saturating_sub(self.taken_back(&line.id)),
        };
        self.lines.iter().map(left).collect()
    }

    /// Whether a dispute has the hours already, for now or for good.
    fn hours_are_gone(&self) -> bool {
        self.payment.disputes().any(|dispute| dispute.hours)
    }
}

impl Decision {
    /// Takes the hours of a refund's items off the balance; a refund of spent hours is refused by that.
    pub(in crate::order) fn take_hours(&mut self, refund: &RefundId, items: &[RefundItem]) {
        if let Some(hours) = self.order.hours_in(items).filter(|_| !self.order.hours_are_gone()) {
            let amount = self.order.paid_for_hours(items);
            self.ledger.push(LedgerMove::Take { cause: refund_cause(refund), hours, amount });
        }
    }

    /// Gives back what a refund took that Stripe refused.
    pub(in crate::order) fn return_hours(&mut self, refund: &RefundId, items: &[RefundItem]) {
        if self.order.hours_in(items).is_some() {
            let of = refund_cause(refund);
            self.ledger.push(LedgerMove::GiveBack { cause: format!("{of}:refused"), of });
        }
    }

    /// Takes what is left of the hours that come back with no refund of ours: the money is gone already.
    pub(in crate::order) fn take_hours_left(&mut self, cause: String, items: Option<&[RefundItem]>) {
        let items = items.map_or_else(|| self.order.kept(), <[RefundItem]>::to_vec);
        if let Some(hours) = self.order.hours_in(&items).filter(|_| !self.order.hours_are_gone()) {
            let amount = self.order.paid_for_hours(&items);
            self.ledger.push(LedgerMove::TakeWhatIsLeft { cause, hours, amount });
        }
    }
}
