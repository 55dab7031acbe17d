//! The receipt of an order: the same words and sums as its JSON, arranged for print.

use documents::receipt::{ReceiptBuyer, ReceiptDocument, ReceiptLine, ReceiptPayment, ReceiptRefund, ReceiptTotals};
use domain::{
    Order, RefundState, TaxBehavior,
    order::{Line, PaymentMode, Refund, RefundCause},
};

/// The order's receipt, with what was given back so far. None before the payment.
#[must_use]
pub fn receipt(order: &Order) -> Option<ReceiptDocument> {
    let money = |amount| order.currency.format(amount);
    let tax = money(order.tax.unwrap_or_default());
    let (tax, contained_tax) = if included(order) { (String::new(), tax) } else { (tax, String::new()) };
    let refunds = order.refunds.iter().filter(|refund| refund.cause != RefundCause::DoublePayment);
    Some(ReceiptDocument {
        number: order.receipt.clone()?,
        issued_at: order.paid_at?,
        time_zone: None,
        order: order.id.to_string(),
        seller: order.seller.clone(),
        buyer: ReceiptBuyer {
            name: order.buyer.name.clone(),
            company: order.buyer.company.clone().unwrap_or_default(),
            mail: order.buyer.email.clone(),
        },
        currency: order.currency.code().to_uppercase(),
        lines: order.lines.iter().map(|line| receipt_line(order, line)).collect(),
        totals: ReceiptTotals {
            subtotal: money(order.totals.subtotal),
            discount: money(order.totals.discount),
            platform_fees: money(order.totals.platform_fees),
            processing_fees: money(order.totals.processing_fees),
            tax,
            contained_tax,
            total: money(order.to_pay()),
        },
        payment: ReceiptPayment { how: how(order), reference: receipt_reference(order) },
        refunds: refunds
            .map(|refund| ReceiptRefund {
                at: refund.created_at,
                amount: order.currency_of(refund).format(refund.amount),
                parts: parts(order, refund),
                status: word(refund.state).to_owned(),
            })
            .collect(),
        net_total: order.paid_currency().format(order.due_sum().amount - order.refunded()),
    })
}

/// What the payment is known by: Stripe's payment intent, or the order where nothing was paid.
#[must_use]
pub fn receipt_reference(order: &Order) -> String {
    order.payment.payment_intent_id.clone().unwrap_or_else(|| order.id.to_string())
}

fn receipt_line(order: &Order, line: &Line) -> ReceiptLine {
    let money = |amount| order.currency.format(amount);
    ReceiptLine {
        quantity: line.quantity,
        name: format!("{} · {}", line.title, line.name),
        unit_price: money(line.donation.unwrap_or(line.unit_price)),
        discount: money(line.discount),
        total: money(line.total),
    }
}

fn word(state: RefundState) -> &'static str {
    match state {
        RefundState::Pending => "pending",
        RefundState::Succeeded => "succeeded",
        RefundState::Failed => "failed",
    }
}

/// Whether the sums contain their tax.
fn included(order: &Order) -> bool {
    order.tax_terms.behavior == TaxBehavior::Inclusive
}

/// What a refund is made of, where that is more than goods.
fn parts(order: &Order, refund: &Refund) -> String {
    let money = |amount| order.currency_of(refund).format(amount);
    let parts = refund.parts;
    let tax = if included(order) { "includes tax" } else { "tax" };
    let named = [("goods", parts.goods), ("fees", parts.fees), (tax, parts.tax)];
    if parts.fees.is_zero() && parts.tax.is_zero() {
        return String::new();
    }
    let named = named.into_iter().filter(|(_, amount)| !amount.is_zero());
    named.map(|(name, amount)| format!("{name} {}", money(amount))).collect::<Vec<_>>().join(", ")
}

/// How the order was paid, in words.
fn how(order: &Order) -> String {
    match (order.payment.mode, &order.payment.accepted) {
        (PaymentMode::Free, _) => "Nothing to pay".to_owned(),
        // Not what the receipt adds up to, and taken as it was.
        (PaymentMode::Hosted | PaymentMode::Intent, Some(paid)) => {
            format!("Paid online, {} {}", paid.currency.format(paid.amount), paid.currency.code().to_uppercase())
        }
        (PaymentMode::Hosted | PaymentMode::Intent, None) => "Paid online".to_owned(),
    }
}
