//! The birth of an order.

use jiff::{SignedDuration, Timestamp};

use super::{Hold, Line, Order, OrderStatus, Payment, PaymentMode, PaymentState, StockState};
use crate::{Buyer, Kind, OrderId, Organization, Quote, pricing::Wish};

/// How long Stripe's page takes a payment. Stripe asks for half an hour at least; five minutes more leave room for
/// repeats of a call whose answer was lost, because the time is absolute and part of the intent record.
pub const HOSTED_SESSION: SignedDuration = SignedDuration::from_mins(35);
/// How long the stock of a hosted order is held: a minute longer than the page.
pub const HOSTED_HOLD: SignedDuration = SignedDuration::from_mins(36);

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
    pub wishes: &'a [Wish<'a>],
    /// What it costs.
    pub quote: Quote,
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
        let lines = self.wishes.iter().zip(&self.quote.lines).enumerate().map(|(n, (wish, priced))| Line {
            id: format!("l{}", n + 1),
            kind: wish.listing.kind,
            listing: wish.listing.id.clone(),
            title: wish.listing.title.clone(),
            offer: wish.offer.id.clone(),
            name: wish.offer.name.clone(),
            vip: wish.offer.vip,
            quantity: wish.quantity,
            unit_price: priced.unit_price,
            donation: priced.donation,
            discount: priced.discount,
            total: priced.total,
            over_at: wish.offer.ends_at.or(wish.offer.starts_at).or_else(|| wish.listing.over_at()),
            draws: Vec::new(),
            unlimited: wish.offer.capacity.is_none(),
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
            destination: self.organization.stripe_account.clone(),
            payment: Payment {
                mode: if free { PaymentMode::Free } else { PaymentMode::Hosted },
                state: PaymentState::Unpaid,
                session_id: free.then(|| Order::free_session_id(&self.id)),
                checkout_url: None,
                payment_intent_id: None,
                charge_id: None,
                captured: crate::Minor::ZERO,
                failure: None,
                dispute: None,
                other_disputes: Vec::new(),
            },
            stock: StockState::Held,
            hold: Some(Hold { expires_at: now + HOSTED_HOLD }),
            look_at: None,
            claim: None,
            tickets: Vec::new(),
            refunds: Vec::new(),
            calls: u32::from(!free),
            review: None,
            success_url: self.success_url,
            cancel_url: self.cancel_url,
            created_at: now,
            paid_at: None,
            ended_at: None,
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

    /// Marks the order paid and issues what was bought. Its draws become sold in the same transaction.
    pub(super) fn fulfil(&mut self, now: Timestamp) {
        self.status = OrderStatus::Paid;
        self.stock = StockState::Sold;
        self.hold = None;
        self.look_at = None;
        self.claim = None;
        self.ended_at = None;
        self.paid_at = Some(now);
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
            })
            .collect();
    }
}
