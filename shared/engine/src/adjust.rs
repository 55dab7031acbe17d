//! Moving money between platform and seller after a payment, and asking Stripe about what such moves depend on.

use std::time::Duration;

use domain::{
    AdjustmentId, DisputeState, Fact, Minor, Order, OrderId, SplitSeen,
    order::{AdjustmentKind, AdjustmentState, retry_adjustment},
};
use jiff::Timestamp;
use payments::{
    CallError,
    facts::{self, Finding, Observation},
    splits::{ChargeSplit, Moved},
};
use store::{CallRecord, CommitError};

use crate::{Engine, EngineError, Origin, refund::KEY_AGE, requests, settle::broken};

/// How long whoever caused adjustments waits for them. What takes longer stands on the agenda.
pub(crate) const ADJUST_TIME: Duration = Duration::from_secs(10);

impl Engine {
    /// Does what is due of an order's splits, adjustments and disputes, each by itself: what fails blocks nothing else.
    ///
    /// # Errors
    /// The first [`EngineError`], after all were tried.
    pub(crate) async fn finish_adjustments(&self, order: &Order, now: Timestamp) -> Result<(), EngineError> {
        let id = &order.id;
        let due = |at: Option<Timestamp>| at.is_some_and(|at| at <= now);
        let mut results = Vec::new();
        for dispute in order.payment.disputes().filter(|dispute| due(dispute.fetch_at)) {
            results.push(self.settle_dispute(id, &dispute.stripe_id).await);
        }
        if due(order.split_fetch.as_ref().map(|fetch| fetch.due_at)) {
            for payment in order.unknown_splits() {
                let fact = self.fetch_split(id, &payment).await;
                results.push(self.settle_found(id, fact).await);
            }
        }
        for adjustment in order.adjustments.iter().filter(|adjustment| due(adjustment.due_at)) {
            let fact = self.make_adjustment(id, &adjustment.id).await;
            results.push(self.settle_found(id, fact).await);
        }
        results.into_iter().collect()
    }

    async fn settle_found(&self, id: &OrderId, fact: Result<Option<Fact>, EngineError>) -> Result<(), EngineError> {
        match fact? {
            Some(fact) => self.settle(id, fact, Origin::fetched("adjust")).await.map(drop),
            None => Ok(()),
        }
    }

    /// Asks Stripe where a dispute stands, and settles that.
    async fn settle_dispute(&self, order: &OrderId, dispute: &str) -> Result<(), EngineError> {
        for observation in self.fetch_dispute(dispute).await? {
            if let Finding::Fact(fact) = observation.finding {
                self.settle(order, fact, Origin::fetched("sweeper")).await?;
            }
        }
        Ok(())
    }

    /// What a dispute tells now. One that was prevented is mostly settled by a refund that others made: whether the money
    /// went back is then for the charge to say.
    pub(crate) async fn fetch_dispute(&self, id: &str) -> Result<Vec<Observation>, EngineError> {
        let seen_at = self.clock.now();
        let dispute = self.stripe.retrieve_dispute(id).await?;
        let mut observation = Vec::new();
        if let (DisputeState::Prevented, Some(charge)) = (dispute.state, &dispute.charge) {
            let charge = self.stripe.retrieve_charge(charge).await?;
            if let (true, Some(intent)) = (charge.amount_refunded > Minor::ZERO, &dispute.payment_intent) {
                observation.extend(self.stripe.list_refunds(intent).await?.iter().map(facts::from_refund));
            }
        }
        observation.push(facts::from_dispute(&dispute, seen_at));
        Ok(observation)
    }

    /// Asks Stripe how a payment was split. The fact is the caller's to settle.
    ///
    /// # Errors
    /// [`EngineError`] if that is not known yet.
    pub(crate) async fn fetch_split(&self, id: &OrderId, payment_intent: &str) -> Result<Option<Fact>, EngineError> {
        let Some(order) = self.store.order(id).await? else { return Ok(None) };
        let own = order.payment.payment_intent_id.as_deref() == Some(payment_intent);
        let charge =
            match order.payment.charge_id.clone().filter(|_| own) {
                Some(charge) => charge,
                None => self.stripe.retrieve_intent(payment_intent).await?.latest_charge.ok_or_else(|| {
                    EngineError::Broken(format!("payment {payment_intent} of order {id} has no charge"))
                })?,
            };
        let seen_at = self.clock.now();
        let seen = self.stripe.retrieve_split(&charge).await?;
        // Read after Stripe was asked, so that all of our adjustments that Stripe could show are known.
        let Some(order) = self.store.order(id).await? else { return Ok(None) };
        Ok(Some(Fact::Split(split_seen(&order, payment_intent, &seen, seen_at))))
    }

