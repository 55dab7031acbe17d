//! Orders that the table has lost: it was set back in time, and Stripe still has their payments.
//!
//! What Stripe knows of such an order is too little to hand out its goods: neither its offers nor its secret. So the order is
//! written down again as one that is over, with the payment as Stripe shows it, and all that is left of the payment goes
//! back to the buyer.

use jiff::Timestamp;

use super::{
    aggregate::{
        line::{Line, StockState},
        order::Order,
        payment::{Payment, PaymentState},
        refund::RefundCause,
        review::ReviewKind,
        status::OrderStatus,
        trail::Step,
    },
    capture::Supply,
    decide::decide,
    decision::{DecideError, Decision},
    outcome::Outcome,
    refund::requested::{RefundAsk, decide_refund},
};
use crate::{
    Actor, Buyer, Currency, DeliveryMode, Fact, Kind, ListingId, Minor, NotificationKind, OfferId, OrderId,
    OrganizationId, RefundId, TaxBehavior, TaxTerms, Totals, catalog::PaymentMode,
};

/// What the trail calls the writing down of a lost order.
const RESTORED: &str = "restored";

/// A payment of an order that the table does not know, as Stripe shows it.
#[derive(Debug, Clone)]
pub struct LostPayment {
    /// The order that the payment names.
    pub id: OrderId,
    /// The organization that it names.
    pub organization: OrganizationId,
    /// The organization's name, as far as it is known.
    pub seller: String,
    /// The buyer that it names.
    pub buyer: Buyer,
    /// 256 new random bits in hex. Those that the order had are lost, and with them its token.
    pub seed: String,
    /// The listing that it names.
    pub listing: ListingId,
    /// The title of that listing.
    pub title: String,
    /// ISO 4217, as Stripe charged it.
    pub currency: Currency,
    /// How much it is for, tax included.
    pub amount: Minor,
    /// How much has arrived of it: all or nothing.
    pub captured: Minor,
    /// Stripe's payment intent.
    pub payment_intent: String,
    /// Stripe's charge, once there is one.
    pub charge: Option<String>,
    /// Stripe's checkout session, where it was paid on Stripe's page.
    pub session: Option<String>,
    /// The seller's account, where the payment is shared with one.
    pub destination: Option<String>,
    /// When the payment was begun.
    pub created_at: Timestamp,
}

impl LostPayment {
    /// The order as it is written down again, and what follows: `seen` are the payment's refunds and disputes, the oldest
    /// first; what is left goes back to the buyer. While a bank has the money, a person decides about it.
    ///
    /// # Errors
    /// [`DecideError`] for a fact that is not about this payment.
    pub fn restore(self, seen: &[Fact], now: Timestamp) -> Result<Decision, DecideError> {
        let mut decision = Decision::change(&self.order(now), Outcome::Canceled);
        for fact in seen {
            let next = decide(&decision.order, fact, Supply::Gone, now)?;
            decision.follow_with(next);
        }
        // The buyer was told of those refunds when they were made.
        decision.notifications.clear();
        if decision.order.refundable() > Minor::ZERO {
            let id = format!("ref_{}_lost", decision.order.id);
            let id = RefundId::parse(id).unwrap_or_else(|_| unreachable!("made of legal ids"));
            match decide_refund(&decision.order, &RefundAsk::Rest, id, RefundCause::LatePayment, None, now) {
                Ok(refund) => {
                    decision.follow_with(refund);
                    decision.notifications = vec![NotificationKind::Apology];
                }
                Err(_) => {
                    let reason = "the order was lost when the table was set back; its payment is under dispute";
                    decision.order.hold_for_review(ReviewKind::Payment, reason, now);
                }
            }
        }
        decision.order.version = 1;
        Ok(decision)
    }

    fn order(self, now: Timestamp) -> Order {
        let arrived = !self.captured.is_zero();
        let cause = Some(self.payment_intent.clone());
        let line = Line {
            id: "l1".to_owned(),
            kind: Kind::Product,
            listing: self.listing,
            title: self.title,
            offer: OfferId::parse("lost").unwrap_or_else(|_| unreachable!("a legal id")),
            name: "Lost order".to_owned(),
            vip: false,
            quantity: 1,
            unit_price: self.amount,
            donation: None,
            discount: Minor::ZERO,
            total: self.amount,
            over_at: None,
            draws: Vec::new(),
            // It claims no stock.
            unlimited: true,
            hours: None,
            attendees: Vec::new(),
            delivery: DeliveryMode::None,
            pickup_at: None,
        };
        Order {
            id: self.id,
            organization: self.organization,
            seller: self.seller,
            version: 1,
            status: OrderStatus::Canceled,
            currency: self.currency,
            buyer: self.buyer,
            delivery: None,
            seed: self.seed,
            lines: vec![line],
            promo: None,
            presale: None,
            buyer_count: None,
            source: None,
            totals: Totals { subtotal: self.amount, total: self.amount, ..Totals::default() },
            tax: arrived.then_some(Minor::ZERO),
            // Whatever tax is in it, it is part of what was paid.
            tax_terms: TaxTerms { automatic: false, behavior: TaxBehavior::Inclusive, ..TaxTerms::default() },
            calculation: None,
            destination: self.destination,
            payment: Payment {
                mode: if self.session.is_some() { PaymentMode::Hosted } else { PaymentMode::Intent },
                confirmer: None,
                state: if arrived { PaymentState::Captured } else { PaymentState::Canceled },
                session_id: self.session,
                checkout_url: None,
                payment_intent_id: Some(self.payment_intent),
                charge_id: self.charge,
                capture_before: None,
                captured: self.captured,
                currency: None,
                accepted: None,
                acknowledged: None,
                failure: None,
                dispute: None,
                other_disputes: Vec::new(),
            },
            stock: StockState::None,
            hold: None,
            fetch_at: None,
            claim: None,
            booking: None,
            tickets: Vec::new(),
            refunds: Vec::new(),
            splits: Vec::new(),
            split_fetch: None,
            adjustments: Vec::new(),
            // That of its payment, which was made before it was lost.
            calls: 1,
            review: None,
            reviewed: None,
            success_url: None,
            cancel_url: None,
            created_at: self.created_at,
            paid_at: None,
            ended_at: Some(now),
            receipt: None,
            number: None,
            archived_at: None,
            trail: vec![Step { at: now, what: RESTORED.to_owned(), by: Actor::Restore, cause }],
        }
    }
}

impl Order {
    /// Whether the table had lost it, so that its buyer gets the money and no goods.
    #[must_use]
    pub fn was_lost(&self) -> bool {
        self.trail.iter().any(|step| step.what == RESTORED)
    }
}

impl Decision {
    /// Goes on from this decision with one that was made on its order.
    fn follow_with(&mut self, next: Self) {
        self.order = next.order;
        self.notifications.extend(next.notifications);
        self.calls.extend(next.calls);
        self.alarms.extend(next.alarms);
    }
}
