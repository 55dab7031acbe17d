//! One run of the sweeper: what is due is read once, dealt out in lanes, and worked on.
//!
//! Whatever is worked on is leased first: one conditional write puts off when it is due. So a second sweeper leaves it
//! alone, a process that dies does not lose it, and what fails comes back later without another write, each time after a
//! longer while. Around each thing there is a hard limit. Orders and jobs have lanes of their own, and notifications come
//! last, in time that is kept for them: none of them can keep the others waiting.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use futures::{
    StreamExt,
    future::{join, join_all, join3},
    stream,
};
use store::{AgendaPart, Due, DueKind};
use tokio::time::{Instant, timeout};

use crate::{
    base::Engine,
    error::EngineError,
    lanes::{Finished, Lanes, MOST, SweepReport, Taken, oldest},
    queue::NotQueued,
    work_message::WorkMessage,
};

/// How many orders are finished at the same time.
const ORDERS_AT_ONCE: usize = 16;
/// How many jobs are worked on at the same time. With more of them each gets a third of the time before the next.
const JOBS_AT_ONCE: usize = 3;
/// How long one order may take. Two calls to Stripe that are never answered fit in.
const LIMIT: Duration = Duration::from_secs(20);
/// How long a job is worked on before its lease is taken anew, which lasts longer than this and the grace behind it.
pub(crate) const SLICE: Duration = Duration::from_secs(30);
/// How long what is under way may take once the run's time is up.
pub(crate) const GRACE: Duration = Duration::from_secs(10);

impl Engine {
    /// Finishes what is due, until nothing is or `time` is up; ten seconds later everything that was under way has ended,
    /// by force if need be. Any number of sweepers may run at once.
    ///
    /// # Errors
    /// [`EngineError::Store`] if the agenda itself cannot be read. Single things that fail are counted and put off.
    pub async fn sweep(&self, time: Duration) -> Result<SweepReport, EngineError> {
        let begun = Instant::now();
        let now = self.clock.now();
        let (found, mails) = join(self.store.due(AgendaPart::Work, now, MOST), self.first_mails(now)).await;
        let found = found?;
        let oldest_seconds = oldest(&found.due, now).max(oldest(&mails.single, now)).max(oldest(&mails.to_many, now));
        let mut report = SweepReport { left: found.more, oldest_seconds, ..SweepReport::default() };
        let lanes = Lanes::of(found.due);
        let oldest_seconds = oldest(&lanes.notifications, now).max(oldest(&mails.single, now));
        tracing::info!(oldest_seconds, oldest_of_many_seconds = oldest(&mails.to_many, now), "outbox");
        let end = begun + time;
        // Notifications come last; that is no reason that they never come.
        let none = lanes.notifications.is_empty() && mails.is_empty();
        let orders_end = if none { end } else { begun + time * 5 / 6 };
        let orders_then_notifications = async {
            let mut report = self.orders_lane(lanes.orders, orders_end, end + GRACE).await;
            report.add(&self.notifications_lane(lanes.notifications, &mails, end, end + GRACE).await);
            report
        };
        let search = Box::pin(self.search_lane(now, end));
        let (first, second, third) =
            join3(orders_then_notifications, self.jobs_lane(lanes.jobs, time, end), search).await;
        report.add(&first);
        report.add(&second);
        report.add(&third);
        report.log();
        Ok(report)
    }

    /// Finishes orders, several at a time, begins none after `until`, and has ended by `end`.
    async fn orders_lane(&self, orders: Vec<Due>, until: Instant, end: Instant) -> SweepReport {
        let mut report = SweepReport::default();
        let mut worked = stream::iter(orders)
            .map(|due| async move {
                if Instant::now() >= until {
                    return (due, None);
                }
                let limit = LIMIT.min(end.saturating_duration_since(Instant::now()));
                let taken = Box::pin(self.take(&due, until, limit)).await.0;
                (due, Some(taken))
            })
            .buffer_unordered(ORDERS_AT_ONCE);
        while let Some((due, taken)) = worked.next().await {
            match taken {
                None => report.left = true,
                Some(taken) => report.note(&due, &taken),
            }
        }
        report
    }

