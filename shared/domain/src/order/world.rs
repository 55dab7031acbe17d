//! An order with all that a decision may touch around it: stock, promo uses, notices, and Stripe's own refunds. It checks
//! after every step that nothing was lost and nothing was done twice.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::{
    Claim, ClaimKind, DecideError, Decision, Draw, MoveKind, Order, OrderStatus, PROCESSING_LOOK, RefundAsk,
    RefundCause, RefundItem, StockState, Supply, claim, decide, decide_refund,
    fixtures::{Want, after, decline, place, refund_id},
    unclaim,
};
use crate::{
    Capture, Currency, DisputeSeen, DisputeState, Fact, ListingId, Minor, NoticeKind, OfferId, RefundSeen, RefundState,
    Source, TicketCode,
};

/// Payments that may arrive: two of the right amount, and one of a wrong one.
const INTENTS: [&str; 3] = ["pi_0", "pi_1", "pi_wrong"];

/// What may happen to an order.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Captured { intent: usize, tax_known: bool, charge: bool, foreign: bool },
    Processing { intent: usize },
    Declined { at: i64 },
    Failed { at: i64 },
    Unpayable,
    Claim(ClaimKind),
    Unclaim,
    AskItems(Vec<(usize, u32)>),
    AskAmount { permille: i64 },
    AskRest,
    OurRefund { index: usize, state: RefundState },
    Refused { index: usize },
    ByHand { slot: usize, intent: usize, permille: i64, state: RefundState },
    Dispute { slot: usize, intent: usize, permille: i64, state: DisputeState },
    Wait { seconds: i64 },
    SellOut,
}

#[derive(Debug, Default, Clone, Copy)]
struct Counters {
    capacity: u32,
    available: u32,
    held: u32,
    sold: u32,
    /// Of those sold, what other buyers have.
    others: u32,
}

type Shard = (ListingId, OfferId, u16);

/// An order and all around it that a decision may touch.
pub(super) struct World {
    pub(super) order: Order,
    now: Timestamp,
    tax: Minor,
    stock: BTreeMap<Shard, Counters>,
    promo_uses: BTreeMap<ListingId, u32>,
    notices: BTreeSet<String>,
    codes: Vec<TicketCode>,
    /// Stripe's refunds: of which payment, how much, and the latest state that anybody was told of.
    refunds: BTreeMap<String, (String, Minor, RefundState)>,
    /// Whether a refund that we did not ask for, or were told was refused, has taken effect.
    raced: bool,
    asked: usize,
}

fn rank(state: RefundState) -> u8 {
    match state {
        RefundState::Pending => 0,
        RefundState::Succeeded => 1,
        RefundState::Failed => 2,
    }
}

impl World {
    pub(super) fn new(wants: &[Want], percent_off: u32, tax: i64) -> Self {
        let order = place(wants, percent_off);
        let mut stock = BTreeMap::new();
        for (line, want) in order.lines.iter().zip(wants).filter(|(line, _)| !line.unlimited) {
            for shard in 0..want.shards {
                let units = line.draws.iter().find(|draw| draw.shard == shard).map_or(0, |draw| draw.quantity);
                let mut counters = Counters { capacity: units + 2, available: 2, ..Counters::default() };
                let claimed = if order.stock == StockState::Sold { &mut counters.sold } else { &mut counters.held };
                *claimed = units;
                stock.insert((line.listing.clone(), line.offer.clone(), shard), counters);
            }
        }
        let counted = order.promo.as_ref().map(|promo| promo.counted.clone()).unwrap_or_default();
        let world = Self {
            codes: order.tickets.iter().map(|ticket| ticket.code.clone()).collect(),
            now: after(0),
            tax: Minor(tax),
            stock,
            promo_uses: counted.into_iter().map(|listing| (listing, 1)).collect(),
            notices: BTreeSet::new(),
            refunds: BTreeMap::new(),
            raced: false,
            asked: 0,
            order,
        };
        world.check();
        world
    }

