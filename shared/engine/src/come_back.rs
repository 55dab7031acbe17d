//! A buyer comes back from Stripe's page, paid or not. That the buyer comes back proves no payment, so the session is fetched.
//!
//! What it shows is settled as an event would be: whichever of the two comes first does the work, the other one finds it
//! done. If the process dies, the webhook or the sweeper settles it.

use domain::{Actor, Fact, Order, Refusal, order::PaymentMode};
use payments::facts::{self, Finding};

use crate::{
    base::Engine,
    error::{EngineError, broken},
    settle::Origin,
};

impl Engine {
    /// Fetches the session that the buyer comes back with, and settles what it shows. The order as it is then. Only a
    /// session of this very order shows anything.
    ///
    /// # Errors
    /// `not_found` for a session that is not this order's; [`EngineError`] when Stripe or the table gives no answer.
    pub async fn come_back(&self, order: Order, session: &str) -> Result<Order, EngineError> {
        let unknown = || EngineError::from(Refusal::not_found("session"));
        if order.payment.mode == PaymentMode::Free {
            return if session == Order::free_session_id(&order.id) { Ok(order) } else { Err(unknown()) };
        }
        let noted = order.payment.session_id.as_deref();
        if noted == Some(session) && order.is_captured() {
            return Ok(order);
        }
        // The buyer may be faster than the note of the session's id.
        let own = noted.is_none_or(|noted| noted == session);
        let session = match self.stripe.retrieve_session(session).await {
            Ok(session) => session,
            Err(error) if error.is_missing() => return Err(unknown()),
            Err(error) => return Err(error.into()),
        };
        if session.order.as_ref() != Some(&order.id) {
            return Err(unknown());
        }
        let observation = facts::from_session(&session, self.clock.now()).map_err(broken)?;
        let after = match observation.finding {
            Finding::Fact(fact) if own || matches!(fact, Fact::Captured(_)) => {
                self.settle(&order.id, fact, Origin::fetched(&Actor::Success)).await?.order
            }
            // Not paid yet: the order as it is. And another page of the order's cannot end it.
            Finding::Fact(_) | Finding::Fetch(_) | Finding::Nothing(_) => self.store.order(&order.id).await?,
        };
        Ok(after.unwrap_or(order))
    }
}
