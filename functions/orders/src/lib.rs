//! The orders function: orders and what comes of them (receipts, tickets, hours), for their buyers and for staff.
//!
//! Most of it only reads. A check-in, a scan, a debit, an erasure and a ticket that is handed over are one write each: if the
//! process dies before it, nothing happened; made twice, it counts once.

mod bookings;
mod csv;
mod customers;
mod doors;
mod exports;
mod hand_over;
mod list;
mod mails;
mod pdf;
mod receipt;
mod state;
mod stats;
mod tickets;

use std::sync::Arc;
use web::forms::OrderIdForm;

use axum::{Json, Router, extract::State};
use documents::FontFolder;
use domain::OrderId;
use engine::{StartError, TicketKeys, wiring};
use runtime::{Clock, DocumentSettings, IdentitySettings, Settings, SharedWire};
use web::{
    Answer, Caller, Cursors, Path, Role, Verifier, access,
    views::{MailingView, OrderView},
};

use crate::state::Orders;

web::routes! {
    Orders {
        read,
        receipt::receipt,
        tickets::tickets,
        list::list,
        exports::export_orders,
        exports::export,
        bookings::bookings,
        stats::stats,
        customers::balance,
        customers::ledger,
        customers::customer_orders,
        customers::debit,
        customers::erasure,
        mails::resend,
        mails::change_buyer,
        mails::change_attendee,
        mails::unsubscribe,
        hand_over::transfer,
        tickets::check_in,
        tickets::undo_check_in,
        doors::devices::register,
        doors::devices::list,
        doors::devices::revoke,
        doors::codes::codes,
        doors::scans::scans,
        doors::check_ins::check_ins,
        doors::doubles::doubles,
    }
}

/// Builds the function.
///
/// # Errors
/// [`StartError`] names the setting that is missing or wrong.
pub async fn build(settings: &Settings, wire: SharedWire, clock: Clock) -> Result<Router, StartError> {
    let verifier = Arc::new(Verifier::new(&IdentitySettings::parse(settings)?, wire.clone(), clock.clone()));
    let cursors = Cursors::build(settings, wire.clone())?;
    let ticket_keys = TicketKeys::build(settings, wire.clone())?;
    let fonts = DocumentSettings::parse(settings)?.fonts.map(FontFolder::new).unwrap_or_default();
    let exports = wiring::exports(settings, wire.clone(), clock.clone())?;
    let engine = Arc::new(wiring::engine(settings, wire, clock).await?.with_exports(exports));
    Ok(web::router_base(routes()).with_state(Orders {
        store: engine.store().clone(),
        engine,
        verifier,
        cursors,
        ticket_keys,
        fonts,
    }))
}

/// One order: for who holds its token, its customer, its organization's staff, and the expert whose time it is for.
#[utoipa::path(get, path = "/v1/orders/{order}", operation_id = "get_order", params(("order" = inline(OrderIdForm), Path)),
    responses((status = 200, description = "The order", body = OrderView)),
    security(("token" = []), ("order_token" = [])))]
async fn read(State(state): State<Orders>, caller: Caller, Path(id): Path<OrderId>) -> Answer<Json<OrderView>> {
    let order = access::order_or_booking(&state.store, &caller, &id).await?;
    // A buyer who waits for a payment whose event was lost hears of it here.
    let order = Box::pin(state.engine.refresh(order)).await;
    let staff = caller.identity.as_ref().is_some_and(|who| who.has_org_role(&order.organization, Role::Staff));
    if !staff {
        return Ok(Json(OrderView::from(&order)));
    }
    let (mailing, elsewhere) = state.engine.known_of_mail(&order, &order.buyer.email).await?;
    let mailing = MailingView::of(&mailing, &order, elsewhere.as_ref());
    Ok(Json(OrderView { mailing: Some(mailing), ..OrderView::for_staff(&order) }))
}
