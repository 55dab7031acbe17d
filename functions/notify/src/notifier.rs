//! Sending what the engine delivers: written as a letter, and handed to SES.

use documents::FontFolder;
use domain::{DailySummary, Order};
use engine::{BaseUrls, Engine, EngineError, Notified, TicketKeys};
use runtime::Clock;
use store::SummaryRecord;

use crate::{letters::Letters, mailer::Mailer, returned::MailAbout};

/// What the notify function needs.
#[derive(Debug, Clone)]
pub(crate) struct Notifier {
    pub(crate) engine: Engine,
    pub(crate) mailer: Mailer,
    /// Where links in mails lead to.
    pub(crate) pages: BaseUrls,
    /// What tickets and receipts are printed with.
    pub(crate) fonts: FontFolder,
    /// What tickets are signed with.
    pub(crate) ticket_keys: TicketKeys,
    pub(crate) clock: Clock,
}

impl Notifier {
    /// Sends a notification, once, however many messages there are about it.
    ///
    /// # Errors
    /// [`EngineError`]; the notification is back on the agenda then, and the message should be delivered again.
    pub(crate) async fn notify(&self, id: &str) -> Result<Notified, EngineError> {
        if DailySummary::is_named_by(id) {
            return Box::pin(self.engine.deliver_summary(id, |record| self.send_summary(record))).await;
        }
        let send = |order: Order, notification| async move {
            let Some(written) = self.letters().write(&order, &notification).await? else { return Ok(()) };
            self.mailer.send(&MailAbout::Order(order.id), &written.to, written.message).await
        };
        Box::pin(self.engine.deliver(id, send)).await
    }

    /// Sends the summary of an organization's day to its contact address.
    async fn send_summary(&self, SummaryRecord { summary, token }: SummaryRecord) -> Result<(), EngineError> {
        let Some(written) = self.letters().write_summary(&summary, &token).await? else { return Ok(()) };
        self.mailer.send(&MailAbout::Organization(summary.organization), &written.to, written.message).await
    }

    fn letters(&self) -> Letters<'_> {
        Letters {
            engine: &self.engine,
            pages: &self.pages,
            sender: self.mailer.sender(),
            fonts: &self.fonts,
            ticket_keys: &self.ticket_keys,
            now: self.clock.now(),
        }
    }
}
