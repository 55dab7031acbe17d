//! An order's page: its lines, its state, its documents, and the button that cancels a booking.

use std::collections::HashMap;

use axum::{
    body::Body,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use domain::{Code, Kind, Order, OrderId, Refusal};
use engine::EngineError;
use http::{Method, Request, StatusCode, header};
use minijinja::{Value as Context, context};
use serde_json::Value;
use tower::ServiceExt;
use url::form_urlencoded;
use web::{Problem, RawBody, views::RefundView};

use super::{
    form::{Typed, Wrong},
    frame::{page, refused, text_page},
    hours::hours_path,
};
use crate::{stack::Stack, wire::authority};

/// The order's page.
pub(super) fn order_path(id: &str, token: &str) -> String {
    format!("/orders/{id}?{}", query("token", token))
}

fn query(name: &str, value: &str) -> String {
    form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish()
}

/// Where a person pays an intent, coming back to that page of ours. A seller has a page with Stripe's own form for that;
/// here it is one of the stand-in's, so there is none where another Stripe takes its place.
pub(super) fn intent_page(stack: &Stack, intent: &str, back: &str) -> Option<String> {
    let options = stack.options();
    let at = stack.setting("STRIPE_API_BASE").and_then(authority);
    let here = at.is_some() && at == authority(&options.stripe_url);
    let back = query("return_url", &format!("{}{back}", options.api_url));
    here.then(|| format!("{}/_test/intents/{intent}?{back}", options.stripe_url))
}

/// An order as the API shows it, and as the table has it.
struct Read {
    view: Value,
    kept: Order,
}

/// Reads an order for the holder of its token. The API decides who may see it.
async fn read(stack: &Stack, id: &str, token: &str) -> Result<Read, Problem> {
    let unknown = || Problem::from(Refusal::not_found("order"));
    let id = OrderId::parse(id.to_owned()).map_err(|_| unknown())?;
    let answer = stack.client().get(&format!("/v1{}", order_path(id.as_str(), token))).await;
    match answer.status {
        StatusCode::OK => {}
        StatusCode::NOT_FOUND => return Err(unknown()),
        status if status.is_client_error() => {
            return Err(Problem::unauthenticated("Open it by the link in your mail, which holds the order's token"));
        }
        _ => return Err(Problem::new(Code::StoreUnavailable, "The order cannot be read at the moment")),
    }
    let kept = stack.engine().store().order(&id).await.map_err(EngineError::from)?.ok_or_else(unknown)?;
    Ok(Read { view: answer.body, kept })
}

fn closed(stack: &Stack, problem: &Problem) -> Response {
    if problem.status() == StatusCode::NOT_FOUND {
        return refused(stack, problem);
    }
    text_page(stack, problem.status(), "This order cannot be opened", problem.detail())
}

/// The page of one order, for the holder of its token.
pub(super) async fn order(
    State(stack): State<Stack>,
    Path(order): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let token = query.get("token").map(String::as_str).unwrap_or_default();
    // Stripe adds this where a payment comes back: its event may be on the way.
    show(&stack, &order, token, query.contains_key("redirect_status"), None).await
}

/// `problem` is the latest refusal.
async fn show(
    stack: &Stack,
    id: &str,
    token: &str,
    paid_just_now: bool,
    problem: Option<(StatusCode, &str)>,
) -> Response {
    let read = match read(stack, id, token).await {
        Ok(read) => read,
        Err(problem) => return closed(stack, &problem),
    };
    let content = content(stack, read, token, paid_just_now).await;
    let content = context! { problem => problem.map(|(_, text)| text), ..content };
    let status = problem.map_or(StatusCode::OK, |(status, _)| status);
    page(stack, status, "order.html", "shop", &order_path(id, token), content)
}

/// What a cancellation would give back now; none if there is nothing to cancel.
async fn quote(stack: &Stack, id: &str, token: &str) -> Option<Value> {
    let answer = stack.client().get(&format!("/v1/bookings/{id}/cancellation?{}", query("token", token))).await;
    Some(answer.body).filter(|_| answer.status == StatusCode::OK)
}

async fn content(stack: &Stack, Read { view, kept }: Read, token: &str, paid_just_now: bool) -> Context {
    let id = kept.id.as_str();
    let waiting = view["status"] == "pending";
    // The buyer needs no button on a page that loads again by itself.
    let again = waiting && (kept.booking.is_none() || paid_just_now);
    let quote = if kept.booking.is_some() && !again { quote(stack, id, token).await } else { None };
    let listing = match kept.lines.first() {
        Some(line) => stack.engine().store().listing(&line.listing).await.ok().flatten().map(|(listing, _)| listing),
        None => None,
    };
    let intent = || kept.payment.payment_intent_id.as_deref().filter(|_| kept.payment.session_id.is_none());
    let pay = kept.payment.checkout_url.clone();
    let pay = pay.or_else(|| intent().and_then(|intent| intent_page(stack, intent, &order_path(id, token))));
    let kind = kind(&kept);
    let refunds: Vec<_> = kept.refunds.iter().map(|refund| RefundView::of(&kept, refund)).collect();
    let fees = !kept.totals.platform_fees.is_zero() || !kept.totals.processing_fees.is_zero();
    let valid = view["tickets"].as_array().is_some_and(|all| all.iter().any(|ticket| ticket["status"] == "valid"));
    context! {
        heading => heading(&view, kind),
        kind,
        title => kept.lines.first().map(|line| line.title.as_str()),
        starts_at => listing.as_ref().filter(|_| kind == "show").and_then(|listing| listing.starts_at),
        zone => listing.as_ref().and_then(|listing| listing.timezone.as_deref()),
        refunds,
        fees,
        // Before the discount, which stands below, so that the column adds up.
        full => kept.lines.iter().map(|line| kept.currency.format(line.full())).collect::<Vec<_>>(),
        discounted => !kept.totals.discount.is_zero(),
        // The order's own total is before the tax that comes on top.
        total => kept.currency.format(kept.to_pay()),
        taxed => !kept.tax_on_top().is_zero(),
        contained => kept.tax.filter(|tax| !tax.is_zero() && kept.tax_on_top().is_zero()).is_some(),
        waiting,
        again,
        pay => pay.filter(|_| waiting && kept.claim.is_none() && kept.review.is_none()),
        quote,
        tickets_pdf => valid.then(|| format!("/v1/orders/{id}/tickets.pdf?{}", query("token", token))),
        receipt_pdf => kept.receipt.as_ref().map(|_| format!("/orders/{id}/receipt.pdf?{}", query("token", token))),
        balance => kept.buyer.customer.as_deref().map(|customer| hours_path(kept.organization.as_str(), customer)),
        this_page => order_path(id, token),
        token,
        order => view,
    }
}

/// The kind of all lines, or `mixed`.
fn kind(order: &Order) -> &'static str {
    let mut kinds = order.lines.iter().map(|line| line.kind);
    let first = kinds.next().unwrap_or(Kind::Show);
    if kinds.all(|kind| kind == first) { first.noun() } else { "mixed" }
}

