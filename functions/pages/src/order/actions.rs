//! What a buyer does with an order: cancels a booking, asks for the mail once more, names who comes with a ticket, hands
//! one over.

use axum::{extract::State, response::Response};
use domain::{Attendee, Code, OrderId, Refusal, TicketCode, order::CanceledBy};
use web::{Answer, Problem, access};

use crate::{
    address::At,
    form::Form,
    state::{Pages, TIME},
};

fn page(id: &OrderId) -> String {
    format!("/orders/{id}")
}

/// Cancels a booking for its buyer, unless by now less comes back than the page said.
pub(crate) async fn cancel(State(pages): State<Pages>, At(id): At<OrderId>, form: Form) -> Answer<Response> {
    let Form { visit, typed } = form;
    let order = access::order(&pages.store, &visit.caller(&id), &id).await?;
    if !access::is_buyer(&visit.caller(&id), &order) {
        return Err(Problem::forbidden());
    }
    let seen = typed.get("percent").parse::<u8>().ok();
    let canceled = match pages.engine.cancellation(&order, CanceledBy::Buyer) {
        Ok(quote) if seen.is_none_or(|seen| quote.percent < seen) => {
            Err(Refusal::new(Code::IllegalState, "Less comes back by now than it said here. Nothing was canceled.")
                .into())
        }
        Ok(_) => {
            let by = order.buyer.actor();
            Box::pin(pages.engine.within(TIME).cancel_booking(&id, CanceledBy::Buyer, &by)).await.map(drop)
        }
        Err(error) => Err(error),
    };
    Ok(visit.answered(&page(&id), typed, canceled, "page-done-canceled"))
}

/// Sends the confirmation once more.
pub(crate) async fn resend(State(pages): State<Pages>, At(id): At<OrderId>, form: Form) -> Answer<Response> {
    let Form { visit, typed } = form;
    let order = access::order(&pages.store, &visit.caller(&id), &id).await?;
    let sent = pages.engine.resend(&order, None).await;
    Ok(visit.answered(&page(&id), typed, sent, "page-done-resent"))
}

/// Writes down who comes with a ticket.
pub(crate) async fn attendee(State(pages): State<Pages>, At(id): At<OrderId>, form: Form) -> Answer<Response> {
    let Form { visit, typed } = form;
    let order = access::order(&pages.store, &visit.caller(&id), &id).await?;
    let code = TicketCode::typed(typed.get("code")).map_err(|_| Refusal::not_found("ticket"))?;
    let by = order.buyer.actor();
    let changed = match Attendee::parse(None, typed.get("name"), typed.given("email")) {
        Ok(attendee) => {
            let change = pages.engine.within(TIME);
            Box::pin(change.change_attendee(&id, &code, &attendee, &by, None)).await.map(drop).map_err(Problem::from)
        }
        Err(refusal) => Err(refusal.into()),
    };
    Ok(visit.answered(&page(&id), typed, changed, "page-done-renamed"))
}

/// Hands a ticket over to another person, under another code.
pub(crate) async fn hand_over(State(pages): State<Pages>, At(id): At<OrderId>, form: Form) -> Answer<Response> {
    let Form { visit, typed } = form;
    let order = access::order(&pages.store, &visit.caller(&id), &id).await?;
    let code = TicketCode::typed(typed.get("code")).map_err(|_| Refusal::not_found("ticket"))?;
    let by = order.buyer.actor();
    let handed = match Attendee::receiver(typed.get("name"), typed.get("email")) {
        Ok(receiver) => {
            let change = pages.engine.within(TIME);
            Box::pin(change.hand_over(&id, &code, &receiver, &by, None)).await.map(drop).map_err(Problem::from)
        }
        Err(refusal) => Err(refusal.into()),
    };
    Ok(visit.answered(&page(&id), typed, handed, "page-done-handed-over"))
}
