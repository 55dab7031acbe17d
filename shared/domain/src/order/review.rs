//! Orders in review: something about their money is not as it should be, and a person of the organization has to decide.
//!
//! A review is never forgotten: it is due every day until staff accept or refuse. What that means follows from its kind.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    Alarm, Booking, BookingStatus, ClaimKind, Decision, Goods, MoveKind, NextCall, Order, OrderStatus, Outcome, Refund,
    RefundAsk, RefundCause, RefundItem, StockState, booking, claim, decide,
    decide::REFUND_LEASE,
    decide_refund,
    refunding::{part_of, take_tickets},
};
use crate::{Code, Currency, Minor, RefundId, RefundState, Refusal};

/// How often people are reminded of an order in review.
pub const REVIEW_EVERY: SignedDuration = SignedDuration::from_hours(24);
/// Most characters of a reason, should several come together.
const MAX_REASON: usize = 500;

/// An amount in its own currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// How much.
    pub amount: Minor,
    /// In which currency.
    pub currency: Currency,
}

/// Why an order is in review. Of several reasons the first of this list says what accepting and refusing mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewKind {
    /// What arrived is not what the order says. Accepting gives the goods, refusing gives all of it back.
    Payment,
    /// What is set aside on the card is not what the order says. Accepting asks the expert, refusing releases the card.
    Authorization,
    /// Refunds came to nothing. Accepting takes note of it, as where the money was given back in another way; refusing
    /// tries them again.
    Refund,
    /// Stripe made a refund after all that it had refused, when the goods were with the buyer again. Accepting leaves
    /// them there, refusing takes them back, with what is left of the money.
    Returned,
}

/// That a person has to look at an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// What for.
    pub kind: ReviewKind,
    /// Why, for people.
    pub reason: String,
    /// Since when.
    pub since: Timestamp,
    /// When people are reminded next.
    pub due_at: Timestamp,
    /// What was set aside, where that is the question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Sum>,
    /// The refunds that came to nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<RefundId>,
}

/// What a person has decided about an order in review, the last time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviewed {
    /// Accepted or refused.
    pub accept: bool,
    /// Who: the token's subject.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The refunds that refusing asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<RefundId>,
}

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
    /// The currency that the order's payment was made in: its own, unless something else was paid.
    #[must_use]
    pub fn paid_currency(&self) -> Currency {
        self.payment.currency.unwrap_or(self.currency)
    }

    /// The currency of a refund's amount.
    #[must_use]
    pub fn currency_of(&self, refund: &Refund) -> Currency {
        refund.currency.unwrap_or_else(|| match refund.cause {
            RefundCause::DoublePayment => self.currency,
            _ => self.paid_currency(),
        })
    }

    /// What the buyer was to pay, tax included, or what staff accepted in place of it.
    #[must_use]
    pub fn due_sum(&self) -> Sum {
        let due = Sum { amount: self.to_pay(), currency: self.currency };
        self.payment.accepted.unwrap_or(due)
    }

    /// Whether a capture or an authorization is what the order says, or what staff accepted in place of it.
    pub(super) fn is_due(&self, seen: Sum) -> bool {
        self.due_sum() == seen
    }

    /// Puts the order in review, or adds a reason to the review that it is in.
    pub(super) fn hold_for_review(&mut self, kind: ReviewKind, reason: &str, now: Timestamp) -> &mut Review {
        // Whatever was decided before did not know of this.
        self.reviewed = None;
        let new = || Review {
            kind,
            reason: String::new(),
            since: now,
            due_at: now + REVIEW_EVERY,
            seen: None,
            refunds: Vec::new(),
        };
        let review = self.review.get_or_insert_with(new);
        review.kind = review.kind.min(kind);
        let separator = if review.reason.is_empty() { "" } else { "; " };
        review.reason = format!("{}{separator}{reason}", review.reason).chars().take(MAX_REASON).collect();
        review
    }

    /// Puts the order in review because a refund came to nothing.
    pub(super) fn hold_for_refund(&mut self, refund: &RefundId, reason: &str, now: Timestamp) {
        let review = self.hold_for_review(ReviewKind::Refund, reason, now);
        if !review.refunds.contains(refund) {
            review.refunds.push(refund.clone());
        }
    }

    /// Whether a second payment was not given back: its refund failed, and none after it succeeded.
    pub(super) fn keeps_second_payment(&self) -> bool {
        let second = |refund: &&Refund| refund.cause == RefundCause::DoublePayment;
        self.refunds.iter().filter(second).any(|failed| {
            failed.state == RefundState::Failed
                && !self
                    .refunds
                    .iter()
                    .filter(second)
                    .any(|other| other.payment_intent == failed.payment_intent && other.state != RefundState::Failed)
        })
    }

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
    pub fn review_repeat(&self, accept: bool, by: &str, now: Timestamp) -> Repeat {
        let Some(before) = self.reviewed.as_ref().filter(|before| before.accept == accept && before.by == by) else {
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

/// The review that somebody is to decide about, and what it comes to by now.
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
pub fn accept_review(order: &Order, by: &str, now: Timestamp) -> Result<Decision, Refusal> {
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
                // The time is the expert's again, and its end was told.
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
                failed.items.clear();
                failed.shares.clear();
                failed.tax_shares.clear();
            }
            decide::pay(&mut decision, now);
            decision.withhold(now);
            decision.book(now);
        }
        ReviewKind::Authorization => {
            if order.claim.is_some() {
                return Err(illegal("The payment is being ended just now"));
            }
            decision.order.payment.accepted = review.seen;
            decision.order.review = None;
            booking::request(&mut decision, now);
        }
        ReviewKind::Refund | ReviewKind::Returned => {
            decision.outcome = Outcome::ReviewAcknowledged;
            decision.order.review = None;
            let kept = Some(order.refundable()).filter(|kept| order.is_unfulfilled() && !kept.is_zero());
            // Kept for nothing by our books; a person says that it is settled.
            decision.order.payment.acknowledged = kept.or(order.payment.acknowledged);
        }
    }
    decision.order.reviewed = Some(Reviewed { accept: true, by: by.to_owned(), at: now, refunds: Vec::new() });
    Ok(decision)
}

