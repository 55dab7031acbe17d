//! An order with all that a decision may touch around it: stock, promo uses, notifications, and Stripe's own refunds.
//! It checks after every step that nothing was lost and nothing was done twice.

mod callers;
mod splits;
mod steps;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

pub(super) use self::steps::Step;
use crate::order::{
    BookingStatus, BuyerCount, CountChange, Decision, Draw, Event, Line, MoveKind, NextCall, Order, OrderStatus,
    PaymentMode, StockState, Supply, Ticket, decide,
    tests::{
        fixtures::{Terms, Want, after, place_by},
        reached::effect_of,
        transitions::obeys,
    },
};
use crate::{
    AppliedPresale, Fact, ListingId, Minor, NotificationKind, OfferId, PresaleCode, PresaleUse, RefundState,
    TaxCalculation, TicketCode,
};

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
    /// How many uses of its presale code are counted.
    presale_uses: usize,
    /// How many tickets its buyer has, as they are counted.
    buyer_units: i64,
    notifications: BTreeSet<String>,
    codes: Vec<TicketCode>,
    /// Every code that was ever good, with the place of its ticket.
    born: BTreeMap<TicketCode, usize>,
    /// Stripe's refunds: of which payment, how much, and the latest state that was observed.
    refunds: BTreeMap<String, (String, Minor, RefundState)>,
    /// What of a payment's transfer was reversed by hand, and of its fee refunded.
    by_hand: BTreeMap<String, (Minor, Minor)>,
    /// Whether a refund that is not ours, or that Stripe refused, has taken effect.
    raced: bool,
    requested: usize,
}

impl World {
    /// Stripe's page reckons the tax when the buyer pays; a payment intent is made with one that was calculated.
    pub(super) fn new(wants: &[Want], terms: &Terms, tax: i64) -> Self {
        let mut order = place_by(wants, terms);
        let tax = if terms.tax.automatic { tax.min(order.totals.total.0) } else { 0 };
        if order.payment.mode == PaymentMode::Intent && terms.tax.automatic {
            order.tax = Some(Minor(tax));
            order.calculation = Some(TaxCalculation { id: "taxcalc_1".to_owned(), tax: Minor(tax), expires_at: None });
        }
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
        let mut listings: Vec<ListingId> = order.lines.iter().map(|line| line.listing.clone()).collect();
        listings.dedup();
        order.buyer_count = Some(BuyerCount { mark: "ada".to_owned(), listings, card: None });
        let code = PresaleCode::parse("FANS").expect("a code");
        let used = |line: &Line| PresaleUse { listing: line.listing.clone(), offer: line.offer.clone() };
        let counted: Vec<PresaleUse> = order.lines.iter().take(1).map(used).collect();
        let presale_uses = counted.len();
        order.presale = Some(AppliedPresale { code, counted });
        let counted = order.promo.as_ref().map(|promo| promo.counted.clone()).unwrap_or_default();
        let buyer_units = order.lines.iter().map(|line| i64::from(line.quantity)).sum();
        let world = Self {
            buyer_units,
            presale_uses,
            codes: order.tickets.iter().map(|ticket| ticket.code.clone()).collect(),
            now: after(0),
            tax: Minor(tax),
            stock,
            promo_uses: counted.into_iter().map(|listing| (listing, 1)).collect(),
            notifications: BTreeSet::new(),
            born: BTreeMap::new(),
            refunds: BTreeMap::new(),
            by_hand: BTreeMap::new(),
            raced: false,
            requested: 0,
            order,
        };
        world.check();
        world
    }

    fn arrives(&self, intent: &str) -> Minor {
        let right = self.order.totals.total + self.order.tax_terms.on_top(self.tax);
        if intent == "pi_wrong" { right + Minor(7) } else { right }
    }

