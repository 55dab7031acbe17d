//! What staff, buyers, experts and the sweeper do to an order in its world.

use super::{World, steps::pick};
use crate::{
    Actor, Attendee, Code, Currency, Fact, Listing, Minor, Refusal, Transferable,
    order::{
        BookingStatus, CanceledBy, Claim, ClaimKind, DecideError, Decision, Event, NextCall, Order, OrderStatus,
        RefundAsk, RefundCause, Repeat, StockState, accept_review, cancel_booking, cancel_quote, claim,
        confirm_booking, decide_refund, decline_booking, hand_over, refuse_review,
        tests::{
            fixtures::{Want, listing, refund_id, status, tickets},
            reached::{effect_of, effect_of_answer},
            transitions::obeys,
        },
    },
};

impl World {
    /// A ticket goes to another person, whatever else is under way: the request that is made twice takes effect once.
    pub(super) fn hand_over(&mut self, index: usize, by_staff: bool) {
        let Some(code) = pick(&self.order.tickets, index).map(|ticket| ticket.code.clone()) else { return };
        let to = Attendee::receiver("Grace Hopper", "grace@example.com").expect("a person");
        let want = Want { over_after: None, ..tickets(1, 100) };
        let show = Listing { transferable: Transferable::Free, ..listing(0, &want, Currency::USD) };
        let ask = |order: &Order, now| hand_over(order, &code, &to, by_staff, Some(&show), now);
        match ask(&self.order, self.now) {
            Ok(decision) => {
                assert!(decision.changed, "the code was good");
                self.commit(decision);
                let again = ask(&self.order, self.now).expect("the same again");
                assert!(!again.changed && again.notifications.is_empty(), "handed over twice");
            }
            Err(refusal) => assert_eq!(refusal.code, Code::IllegalState),
        }
    }

    pub(super) fn claim(&mut self, kind: ClaimKind) {
        let held = self.order.claim.clone();
        let claimed = claim(&self.order, kind, &Actor::Sweeper, "test", self.now);
        obeys(Event::Claim, &self.order, effect_of(&self.order, &claimed));
        match claimed {
            Ok(decision) => {
                let Claim { kind: now, .. } = decision.order.claim.clone().expect("a claim");
                let voided = held.is_some_and(|held| held.kind == ClaimKind::Voiding);
                assert_eq!(now, if voided { ClaimKind::Voiding } else { kind }, "a claim to void stays one");
                self.commit(decision);
                assert!(
                    claim(&self.order, kind, &Actor::person("another"), "test", self.now).is_err(),
                    "two claims at once"
                );
            }
            Err(error) => {
                assert!(matches!(error, DecideError::NotClaimable { .. }));
                let live = held.is_some_and(|held| held.until > self.now);
                assert!(live || !self.order.is_waiting());
            }
        }
    }

    /// Stripe says that no payment can arrive any more: the order ends as its claim says.
    pub(super) fn end_payment(&mut self) {
        let Some(claim) = self.order.claim.clone().filter(|_| self.order.is_waiting()) else { return };
        let payment = &self.order.payment;
        let declined = payment.confirmer == Some(crate::order::Confirmer::Server) && payment.failure.is_some();
        let ends_as = match claim.ends_as {
            // A server's decline is final, even if the hold ran out before we heard of it.
            OrderStatus::Expired if declined => OrderStatus::Failed,
            ends_as => ends_as,
        };
        self.settle(&Fact::Unpayable);
        assert_eq!(self.order.status, ends_as);
        assert_eq!(self.order.booking.as_ref().map(|booking| booking.status), claim.booking);
    }

    /// After one request was granted, no other one is at the same time.
    fn no_second_answer(&self) {
        let orders = [
            confirm_booking(&self.order, &Actor::person("expert-1"), self.now),
            decline_booking(&self.order, &Actor::person("expert-1"), self.now),
            cancel_booking(&self.order, CanceledBy::Buyer, &Actor::person("buyer-1"), refund_id("ref_again"), self.now),
        ];
        for second in orders {
            match second {
                // By the same person, after the first was done.
                Ok(again) => assert!(!again.changed && self.order.claim.is_none(), "two answers"),
                Err(refusal) => assert!(matches!(refusal.code, Code::IllegalState | Code::RequestInProgress)),
            }
        }
    }

    /// What was granted, after a look at whether it might be.
    fn granted(&self, event: Event, answer: Result<Decision, Refusal>) -> Option<Decision> {
        let order = &self.order;
        obeys(event, order, effect_of_answer(order, &answer));
        match answer {
            // What was done before is not done again.
            Ok(decision) if !decision.changed => {
                assert!(order.claim.is_none() && decision.order == *order && decision.calls.is_empty());
                None
            }
            Ok(decision) => {
                assert!(order.claim.as_ref().is_none_or(|claim| claim.until <= self.now), "another request is at work");
                assert!(!order.is_frozen());
                Some(decision)
            }
            Err(refusal) => {
                match refusal.code {
                    Code::NotFound => assert!(order.booking.is_none()),
                    Code::RequestInProgress => {
                        assert!(order.claim.as_ref().is_some_and(|claim| claim.until > self.now));
                    }
                    code => assert!(code == Code::IllegalState && order.booking.is_some()),
                }
                None
            }
        }
    }

