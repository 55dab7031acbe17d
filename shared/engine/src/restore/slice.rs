//! One slice of Stripe's time: what was begun in it, and what happened in it.
//!
//! If the process dies, the whole slice is gone through again, to no further effect.

use std::collections::{BTreeMap, HashSet};

use domain::{OrderId, OrganizationId};
use jiff::Timestamp;
use payments::{
    events::Envelope,
    facts::{self, Fetch},
    owners::Owner,
};

use super::report::RestoreReport;
use crate::{base::Engine, error::EngineError};

impl Engine {
    /// Goes through what was begun and what happened at Stripe from one time to another.
    ///
    /// # Errors
    /// [`EngineError`] when a list, or the table, gives no answer.
    pub(super) async fn restore_slice(
        &self,
        from: Timestamp,
        to: Timestamp,
        report: &mut RestoreReport,
    ) -> Result<(), EngineError> {
        let sessions = self.stripe.list_sessions(from, to).await?;
        let known = self.known(sessions.iter().filter_map(|session| session.order.clone())).await?;
        for session in sessions.iter().rev() {
            if let Some(order) = session.order.as_ref().filter(|order| !known.contains(*order))
                && self.is_lost(order, &session.metadata, report).await?
            {
                let done = Box::pin(self.end_lost_session(session, report)).await;
                note(report, order, done);
            }
        }
        let intents = self.stripe.list_intents(from, to).await?;
        let known = self.known(intents.iter().filter_map(|intent| intent.order.clone())).await?;
        for intent in intents.iter().rev() {
            if let Some(order) = intent.order.as_ref().filter(|order| !known.contains(*order))
                && self.is_lost(order, &intent.metadata, report).await?
            {
                let done = Box::pin(self.end_lost_payment(&intent.id, None, report)).await;
                note(report, order, done);
            }
        }
        let livemode = self.stripe.livemode().await.ok().flatten();
        for event in self.stripe.list_events(from, to).await? {
            if matches!(event.owner(livemode), Owner::Foreign(_)) {
                continue;
            }
            report.events += 1;
            if let Err(error) = Box::pin(self.restore_event(&event, report)).await {
                tracing::warn!(event = %event.id, %error, "an event was not settled");
                report.failed += 1;
            }
        }
        Ok(())
    }

    /// Which of these orders the table knows.
    async fn known(&self, ids: impl Iterator<Item = OrderId>) -> Result<HashSet<OrderId>, EngineError> {
        let ids: HashSet<OrderId> = ids.collect();
        let ids: Vec<OrderId> = ids.into_iter().collect();
        Ok(self.store.orders(&ids).await?.into_iter().map(|order| order.id).collect())
    }

    /// Whether what names an order that the table does not know is this installation's. Other products, and other
    /// installations, may have the same account at Stripe.
    async fn is_lost(
        &self,
        order: &OrderId,
        metadata: &BTreeMap<String, String>,
        report: &mut RestoreReport,
    ) -> Result<bool, EngineError> {
        let organization = metadata.get("organization").and_then(|id| OrganizationId::parse(id.as_str()).ok());
        let Some(organization) = organization.filter(|_| order.as_str().starts_with("ord_")) else { return Ok(false) };
        let ours = self.store.organization(&organization).await?.is_some();
        report.left_alone += u32::from(!ours);
        Ok(ours)
    }

    /// Works on an event as the webhook did, once its refunds are written down.
    async fn restore_event(&self, event: &Envelope, report: &mut RestoreReport) -> Result<(), EngineError> {
        if let Some(Fetch::Refunds { payment_intent }) = facts::pointer(event) {
            report.refunds += self.restore_refunds(&payment_intent).await?;
        }
        self.receive(event).await.map(drop)
    }
}

fn note(report: &mut RestoreReport, order: &OrderId, done: Result<(), EngineError>) {
    if let Err(error) = done {
        tracing::warn!(%order, %error, "a payment of a lost order was not settled");
        report.failed += 1;
    }
}