    fn settle(&mut self, fact: &Fact) -> bool {
        let mut supply = Supply::Untried;
        let mut decided = decide(&self.order, fact, supply, self.now);
        if decided.as_ref().is_ok_and(|decision| decision.draw && !self.can_draw()) {
            supply = Supply::Gone;
            decided = decide(&self.order, fact, supply, self.now);
        }
        obeys(Event::of(fact), &self.order, effect_of(&self.order, &decided));
        // A fact that says nothing of this order is looked into, and leaves it alone.
        let Ok(decision) = decided else { return false };
        self.commit(decision);
        let again = decide(&self.order, fact, supply, self.now).expect("the same again");
        assert!(!again.changed, "{} twice changed the order", fact.name());
        assert_eq!(again.order, self.order);
        let nothing = again.stock.is_empty()
            && !again.draw
            && again.promo_back.is_empty()
            && again.presale_back.is_empty()
            && again.notifications.is_empty()
            && again.ledger.is_empty()
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
        for CountChange { units, .. } in before.count_changes(&decision.order) {
            self.buyer_units += units;
        }
        let Decision { mut order, changed, stock, draw, promo_back, presale_back, notifications, calls, .. } = decision;
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
        self.presale_uses = self.presale_uses.checked_sub(presale_back.len()).expect("a use is given back once");
        for notification in notifications {
            assert!(self.notifications.insert(notification.id(&order.id)), "told twice: {notification:?}");
            assert!(notification != NotificationKind::Confirmation || order.status == OrderStatus::Paid);
        }
        let recorded =
            calls.iter().filter(|call| !matches!(call, NextCall::EndPayment | NextCall::Split { .. })).count();
        assert_eq!(order.calls, before.calls + u32::try_from(recorded).expect("few"));
        for call in calls {
            assert!(match call {
                NextCall::Refund(id) =>
                    before.refund(&id).is_none() && order.refund(&id).is_some_and(|refund| refund.call.is_some()),
                NextCall::Capture => order.claim.as_ref().is_some_and(|claim| claim.call == Some(order.calls)),
                NextCall::EndPayment => order.claim.is_some(),
                NextCall::Split { payment_intent } => order.unknown_splits().contains(&payment_intent),
                NextCall::Adjust(id) =>
                    before.adjustment(&id).is_none()
                        && order.adjustment(&id).is_some_and(|made| made.call <= order.calls),
            });
        }
        assert!(order.payment.captured >= before.payment.captured, "captured fell");
        assert!(before.paid_at.is_none() || order.paid_at == before.paid_at, "paid twice");
        self.order = order;
        let born = self.order.tickets.iter().enumerate().map(|(place, ticket)| (ticket.code.clone(), place));
        self.born.extend(born);
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
        let claims: u32 = order.lines.iter().flat_map(|line| &line.draws).map(|draw| draw.quantity).sum();
        if order.buyer_count.is_some() && order.lines.iter().all(|line| !line.unlimited) {
            assert_eq!(self.buyer_units, i64::from(claims), "a buyer's tickets are those that the order claims");
        }
        if order.buyer_count.is_none() || order.stock == StockState::None {
            assert_eq!(self.buyer_units, 0, "an order that has nothing counts nothing");
        }
        assert!(order.refunded() <= order.payment.captured);
        if !self.raced {
            assert!(order.refunded() + order.refund_reserved() <= order.payment.captured);
        }
        let kept = order.refundable();
        assert!(kept >= Minor::ZERO);
        let acknowledged = order.payment.acknowledged.unwrap_or_default();
        // What is neither given back nor on its way is for goods, or for what the policy keeps, or for a person to see.
        assert!(
            kept <= acknowledged || order.status == OrderStatus::Paid || order.review.is_some(),
            "kept for nothing"
        );
        if let Some(booking) = order.booking.as_ref().filter(|_| order.stock == StockState::Sold) {
            let back = order.lines.iter().all(|line| order.refunded_quantity(&line.id) == line.quantity);
            assert_eq!(booking.status == BookingStatus::Confirmed, !back, "who has the slot comes to it");
        }
        let released = order.status.is_released() || order.status == OrderStatus::Refunded && order.paid_at.is_none();
        if released {
            assert!(self.promo_uses.values().all(|uses| *uses == 0), "a released order keeps no promo use");
            assert_eq!(self.presale_uses, 0, "nor one of its presale code");
        } else if matches!(order.status, OrderStatus::Pending | OrderStatus::Authorized) {
            assert!(self.promo_uses.values().all(|uses| *uses == 1));
            assert_eq!(self.presale_uses, 1);
        }
        if !order.tickets.is_empty() {
            let codes: BTreeSet<&TicketCode> = order.tickets.iter().map(|ticket| &ticket.code).collect();
            assert_eq!(codes.len(), order.tickets.len(), "codes are unique");
            assert_eq!(order.tickets.len(), order.ticket_quantity() as usize);
            let first = |ticket: &Ticket| ticket.past_codes.first().map_or(&ticket.code, |past| &past.code).clone();
            let same = order.tickets.iter().enumerate().all(|(n, ticket)| first(ticket) == order.ticket_code(n));
            assert!(same, "codes are what they always were, unless they were handed over");
            for (code, place) in &self.born {
                let ticket = &order.tickets[*place];
                let dead = ticket.past_codes.iter().any(|past| past.code == *code);
                assert!(dead != (ticket.code == *code), "a code is good or dead, and stays its ticket's");
            }
        }
        assert!(self.codes.is_empty() || order.tickets.len() == self.codes.len());
    }
}
