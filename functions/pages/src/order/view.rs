//! An order as its page shows it: sums that add up as printed, times in the place's zone, and what can be done now.

use std::collections::BTreeSet;

use domain::{
    Kind, Order, OrderStatus, RefundState, SignedTicket, UnitsShown,
    catalog::Attendees,
    order::{CancelQuote, PaymentState, Refund, RefundCause, Ticket, may_hand_over},
    organization::ShowFees,
    whole_sums,
};
use minijinja::{Value, context};

use crate::{
    flash::Wrong,
    frame::explained,
    order::{
        pay::{self, awaits_payment, is_paid_here},
        qr,
        read::Found,
        words,
    },
    reader::Reader,
    times,
    visit::Visit,
};

/// The page's content.
pub(crate) fn content(found: &Found, reader: &Reader, visit: &Visit, quote: Option<&CancelQuote>) -> Value {
    let order = &found.order;
    let waiting = order.status == OrderStatus::Pending;
    let canceled = found.first().is_some_and(|listing| listing.canceled_at.is_some());
    let problem = visit.wrong().map(|wrong| explained(reader, wrong.code, &wrong.detail));
    let pay = order.payment.checkout_url.as_ref().filter(|_| awaits_payment(order));
    let pay = pay.cloned().or_else(|| (visit.element && is_paid_here(order)).then(|| pay::path(&order.id)));
    context! {
        id => order.id.as_str(),
        number => order.name_for_people(),
        heading => reader.phrase(words::heading(order, canceled), &[]),
        status => order.status.as_str(),
        status_name => reader.phrase(words::status(order.status), &[]),
        version => order.version,
        waiting => waiting || order.status == OrderStatus::Authorized,
        done => visit.flash.as_ref().map(|flash| flash.done.as_str()).filter(|done| !done.is_empty()),
        problem,
        lead => lead(found, reader, canceled),
        pay,
        listing => listing(found, reader),
        tickets => tickets(found, reader, visit.wrong(), visit),
        frozen => order.is_frozen(),
        files => files(order),
        booking => booking(order, reader, quote),
        sums => sums(found, reader),
        refunds => refunds(order, reader),
        credit => order.hours().filter(|_| order.paid_at.is_some()).map(|hours| {
            words_number(reader, &hours.normalize().to_string())
        }),
        delivery => delivery(order),
        buyer => context! { name => order.buyer.name, email => order.buyer.email, company => order.buyer.company },
        placed_at => times::moment(reader, order.created_at),
        paid_at => order.paid_at.map(|at| times::moment(reader, at)),
        receipt => order.receipt,
        resend => order.paid_at.is_some() && !order.buyer.email.is_empty(),
    }
}

fn words_number(reader: &Reader, number: &str) -> String {
    ::words::money::number(&reader.locale, number)
}

/// The sentence below the heading: what it means for the buyer, and until when.
fn lead(found: &Found, reader: &Reader, canceled: bool) -> Option<String> {
    let order = &found.order;
    let total = reader.money(order.currency, order.to_pay());
    let date = |at| times::moment(reader, at).text;
    if canceled {
        let reason = found.first().and_then(|listing| listing.cancel_reason.clone());
        return Some(reason.unwrap_or_else(|| reader.phrase("page-order-listing-canceled-text", &[])));
    }
    let failure = order.payment.failure.as_ref();
    match order.status {
        _ if order.review.is_some() => Some(reader.phrase("page-order-review-text", &[])),
        OrderStatus::Pending if order.payment.state == PaymentState::Processing => {
            Some(reader.phrase("page-order-processing-text", &[]))
        }
        OrderStatus::Pending => order.hold.as_ref().map(|hold| {
            let until = date(hold.expires_at);
            match failure {
                Some(failure) => reader.phrase("page-order-try-again", &[("name", &failure.message), ("date", &until)]),
                None => reader.phrase("page-order-pending-text", &[("date", &until)]),
            }
        }),
        OrderStatus::Authorized => {
            let until = order.booking.as_ref().and_then(|booking| booking.respond_by).map(date);
            Some(match until {
                Some(until) => reader.phrase("page-order-authorized-until", &[("amount", &total), ("date", &until)]),
                None => reader.phrase("page-order-authorized-text", &[("amount", &total)]),
            })
        }
        OrderStatus::Failed => {
            failure.map(|failure| reader.phrase("page-order-failed-text", &[("name", &failure.message)]))
        }
        OrderStatus::Expired => Some(reader.phrase("page-order-expired-text", &[])),
        OrderStatus::Canceled if order.booking.is_some() => Some(reader.phrase("page-order-released-text", &[])),
        OrderStatus::Paid => Some(reader.phrase("page-order-paid-text", &[("email", &order.buyer.email)])),
        OrderStatus::Refunded | OrderStatus::Canceled => None,
    }
}