    fn arrives(&self, intent: &str) -> Minor {
        let right = self.order.totals.total + self.tax;
        if intent == "pi_wrong" { right + Minor(7) } else { right }
    }

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
                currency: if *foreign && *intent == 2 {
                    Currency::parse("eur").expect("a currency")
                } else {
                    Currency::USD
                },
            }),
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
            Step::ByHand { slot, intent, permille, state } => {
                let intent = INTENTS[*intent];
                let id = format!("re_hand{slot}_{intent}");
                let amount = Minor(self.arrives(intent).0 * permille / 1000);
                if !self.refunds.contains_key(&id) {
                    if !self.affordable(intent, amount) {
                        return None;
                    }
                    self.refunds.insert(id.clone(), (intent.to_owned(), amount, RefundState::Pending));
                    self.raced = true;
                }
                self.tell(id, None, *state)
            }
            Step::Dispute { slot, intent, permille, state } => Fact::Dispute(DisputeSeen {
                stripe_id: format!("dp_{slot}"),
                payment_intent: INTENTS[*intent].to_owned(),
                amount: Minor(self.arrives(INTENTS[*intent]).0 * permille / 1000),
                state: *state,
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

    pub(super) fn step(&mut self, step: &Step) {
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
            Step::Unclaim => {
                let look = self.now + PROCESSING_LOOK;
                let decision = unclaim(&self.order, look);
                self.commit(decision);
                assert!(!unclaim(&self.order, look).changed, "giving up twice");
            }
            Step::AskItems(asked) => {
                let items = asked.iter().map(|(n, quantity)| RefundItem {
                    line: self.order.lines[n % self.order.lines.len()].id.clone(),
                    quantity: *quantity,
                });
                self.ask(&RefundAsk::Items(items.collect()));
            }
            Step::AskAmount { permille } => {
                self.ask(&RefundAsk::Amount(Minor(self.arrives("pi_0").0 * permille / 1000)));
            }
            Step::AskRest => self.ask(&RefundAsk::Rest),
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
                assert!(live || self.order.status != OrderStatus::Pending || self.order.is_captured());
            }
        }
    }

    fn ask(&mut self, ask: &RefundAsk) {
        self.asked += 1;
        let id = refund_id(&format!("ref_{}", self.asked));
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

    fn settle(&mut self, fact: &Fact) -> bool {
        let mut supply = Supply::Untried;
        let mut decided = decide(&self.order, fact, supply, self.now);
        if decided.as_ref().is_ok_and(|decision| decision.draw && !self.can_draw()) {
            supply = Supply::Gone;
            decided = decide(&self.order, fact, supply, self.now);
        }
        // A fact that says nothing of this order is looked into, and leaves it alone.
        let Ok(decision) = decided else { return false };
        self.commit(decision);
        let again = decide(&self.order, fact, supply, self.now).expect("the same again");
        assert!(!again.changed, "{} twice changed the order", fact.name());
        assert_eq!(again.order, self.order);
        let nothing = again.stock.is_empty()
            && !again.draw
            && again.promo_back.is_empty()
            && again.notices.is_empty()
            && again.calls.is_empty();
        assert!(nothing, "{} twice does things twice", fact.name());
        true
    }

    fn can_draw(&self) -> bool {
        self.order.lines.iter().filter(|line| !line.unlimited).all(|line| {
            let of_line = self.stock.iter().filter(|((l, o, _), _)| *l == line.listing && *o == line.offer);
            of_line.map(|(_, counters)| counters.available).sum::<u32>() >= line.quantity
        })
    }

    fn commit(&mut self, decision: Decision) {
        let before = self.order.clone();
        let Decision { mut order, changed, stock, draw, promo_back, notices, calls, .. } = decision;
        assert_eq!(order.version, before.version + u64::from(changed));
        assert_eq!(changed, order != before, "changed says whether it changed");
        for moved in stock {
            let key = (moved.listing, moved.offer, moved.shard);
            let counters = self.stock.get_mut(&key).expect("a shard of the order");
            let (from, to) = match moved.kind {
                MoveKind::Hold => (&mut counters.available, &mut counters.held),
                MoveKind::Take => (&mut counters.available, &mut counters.sold),
                MoveKind::Sell => (&mut counters.held, &mut counters.sold),
                MoveKind::Release => (&mut counters.held, &mut counters.available),
                MoveKind::Restock => (&mut counters.sold, &mut counters.available),
            };
            *from = from.checked_sub(moved.quantity).expect("no counter below zero");
            *to += moved.quantity;
        }
        if draw {
            self.draw(&mut order);
        }
        for listing in promo_back {
            let uses = self.promo_uses.get_mut(&listing).expect("a counted use");
            *uses = uses.checked_sub(1).expect("a use is given back once");
        }
        for notice in notices {
            assert!(self.notices.insert(notice.id(&order.id)), "told twice: {notice:?}");
            assert!(notice != NoticeKind::Confirmation || order.status == OrderStatus::Paid);
        }
        assert_eq!(order.calls, before.calls + u32::try_from(calls.len()).expect("few"));
        for super::NextCall::Refund(id) in calls {
            assert!(before.refund(&id).is_none() && order.refund(&id).is_some_and(|refund| refund.call.is_some()));
        }
        assert!(order.payment.captured >= before.payment.captured, "captured fell");
        assert!(before.paid_at.is_none() || order.paid_at == before.paid_at, "paid twice");
        self.order = order;
    }

    fn draw(&mut self, order: &mut Order) {
        for line in order.lines.iter_mut().filter(|line| !line.unlimited) {
            assert!(line.draws.is_empty(), "drawn while claiming");
            let mut left = line.quantity;
            for ((listing, offer, shard), counters) in &mut self.stock {
                let units = left.min(counters.available);
                if *listing == line.listing && *offer == line.offer && units > 0 {
                    counters.available -= units;
                    counters.sold += units;
                    left -= units;
                    line.draws.push(Draw { shard: *shard, quantity: units });
                }
            }
            assert_eq!(left, 0, "checked before");
        }
    }

    fn check(&self) {
        let order = &self.order;
        assert_eq!(order.violations(), Vec::<String>::new(), "{order:#?}");
        for ((listing, offer, shard), counters) in &self.stock {
            assert_eq!(counters.available + counters.held + counters.sold, counters.capacity);
            let of_line = order.lines.iter().filter(|line| line.listing == *listing && line.offer == *offer);
            let drawn: u32 = of_line.flat_map(|l| &l.draws).filter(|d| d.shard == *shard).map(|d| d.quantity).sum();
            let (held, sold) = match order.stock {
                StockState::Held => (drawn, 0),
                StockState::Sold => (0, drawn),
                StockState::None => (0, 0),
            };
            assert_eq!((counters.held, counters.sold - counters.others), (held, sold), "what the order claims");
        }
        assert!(order.refunded() <= order.payment.captured);
        if !self.raced {
            assert!(order.refunded() + order.refund_reserved() <= order.payment.captured);
        }
        assert!(order.refundable() >= Minor::ZERO);
        let released = order.status.is_released() || order.status == OrderStatus::Refunded && order.paid_at.is_none();
        if released {
            assert!(self.promo_uses.values().all(|uses| *uses == 0), "a released order keeps no promo use");
        } else if matches!(order.status, OrderStatus::Pending) {
            assert!(self.promo_uses.values().all(|uses| *uses == 1));
        }
        if !order.tickets.is_empty() {
            let codes: BTreeSet<&TicketCode> = order.tickets.iter().map(|ticket| &ticket.code).collect();
            assert_eq!(codes.len(), order.tickets.len(), "codes are unique");
            assert_eq!(order.tickets.len(), order.ticket_quantity() as usize);
            let same = order.tickets.iter().enumerate().all(|(n, ticket)| ticket.code == order.ticket_code(n));
            assert!(same, "codes are what they always were");
        }
        assert!(self.codes.is_empty() || order.tickets.len() == self.codes.len());
    }
}

fn pick<T>(all: &[T], index: usize) -> Option<&T> {
    all.get(index % all.len().max(1))
}
