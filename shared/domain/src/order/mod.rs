//! An order: what one buyer asked for, of one organization, in one currency, with its hold, payment, tickets and
//! refunds. One aggregate: it changes as a whole, from one version to the next.

mod adjusting;
mod adjustment;
mod answer;
mod archive;
mod booking;
mod books;
mod check_in;
mod claim;
#[cfg(test)]
mod confluence;
mod credit;
mod decide;
mod decision;
mod disputes;
#[cfg(test)]
mod fixtures;
mod outcome;
mod parts;
mod payment;
mod place;
#[cfg(test)]
mod properties;
mod refund;
mod refunding;
mod returns;
mod review;
mod time;
mod violations;
#[cfg(test)]
mod world;

use data_encoding::BASE32_NOPAD;
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use adjusting::retry_adjustment;
pub use adjustment::{Adjustment, AdjustmentCause, AdjustmentKind, AdjustmentState, Split, SplitFetch};
pub use archive::{ARCHIVE_AFTER, archive};
pub use booking::{
    ANSWER_TIME, Booking, BookingStatus, CancelQuote, CanceledBy, cancel_booking, cancel_quote, confirm_booking,
    decline_booking, refund_percent,
};
pub use check_in::{CheckInWindow, CheckedIn, check_in, undo_check_in};
pub use claim::{CLAIM_LEASE, Claim, ClaimKind, claim, lapse, unclaim};
pub use credit::LedgerMove;
pub use decide::{Supply, decide};
pub use decision::{Alarm, DecideError, Decision, MoveKind, NextCall, StockMove};
pub use outcome::Outcome;
pub use parts::RefundParts;
pub use payment::{Confirmer, Dispute, Payment, PaymentMode, PaymentState};
pub use place::{HOSTED_HOLD, HOSTED_SESSION, INTENT_HOLD, NO_MORE_CALLS, Placing, SESSION_TOO_LATE, SLOT_HOLD};
pub use refund::{Goods, Refund, RefundCause, RefundItem, Ticket, TicketStatus, try_again_at};
pub use refunding::{MAX_REFUNDS, RefundAsk, decide_refund};
pub use review::{
    REVIEW_EVERY, Repeat, Review, ReviewKind, Reviewed, Sum, accept_review, refuse_review, remind_of_review,
};
pub use time::{LONGEST_SLOT, Span, TakenTime};

use crate::{
    AppliedPromo, Buyer, Currency, DisputeState, Kind, ListingId, Minor, OfferId, OrderId, OrganizationId, RefundId,
    TaxBehavior, TaxCalculation, TaxTerms, TicketCode, Totals,
};

/// How often a payment that settles later is looked at.
pub const PROCESSING_FETCH: SignedDuration = SignedDuration::from_hours(1);

/// Where an order is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Placed, its stock held, not paid.
    Pending,
    /// The money is reserved on the buyer's card.
    Authorized,
    /// Paid and fulfilled.
    Paid,
    /// Declined for good.
    Failed,
    /// Its hold ran out.
    Expired,
    /// Given up.
    Canceled,
    /// All of it was given back.
    Refunded,
}

impl OrderStatus {
    /// The word in the contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Authorized => "authorized",
            Self::Paid => "paid",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Canceled => "canceled",
            Self::Refunded => "refunded",
        }
    }

    /// Whether the order ended without being paid.
    #[must_use]
    pub fn is_released(self) -> bool {
        matches!(self, Self::Failed | Self::Expired | Self::Canceled)
    }
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its name within the order, as `l1`.
    pub id: String,
    /// What kind of listing it is of.
    pub kind: Kind,
    /// The listing.
    pub listing: ListingId,
    /// The listing's title when ordered.
    pub title: String,
    /// The offer.
    pub offer: OfferId,
    /// The offer's name when ordered.
    pub name: String,
    /// Whether its tickets carry the VIP mark.
    pub vip: bool,
    /// How many.
    pub quantity: u32,
    /// The price of one.
    pub unit_price: Minor,
    /// What is paid for one instead, if donated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub donation: Option<Minor>,
    /// What the promo code takes off.
    pub discount: Minor,
    /// What the line costs.
    pub total: Minor,
    /// When the thing is over, after which no late payment buys it any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub over_at: Option<Timestamp>,
    /// The stock this line claims now, by shard. Empty once released or returned, and for unlimited offers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub draws: Vec<Draw>,
    /// Whether the offer had no limit, so that there is no stock to claim.
    pub unlimited: bool,
    /// The hours that one unit credits, if it is a package.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Decimal>,
}

