//! What must hold of an order in every state that a reader can see.

use std::collections::BTreeSet;

use super::aggregate::{
    balance::{AdjustmentKind, AdjustmentState},
    booking::BookingStatus,
    claim::ClaimKind,
    line::StockState,
    order::Order,
    payment::PaymentState,
    refund::RefundCause,
    status::OrderStatus,
    ticket::{Ticket, TicketStatus},
};
use crate::{Kind, Minor, RefundState, TicketCode, catalog::PaymentMode};

impl Order {
    /// What is wrong with this order by itself, in words; empty when its own invariants hold. The audit and the
    /// property tests both ask this.
    #[must_use]
    pub fn violations(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut check = |holds: bool, what: &str| {
            if !holds {
                found.push(format!("order {}: {what}", self.id));
            }
        };
        let given = self.refunded() + self.refund_reserved();
        let accepted = self.own_refunds().filter(|r| r.state == RefundState::Pending && r.stripe_id.is_some());
        let accepted: Minor = accepted.map(|r| r.amount).sum();
        check(self.refunded() + accepted <= self.payment.captured, "refunds exceed what was captured");
        // A refund made elsewhere may overtake one that we have yet to ask for. Stripe refuses that one then.
        let overtaken = self.status == OrderStatus::Refunded
            || self.review.is_some()
            || self.reviewed.is_some()
            || self.payment_lost()
            || self.own_refunds().any(|r| r.cause == RefundCause::Dashboard);
        check(given <= self.payment.captured || overtaken, "refunds reserve more than was captured");
        check(self.review.is_none() || self.due_at().is_some(), "in review and never due");
        // By a dispute that was lost, or won after that, which a person has seen or will.
        let seen = self.review.is_some() || self.reviewed.is_some();
        let charged_back = self.stock == StockState::None && (self.payment_lost() || seen);
        for line in &self.lines {
            check(self.taken_back(&line.id) <= line.quantity, "more of a line is taken back than was sold");
            let claimed: u32 = line.draws.iter().map(|draw| draw.quantity).sum();
            let expected = match self.stock {
                StockState::None => 0,
                StockState::Held => line.quantity,
                StockState::Sold => line.quantity - self.refunded_quantity(&line.id).min(line.quantity),
            };
            check(line.unlimited || claimed == expected, "a line's draws are not what its stock state says");
            let tickets = self.tickets.iter().filter(|ticket| ticket.line == line.id);
            let live = tickets.filter(|t| t.status == TicketStatus::Valid).count();
            if self.status == OrderStatus::Paid && line.kind == Kind::Show && !charged_back {
                check(
                    u32::try_from(live) == Ok(line.quantity - self.taken_back(&line.id).min(line.quantity)),
                    "a line's valid tickets are not what was sold and kept",
                );
            }
        }
        let codes = self.tickets.iter().flat_map(|t| t.past_codes.iter().map(|past| &past.code).chain([&t.code]));
        let codes: Vec<String> = codes.map(TicketCode::reading).collect();
        let distinct: BTreeSet<&String> = codes.iter().collect();
        check(distinct.len() == codes.len(), "a code is that of two tickets, or lives after it died");
        let handed = |ticket: &Ticket| ticket.handed_over_at.is_none() || !ticket.past_codes.is_empty();
        check(self.tickets.iter().all(handed), "handed over under the code that its buyer knows");
        // Canceling a booking frees its slot at once; the authorization is voided after that.
        let voiding = self.claim.as_ref().is_some_and(|claim| claim.kind == ClaimKind::Voiding);
        let left = self.booking.as_ref().is_some_and(|booking| booking.canceled_by.is_some());
        let was_canceled = left && (voiding || self.review.is_some()) && self.stock == StockState::None;
        let booking = self.booking.as_ref().map(|booking| booking.status);
        let valid = self.tickets.iter().any(|t| t.status == TicketStatus::Valid);
        match self.status {
            OrderStatus::Pending => {
                check(self.stock == StockState::Held || was_canceled, "pending without held stock");
                check(self.hold.is_some() || self.review.is_some(), "pending without a hold");
                check(self.tickets.is_empty(), "tickets before payment");
                check(self.due_at().is_some(), "pending and never looked after");
            }
            OrderStatus::Paid => {
                let freed = booking == Some(BookingStatus::Canceled) && self.stock == StockState::None;
                check(self.stock == StockState::Sold || charged_back || freed, "paid without sold stock");
                check(
                    matches!(booking, None | Some(BookingStatus::Confirmed | BookingStatus::Canceled)),
                    "paid for a booking that was not confirmed",
                );
                check(
                    booking != Some(BookingStatus::Confirmed) || self.stock == StockState::Sold,
                    "a confirmed booking without its slot",
                );
                check(!charged_back || !valid, "charged back with valid tickets");
                check(self.hold.is_none() && self.claim.is_none(), "paid with a hold or claim");
                check(
                    self.payment.mode == PaymentMode::Free || self.payment.state == PaymentState::Captured,
                    "paid without money",
                );
                check(self.paid_at.is_some(), "paid at no time");
            }
            OrderStatus::Failed | OrderStatus::Expired | OrderStatus::Canceled => {
                check(booking != Some(BookingStatus::Requested), "released with a booking to answer");
                check(self.stock == StockState::None, "released with stock");
                check(!valid, "released with valid tickets");
                check(self.hold.is_none(), "released with a hold");
                check(self.claim.is_none(), "released with a claim");
                let owed =
                    self.payment.captured - given - self.charged_back() - self.payment.acknowledged.unwrap_or_default();
                check(owed <= Minor::ZERO || self.review.is_some(), "money kept for goods that were not given");
            }
            OrderStatus::Refunded => {
                check(self.stock == StockState::None, "refunded with stock");
                check(!valid, "refunded with valid tickets");
                check(
                    !matches!(booking, Some(BookingStatus::Requested | BookingStatus::Confirmed)),
                    "refunded with a booking that stands",
                );
            }
            OrderStatus::Authorized => {
                check(self.stock == StockState::Held || was_canceled, "authorized without held stock");
                check(
                    self.payment.state == PaymentState::Authorized || self.review.is_some(),
                    "authorized without an authorization",
                );
                check(booking == Some(BookingStatus::Requested), "authorized without a booking to answer");
                check(
                    self.booking.as_ref().is_some_and(|b| b.respond_by.is_some()),
                    "a booking without a time to answer",
                );
                check(self.due_at().is_some(), "authorized and never looked after");
            }
        }
        self.split_violations(&mut found);
        found.extend(self.book_violations().into_iter().map(|what| format!("order {}: {what}", self.id)));
        found
    }

