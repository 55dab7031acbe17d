//! Paying an order on a page of ours, with Stripe's Payment Element. Only where the setting `STRIPE_PUBLISHABLE_KEY` is given, and
//! for browsers that run scripts; others pay on Stripe's own page.

use axum::{extract::State, response::Response};
use domain::{Order, OrderId, OrderStatus, order::PaymentState};
use http::{HeaderValue, StatusCode, header};
use minijinja::context;
use web::Answer;

use crate::{
    address::At,
    assets,
    frame::{Frame, policy, render},
    order::read::Found,
    state::{Element, Pages},
    times,
    visit::Visit,
};

/// Whether an order is paid on a page of ours: its payment waits for what the buyer's browser confirms.
pub(crate) fn is_paid_here(order: &Order) -> bool {
    let open = order.status == OrderStatus::Pending && order.claim.is_none() && order.review.is_none();
    let unpaid = order.payment.state == PaymentState::Unpaid;
    open && unpaid && order.payment.checkout_url.is_none() && order.payment.payment_intent_id.is_some()
}

/// The address of that page.
pub(crate) fn path(order: &OrderId) -> String {
    format!("/orders/{order}/pay")
}

/// The page. Where there is nothing to pay any more, it leads to the order.
pub(crate) async fn pay(State(pages): State<Pages>, visit: Visit, At(id): At<OrderId>) -> Answer<Response> {
    let found = Found::read(&pages, &visit, &id).await?;
    let to_order = format!("/orders/{id}");
    let Some(element) = pages.element.as_ref().filter(|_| is_paid_here(&found.order)) else {
        return Ok(visit.go(&to_order));
    };
    let order = &found.order;
    let Some(secret) = pages.engine.client_secret(order).await? else { return Ok(visit.go(&to_order)) };
    let reader = found.reader(&visit);
    let frame = Frame {
        reader: &reader,
        seller: found.seller(),
        listing: found.first(),
        path: &visit.path,
        session: Some(&visit.session),
    };
    let until = order.hold.as_ref().map(|hold| times::moment(&reader, hold.expires_at).text).unwrap_or_default();
    let content = context! {
        id => order.id.as_str(),
        lead => reader.phrase("page-pay-lead", &[("date", &until)]),
        lines => order.lines.iter().map(|line| context! {
            quantity => line.quantity, name => line.name, title => line.title,
        }).collect::<Vec<_>>(),
        total => reader.money(order.currency, order.to_pay()),
        key => &*element.key,
        secret => secret.expose(),
        back => format!("{}{to_order}", visit.bases.pages.trim_end_matches('/')),
        stripe_script => element.script(),
        pay_script => assets::pay(),
    };
    let mut response = visit.private(render(&pages, &frame, StatusCode::OK, "pay.html", content));
    allow(&pages, element, &mut response);
    Ok(response)
}

/// Stripe's script, its frames and its calls are allowed on this page alone.
fn allow(pages: &Pages, element: &Element, response: &mut Response) {
    if let Ok(policy) = HeaderValue::from_str(&policy(pages, Some(element))) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}
