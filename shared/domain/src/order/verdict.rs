//! What staff decide about an order in review: they accept or refuse.

use jiff::Timestamp;

use super::{
    aggregate::{
        booking::{Booking, BookingStatus},
        claim::ClaimKind,
        line::StockState,
        order::Order,
        payment::Sum,
        refund::{REFUND_LEASE, RefundCause},
        review::{Review, ReviewKind, Reviewed},
        status::OrderStatus,
    },
    authorization::request,
    claim::claim,
    decision::{Decision, MoveKind, NextCall},
    fulfil::pay,
    outcome::Outcome,
    refund::requested::{RefundAsk, again, decide_refund},
};
use crate::{Actor, Code, RefundId, RefundState, Refusal};

/// What has become of an earlier decision when the same person sends it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// There was none like it: decide.
    New,
    /// It is done, or Stripe has taken over.
    Done,
    /// The first call is at work on it.
    Running,
    /// The first call is gone without an answer: ask Stripe, under the same keys.
    Resume,
}

impl Order {
    /// Whether the review waits for goods or money of the order's own payment.
    fn is_unfulfilled(&self) -> bool {
        self.is_captured() && self.paid_at.is_none() && self.status != OrderStatus::Refunded
    }

    /// Whether the order's own payment waits for a person: it arrived, and the buyer has neither goods nor money.
    #[must_use]
    pub fn waits_for_goods(&self) -> bool {
        self.is_unfulfilled() && self.review.as_ref().is_some_and(|review| review.kind == ReviewKind::Payment)
    }

    /// What a decision is, seen from an earlier one of the same person.
    #[must_use]
    pub fn review_repeat(&self, accept: bool, by: &Actor, now: Timestamp) -> Repeat {
        let Some(before) = self.reviewed.as_ref().filter(|before| before.accept == accept && before.by == *by) else {
            return Repeat::New;
        };
        let open =
            |id: &RefundId| self.refund(id).is_some_and(|r| r.state == RefundState::Pending && r.stripe_id.is_none());
        let ending = self.is_waiting() && self.claim.as_ref().is_some_and(|claim| claim.kind == ClaimKind::Voiding);
        match () {
            () if self.review.is_none() || !ending && !before.refunds.iter().any(open) => Repeat::Done,
            () if now < before.at + REFUND_LEASE => Repeat::Running,
            () => Repeat::Resume,
        }
    }
}

fn illegal(message: &str) -> Refusal {
    Refusal::new(Code::IllegalState, message)
}

/// The review that staff are to decide about, and its kind by now.
fn open(order: &Order) -> Result<(&Review, ReviewKind), Refusal> {
    let review = order.review.as_ref().ok_or_else(|| illegal("The order is not in review"))?;
    if order.reviewed.is_some() {
        return Err(illegal("The review is decided, and its money is on the way back"));
    }
    if order.is_frozen() {
        return Err(illegal("The payment is under dispute; nothing can be decided until the bank has"));
    }
    // Once the payment itself is settled, what is left is a refund that came to nothing.
    let settled = review.kind == ReviewKind::Payment && !order.is_unfulfilled()
        || review.kind == ReviewKind::Authorization && !order.is_waiting();
    Ok((review, if settled { ReviewKind::Refund } else { review.kind }))
}

