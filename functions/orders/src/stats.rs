//! Figures for staff.

use axum::{Json, extract::State};
use domain::OrganizationId;
use engine::StatsRow;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, Caller, List, Path, Query, Role};

use crate::state::Orders;

/// Which orders count.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Range {
    /// Only orders placed then or later, RFC 3339.
    #[param(value_type = Option<String>)]
    from: Option<Timestamp>,
    /// Only orders placed before, RFC 3339.
    #[param(value_type = Option<String>)]
    to: Option<Timestamp>,
    /// Where the page begins: the `cursor` of the page before.
    cursor: Option<String>,
}

/// Orders of one day and status.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StatsRow)]
struct RowView {
    /// The day of placing, in UTC.
    #[schema(example = "2026-11-21")]
    day: String,
    /// The orders' status now.
    #[schema(example = "paid")]
    status: &'static str,
    /// ISO 4217, in lower case.
    currency: String,
    /// How many orders.
    orders: u32,
    /// Units ordered.
    quantity: u64,
    /// What they cost, before tax.
    total: String,
    /// What was captured, tax included.
    captured: String,
    /// What was given back.
    refunded: String,
}

/// A page of figures.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Stats)]
pub(crate) struct StatsView {
    /// The newest day first. The last day of a page may go on on the next page: add them up.
    rows: Vec<RowView>,
    /// Where the next page begins; none on the last page.
    cursor: Option<String>,
}

/// Counts and sums of an organization's orders by day and status.
#[utoipa::path(get, path = "/v1/organizations/{organization}/stats",
    params(("organization" = String, Path), Range),
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
