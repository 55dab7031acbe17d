//! How orders and refunds look to clients: the contract's JSON, and nothing that is not in it.

mod buyer;
mod delivery;
mod line;
mod mailing;
mod refund;

use domain::{DisputeState, Order, OrderNumber, TaxBehavior, order};
use serde::Serialize;
use utoipa::ToSchema;

pub use buyer::BuyerView;
pub use delivery::{AddressView, DeliveryView};
pub use line::{LineView, TicketView};
pub use mailing::MailingView;
pub use refund::{RefundItemView, RefundView};

/// An order.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Order)]
pub struct OrderView {
    /// Its id.
    pub id: String,
    /// What people know it by: eight digits and letters that do not look alike, unique within its organization. Orders
    /// from before there were numbers have none.
    #[schema(example = "K7WQ2M9D")]
    pub number: Option<String>,
    /// The seller.
    pub organization: String,
    /// `pending`, `authorized`, `paid`, `failed`, `expired`, `canceled` or `refunded`.
    #[schema(example = "paid")]
    pub status: &'static str,
    /// ISO 4217, in lower case.
    #[schema(example = "usd")]
    pub currency: String,
    /// Who buys.
    pub buyer: BuyerView,
    /// How it comes to its buyer; none where nothing is sent or collected.
    pub delivery: Option<DeliveryView>,
    /// What was bought.
    pub lines: Vec<LineView>,
    /// The promo code that took effect.
    pub promo_code: Option<String>,
    /// Prices and donations, before any discount.
    #[schema(example = "50.00")]
    pub subtotal: String,
    /// What the promo code takes off.
    pub discount: String,
    /// The platform's fees.
    pub platform_fees: String,
    /// The card processing fee.
    pub processing_fees: String,
    /// What the buyer pays, before any tax that comes on top.
    #[schema(example = "54.84")]
    pub total: String,
    /// Tax, reckoned by Stripe: known at once for a payment intent, and for Stripe's page once the buyer has paid.
    pub tax: Option<String>,
    /// Whether the total contains the tax. If not, it comes on top.
    pub tax_included: bool,
    /// What has been given back, in the currency that was paid.
    pub refunded: String,
    /// The payment.
    pub payment: PaymentView,
    /// The hold, while there is one.
    pub hold: Option<HoldView>,
    /// The tickets, once paid.
    pub tickets: Vec<TicketView>,
    /// The booking of a slot.
    pub booking: Option<BookingView>,
    /// The hours that were credited, once paid.
    pub credit: Option<CreditView>,
    /// The receipt's number.
    pub receipt_number: Option<String>,
    /// Why it is in review, while it is: staff have to accept or refuse.
    pub review: Option<ReviewView>,
    /// When it was placed, RFC 3339 in UTC.
    pub created_at: String,
    /// When it was paid.
    pub paid_at: Option<String>,
    /// Grows with each change.
    pub version: u64,
    /// Disputes over the payment, the gravest first. For staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disputes: Option<Vec<DisputeView>>,
    /// Who did what, when and by which cause. For staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trail: Option<Vec<StepView>>,
    /// What is known of the mail to the buyer. For staff only, where one order is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mailing: Option<MailingView>,
}

/// A dispute over an order's payment.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Dispute)]
pub struct DisputeView {
    /// Stripe's id of it.
    #[schema(example = "du_1")]
    pub id: String,
    /// `open`, `inquiry`, `won`, `lost` or `prevented`.
    #[schema(example = "open")]
    pub status: &'static str,
    /// Stripe's own word for that.
    #[schema(example = "needs_response")]
    pub stripe_status: String,
    /// How much of the payment.
    #[schema(example = "54.84")]
    pub amount: String,
    /// Until when the seller may answer, RFC 3339 in UTC.
    pub due_by: Option<String>,
}

/// An entry of an order's audit trail.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Step)]
pub struct StepView {
    /// When.
    pub at: String,
    /// What.
    #[schema(example = "paid")]
    pub what: String,
    /// Who: a part of the system, or a person's subject.
    #[schema(example = "webhook")]
    pub by: String,
    /// The cause, as Stripe's event.
    pub cause: Option<String>,
}

/// Why an order is in review.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Review)]
pub struct ReviewView {
    /// Why, in words.
    #[schema(example = "paid 10.00 usd instead of 54.84 usd")]
    pub reason: String,
    /// Since when.
    pub since: String,
}

/// Hours that were credited.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Credit)]
pub struct CreditView {
    /// How many.
    #[schema(example = "10")]
    pub hours: String,
}

/// The booking of a slot.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Booking)]
pub struct BookingView {
    /// `requested`, `confirmed`, `declined`, `canceled` or `timed_out`.
    #[schema(example = "requested")]
    pub status: &'static str,
    /// When the slot begins.
    pub starts_at: String,
    /// When it ends, if that is said.
    pub ends_at: Option<String>,
    /// The expert's subject.
    pub expert: String,
    /// Until when the expert may answer; known once the money is authorized.
    pub respond_by: Option<String>,
    /// `buyer` or `expert`, if one of them called it off.
    pub canceled_by: Option<&'static str>,
    /// How much of the price came back, in percent, if it was canceled after it was confirmed.
    pub refund_percent: Option<u8>,
}

