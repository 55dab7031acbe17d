//! A checkout request that comes again with the same key: it gets the same order, and goes on where the first call stopped.
//!
//! The key's lease lets one caller at a time go on. A process that dies keeps it for half a minute.

use domain::{
    Code, OrderStatus, Refusal,
    order::{Confirmer, PaymentState},
};
use jiff::{SignedDuration, Timestamp};
use store::{CallRecord, IdempotencyRecord};

use super::{CheckoutRequest, Placed, open::failed_for_good};
use crate::{base::Engine, calls::record::RecordedCall, error::EngineError, idempotency::mismatch};

/// How long the first call of an idempotency key is thought to be at work: longer than the function runs (29 s).
pub(super) const LEASE: SignedDuration = SignedDuration::from_secs(30);

impl Engine {
    /// Finishes what an earlier call with the same key began, or answers with what came of it.
    pub(super) async fn resume(
        &self,
        record: IdempotencyRecord,
        requested: &CheckoutRequest,
        now: Timestamp,
    ) -> Result<Placed, EngineError> {
        if record.fingerprint != requested.fingerprint {
            return Err(mismatch().into());
        }
        let mut order = self
            .store
            .order(&record.order)
            .await?
            .ok_or_else(|| EngineError::Broken(format!("no order {} of an idempotency record", record.order)))?;
        let repeated = |order, client_secret| Placed { order, repeated: true, client_secret };
        if order.claim.as_ref().is_some_and(|claim| claim.ends_as == OrderStatus::Failed) {
            // The card was declined, and the first call got no answer when it ended the payment.
            order = self.finish_claim(&order).await?.unwrap_or(order);
        }
        if let Some(error) = failed_for_good(&order) {
            return Err(error);
        }
        if order.status != OrderStatus::Pending || order.claim.is_some() || order.payment.state != PaymentState::Unpaid
        {
            return Ok(repeated(order, None));
        }
        match order.payment.confirmer {
            None if order.payment.session_id.is_some() => return Ok(repeated(order, None)),
            Some(Confirmer::Client) if order.payment.payment_intent_id.is_some() => {
                let secret = self.client_secret(&order).await?;
                return Ok(repeated(order, secret));
            }
            _ => {}
        }
        if now < record.lease_until {
            let seconds = record.lease_until.duration_since(now).as_secs().max(1);
            return Err(in_progress(seconds).into());
        }
        if !self.store.lease(&record, now + LEASE).await? {
            return Err(in_progress(2).into());
        }
        let call = self.call_record(&order.id, 1).await?;
        self.store.note_attempt(&call, now).await?;
        let call = RecordedCall::found(CallRecord { tried_at: Some(now), ..call })?;
        let opened = Box::pin(self.open_payment(order, call, &requested.payment, true, now)).await;
        let opened = opened.map(|(order, secret)| repeated(order, secret));
        self.end_lease_if_unclear(opened, Some((record.scope, record.key)), now).await
    }

    /// Lets the client's repeat resume at once after an unclear answer. If this fails, it has to wait until the lease
    /// runs out.
    pub(super) async fn end_lease_if_unclear(
        &self,
        placed: Result<Placed, EngineError>,
        lease: Option<(String, String)>,
        now: Timestamp,
    ) -> Result<Placed, EngineError> {
        if let (Err(EngineError::Payment(error)), Some((scope, key))) = (&placed, lease) {
            tracing::warn!(%error, "Stripe gave no clear answer; the client may repeat");
            if let Err(error) = self.store.end_lease(&scope, &key, now).await {
                tracing::warn!(%error, "lease not ended");
            }
        }
        placed
    }
}

fn in_progress(seconds: i64) -> Refusal {
    Refusal::new(Code::RequestInProgress, "The same request is being processed")
        .retry_after(u32::try_from(seconds).unwrap_or(1))
}
