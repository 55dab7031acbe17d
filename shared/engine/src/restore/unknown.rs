//! Payments of orders that the table has lost: what is not paid is ended at Stripe, what is paid goes back to the buyer.
//!
//! Ending has no key: done twice it changes nothing more. If the process dies before the order is written down again,
//! nothing was given back, and the next one begins anew. After that the refund is due on the agenda, under the key in its
//! record. If it runs twice, one of both writes the order down.

use domain::{
    Buyer, Fact, ListingId, Minor, OrderId, OrganizationId,
    order::{Decision, LostPayment},
};
use payments::{
    facts::{self, Finding},
    intents::{CancelReason, Intent, IntentStatus},
    sessions::{Session, SessionStatus},
};
use store::CallRecord;

use super::report::RestoreReport;
use crate::{
    alarm::raise,
    base::Engine,
    change::following,
    error::{EngineError, broken},
};

impl Engine {
    /// Ends the page of a lost order; if a payment was begun on it, see [`Engine::end_lost_payment`].
    pub(super) async fn end_lost_session(
        &self,
        session: &Session,
        report: &mut RestoreReport,
    ) -> Result<(), EngineError> {
        if session.status == SessionStatus::Open {
            self.expire_session(&session.id).await?;
        }
        // The list does not bring the payment along, and it may have been begun just now.
        let session = self.stripe.retrieve_session(&session.id).await?;
        match &session.payment_intent {
            Some(intent) => self.end_lost_payment(intent, Some(&session.id), report).await,
            None => {
                report.ended += 1;
                Ok(())
            }
        }
    }

    /// Ends the payment of a lost order. If it is paid, or perhaps will be, the order is written down again, and what has
    /// arrived is given back.
    pub(super) async fn end_lost_payment(
        &self,
        intent: &str,
        session: Option<&str>,
        report: &mut RestoreReport,
    ) -> Result<(), EngineError> {
        let mut seen = self.stripe.retrieve_intent(intent).await?;
        let over = matches!(seen.status, IntentStatus::Succeeded | IntentStatus::Processing | IntentStatus::Canceled);
        if !over {
            seen = self.cancel_intent(intent, CancelReason::Abandoned).await?;
        }
        match seen.status {
            IntentStatus::Canceled => report.ended += 1,
            IntentStatus::Succeeded | IntentStatus::Processing => {
                report.given_back += u32::from(self.give_back(&seen, session).await?);
            }
            other => return Err(EngineError::Broken(format!("payment {intent} cannot be ended: it is {other:?}"))),
        }
        Ok(())
    }

    /// Writes a lost order down again, with what has become of its payment, and gives back what is left of that. False if
    /// the table knows it by now.
    async fn give_back(&self, seen: &Intent, session: Option<&str>) -> Result<bool, EngineError> {
        let now = self.clock.now();
        let Some(id) = seen.order.clone() else { return Ok(false) };
        let refunds = self.stripe.list_refunds(&seen.id).await?;
        let disputes = self.stripe.list_disputes(&seen.id).await?;
        let observations = refunds.iter().rev().map(facts::from_refund);
        let observations = observations.chain(disputes.iter().map(|dispute| facts::from_dispute(dispute, now)));
        let facts: Vec<Fact> = observations
            .filter_map(|observation| match observation.finding {
                Finding::Fact(fact) => Some(fact),
                Finding::Fetch(_) | Finding::Nothing(_) => None,
            })
            .filter(|_| !seen.amount_received.is_zero())
            .collect();
        let decision = self.lost_payment(&id, seen, session).await?.restore(&facts, now).map_err(broken)?;
        let Decision { order, notifications, alarms, .. } = &decision;
        let kind = if session.is_some() { "session" } else { "intent" };
        let payment = CallRecord {
            order: id.clone(),
            n: 1,
            key: format!("{id}-{kind}"),
            // What was asked is lost; that it was asked is known.
            request: serde_json::Value::Null,
            created_at: order.created_at,
            tried_at: None,
        };
        let mut made = vec![payment];
        let follow = following(&decision, now)?;
        made.extend(follow.iter().filter_map(|next| Some(next.written.as_ref()?.record.clone())));
        if !self.store.restore_order(order, &made, notifications, now).await? {
            return Ok(false);
        }
        let refunds = order.refunds.len();
        tracing::warn!(order = %id, payment = seen.id, refunds, "an order that the table had lost; its payment goes back");
        for alarm in alarms {
            raise(order, alarm, now);
        }
        let names: Vec<_> = notifications.iter().map(|notification| notification.id(&id)).collect();
        if !names.is_empty() {
            self.queue.send_or_leave(&names).await;
        }
        Box::pin(self.follow(order.clone(), follow)).await;
        Ok(true)
    }

    /// What Stripe and the table know of a lost order.
    async fn lost_payment(
        &self,
        id: &OrderId,
        seen: &Intent,
        session: Option<&str>,
    ) -> Result<LostPayment, EngineError> {
        let text = |name: &str| seen.metadata.get(name).cloned().unwrap_or_default();
        let organization = OrganizationId::parse(text("organization")).map_err(broken)?;
        let found = self.store.organization(&organization).await?;
        let listing = ListingId::parse(text("show_id")).or_else(|_| ListingId::parse("lost")).map_err(broken)?;
        let captured = if seen.status == IntentStatus::Succeeded { seen.amount_received } else { Minor::ZERO };
        let amount = if captured.is_zero() { seen.amount } else { captured };
        let (name, email) = (text("order_name"), text("order_email"));
        Ok(LostPayment {
            id: id.clone(),
            seller: found.map_or_else(|| organization.to_string(), |organization| organization.name),
            organization,
            buyer: Buyer { name, email, phone: None, company: None, locale: None, time_zone: None, customer: None },
            seed: hex::encode(self.clock.chance().bytes::<32>()),
            listing,
            title: seen.metadata.get("show_title").cloned().unwrap_or_else(|| "your order".to_owned()),
            currency: seen.currency,
            amount,
            captured,
            payment_intent: seen.id.clone(),
            charge: seen.latest_charge.clone(),
            session: session.map(str::to_owned),
            destination: seen.destination.clone(),
            created_at: seen.created.unwrap_or_else(|| self.clock.now()),
        })
    }
}
