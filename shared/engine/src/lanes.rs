//! What a run of the sweeper works on and what it has done: lanes of orders, jobs and notifications, each in fair turns over
//! organizations and kinds, and the report. Nothing is read or written here.

use domain::in_turns;
use jiff::Timestamp;
use serde::Serialize;
use store::{Due, DueKind};

/// How much is read from one of the agenda's partitions: some megabytes of index in all, which is a small part of what
/// finishing it takes. No organization's things stay unseen behind another's, unless those are more than this.
pub(crate) const MOST: usize = 12_500;

/// What one run of the sweeper did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SweepReport {
    /// Things that were due and are finished.
    pub done: u32,
    /// Slices of jobs after which more of the same job is left.
    pub progressed: u32,
    /// Things that failed and were put off.
    pub failed: u32,
    /// Whether its time was up before everything was looked at.
    pub left: bool,
    /// For how long the longest overdue thing had been due when the run began, in seconds; 0 if nothing was.
    pub oldest_seconds: u64,
    /// Orders looked at: holds, payments under way, refunds.
    pub orders: u32,
    /// Notifications put into the queue again.
    pub notifications: u32,
    /// Canceled listings that were worked on.
    pub cancellations: u32,
    /// Customers whose personal fields were taken out of their orders.
    pub erasures: u32,
    /// Listings whose stock was checked against their orders.
    pub checks: u32,
    /// Listings whose buyers were written to.
    pub mailings: u32,
    /// Organizations whose day was summed up.
    pub summaries: u32,
    /// Orders whose search entries were written. They are counted here alone, and not among what is done.
    pub searches: u32,
}

impl SweepReport {
    fn count(&mut self, kind: &DueKind) {
        match kind {
            DueKind::Order(_) => self.orders += 1,
            DueKind::Notification(_) => self.notifications += 1,
            DueKind::CancelJob(_) => self.cancellations += 1,
            DueKind::Mailing(..) => self.mailings += 1,
            DueKind::Summary(_) => self.summaries += 1,
            DueKind::Erasure(..) => self.erasures += 1,
            DueKind::Listing(_) => self.checks += 1,
            DueKind::Search(_) | DueKind::Export(..) | DueKind::Unknown(_) => {}
        }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.done += other.done;
        self.progressed += other.progressed;
        self.failed += other.failed;
        self.left |= other.left;
        self.orders += other.orders;
        self.notifications += other.notifications;
        self.cancellations += other.cancellations;
        self.erasures += other.erasures;
        self.checks += other.checks;
        self.mailings += other.mailings;
        self.summaries += other.summaries;
        self.searches += other.searches;
    }

    pub(crate) fn log(&self) {
        tracing::info!(
            done = self.done,
            progressed = self.progressed,
            failed = self.failed,
            left = self.left,
            oldest_seconds = self.oldest_seconds,
            orders = self.orders,
            notifications = self.notifications,
            cancellations = self.cancellations,
            erasures = self.erasures,
            checks = self.checks,
            mailings = self.mailings,
            summaries = self.summaries,
            searches = self.searches,
            "swept"
        );
    }

    /// Counts what came of one thing.
    pub(crate) fn note(&mut self, due: &Due, taken: &Taken) {
        match taken {
            Taken::No => return,
            Taken::Finished(Finished::Done) => self.done += 1,
            Taken::Finished(Finished::Progressed) => self.progressed += 1,
            Taken::Failed => self.failed += 1,
        }
        self.count(&due.kind);
    }
}

/// What came of working on something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Finished {
    /// There is nothing more to do now, and the agenda says when there is again.
    Done,
    /// A job has come further, and there is more to do at once.
    Progressed,
}

/// What came of taking something on.
pub(crate) enum Taken {
    /// Another sweeper has it, or it is not due any more.
    No,
    /// It was worked on.
    Finished(Finished),
    /// It was not, or in vain.
    Failed,
}

/// What is due, by lanes, in each of them in fair turns.
#[derive(Default)]
pub(crate) struct Lanes {
    pub(crate) orders: Vec<Due>,
    pub(crate) jobs: Vec<Due>,
    pub(crate) notifications: Vec<Due>,
}

impl Lanes {
    pub(crate) fn of(due: Vec<Due>) -> Self {
        let mut lanes = Self::default();
        for due in due {
            match due.kind {
                // It has a part of the agenda and a lane of its own; anything else here is put off as an order is.
                DueKind::Order(_) | DueKind::Search(_) | DueKind::Unknown(_) => lanes.orders.push(due),
                DueKind::CancelJob(_)
                | DueKind::Mailing(..)
                | DueKind::Summary(_)
                | DueKind::Erasure(..)
                | DueKind::Export(..)
                | DueKind::Listing(_) => {
                    lanes.jobs.push(due);
                }
                DueKind::Notification(_) => lanes.notifications.push(due),
            }
        }
        Self {
            orders: by_organization(lanes.orders),
            jobs: in_turns(by_organization(lanes.jobs), |due| rank(&due.kind)),
            notifications: by_organization(lanes.notifications),
        }
    }
}

/// In fair turns over organizations.
pub(crate) fn by_organization(due: Vec<Due>) -> Vec<Due> {
    in_turns(due, |due| due.organization.clone())
}

/// A number for each kind of job.
fn rank(kind: &DueKind) -> u8 {
    match kind {
        DueKind::CancelJob(_) => 0,
        DueKind::Mailing(..) => 1,
        DueKind::Erasure(..) => 2,
        DueKind::Summary(_) => 3,
        DueKind::Export(..) => 4,
        _ => 5,
    }
}

/// For how many seconds the longest overdue thing has been due.
pub(crate) fn oldest(due: &[Due], now: Timestamp) -> u64 {
    let since = due.iter().map(|due| due.since).min().unwrap_or(now.as_second());
    u64::try_from(now.as_second() - since).unwrap_or(0)
}

#[cfg(test)]
mod tests;
