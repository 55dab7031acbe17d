//! Seeing to notifications: one cause, one mail.

use domain::{NotificationKind, Order};
use jiff::SignedDuration;

use crate::{Engine, EngineError, Mailer, Pages, mail, requests};

/// When a notification that failed is looked after again, if the queue does not bring it back before.
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
    /// Sees to a notification. Any number of messages about one notification do it once: each attempt takes the notification for itself
    /// first. Only a crash between sending and noting it, or an answer of the mail service that is lost, can send a mail
    /// twice, because that service knows no idempotency.
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
        let observation = self.tell(&record.order, &record.notification).await;
        if let Err(error) = observation {
            tracing::warn!(notification = id, order = %record.order, %error, "notification failed");
            store.return_notification(id, now + AGAIN).await?;
            return Err(error);
        }
        store.finish_notification(id, self.engine.clock.now()).await?;
        tracing::info!(notification = id, order = %record.order, "notification done");
        Ok(Notified::Done)
    }

    async fn tell(&self, id: &domain::OrderId, notification: &NotificationKind) -> Result<(), EngineError> {
        let order = self.engine.store.order(id).await?;
        let order = order.ok_or_else(|| EngineError::Broken(format!("a notification of order {id}, which is gone")))?;
        if *notification == NotificationKind::TransferLabel {
            return self.label_transfer(&order).await;
        }
        match mail::compose(&order, notification, &self.pages) {
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
        let mut metadata = requests::metadata(order);
        metadata.insert("organization".to_owned(), order.organization.to_string());
        stripe.update_transfer(&transfer, &requests::description(order), &metadata).await?;
        Ok(())
    }
}