impl Line {
    /// What the line costs before the promo code: the price, or what is paid instead, for all units.
    #[must_use]
    pub fn full(&self) -> Minor {
        self.total + self.discount
    }
}

/// Units of one stock shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draw {
    /// The shard's number.
    pub shard: u16,
    /// How many units of it.
    pub quantity: u32,
}

/// What an order's draws are counted under in the stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StockState {
    /// Held for a payment.
    Held,
    /// Sold.
    Sold,
    /// Nothing is claimed.
    None,
}

/// An order's claim on stock until it is paid or given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// When it runs out; Stripe's page ends before. It is released only once Stripe has said so.
    pub expires_at: Timestamp,
}

/// What one buyer asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// The seller.
    pub organization: OrganizationId,
    /// The seller's name when ordered, for the receipt.
    #[serde(default)]
    pub seller: String,
    /// Grows by one with each change.
    pub version: u64,
    /// Where it is in its life.
    pub status: OrderStatus,
    /// What its amounts are in.
    pub currency: Currency,
    /// Who buys.
    pub buyer: Buyer,
    /// 256 random bits in hex that its access token and ticket codes come from. Secret.
    pub seed: String,
    /// What was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<Line>,
    /// The promo code that took effect; its uses are counted until the order is released.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promo: Option<AppliedPromo>,
    /// The sums.
    pub totals: Totals,
    /// Tax, which Stripe reckons: on top of the total or in it, as the terms say. Known at once for a payment intent, and
    /// for Stripe's page once the buyer has paid or the money is authorized.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax: Option<Minor>,
    /// What the organization had said of tax when the order was placed. Its payment was made by that.
    #[serde(default)]
    pub tax_terms: TaxTerms,
    /// The Tax Calculation that a payment intent was made with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calculation: Option<TaxCalculation>,
    /// Stripe's account that the money goes to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination: Option<String>,
    /// The payment.
    pub payment: Payment,
    /// What the draws of the lines are counted under.
    pub stock: StockState,
    /// The hold, while there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold: Option<Hold>,
    /// When a payment under way is looked at next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fetch_at: Option<Timestamp>,
    /// Who is ending its payment just now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim: Option<Claim>,
    /// The booking, if a slot was bought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booking: Option<Booking>,
    /// Its tickets, once paid.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tickets: Vec<Ticket>,
    /// Its refunds, in the order of asking.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<Refund>,
    /// How its payments were split at Stripe between seller and platform, where that had to be known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub splits: Vec<Split>,
    /// Why and when to ask Stripe how a payment was split.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split_fetch: Option<SplitFetch>,
    /// What is changed of those splits, in the order of deciding.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adjustments: Vec<Adjustment>,
    /// How many intent records it has.
    pub calls: u32,
    /// Why a person must look at it, if one must.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<Review>,
    /// What a person decided about its last review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewed: Option<Reviewed>,
    /// Where the buyer goes after paying, if not to our own page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success_url: Option<String>,
    /// Where the buyer goes after giving up, if not to our own page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancel_url: Option<String>,
    /// When it was placed.
    pub created_at: Timestamp,
    /// When it was paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paid_at: Option<Timestamp>,
    /// When it was released or refunded in full.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Its receipt's number, once paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
    /// When its personal fields went.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<Timestamp>,
    /// Who did what, when and by which cause.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trail: Vec<Step>,
}

/// An entry of an order's audit trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// When.
    pub at: Timestamp,
    /// What, as the decision's outcome names it.
    pub what: String,
    /// Who: a part of the system, as `webhook`, or a person's subject.
    pub by: String,
    /// The cause: Stripe's event, or a person's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
}

/// Most entries of an audit trail, so that the order stays a small item. The oldest half stays whole; of the rest the
/// newest stay.
const MAX_STEPS: usize = 200;

impl Order {
    /// The session id of an order that costs nothing.
    #[must_use]
    pub fn free_session_id(id: &OrderId) -> String {
        format!("FREE-{id}")
    }

