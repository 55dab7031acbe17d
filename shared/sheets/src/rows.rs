//! What the tables have: the names of their columns, and an order's rows.

use domain::{
    Order, SheetKind,
    order::{Payout, Refund},
};
use jiff::Timestamp;

use crate::cell::text;

/// The names of a table's columns.
pub(crate) fn columns(kind: SheetKind) -> &'static [&'static str] {
    match kind {
        SheetKind::Orders => &[
            "order",
            "number",
            "status",
            "created_at",
            "paid_at",
            "buyer_name",
            "buyer_company",
            "buyer_email",
            "buyer_phone",
            "promo_code",
            "currency",
            "subtotal",
            "discount",
            "platform_fees",
            "processing_fees",
            "tax",
            "total",
            "captured",
            "refunded",
            "payment_mode",
            "payment_status",
            "session_id",
            "payment_intent_id",
            "charge_id",
            "receipt_number",
        ],
        SheetKind::Lines => &[
            "order",
            "number",
            "status",
            "created_at",
            "line",
            "listing",
            "title",
            "offer",
            "name",
            "quantity",
            "refunded_quantity",
            "currency",
            "unit_price",
            "discount",
            "donation",
            "total",
        ],
        SheetKind::Tickets => &[
            "order",
            "number",
            "order_status",
            "code",
            "status",
            "listing",
            "title",
            "offer",
            "name",
            "buyer_name",
            "buyer_email",
            "attendee_name",
            "attendee_email",
            "checked_in_at",
        ],
        SheetKind::Refunds => &[
            "order",
            "number",
            "refund",
            "status",
            "created_at",
            "currency",
            "amount",
            "goods",
            "fees",
            "tax",
            "reason",
            "stripe_refund_id",
            "failure",
        ],
        SheetKind::Payouts => &[
            "order",
            "number",
            "paid_at",
            "payment_intent_id",
            "charge_id",
            "account",
            "transfer_id",
            "currency",
            "captured",
            "refunded_or_disputed",
            "transferred",
            "fee",
            "reversed",
            "transferred_again",
            "fee_refunded",
            "tax_withheld",
            "net",
            "still_to_pay",
            "still_to_take_back",
            "split",
        ],
    }
}

/// An order's rows. What people typed goes through [`text`]; the rest are numbers, times and words of ours or Stripe's.
pub(crate) fn rows(kind: SheetKind, order: &Order) -> Vec<Vec<String>> {
    match kind {
        SheetKind::Orders => vec![order_row(order)],
        SheetKind::Lines => line_rows(order),
        SheetKind::Tickets => ticket_rows(order),
        SheetKind::Refunds => order.refunds.iter().map(|refund| refund_row(order, refund)).collect(),
        SheetKind::Payouts => order.payouts().iter().map(|payout| payout_row(order, payout)).collect(),
    }
}

fn typed(value: Option<&str>) -> String {
    value.map(text).unwrap_or_default()
}

fn time(at: Option<Timestamp>) -> String {
    at.map(|at| at.to_string()).unwrap_or_default()
}

/// What each row begins with.
fn order_of(order: &Order) -> [String; 2] {
    [order.id.to_string(), order.number.as_ref().map(ToString::to_string).unwrap_or_default()]
}

fn order_row(order: &Order) -> Vec<String> {
    let money = |amount| order.currency.format(amount);
    let paid = order.paid_currency();
    let payment = &order.payment;
    let known = |id: &Option<String>| id.clone().unwrap_or_default();
    let mut row = order_of(order).to_vec();
    row.extend([
        order.status.as_str().to_owned(),
        order.created_at.to_string(),
        time(order.paid_at),
        text(&order.buyer.name),
        typed(order.buyer.company.as_deref()),
        text(&order.buyer.email),
        typed(order.buyer.phone.as_deref()),
        typed(order.promo.as_ref().map(|promo| promo.code.as_str())),
        order.currency.code(),
        money(order.totals.subtotal),
        money(order.totals.discount),
        money(order.totals.platform_fees),
        money(order.totals.processing_fees),
        order.tax.map(money).unwrap_or_default(),
        money(order.totals.total),
        paid.format(payment.captured),
        paid.format(order.refunded()),
        payment.mode.as_str().to_owned(),
        order.payment_status().as_str().to_owned(),
        known(&payment.session_id),
        known(&payment.payment_intent_id),
        known(&payment.charge_id),
        known(&order.receipt),
    ]);
    row
}

fn line_rows(order: &Order) -> Vec<Vec<String>> {
    let money = |amount| order.currency.format(amount);
    let row = |line: &domain::order::Line| {
        let mut row = order_of(order).to_vec();
        row.extend([
            order.status.as_str().to_owned(),
            order.created_at.to_string(),
            line.id.clone(),
            text(line.listing.as_str()),
            text(&line.title),
            text(line.offer.as_str()),
            text(&line.name),
            line.quantity.to_string(),
            order.refunded_quantity(&line.id).to_string(),
            order.currency.code(),
            money(line.unit_price),
            money(line.discount),
            line.donation.map(money).unwrap_or_default(),
            money(line.total),
        ]);
        row
    };
    order.lines.iter().map(row).collect()
}

fn ticket_rows(order: &Order) -> Vec<Vec<String>> {
    let row = |(place, ticket): (usize, &domain::order::Ticket)| {
        let line = order.line(&ticket.line);
        let attendee = order.attendee(place);
        let mut row = order_of(order).to_vec();
        row.extend([
            order.status.as_str().to_owned(),
            ticket.code.to_string(),
            ticket.status.as_str().to_owned(),
            typed(line.map(|line| line.listing.as_str())),
            typed(line.map(|line| line.title.as_str())),
            typed(line.map(|line| line.offer.as_str())),
            typed(line.map(|line| line.name.as_str())),
            text(&order.buyer.name),
            text(&order.buyer.email),
            typed(attendee.map(|attendee| attendee.name.as_str())),
            typed(attendee.and_then(|attendee| attendee.email.as_deref())),
            time(ticket.checked_in_at),
        ]);
        row
    };
    order.tickets.iter().enumerate().map(row).collect()
}

fn refund_row(order: &Order, refund: &Refund) -> Vec<String> {
    let currency = order.currency_of(refund);
    let mut row = order_of(order).to_vec();
    row.extend([
        refund.id.to_string(),
        refund.state.as_str().to_owned(),
        refund.created_at.to_string(),
        currency.code(),
        currency.format(refund.amount),
        currency.format(refund.parts.goods),
        currency.format(refund.parts.fees),
        currency.format(refund.parts.tax),
        typed(refund.reason.as_deref()),
        refund.stripe_id.clone().unwrap_or_default(),
        typed(refund.failure.as_deref()),
    ]);
    row
}

fn payout_row(order: &Order, payout: &Payout) -> Vec<String> {
    let currency = order.paid_currency();
    let known = |id: &Option<String>| id.clone().unwrap_or_default();
    let mut row = order_of(order).to_vec();
    row.extend([
        time(order.paid_at),
        payout.payment_intent.clone(),
        known(&payout.charge),
        payout.account.clone(),
        known(&payout.transfer),
        currency.code(),
        currency.format(payout.captured),
        currency.format(payout.left),
        currency.format(payout.transferred),
        currency.format(payout.fee),
        currency.format(payout.reversed),
        currency.format(payout.transferred_again),
        currency.format(payout.fee_refunded),
        currency.format(payout.tax_withheld),
        currency.format(payout.net),
        currency.format(payout.to_pay),
        currency.format(payout.to_take_back),
        if payout.fetched { "fetched" } else { "as asked for" }.to_owned(),
    ]);
    row
}
