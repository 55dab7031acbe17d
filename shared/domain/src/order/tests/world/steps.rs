//! What may happen to an order in its world: Stripe's facts, and what staff, buyers, experts and the sweeper do.

use jiff::SignedDuration;

use super::World;
use crate::{
    Authorization, Capture, Code, Currency, DisputeSeen, DisputeState, Fact, Minor, RefundSeen, RefundState, Refusal,
    Source,
    order::{
        BookingStatus, CanceledBy, Claim, ClaimKind, DecideError, Decision, NextCall, Order, OrderStatus,
        PROCESSING_FETCH, RefundAsk, RefundCause, RefundItem, Repeat, StockState, accept_review, cancel_booking,
        cancel_quote, claim, confirm_booking, decide_refund, decline_booking, lapse, refuse_review,
        tests::fixtures::{after, decline, refund_id, status, word},
        unclaim,
    },
};

/// Payments that may arrive: two of the right amount, and one of a wrong one.
pub(super) const INTENTS: [&str; 3] = ["pi_0", "pi_1", "pi_wrong"];

/// What may happen to an order.
#[derive(Debug, Clone)]
pub(in crate::order::tests) enum Step {
    Captured {
        intent: usize,
        tax_known: bool,
        charge: bool,
        foreign: bool,
    },
    Authorized {
        intent: usize,
        foreign: bool,
        capture_before: Option<i64>,
    },
    ActionRequired {
        intent: usize,
    },
    Processing {
        intent: usize,
    },
    Declined {
        at: i64,
    },
    Failed {
        at: i64,
    },
    Unpayable,
    Claim(ClaimKind),
    Unclaim,
    Lapse,
    /// What whoever holds a claim does with it; `sure` says whether Stripe gives a final answer.
    EndPayment {
        sure: bool,
    },
    Confirm,
    Decline,
    Cancel {
        who: CanceledBy,
    },
    AskItems(Vec<(usize, u32)>),
    AskAmount {
        permille: i64,
    },
    AskRest,
    OurRefund {
        index: usize,
        state: RefundState,
    },
    Refused {
        index: usize,
    },
    ByHand {
        slot: usize,
        intent: usize,
        permille: i64,
        state: RefundState,
        /// Whether Stripe's boxes for transfer and fee were ticked.
        shared: bool,
    },
    Dispute {
        slot: usize,
        intent: usize,
        permille: i64,
        state: DisputeState,
        taken: bool,
    },
    /// Stripe is asked how a payment was split.
    Split {
        intent: usize,
    },
    /// Stripe makes, or refuses, what is to be adjusted.
    Adjust {
        index: usize,
        refused: bool,
    },
    Wait {
        seconds: i64,
    },
    SellOut,
    /// Staff decide about a review.
    Review {
        accept: bool,
    },
}

fn currency(intent: usize, foreign: bool) -> Currency {
    if foreign && intent == 2 { Currency::parse("eur").expect("a currency") } else { Currency::USD }
}

fn rank(state: RefundState) -> u8 {
    match state {
        RefundState::Pending => 0,
        RefundState::Succeeded => 1,
        RefundState::Failed => 2,
    }
}

impl World {
    /// Whether Stripe has enough of a payment left for a refund.
    fn affordable(&self, intent: &str, amount: Minor) -> bool {
        let of_it = self.refunds.values().filter(|(of, _, state)| of == intent && *state != RefundState::Failed);
        amount > Minor::ZERO && of_it.map(|(_, amount, _)| *amount).sum::<Minor>() + amount <= self.arrives(intent)
    }

    fn fact(&mut self, step: &Step) -> Option<Fact> {
        Some(match step {
            Step::Captured { intent, tax_known, charge, foreign } => Fact::Captured(Capture {
                payment_intent: INTENTS[*intent].to_owned(),
                charge: charge.then(|| format!("ch_{intent}")),
                session: tax_known.then(|| "cs_1".to_owned()),
                amount: self.arrives(INTENTS[*intent]),
                tax: tax_known.then_some(self.tax),
                currency: currency(*intent, *foreign),
            }),
            Step::Authorized { intent, foreign, capture_before } => Fact::Authorized(Authorization {
                payment_intent: INTENTS[*intent].to_owned(),
                charge: Some(format!("ch_{intent}")),
                amount: self.arrives(INTENTS[*intent]),
                tax: (self.order.payment.mode == crate::order::PaymentMode::Hosted).then_some(self.tax),
                currency: currency(*intent, *foreign),
                capture_before: capture_before.map(after),
            }),
            Step::ActionRequired { intent } => Fact::ActionRequired { payment_intent: INTENTS[*intent].to_owned() },
            Step::Processing { intent } => Fact::Processing { payment_intent: Some(INTENTS[*intent].to_owned()) },
            Step::Declined { at } => Fact::Declined(decline(after(*at))),
            Step::Failed { at } => Fact::Failed(decline(after(*at))),
            Step::Unpayable => Fact::Unpayable,
            Step::OurRefund { index, state } => return self.our_refund(*index, *state),
            Step::Refused { index } => {
                let refund = pick(&self.order.refunds, *index)?.clone();
                // Stripe never refuses what it made.
                if self.refunds.contains_key(&format!("re_{}", refund.id)) || refund.cause == RefundCause::Dashboard {
                    return None;
                }
                Fact::RefundRefused { refund: refund.id, failure: "charge_already_refunded".to_owned() }
            }
            Step::ByHand { slot, intent, permille, state, shared } => {
                let intent = INTENTS[*intent];
                let id = format!("re_hand{slot}_{intent}");
                let amount = Minor(self.arrives(intent).0 * permille / 1000);
                if !self.refunds.contains_key(&id) {
                    if !self.affordable(intent, amount) {
                        return None;
                    }
                    self.refunds.insert(id.clone(), (intent.to_owned(), amount, RefundState::Pending));
                    self.raced = true;
                    if *shared {
                        self.share_by_hand(intent, amount);
                    }
                }
                self.tell(id, None, *state)
            }
            Step::Dispute { slot, intent, permille, state, taken } => Fact::Dispute(DisputeSeen {
                stripe_id: format!("dp_{slot}"),
                payment_intent: INTENTS[*intent].to_owned(),
                amount: Minor(self.arrives(INTENTS[*intent]).0 * permille / 1000),
                state: *state,
                word: word(*state).to_owned(),
                taken: *taken,
                due_by: None,
                seen_at: self.now,
            }),
            _ => return None,
        })
    }

