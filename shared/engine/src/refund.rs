//! Refunds: asked by staff, owed for late payments, or due because a listing was called off.

use std::time::Instant;

use domain::{
    Code, Fact, Order, OrderId, OrganizationId, RefundId, RefundState, Refusal,
    order::{NextCall, Refund, RefundAsk, RefundCause, StockState, decide_refund},
};
use jiff::SignedDuration;
use payments::{
    CallError,
    facts::{self, Finding},
};
use store::{CallRecord, CommitError, IdempotencyRecord};
use uuid::Uuid;

use crate::{
    Engine, EngineError, Origin,
    pay::next_key,
    requests,
    settle::{ROUNDS, broken},
};

/// Stripe may forget a key after 24 hours, so an older one is not trusted.
pub(crate) const KEY_AGE: SignedDuration = SignedDuration::from_hours(23);
/// For how long a client's key is remembered.
const KEY_DAYS: i64 = 7;

/// A refund that staff ask for.
#[derive(Debug, Clone)]
pub struct RefundCommand {
    /// The order.
    pub order: OrderId,
    /// What.
    pub ask: RefundAsk,
    /// Why, in staff's words.
    pub reason: Option<String>,
    /// Who asks: the token's subject.
    pub by: String,
    /// The client's idempotency key.
    pub key: Option<String>,
    /// A hash of the request, to tell another one under the same key.
    pub fingerprint: String,
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
        let (order, id) = self.reserve_refund(requested).await?;
        let order = match self.ask_refund(&order.id, &id).await {
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
        tracing::info!(order = %order.id, refund = %id, by = requested.by, state, milliseconds, "order refunded");
        Ok((order, refund))
    }

