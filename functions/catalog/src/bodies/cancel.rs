//! The body of a request that cancels a listing.

use domain::{Refusal, cancel_reason};
use serde::Deserialize;
use utoipa::ToSchema;

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
        cancel_reason(self.reason.as_deref())
    }
}
