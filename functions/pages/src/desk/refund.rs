//! Refunding an order: staff choose what goes back, see what that comes to, and say why. Only then it is refunded, under the key that
//! the page gave the form: sent again, it is the same refund.

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use domain::{
    Code, Minor, Order, Refusal,
    order::{Refund, RefundAsk, refund_reason},
};
use engine::RefundCommand;
use http::StatusCode;
use minijinja::{Value, context};
use uuid::Builder;
use web::{Answer, Problem, access};

use super::{
    preview,
    seat::{DeskForm, DeskOrderPath, DeskVisit},
    view,
};
use crate::{
    address::At,
    flash::Wrong,
    frame::explained,
    reader::Reader,
    state::{Pages, TIME},
    typed::Typed,
};

fn page(desk: &DeskVisit, order: &Order) -> String {
    format!("{}/refund", desk.order_path(&order.id))
}

/// The form, and what the choice in the query comes to.
pub(super) async fn choose(
    State(pages): State<Pages>,
    At(DeskOrderPath { order: id }): At<DeskOrderPath>,
    desk: DeskVisit,
    RawQuery(query): RawQuery,
) -> Answer<Response> {
    let order = desk.order(&pages, &id).await?;
    let query = Typed::read(query.unwrap_or_default().as_bytes());
    let reader = desk.reader();
    let previewed = match preview::chosen(&query, &order) {
        Ok(None) => Ok(None),
        Ok(Some(ask)) => pages.engine.preview_refund(&order, &ask).map(Some).map_err(Problem::from),
        Err(refusal) => Err(refusal.into()),
    };
    let (previewed, refused) = match previewed {
        Ok(previewed) => (previewed, None),
        Err(problem) => (None, Some(Wrong::from(&problem))),
    };
    let wrong = refused.as_ref().or_else(|| desk.visit.wrong());
    let status = wrong.map_or(StatusCode::OK, Wrong::status);
    let content = context! {
        path => desk.link(&order.id),
        number => order.name_for_people(),
        buyer => order.buyer.name,
        open => view::may_be_refunded(&order),
        what => query.get("what"),
        lines => lines(&order, &query, &reader),
        amount => query.get("amount"),
        left => reader.money(order.paid_currency(), order.refundable()),
        problem => wrong.map(|wrong| explained(&reader, wrong.code, &wrong.detail)),
        wrong => wrong.map(|wrong| wrong.fields.clone()).unwrap_or_default(),
        preview => previewed.map(|refund| shown(&pages, &desk, &order, &refund)),
    };
    Ok(desk.render(&pages, status, "desk-refund.html", content))
}

fn lines(order: &Order, query: &Typed, reader: &Reader) -> Vec<Value> {
    let all = order.lines.iter();
    all.map(|line| {
        context! {
            id => line.id,
            name => line.name,
            title => line.title,
            quantity => line.quantity,
            each => reader.money(order.currency, line.donation.unwrap_or(line.unit_price)),
            left => line.quantity.saturating_sub(order.taken_back(&line.id)),
            typed => query.get(&format!("quantity.{}", line.id)),
        }
    })
    .collect()
}

/// What the refund comes to, with the key under which it is made. A form that was refused for another reason keeps its key: what it
/// asked for may have been written down.
fn shown(pages: &Pages, desk: &DeskVisit, order: &Order, refund: &Refund) -> Value {
    let (reader, typed) = (desk.reader(), desk.visit.typed());
    let mismatched = desk.visit.wrong().is_some_and(|wrong| wrong.code == Code::IdempotencyMismatch);
    let kept = typed.given("key").filter(|_| !mismatched).map(str::to_owned);
    let left = order.refundable() - refund.amount;
    context! {
        key => kept.unwrap_or_else(|| Builder::from_random_bytes(pages.clock.chance().bytes()).into_uuid().to_string()),
        seen => refund.amount.0,
        parts => view::parts(refund, order, &reader),
        items => view::items(order, refund),
        left => reader.money(order.paid_currency(), left),
        reason => typed.get("reason"),
    }
}

/// Refunds what was seen.
pub(super) async fn confirm(
    State(pages): State<Pages>,
    At(DeskOrderPath { order: id }): At<DeskOrderPath>,
    form: DeskForm,
) -> Answer<Response> {
    let DeskForm { desk, typed } = form;
    let order = desk.order(&pages, &id).await?;
    let made = match command(&desk, &order, &typed) {
        Ok(command) => Box::pin(pages.engine.within(TIME).refund(&command)).await.map(drop).map_err(Problem::from),
        Err(refusal) => Err(refusal.into()),
    };
    Ok(match made {
        Ok(()) => desk.visit.done(&desk.order_path(&id), "page-done-refunded"),
        Err(problem) => {
            let back = format!("{}?{}", page(&desk, &order), preview::query(&typed));
            desk.visit.refused(&back, typed, &problem)
        }
    })
}

fn command(desk: &DeskVisit, order: &Order, typed: &Typed) -> Result<RefundCommand, Refusal> {
    let ask: Option<RefundAsk> = preview::chosen(typed, order)?;
    let seen = typed.get("seen").parse().ok().map(Minor);
    let (Some(ask), Some(expected), Some(key)) = (ask, seen, typed.given("key")) else {
        return Err(Refusal::field("what", "Choose what goes back, and look at what it comes to"));
    };
    let reason = refund_reason(typed.given("reason"))?;
    if reason.is_none() {
        return Err(Refusal::field("reason", "Say why, for the record"));
    }
    Ok(RefundCommand {
        order: order.id.clone(),
        ask,
        reason,
        staff: desk.identity.staff(),
        key: Some(key.to_owned()),
        fingerprint: access::fingerprint(typed),
        expected: Some(expected),
    })
}
