//! The birth of an order.

use jiff::{SignedDuration, Timestamp};

use super::{
    ANSWER_TIME, Booking, BookingStatus, Confirmer, Hold, Line, Order, OrderStatus, Payment, PaymentMode, PaymentState,
    StockState,
};
use crate::{Buyer, Kind, OrderId, Organization, Quote, pricing::RequestedLine};

/// How long Stripe's page takes a payment. Stripe asks for half an hour at least; five minutes more leave room for
/// repeats of a call whose answer was lost, because the time is absolute and part of the intent record.
pub const HOSTED_SESSION: SignedDuration = SignedDuration::from_mins(35);
/// How long the stock of a hosted order is held: a minute longer than the page.
pub const HOSTED_HOLD: SignedDuration = SignedDuration::from_mins(36);

/// How long the stock of an order is held that is paid on the seller's own page.
pub const INTENT_HOLD: SignedDuration = SignedDuration::from_secs(900);
/// How long a slot is held for a buyer who has not finished paying.
pub const SLOT_HOLD: SignedDuration = SignedDuration::from_mins(30);
/// For so long before a hold ends, nothing more is asked of Stripe for its payment: longer than any function runs, so
/// that no such call is under way any more when the hold ends.
pub const NO_MORE_CALLS: SignedDuration = SignedDuration::from_secs(60);

/// When an order without a session is looked after. Stripe takes no session that ends in less than half an hour, so by
/// then none can come into being any more; the sixth minute is for clocks that differ.
pub const SESSION_TOO_LATE: SignedDuration = SignedDuration::from_mins(6);

/// All that a new order is made of.
#[derive(Debug, Clone)]
pub struct Placing<'a> {
    /// Its id.
    pub id: OrderId,
    /// 256 random bits in hex.
    pub seed: String,
    /// The seller.
    pub organization: &'a Organization,
    /// Who buys.
    pub buyer: Buyer,
    /// What is asked for.
    pub requested_lines: &'a [RequestedLine<'a>],
    /// What it costs.
    pub quote: Quote,
    /// Who confirms the payment, if it is to be a payment intent.
    pub intent: Option<Confirmer>,
    /// Where the buyer goes after paying.
    pub success_url: Option<String>,
    /// Where the buyer goes after giving up.
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
                over_at: requested_line
                    .offer
                    .ends_at
                    .or(requested_line.offer.starts_at)
                    .or_else(|| requested_line.listing.over_at()),
                draws: Vec::new(),
                unlimited: requested_line.offer.capacity.is_none(),
                hours: requested_line.offer.hours.filter(|_| requested_line.listing.kind == Kind::Package),
            });
        Order {
            version: 1,
            status: OrderStatus::Pending,
            currency: self.organization.currency,
            buyer: self.buyer,
            seed: self.seed,
            lines: lines.collect(),
            promo: self.quote.promo,
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
                captured: crate::Minor::ZERO,
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
        }
    }
}

impl Order {
    /// Settles an order that costs nothing, as part of placing it: sold, paid, tickets issued.
    #[must_use]
    pub fn settle_free(mut self, now: Timestamp) -> Self {
        self.fulfil(now);
        self
    }

    /// Asks the expert for a slot that costs nothing, as part of placing it: there is no money to set aside first.
    #[must_use]
    pub fn request_free(mut self, now: Timestamp) -> Self {
        if let Some(booking) = &mut self.booking {
            let respond_by = (now + ANSWER_TIME).min(booking.starts_at);
            booking.respond_by = Some(respond_by);
            self.hold = Some(Hold { expires_at: respond_by });
            self.status = OrderStatus::Authorized;
            self.payment.state = PaymentState::Authorized;
        }
        self
    }

    /// Marks the order paid and issues what was bought. Its draws become sold in the same transaction.
    pub(super) fn fulfil(&mut self, now: Timestamp) {
        self.status = OrderStatus::Paid;
        self.stock = StockState::Sold;
        self.hold = None;
        self.fetch_at = None;
        self.claim = None;
        self.ended_at = None;
        self.paid_at = Some(now);
        self.receipt = Some(self.receipt_number(now, 0));
        if let Some(booking) = &mut self.booking {
            booking.status = BookingStatus::Confirmed;
        }
        let seats = self.lines.iter().filter(|line| line.kind == Kind::Show);
        let seats: Vec<String> =
            seats.flat_map(|line| std::iter::repeat_n(line.id.clone(), line.quantity as usize)).collect();
        self.tickets = seats
            .into_iter()
            .enumerate()
            .map(|(n, line)| super::Ticket {
                code: self.ticket_code(n),
                line,
                status: super::TicketStatus::Valid,
                refund: None,
                checked_in_at: None,
                checked_in_by: None,
                check_in_undone_by: None,
            })
            .collect();
    }
}
