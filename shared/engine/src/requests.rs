//! What is asked of Stripe for an order, in the payments library's words.

use std::collections::BTreeMap;

use domain::{
    Kind, Order, TaxLiability,
    order::{Adjustment, AdjustmentKind, Confirmer, HOSTED_SESSION, Refund, RefundCause},
};
use jiff::Timestamp;
use payments::{
    EncodedRequest,
    intents::{CaptureMethod, CaptureRequest, ConfirmRequest, ConfirmedBy, IntentRequest},
    refunds::{RefundReason, RefundRequest},
    sessions::{SessionLine, SessionRequest, SessionTax},
    splits::{AdjustmentRequest, Amount},
    taxes::{TaxReversalRequest, TransactionRequest},
};
use store::CallRecord;

use crate::{EngineError, Pages, settle::broken};

/// Stripe's limit for one metadata value (<https://docs.stripe.com/metadata>).
const METADATA_VALUE: usize = 500;

/// What the organization's books need to know of an order: on the session, the intent, the charge and the transfer.
pub(crate) fn metadata(order: &Order) -> BTreeMap<String, String> {
    let show = order.lines.iter().find(|line| line.kind == Kind::Show).or(order.lines.first());
    let mut metadata = BTreeMap::from([
        ("order_id".to_owned(), order.id.to_string()),
        ("attendee_count".to_owned(), order.ticket_quantity().to_string()),
        ("order_name".to_owned(), order.buyer.name.clone()),
        ("order_email".to_owned(), order.buyer.email.clone()),
    ]);
    if let Some(show) = show {
        metadata.insert("show_id".to_owned(), show.listing.to_string());
        metadata.insert("show_title".to_owned(), show.title.chars().take(METADATA_VALUE).collect());
    }
    if let Some(calculation) = &order.calculation {
        metadata.insert("tax_calculation".to_owned(), calculation.id.clone());
        metadata.insert("tax".to_owned(), order.currency.format(calculation.tax));
    }
    metadata
}

/// One sentence for the organization's bank statement and books.
pub(crate) fn description(order: &Order) -> String {
    let titles: Vec<_> = order.lines.iter().map(|line| line.title.as_str()).collect();
    let title = titles.first().copied().unwrap_or_default();
    let others = titles.iter().any(|other| *other != title);
    let count: u32 = order.lines.iter().map(|line| line.quantity).sum();
    let and = if others { " and more" } else { "" };
    let text = format!("Order {}: {count} x {title}{and}", order.id);
    text.chars().take(METADATA_VALUE).collect()
}

/// The lines of Stripe's page; they add up to the total exactly.
fn session_lines(order: &Order) -> Vec<SessionLine> {
    let goods = order.lines.iter().filter(|line| !line.total.is_zero()).map(|line| {
        let unit = line.donation.unwrap_or(line.unit_price);
        let name = format!("{} · {}", line.title, line.name);
        if line.discount.is_zero() {
            return SessionLine { name, unit_amount: unit, quantity: line.quantity };
        }
        // A discounted line need not divide by its quantity, so it is one position.
        SessionLine { name: format!("{} × {name}", line.quantity), unit_amount: line.total, quantity: 1 }
    });
    let fees = [("Platform fee", order.totals.platform_fees), ("Processing fee", order.totals.processing_fees)];
    let fees = fees.into_iter().filter(|(_, amount)| !amount.is_zero()).map(|(name, amount)| SessionLine {
        name: name.to_owned(),
        unit_amount: amount,
        quantity: 1,
    });
    goods.chain(fees).collect()
}

/// The seller's account where the seller owes the tax.
pub(crate) fn liable(order: &Order) -> Option<String> {
    order.destination.clone().filter(|_| order.tax_terms.liability == TaxLiability::Seller)
}

/// An expert's time is paid for once the expert agrees.
fn capture(order: &Order) -> CaptureMethod {
    if order.booking.is_some() { CaptureMethod::Later } else { CaptureMethod::AtOnce }
}

/// The intent record of an order's session.
pub(crate) fn session_call(order: &Order, pages: &Pages, now: Timestamp) -> Result<CallRecord, EngineError> {
    // What Stripe is told opens nothing by itself but the way back: the order's token is not among it.
    let proof = format!("order={}&mac={}", order.id, order.return_mac());
    let request = SessionRequest {
        order: order.id.clone(),
        organization: order.organization.clone(),
        currency: order.currency,
        lines: session_lines(order),
        destination: order.destination.clone(),
        application_fee: order.application_fee(),
        metadata: metadata(order),
        transfer_description: description(order),
        buyer_email: order.buyer.email.clone(),
        success_url: format!("{}/v1/checkout/success?session_id={{CHECKOUT_SESSION_ID}}&{proof}", pages.api),
        cancel_url: order.cancel_url.clone().unwrap_or_else(|| format!("{}/v1/checkout/return?{proof}", pages.api)),
        expires_at: order.created_at + HOSTED_SESSION,
        tax: SessionTax {
            automatic: order.tax_terms.automatic,
            behavior: order.tax_terms.behavior,
            liable: liable(order),
        },
        capture: capture(order),
    };
    let encoded = request.encode().map_err(broken)?;
    record(order, 1, format!("{}-session", order.id), &encoded, now)
}