    pub(super) fn confirm(&mut self) {
        let before = self.order.clone();
        let Some(decision) =
            self.granted(Event::ConfirmBooking, confirm_booking(&before, &Actor::person("expert-1"), self.now))
        else {
            return;
        };
        let begun = before.claim.as_ref().and_then(|claim| claim.call);
        let call = decision.order.claim.as_ref().and_then(|claim| claim.call);
        assert_eq!(call, begun.or(Some(before.calls + 1)), "one call takes the money, however often it is tried");
        assert_eq!(decision.calls.contains(&NextCall::Capture), begun.is_none());
        assert!(before.stock == StockState::Held && before.status == OrderStatus::Authorized);
        assert!(before.booking.as_ref().and_then(|booking| booking.respond_by).is_some_and(|until| until > self.now));
        self.commit(decision);
        self.no_second_answer();
    }

    pub(super) fn decline(&mut self) {
        let before = self.order.clone();
        let Some(decision) =
            self.granted(Event::DeclineBooking, decline_booking(&before, &Actor::person("expert-1"), self.now))
        else {
            return;
        };
        assert_eq!(decision.order.stock, StockState::Held, "the slot waits for Stripe's word");
        self.commit(decision);
        self.no_second_answer();
    }

    pub(super) fn cancel(&mut self, who: CanceledBy) {
        let before = self.order.clone();
        self.requested += 1;
        let id = refund_id(&format!("ref_cancel_{}", self.requested));
        let by = Actor::person(if who == CanceledBy::Buyer { "buyer-1" } else { "expert-1" });
        let Some(decision) =
            self.granted(Event::CancelBooking, cancel_booking(&before, who, &by, id.clone(), self.now))
        else {
            return;
        };
        let quote = cancel_quote(&before, who, self.now).expect("what was done could be asked before");
        let after = decision.order.clone();
        assert_eq!(after.stock, StockState::None, "the slot is free at once");
        self.commit(decision);
        self.no_second_answer();
        if quote.releases {
            let claim = after.claim.expect("a claim");
            assert_eq!((claim.kind, claim.ends_as), (ClaimKind::Voiding, OrderStatus::Canceled));
            assert!(after.refunds.len() == before.refunds.len() && before.is_waiting());
            return;
        }
        assert_eq!((status(&after), after.status), (BookingStatus::Canceled, OrderStatus::Paid));
        assert!(who == CanceledBy::Buyer || quote.percent == 100);
        let refund = after.refund(&id).map_or(Minor::ZERO, |refund| refund.amount);
        assert_eq!(refund, quote.amount);
        let cents = before.payment.captured.0 * i64::from(quote.percent);
        assert!(refund.0 * 100 <= cents + 50 && refund <= before.refundable());
        assert!(refund == before.refundable() || refund.0 * 100 + 50 > cents, "no less than the policy says");
    }

    pub(super) fn review(&mut self, accept: bool) {
        let before = self.order.clone();
        let decide = |order: &Order, accept, now| match accept {
            true => accept_review(order, &Actor::person("staff-1"), now),
            false => refuse_review(order, &Actor::person("staff-1"), RefundCause::Staff, "test", now),
        };
        let decided = decide(&before, accept, self.now);
        let event = if accept { Event::AcceptReview } else { Event::RefuseReview };
        obeys(event, &before, effect_of_answer(&before, &decided));
        let decision = match decided {
            Ok(decision) => decision,
            Err(refusal) => {
                let legal = [Code::IllegalState, Code::OutOfStock].contains(&refusal.code);
                assert!(legal && (before.review.is_none() || before.is_frozen() || self.is_busy()), "{refusal:?}");
                return;
            }
        };
        assert!(before.review.is_some() && !before.is_frozen());
        if decision.draw && !self.can_draw() {
            return;
        }
        // To withhold tax is between seller and platform, and ends no review.
        let requested = decision.calls.iter().any(|call| !matches!(call, NextCall::Split { .. } | NextCall::Adjust(_)));
        self.commit(decision);
        assert_eq!(self.order.review.is_some(), requested, "a review ends with the decision, or with its refund");
        assert!(decide(&self.order, !accept, self.now).is_err(), "decided twice");
        let repeat = self.order.review_repeat(accept, &Actor::person("staff-1"), self.now);
        assert_eq!(repeat, if requested { Repeat::Running } else { Repeat::Done });
        assert_eq!(self.order.review_repeat(accept, &Actor::person("staff-2"), self.now), Repeat::New);
        if accept && !before.is_captured() {
            assert_eq!(self.order.status, OrderStatus::Authorized);
        }
    }

    /// Whether something is under way that a decision has to wait for, or what was bought is over.
    fn is_busy(&self) -> bool {
        let order = &self.order;
        let over = order.lines.iter().any(|line| line.over_at.is_some_and(|end| end <= self.now));
        let was_canceled = order
            .booking
            .as_ref()
            .is_some_and(|booking| booking.status != BookingStatus::Requested || booking.canceled_by.is_some());
        order.reviewed.is_some() || order.claim.is_some() || order.refundable().is_zero() || over || was_canceled
    }

    pub(super) fn ask(&mut self, ask: &RefundAsk) {
        self.requested += 1;
        let id = refund_id(&format!("ref_{}", self.requested));
        let ask_for = |order: &Order, now| decide_refund(order, ask, id.clone(), RefundCause::Staff, None, now);
        let before = self.order.refundable();
        let answer = ask_for(&self.order, self.now);
        obeys(Event::RequestRefund, &self.order, effect_of_answer(&self.order, &answer));
        let Ok(decision) = answer else { return };
        let refund = decision.order.refund(&id).expect("the refund").clone();
        assert!(refund.amount >= Minor::ZERO && refund.amount <= before, "{refund:?} of {before:?}");
        assert!(!self.order.is_frozen());
        self.commit(decision);
        assert!(self.order.refundable() <= before);
        assert!(!ask_for(&self.order, self.now).expect("known").changed, "asked twice");
    }
}
