//! Sending notifications: one cause, one mail.
//!
//! Each try takes the notification for itself first. If the process dies, it is on the agenda and is tried again. Only a
//! process that dies between sending and noting it, or a lost answer of the mail service, can send a mail twice, because that
//! service knows no idempotency.

use domain::NotificationKind;
use jiff::SignedDuration;

use crate::{
    base::{Engine, Pages},
    error::EngineError,
    mail::{Mailer, compose},
};

/// When a notification that failed is tried again, if the queue does not bring it back before.
const AGAIN: SignedDuration = SignedDuration::from_mins(1);

/// What the notify function needs.
#[derive(Debug, Clone)]
pub struct Notifier {
    engine: Engine,
    mailer: Mailer,
    pages: Pages,
}

/// What came of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notified {
    /// It was sent now.
    Done,
    /// It was sent before, or another process is sending it.
    Nothing,
}

impl Notifier {
    /// A notifier that sends mail through `mailer`, with links to `pages`.
    #[must_use]
    pub fn new(engine: Engine, mailer: Mailer, pages: Pages) -> Self {
        Self { engine, mailer, pages }
    }

    /// Sends a notification, once, however many messages there are about it.
    ///
    /// # Errors
    /// [`EngineError`]; the notification is back on the agenda then, and the message should be delivered again.
    pub async fn notify(&self, id: &str) -> Result<Notified, EngineError> {
        let store = &self.engine.store;
        let now = self.engine.clock.now();
        let Some(record) = store.take_notification(id, now).await? else {
            tracing::info!(notification = id, "already processed");
            return Ok(Notified::Nothing);
        };
        if let Err(error) = self.send(&record.order, &record.notification).await {
            tracing::warn!(notification = id, order = %record.order, %error, "notification failed");
            store.return_notification(id, now + AGAIN).await?;
            return Err(error);
        }
        store.finish_notification(id, self.engine.clock.now()).await?;
        tracing::info!(notification = id, order = %record.order, "notification done");
        Ok(Notified::Done)
    }

    async fn send(&self, id: &domain::OrderId, notification: &NotificationKind) -> Result<(), EngineError> {
        let order = self.engine.store.order(id).await?;
        let order = order.ok_or_else(|| EngineError::Broken(format!("a notification of order {id}, which is gone")))?;
        if *notification == NotificationKind::TransferLabel {
            return self.engine.label_transfer(&order).await;
        }
        match compose(&order, notification, &self.pages) {
            Some(mail) => self.mailer.send(&mail).await,
            None => Ok(()),
        }
    }
}