/// The heading of an order's page, by the order's state.
fn heading(view: &Value, kind: &str) -> &'static str {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let booking = &view["booking"];
    match (text(&view["status"]).as_str(), text(&booking["status"]).as_str()) {
        (_, "declined") => "Your expert has no time then",
        (_, "timed_out") => "Your expert did not answer in time",
        (_, "canceled") if !booking["canceled_by"].is_null() => "The booking was canceled",
        ("authorized", _) => "Waiting for your expert’s answer",
        ("pending", _) => "Waiting for your payment",
        ("paid", _) => match kind {
            "show" => "You are in.",
            "product" => "It is yours.",
            "expert" => "Your time is booked.",
            "package" => "Your hours are there.",
            _ => "All of it is yours.",
        },
        ("refunded", _) => "Your money is on its way back",
        ("expired", _) => "The hold ran out",
        ("failed", _) => "The payment failed",
        ("canceled", _) => "This order was canceled",
        _ => "Your order",
    }
}

/// Cancels a booking for its buyer, unless the refund is by now less than the page said.
pub(super) async fn cancel(
    State(stack): State<Stack>,
    Path(order): Path<String>,
    body: Result<RawBody, Problem>,
) -> Response {
    let typed = match body {
        Ok(RawBody(body)) => Typed::read(&body),
        Err(problem) => return refused(&stack, &problem),
    };
    let token = typed.get("token");
    let id = match OrderId::parse(order) {
        Ok(id) => id,
        Err(_) => return refused(&stack, &Refusal::not_found("order").into()),
    };
    let percent = |quote: &Value| quote["refund_percent"].as_u64();
    let seen = typed.get("percent").parse::<u64>().ok();
    let now = quote(&stack, id.as_str(), token).await.as_ref().and_then(percent);
    if now.is_some() && now < seen {
        let text = "Less comes back by now than it said here. Nothing was canceled.";
        return show(&stack, id.as_str(), token, false, Some((StatusCode::CONFLICT, text))).await;
    }
    let path = format!("/v1/bookings/{id}/cancel?{}", query("token", token));
    let answer = stack.client().send(Method::POST, &path, None, None).await;
    if answer.status.is_success() {
        return Redirect::to(&order_path(id.as_str(), token)).into_response();
    }
    let wrong = Wrong::of(&answer);
    show(&stack, id.as_str(), token, false, Some((wrong.status, &wrong.detail))).await
}

