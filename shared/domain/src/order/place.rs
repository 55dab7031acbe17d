//! The birth of an order.

use jiff::Timestamp;

use super::aggregate::{
    booking::{Booking, BookingStatus},
    hold::{HOSTED_HOLD, Hold, INTENT_HOLD, SLOT_HOLD},
    line::{Line, StockState},
    order::Order,
    payment::{Confirmer, Payment, PaymentState},
    status::OrderStatus,
};
use crate::{
    Buyer, DeliveryMode, Kind, Minor, OrderId, Organization, Quote, catalog::PaymentMode, pricing::RequestedLine,
};

/// What a new order is made of.
#[derive(Debug, Clone)]
pub struct Placing<'a> {
    /// The order's id, new for each checkout request.
    pub id: OrderId,
    /// 256 random bits in hex, from the caller: the order's secret.
    pub seed: String,
    /// The organization that sells.
    pub organization: &'a Organization,
    /// Who buys.
    pub buyer: Buyer,
    /// The lines of the checkout request, with their listings and offers.
    pub requested_lines: &'a [RequestedLine<'a>],
    /// The prices of these lines.
    pub quote: Quote,
    /// Who confirms the payment, if it is to be a payment intent.
    pub intent: Option<Confirmer>,
    /// Where the buyer goes after paying.
    pub success_url: Option<String>,
    /// Where the buyer goes after abandoning the payment.
    pub cancel_url: Option<String>,
}

impl Placing<'_> {
    /// The order as it is placed: pending and holding stock. Its draws are filled in by the store, which knows the
    /// stock. A free one is then settled at once, see [`Order::settle_free`].
    #[must_use]
    pub fn order(self, now: Timestamp) -> Order {
        let free = self.quote.totals.total.is_zero();
        let booking = self
            .requested_lines
            .iter()
            .find(|requested_line| requested_line.listing.kind == Kind::Expert)
            .and_then(|requested_line| {
                Some(Booking {
                    status: BookingStatus::Requested,
                    starts_at: requested_line.offer.starts_at.or(requested_line.listing.starts_at)?,
                    ends_at: requested_line.offer.ends_at,
                    expert: requested_line.offer.expert.clone().or_else(|| requested_line.listing.expert.clone())?,
                    respond_by: None,
                    answered_by: None,
                    canceled_by: None,
                    refund_percent: None,
                    policy: self.organization.cancellation.clone(),
                })
            });
        let (mode, confirmer) = match (free, self.intent) {
            (true, _) => (PaymentMode::Free, None),
            (false, None) => (PaymentMode::Hosted, None),
            (false, confirmer) => (PaymentMode::Intent, confirmer),
        };
        let hold = match (mode, &booking) {
            (PaymentMode::Intent, Some(_)) => SLOT_HOLD,
            (PaymentMode::Intent, None) => INTENT_HOLD,
            _ => HOSTED_HOLD,
        };
        let lines =
            self.requested_lines.iter().zip(&self.quote.lines).enumerate().map(|(n, (requested_line, priced))| Line {
                id: format!("l{}", n + 1),
                kind: requested_line.listing.kind,
                listing: requested_line.listing.id.clone(),
                title: requested_line.listing.title.clone(),
                offer: requested_line.offer.id.clone(),
                name: requested_line.offer.name.clone(),
                vip: requested_line.offer.vip,
                quantity: requested_line.quantity,
                unit_price: priced.unit_price,
                donation: priced.donation,
                discount: priced.discount,
                total: priced.total,
                over_at: requested_line.offer.over_at(requested_line.listing),
                draws: Vec::new(),
                attendees: Vec::new(),
                delivery: requested_line.listing.delivery,
                pickup_at: requested_line
                    .listing
                    .venue
                    .clone()
                    .filter(|_| requested_line.listing.delivery == DeliveryMode::Pickup),
                unlimited: requested_line.offer.capacity.is_none(),
                hours: requested_line.offer.hours.filter(|_| requested_line.listing.kind == Kind::Package),
            });
        let mut order = Order {
            version: 1,
            number: None,
            status: OrderStatus::Pending,
            currency: self.organization.currency,
            buyer: self.buyer,
            delivery: None,
            seed: self.seed,
            lines: lines.collect(),
            promo: self.quote.promo,
            presale: self.quote.presale,
            buyer_count: None,
            source: None,
            totals: self.quote.totals,
            tax: None,
            tax_terms: self.organization.tax,
            calculation: None,
            destination: self.organization.stripe_account.clone(),
            payment: Payment {
                mode,
                confirmer,
                state: PaymentState::Unpaid,
                session_id: free.then(|| Order::free_session_id(&self.id)),
                checkout_url: None,
                payment_intent_id: None,
                charge_id: None,
                capture_before: None,
                captured: Minor::ZERO,
                currency: None,
                accepted: None,
                acknowledged: None,
                failure: None,
                dispute: None,
                other_disputes: Vec::new(),
            },
            stock: StockState::Held,
            hold: Some(Hold { expires_at: now + hold }),
            fetch_at: None,
            claim: None,
            booking,
            tickets: Vec::new(),
            refunds: Vec::new(),
            splits: Vec::new(),
            split_fetch: None,
            adjustments: Vec::new(),
            calls: match mode {
                PaymentMode::Free => 0,
                // Stripe's page, or the intent that a browser confirms.
                _ if confirmer != Some(Confirmer::Server) => 1,
                // The intent and its confirmation.
                _ => 2,
            },
            review: None,
            reviewed: None,
            success_url: self.success_url,
            cancel_url: self.cancel_url,
            created_at: now,
            paid_at: None,
            ended_at: None,
            receipt: None,
            archived_at: None,
            trail: Vec::new(),
            seller: self.organization.name.clone(),
            organization: self.organization.id.clone(),
            id: self.id,
        };
        order.number = Some(order.new_number(0));
        order
    }
}