/// The intent record of an order's payment intent.
pub(crate) fn intent_call(order: &Order, now: Timestamp) -> Result<CallRecord, EngineError> {
    let request = IntentRequest {
        order: order.id.clone(),
        organization: order.organization.clone(),
        // With the tax that was calculated before.
        amount: order.to_pay(),
        currency: order.currency,
        capture: capture(order),
        confirmed_by: match order.payment.confirmer {
            Some(Confirmer::Server) => ConfirmedBy::Server,
            _ => ConfirmedBy::Client,
        },
        destination: order.destination.clone(),
        application_fee: order.application_fee(),
        description: description(order),
        metadata: metadata(order),
    };
    let encoded = request.encode().map_err(broken)?;
    record(order, 1, format!("{}-intent", order.id), &encoded, now)
}

/// The intent record of a payment intent's confirmation.
pub(crate) fn confirm_call(
    order: &Order,
    intent: &str,
    payment_method: &str,
    now: Timestamp,
) -> Result<CallRecord, EngineError> {
    let request = ConfirmRequest { intent: intent.to_owned(), payment_method: payment_method.to_owned() };
    let encoded = request.encode().map_err(broken)?;
    record(order, 2, format!("{}-confirm", order.id), &encoded, now)
}

/// The intent record of taking the money that was set aside.
pub(crate) fn capture_call(order: &Order, now: Timestamp) -> Result<CallRecord, EngineError> {
    let (Some(intent), Some(n)) = (&order.payment.payment_intent_id, order.claim.as_ref().and_then(|claim| claim.call))
    else {
        return Err(EngineError::Broken(format!("order {} has nothing to take", order.id)));
    };
    let encoded = CaptureRequest { intent: intent.clone() }.encode().map_err(broken)?;
    record(order, n, format!("{}-capture-{n}", order.id), &encoded, now)
}

/// The intent record of a refund.
pub(crate) fn refund_call(order: &Order, refund: &Refund, now: Timestamp) -> Result<CallRecord, EngineError> {
    let n = refund.call.ok_or_else(|| EngineError::Broken(format!("refund {} asks nothing", refund.id)))?;
    let payment_intent = refund
        .payment_intent
        .clone()
        .ok_or_else(|| EngineError::Broken(format!("refund {} has no payment", refund.id)))?;
    let reason = match refund.cause {
        RefundCause::DoublePayment => RefundReason::Duplicate,
        _ => RefundReason::RequestedByCustomer,
    };
    let request = RefundRequest {
        payment_intent,
        amount: refund.amount,
        currency: order.currency_of(refund),
        refund_id: refund.id.clone(),
        order_id: order.id.clone(),
        reason: Some(reason),
    };
    let encoded = request.encode().map_err(broken)?;
    record(order, n, refund.id.to_string(), &encoded, now)
}

/// What is asked of Stripe for an adjustment.
pub(crate) fn adjustment(order: &Order, adjustment: &Adjustment) -> AdjustmentRequest {
    let own = order.payment.payment_intent_id.as_deref() == Some(adjustment.payment_intent.as_str());
    let of_it = |refund: &&Refund| refund.payment_intent.as_deref() == Some(adjustment.payment_intent.as_str());
    let second = order.refunds.iter().find(of_it).filter(|_| !own).map(|refund| order.currency_of(refund));
    let what = Amount {
        amount: adjustment.amount,
        currency: second.unwrap_or_else(|| order.paid_currency()),
        adjustment: adjustment.id.clone(),
        order: order.id.clone(),
    };
    let target = adjustment.target.clone();
    match adjustment.kind {
        AdjustmentKind::FeeRefund => AdjustmentRequest::FeeRefund { fee: target, what },
        AdjustmentKind::TransferReversal => AdjustmentRequest::Reversal { transfer: target, what },
        AdjustmentKind::Transfer => AdjustmentRequest::Transfer { account: target, what },
        AdjustmentKind::TaxTransaction => AdjustmentRequest::Sale(TransactionRequest {
            order: order.id.clone(),
            calculation: target,
            liable: liable(order),
            metadata: books_metadata(order, adjustment),
        }),
        AdjustmentKind::TaxReversal | AdjustmentKind::TaxReversalUndo => {
            let partial = adjustment.kind == AdjustmentKind::TaxReversal;
            AdjustmentRequest::TaxReversal(TaxReversalRequest {
                reference: adjustment.id.to_string(),
                transaction: target,
                amount: partial.then_some(adjustment.amount),
                currency: order.currency,
                liable: liable(order),
                metadata: books_metadata(order, adjustment),
            })
        }
    }
}

fn books_metadata(order: &Order, adjustment: &Adjustment) -> BTreeMap<String, String> {
    BTreeMap::from([
        ("order_id".to_owned(), order.id.to_string()),
        ("adjustment_id".to_owned(), adjustment.id.to_string()),
        ("payment_intent_id".to_owned(), adjustment.payment_intent.clone()),
    ])
}

/// The call record of an adjustment.
pub(crate) fn adjustment_call(order: &Order, made: &Adjustment, now: Timestamp) -> Result<CallRecord, EngineError> {
    let encoded = adjustment(order, made).encode().map_err(broken)?;
    record(order, made.call, made.id.to_string(), &encoded, now)
}

fn record(
    order: &Order,
    n: u32,
    key: String,
    encoded: &EncodedRequest,
    now: Timestamp,
) -> Result<CallRecord, EngineError> {
    let request = serde_json::to_value(encoded).map_err(broken)?;
    Ok(CallRecord { order: order.id.clone(), n, key, request, created_at: now, tried_at: None })
}

/// The request of an intent record, as it was rendered then.
pub(crate) fn request(call: &CallRecord) -> Result<EncodedRequest, EngineError> {
    serde_json::from_value(call.request.clone())
        .map_err(|error| EngineError::Broken(format!("intent record {} of {}: {error}", call.n, call.order)))
}