/// Staff refuse: all of the payment goes back, or what is set aside is released, or the refunds that came to nothing are
/// tried again. `cause` says on whose account.
///
/// # Errors
/// `illegal_state` if there is nothing to decide, or not now.
pub fn refuse_review(
    order: &Order,
    by: &str,
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
    decision.order.reviewed = Some(Reviewed { accept: false, by: by.to_owned(), at: now, refunds });
    Ok(decision)
}

/// Tries a refund again that came to nothing: its money, and its goods where the buyer has them again.
fn again(decision: &mut Decision, failed: &Refund, id: RefundId, now: Timestamp) {
    let order = &decision.order;
    let second = failed.cause == RefundCause::DoublePayment;
    let amount = if second { failed.amount } else { failed.amount.min(order.refundable()) };
    let made_good = failed.state != RefundState::Failed || second && !order.keeps_second_payment();
    if made_good || amount.is_zero() {
        return;
    }
    let back = failed.items.iter().filter(|_| failed.goods == Goods::GivenBack && order.stock == StockState::Sold);
    let left = back.map(|item| {
        let line = order.line(&item.line).map_or(0, |line| line.quantity);
        let quantity = item.quantity.min(line.saturating_sub(order.taken_back(&item.line)));
        RefundItem { line: item.line.clone(), quantity }
    });
    let items: Vec<RefundItem> = left.filter(|item| item.quantity > 0).collect();
    let same = items == failed.items;
    let shares = if same { failed.shares.clone() } else { Vec::new() };
    let tax_shares = if same { failed.tax_shares.clone() } else { Vec::new() };
    let parts = if failed.amount == amount { failed.parts } else { order.parts_of(amount) };
    take_tickets(&mut decision.order, &items, &id);
    decision.take_hours(&id, &items);
    decision.ask_refund(Refund {
        id,
        amount,
        items,
        shares,
        tax_shares,
        parts,
        state: RefundState::Pending,
        goods: Goods::Taken,
        cause: failed.cause.clone(),
        reason: failed.reason.clone(),
        payment_intent: failed.payment_intent.clone(),
        currency: failed.currency,
        stripe_id: None,
        failure: None,
        call: None,
        due_at: Some(now + REFUND_LEASE),
        created_at: now,
    });
}

/// Reminds people of an order in review, and of it again a day later. While its money is on the way back, nobody has to
/// be reminded.
#[must_use]
pub fn remind_of_review(order: &Order, now: Timestamp) -> Decision {
    let Some(review) = order.review.as_ref().filter(|review| review.due_at <= now) else {
        return Decision::unchanged(order, Outcome::AlreadyProcessed);
    };
    let mut decision = Decision::change(order, Outcome::Reminded);
    if order.reviewed.is_none() {
        decision.alarms.push(Alarm::Review { since: review.since, reason: review.reason.clone() });
    }
    if let Some(review) = &mut decision.order.review {
        review.due_at = now + REVIEW_EVERY;
    }
    decision
}

/// What was paid for a price of this order, in the payment's currency: the price itself, unless staff accepted another
/// sum for the whole.
pub(super) fn paid_for(order: &Order, price: Minor) -> Minor {
    let due = order.to_pay();
    match &order.payment.accepted {
        Some(accepted) if !due.is_zero() => part_of(*accepted, order.currency.major(price), order.currency.major(due)),
        _ => price,
    }
}

#[cfg(test)]
#[path = "review_tests.rs"]
mod tests;
