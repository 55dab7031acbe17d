//! Delivering notifications: one cause, one mail.
//!
//! Each try takes the notification for itself first. If the process dies, it is on the agenda and is tried again. Only a
//! process that dies between sending and noting it, or a lost answer of the mail service, can send a mail twice, because that
//! service knows no idempotency.

use std::future::Future;

use domain::{NotificationKind, Order, OrderId};
use jiff::{SignedDuration, Timestamp};
use store::{NotificationRecord, SummaryRecord};

use crate::{
    base::Engine,
    error::{EngineError, broken},
};

/// When a notification that failed is tried again, if the queue does not bring it back before. The queue does so six minutes
/// after it handed it out, five times; a second message of it meanwhile would only make the queue longer.
const AGAIN: SignedDuration = SignedDuration::from_mins(10);

/// What came of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notified {
    /// It was sent now.
    Done,
    /// It was sent before, or another process is sending it, or it is not time for it yet.
    Nothing,
}

/// What is to be done with a notification that was taken on.
enum Taken {
    Send(Box<Order>),
    /// The address takes no mail, or none of this sort: it counts as sent.
    Leave,
    /// It is not time for it yet.
    Return(Timestamp),
}

impl Engine {
    /// Delivers a notification, once, however many messages there are about it. `send` writes and sends it.
    ///
    /// # Errors
    /// [`EngineError`]; the notification is back on the agenda then, and the message should be delivered again.
    pub async fn deliver<F>(
        &self,
        id: &str,
        send: impl FnOnce(Order, NotificationKind) -> F + Send,
    ) -> Result<Notified, EngineError>
    where
        F: Future<Output = Result<(), EngineError>> + Send,
    {
        let now = self.clock.now();
        let Some(NotificationRecord { order, notification, .. }) = self.store.take_notification(id, now).await? else {
            tracing::info!(notification = id, "already processed");
            return Ok(Notified::Nothing);
        };
        let sent = async {
            match self.taken(&order, &notification, now).await? {
                Taken::Send(order) => Box::pin(send(*order, notification)).await.map(|()| None),
                Taken::Leave => Ok(None),
                Taken::Return(later) => Ok(Some(later)),
            }
        };
        let sent = Box::pin(sent).await;
        self.end_delivery(id, Some(&order), now, sent).await
    }

    /// Delivers the summary of an organization's day, once. `send` writes and sends it.
    ///
    /// # Errors
    /// As with [`Self::deliver`].
    pub async fn deliver_summary<F>(
        &self,
        id: &str,
        send: impl FnOnce(SummaryRecord) -> F + Send,
    ) -> Result<Notified, EngineError>
    where
        F: Future<Output = Result<(), EngineError>> + Send,
    {
        let now = self.clock.now();
        let Some(record) = self.store.take_summary(id, now).await? else {
            tracing::info!(notification = id, "already processed");
            return Ok(Notified::Nothing);
        };
        let sent = Box::pin(send(record)).await.map(|()| None);
        self.end_delivery(id, None, now, sent).await
    }

    /// Notes what came of a notification that was taken on at `now`: it is done, comes back at the time in `sent`, or failed.
    async fn end_delivery(
        &self,
        id: &str,
        order: Option<&OrderId>,
        now: Timestamp,
        sent: Result<Option<Timestamp>, EngineError>,
    ) -> Result<Notified, EngineError> {
        let order = order.map(tracing::field::display);
        match sent {
            Ok(None) => {
                self.store.finish_notification(id, self.clock.now()).await?;
                tracing::info!(notification = id, order, "notification done");
                Ok(Notified::Done)
            }
            Ok(Some(later)) => {
                // It goes back to the agenda as if it had not been asked for.
                self.store.return_notification(id, later).await?;
                Ok(Notified::Nothing)
            }
            Err(error) => {
                tracing::warn!(notification = id, order, %error, "notification failed");
                self.store.return_notification(id, now + AGAIN).await?;
                Err(error)
            }
        }
    }

    /// What is to be done with a notification, by what is known of its order now.
    async fn taken(&self, id: &OrderId, notification: &NotificationKind, now: Timestamp) -> Result<Taken, EngineError> {
        let order = self.store.order(id).await?;
        let order = order.ok_or_else(|| broken(format!("a notification of order {id}, which is gone")))?;
        if let Some(later) = order.not_before(notification).filter(|later| *later > now) {
            return Ok(Taken::Return(later));
        }
        if !notification.is_mail() {
            // It is the worker's, to whom the sweeper hands it.
            return Ok(Taken::Return(now));
        }
        if let Some(address) = order.addressee(notification)
            && self.is_unwelcome(&order, address, notification).await?
        {
            return Ok(Taken::Leave);
        }
        Ok(Taken::Send(Box::new(order)))
    }

    /// Whether an address of the order takes no mail, or none of this sort.
    async fn is_unwelcome(
        &self,
        order: &Order,
        address: &str,
        notification: &NotificationKind,
    ) -> Result<bool, EngineError> {
        let (mailing, elsewhere) = self.known_of_mail(order, address).await?;
        let refused = mailing.no_reminders && notification.is_reminder();
        let undeliverable = elsewhere.is_some() || mailing.undeliverable(&order.address_mark(address)).is_some();
        if undeliverable {
            tracing::info!(order = %order.id, "nothing is sent to an address that takes no mail");
        }
        Ok(refused || undeliverable)
    }
}