fn listing(found: &Found, reader: &Reader) -> Option<Value> {
    let listing = found.first()?;
    let line = found.order.lines.first()?;
    let offer = found.items.offers.iter().find(|offer| offer.id == line.offer && offer.listing == line.listing);
    let start = offer.and_then(|offer| offer.starts_at).or(listing.starts_at);
    let end = offer.and_then(|offer| offer.ends_at).or(listing.ends_at);
    let until = listing.refund_until.filter(|_| found.order.status == OrderStatus::Paid);
    Some(context! {
        id => listing.id.as_str(),
        title => line.title,
        venue => listing.venue,
        at => start.filter(|_| listing.kind == Kind::Show).map(|at| times::span(reader, at, end)),
        doors_at => listing.doors_at.map(|at| times::moment(reader, at)),
        refund_until => until.map(|at| times::moment(reader, at)),
        kind => listing.kind.noun(),
    })
}

fn tickets(found: &Found, reader: &Reader, wrong: Option<&Wrong>, visit: &Visit) -> Vec<Value> {
    let order = &found.order;
    let typed = visit.typed();
    let all = order.tickets.iter().enumerate();
    all.map(|(place, ticket)| {
        let line = order.line(&ticket.line);
        let offer = line.and_then(|line| {
            found.items.offers.iter().find(|offer| offer.id == line.offer && offer.listing == line.listing)
        });
        let named = order.attendee(place);
        let names = named.is_some() || offer.is_some_and(|offer| offer.attendees != Attendees::None);
        let valid = ticket.is_buyers() && !order.is_frozen();
        let code = ticket.code_of_buyer().to_string();
        // Each ticket has two forms, and one of them says so.
        let of_ticket = typed.get("code") == code;
        let over = of_ticket && !typed.get("over").is_empty();
        let own = of_ticket && !over;
        let listing = line.and_then(|line| found.items.listings.iter().find(|listing| listing.id == line.listing));
        let may_hand_over = may_hand_over(order, place, false, listing, visit.now).is_ok();
        let person = |field: &str, known: Option<&str>| {
            if own { typed.get(field).to_owned() } else { known.unwrap_or_default().to_owned() }
        };
        context! {
            n => place + 1,
            of => order.tickets.len(),
            name => line.map(|line| line.name.as_str()),
            title => line.map(|line| line.title.as_str()),
            holder => named.map(|attendee| attendee.name.as_str()),
            vip => line.is_some_and(|line| line.vip),
            status => ticket.status.as_str(),
            handed_over => ticket.handed_over_at.is_some(),
            used_at => ticket.checked_in_at.map(|at| times::moment(reader, at)),
            qr => valid.then(|| {
                let said = SignedTicket::of(order, place).map(|ticket| found.keys.sign(&ticket));
                Value::from_safe_string(qr::svg(said.as_ref().unwrap_or(&code)))
            }),
            rename => (valid && names && ticket.checked_in_at.is_none()).then(|| context! {
                name => person("name", named.map(|attendee| attendee.name.as_str())),
                email => person("email", named.and_then(|attendee| attendee.email.as_deref())),
                wrong => wrong.filter(|_| own).map(|wrong| wrong.fields.clone()),
                open => own,
            }),
            over => may_hand_over.then(|| context! {
                name => if over { typed.get("name") } else { "" },
                email => if over { typed.get("email") } else { "" },
                wrong => wrong.filter(|_| over).map(|wrong| wrong.fields.clone()),
                open => over,
            }),
            code,
        }
    })
    .collect()
}

/// Which files the order has.
fn files(order: &Order) -> Value {
    let valid = order.tickets.iter().any(Ticket::is_buyers) && !order.is_frozen();
    let dated = order.lines.iter().any(|line| matches!(line.kind, Kind::Show | Kind::Expert));
    context! {
        tickets => valid,
        receipt => order.receipt.is_some(),
        calendar => dated && order.status == OrderStatus::Paid,
    }
}