    /// The token that opens this one order to whoever holds it.
    #[must_use]
    pub fn access_token(&self) -> String {
        self.derive("access", 32)
    }

    /// What proves, in the address that Stripe sends the buyer back to, that we made that address for this order. Made
    /// from the secret seed over the order's id; it is not the token, so the token never travels through Stripe.
    #[must_use]
    pub fn return_mac(&self) -> String {
        self.derive(&format!("return {}", self.id), 32)
    }

    /// The code of the order's `n`th ticket. Made from the secret seed, so that issuing twice gives the same codes,
    /// while nobody can guess one or tell its order from it. An L is read as an I ([`TicketCode::reading`]), so no code
    /// has one, which leaves 98 bits.
    #[must_use]
    pub fn ticket_code(&self, n: usize) -> TicketCode {
        let text = self.derive(&format!("ticket-{n}"), 20).replace('L', "I");
        TicketCode::parse(text).unwrap_or_else(|_| unreachable!("base 32 is a legal code"))
    }

    /// The number of the order's receipt: the day of payment and eight characters. `try_` counts up if another receipt
    /// has that number already.
    #[must_use]
    pub fn receipt_number(&self, paid_at: Timestamp, try_: u32) -> String {
        format!("RCP-{}-{}", paid_at.strftime("%Y-%m%d"), self.derive(&format!("receipt-{try_}"), 8))
    }

    fn derive(&self, purpose: &str, length: usize) -> String {
        let digest =
            Sha256::new().chain_update(self.seed.as_bytes()).chain_update([0]).chain_update(purpose).finalize();
        let mut text = BASE32_NOPAD.encode(&digest);
        text.truncate(length);
        text
    }

    /// How many tickets the order asks for.
    #[must_use]
    pub fn ticket_quantity(&self) -> u32 {
        self.lines.iter().filter(|line| line.kind == Kind::Show).map(|line| line.quantity).sum()
    }

