//! What the sweeper does with notifications that the queue has lost, or that are due only now: it puts their names into the
//! queue, those of mail, and hands what is no mail to the worker.
//!
//! A name whose notification is not sent yet is most likely in the queue still. So a name goes in again only after a long
//! while, none goes into a queue that is full, and mail to one buyer goes before mail to many. Mail that waits for room stands
//! in parts of the agenda of its own, which are read only while there is room: much of it costs nothing and hides nothing.
//!
//! Names go into the queue first, and are put off then. If the process dies in between, they go in once more a minute later,
//! and the second message finds its notification sent. What is no mail is leased first: if the process dies, it is found again
//! when the lease ends, 45 seconds later.

use std::time::Duration;

use domain::NotificationKind;
use futures::{
    StreamExt,
    future::{join, join_all},
    stream,
};
use jiff::{SignedDuration, Timestamp};
use store::{AgendaPart, Due, DueKind, DueList};
use tokio::time::{Instant, timeout};

use crate::{
    base::Engine,
    lanes::{MOST, SweepReport, by_organization},
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

/// Notifications whose time has come, split by how soon they go into the queue.
#[derive(Debug, Default)]
pub(crate) struct DueMails {
    /// Mail of one order.
    pub(crate) single: Vec<Due>,
    /// Mail to all buyers of a listing.
    pub(crate) to_many: Vec<Due>,
    /// Whether there is more.
    more: bool,
}

impl DueMails {
    pub(crate) fn is_empty(&self) -> bool {
        self.single.is_empty() && self.to_many.is_empty()
    }
}

/// What goes into the queues now.
#[derive(Debug, Default, PartialEq, Eq)]
struct Fitting {
    now: Vec<Due>,
    /// Whether any is left for later.
    left: bool,
}

impl Engine {
    /// The first mails that are due, by which it is known since when and whether there are any.
    pub(crate) async fn first_mails(&self, now: Timestamp) -> DueMails {
        self.due_mails(now, 1, 1).await
    }

    /// The mails that are due, from each of their parts' partitions so many at most. What cannot be read is left.
    async fn due_mails(&self, now: Timestamp, single: usize, to_many: usize) -> DueMails {
        let read = async |part, most| match most {
            0 => DueList::default(),
            most => self.store.due(part, now, most).await.unwrap_or_else(|error| {
                tracing::warn!(%error, "the mails that are due cannot be read");
                DueList { due: Vec::new(), more: true }
            }),
        };
        let (single, to_many) = join(read(AgendaPart::Mail, single), read(AgendaPart::MailToMany, to_many)).await;
        DueMails { more: single.more || to_many.more, single: single.due, to_many: to_many.due }
    }

    /// Puts notifications into the queues, whose own time is over: of mail as many as there is room for. `first` are the first
    /// mails that are due.
    pub(crate) async fn notifications_lane(
        &self,
        notifications: Vec<Due>,
        first: &DueMails,
        until: Instant,
        end: Instant,
    ) -> SweepReport {
        let mut report = SweepReport::default();
        if notifications.is_empty() && first.is_empty() {
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
        // What no room is for is not even read.
        let most = |found: &[Due], full: usize| if found.is_empty() || waiting >= full { 0 } else { MOST };
        let (single, to_many) = (most(&first.single, FULL), most(&first.to_many, FULL_FOR_MANY));
        let now = self.clock.now();
        let Ok(mails) = timeout(limit(LIMIT), self.due_mails(now, single, to_many)).await else {
            return SweepReport { left: true, ..report };
        };
        let unread = single == 0 && !first.single.is_empty() || to_many == 0 && !first.to_many.is_empty();
        report.left = unread || mails.more;
        let fitting = fitting(notifications, mails, waiting);
        report.left |= fitting.left;
        if report.left {
            tracing::info!(waiting, "the queue is full; what is due stays on the agenda");
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
        let (mails, work): (Vec<_>, Vec<_>) = batch.iter().partition(|due| is_mail(due));
        let (mut report, of_work) = join(self.requeue_mails(&mails), self.hand_on(&work)).await;
        report.add(&of_work);
        report
    }

    /// Puts names of mails into the queue, and puts off when they are due. What it does not take is due still.
    async fn requeue_mails(&self, mails: &[&Due]) -> SweepReport {
        let names: Vec<_> = mails.iter().filter_map(|due| name(due)).map(str::to_owned).collect();
        if let Err(NotQueued { reason }) = self.queue.send(&names).await {
            let failed = count(mails.len());
            tracing::warn!(reason, notifications = failed, "notifications not queued; the next run tries again");
            return SweepReport { failed, notifications: failed, ..SweepReport::default() };
        }
        let now = self.clock.now();
        let put_off = mails.iter().map(|due| self.store.lease_due(due, due.leased_until(now).max(now + AGAIN)));
        for error in join_all(put_off).await.into_iter().filter_map(Result::err) {
            tracing::warn!(%error, "a notification that is in the queue is not put off");
        }
        SweepReport { done: count(mails.len()), notifications: count(mails.len()), ..SweepReport::default() }
    }

    /// Leases what is no mail and hands it to the worker.
    async fn hand_on(&self, work: &[&Due]) -> SweepReport {
        let mut report = SweepReport::default();
        let now = self.clock.now();
        let leases = join_all(work.iter().map(|due| self.store.lease_due(due, due.leased_until(now)))).await;
        let mut leased = Vec::new();
        for (due, lease) in work.iter().zip(leases) {
            match lease {
                Ok(lease) => leased.extend(lease),
                Err(error) => {
                    tracing::warn!(due = due.kind.label(), %error, "not taken on");
                    report.failed += 1;
                }
            }
        }
        let sent = match &self.work {
            Some(queue) => queue.send_all(leased.iter().map(WorkMessage::of)).await,
            None if leased.is_empty() => Ok(()),
            None => Err(NotQueued { reason: "no worker is known".to_owned() }),
        };
        let taken = count(leased.len());
        report.notifications += taken;
        match sent {
            Ok(()) => report.done += taken,
            Err(NotQueued { reason }) => {
                tracing::warn!(reason, notifications = taken, "notifications not queued; put off");
                report.failed += taken;
            }
        }
        report
    }
}

fn count(some: usize) -> u32 {
    u32::try_from(some).unwrap_or(u32::MAX)
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

/// What fits into a queue with so many messages: mail to one buyer first, mail to many only while there are few, of each in
/// fair turns over organizations. What is no mail has a queue of its own. Mail that stands among the work was written by a
/// release that had no parts of the agenda for it.
fn fitting(notifications: Vec<Due>, due: DueMails, waiting: usize) -> Fitting {
    let of_many = |due: &Due| name(due).is_some_and(NotificationKind::names_one_of_many);
    let (mails, mut now): (Vec<_>, Vec<_>) = notifications.into_iter().partition(is_mail);
    let (many, single): (Vec<_>, Vec<_>) = mails.into_iter().partition(of_many);
    let single = by_organization([due.single, single].concat());
    let many = by_organization([due.to_many, many].concat());
    let all = single.len() + many.len();
    let single: Vec<_> = single.into_iter().take(FULL.saturating_sub(waiting)).collect();
    let many: Vec<_> = many.into_iter().take(FULL_FOR_MANY.saturating_sub(waiting + single.len())).collect();
    let left = all > single.len() + many.len();
    now.extend(single);
    now.extend(many);
    Fitting { now, left }
}

#[cfg(test)]
mod tests {
    use store::{Due, DueKind};

    use super::{DueMails, FULL, FULL_FOR_MANY, fitting, name};

    fn due(cause: &str) -> Due {
        let kind = DueKind::Notification(format!("ord_1-{cause}"));
        Due { kind, due_at: 0, since: 0, sweeps: 0, organization: "acme".to_owned() }
    }

    #[test]
    fn a_full_queue_takes_no_names_and_one_of_many_waits_first() {
        let all = || vec![due("listing-canceled-r"), due("confirmation"), due("transfer-label")];
        let mails = || DueMails { single: vec![due("refund-r")], to_many: vec![due("moved-gala-2")], more: false };
        let sent = |waiting| {
            let fitting = fitting(all(), mails(), waiting);
            let names = fitting.now.iter().filter_map(name).map(|name| name["ord_1-".len()..].to_owned());
            (names.collect::<Vec<_>>(), fitting.left)
        };
        let named = |names: &[&str], left| (names.iter().map(|name| (*name).to_owned()).collect(), left);
        let single = ["transfer-label", "refund-r", "confirmation"];
        assert_eq!(sent(0), named(&[&single[..], &["moved-gala-2", "listing-canceled-r"]].concat(), false));
        assert_eq!(sent(FULL_FOR_MANY - 3), named(&[&single[..], &["moved-gala-2"]].concat(), true));
        assert_eq!(sent(FULL_FOR_MANY - 2), named(&single, true));
        assert_eq!(sent(FULL - 2), named(&single, true));
        assert_eq!(sent(FULL - 1), named(&single[..2], true));
        assert_eq!(sent(FULL), named(&single[..1], true));
        assert_eq!(sent(usize::MAX), named(&single[..1], true));
    }
}