    /// Writes the refund down: amount and goods reserved, intent record made.
    async fn reserve_refund(&self, requested: &RefundCommand) -> Result<(Order, RefundId), EngineError> {
        let refund_id = RefundId::parse(format!("ref_{}", Uuid::now_v7().simple())).map_err(broken)?;
        let scope = format!("refund#{}", requested.order);
        for _ in 0..ROUNDS {
            let now = self.clock.now();
            if let Some(key) = &requested.key
                && let Some(record) = self.store.idempotency(&scope, key).await?
            {
                return self.refunded_before(requested, record).await;
            }
            let order = self.store.order(&requested.order).await?.ok_or_else(|| Refusal::not_found("order"))?;
            let decision = decide_refund(
                &order,
                &requested.ask,
                refund_id.clone(),
                RefundCause::Staff,
                requested.reason.clone(),
                now,
            )?;
            let record = requested.key.clone().map(|key| IdempotencyRecord {
                scope: scope.clone(),
                key,
                fingerprint: requested.fingerprint.clone(),
                order: order.id.clone(),
                refund: Some(refund_id.clone()),
                lease_until: now,
                ttl: now.as_second() + KEY_DAYS * 24 * 3_600,
            });
            match self.commit(&order, decision, &requested.by, None, record, now).await {
                Ok(committed) => return Ok((committed.order, refund_id)),
                Err(CommitError::Version | CommitError::EventDone | CommitError::OutOfStock) => {}
                Err(CommitError::Duplicate(record)) => return self.refunded_before(requested, *record).await,
                Err(CommitError::InsufficientHours) => {
                    let message = "The hours of this order are spent, in part or all; refund an amount, or fewer units";
                    return Err(Refusal::new(Code::InsufficientHours, message).into());
                }
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        Err(EngineError::Contended)
    }

    async fn refunded_before(
        &self,
        requested: &RefundCommand,
        record: IdempotencyRecord,
    ) -> Result<(Order, RefundId), EngineError> {
        if record.fingerprint != requested.fingerprint {
            let message = "The Idempotency-Key was used before, for another request";
            return Err(Refusal::new(Code::IdempotencyMismatch, message).into());
        }
        let order = self.store.order(&record.order).await?;
        order.zip(record.refund).ok_or_else(|| EngineError::Broken("an idempotency record names no refund".to_owned()))
    }

    /// Refunds what is left of an order's lines of one listing, all of the order if it has no others. False if there is
    /// nothing left to do.
    pub(crate) async fn refund_listing(
        &self,
        id: &OrderId,
        listing: &domain::ListingId,
        by: &str,
    ) -> Result<bool, EngineError> {
        for _ in 0..ROUNDS {
            let now = self.clock.now();
            let Some(order) = self.store.order(id).await? else { return Ok(false) };
            // Stripe refused one before, and a person was told. Asking again and again would only pile up refusals.
            let refused =
                |refund: &Refund| refund.cause == RefundCause::ListingCanceled && refund.state == RefundState::Failed;
            if order.refunds.iter().any(refused) {
                return Ok(false);
            }
            // Nothing is left of it: called off before by one of the two, or charged back.
            if order.stock == StockState::None {
                return Ok(false);
            }
            let whole = order.lines.iter().all(|line| &line.listing == listing);
            let items = order.lines.iter().filter(|line| &line.listing == listing).map(|line| {
                let quantity = line.quantity.saturating_sub(order.taken_back(&line.id));
                domain::order::RefundItem { line: line.id.clone(), quantity }
            });
            let items: Vec<_> = items.filter(|item| item.quantity > 0).collect();
            if items.is_empty() && !(whole && order.refundable().0 > 0) {
                return Ok(false);
            }
            let ask = if whole { RefundAsk::Rest } else { RefundAsk::Items(items) };
            // The same refund however often the job runs: one for each time that something was left.
            let name = format!("ref_{id}_canceled{}", order.refunds.len());
            let refund_id = RefundId::parse(name).map_err(broken)?;
            let reason = Some(format!("called off by {by}"));
            let cause = RefundCause::ListingCanceled;
            let decision = match decide_refund(&order, &ask, refund_id, cause, reason, now) {
                Ok(decision) => decision,
                Err(refusal) => {
                    // It will not go better next time; a person has to look.
                    tracing::error!(
                        alarm = "refund_failed", order = %id, %listing, reason = refusal.message,
                        "an order of a listing called off cannot be refunded"
                    );
                    return Ok(false);
                }
            };
            match self.commit(&order, decision, by, None, None, now).await {
                Ok(committed) => {
                    for call in &committed.follow {
                        if let NextCall::Refund(refund) = call {
                            self.ask_refund(id, refund).await?;
                        }
                    }
                    return Ok(true);
                }
                Err(CommitError::Store(error)) => return Err(error.into()),
                Err(CommitError::InsufficientHours) => {
                    tracing::error!(alarm = "hours_spent", order = %id, %listing, "hours of a listing called off are spent");
                    return Ok(false);
                }
                Err(_) => {}
            }
        }
        Err(EngineError::Contended)
    }

    /// Asks Stripe for a refund that is written down, or looks what has become of it. Safe to call at any time, by
    /// anybody, any number of times.
    ///
    /// # Errors
    /// [`EngineError`] if it is not known yet how the refund stands.
    pub(crate) async fn ask_refund(&self, order: &OrderId, id: &RefundId) -> Result<(), EngineError> {
        let Some(found) = self.store.order(order).await? else { return Ok(()) };
        let Some(refund) = found.refund(id).filter(|refund| refund.state == RefundState::Pending) else {
            return Ok(());
        };
        if let Some(stripe_id) = &refund.stripe_id {
            let seen = self.stripe.retrieve_refund(stripe_id).await?;
            return self.settle_refund(order, &facts::from_refund(&seen)).await;
        }
        let (Some(n), Some(intent)) = (refund.call, refund.payment_intent.clone()) else { return Ok(()) };
        let mut call = self
            .store
            .call(order, n)
            .await?
            .ok_or_else(|| EngineError::Broken(format!("refund {id} has no intent record")))?;
        // What Stripe refused for now is asked for anew under another key: what if the old one was taken after all?
        let old = self.clock.now().duration_since(call.created_at) > KEY_AGE;
        if old || refund.failure.is_some() {
            if self.settle_listed(order, id, &intent).await? {
                return Ok(());
            }
            if old {
                call.key = self.rekey(&call).await?;
            }
        }
        let request = requests::request(&call)?;
        let mut requested = self.stripe.create_refund(&request, &call.key).await;
        if requested.as_ref().is_err_and(CallError::is_stuck) {
            // Stripe keeps its 5xx under the key. Only a list tells whether it made the refund all the same.
            if self.settle_listed(order, id, &intent).await? {
                return Ok(());
            }
            call.key = self.rekey(&call).await?;
            requested = self.stripe.create_refund(&request, &call.key).await;
        }
        let error = match requested {
            Ok(seen) => return self.settle_refund(order, &facts::from_refund(&seen)).await,
            Err(error) if error.is_unclear() || error.is_turned_away() => return Err(error.into()),
            Err(error) => error,
        };
        // A definite no. It may still be because the money is back already, by this refund or by another one.
        if self.settle_listed(order, id, &intent).await? {
            return Ok(());
        }
        let failure = error.refusal().and_then(|refusal| refusal.code.clone()).unwrap_or_else(|| "refused".to_owned());
        let fact = if error.is_later() {
            // Stripe keeps its no under the key, so the next try has a new one. It comes no sooner than a minute from
            // now, when no call under the old key is under way any more.
            self.rekey(&call).await?;
            tracing::warn!(order = %order, refund = %id, failure, "a refund is put off; it is asked for again later");
            Fact::RefundDelayed { refund: id.clone(), failure }
        } else {
            tracing::warn!(order = %order, refund = %id, failure, "Stripe refused a refund");
            Fact::RefundRefused { refund: id.clone(), failure }
        };
        self.settle(order, fact, Origin::fetched("refund")).await.map(drop)
    }

    /// Settles all refunds that Stripe lists for a payment. True if ours is among them.
    async fn settle_listed(&self, order: &OrderId, id: &RefundId, intent: &str) -> Result<bool, EngineError> {
        let mut found = false;
        for seen in self.stripe.list_refunds(intent).await? {
            found |= seen.refund_id.as_ref() == Some(id);
            self.settle_refund(order, &facts::from_refund(&seen)).await?;
        }
        Ok(found)
    }

    async fn settle_refund(&self, order: &OrderId, observation: &facts::Observation) -> Result<(), EngineError> {
        match &observation.finding {
            Finding::Fact(fact) => self.settle(order, fact.clone(), Origin::fetched("refund")).await.map(drop),
            _ => Ok(()),
        }
    }

    pub(crate) async fn rekey(&self, call: &CallRecord) -> Result<String, EngineError> {
        let key = next_key(&call.key);
        match self.store.rekey_call(call, &key, self.clock.now()).await {
            Ok(()) => Ok(key),
            Err(store::WriteError::Condition) => Err(EngineError::Contended),
            Err(store::WriteError::Store(error)) => Err(error.into()),
        }
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