/// What Stripe did for an order.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Payment)]
pub struct PaymentView {
    /// `hosted`, `intent` or `free`.
    pub mode: &'static str,
    /// `unpaid`, `processing`, `authorized`, `captured`, `failed`, `canceled`, `partially_refunded` or `refunded`.
    pub status: &'static str,
    /// What arrived, tax included; none before that.
    #[schema(example = "54.84")]
    pub captured: Option<String>,
    /// The currency that it arrived in; the order's, unless something else was paid.
    #[schema(example = "usd")]
    pub currency: String,
    /// `open`, `inquiry`, `won`, `lost` or `prevented`, if the buyer's bank disputes it. Of several the gravest.
    pub dispute: Option<&'static str>,
    /// Stripe's checkout session, or `FREE-{order}`.
    pub session_id: Option<String>,
    /// Stripe's payment intent.
    pub payment_intent_id: Option<String>,
    /// Stripe's charge.
    pub charge_id: Option<String>,
    /// The last try that failed.
    pub failure: Option<FailureView>,
}

/// A try to pay that failed.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PaymentFailure)]
pub struct FailureView {
    /// Stripe's code for it.
    #[schema(example = "insufficient_funds")]
    pub code: String,
    /// Stripe's sentence for the buyer.
    pub message: String,
}

/// An order's claim on stock.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Hold)]
pub struct HoldView {
    /// When it runs out.
    pub expires_at: String,
}

impl From<&Order> for OrderView {
    fn from(order: &Order) -> Self {
        let money = |amount| order.currency.format(amount);
        let payment = &order.payment;
        Self {
            id: order.id.to_string(),
            number: order.number.as_ref().map(OrderNumber::to_string),
            organization: order.organization.to_string(),
            status: order.status.as_str(),
            currency: order.currency.code(),
            buyer: BuyerView::from(&order.buyer),
            delivery: DeliveryView::of(order),
            lines: order.lines.iter().map(|line| LineView::of(order, line)).collect(),
            promo_code: order.promo.as_ref().map(|promo| promo.code.to_string()),
            subtotal: money(order.totals.subtotal),
            discount: money(order.totals.discount),
            platform_fees: money(order.totals.platform_fees),
            processing_fees: money(order.totals.processing_fees),
            total: money(order.totals.total),
            tax: order.tax.map(money),
            tax_included: order.tax_terms.behavior == TaxBehavior::Inclusive,
            refunded: order.paid_currency().format(order.refunded()),
            payment: PaymentView {
                mode: payment.mode.as_str(),
                status: order.payment_status(),
                captured: order.is_captured().then(|| order.paid_currency().format(payment.captured)),
                currency: order.paid_currency().code(),
                dispute: payment.dispute.as_ref().map(|dispute| dispute_word(dispute.state)),
                session_id: payment.session_id.clone(),
                payment_intent_id: payment.payment_intent_id.clone(),
                charge_id: payment.charge_id.clone(),
                failure: payment
                    .failure
                    .as_ref()
                    .map(|failure| FailureView { code: failure.code.clone(), message: failure.message.clone() }),
            },
            hold: order.hold.as_ref().map(|hold| HoldView { expires_at: hold.expires_at.to_string() }),
            tickets: (0..order.tickets.len()).filter_map(|place| TicketView::of(order, place)).collect(),
            booking: order.booking.as_ref().map(|booking| BookingView {
                status: booking.status.as_str(),
                starts_at: booking.starts_at.to_string(),
                ends_at: booking.ends_at.map(|at| at.to_string()),
                expert: booking.expert.clone(),
                respond_by: booking.respond_by.map(|at| at.to_string()),
                canceled_by: booking.canceled_by.map(order::CanceledBy::as_str),
                refund_percent: booking.refund_percent,
            }),
            credit: order
                .hours()
                .filter(|_| order.paid_at.is_some())
                .map(|hours| CreditView { hours: hours.normalize().to_string() }),
            receipt_number: order.receipt.clone(),
            review: order
                .review
                .as_ref()
                .map(|review| ReviewView { reason: review.reason.clone(), since: review.since.to_string() }),
            created_at: order.created_at.to_string(),
            paid_at: order.paid_at.map(|at| at.to_string()),
            version: order.version,
            disputes: None,
            trail: None,
            mailing: None,
        }
    }
}

/// The contract's word.
fn dispute_word(state: DisputeState) -> &'static str {
    match state {
        DisputeState::Open => "open",
        DisputeState::Inquiry => "inquiry",
        DisputeState::Won => "won",
        DisputeState::Lost => "lost",
        DisputeState::Prevented => "prevented",
    }
}

impl OrderView {
    /// The order as its organization's staff see it, with its audit trail.
    #[must_use]
    pub fn for_staff(order: &Order) -> Self {
        let steps = order.trail.iter().map(|step| StepView {
            at: step.at.to_string(),
            what: step.what.clone(),
            by: step.by.clone(),
            cause: step.cause.clone(),
        });
        let disputes = order.payment.disputes().map(|dispute| DisputeView {
            id: dispute.stripe_id.clone(),
            status: dispute_word(dispute.state),
            stripe_status: dispute.word.clone(),
            amount: order.currency.format(dispute.amount),
            due_by: dispute.due_by.map(|at| at.to_string()),
        });
        Self { disputes: Some(disputes.collect()), trail: Some(steps.collect()), ..Self::from(order) }
    }
}
