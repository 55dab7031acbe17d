//! An expert's slots by a rule: when they are, and which of them go on sale.

mod plan;
mod rule;
mod week;

pub use plan::{PlannedSlot, RuledSlot, SlotCause, SlotStatus, plan_slots, slot_id};
pub use rule::{MOST_SLOTS, Occurrence, TypedRule, occurrences};
pub use week::{TypedWeek, WEEKDAYS, week};

#[cfg(test)]
mod tests;
