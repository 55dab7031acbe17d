//! Sending notifications: one cause, one mail.
//!
//! Each try takes the notification for itself first. If the process dies, it is on the agenda and is tried again. Only a
//! process that dies between sending and noting it, or a lost answer of the mail service, can send a mail twice, because that
//! service knows no idempotency.

use documents::FontFolder;
use domain::{NotificationKind, OrderId};
use engine::{Engine, EngineError, Pages};
use jiff::{SignedDuration, Timestamp};
use runtime::Clock;

use crate::{letters, mailer::Mailer};

/// When a notification that failed is tried again, if the queue does not bring it back before.
const AGAIN: SignedDuration = SignedDuration::from_mins(1);

/// What the notify function needs.
#[derive(Debug, Clone)]
pub(crate) struct Notifier {
    pub(crate) engine: Engine,
    pub(crate) mailer: Mailer,
    /// Where links in mails lead to.
    pub(crate) pages: Pages,
    /// What tickets and receipts are printed with.
    pub(crate) fonts: FontFolder,
    pub(crate) clock: Clock,
}

/// What came of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notified {
    /// It was sent now.
    Done,
    /// It was sent before, or another process is sending it, or it is not time for it yet.
    Nothing,
}

impl Notifier {
    /// Sends a notification, once, however many messages there are about it.
    ///
    /// # Errors
    /// [`EngineError`]; the notification is back on the agenda then, and the message should be delivered again.
    pub(crate) async fn notify(&self, id: &str) -> Result<Notified, EngineError> {
        let store = self.engine.store();
        let now = self.clock.now();
        let Some(record) = store.take_notification(id, now).await? else {
            tracing::info!(notification = id, "already processed");
            return Ok(Notified::Nothing);
        };
        match Box::pin(self.send(&record.order, &record.notification, now)).await {
            Ok(None) => {}
            Ok(Some(later)) => {
                // It goes back to the agenda as if it had not been asked for.
                store.return_notification(id, later).await?;
                return Ok(Notified::Nothing);
            }
            Err(error) => {
                tracing::warn!(notification = id, order = %record.order, %error, "notification failed");
                store.return_notification(id, now + AGAIN).await?;
                return Err(error);
            }
        }
        store.finish_notification(id, self.clock.now()).await?;
        tracing::info!(notification = id, order = %record.order, "notification done");
        Ok(Notified::Done)
    }

    /// Sends it, unless it is not time for it yet: then it says when it is.
    async fn send(
        &self,
        id: &OrderId,
        notification: &NotificationKind,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, EngineError> {
        let order = self.engine.store().order(id).await?;
        let order = order.ok_or_else(|| EngineError::Broken(format!("a notification of order {id}, which is gone")))?;
        if let Some(later) = order.not_before(notification).filter(|later| *later > now) {
            return Ok(Some(later));
        }
        if !notification.is_mail() {
            // It is the worker's, to whom the sweeper hands it.
            return Ok(Some(now));
        }
        if notification.is_for_buyer() && self.is_unwelcome(id, notification).await? {
            return Ok(None);
        }
        let letters = letters::Letters {
            engine: &self.engine,
            pages: &self.pages,
            sender: self.mailer.sender(),
            fonts: &self.fonts,
            now,
        };
        if let Some(written) = letters.write(&order, notification).await? {
            self.mailer.send(id, &written.to, written.message).await?;
        }
        Ok(None)
    }

    /// Whether the buyer's address takes no mail, or none of this sort.
    async fn is_unwelcome(&self, id: &OrderId, notification: &NotificationKind) -> Result<bool, EngineError> {
        let mailing = self.engine.store().mailing(id).await?;
        let refused = mailing.no_reminders && letters::is_reminder(notification);
        if mailing.undeliverable.is_some() {
            tracing::info!(order = %id, "nothing is sent to an address that takes no mail");
        }
        Ok(refused || mailing.undeliverable.is_some())
    }
}
