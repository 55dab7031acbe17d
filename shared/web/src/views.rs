//! How orders and refunds look to clients: the contract's JSON, and nothing that is not in it.

mod buyer;
mod delivery;
mod line;
mod mailing;
mod refund;

use crate::forms::{
    BookingStatusWord, CanceledByWord, CurrencyForm, DisputeStatusWord, HoursForm, InstantForm, MoneyForm, OrderIdForm,
    OrderNumberForm, OrderPaymentModeWord, OrderStatusWord, OrganizationIdForm, PaymentStatusWord, PresaleCodeForm,
    PromoCodeForm, ReceiptNumberForm, StripeIdForm, SubjectForm,
};
use domain::{Order, OrderNumber, TaxBehavior, order};
use serde::Serialize;
use utoipa::ToSchema;

pub use buyer::BuyerView;
pub use delivery::{AddressView, DeliveryView};
pub use line::{LineView, TicketView};
pub use mailing::MailingView;
pub use refund::{RefundItemView, RefundView};

/// What one buyer buys, of one organization. Amounts are decimal, in major units of `currency`.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Order, examples(json!({
    "currency": "usd", "status": "paid",
    "lines": [{
        "id": "l1", "listing": "summer-show", "offer": "general", "name": "General admission", "quantity": 1,
        "unit_price": "25.00", "discount": "0.00", "donation": null, "total": "25.00", "refunded_quantity": 0,
        "delivery": "none", "pickup_at": null
    }],
    "subtotal": "25.00", "discount": "0.00", "platform_fees": "1.50", "processing_fees": "1.03", "total": "27.53",
    "tax": "0.00", "refunded": "0.00", "promo_code": null, "delivery": null, "hold": null, "booking": null, "credit": null,
    "review": null,
    "payment": {
        "mode": "hosted", "status": "captured", "captured": "27.53", "currency": "usd", "dispute": null,
        "session_id": "cs_test_a1B2c3D4", "payment_intent_id": "pi_3PtWvT2eZvKYlo2C", "charge_id": "ch_3PtWvT2eZvKYlo2C",
        "failure": null
    },
    "tickets": [{
        "code": "V4ILXWLL6MSB7LSODF5J", "line": "l1", "status": "valid", "attendee": null, "checked_in_at": null
    }]
})))]
pub struct OrderView {
    /// For programs; opaque, as `ord_01HF8Z6T3V5W9YBC`.
    #[schema(value_type = OrderIdForm)]
    pub id: String,
    /// What people know it by: eight digits and letters that do not look alike, unique within its organization. Orders
    /// from before there were numbers have none.
    #[schema(value_type = Option<OrderNumberForm>)]
    pub number: Option<String>,
    /// The seller.
    #[schema(value_type = OrganizationIdForm)]
    pub organization: String,
    /// `pending`, `authorized`, `paid`, `failed`, `expired`, `canceled` or `refunded`.
    #[schema(value_type = OrderStatusWord)]
    pub status: &'static str,
    /// ISO 4217, in lower case.
    #[schema(value_type = CurrencyForm)]
    pub currency: String,
    /// Who buys.
    pub buyer: BuyerView,
    /// How it comes to its buyer; none where nothing is sent or collected.
    pub delivery: Option<DeliveryView>,
    /// What was bought.
    pub lines: Vec<LineView>,
    /// The promo code that took effect.
    #[schema(value_type = Option<PromoCodeForm>)]
    pub promo_code: Option<String>,
    /// The presale code that opened its offers; left out where it needed none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = PresaleCodeForm, required = false)]
    pub presale_code: Option<String>,
    /// Prices and donations, before any discount.
    #[schema(value_type = MoneyForm)]
    pub subtotal: String,
    /// What the promo code takes off.
    #[schema(value_type = MoneyForm)]
    pub discount: String,
    /// What the platform takes for its service.
    #[schema(value_type = MoneyForm)]
    pub platform_fees: String,
    /// The card processing fee.
    #[schema(value_type = MoneyForm)]
    pub processing_fees: String,
    /// What the buyer pays, before any tax that comes on top.
    #[schema(value_type = MoneyForm)]
    pub total: String,
    /// Tax, reckoned by Stripe: known at once for a payment intent, and for Stripe's page once the buyer has paid.
    #[schema(value_type = Option<MoneyForm>)]
    pub tax: Option<String>,
    /// Whether the total contains the tax. If not, it comes on top.
    pub tax_included: bool,
    /// What has been given back, in the currency that was paid.
    #[schema(value_type = MoneyForm)]
    pub refunded: String,
    /// How it is paid, and how far that has come.
    pub payment: PaymentView,
    /// The hold, while there is one.
    pub hold: Option<HoldView>,
    /// The tickets, once paid.
    pub tickets: Vec<TicketView>,
    /// The booking of a slot.
    pub booking: Option<BookingView>,
    /// The hours that were credited, once paid.
    pub credit: Option<CreditView>,
    /// As `RCP-2026-1121-K3QZ7WPA`; null before there is one.
    #[schema(value_type = Option<ReceiptNumberForm>)]
    pub receipt_number: Option<String>,
    /// Why it is in review, while it is: staff have to accept or refuse.
    pub review: Option<ReviewView>,
    /// When it was placed, RFC 3339 in UTC.
    #[schema(value_type = InstantForm)]
    pub created_at: String,
    /// When it was paid, RFC 3339 in UTC; null before.
    #[schema(value_type = Option<InstantForm>)]
    pub paid_at: Option<String>,
    /// Grows with each change.
    #[schema(example = 3)]
    pub version: u64,
    /// Disputes over the payment, the gravest first. For staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<DisputeView>, required = false)]
    pub disputes: Option<Vec<DisputeView>>,
    /// That the card has paid for more tickets of a show than one buyer may have. For staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = bool, required = false, example = true)]
    pub card_over_share: Option<bool>,
    /// Who did what, when and by which cause. For staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<StepView>, required = false)]
    pub trail: Option<Vec<StepView>>,
    /// What is known of the mail to the buyer. For staff only, where one order is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = MailingView, required = false)]
    pub mailing: Option<MailingView>,
}