    /// The order's line of that name.
    #[must_use]
    pub fn line(&self, id: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.id == id)
    }

    /// Whether the order's money has arrived.
    #[must_use]
    pub fn is_captured(&self) -> bool {
        self.payment.state == PaymentState::Captured
    }

    /// What of the tax comes on top of the total, as far as the tax is known.
    #[must_use]
    pub fn tax_on_top(&self) -> Minor {
        self.tax_terms.on_top(self.tax.unwrap_or_default())
    }

    /// What the buyer pays in all, tax included, as far as the tax is known.
    #[must_use]
    pub fn to_pay(&self) -> Minor {
        self.totals.total + self.tax_on_top()
    }

    /// The tax in a payment of `amount`: as Stripe's object tells, or as the order knows it, or as the amount proves. None
    /// where only Stripe's session can tell.
    pub(super) fn tax_in(&self, amount: Minor, reported: Option<Minor>) -> Option<Minor> {
        if reported.is_some() {
            return reported;
        }
        let untaxed = !self.tax_terms.automatic || self.payment.mode == PaymentMode::Intent;
        // Prices without tax prove that there is none by being paid as they are. Prices that contain it prove nothing.
        let proven = self.tax_terms.behavior == TaxBehavior::Exclusive && amount == self.totals.total;
        self.tax.or((untaxed || proven).then_some(Minor::ZERO))
    }

    /// What the platform keeps: all fees.
    #[must_use]
    pub fn application_fee(&self) -> Minor {
        self.totals.platform_fees + self.totals.processing_fees
    }

    /// Refunds of the order's own payment, not those of a second charge.
    fn own_refunds(&self) -> impl Iterator<Item = &Refund> {
        self.refunds.iter().filter(|refund| refund.cause != RefundCause::DoublePayment)
    }

    /// What has been given back for good.
    #[must_use]
    pub fn refunded(&self) -> Minor {
        self.own_refunds().filter(|r| r.state == crate::RefundState::Succeeded).map(|r| r.amount).sum()
    }

    /// What refunds under way will give back.
    #[must_use]
    pub fn refund_reserved(&self) -> Minor {
        self.own_refunds().filter(|r| r.state == crate::RefundState::Pending).map(|r| r.amount).sum()
    }

    /// What the buyer's bank took back.
    #[must_use]
    pub fn charged_back(&self) -> Minor {
        let gone = self.payment.disputes().filter(|dispute| dispute.has_money() && dispute.state != DisputeState::Open);
        gone.map(|dispute| dispute.amount).sum()
    }

    /// What could still be refunded. Never negative, though a bank may take back what was refunded before.
    #[must_use]
    pub fn refundable(&self) -> Minor {
        (self.payment.captured - self.refunded() - self.refund_reserved() - self.charged_back()).max(Minor::ZERO)
    }

    /// How many units of a line refunds have taken back, done or under way.
    #[must_use]
    pub fn taken_back(&self, line: &str) -> u32 {
        self.items_of(line).filter(|(refund, _)| refund.goods != Goods::GivenBack).map(|(_, item)| item.quantity).sum()
    }

    /// How many units of a line are on sale again.
    #[must_use]
    pub fn refunded_quantity(&self, line: &str) -> u32 {
        self.items_of(line).filter(|(refund, _)| refund.goods == Goods::Restocked).map(|(_, item)| item.quantity).sum()
    }

    fn items_of<'a>(&'a self, line: &'a str) -> impl Iterator<Item = (&'a Refund, &'a RefundItem)> {
        self.refunds
            .iter()
            .flat_map(|refund| refund.items.iter().map(move |item| (refund, item)))
            .filter(move |(_, item)| item.line == line)
    }

    /// The payment's status in the contract's words.
    #[must_use]
    pub fn payment_status(&self) -> &'static str {
        match self.payment.state {
            PaymentState::Unpaid => "unpaid",
            PaymentState::Processing => "processing",
            PaymentState::Authorized => "authorized",
            PaymentState::Failed => "failed",
            PaymentState::Canceled => "canceled",
            PaymentState::Captured if self.status == OrderStatus::Refunded => "refunded",
            PaymentState::Captured if self.refunded().is_zero() => "captured",
            PaymentState::Captured if self.refunded() >= self.payment.captured => "refunded",
            PaymentState::Captured => "partially_refunded",
        }
    }

    /// Whether a dispute freezes refunds and tickets.
    #[must_use]
    pub fn is_frozen(&self) -> bool {
        self.payment.disputes().any(|dispute| dispute.state == DisputeState::Open)
    }

    /// Whether the order still waits for its payment, so that there is something to end at Stripe.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        matches!(self.status, OrderStatus::Pending | OrderStatus::Authorized) && !self.is_captured()
    }

    /// Whether Stripe may still need an answer from us, or we from Stripe, and when to see to it next. None when the
    /// order needs nobody. A live claim postpones everything else.
    #[must_use]
    pub fn due_at(&self) -> Option<Timestamp> {
        let refunds = self.refunds.iter().filter(|r| r.state == crate::RefundState::Pending).filter_map(|r| r.due_at);
        let waiting = self.is_waiting();
        // Without a session nobody can pay, and soon nobody can make one any more.
        let unopened = self.payment.mode == PaymentMode::Hosted
            && self.payment.session_id.is_none()
            && self.payment.state == PaymentState::Unpaid;
        let hold = match (self.fetch_at, &self.hold) {
            _ if !waiting => None,
            (Some(fetch_at), _) => Some(fetch_at),
            (None, Some(_)) if unopened => Some(self.created_at + SESSION_TOO_LATE),
            (None, hold) => hold.as_ref().map(|hold| hold.expires_at),
        };
        let review = self.review.as_ref().map(|review| review.due_at);
        match &self.claim {
            Some(claim) if waiting => Some(claim.until),
            _ => {
                let adjustments = self.adjustments.iter().filter_map(|adjustment| adjustment.due_at);
                let split = self.split_fetch.as_ref().map(|fetch| fetch.due_at);
                let disputes = self.payment.disputes().filter_map(|dispute| dispute.fetch_at);
                let due = refunds.chain(hold).chain(adjustments).chain(split).chain(disputes).chain(review);
                due.min().or_else(|| self.archive_at())
            }
        }
    }

    /// Adds to the audit trail.
    pub fn note(&mut self, step: Step) {
        if self.trail.len() >= MAX_STEPS {
            self.trail.remove(MAX_STEPS / 2);
        }
        self.trail.push(step);
    }

    /// The refund of that id.
    #[must_use]
    pub fn refund(&self, id: &RefundId) -> Option<&Refund> {
        self.refunds.iter().find(|refund| &refund.id == id)
    }
}
