//! The sweeper: finishes what is due. It heals lost webhooks, lost answers and crashes; it never creates or confirms a
//! charge.

use std::time::{Duration, Instant};

use domain::{
    Fact, Order, OrderId, OrderStatus, RefundState,
    order::{ClaimKind, PROCESSING_LOOK, PaymentState, SESSION_TOO_LATE, claim, unclaim},
};
use futures::{StreamExt, stream};
use jiff::SignedDuration;
use payments::{
    facts::{self, Say},
    sessions::SessionStatus,
};
use serde::Serialize;
use store::{CommitError, Due, DueKind, keys::SPREAD};

use crate::{Engine, EngineError, settle::broken};

/// How much is read from one of the agenda's partitions at a time.
const PAGE: i32 = 25;
/// How many things are finished at the same time. Stripe takes 25 requests a second for one endpoint.
const AT_ONCE: usize = 8;
/// What one run of the sweeper did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SweepReport {
    /// Things that were due and are finished.
    pub done: u32,
    /// Things that failed and were put off.
    pub failed: u32,
    /// Whether its time was up before everything was looked at.
    pub left: bool,
    /// Orders looked at: holds, payments under way, refunds.
    pub orders: u32,
    /// Notices put into the queue again.
    pub notices: u32,
    /// Listings worked on that were called off.
    pub cancellations: u32,
    /// Listings whose stock was checked against their orders.
    pub checks: u32,
}

impl Engine {
    /// Finishes what is due, until nothing is or `time` is up. Any number of sweepers may run at once.
    ///
    /// # Errors
    /// [`EngineError::Store`] if the agenda itself cannot be read. Single things that fail are counted and put off.
    pub async fn sweep(&self, time: Duration) -> Result<SweepReport, EngineError> {
        let until = Instant::now() + time;
        let mut report = SweepReport::default();
        for partition in 0..SPREAD {
            let mut start = None;
            loop {
                // Page by page, never from the start again: what cannot be finished blocks nothing behind it.
                let page = self.store.due(partition, self.clock.now(), PAGE, start).await?;
                let results: Vec<_> = stream::iter(page.due)
                    .map(|due| async move {
                        if Instant::now() >= until {
                            return (due, None);
                        }
                        let finished = self.finish(&due, until).await;
                        (due, Some(finished))
                    })
                    .buffer_unordered(AT_ONCE)
                    .collect()
                    .await;
                for (due, finished) in results {
                    match finished {
                        None => report.left = true,
                        Some(finished) => self.report(&mut report, &due, finished).await,
                    }
                }
                start = page.next;
                if start.is_none() || report.left {
                    break;
                }
            }
        }
        tracing::info!(
            done = report.done,
            failed = report.failed,
            left = report.left,
            orders = report.orders,
            notices = report.notices,
            cancellations = report.cancellations,
            checks = report.checks,
            "swept"
        );
        Ok(report)
    }

    async fn report(&self, report: &mut SweepReport, due: &Due, finished: Result<(), EngineError>) {
        match &due.kind {
            DueKind::Order(_) => report.orders += 1,
            DueKind::Notice(_) => report.notices += 1,
            DueKind::CancelJob(_) => report.cancellations += 1,
            DueKind::Listing(_) => report.checks += 1,
            DueKind::Unknown(_) => {}
        }
        match finished {
            Ok(()) => report.done += 1,
            Err(error) => {
                report.failed += 1;
                tracing::warn!(due = ?due.kind, %error, "not finished; put off");
                if let Err(error) = self.store.put_off(due, self.clock.now()).await {
                    tracing::warn!(due = ?due.kind, %error, "not put off either");
                }
            }
        }
    }

    async fn finish(&self, due: &Due, until: Instant) -> Result<(), EngineError> {
        match &due.kind {
            DueKind::Order(order) => self.finish_order(order, due).await,
            DueKind::Notice(notice) => {
                // The queue's own time is over; once more, and later again if nobody takes it.
                if !self.queue.send(std::slice::from_ref(notice)).await {
                    return Err(EngineError::Contended);
                }
                Ok(self.store.put_off(due, self.clock.now()).await?)
            }
            DueKind::CancelJob(listing) => self.run_cancel_job(listing, due, until).await,
            // What does not add up has raised its alarm; the check itself is done.
            DueKind::Listing(listing) => self.check_due_listing(listing, due).await.map(drop),
            DueKind::Unknown(key) => Err(EngineError::Broken(format!("{key} is on the agenda, but nobody knows why"))),
        }
    }