/// A dispute over an order's payment.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Dispute)]
pub struct DisputeView {
    /// Stripe's id of it.
    #[schema(value_type = StripeIdForm)]
    pub id: String,
    /// `open`, `inquiry`, `won`, `lost` or `prevented`.
    #[schema(value_type = DisputeStatusWord)]
    pub status: &'static str,
    /// Stripe's own word for that.
    #[schema(example = "needs_response")]
    pub stripe_status: String,
    /// How much of the payment.
    #[schema(value_type = MoneyForm)]
    pub amount: String,
    /// Until when the seller may answer, RFC 3339 in UTC.
    #[schema(value_type = Option<InstantForm>)]
    pub due_by: Option<String>,
}

/// An entry of an order's audit trail.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Step)]
pub struct StepView {
    /// The moment of the change, RFC 3339 in UTC.
    #[schema(value_type = InstantForm)]
    pub at: String,
    /// The event, in one word.
    #[schema(example = "paid")]
    pub what: String,
    /// Who: a part of the system, or a person's subject.
    #[schema(example = "webhook")]
    pub by: String,
    /// The cause, as Stripe's event.
    #[schema(example = "evt_1PtWvT2eZvKYlo2C")]
    pub cause: Option<String>,
}

/// Why an order is in review.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Review)]
pub struct ReviewView {
    /// Why, in words.
    #[schema(example = "paid 10.00 usd instead of 54.84 usd")]
    pub reason: String,
    /// When it came into review, RFC 3339 in UTC.
    #[schema(value_type = InstantForm)]
    pub since: String,
}

/// Hours that were credited.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Credit)]
pub struct CreditView {
    /// How many.
    #[schema(value_type = HoursForm)]
    pub hours: String,
}

