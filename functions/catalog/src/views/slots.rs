//! What became of the slots of a rule.

use domain::slots::{PlannedSlot, SlotStatus};
use serde::Serialize;
use utoipa::ToSchema;
use web::forms::{InstantForm, LocalTimeForm, OfferIdForm, SlotCauseWord, SlotStatusWord};

/// The slots of a rule, with what became of each; in a preview, with what would.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SlotList {
    /// Whether nothing was written.
    preview: bool,
    /// How many are put on sale now.
    #[schema(example = 19)]
    made: usize,
    /// How many were on sale before; they are as they were.
    #[schema(example = 0)]
    present: usize,
    /// How many are not put on sale.
    #[schema(example = 1)]
    refused: usize,
    /// Each of them, in the order of their time.
    slots: Vec<SlotView>,
}

/// A slot of a rule.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RuleSlot, examples(json!({ "status": "made", "cause": null })))]
struct SlotView {
    #[schema(value_type = OfferIdForm)]
    offer: String,
    /// When it begins by the rule, in the zone of the rule.
    #[schema(value_type = LocalTimeForm)]
    local: String,
    #[schema(value_type = InstantForm)]
    starts_at: Option<String>,
    #[schema(value_type = InstantForm)]
    ends_at: Option<String>,
    /// `made`, `present` or `refused`.
    #[schema(value_type = SlotStatusWord)]
    status: &'static str,
    /// Why it is refused, else null.
    #[schema(value_type = Option<SlotCauseWord>)]
    cause: Option<&'static str>,
}

impl SlotList {
    pub(crate) fn of(slots: &[PlannedSlot], preview: bool) -> Self {
        let count = |status| slots.iter().filter(|slot| slot.status == status).count();
        let view = |planned: &PlannedSlot| SlotView {
            offer: planned.slot.offer.id.to_string(),
            local: planned.slot.local.to_string(),
            starts_at: planned.slot.offer.starts_at.map(|at| at.to_string()),
            ends_at: planned.slot.offer.ends_at.map(|at| at.to_string()),
            status: planned.status.as_str(),
            cause: planned.cause.map(domain::slots::SlotCause::as_str),
        };
        Self {
            preview,
            made: count(SlotStatus::Made),
            present: count(SlotStatus::Present),
            refused: count(SlotStatus::Refused),
            slots: slots.iter().map(view).collect(),
        }
    }

    pub(crate) fn is_new(&self) -> bool {
        !self.preview && self.made > 0
    }
}