/// Staff accept: the payment as it is, with the goods; or, where only a refund is open, that it came to nothing.
///
/// Stock that was released is drawn again: [`Decision::draw`]. If there is none, nothing is to be written.
///
/// # Errors
/// `illegal_state` if there is nothing to decide, or not now; `out_of_stock` if what was bought is over.
pub fn accept_review(order: &Order, by: &Actor, now: Timestamp) -> Result<Decision, Refusal> {
    let (review, kind) = open(order)?;
    let mut decision = Decision::change(order, Outcome::ReviewAccepted);
    match kind {
        ReviewKind::Payment if order.refundable().is_zero() => {
            return Err(illegal("All of the payment is on its way back, so nothing is left to accept"));
        }
        ReviewKind::Payment => {
            decision.order.payment.accepted =
                Some(Sum { amount: order.payment.captured, currency: order.paid_currency() });
            decision.order.review = None;
            let was_canceled =
                |booking: &Booking| booking.status != BookingStatus::Requested || booking.canceled_by.is_some();
            if order.booking.as_ref().is_some_and(was_canceled) {
                // The time is the expert's again, and the buyer has the mail of its end.
                return Err(Refusal::new(Code::OutOfStock, "The booking is over, so its payment can only go back"));
            }
            if order.stock == StockState::Held {
                decision.move_all(MoveKind::Sell);
            } else {
                let over = order.lines.iter().any(|line| line.over_at.is_some_and(|end| end <= now));
                if over {
                    return Err(Refusal::new(Code::OutOfStock, "It is over, and its stock was released"));
                }
                decision.draw = true;
            }
            // A refund that took the held goods back failed later: its money stays, so they are the buyer's now.
            for failed in decision.order.refunds.iter_mut().filter(|refund| refund.state == RefundState::Failed) {
                failed.clear_items();
            }
            pay(&mut decision, now);
            decision.withhold(now);
            decision.book(now);
        }
        ReviewKind::Authorization => {
            if order.claim.is_some() {
                return Err(illegal("The payment is being ended just now"));
            }
            decision.order.payment.accepted = review.seen;
            decision.order.review = None;
            request(&mut decision, now);
        }
        ReviewKind::Refund | ReviewKind::Returned => {
            decision.outcome = Outcome::ReviewAcknowledged;
            decision.order.review = None;
            let kept = Some(order.refundable()).filter(|kept| order.is_unfulfilled() && !kept.is_zero());
            // Kept for nothing by our books; a person says that it is settled.
            decision.order.payment.acknowledged = kept.or(order.payment.acknowledged);
        }
    }
    decision.order.reviewed = Some(Reviewed { accept: true, by: by.clone(), at: now, refunds: Vec::new() });
    Ok(decision)
}

/// Staff refuse: all of the payment goes back, or the authorization is voided, or the refunds that came to nothing are
/// tried again. `cause` says on whose account.
///
/// # Errors
/// `illegal_state` if there is nothing to decide, or not now.
pub fn refuse_review(
    order: &Order,
    by: &Actor,
    cause: RefundCause,
    reason: &str,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    let (review, kind) = open(order)?;
    let id = |order: &Order| {
        let name = format!("ref_{}_review{}", order.id, order.refunds.len());
        RefundId::parse(name).unwrap_or_else(|_| unreachable!("made of legal ids"))
    };
    let mut decision = match kind {
        ReviewKind::Payment if order.refundable().is_zero() => {
            return Err(illegal("All of the payment is on its way back already"));
        }
        ReviewKind::Payment | ReviewKind::Returned => {
            match decide_refund(order, &RefundAsk::Rest, id(order), cause, Some(reason.to_owned()), now) {
                Ok(decision) => decision,
                // The goods went another way meanwhile, and the money with them.
                Err(refusal) if refusal.code == Code::ExceedsCaptured => {
                    Decision::change(order, Outcome::ReviewRefused)
                }
                Err(refusal) => return Err(refusal),
            }
        }
        ReviewKind::Authorization => {
            let mut decision = claim(order, ClaimKind::Voiding, by, "refused in review", now)
                .map_err(|_| illegal("The payment is being ended just now"))?;
            if let Some(claim) = &mut decision.order.claim {
                claim.booking = order.booking.as_ref().map(|_| BookingStatus::Declined);
            }
            decision.calls.push(NextCall::EndPayment);
            decision
        }
        ReviewKind::Refund => {
            let mut decision = Decision::change(order, Outcome::ReviewRefused);
            for failed in review.refunds.iter().filter_map(|failed| order.refund(failed)) {
                let id = id(&decision.order);
                again(&mut decision, failed, id, now);
            }
            decision
        }
    };
    decision.outcome = Outcome::ReviewRefused;
    let refunds = decision.order.refunds.iter().skip(order.refunds.len()).map(|refund| refund.id.clone()).collect();
    if decision.calls.is_empty() {
        // Nothing is left to give back, or it is back already.
        decision.order.review = None;
    }
    decision.order.reviewed = Some(Reviewed { accept: false, by: by.clone(), at: now, refunds });
    Ok(decision)
}