/// The receipt as a PDF. A browser's `Accept` header would get the API's JSON, so this sends another one.
pub(super) async fn receipt(
    State(stack): State<Stack>,
    Path(order): Path<String>,
    Query(requested): Query<HashMap<String, String>>,
) -> Response {
    let Ok(id) = OrderId::parse(order) else { return refused(&stack, &Refusal::not_found("order").into()) };
    let token = requested.get("token").map(String::as_str).unwrap_or_default();
    let path = format!("/v1/orders/{id}/receipt?{}", query("token", token));
    let request = Request::get(path).header(header::ACCEPT, "application/pdf").body(Body::empty());
    let Ok(request) = request else { return refused(&stack, &Refusal::not_found("order").into()) };
    let answer = stack.inner.gateway.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
    match answer.status() {
        StatusCode::OK => answer,
        StatusCode::NOT_FOUND => refused(&stack, &Refusal::not_found("receipt").into()),
        status => text_page(&stack, status, "This receipt cannot be opened", "Open it from the order's page"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::heading;

    #[test]
    fn headings_name_what_became_of_it() {
        let said = |status: &str, kind: &str| heading(&json!({ "status": status, "booking": null }), kind);
        assert_eq!(said("paid", "show"), "You are in.");
        assert_eq!(said("paid", "product"), "It is yours.");
        assert_eq!(said("paid", "package"), "Your hours are there.");
        assert_eq!(said("expired", "expert"), "The hold ran out");
        let booked = |status: &str, booking: &str, by: Option<&str>| {
            heading(&json!({ "status": status, "booking": { "status": booking, "canceled_by": by } }), "expert")
        };
        assert_eq!(booked("authorized", "requested", None), "Waiting for your expert’s answer");
        assert_eq!(booked("paid", "confirmed", None), "Your time is booked.");
        assert_eq!(booked("paid", "canceled", Some("buyer")), "The booking was canceled");
        assert_eq!(booked("canceled", "timed_out", None), "Your expert did not answer in time");
        // The buyer never finished paying, and neither side canceled.
        assert_eq!(booked("expired", "canceled", None), "The hold ran out");
    }
}
