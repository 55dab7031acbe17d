//! What staff do with an order beside refunding it: send its mail once more, to another address, and decide its review.

use axum::{extract::State, response::Response};
use domain::mail_address;
use engine::ReviewDecision;
use web::{Answer, Problem};

use super::seat::{DeskForm, DeskOrderPath};
use crate::{
    address::At,
    state::{Pages, TIME},
};

/// Sends the confirmation once more.
pub(super) async fn resend(
    State(pages): State<Pages>,
    At(DeskOrderPath { order: id }): At<DeskOrderPath>,
    form: DeskForm,
) -> Answer<Response> {
    let DeskForm { desk, typed } = form;
    let order = desk.order(&pages, &id).await?;
    let page = desk.order_path(&id);
    let sent = pages.engine.resend(&order, Some(&desk.identity.staff())).await;
    Ok(desk.visit.answered(&page, typed, sent, "page-done-resent"))
}

/// Writes to the buyer at another address from now on.
pub(super) async fn address(
    State(pages): State<Pages>,
    At(DeskOrderPath { order: id }): At<DeskOrderPath>,
    form: DeskForm,
) -> Answer<Response> {
    let DeskForm { desk, typed } = form;
    desk.order(&pages, &id).await?;
    let page = desk.order_path(&id);
    let changed = match mail_address("email", typed.get("email")) {
        Ok(email) => {
            let staff = desk.identity.staff();
            let change = pages.engine.within(TIME);
            Box::pin(change.change_address(&id, &email, &staff)).await.map(drop).map_err(Problem::from)
        }
        Err(refusal) => Err(refusal.into()),
    };
    Ok(desk.visit.answered(&page, typed, changed, "page-done-address"))
}

/// Accepts an order in review, or refuses it.
pub(super) async fn review(
    State(pages): State<Pages>,
    At(DeskOrderPath { order: id }): At<DeskOrderPath>,
    form: DeskForm,
) -> Answer<Response> {
    let DeskForm { desk, typed } = form;
    desk.order(&pages, &id).await?;
    let page = desk.order_path(&id);
    let accept = match typed.get("decision") {
        "accept" => true,
        "refuse" => false,
        _ => return Err(domain::Refusal::field("decision", "Accept or refuse").into()),
    };
    let decision = ReviewDecision { order: id, accept, staff: desk.identity.staff() };
    let decided = Box::pin(pages.engine.within(TIME).review(&decision)).await;
    let done = if accept { "page-done-accepted" } else { "page-done-refused" };
    Ok(desk.visit.answered(&page, typed, decided.map(drop), done))
}
