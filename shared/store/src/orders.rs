//! Orders: reading one, and noting what Stripe made for it.

use domain::{EventId, Order, OrderId, OrderNumber, OrganizationId, TicketCode};

use crate::{
    CallRecord, EventRecord, Store, StoreError, WriteError, calls,
    error::NotApplied,
    index::due_second,
    items::{self, Reference, event, number, order, stripe, ticket},
    value::{Change, n, s, text},
    write::Write,
};

impl Store {
    /// Reads an order.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn order(&self, id: &OrderId) -> Result<Option<Order>, StoreError> {
        let item = self.get("read an order", &order::key(id)).await?;
        item.map(order::read).transpose()
    }

    /// Reads an order and what has become of an event, in one round trip.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn order_and_event(
        &self,
        order: &OrderId,
        event: &EventId,
    ) -> Result<(Option<Order>, Option<EventRecord>), StoreError> {
        let mut found = (None, None);
        for item in self.batch_get("read an order", &[order::key(order), event::key(event)]).await? {
            match text(&item, "entity").as_str() {
                order::ENTITY => found.0 = Some(order::read(item)?),
                _ => found.1 = Some(items::read(item)?),
            }
        }
        Ok(found)
    }

    /// Reads several orders, in no order; those that are gone are missing.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn orders(&self, ids: &[OrderId]) -> Result<Vec<Order>, StoreError> {
        let mut orders = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(100) {
            let keys: Vec<_> = chunk.iter().map(order::key).collect();
            for item in self.batch_get("read orders", &keys).await? {
                orders.push(order::read(item)?);
            }
        }
        Ok(orders)
    }

    /// The order that a payment of Stripe's belongs to, if it is known as a second one of an order.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn order_of_stripe(&self, id: &str) -> Result<Option<OrderId>, StoreError> {
        let item = self.get("look up a payment", &stripe::key(id)).await?;
        Ok(item.map(items::read::<Reference>).transpose()?.map(|reference| reference.order))
    }

    /// Notes the session that Stripe made for an order, only where none is yet, touching neither status nor version: a
    /// webhook may have been faster. From then on the order is due when its hold runs out.
    ///
    /// # Errors
    /// [`StoreError`]. That there is a session already is not an error.
    pub async fn record_session(&self, order: &Order, session: &str, url: Option<&str>) -> Result<(), StoreError> {
        let key = order::key(&order.id);
        let note = || Change::default().set_once("session_id", Some(s(session))).set_once("checkout_url", url.map(s));
        let hold = order.hold.as_ref().map(|hold| n(due_second(hold.expires_at)));
        let fresh = note()
            .set_or_remove("due_at", hold)
            .given(":version", n(order.version))
            .naming("version")
            .naming("session_id");
        let condition = "#version = :version AND attribute_not_exists(#session_id)";
        match self.write("note a session", Write::Update { key: key.clone(), change: fresh, condition }).await {
            Ok(()) => return Ok(()),
            Err(WriteError::Condition) => {}
            Err(WriteError::Store(error)) => return Err(error),
        }
        // Something has happened to the order meanwhile, and with it when it is due.
        let write = Write::Update { key, change: note(), condition: "attribute_exists(pk)" };
        self.write_or_leave("note a session", write).await
    }

    /// The order that a ticket code belongs to, however its O, 0, I, 1 and L were read.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn order_of_ticket(&self, code: &TicketCode) -> Result<Option<OrderId>, StoreError> {
        let keys: Vec<_> = code.candidates().iter().map(ticket::key).collect();
        let (first, older) = keys.split_at(1.min(keys.len()));
        for key in first {
            if let Some(item) = self.get("look up a ticket", key).await? {
                return Ok(Some(items::read::<Reference>(item)?.order));
            }
        }
        let found = if older.is_empty() { Vec::new() } else { self.batch_get("look up a ticket", older).await? };
        Ok(found.into_iter().next().map(items::read::<Reference>).transpose()?.map(|reference| reference.order))
    }

    /// Looks up the order of an organization that has this number.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn order_of_number(
        &self,
        organization: &OrganizationId,
        number: &OrderNumber,
    ) -> Result<Option<OrderId>, StoreError> {
        let found = self.get("look up an order's number", &number::key(organization, number)).await?;
        Ok(found.map(items::read::<Reference>).transpose()?.map(|reference| reference.order))
    }

    /// Notes the payment intent that Stripe made for an order, only where none is yet, touching neither status nor
    /// version; and with it the call record of its confirmation, if the server is to confirm.
    ///
    /// # Errors
    /// [`StoreError`]. That it was noted before is not an error.
    pub async fn record_intent(
        &self,
        order: &OrderId,
        intent: &str,
        confirm: Option<&CallRecord>,
    ) -> Result<(), StoreError> {
        let change = Change::default().set_once("payment_intent_id", Some(s(intent)));
        let note = Write::Update { key: order::key(order), change, condition: "attribute_exists(pk)" };
        let Some(call) = confirm else {
            return self.write_or_leave("note a payment", note).await;
        };
        let writes = [note, calls::put(call)?];
        match self.transact("note a payment", &writes).await {
            Ok(()) | Err(NotApplied::Conditions(_)) => Ok(()),
            Err(NotApplied::Conflict) => Err(StoreError::out_of_time("note a payment")),
            Err(NotApplied::Store(error)) => Err(error),
        }
    }
}
