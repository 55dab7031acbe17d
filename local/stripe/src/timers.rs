//! Changes that the clock brings.

use std::collections::BTreeSet;

use crate::{
    objects::RefundStatus,
    state::{Origin, State, Timer},
};

impl State {
    /// Does what is due by the clock.
    pub(crate) fn run_timers(&mut self) {
        let now = self.now();
        let due = |timers: &BTreeSet<(i64, Timer)>| timers.first().is_some_and(|(at, _)| *at <= now);
        while due(&self.timers) {
            let Some((_, timer)) = self.timers.pop_first() else { return };
            self.origin = Origin::default();
            match timer {
                Timer::ExpireSession(id) => self.expire_session(&id),
                Timer::ExpireIntent(id) => self.expire_authorization(&id),
                Timer::SucceedRefund(id) => self.finish_refund(&id, RefundStatus::Succeeded),
                Timer::FailRefund(id) => self.finish_refund(&id, RefundStatus::Failed),
            }
        }
    }
}