    fn our_refund(&mut self, index: usize, state: RefundState) -> Option<Fact> {
        let refund = pick(&self.order.refunds, index)?.clone();
        let made_by_hand = refund.stripe_id.as_ref().is_some_and(|id| id.starts_with("re_hand"));
        let intent = refund.payment_intent.filter(|_| !made_by_hand)?;
        let id = format!("re_{}", refund.id);
        if !self.refunds.contains_key(&id) {
            if !self.affordable(&intent, refund.amount) {
                let failure = "charge_already_refunded".to_owned();
                return Some(Fact::RefundRefused { refund: refund.id, failure });
            }
            self.raced |= refund.state == RefundState::Failed;
            self.refunds.insert(id.clone(), (intent, refund.amount, RefundState::Pending));
        }
        Some(self.tell(id, Some(refund.id), state))
    }

    fn tell(&mut self, id: String, ours: Option<crate::RefundId>, state: RefundState) -> Fact {
        let known = self.refunds.get_mut(&id).expect("a refund");
        if rank(state) > rank(known.2) {
            known.2 = state;
        }
        Fact::Refund(RefundSeen {
            stripe_id: id,
            refund_id: ours,
            payment_intent: known.0.clone(),
            amount: known.1,
            state,
            failure: None,
            source: Source::Event { created: self.now },
        })
    }

    pub(in crate::order::tests) fn step(&mut self, step: &Step) {
        match step {
            Step::Wait { seconds } => self.now += SignedDuration::from_secs(*seconds),
            Step::SellOut => {
                for counters in self.stock.values_mut() {
                    counters.others += counters.available;
                    counters.sold += counters.available;
                    counters.available = 0;
                }
            }
            Step::Claim(kind) => self.claim(*kind),
            Step::Unclaim | Step::EndPayment { sure: false } => {
                let fetch = self.now + PROCESSING_FETCH;
                let decision = unclaim(&self.order, fetch);
                self.commit(decision);
                assert!(!unclaim(&self.order, fetch).changed, "giving up twice");
            }
            Step::Lapse => {
                let decision = lapse(&self.order, self.now);
                self.commit(decision);
                assert!(!lapse(&self.order, self.now).changed, "letting go twice");
            }
            Step::EndPayment { sure: true } => self.end_payment(),
            Step::Confirm => self.confirm(),
            Step::Decline => self.decline(),
            Step::Cancel { who } => self.cancel(*who),
            Step::AskItems(requested) => {
                let items = requested.iter().map(|(n, quantity)| RefundItem {
                    line: self.order.lines[n % self.order.lines.len()].id.clone(),
                    quantity: *quantity,
                });
                self.ask(&RefundAsk::Items(items.collect()));
            }
            Step::AskAmount { permille } => {
                self.ask(&RefundAsk::Amount(Minor(self.arrives("pi_0").0 * permille / 1000)));
            }
            Step::AskRest => self.ask(&RefundAsk::Rest),
            Step::Review { accept } => self.review(*accept),
            Step::Split { intent } => self.fetch_split(INTENTS[*intent]),
            Step::Adjust { index, refused } => self.adjust(*index, *refused),
            _ => {
                let refunds = self.refunds.clone();
                if let Some(fact) = self.fact(step)
                    && !self.settle(&fact)
                {
                    // What the order could not take it was not told.
                    self.refunds = refunds;
                }
            }
        }
        self.check();
    }