    /// Asks Stripe for an adjustment that is written down, or looks what has become of it. Safe to call at any time, by
    /// anybody, any number of times. What came of it is the caller's to settle.
    ///
    /// # Errors
    /// [`EngineError`] if it is not known yet whether it was made.
    pub(crate) async fn make_adjustment(
        &self,
        order: &OrderId,
        id: &AdjustmentId,
    ) -> Result<Option<Fact>, EngineError> {
        let Some(found) = self.store.order(order).await? else { return Ok(None) };
        let Some(adjustment) = found.adjustment(id) else { return Ok(None) };
        let refused = match adjustment.state {
            AdjustmentState::Due => false,
            AdjustmentState::Refused => true,
            AdjustmentState::Done | AdjustmentState::Withdrawn => return Ok(None),
        };
        let call = self.store.call(order, adjustment.call).await?;
        let mut call = call.ok_or_else(|| EngineError::Broken(format!("adjustment {id} has no call record")))?;
        let needed = requests::adjustment(&found, adjustment);
        let request = requests::request(&call)?;
        if refused {
            // From here on it may be made, so nobody may withdraw it any more. Stripe repeats its refusal under the old
            // key.
            let now = self.clock.now();
            match self.commit(&found, retry_adjustment(&found, id, now), "sweeper", None, None, now).await {
                Ok(_) => {}
                Err(CommitError::Version) => return Err(EngineError::Contended),
                Err(CommitError::Store(error)) => return Err(error.into()),
                Err(error) => return Err(broken(error)),
            }
            call.key = self.rekey(&call).await?;
        } else if self.clock.now().duration_since(call.created_at) > KEY_AGE {
            if let Some(made) = self.find_adjustment(&needed, id).await? {
                return Ok(Some(adjusted(id, made.id)));
            }
            call.key = self.rekey(&call).await?;
        }
        let mut requested = self.stripe.adjust(&request, &call.key).await;
        if requested.as_ref().is_err_and(CallError::is_stuck) {
            // Stripe keeps its 5xx under the key. Only a list tells whether it was made all the same.
            if let Some(made) = self.find_adjustment(&needed, id).await? {
                return Ok(Some(adjusted(id, made.id)));
            }
            let key = self.rekey(&CallRecord { key: call.key.clone(), ..call }).await?;
            requested = self.stripe.adjust(&request, &key).await;
        }
        match requested {
            Ok(made) => Ok(Some(adjusted(id, made))),
            Err(error) if error.is_unclear() => Err(error.into()),
            // Turned away at the door: that says nothing of the adjustment.
            Err(error) if error.refusal().is_some_and(|refusal| matches!(refusal.status, 401 | 403)) => {
                Err(error.into())
            }
            Err(error) => {
                if let Some(made) = self.find_adjustment(&needed, id).await? {
                    return Ok(Some(adjusted(id, made.id)));
                }
                if error.is_taken_reference() && adjustment.kind != AdjustmentKind::TaxTransaction {
                    // An earlier call made it, whose answer is lost for good. Only the sale's own id has to be known, for
                    // which a person is alarmed: Stripe's tax export shows it.
                    return Ok(Some(adjusted(id, id.to_string())));
                }
                let code = error.refusal().and_then(|refusal| refusal.code.clone());
                let failure = code.unwrap_or_else(|| "refused".to_owned());
                tracing::warn!(order = %order, adjustment = %id, failure, %error, "Stripe refused an adjustment");
                Ok(Some(Fact::AdjustmentRefused { adjustment: id.clone(), failure }))
            }
        }
    }

    /// The adjustment at Stripe, by list.
    async fn find_adjustment(
        &self,
        needed: &payments::splits::AdjustmentRequest,
        id: &AdjustmentId,
    ) -> Result<Option<Moved>, EngineError> {
        let all = self.stripe.list_adjustments(needed).await?;
        Ok(all.into_iter().find(|moved| moved.adjustment.as_ref() == Some(id)))
    }
}

fn adjusted(id: &AdjustmentId, stripe_id: String) -> Fact {
    Fact::Adjusted { adjustment: id.clone(), stripe_id }
}

/// What a charge with its transfer and fee says, less what was moved by us.
fn split_seen(order: &Order, payment_intent: &str, seen: &ChargeSplit, seen_at: Timestamp) -> SplitSeen {
    let others = |moved: &[Moved]| -> Minor {
        let ours = |moved: &&Moved| moved.adjustment.as_ref().is_some_and(|id| order.adjustment(id).is_some());
        moved.iter().filter(|moved| !ours(moved)).map(|moved| moved.amount).sum()
    };
    let (transfer, fee) = (seen.transfer.as_ref(), seen.fee.as_ref());
    SplitSeen {
        payment_intent: payment_intent.to_owned(),
        charge: seen.charge.id.clone(),
        captured: seen.charge.amount_captured,
        transfer: transfer.map(|(transfer, _)| transfer.id.clone()),
        transferred: transfer.map(|(transfer, _)| transfer.amount).unwrap_or_default(),
        application_fee: fee.map(|(fee, _)| fee.id.clone()),
        fee: fee.map(|(fee, _)| fee.amount).unwrap_or_default(),
        reversed: transfer.map(|(_, reversals)| others(reversals)).unwrap_or_default(),
        fee_refunded: fee.map(|(_, refunds)| others(refunds)).unwrap_or_default(),
        seen_at,
    }
}
