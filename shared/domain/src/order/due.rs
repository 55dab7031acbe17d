//! When an order is to be seen to next.

use jiff::Timestamp;

use super::aggregate::{hold::SESSION_TOO_LATE, order::Order, payment::PaymentState};
use crate::{RefundState, catalog::PaymentMode};

impl Order {
    /// Whether Stripe may still need an answer from us, or we from Stripe, and when to see to it next. None when the
    /// order needs neither. A live claim postpones everything else.
    #[must_use]
    pub fn due_at(&self) -> Option<Timestamp> {
        let refunds = self.refunds.iter().filter(|r| r.state == RefundState::Pending).filter_map(|r| r.due_at);
        let waiting = self.is_waiting();
        // Without a session no buyer can pay, and soon none can be made any more.
        let unopened = self.payment.mode == PaymentMode::Hosted
            && self.payment.session_id.is_none()
            && self.payment.state == PaymentState::Unpaid;
        let hold = match (self.fetch_at, &self.hold) {
            _ if !waiting => None,
            (Some(fetch_at), _) => Some(fetch_at),
            (None, Some(_)) if unopened => Some(self.created_at + SESSION_TOO_LATE),
            (None, hold) => hold.as_ref().map(|hold| hold.expires_at),
        };
        let review = self.review.as_ref().map(|review| review.due_at);
        match &self.claim {
            Some(claim) if waiting => Some(claim.until),
            _ => {
                let adjustments = self.adjustments.iter().filter_map(|adjustment| adjustment.due_at);
                let split = self.split_fetch.as_ref().map(|fetch| fetch.due_at);
                let disputes = self.payment.disputes().filter_map(|dispute| dispute.fetch_at);
                let due = refunds.chain(hold).chain(adjustments).chain(split).chain(disputes).chain(review);
                due.min().or_else(|| self.archive_at())
            }
        }
    }
}
