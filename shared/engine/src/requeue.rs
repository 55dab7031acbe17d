//! What the sweeper does with notifications that the queue has lost, or that are due only now: it puts their names into the
//! queue, those of mail, and hands what is no mail to the worker.
//!
//! A name whose notification is not sent yet is most likely in the queue still. So a name goes in again only after a long
//! while, none goes into a queue that is full, and mail to one buyer goes before mail to many. If the process dies, a
//! notification that is leased and not queued is found again when its lease ends.

use std::time::Duration;

use domain::NotificationKind;
use futures::{
    StreamExt,
    future::{join, join_all},
    stream,
};
use jiff::{SignedDuration, Timestamp};
use store::{Due, DueKind};
use tokio::time::{Instant, timeout};

use crate::{
    base::Engine,
    lanes::SweepReport,
    queue::{FULL, FULL_FOR_MANY, NotQueued},
    work_message::WorkMessage,
};

/// How many notifications go into the queue with one call: as many as SQS takes.
const BATCH: usize = 10;
/// How many such calls are under way at the same time.
const AT_ONCE: usize = 4;
/// How long one call to the queues may take.
const LIMIT: Duration = Duration::from_secs(20);
/// When the name of a mail goes into the queue again after it went in. The queue keeps it for days, and has tried it several
/// times by then.
const AGAIN: SignedDuration = SignedDuration::from_mins(15);
/// When a name is tried again that the queue did not take.
const NOT_TAKEN: SignedDuration = SignedDuration::from_secs(45);

/// What goes into the queues now.
#[derive(Debug, Default, PartialEq, Eq)]
struct Fitting {
    now: Vec<Due>,
    /// How many are left for later.
    left: usize,
}

impl Engine {
    /// Puts notifications into the queue again, whose own time is over: as many as it has room for.
    pub(crate) async fn notifications_lane(
        &self,
        notifications: Vec<Due>,
        until: Instant,
        end: Instant,
    ) -> SweepReport {
        let mut report = SweepReport::default();
        if notifications.is_empty() {
            return report;
        }
        let limit = |most: Duration| most.min(end.saturating_duration_since(Instant::now()));
        let waiting = match timeout(limit(LIMIT), self.queue.waiting()).await {
            Ok(Ok(waiting)) => waiting,
            Ok(Err(NotQueued { reason })) => {
                tracing::warn!(reason, "the queue does not say how full it is");
                0
            }
            Err(_) => return SweepReport { left: true, ..report },
        };
        let fitting = fitting(notifications, waiting);
        if fitting.left > 0 {
            tracing::info!(waiting, left = fitting.left, "the queue is full; what is due stays on the agenda");
            report.left = true;
        }
        let mut sent = stream::iter(fitting.now)
            .chunks(BATCH)
            .map(|batch| async move {
                if Instant::now() >= until {
                    return SweepReport { left: true, ..SweepReport::default() };
                }
                let limit = LIMIT.min(end.saturating_duration_since(Instant::now()));
                timeout(limit, self.requeue(&batch)).await.unwrap_or_else(|_| SweepReport {
                    failed: u32::try_from(batch.len()).unwrap_or(u32::MAX),
                    ..SweepReport::default()
                })
            })
            .buffer_unordered(AT_ONCE);
        while let Some(one) = sent.next().await {
            report.add(&one);
        }
        report
    }

