//! The end of an organization's daily summaries, as a mail program asks for it.

use axum::extract::State;
use domain::OrganizationId;
use http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;
use web::forms::OrganizationIdForm;
use web::{Answer, Path, Query, access};

use crate::state::Catalog;

/// What the mail itself shows.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Token {
    /// The secret of the mail.
    #[param(example = "k7Yw2mQ9d4Zc")]
    token: String,
}

/// Ends an organization's daily summaries, as a mail program asks with one request (RFC 8058). The organization's settings
/// turn them on again.
#[utoipa::path(post, path = "/v1/organizations/{organization}/unsubscribe", operation_id = "end_summaries",
    params(("organization" = inline(OrganizationIdForm), Path), Token),
    responses((status = 204, description = "No summaries any more"),
        (status = 404, description = "`not_found`: another token, or they have ended")))]
pub(crate) async fn unsubscribe(
    State(state): State<Catalog>,
    Path(id): Path<OrganizationId>,
    Query(shown): Query<Token>,
) -> Answer<StatusCode> {
    state.catalog.end_summaries(&id, |secret| access::is_secret(&shown.token, secret)).await?;
    Ok(StatusCode::NO_CONTENT)
}
