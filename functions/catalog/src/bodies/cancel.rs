//! The body of a request that cancels a listing.

use domain::Refusal;
use serde::Deserialize;
use utoipa::ToSchema;

use super::fields::text;

/// Most characters of the reason.
const MAX_REASON: usize = 1_000;

/// Why a listing is canceled.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CancelListingRequest)]
pub(crate) struct CancelBody {
    /// Why, for its buyers: they read it in their mail.
    #[serde(default)]
    #[schema(example = "The hall is closed.")]
    reason: Option<String>,
}

impl CancelBody {
    pub(crate) fn reason(&self) -> Result<Option<String>, Refusal> {
        let given = self.reason.as_deref().map(|reason| text("reason", reason, MAX_REASON, false)).transpose()?;
        Ok(given.filter(|reason| !reason.is_empty()))
    }
}
