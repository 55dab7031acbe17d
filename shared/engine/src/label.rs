//! A notification that is no mail: the label of a transfer.
//!
//! Each try takes the notification for itself first. If the process dies, it is on the agenda and is tried again; the same
//! label again changes nothing.

use domain::NotificationKind;
use jiff::SignedDuration;

use crate::{
    base::Engine,
    error::{EngineError, broken},
};

/// When a label that failed is tried again.
const AGAIN: SignedDuration = SignedDuration::from_mins(1);

impl Engine {
    /// Writes the label that a notification asks for, once, however many messages there are about it.
    pub(crate) async fn label(&self, id: &str) -> Result<(), EngineError> {
        let now = self.clock.now();
        let Some(record) = self.store.take_notification(id, now).await? else {
            tracing::info!(notification = id, "already processed");
            return Ok(());
        };
        let order = self.store.order(&record.order).await?;
        let labeled = match order.filter(|_| record.notification == NotificationKind::TransferLabel) {
            Some(order) => self.label_transfer(&order).await,
            None => Err(broken(format!("{id} is no label of an order"))),
        };
        if let Err(error) = labeled {
            // The agenda brings it back; a second message of it in the queue would be of no use.
            tracing::warn!(notification = id, order = %record.order, %error, "notification failed");
            return Ok(self.store.return_notification(id, now + AGAIN).await?);
        }
        self.store.finish_notification(id, self.clock.now()).await?;
        tracing::info!(notification = id, order = %record.order, "notification done");
        Ok(())
    }
}
