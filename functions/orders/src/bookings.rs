//! Bookings of experts' time: an expert's own, and for staff all of them.

use axum::{Json, extract::State};
use domain::{OrganizationId, Refusal};
use engine::EngineError;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::BookingFilter;
use utoipa::{IntoParams, ToSchema};
use web::forms::{CursorForm, InstantForm, OrganizationIdForm, SubjectForm};
use web::{Answer, Caller, List, Path, Query, Role, views::OrderView};

use crate::{customers::check_subject, state::Orders};

/// Which bookings are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct BookingListQuery {
    /// Only of this expert's time, by subject. An expert sees own bookings, whether this is said or not.
    #[param(value_type = Option<SubjectForm>, inline)]
    expert: Option<String>,
    /// Only of slots that begin then or later, RFC 3339.
    #[param(value_type = Option<InstantForm>, inline)]
    from: Option<Timestamp>,
    /// Only of slots that begin before, RFC 3339.
    #[param(value_type = Option<InstantForm>, inline)]
    to: Option<Timestamp>,
    /// Where the page begins: the `cursor` of the page before.
    #[param(value_type = Option<CursorForm>, inline)]
    cursor: Option<String>,
}

/// A page of bookings.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BookingList {
    /// The bookings' orders, by their slots' start, the earliest first.
    bookings: Vec<OrderView>,
    /// Where the next page begins; none on the last page.
    #[schema(value_type = Option<CursorForm>)]
    cursor: Option<String>,
}

/// An organization's bookings by their slots' start: all of them for staff, and own ones for an expert.
#[utoipa::path(get, path = "/v1/organizations/{organization}/bookings",
    params(("organization" = inline(OrganizationIdForm), Path), BookingListQuery),
    responses((status = 200, description = "A page of bookings", body = BookingList)), security(("token" = [])))]
pub(crate) async fn bookings(
    State(state): State<Orders>,
    caller: Caller,
    Path(organization): Path<OrganizationId>,
    Query(query): Query<BookingListQuery>,
) -> Answer<Json<BookingList>> {
    let identity = caller.require()?;
    identity.require_any_org_role(&organization, &[Role::Staff, Role::Expert])?;
    query.expert.as_deref().map_or(Ok(()), |expert| check_subject("expert", expert))?;
    let expert = if identity.has_org_role(&organization, Role::Staff) {
        query.expert
    } else if query.expert.as_ref().is_none_or(|expert| *expert == identity.subject) {
        Some(identity.subject.clone())
    } else {
        return Err(Refusal::new(domain::Code::Forbidden, "These are not your bookings").at("expert").into());
    };
    let list = List::new("bookings")
        .by("organization", Some(&organization))
        .by("expert", expert.as_ref())
        .by("from", query.from.as_ref())
        .by("to", query.to.as_ref());
    let begin = state.cursors.open(&list, query.cursor.as_deref()).await?;
    let filter = BookingFilter { expert, from: query.from, to: query.to };
    let page = state.store.bookings_of(&organization, &filter, begin.as_deref()).await.map_err(EngineError::from)?;
    let cursor = state.cursors.seal(&list, page.cursor).await?;
    Ok(Json(BookingList { bookings: page.orders.iter().map(OrderView::from).collect(), cursor }))
}
