//! Exports: tables of an organization's orders, at once where they are small, else as files with a link.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{ListingId, OrganizationId, Refusal, SheetKind};
use engine::{ExportAsk, ExportSeen};
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{EXPORT_KEPT, ExportJob, OrderFilter};
use utoipa::ToSchema;
use web::forms::{
    CsvForm, ExportIdForm, ExportStatusWord, InstantForm, ListingIdForm, OrganizationIdForm, SheetKindWord, UrlForm,
};
use web::{Answer, Caller, Path, Role, csv};

use crate::{list::TIME, state::Orders};

/// Which rows the table has, of which orders, and whether it is to be a file.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ExportRequest, examples(json!({ "kind": "orders", "from": "2027-01-01T00:00:00Z" })))]
pub(crate) struct ExportBody {
    /// What a row is.
    #[schema(value_type = SheetKindWord)]
    kind: SheetKind,
    /// Only orders with this listing.
    #[serde(default)]
    #[schema(value_type = Option<ListingIdForm>)]
    listing: Option<ListingId>,
    /// Only orders placed then or later, RFC 3339.
    #[serde(default)]
    #[schema(value_type = Option<InstantForm>)]
    from: Option<Timestamp>,
    /// Only orders placed before, RFC 3339.
    #[serde(default)]
    #[schema(value_type = Option<InstantForm>)]
    to: Option<Timestamp>,
    /// Whether it is written as a file even where it is small, so that there is a link to it.
    #[serde(default)]
    file: bool,
}

/// An export that is written as a file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Export)]
pub(crate) struct ExportView {
    #[schema(value_type = ExportIdForm)]
    id: String,
    #[schema(value_type = OrganizationIdForm)]
    organization: String,
    /// What a row is.
    #[schema(value_type = SheetKindWord)]
    kind: &'static str,
    /// `running`, `done` or `failed`.
    #[schema(value_type = ExportStatusWord)]
    status: &'static str,
    /// How many bytes are written.
    #[schema(example = 7_340_032)]
    bytes: u64,
    /// When it was asked for.
    #[schema(value_type = InstantForm)]
    created_at: String,
    /// Until when its file is kept.
    #[schema(value_type = InstantForm)]
    kept_until: String,
    /// Where the file is, for all who have this link; once it is done, and while the file is kept.
    #[schema(value_type = Option<UrlForm>)]
    url: Option<String>,
    /// Until when the link is good. Reading the export gives another one.
    #[schema(value_type = Option<InstantForm>)]
    url_expires_at: Option<String>,
}

impl ExportView {
    fn of(job: &ExportJob) -> Self {
        Self {
            id: job.id.clone(),
            organization: job.organization.to_string(),
            kind: job.kind.as_str(),
            status: job.state.as_str(),
            bytes: job.progress.bytes,
            created_at: job.created_at.to_string(),
            kept_until: (job.created_at + EXPORT_KEPT).to_string(),
            url: None,
            url_expires_at: None,
        }
    }
}

/// Exports an organization's orders, their lines, tickets, refunds, or what of their payments went to the seller, as a table: at once up
/// to five megabytes. What is longer is written as a file within minutes, in the background.
#[utoipa::path(post, path = "/v1/organizations/{organization}/exports", operation_id = "export_orders",
    params(("organization" = inline(OrganizationIdForm), Path)), request_body = ExportBody,
    responses((status = 200, description = "The table", body = CsvForm, content_type = "text/csv"),
        (status = 202, description = "It is being written", body = ExportView)), security(("token" = [])))]
pub(crate) async fn export_orders(
    State(state): State<Orders>,
    caller: Caller,
    Path(organization): Path<OrganizationId>,
    web::Json(body): web::Json<ExportBody>,
) -> Answer<Response> {
    let identity = caller.require()?;
    identity.require_org_role(&organization, Role::Staff)?;
    let ExportBody { kind, listing, from, to, file } = body;
    if !file {
        let filter = OrderFilter { status: None, listing: listing.clone(), from, to };
        let sheet = state.engine.sheet(&organization, &filter, kind, None, TIME).await?;
        if sheet.cursor.is_none() {
            return Ok(csv(kind, sheet.bytes, None));
        }
    }
    let ask = ExportAsk { organization, kind, listing, from, to };
    let job = state.engine.begin_export(ask, &identity.actor()).await?;
    Ok((StatusCode::ACCEPTED, Json(ExportView::of(&job))).into_response())
}

/// The two ids in the address; the export's is not yet known to begin with `exp_`.
#[derive(Debug, Deserialize)]
pub(crate) struct ExportPath {
    organization: OrganizationId,
    export: String,
}

/// An export that is written as a file, with a link to it once it is done.
#[utoipa::path(get, path = "/v1/organizations/{organization}/exports/{export}", operation_id = "get_export",
    params(("organization" = inline(OrganizationIdForm), Path), ("export" = inline(ExportIdForm), Path)),
    responses((status = 200, description = "The export", body = ExportView)), security(("token" = [])))]
pub(crate) async fn export(
    State(state): State<Orders>,
    caller: Caller,
    Path(path): Path<ExportPath>,
) -> Answer<Json<ExportView>> {
    caller.require()?.require_org_role(&path.organization, Role::Staff)?;
    let legal = path.export.strip_prefix("exp_").is_some_and(|id| id.chars().all(|c| c.is_ascii_alphanumeric()));
    let found = if legal { state.engine.export(&path.organization, &path.export).await? } else { None };
    let ExportSeen { job, link } = found.ok_or_else(|| Refusal::not_found("export"))?;
    let (url, url_expires_at) = link.map(|(url, until)| (url.to_string(), until.to_string())).unzip();
    Ok(Json(ExportView { url, url_expires_at, ..ExportView::of(&job) }))
}