    /// Whether a bank has decided for the buyer.
    fn payment_lost(&self) -> bool {
        self.charged_back() > Minor::ZERO
    }

    /// Where each cent of fee and transfer is, as far as it was decided.
    fn split_violations(&self, found: &mut Vec<String>) {
        let mut check = |holds: bool, what: &str| {
            if !holds {
                found.push(format!("order {}: {what}", self.id));
            }
        };
        for own in &self.adjustments {
            check(own.amount > Minor::ZERO, "an adjustment of nothing");
            check((own.state == AdjustmentState::Done) == own.stripe_id.is_some(), "an adjustment made without an id");
            let open = matches!(own.state, AdjustmentState::Due | AdjustmentState::Refused);
            check(open == own.due_at.is_some(), "an adjustment that is never made, or made again");
        }
        check(self.unknown_splits().is_empty() || self.split_fetch.is_some(), "a split that is not known and not due");
        for split in self.splits.iter().filter(|split| !split.stale) {
            let of = |kind: AdjustmentKind| -> Minor {
                let decided = self.adjustments.iter().filter(|own| {
                    own.kind == kind
                        && own.payment_intent == split.payment_intent
                        && own.state != AdjustmentState::Withdrawn
                });
                decided.map(|own| own.amount).sum()
            };
            let reversed = split.reversed + of(AdjustmentKind::TransferReversal);
            let given = of(AdjustmentKind::Transfer);
            let fee_refunded = split.fee_refunded + of(AdjustmentKind::FeeRefund);
            let done = |target: &Option<String>| -> Minor {
                let of_it = self.adjustments.iter().filter(|own| target.as_ref() == Some(&own.target));
                of_it.filter(|own| own.state == AdjustmentState::Done).map(|own| own.amount).sum()
            };
            let of_fee = split.fee_refunded + done(&split.application_fee);
            check(of_fee <= split.fee, "more of a fee is refunded than was taken");
            let of_transfer = split.reversed + done(&split.transfer);
            check(of_transfer <= split.transferred, "more of a transfer is reversed than was transferred");
            // What is being given back cannot be taken again before Stripe has named it.
            let unnamed = self.adjustments.iter().any(|own| {
                own.kind == AdjustmentKind::Transfer
                    && own.stripe_id.is_none()
                    && own.state != AdjustmentState::Withdrawn
            });
            let sellers = split.transferred - split.fee;
            let fees = self.fees_given_of(&split.payment_intent).min(split.fee);
            let (withheld, tax) = (self.withheld(split), self.parts_left(split).tax);
            check(tax <= withheld, "more tax went back than was withheld");
            let goods = (self.left(&split.payment_intent) - fees - tax).max(Minor::ZERO);
            let should = (sellers - withheld - goods).max(Minor::ZERO);
            let has = sellers + fee_refunded + given - reversed;
            check(has == should || unnamed, "the seller has not what the seller should have");
        }
    }
}