    async fn requeue(&self, batch: &[Due]) -> SweepReport {
        let mut report = SweepReport::default();
        let now = self.clock.now();
        let leases = join_all(batch.iter().map(|due| self.store.lease_due(due, next_time(due, now)))).await;
        let (mut mails, mut work) = (Vec::new(), Vec::new());
        for (due, lease) in batch.iter().zip(leases) {
            match lease {
                Ok(Some(leased)) if is_mail(due) => mails.push(leased),
                Ok(Some(leased)) => work.push(leased),
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(due = due.kind.label(), %error, "not taken on");
                    report.failed += 1;
                }
            }
        }
        let names: Vec<_> = mails.iter().filter_map(name).map(str::to_owned).collect();
        let to_worker = async {
            match &self.work {
                Some(queue) => queue.send_all(work.iter().map(WorkMessage::of)).await,
                None if work.is_empty() => Ok(()),
                None => Err(NotQueued { reason: "no worker is known".to_owned() }),
            }
        };
        let (to_mail, to_work) = join(self.queue.send(&names), to_worker).await;
        for (taken, sent) in [(&mails, to_mail), (&work, to_work)] {
            let count = u32::try_from(taken.len()).unwrap_or(u32::MAX);
            report.notifications += count;
            match sent {
                Ok(()) => report.done += count,
                Err(NotQueued { reason }) => {
                    tracing::warn!(reason, notifications = count, "notifications not queued; put off");
                    report.failed += count;
                    self.try_soon(taken, now).await;
                }
            }
        }
        report
    }

    /// What no queue has taken need not wait as long as what is in one.
    async fn try_soon(&self, leased: &[Due], now: Timestamp) {
        let mut soon = Vec::new();
        for due in leased {
            if is_mail(due) {
                soon.push(self.store.reschedule(due, Some(now + NOT_TAKEN)));
            }
        }
        for error in join_all(soon).await.into_iter().filter_map(Result::err) {
            tracing::warn!(%error, "a notification waits longer than it need");
        }
    }
}

fn name(due: &Due) -> Option<&str> {
    match &due.kind {
        DueKind::Notification(name) => Some(name),
        _ => None,
    }
}

fn is_mail(due: &Due) -> bool {
    name(due).is_some_and(NotificationKind::names_mail)
}

/// When a notification is due again that goes into a queue now.
fn next_time(due: &Due, now: Timestamp) -> Timestamp {
    let leased = due.leased_until(now);
    if is_mail(due) { leased.max(now + AGAIN) } else { leased }
}

/// What fits into a queue with so many messages: mail to one buyer first, mail to many only while there are few. What is no
/// mail has a queue of its own.
fn fitting(notifications: Vec<Due>, waiting: usize) -> Fitting {
    let of_many = |due: &Due| name(due).is_some_and(NotificationKind::names_one_of_many);
    let (mails, mut now): (Vec<_>, Vec<_>) = notifications.into_iter().partition(is_mail);
    let (many, single): (Vec<_>, Vec<_>) = mails.into_iter().partition(of_many);
    let all = single.len() + many.len();
    let single: Vec<_> = single.into_iter().take(FULL.saturating_sub(waiting)).collect();
    let many: Vec<_> = many.into_iter().take(FULL_FOR_MANY.saturating_sub(waiting + single.len())).collect();
    let left = all - single.len() - many.len();
    now.extend(single);
    now.extend(many);
    Fitting { now, left }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use store::{Due, DueKind};

    use super::{FULL, FULL_FOR_MANY, fitting, name, next_time};

    fn due(cause: &str, sweeps: u32) -> Due {
        let kind = DueKind::Notification(format!("ord_1-{cause}"));
        Due { kind, due_at: 0, since: 0, sweeps, organization: "acme".to_owned() }
    }

    #[test]
    fn a_full_queue_takes_no_names_and_one_of_many_waits_first() {
        let all = || vec![due("reminder-day-gala-1", 0), due("confirmation", 0), due("transfer-label", 0)];
        let sent = |waiting| {
            let fitting = fitting(all(), waiting);
            let names = fitting.now.iter().filter_map(name).map(|name| name["ord_1-".len()..].to_owned());
            (names.collect::<Vec<_>>(), fitting.left)
        };
        let named = |names: &[&str], left: usize| (names.iter().map(|name| (*name).to_owned()).collect(), left);
        assert_eq!(sent(0), named(&["transfer-label", "confirmation", "reminder-day-gala-1"], 0));
        assert_eq!(sent(FULL_FOR_MANY - 1), named(&["transfer-label", "confirmation"], 1));
        assert_eq!(sent(FULL - 1), named(&["transfer-label", "confirmation"], 1));
        assert_eq!(sent(FULL), named(&["transfer-label"], 2));
        assert_eq!(sent(usize::MAX), named(&["transfer-label"], 2));
    }

    #[test]
    fn a_mail_waits_for_the_queue_and_other_work_does_not() {
        let minutes = |cause, sweeps| {
            next_time(&due(cause, sweeps), Timestamp::UNIX_EPOCH).duration_since(Timestamp::UNIX_EPOCH).as_secs()
        };
        assert_eq!((minutes("confirmation", 0), minutes("confirmation", 9)), (900, 3_600));
        assert_eq!(minutes("transfer-label", 0), 45);
    }
}
