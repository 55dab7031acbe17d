//! Seeing to notices: one cause, one mail.

use domain::{NoticeKind, Order};
use jiff::SignedDuration;

use crate::{Engine, EngineError, Mailer, Pages, mail, render};

/// When a notice that failed is looked after again, if the queue does not bring it back before.
const AGAIN: SignedDuration = SignedDuration::from_mins(1);

/// What the notify function needs.
#[derive(Debug, Clone)]
pub struct Notifier {
    /// The engine.
    pub engine: Engine,
    /// Where mail leaves.
    pub mailer: Mailer,
    /// Our addresses.
    pub pages: Pages,
}

/// What came of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notified {
    /// It was seen to now.
    Done,
    /// It had been seen to before, or somebody else has it in hand.
    Nothing,
}

impl Notifier {
    /// Sees to a notice. Any number of messages about one notice do it once: each attempt takes the notice for itself
    /// first. Only a crash between sending and noting it, or an answer of the mail service that is lost, can send a mail
    /// twice, because that service knows no idempotency.
    ///
    /// # Errors
    /// [`EngineError`]; the notice is back on the agenda then, and the message should be delivered again.
    pub async fn notify(&self, id: &str) -> Result<Notified, EngineError> {
        let store = &self.engine.store;
        let now = self.engine.clock.now();
        let Some(record) = store.take_notice(id, now).await? else {
            tracing::info!(notice = id, "already processed");
            return Ok(Notified::Nothing);
        };
        let told = self.tell(&record.order, &record.notice).await;
        if let Err(error) = told {
            tracing::warn!(notice = id, order = %record.order, %error, "notice failed");
            store.return_notice(id, now + AGAIN).await?;
            return Err(error);
        }
        store.finish_notice(id, self.engine.clock.now()).await?;
        tracing::info!(notice = id, order = %record.order, "notice done");
        Ok(Notified::Done)
    }

    async fn tell(&self, id: &domain::OrderId, notice: &NoticeKind) -> Result<(), EngineError> {
        let order = self.engine.store.order(id).await?;
        let order = order.ok_or_else(|| EngineError::Broken(format!("a notice of order {id}, which is gone")))?;
        if *notice == NoticeKind::TransferLabel {
            return self.label_transfer(&order).await;
        }
        match mail::compose(&order, notice, &self.pages) {
            Some(mail) => self.mailer.send(&mail).await,
            None => Ok(()),
        }
    }

    /// Writes what an order was about onto Stripe's transfer to the organization, for its books.
    async fn label_transfer(&self, order: &Order) -> Result<(), EngineError> {
        let stripe = &self.engine.stripe;
        let charge = match (&order.payment.charge_id, &order.payment.payment_intent_id) {
            (Some(charge), _) => charge.clone(),
            (None, Some(intent)) => stripe
                .retrieve_intent(intent)
                .await?
                .latest_charge
                .ok_or_else(|| EngineError::Broken(format!("the payment of order {} has no charge", order.id)))?,
            (None, None) => return Ok(()),
        };
        let Some(transfer) = stripe.retrieve_charge(&charge).await?.transfer else {
            return Err(EngineError::Broken(format!("charge {charge} has no transfer yet")));
        };
        let mut metadata = render::metadata(order);
        metadata.insert("organization".to_owned(), order.organization.to_string());
        stripe.update_transfer(&transfer, &render::description(order), &metadata).await?;
        Ok(())
    }
}
