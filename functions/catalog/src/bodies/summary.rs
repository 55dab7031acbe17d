//! Which parts of a daily summary an organization's admin wants.

use domain::organization::SummaryParts;
use serde::Deserialize;
use utoipa::ToSchema;

/// Which parts of a daily summary the contact address gets; all of them at first. A part left out keeps its value.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DailySummaryRequest)]
pub(crate) struct SummaryBody {
    /// What was sold.
    sales: Option<bool>,
    /// What was given back.
    refunds: Option<bool>,
    /// Disputes that are not decided, with their deadlines.
    disputes: Option<bool>,
    /// Orders in review.
    reviews: Option<bool>,
}

impl SummaryBody {
    pub(crate) fn parse(self, before: SummaryParts) -> SummaryParts {
        SummaryParts {
            sales: self.sales.unwrap_or(before.sales),
            refunds: self.refunds.unwrap_or(before.refunds),
            disputes: self.disputes.unwrap_or(before.disputes),
            reviews: self.reviews.unwrap_or(before.reviews),
        }
    }
}