/// The booking of a slot.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Booking)]
pub struct BookingView {
    /// `requested`, `confirmed`, `declined`, `canceled` or `timed_out`.
    #[schema(value_type = BookingStatusWord)]
    pub status: &'static str,
    /// When the slot begins.
    #[schema(value_type = InstantForm)]
    pub starts_at: String,
    /// When it ends, if that is said.
    #[schema(value_type = Option<InstantForm>)]
    pub ends_at: Option<String>,
    /// The expert's subject.
    #[schema(value_type = SubjectForm)]
    pub expert: String,
    /// Until when the expert may answer; known once the money is authorized.
    #[schema(value_type = Option<InstantForm>)]
    pub respond_by: Option<String>,
    /// `buyer` or `expert`, if one of them canceled it.
    #[schema(value_type = Option<CanceledByWord>)]
    pub canceled_by: Option<&'static str>,
    /// How much of the price came back, in percent, if it was canceled after it was confirmed.
    #[schema(maximum = 100, example = 50)]
    pub refund_percent: Option<u8>,
}

/// What Stripe did for an order.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Payment)]
pub struct PaymentView {
    /// `hosted`, `intent` or `free`.
    #[schema(value_type = OrderPaymentModeWord)]
    pub mode: &'static str,
    /// `unpaid`, `processing`, `authorized`, `captured`, `failed`, `canceled`, `partially_refunded` or `refunded`.
    #[schema(value_type = PaymentStatusWord)]
    pub status: &'static str,
    /// What arrived, tax included; none before that.
    #[schema(value_type = Option<MoneyForm>)]
    pub captured: Option<String>,
    /// The currency that it arrived in; the order's, unless something else was paid.
    #[schema(value_type = CurrencyForm)]
    pub currency: String,
    /// `open`, `inquiry`, `won`, `lost` or `prevented`, if the buyer's bank disputes it. Of several the gravest.
    #[schema(value_type = Option<DisputeStatusWord>)]
    pub dispute: Option<&'static str>,
    /// Stripe's checkout session, or `FREE-{order}`.
    #[schema(value_type = Option<StripeIdForm>)]
    pub session_id: Option<String>,
    /// Stripe's payment intent.
    #[schema(value_type = Option<StripeIdForm>)]
    pub payment_intent_id: Option<String>,
    /// Stripe's charge.
    #[schema(value_type = Option<StripeIdForm>)]
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
    #[schema(example = "Your card has insufficient funds.")]
    pub message: String,
}

/// An order's claim on stock.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Hold)]
pub struct HoldView {
    /// When it runs out.
    #[schema(value_type = InstantForm)]
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
            presale_code: order.presale.as_ref().map(|presale| presale.code.to_string()),
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
                status: order.payment_status().as_str(),
                captured: order.is_captured().then(|| order.paid_currency().format(payment.captured)),
                currency: order.paid_currency().code(),
                dispute: payment.dispute.as_ref().map(|dispute| dispute.state.as_str()),
                session_id: payment.session_id.clone(),
                payment_intent_id: payment.payment_intent_id.clone(),
                charge_id: payment.charge_id.clone(),
                failure: payment
                    .failure
                    .as_ref()
                    .map(|failure| FailureView { code: failure.code.clone(), message: failure.message.clone() }),
            },
            hold: order.hold.as_ref().map(|hold| HoldView { expires_at: hold.expires_at.to_string() }),
            tickets: TicketView::all_of_buyer(order),
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
            card_over_share: None,
            trail: None,
            mailing: None,
        }
    }
}

impl OrderView {
    /// The order as its organization's staff see it in a list.
    #[must_use]
    pub fn listed_for_staff(order: &Order) -> Self {
        let card_over_share = order.is_over_share().then_some(true);
        Self { tickets: TicketView::all(order), card_over_share, ..Self::from(order) }
    }

    /// The order as its organization's staff see it, with its audit trail.
    #[must_use]
    pub fn for_staff(order: &Order) -> Self {
        let steps = order.trail.iter().map(|step| StepView {
            at: step.at.to_string(),
            what: step.what.clone(),
            by: step.by.to_string(),
            cause: step.cause.clone(),
        });
        let disputes = order.payment.disputes().map(|dispute| DisputeView {
            id: dispute.stripe_id.clone(),
            status: dispute.state.as_str(),
            stripe_status: dispute.word.clone(),
            amount: order.currency.format(dispute.amount),
            due_by: dispute.due_by.map(|at| at.to_string()),
        });
        Self { disputes: Some(disputes.collect()), trail: Some(steps.collect()), ..Self::listed_for_staff(order) }
    }
}