    fn claim(&mut self, kind: ClaimKind) {
        let held = self.order.claim.clone();
        match claim(&self.order, kind, "sweeper", "test", self.now) {
            Ok(decision) => {
                let Claim { kind: now, .. } = decision.order.claim.clone().expect("a claim");
                let voided = held.is_some_and(|held| held.kind == ClaimKind::Voiding);
                assert_eq!(now, if voided { ClaimKind::Voiding } else { kind }, "called off stays called off");
                self.commit(decision);
                assert!(claim(&self.order, kind, "another", "test", self.now).is_err(), "two claims at once");
            }
            Err(error) => {
                assert!(matches!(error, DecideError::NotClaimable { .. }));
                let live = held.is_some_and(|held| held.until > self.now);
                assert!(live || !self.order.is_waiting());
            }
        }
    }

    /// Stripe says that no payment can arrive any more: the order ends as its claim says.
    fn end_payment(&mut self) {
        let Some(claim) = self.order.claim.clone().filter(|_| self.order.is_waiting()) else { return };
        let payment = &self.order.payment;
        let declined = payment.confirmer == Some(crate::order::Confirmer::Server) && payment.failure.is_some();
        let ends_as = match claim.ends_as {
            // A server's decline is final, even if the hold ran out before anybody heard of it.
            OrderStatus::Expired if declined => OrderStatus::Failed,
            ends_as => ends_as,
        };
        self.settle(&Fact::Unpayable);
        assert_eq!(self.order.status, ends_as);
        assert_eq!(self.order.booking.as_ref().map(|booking| booking.status), claim.booking);
    }

    /// Whatever somebody was granted, nobody else is granted anything at the same time.
    fn no_second_answer(&self) {
        let orders = [
            confirm_booking(&self.order, "expert-1", self.now),
            decline_booking(&self.order, "expert-1", self.now),
            cancel_booking(&self.order, CanceledBy::Buyer, "buyer-1", refund_id("ref_again"), self.now),
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
    fn granted(&self, answer: Result<Decision, Refusal>) -> Option<Decision> {
        let order = &self.order;
        match answer {
            // What was done before is not done again.
            Ok(decision) if !decision.changed => {
                assert!(order.claim.is_none() && decision.order == *order && decision.calls.is_empty());
                None
            }
            Ok(decision) => {
                assert!(order.claim.as_ref().is_none_or(|claim| claim.until <= self.now), "somebody else is at work");
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

    fn confirm(&mut self) {
        let before = self.order.clone();
        let Some(decision) = self.granted(confirm_booking(&before, "expert-1", self.now)) else { return };
        let begun = before.claim.as_ref().and_then(|claim| claim.call);
        let call = decision.order.claim.as_ref().and_then(|claim| claim.call);
        assert_eq!(call, begun.or(Some(before.calls + 1)), "one call takes the money, however often it is tried");
        assert_eq!(decision.calls.contains(&NextCall::Capture), begun.is_none());
        assert!(before.stock == StockState::Held && before.status == OrderStatus::Authorized);
        assert!(before.booking.as_ref().and_then(|booking| booking.respond_by).is_some_and(|until| until > self.now));
        self.commit(decision);
        self.no_second_answer();
    }

    fn decline(&mut self) {
        let before = self.order.clone();
        let Some(decision) = self.granted(decline_booking(&before, "expert-1", self.now)) else { return };
        assert_eq!(decision.order.stock, StockState::Held, "the slot waits for Stripe's word");
        self.commit(decision);
        self.no_second_answer();
    }

    fn cancel(&mut self, who: CanceledBy) {
        let before = self.order.clone();
        self.requested += 1;
        let id = refund_id(&format!("ref_cancel_{}", self.requested));
        let by = if who == CanceledBy::Buyer { "buyer-1" } else { "expert-1" };
        let Some(decision) = self.granted(cancel_booking(&before, who, by, id.clone(), self.now)) else { return };
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

    fn review(&mut self, accept: bool) {
        let before = self.order.clone();
        let decide = |order: &Order, accept, now| match accept {
            true => accept_review(order, "staff-1", now),
            false => refuse_review(order, "staff-1", RefundCause::Staff, "test", now),
        };
        let decision = match decide(&before, accept, self.now) {
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
        let repeat = self.order.review_repeat(accept, "staff-1", self.now);
        assert_eq!(repeat, if requested { Repeat::Running } else { Repeat::Done });
        assert_eq!(self.order.review_repeat(accept, "staff-2", self.now), Repeat::New);
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

    fn ask(&mut self, ask: &RefundAsk) {
        self.requested += 1;
        let id = refund_id(&format!("ref_{}", self.requested));
        let ask_for = |order: &Order, now| decide_refund(order, ask, id.clone(), RefundCause::Staff, None, now);
        let before = self.order.refundable();
        let Ok(decision) = ask_for(&self.order, self.now) else { return };
        let refund = decision.order.refund(&id).expect("the refund").clone();
        assert!(refund.amount >= Minor::ZERO && refund.amount <= before, "{refund:?} of {before:?}");
        assert!(!self.order.is_frozen());
        self.commit(decision);
        assert!(self.order.refundable() <= before);
        assert!(!ask_for(&self.order, self.now).expect("known").changed, "asked twice");
    }
}

pub(super) fn pick<T>(all: &[T], index: usize) -> Option<&T> {
    all.get(index % all.len().max(1))
}
