//! Fetching a pending payment while its buyer waits, in case Stripe's event was lost.
//!
//! If the process dies, nothing was written, or the payment is settled. If it runs twice, the second one finds it settled.

use domain::{
    Actor, Fact, Order, OrderStatus,
    order::{PaymentMode, PaymentState},
};
use jiff::{SignedDuration, Timestamp};
use payments::facts::{self, Finding};

use crate::{base::Engine, error::EngineError, settle::Origin};

/// An order younger than this is left to the webhooks, and Stripe is not asked about one order more often than that.
const PATIENCE: SignedDuration = SignedDuration::from_secs(5);
/// Most orders that are remembered.
const REMEMBERED: usize = 10_000;

impl Engine {
    /// A pending order's payment, asked of Stripe and settled, if the order is older than a few seconds. The order as it
    /// is then; as it was if there is nothing new, or Stripe gives no answer.
    pub async fn refresh(&self, order: Order) -> Order {
        match self.fetch_again(&order).await {
            Ok(Some(after)) => after,
            Ok(None) => order,
            Err(error) => {
                tracing::warn!(order = %order.id, %error, "Stripe not asked about a pending order");
                order
            }
        }
    }

    async fn fetch_again(&self, order: &Order) -> Result<Option<Order>, EngineError> {
        let now = self.clock.now();
        let open = order.status == OrderStatus::Pending && order.payment.state == PaymentState::Unpaid;
        let (true, None, PaymentMode::Intent) = (open, &order.claim, order.payment.mode) else { return Ok(None) };
        let Some(intent) = &order.payment.payment_intent_id else { return Ok(None) };
        if now.duration_since(order.created_at) < PATIENCE || !self.may_fetch(order, now) {
            return Ok(None);
        }
        let seen = self.stripe.retrieve_intent(intent).await?;
        let Finding::Fact(fact) = facts::from_intent(&seen, now).finding else { return Ok(None) };
        match fact {
            // A client's decline is noted by its event, which has the time of it.
            Fact::Declined(_) | Fact::ActionRequired { .. } => Ok(None),
            fact => Ok(self.settle(&order.id, fact, Origin::fetched(&Actor::Orders)).await?.order),
        }
    }

    /// Whether Stripe was not asked of late. Forgets when the process ends, which costs a call more.
    fn may_fetch(&self, order: &Order, now: Timestamp) -> bool {
        let Ok(mut fetches) = self.fetches.lock() else { return false };
        if fetches.get(&order.id).is_some_and(|last| now.duration_since(*last) < PATIENCE) {
            return false;
        }
        if fetches.len() >= REMEMBERED {
            fetches.retain(|_, last| now.duration_since(*last) < PATIENCE);
        }
        fetches.insert(order.id.clone(), now);
        true
    }
}