    /// Works on jobs in slices, a few at a time. One that has come further joins the end of the row.
    async fn jobs_lane(&self, jobs: Vec<Due>, time: Duration, until: Instant) -> SweepReport {
        // The worker alone may write into the bucket.
        let (exports, jobs): (Vec<_>, Vec<_>) =
            jobs.into_iter().partition(|due| matches!(due.kind, DueKind::Export(..)));
        let slice = if jobs.len() <= JOBS_AT_ONCE { SLICE } else { SLICE.min(time / 3) };
        let row = Mutex::new(VecDeque::from(jobs));
        let workers = (0..JOBS_AT_ONCE).map(|_| async {
            let mut report = SweepReport::default();
            loop {
                if Instant::now() >= until {
                    return report;
                }
                let next = row.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                let Some(due) = next else { return report };
                let slice_ends = until.min(Instant::now() + slice);
                let limit = slice_ends.saturating_duration_since(Instant::now()) + GRACE;
                let (taken, again) = Box::pin(self.take(&due, slice_ends, limit)).await;
                report.note(&due, &taken);
                if let Some(again) = again {
                    row.lock().unwrap_or_else(PoisonError::into_inner).push_back(again);
                }
            }
        });
        let mut report = SweepReport::default();
        for one in join_all(workers).await {
            report.add(&one);
        }
        // What is left has more to do than a run has time for: the worker function goes on with it, and if it does not,
        // the next run does.
        let left = row.into_inner().unwrap_or_else(PoisonError::into_inner);
        report.left = !left.is_empty();
        // A summary reads one day's lists, for which the next run has time enough.
        let mut long = Vec::new();
        for due in left.iter().chain(&exports) {
            if !matches!(due.kind, DueKind::Summary(_)) {
                long.push(WorkMessage::of(due));
            }
        }
        if let (Some(queue), false) = (&self.work, long.is_empty()) {
            // The next run finds them all the same.
            if let Err(NotQueued { reason }) = queue.send_all(long.into_iter()).await {
                tracing::warn!(
                    reason,
                    jobs = left.len() + exports.len(),
                    "long jobs not queued; the next run goes on with them"
                );
            }
        }
        report
    }

    /// Leases something, then works on it for at most `limit`. A job that has come further is due again at once, and
    /// given back as it stands on the agenda then.
    pub(crate) async fn take(&self, due: &Due, slice_ends: Instant, limit: Duration) -> (Taken, Option<Due>) {
        let label = due.kind.label();
        let leased = match self.store.lease_due(due, due.leased_until(self.clock.now())).await {
            Ok(Some(leased)) => leased,
            Ok(None) => return (Taken::No, None),
            Err(error) => {
                tracing::warn!(due = label, %error, "not taken on");
                return (Taken::Failed, None);
            }
        };
        match Box::pin(timeout(limit, self.finish(&leased, slice_ends))).await {
            Ok(Ok(Finished::Done)) => (Taken::Finished(Finished::Done), None),
            Ok(Ok(Finished::Progressed)) => {
                let now = self.clock.now();
                match self.store.reschedule(&leased, Some(now)).await {
                    Ok(()) => {}
                    // It comes back when its lease ends.
                    Err(error) => tracing::warn!(due = label, %error, "a job is not due at once"),
                }
                (Taken::Finished(Finished::Progressed), Some(leased.at_once(now)))
            }
            Ok(Err(error)) => {
                tracing::warn!(due = label, tries = leased.sweeps, %error, "not finished; put off");
                (Taken::Failed, None)
            }
            Err(_) => {
                let seconds = limit.as_secs();
                tracing::warn!(due = label, tries = leased.sweeps, seconds, "not finished in time; put off");
                (Taken::Failed, None)
            }
        }
    }

    async fn finish(&self, due: &Due, slice_ends: Instant) -> Result<Finished, EngineError> {
        match &due.kind {
            DueKind::Order(order) => Box::pin(self.finish_order(order, due)).await.map(|()| Finished::Done),
            DueKind::CancelJob(listing) => self.run_cancel_job(listing, due, slice_ends).await,
            DueKind::Mailing(listing, kind) => Box::pin(self.run_mailing_job(listing, *kind, due, slice_ends)).await,
            DueKind::Summary(organization) => Box::pin(self.run_summary(organization)).await,
            DueKind::Erasure(organization, customer) => {
                Box::pin(self.run_erasure(organization, customer, due, slice_ends)).await
            }
            DueKind::Export(organization, id) => Box::pin(self.run_export(organization, id, slice_ends)).await,
            DueKind::Listing(listing) => self.check_due_listing(listing, due, slice_ends).await,
            DueKind::Search(_) => Err(EngineError::Broken("an order's search has a part of its own".to_owned())),
            DueKind::Notification(_) => Err(EngineError::Broken("a notification is for the queue".to_owned())),
            DueKind::Unknown(key) => Err(EngineError::Broken(format!("{key} is on the agenda, but nothing says why"))),
        }
    }
}