    /// Does for an order what is due: its refunds, then its hold.
    async fn finish_order(&self, id: &OrderId, due: &Due) -> Result<(), EngineError> {
        let Some(order) = self.store.order(id).await? else { return Ok(()) };
        let now = self.clock.now();
        if order.due_at().is_none_or(|at| at > now) {
            // Somebody was faster, or a session was noted while something else was written.
            return Ok(self.store.reschedule(due, order.due_at()).await?);
        }
        let pending = order.refunds.iter().filter(|refund| refund.state == RefundState::Pending);
        let refunds: Vec<_> = pending.filter(|r| r.due_at.is_some_and(|at| at <= now)).map(|r| r.id.clone()).collect();
        for refund in &refunds {
            self.ask_refund(id, refund).await?;
        }
        if order.status == OrderStatus::Pending && order.payment.state != PaymentState::Captured {
            return self.end_payment(id, ClaimKind::Expiring, "sweeper", "the hold ran out").await;
        }
        // A refund that a bank has not finished stays due; it is looked at less and less often.
        let after = self.store.order(id).await?;
        if after.and_then(|order| order.due_at()).is_some_and(|at| at <= now) {
            self.store.put_off(due, now).await?;
        }
        Ok(())
    }

    /// Ends a pending order's payment at Stripe, then the order; or settles it, if it turns out to be paid. The hold is
    /// released only once Stripe has said that no payment can arrive any more.
    pub(crate) async fn end_payment(
        &self,
        id: &OrderId,
        kind: ClaimKind,
        by: &str,
        why: &str,
    ) -> Result<(), EngineError> {
        let now = self.clock.now();
        let Some(order) = self.store.order(id).await? else { return Ok(()) };
        let Ok(decision) = claim(&order, kind, by, why, now) else { return Ok(()) };
        let claimed = match self.commit(&order, decision, None, None, now).await {
            Ok(committed) => committed.order,
            // Somebody was faster: with a claim, a payment or the end.
            Err(CommitError::Version | CommitError::EventDone) => return Ok(()),
            Err(CommitError::Store(error)) => return Err(error.into()),
            Err(error) => return Err(broken(error)),
        };
        let known = claimed.payment.state == PaymentState::Processing;
        let fact = match self.final_fact(&claimed).await? {
            Some(fact @ Fact::Processing { .. }) => (!known).then_some(fact),
            fact => fact,
        };
        let Some(fact) = fact else {
            // Not over yet: the claim is given back, and the order is looked at later.
            let wait = if known { PROCESSING_LOOK } else { SignedDuration::from_mins(1) };
            let decision = unclaim(&claimed, self.clock.now() + wait);
            return match self.commit(&claimed, decision, None, None, now).await {
                Ok(_) | Err(CommitError::Version | CommitError::EventDone) => Ok(()),
                Err(CommitError::Store(error)) => Err(error.into()),
                Err(error) => Err(broken(error)),
            };
        };
        self.settle(id, fact, None, true).await.map(drop)
    }

    /// What Stripe says of the order's session in the end, after it was ended if it was still open. None if that cannot
    /// be said yet.
    async fn final_fact(&self, order: &Order) -> Result<Option<Fact>, EngineError> {
        let session = match &order.payment.session_id {
            Some(id) => Some(self.stripe.retrieve_session(id).await?),
            None => self.find_session(order).await?,
        };
        let Some(mut session) = session else {
            // No session yet, and an answer may still be on its way: wait until Stripe would make none any more.
            let too_late = self.clock.now().duration_since(order.created_at) > SESSION_TOO_LATE;
            return Ok(too_late.then_some(Fact::Unpayable));
        };
        if session.status == SessionStatus::Open {
            session = match self.stripe.expire_session(&session.id).await {
                Ok(session) => session,
                // Paid or expired in this very moment.
                Err(error) if error.is_unexpected_state() => self.stripe.retrieve_session(&session.id).await?,
                Err(error) => return Err(error.into()),
            };
        }
        let told = facts::from_session(&session, self.clock.now()).map_err(broken)?;
        Ok(match told.say {
            Say::Fact(fact) => Some(fact),
            Say::Look(_) | Say::Nothing(_) => None,
        })
    }
}
