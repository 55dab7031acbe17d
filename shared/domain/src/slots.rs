//! An expert's slots by a rule: when they are, and which of them go on sale.

mod plan;
mod rule;

pub use plan::{PlannedSlot, RuledSlot, SlotCause, SlotStatus, plan_slots, slot_id};
pub use rule::{MOST_SLOTS, Occurrence, TypedRule, occurrences};

#[cfg(test)]
mod tests;
