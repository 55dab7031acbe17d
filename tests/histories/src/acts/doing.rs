//! A step that is being done, and the processes that do it.

use std::sync::Arc;

use crate::{
    client::time_of,
    fault::Planned,
    process::Process,
    step::{Function, Step},
    world::World,
};

/// Of a step with several processes, the faults of the first so many calls are the first one's, and so on.
const SPAN: u16 = 16;

/// A step that is being done.
pub(crate) struct Doing<'a> {
    pub(super) world: &'a World,
    pub(super) step: &'a Step,
    pub(super) salt: u64,
}

impl Doing<'_> {
    /// The `n`th process of this step.
    pub(super) fn process(&self, n: u16, function: Function) -> Arc<Process> {
        let faults = self.step.faults.iter().filter_map(|planned| {
            let call = planned.call.checked_sub(n.saturating_mul(SPAN))?;
            // A step's last process takes all that is left.
            Some(Planned { call, ..*planned })
        });
        let faults: Vec<_> = faults.filter(|planned| n == 0 || planned.call < SPAN).collect();
        Process::new(self.step.id, &faults, self.salt.wrapping_add(n.into()), time_of(function))
    }
}
