//! The receipt of an order: the same words and sums as its JSON, arranged for print.

use documents::receipt::{ReceiptBuyer, ReceiptDocument, ReceiptLine, ReceiptPayment, ReceiptRefund, ReceiptTotals};
use domain::{
    Currency, Minor, Order, RefundState, TaxBehavior,
    order::{Line, PaymentMode, Refund, RefundCause},
};
use words::DocumentReader;

/// The order's receipt, with what was given back so far. None before the payment.
#[must_use]
pub fn receipt(order: &Order, reader: &DocumentReader<'_>) -> Option<ReceiptDocument> {
    let money = |amount| amount_in(reader, order.currency, amount);
    let tax = money(order.tax.unwrap_or_default());
    let (tax, contained_tax) = if included(order) { (String::new(), tax) } else { (tax, String::new()) };
    let refunds = order.refunds.iter().filter(|refund| refund.cause != RefundCause::DoublePayment);
    Some(ReceiptDocument {
        number: order.receipt.clone()?,
        issued_at: order.paid_at?,
        language: reader.language(),
        time_zone: reader.time_zone.map(str::to_owned),
        order: order.name_for_people().to_owned(),
        delivery: order.delivery.as_ref().map(|to| to.lines(&order.buyer.name).join(", ")).unwrap_or_default(),
        seller: order.seller.clone(),
        buyer: ReceiptBuyer {
            name: order.buyer.name.clone(),
            company: order.buyer.company.clone().unwrap_or_default(),
            mail: order.buyer.email.clone(),
        },
        currency: order.currency.code().to_uppercase(),
        lines: order.lines.iter().map(|line| receipt_line(order, line, reader)).collect(),
        totals: ReceiptTotals {
            subtotal: money(order.totals.subtotal),
            discount: taken_off(money(order.totals.discount), order.totals.discount),
            platform_fees: money(order.totals.platform_fees),
            processing_fees: money(order.totals.processing_fees),
            tax,
            contained_tax,
            total: money(order.to_pay()),
        },
        payment: ReceiptPayment { how: how(order, reader), reference: receipt_reference(order) },
        refunds: refunds
            .map(|refund| ReceiptRefund {
                at: refund.created_at,
                amount: given_back(order, refund, reader),
                parts: parts(order, refund, reader),
                status: reader.language().phrase(word(refund.state), &[]),
            })
            .collect(),
        net_total: amount_in(reader, order.paid_currency(), order.due_sum().amount - order.refunded()),
    })
}

/// What the payment is known by: Stripe's payment intent, or the order where nothing was paid.
#[must_use]
pub fn receipt_reference(order: &Order) -> String {
    order.payment.payment_intent_id.clone().unwrap_or_else(|| order.id.to_string())
}

/// An amount in the form of the reader's locale, without its currency.
fn amount_in(reader: &DocumentReader<'_>, currency: Currency, amount: Minor) -> String {
    words::money::number(reader.locale, &currency.format(amount))
}

/// An amount that is taken off what stands above it: behind a minus, so that the column adds up as it is printed.
fn taken_off(printed: String, amount: Minor) -> String {
    if amount.is_zero() { printed } else { format!("−{printed}") }
}

/// A refund's amount. One that failed takes nothing off.
fn given_back(order: &Order, refund: &Refund, reader: &DocumentReader<'_>) -> String {
    let printed = amount_in(reader, order.currency_of(refund), refund.amount);
    match refund.state {
        RefundState::Failed => printed,
        RefundState::Pending | RefundState::Succeeded => taken_off(printed, refund.amount),
    }
}

fn receipt_line(order: &Order, line: &Line, reader: &DocumentReader<'_>) -> ReceiptLine {
    let money = |amount| amount_in(reader, order.currency, amount);
    ReceiptLine {
        quantity: line.quantity,
        name: format!("{} · {}", line.title, line.name),
        unit_price: money(line.donation.unwrap_or(line.unit_price)),
        discount: taken_off(money(line.discount), line.discount),
        total: money(line.total),
    }
}

fn word(state: RefundState) -> &'static str {
    match state {
        RefundState::Pending => "pdf-pending",
        RefundState::Succeeded => "pdf-succeeded",
        RefundState::Failed => "pdf-failed",
    }
}

/// Whether the sums contain their tax.
fn included(order: &Order) -> bool {
    order.tax_terms.behavior == TaxBehavior::Inclusive
}

/// What a refund is made of, where that is more than goods.
fn parts(order: &Order, refund: &Refund, reader: &DocumentReader<'_>) -> String {
    let parts = refund.parts;
    let tax = if included(order) { "pdf-part-includes-tax" } else { "pdf-part-tax" };
    let named = [("pdf-part-goods", parts.goods), ("pdf-part-fees", parts.fees), (tax, parts.tax)];
    if parts.fees.is_zero() && parts.tax.is_zero() {
        return String::new();
    }
    let named = named.into_iter().filter(|(_, amount)| !amount.is_zero());
    let said = named.map(|(id, amount)| {
        let amount = amount_in(reader, order.currency_of(refund), amount);
        reader.language().phrase(id, &[("amount", &amount)])
    });
    said.collect::<Vec<_>>().join(", ")
}

/// How the order was paid, in words.
fn how(order: &Order, reader: &DocumentReader<'_>) -> String {
    let language = reader.language();
    match (order.payment.mode, &order.payment.accepted) {
        (PaymentMode::Free, _) => language.phrase("pdf-nothing-to-pay", &[]),
        // Not what the receipt adds up to, and taken as it was.
        (PaymentMode::Hosted | PaymentMode::Intent, Some(paid)) => {
            let amount = words::money::format(reader.locale, paid.currency, paid.amount).replace('\u{a0}', " ");
            language.phrase("pdf-paid-online-sum", &[("amount", &amount)])
        }
        (PaymentMode::Hosted | PaymentMode::Intent, None) => language.phrase("pdf-paid-online", &[]),
    }
}
