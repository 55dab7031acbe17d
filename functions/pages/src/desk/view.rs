//! An order as staff see it: beside what its buyer sees, how it was paid, its refunds with what they are made of, its disputes
//! with their deadlines, its review, and who did what.

use domain::{
    Order, RefundState,
    order::{Refund, TicketStatus},
};
use minijinja::{Value, context};

use super::{seat::DeskVisit, words};
use crate::{
    frame::explained,
    order::{read::Found, view, words as states},
    reader::Reader,
    times,
};

/// The page's content.
pub(super) fn content(desk: &DeskVisit, found: &Found, unreachable: bool) -> Value {
    let (order, reader, visit) = (&found.order, &desk.reader(), &desk.visit);
    let typed = visit.typed();
    let known = typed.given("email").unwrap_or(&order.buyer.email);
    let booking = order.booking.as_ref();
    context! {
        path => desk.link(&order.id),
        id => order.id.as_str(),
        number => order.name_for_people(),
        status => order.status.as_str(),
        status_name => reader.phrase(states::status(order.status), &[]),
        done => visit.flash.as_ref().map(|flash| flash.done.as_str()).filter(|done| !done.is_empty()),
        problem => visit.wrong().map(|wrong| explained(reader, wrong.code, &wrong.detail)),
        wrong => visit.wrong().map(|wrong| wrong.fields.clone()).unwrap_or_default(),
        review => review(order, reader),
        disputes => disputes(order, reader),
        sums => view::sums(found, reader),
        payment => payment(order, reader),
        refunds => order.refunds.iter().map(|refund| refunded(order, refund, reader)).collect::<Vec<_>>(),
        refundable => may_be_refunded(order),
        delivery => view::delivery(order),
        booking => booking.map(|booking| context! {
            at => times::span(reader, booking.starts_at, booking.ends_at),
            status => booking.status.as_str(),
            status_name => reader.phrase(states::booking(booking.status), &[]),
            expert => booking.expert,
        }),
        tickets => tickets(order, reader),
        buyer => context! {
            name => order.buyer.name,
            email => order.buyer.email,
            phone => order.buyer.phone,
            company => order.buyer.company,
        },
        email => known,
        unreachable,
        changes => order.archived_at.is_none() && !order.buyer.email.is_empty(),
        resend => order.paid_at.is_some() && !order.buyer.email.is_empty() && !unreachable,
        placed_at => times::moment(reader, order.created_at),
        paid_at => order.paid_at.map(|at| times::moment(reader, at)),
        receipt => order.receipt,
        over_share => order.is_over_share(),
        trail => order.trail.iter().map(|step| context! {
            at => times::moment(reader, step.at),
            what => step.what.replace('_', " "),
            by => step.by.as_str(),
            cause => step.cause,
        }).collect::<Vec<_>>(),
    }
}

/// Whether a refund of any sort could still be made.
pub(super) fn may_be_refunded(order: &Order) -> bool {
    let goods = order.lines.iter().any(|line| order.taken_back(&line.id) < line.quantity);
    order.is_captured() && !order.is_frozen() && !order.refundable().is_zero()
        || order.paid_at.is_some() && order.status == domain::OrderStatus::Paid && !order.is_frozen() && goods
}

fn review(order: &Order, reader: &Reader) -> Option<Value> {
    let review = order.review.as_ref()?;
    let (accept, refuse) = words::review(review.kind);
    Some(context! {
        reason => review.reason,
        since => times::moment(reader, review.since),
        accept => reader.phrase(accept, &[]),
        refuse => reader.phrase(refuse, &[]),
        // While its money is on the way back there is nothing more to decide; under dispute the bank decides first.
        open => order.reviewed.is_none() && !order.is_frozen(),
    })
}

fn disputes(order: &Order, reader: &Reader) -> Vec<Value> {
    let first = order.dispute_to_answer().map(|dispute| dispute.stripe_id.clone());
    let all = order.payment.disputes();
    all.map(|dispute| {
        context! {
            id => dispute.stripe_id,
            amount => reader.money(order.paid_currency(), dispute.amount),
            state => reader.phrase(words::dispute(dispute.state), &[]),
            word => dispute.word.replace('_', " "),
            due_by => dispute.due_by.filter(|_| dispute.is_undecided()).map(|at| times::moment(reader, at)),
            urgent => first.as_ref() == Some(&dispute.stripe_id),
        }
    })
    .collect()
}

fn payment(order: &Order, reader: &Reader) -> Value {
    let money = |amount| reader.money(order.paid_currency(), amount);
    let payment = &order.payment;
    context! {
        status => reader.phrase(&format!("page-payment-{}", order.payment_status().as_str().replace('_', "-")), &[]),
        captured => order.is_captured().then(|| money(payment.captured)),
        refunded => (!order.refunded().is_zero()).then(|| money(order.refunded())),
        left => order.is_captured().then(|| money(order.refundable())),
        failure => payment.failure.as_ref().map(|failure| failure.message.as_str()),
        ids => [&payment.session_id, &payment.payment_intent_id, &payment.charge_id],
    }
}

/// What a refund is made of, in the words of the page of an order.
pub(super) fn parts(refund: &Refund, order: &Order, reader: &Reader) -> Value {
    let money = |amount: domain::Minor| (!amount.is_zero()).then(|| reader.money(order.currency_of(refund), amount));
    let contained = refund.parts.goods + refund.parts.fees == refund.amount;
    context! {
        goods => money(refund.parts.goods),
        fees => money(refund.parts.fees),
        tax => money(refund.parts.tax).filter(|_| !contained),
        contained => money(refund.parts.tax).filter(|_| contained),
        total => reader.money(order.currency_of(refund), refund.amount),
    }
}

fn refunded(order: &Order, refund: &Refund, reader: &Reader) -> Value {
    let status = match refund.state {
        RefundState::Pending => "page-refund-pending",
        RefundState::Succeeded => "page-refund-succeeded",
        RefundState::Failed => "page-refund-failed",
    };
    context! {
        parts => parts(refund, order, reader),
        items => items(order, refund),
        status => reader.phrase(status, &[]),
        at => times::moment(reader, refund.created_at),
        reason => refund.reason,
        id => refund.stripe_id,
        failure => refund.failure,
    }
}

/// The goods that come back with a refund.
pub(super) fn items(order: &Order, refund: &Refund) -> Vec<Value> {
    let named = |line: &str| order.line(line).map(|line| line.name.clone()).unwrap_or_default();
    refund.items.iter().map(|item| context! { quantity => item.quantity, name => named(&item.line) }).collect()
}

fn tickets(order: &Order, reader: &Reader) -> Vec<Value> {
    let all = order.tickets.iter().enumerate();
    all.map(|(place, ticket)| {
        let state = match (ticket.status, ticket.checked_in_at) {
            (TicketStatus::Valid, Some(at)) => {
                reader.phrase("page-ticket-used", &[("date", &times::moment(reader, at).text)])
            }
            (TicketStatus::Valid, None) => reader.phrase("page-desk-ticket-valid", &[]),
            (TicketStatus::Refunding, _) => reader.phrase("page-ticket-refunding", &[]),
            (TicketStatus::Void, _) => reader.phrase("page-ticket-void", &[]),
        };
        context! {
            code => ticket.code.to_string(),
            name => order.line(&ticket.line).map(|line| line.name.as_str()),
            holder => order.attendee(place).map(|attendee| attendee.name.as_str()),
            state,
        }
    })
    .collect()
}
