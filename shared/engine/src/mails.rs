//! Mail about one order that people ask for or refuse, and addresses that take none.
//!
//! Each is one conditional write, with its notification. If the process dies before it, nothing happened; run twice, the
//! second one finds the first. A notification whose name the queue loses stands on the agenda.

use domain::{
    Code, Mailing, NotificationKind, Order, OrderId, Refusal, Undeliverable, UndeliverableCause, order::change_address,
};

use crate::{
    base::Engine,
    change::{Changed, Next},
    error::{EngineError, broken},
};

/// How often a change is tried anew because another request changed the same.
const ROUNDS: usize = 8;

impl Engine {
    /// Sends an order's confirmation once more: for staff at any time, for the buyer a few times an hour.
    ///
    /// # Errors
    /// `not_paid` for an order without a confirmation, `rate_limited`, `illegal_state` where no mail reaches the buyer.
    pub async fn resend(&self, order: &Order, by_staff: bool) -> Result<(), EngineError> {
        if order.paid_at.is_none() {
            return Err(Refusal::new(Code::NotPaid, "The order is not paid, so it has no confirmation").into());
        }
        if order.buyer.email.is_empty() {
            return Err(Refusal::new(Code::IllegalState, "The order is archived, and has no buyer any more").into());
        }
        for _ in 0..ROUNDS {
            let now = self.clock.now();
            let mut mailing = self.store.mailing(&order.id).await?;
            if mailing.undeliverable.is_some() {
                let message = "Mail to the buyer's address comes back; staff can change the address";
                return Err(Refusal::new(Code::IllegalState, message).into());
            }
            let notification = NotificationKind::Resend(mailing.resend(by_staff, now)?);
            mailing.version += 1;
            if self.store.put_mailing(&mailing, Some((order, &notification)), now).await? {
                self.queue.send_or_leave(&[notification.id(&order.id)]).await;
                tracing::info!(order = %order.id, by_staff, "confirmation sent again");
                return Ok(());
            }
        }
        Err(EngineError::Contended)
    }

    /// Writes to an order's buyer at another address from now on; the trail says who changed it.
    ///
    /// # Errors
    /// `illegal_state` once the order is archived; `not_found`.
    pub async fn change_address(&self, id: &OrderId, email: &str, by: &str) -> Result<Order, EngineError> {
        let changed = self
            .change_order(id, by, |order, _| {
                let order = order.ok_or_else(|| Refusal::not_found("order"))?;
                let decision = change_address(&order, email)?;
                Ok(if decision.changed { Next::commit(order, decision) } else { Next::Done(order) })
            })
            .await?;
        let order = match changed {
            Changed::Now(committed) => committed.order,
            Changed::Before(order) => return Ok(order),
            Changed::NotTaken(error) => return Err(broken(error)),
        };
        self.change_mailing(id, |mailing| mailing.undeliverable.take().is_some()).await?;
        tracing::info!(order = %id, by, "the buyer's address was changed");
        Ok(order)
    }

    /// Sends no reminders of this order any more.
    ///
    /// # Errors
    /// [`EngineError`]; to be tried again.
    pub async fn stop_reminders(&self, id: &OrderId) -> Result<(), EngineError> {
        self.change_mailing(id, |mailing| !std::mem::replace(&mut mailing.no_reminders, true)).await
    }

    /// Notes that mail to an order's buyer does not arrive at an address, or is not welcome there. Nothing more is sent to
    /// it; a buyer who has another address by now is written to there.
    ///
    /// # Errors
    /// [`EngineError`]; to be tried again.
    pub async fn note_undeliverable(
        &self,
        id: &OrderId,
        address: &str,
        cause: UndeliverableCause,
    ) -> Result<(), EngineError> {
        let Some(order) = self.store.order(id).await? else { return Ok(()) };
        if !order.buyer.email.eq_ignore_ascii_case(address) {
            tracing::info!(order = %id, cause = cause.as_str(), "mail came back from an address that is another by now");
            return Ok(());
        }
        let at = self.clock.now();
        let note = |mailing: &mut Mailing| {
            let new = mailing.undeliverable.is_none();
            mailing.undeliverable.get_or_insert(Undeliverable { cause, at });
            new
        };
        self.change_mailing(id, note).await?;
        tracing::warn!(order = %id, cause = cause.as_str(), "mail to the buyer comes back");
        Ok(())
    }

    /// Changes what is known of the mail to an order's buyer, if `change` says that there is anything to change.
    async fn change_mailing(&self, id: &OrderId, change: impl Fn(&mut Mailing) -> bool) -> Result<(), EngineError> {
        for _ in 0..ROUNDS {
            let mut mailing = self.store.mailing(id).await?;
            if !change(&mut mailing) {
                return Ok(());
            }
            mailing.version += 1;
            if self.store.put_mailing(&mailing, None, self.clock.now()).await? {
                return Ok(());
            }
        }
        Err(EngineError::Contended)
    }
}
