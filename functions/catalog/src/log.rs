//! What staff did in an organization, for its admins.

use axum::{Json, extract::State};
use domain::{LogEntry, OrganizationId};
use engine::EngineError;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::forms::{CursorForm, InstantForm, LoggedKindWord, OrganizationIdForm, RoleWord, StaffActionWord, SubjectForm};
use web::{Answer, Caller, List, Path, Query, Role};

use crate::Catalog;

/// Which page of a log is read.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct LogQuery {
    /// Where the page begins: the `cursor` of the page before.
    #[param(value_type = Option<CursorForm>, inline)]
    cursor: Option<String>,
}

/// A page of what staff did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StaffLog {
    /// The actions, the newest first.
    entries: Vec<LogEntryView>,
    /// Where the next page begins; none on the last page.
    #[schema(value_type = Option<CursorForm>)]
    cursor: Option<String>,
}

/// One action of staff, of an expert or of the platform.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LogEntry)]
struct LogEntryView {
    #[schema(value_type = InstantForm)]
    at: String,
    /// Who did it, by subject.
    #[schema(value_type = SubjectForm)]
    by: String,
    /// The roles of the token that it was done with.
    #[schema(value_type = Vec<RoleWord>)]
    roles: Vec<&'static str>,
    #[schema(value_type = StaffActionWord)]
    action: &'static str,
    of: SubjectOfLog,
    /// What the id alone does not say: the listing of an offer or a promo code, a refund's id, the hours that were taken.
    #[schema(example = "summer-show")]
    detail: Option<String>,
}

/// What an action was about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LogSubject)]
struct SubjectOfLog {
    #[schema(value_type = LoggedKindWord)]
    kind: &'static str,
    /// The id of an organization, a listing, an offer or an order; a promo code; a customer's subject.
    #[schema(example = "general")]
    id: String,
}

impl From<&LogEntry> for LogEntryView {
    fn from(entry: &LogEntry) -> Self {
        Self {
            at: entry.at.to_string(),
            by: entry.by.to_string(),
            roles: entry.roles.iter().map(|role| role.as_str()).collect(),
            action: entry.action.as_str(),
            of: SubjectOfLog { kind: entry.kind.as_str(), id: entry.id.clone() },
            detail: entry.detail.clone(),
        }
    }
}

/// What staff, experts and the platform changed in an organization in the last 400 days, the newest first. Check-ins and answers
/// to bookings are not in it: they stand in their orders' trails.
#[utoipa::path(get, path = "/v1/organizations/{organization}/log",
    params(("organization" = inline(OrganizationIdForm), Path), LogQuery), security(("token" = [])),
    responses((status = 200, description = "A page of the log", body = StaffLog)))]
pub(crate) async fn staff_log(
    State(state): State<Catalog>,
    caller: Caller,
    Path(organization): Path<OrganizationId>,
    Query(query): Query<LogQuery>,
) -> Answer<Json<StaffLog>> {
    caller.require()?.require_org_role(&organization, Role::Admin)?;
    let list = List::new("log").by("organization", Some(&organization));
    let begin = state.cursors.open(&list, query.cursor.as_deref()).await?;
    let page = state.catalog.store().log_of(&organization, begin.as_deref()).await.map_err(EngineError::from)?;
    let entries = page.entries.iter().map(LogEntryView::from).collect();
    Ok(Json(StaffLog { entries, cursor: state.cursors.seal(&list, page.cursor).await? }))
}
