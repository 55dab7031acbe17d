//! Figures for staff.

use axum::{Json, extract::State};
use domain::OrganizationId;
use engine::StatsRow;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::forms::{CurrencyForm, CursorForm, DayForm, InstantForm, MoneyForm, OrderStatusWord, OrganizationIdForm};
use web::{Answer, Caller, List, Path, Query, Role};

use crate::state::Orders;

/// Which orders count.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Range {
    /// Only orders placed then or later, RFC 3339.
    #[param(value_type = Option<InstantForm>, inline)]
    from: Option<Timestamp>,
    /// Only orders placed before, RFC 3339.
    #[param(value_type = Option<InstantForm>, inline)]
    to: Option<Timestamp>,
    /// Where the page begins: the `cursor` of the page before.
    #[param(value_type = Option<CursorForm>, inline)]
    cursor: Option<String>,
}

/// Orders of one day and status.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StatsRow)]
struct RowView {
    /// The day of placing, in UTC.
    #[schema(value_type = DayForm)]
    day: String,
    /// The orders' status now.
    #[schema(value_type = OrderStatusWord)]
    status: &'static str,
    /// ISO 4217, in lower case.
    #[schema(value_type = CurrencyForm)]
    currency: String,
    /// How many orders.
    #[schema(example = 12)]
    orders: u32,
    /// Units ordered.
    #[schema(example = 30)]
    quantity: u64,
    /// What they cost, before tax.
    #[schema(value_type = MoneyForm)]
    total: String,
    /// What was captured, tax included.
    #[schema(value_type = MoneyForm)]
    captured: String,
    /// What was given back.
    #[schema(value_type = MoneyForm)]
    refunded: String,
}

/// A page of figures.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Stats)]
pub(crate) struct StatsView {
    /// The newest day first. The last day of a page may go on on the next page: add them up.
    rows: Vec<RowView>,
    /// Where the next page begins; none on the last page.
    #[schema(value_type = Option<CursorForm>)]
    cursor: Option<String>,
}

/// Counts and sums of an organization's orders by day and status.
#[utoipa::path(get, path = "/v1/organizations/{organization}/stats",
    params(("organization" = inline(OrganizationIdForm), Path), Range),
    responses((status = 200, description = "A page of figures", body = StatsView)), security(("token" = [])))]
pub(crate) async fn stats(
    State(state): State<Orders>,
    caller: Caller,
    Path(organization): Path<OrganizationId>,
    Query(range): Query<Range>,
) -> Answer<Json<StatsView>> {
    caller.require()?.require_org_role(&organization, Role::Staff)?;
    let list = List::new("stats")
        .by("organization", Some(&organization))
        .by("from", range.from.as_ref())
        .by("to", range.to.as_ref());
    let begin = state.cursors.open(&list, range.cursor.as_deref()).await?;
    let page = state.engine.stats(&organization, range.from, range.to, begin.as_deref()).await?;
    let row = |row: StatsRow| RowView {
        day: row.day.to_string(),
        status: row.status.as_str(),
        currency: row.currency.code(),
        orders: row.orders,
        quantity: row.quantity,
        total: row.currency.format(row.total),
        captured: row.currency.format(row.captured),
        refunded: row.currency.format(row.refunded),
    };
    let cursor = state.cursors.seal(&list, page.cursor).await?;
    Ok(Json(StatsView { rows: page.rows.into_iter().map(row).collect(), cursor }))
}