fn booking(order: &Order, reader: &Reader, quote: Option<&CancelQuote>) -> Option<Value> {
    let booking = order.booking.as_ref()?;
    let own = order.buyer.time_zone.clone().filter(|zone| Some(zone) != reader.zone.as_ref());
    let by_own_clock = own.map(|zone| Reader { zone: Some(zone), ..reader.clone() });
    let currency = order.paid_currency();
    Some(context! {
        at => times::span(reader, booking.starts_at, booking.ends_at),
        own => by_own_clock.map(|reader| times::span(&reader, booking.starts_at, booking.ends_at)),
        status => booking.status.as_str(),
        status_name => reader.phrase(words::booking(booking.status), &[]),
        percent => booking.refund_percent,
        cancel => quote.map(|quote| {
            let (percent, amount) = (quote.percent.to_string(), reader.money(currency, quote.amount));
            let text = match (quote.releases, quote.percent) {
                (true, _) => reader.phrase("page-cancel-free", &[]),
                (false, 0) => reader.phrase("page-cancel-nothing", &[]),
                _ => reader.phrase("page-cancel-quote", &[("amount", &amount), ("percent", &percent)]),
            };
            context! { text, percent => quote.percent, until => quote.until.map(|at| times::moment(reader, at)) }
        }),
    })
}

/// Lines, what comes off, fees and tax, in an order in which the column adds up.
pub(crate) fn sums(found: &Found, reader: &Reader) -> Value {
    let order = &found.order;
    let money = |amount: domain::Minor| reader.money(order.currency, amount);
    let shown = |amount: domain::Minor| (!amount.is_zero()).then(|| money(amount));
    let named = found.seller().is_none_or(|seller| seller.profile.show_fees == ShowFees::Named);
    let totals = order.totals;
    let units: Vec<UnitsShown> = order
        .lines
        .iter()
        .map(|line| UnitsShown {
            kind: line.kind,
            unit: line.donation.unwrap_or(line.unit_price),
            quantity: line.quantity,
            discount: line.discount,
        })
        .collect();
    let whole = found.seller().filter(|_| !named).map(|seller| whole_sums(seller, &units, &totals));
    let lines = order.lines.iter().enumerate().map(|(place, line)| {
        let full = whole.as_ref().and_then(|whole| whole.lines.get(place)).copied();
        context! {
            title => line.title,
            name => line.name,
            quantity => line.quantity,
            each => money(line.donation.unwrap_or(line.unit_price)),
            full => money(full.unwrap_or(line.full())),
            back => order.refunded_quantity(&line.id),
        }
    });
    let contained = order.tax.filter(|tax| !tax.is_zero() && order.tax_on_top().is_zero());
    context! {
        lines => lines.collect::<Vec<_>>(),
        discount => shown(whole.as_ref().map_or(totals.discount, |whole| whole.discount)),
        code => order.promo.as_ref().map(|promo| promo.code.to_string()),
        platform_fees => shown(totals.platform_fees).filter(|_| named),
        processing_fees => shown(totals.processing_fees).filter(|_| named),
        rest => whole.as_ref().and_then(|whole| shown(whole.rest)),
        tax => shown(order.tax_on_top()),
        contained => contained.map(money),
        total => money(order.to_pay()),
    }
}

/// How the buyer gets it: sent to an address, or collected.
pub(crate) fn delivery(order: &Order) -> Value {
    let venues = order.lines.iter().filter_map(|line| line.pickup_at.as_deref());
    context! {
        to => order.delivery.as_ref().map(|to| to.lines(&order.buyer.name)),
        collect => venues.collect::<BTreeSet<_>>(),
    }
}

fn refunds(order: &Order, reader: &Reader) -> Vec<Value> {
    let own = order.refunds.iter().filter(|refund| refund.cause != RefundCause::DoublePayment);
    own.map(|refund: &Refund| {
        let status = match refund.state {
            RefundState::Pending => "page-refund-pending",
            RefundState::Succeeded => "page-refund-succeeded",
            RefundState::Failed => "page-refund-failed",
        };
        context! {
            amount => reader.money(order.currency_of(refund), refund.amount),
            status => reader.phrase(status, &[]),
            at => times::moment(reader, refund.created_at),
            reason => refund.reason,
        }
    })
    .collect()
}
