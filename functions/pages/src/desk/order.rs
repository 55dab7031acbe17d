//! One order, with all that staff see of it.

use axum::{extract::State, response::Response};
use web::Answer;

use super::{
    seat::{DeskOrderPath, DeskVisit},
    view,
};
use crate::{address::At, order::read::Found, state::Pages};

/// The order's page.
pub(super) async fn order(
    State(pages): State<Pages>,
    At(DeskOrderPath { order: id }): At<DeskOrderPath>,
    desk: DeskVisit,
) -> Answer<Response> {
    let order = desk.order(&pages, &id).await?;
    // Staff who wait for a payment whose event was lost hear of it here.
    let order = Box::pin(pages.engine.refresh(order)).await;
    let (mailing, elsewhere) = pages.engine.known_of_mail(&order, &order.buyer.email).await?;
    let unreachable = elsewhere.is_some() || mailing.undeliverable(&order.address_mark(&order.buyer.email)).is_some();
    let found = Found::of(&pages, order).await?;
    let content = view::content(&desk, &found, unreachable);
    Ok(desk.render(&pages, desk.visit.status(), "desk-order.html", content))
}
