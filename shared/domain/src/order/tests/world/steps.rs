//! What may happen to an order in its world: Stripe's facts, and what staff, buyers, experts and the sweeper do.

use jiff::SignedDuration;

use super::World;
use crate::{
    Authorization, Capture, Currency, DisputeSeen, DisputeState, Fact, Minor, RefundSeen, RefundState, Source,
    order::{
        CanceledBy, ClaimKind, Event, PROCESSING_FETCH, RefundAsk, RefundCause, RefundItem, lapse,
        tests::{
            fixtures::{after, decline, word},
            reached::of_decision,
            transitions::obeys,
        },
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
    /// What the owner of a claim does with it; `sure` says whether Stripe gives a final answer.
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
    /// Buyer or staff hand a ticket over.
    HandOver {
        index: usize,
        staff: bool,
    },
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
                obeys(Event::Unclaim, &self.order, of_decision(&self.order, &decision));
                self.commit(decision);
                assert!(!unclaim(&self.order, fetch).changed, "dropped twice");
            }
            Step::Lapse => {
                let decision = lapse(&self.order, self.now);
                obeys(Event::Lapse, &self.order, of_decision(&self.order, &decision));
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
            Step::HandOver { index, staff } => self.hand_over(*index, *staff),
            Step::Review { accept } => self.review(*accept),
            Step::Split { intent } => self.fetch_split(INTENTS[*intent]),
            Step::Adjust { index, refused } => self.adjust(*index, *refused),
            _ => {
                let refunds = self.refunds.clone();
                if let Some(fact) = self.fact(step)
                    && !self.settle(&fact)
                {
                    // What the order could not take it did not observe.
                    self.refunds = refunds;
                }
            }
        }
        self.check();
    }
}

pub(super) fn pick<T>(all: &[T], index: usize) -> Option<&T> {
    all.get(index % all.len().max(1))
}
