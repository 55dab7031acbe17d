//! Refunds that staff ask for.
//!
//! The refund is written down first, with its goods and its call record, in one transaction with the client's key. If the
//! process dies after that, the sweeper asks Stripe. If it runs twice with the same key, the second one gets the refund of the
//! first; without a key, the order refuses what is not left.

use std::time::Instant;

use domain::{
    Actor, Code, Order, OrderId, OrganizationId, RefundId, Refusal,
    order::{NextCall, Refund, RefundAsk, RefundCause, decide_refund},
};
use jiff::Timestamp;
use store::{CommitError, IdempotencyRecord};

use crate::{
    base::Engine,
    calls::record::RecordedCall,
    change::{Beside, Change, Committed, Next, Planned},
    error::{EngineError, broken},
    fresh::fresh,
    idempotency::{mismatch, ttl},
};

/// A refund that staff ask for.
#[derive(Debug, Clone)]
pub struct RefundCommand {
    /// Its id; it must be of the caller's organization.
    pub order: OrderId,
    /// Lines with quantities, an amount, or the rest.
    pub ask: RefundAsk,
    /// Why, in staff's words.
    pub reason: Option<String>,
    /// Who asks.
    pub by: Actor,
    /// The client's idempotency key.
    pub key: Option<String>,
    /// A hash of the request, to tell another one under the same key.
    pub fingerprint: String,
}

/// A refund on its way into the table.
struct Reserving<'a> {
    requested: &'a RefundCommand,
    id: RefundId,
    scope: String,
}

/// What reserving comes to: the refund of this request or of an earlier one with the same key.
enum Reserved {
    Now(Box<Committed>),
    Before(Box<IdempotencyRecord>),
}

impl Change for Reserving<'_> {
    type Done = Reserved;

    fn by(&self) -> &Actor {
        &self.requested.by
    }

    async fn decide(&mut self, engine: &Engine, now: Timestamp) -> Result<Next<Reserved>, EngineError> {
        let RefundCommand { order, ask, reason, key, fingerprint, .. } = self.requested;
        if let Some(key) = key
            && let Some(record) = engine.store.idempotency(&self.scope, key).await?
        {
            return Ok(Next::Done(Reserved::Before(Box::new(record))));
        }
        let order = engine.store.order(order).await?.ok_or_else(|| Refusal::not_found("order"))?;
        let decision = decide_refund(&order, ask, self.id.clone(), RefundCause::Staff, reason.clone(), now)?;
        let idempotency = key.clone().map(|key| IdempotencyRecord {
            scope: self.scope.clone(),
            key,
            fingerprint: fingerprint.clone(),
            order: order.id.clone(),
            refund: Some(self.id.clone()),
            lease_until: now,
            ttl: ttl(now),
        });
        Ok(Next::Commit(Box::new(Planned {
            beside: Beside { idempotency, ..Beside::default() },
            ..Planned::new(order, decision)
        })))
    }

    fn committed(&mut self, committed: Committed) -> Reserved {
        Reserved::Now(Box::new(committed))
    }

    fn not_taken(&mut self, error: CommitError) -> Result<Option<Reserved>, EngineError> {
        match error {
            CommitError::Duplicate(record) => Ok(Some(Reserved::Before(record))),
            CommitError::InsufficientHours => {
                let message = "The hours of this order are spent, in part or all; refund an amount, or fewer units";
                Err(Refusal::new(Code::InsufficientHours, message).into())
            }
            _ => Ok(None),
        }
    }
}

impl Engine {
    /// Refunds an order, or tells what an earlier call with the same key did.
    ///
    /// An unclear answer of Stripe's is no error: the refund is written down, pending, and will be finished.
    ///
    /// # Errors
    /// [`EngineError::Refused`] with nothing written; [`EngineError::Store`] when the request should be repeated.
    pub async fn refund(&self, requested: &RefundCommand) -> Result<(Order, Refund), EngineError> {
        let started = Instant::now();
        let (order, id, written) = self.reserve_refund(requested).await?;
        let order = match self.ask_refund(&order.id, &id, written).await {
            Ok(()) => self.store.order(&order.id).await?.unwrap_or(order),
            Err(error) if error.is_transient() => {
                tracing::warn!(order = %order.id, refund = %id, %error, "refund unclear; the sweeper will see to it");
                order
            }
            Err(error) => return Err(error),
        };
        let refund = order.refund(&id).cloned().ok_or_else(|| EngineError::Broken(format!("no refund {id}")))?;
        let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let state = format!("{:?}", refund.state);
        tracing::info!(order = %order.id, refund = %id, by = requested.by.as_str(), state, milliseconds, "order refunded");
        Ok((order, refund))
    }

    /// Writes the refund down: amount and goods reserved, call record made.
    async fn reserve_refund(
        &self,
        requested: &RefundCommand,
    ) -> Result<(Order, RefundId, Option<RecordedCall>), EngineError> {
        let id = RefundId::parse(fresh("ref", &self.clock)).map_err(broken)?;
        let scope = format!("refund#{}", requested.order);
        let mut reserving = Reserving { requested, id: id.clone(), scope };
        match self.change(&mut reserving).await? {
            Reserved::Now(committed) => {
                let refund = committed.follow.into_iter().find(|next| next.call == NextCall::Refund(id.clone()));
                Ok((committed.order, id, refund.and_then(|next| next.written)))
            }
            Reserved::Before(record) => {
                let (order, id) = self.refunded_before(requested, *record).await?;
                Ok((order, id, None))
            }
        }
    }

    async fn refunded_before(
        &self,
        requested: &RefundCommand,
        record: IdempotencyRecord,
    ) -> Result<(Order, RefundId), EngineError> {
        if record.fingerprint != requested.fingerprint {
            return Err(mismatch().into());
        }
        let order = self.store.order(&record.order).await?;
        order.zip(record.refund).ok_or_else(|| EngineError::Broken("an idempotency record names no refund".to_owned()))
    }

    /// An order of this organization, for its staff.
    ///
    /// # Errors
    /// `not_found`, also for orders of others: even their existence is private.
    pub async fn order_for_staff(
        &self,
        id: &OrderId,
        may: impl Fn(&OrganizationId) -> bool,
    ) -> Result<Order, EngineError> {
        let order = self.store.order(id).await?.filter(|order| may(&order.organization));
        order.ok_or_else(|| Refusal::not_found("order").into())
    }
}
