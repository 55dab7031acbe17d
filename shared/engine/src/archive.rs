//! Archiving: the personal fields of one order go, 90 days after all of it is over, or because its customer asked for it.
//!
//! The call records are redacted first and what is known of mail is forgotten, then comes the order, in one conditional write.
//! If the process dies before it, the order is on the agenda still, and doing the first again changes nothing.

use domain::{Actor, OrderId, order::archive};
use jiff::Timestamp;
use store::CommitError;

use crate::{
    base::Engine,
    change::{Change, Committed, Next},
    error::{EngineError, broken},
};

/// An order on its way into the archive.
struct Archiving<'a> {
    id: &'a OrderId,
    by: &'a Actor,
}

impl Change for Archiving<'_> {
    /// Whether there was something to take out.
    type Done = bool;

    fn by(&self) -> &Actor {
        self.by
    }

    async fn decide(&mut self, engine: &Engine, now: Timestamp) -> Result<Next<bool>, EngineError> {
        let Some(order) = engine.store.order(self.id).await? else { return Ok(Next::Done(false)) };
        let decision = archive(&order, now);
        if !decision.changed {
            return Ok(Next::Done(false));
        }
        // Before the order says that all is gone, it is gone everywhere.
        engine.store.redact_calls(self.id, order.calls).await?;
        engine.store.forget_mailing(self.id).await?;
        engine.store.forget_search(&order).await?;
        Ok(Next::commit(order, decision))
    }

    fn committed(&mut self, _: Committed) -> bool {
        tracing::info!(order = %self.id, by = self.by.as_str(), "order archived");
        true
    }

    fn not_taken(&mut self, error: CommitError) -> Result<Option<bool>, EngineError> {
        Err(broken(error))
    }
}

impl Engine {
    /// Takes the personal fields out of an order whose time has come, or whose customer asked for it. True if there
    /// was something to take.
    pub(crate) async fn archive_order(&self, id: &OrderId, by: &Actor) -> Result<bool, EngineError> {
        self.change(&mut Archiving { id, by }).await
    }
}
