//! Sending notifications: one cause, one mail.
//!
//! Each try takes the notification for itself first. If the process dies, it is on the agenda and is tried again. Only a
//! process that dies between sending and noting it, or a lost answer of the mail service, can send a mail twice, because that
//! service knows no idempotency.

use documents::FontFolder;
use domain::{DailySummary, NotificationKind, Order, OrderId};
use engine::{Engine, EngineError, Pages};
use jiff::{SignedDuration, Timestamp};
use runtime::Clock;
use store::SummaryRecord;

use crate::{letters, mailer::Mailer, returned::About};

/// When a notification that failed is tried again, if the queue does not bring it back before. The queue does so six minutes
/// after it handed it out, five times; a second message of it meanwhile would only make the queue longer.
const AGAIN: SignedDuration = SignedDuration::from_mins(10);

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
        if DailySummary::is_named_by(id) {
            return Box::pin(self.summary(id, now)).await;
        }
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

    fn letters(&self, now: Timestamp) -> letters::Letters<'_> {
        letters::Letters {
            engine: &self.engine,
            pages: &self.pages,
            sender: self.mailer.sender(),
            fonts: &self.fonts,
            now,
        }
    }

    /// Sends the summary of an organization's day to its contact address.
    async fn summary(&self, id: &str, now: Timestamp) -> Result<Notified, EngineError> {
        let store = self.engine.store();
        let Some(SummaryRecord { summary, token }) = store.take_summary(id, now).await? else {
            tracing::info!(notification = id, "already processed");
            return Ok(Notified::Nothing);
        };
        let letters = self.letters(now);
        let sent = async {
            if let Some(written) = letters.write_summary(&summary, &token).await? {
                self.mailer
                    .send(&About::Organization(summary.organization.clone()), &written.to, written.message)
                    .await?;
            }
            Ok::<_, EngineError>(())
        };
        if let Err(error) = sent.await {
            tracing::warn!(notification = id, %error, "notification failed");
            store.return_notification(id, now + AGAIN).await?;
            return Err(error);
        }
        store.finish_notification(id, self.clock.now()).await?;
        tracing::info!(notification = id, "notification done");
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
        if let Some(address) = order.addressee(notification)
            && self.is_unwelcome(&order, address, notification).await?
        {
            return Ok(None);
        }
        let letters = self.letters(now);
        if let Some(written) = letters.write(&order, notification).await? {
            self.mailer.send(&About::Order(id.clone()), &written.to, written.message).await?;
        }
        Ok(None)
    }

    /// Whether an address of the order takes no mail, or none of this sort.
    async fn is_unwelcome(
        &self,
        order: &Order,
        address: &str,
        notification: &NotificationKind,
    ) -> Result<bool, EngineError> {
        let (mailing, elsewhere) = self.engine.known_of_mail(order, address).await?;
        let refused = mailing.no_reminders && letters::is_reminder(notification);
        let undeliverable = elsewhere.is_some() || mailing.undeliverable(&order.address_mark(address)).is_some();
        if undeliverable {
            tracing::info!(order = %order.id, "nothing is sent to an address that takes no mail");
        }
        Ok(refused || undeliverable)
    }
}
