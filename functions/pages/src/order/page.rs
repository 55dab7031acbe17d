//! Showing an order.

use axum::{
    extract::{RawQuery, State},
    response::{IntoResponse, Response},
};
use domain::{OrderId, Refusal, order::CanceledBy};
use engine::EngineError;
use http::{HeaderValue, StatusCode, header};
use web::{Answer, access};

use crate::{
    address::At,
    frame::render,
    order::{read::Found, view},
    state::Pages,
    typed::Typed,
    visit::Visit,
};

/// The order's page. The token of the link in a mail leaves the address bar on first use: it goes into the session, and the
/// browser is led to the same page without it.
pub(crate) async fn order(
    State(pages): State<Pages>,
    mut visit: Visit,
    At(id): At<OrderId>,
    RawQuery(query): RawQuery,
) -> Answer<Response> {
    let query = Typed::read(query.unwrap_or_default().as_bytes());
    if let Some(token) = query.given("token") {
        let order = pages.store.order(&id).await.map_err(EngineError::from)?;
        let known = order.filter(|order| access::is_secret(token, &order.access_token()));
        let order = known.ok_or_else(|| Refusal::not_found("order"))?;
        visit.session.open_order(&order.id, token);
        return Ok(visit.go(&format!("/orders/{}", order.id)));
    }
    if query.given("payment_intent_client_secret").is_some() {
        // Back from Stripe. What it adds to the address opens the payment, and is of no use here.
        return Ok(visit.go(&format!("/orders/{id}")));
    }
    let mut found = Found::read(&pages, &visit, &id).await?;
    // A buyer who waits for a payment whose event was lost hears of it here.
    found.order = Box::pin(pages.engine.refresh(found.order)).await;
    let quote = match found.order.booking {
        Some(_) => pages.engine.cancellation(&found.order, CanceledBy::Buyer).ok(),
        None => None,
    };
    let reader = found.reader(&visit);
    let frame = found.frame(&reader, &visit);
    let content = view::content(&found, &reader, &visit, quote.as_ref());
    Ok(visit.private(render(&pages, &frame, visit.status(), "order.html", content)))
}

/// The order's version, for the script that looks whether the page has anything new.
pub(crate) async fn version(State(pages): State<Pages>, visit: Visit, At(id): At<OrderId>) -> Answer<Response> {
    let order = access::order(&pages.store, &visit.caller(&id), &id).await?;
    let order = Box::pin(pages.engine.refresh(order)).await;
    let mut response = (StatusCode::OK, order.version.to_string()).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    Ok(response)
}
