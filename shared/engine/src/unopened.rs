//! Orders whose page or payment intent nobody noted: the process died, or the answer was lost.
//!
//! Stripe gives the same answer to the same call under the same key. So the call is made once more, just as it was
//! written down: if an earlier one came through, its answer comes back; if none did, this one makes the object, which is
//! then ended at once by whoever asked, before anybody could pay it. In both cases there is nothing left that could be
//! paid, without a look at anybody else's objects. A session that would end too soon is refused instead, which says the
//! same.

use domain::Order;
use jiff::{SignedDuration, Timestamp};
use payments::{CallError, intents::Intent, sessions::Session};
use store::CallRecord;

use crate::{Engine, EngineError, refund::KEY_AGE, requests};

/// How long before the first attempt a list at Stripe begins: clocks differ.
const BEFORE: SignedDuration = SignedDuration::from_mins(1);
/// How long after an attempt a list at Stripe ends: longer than any attempt takes.
const AFTER: SignedDuration = SignedDuration::from_mins(2);

/// What became of a call whose answer nobody noted.
#[derive(Debug)]
pub(crate) enum Opened<T> {
    /// It made this. It may still be open.
    Yes(T),
    /// It made nothing, and never will.
    No,
    /// A list does not show anything. Another key may be in use by now, so that is no proof yet.
    NotListed,
}

impl Engine {
    /// The order's session, as it is now, by asking for it once more. See the module's words.
    ///
    /// # Errors
    /// [`EngineError`] while Stripe gives no clear answer.
    pub(crate) async fn replay_session(&self, order: &Order) -> Result<Opened<Session>, EngineError> {
        let call = self.opening(order).await?;
        if !self.may_be_forgotten(&call) {
            match self.stripe.create_session(&requests::request(&call)?, &call.key).await {
                // What comes back under a key is what was true when it was first said.
                Ok(session) => return Ok(Opened::Yes(self.stripe.retrieve_session(&session.id).await?)),
                Err(error) if proves_nothing(&error) => {}
                Err(error) if error.is_unclear() => return Err(error.into()),
                Err(_) => return Ok(Opened::No),
            }
        }
        Ok(self.find_session(order, &call).await?.map_or(Opened::NotListed, Opened::Yes))
    }

    /// The order's payment intent, as it is now, by asking for it once more.
    ///
    /// # Errors
    /// [`EngineError`] while Stripe gives no clear answer.
    pub(crate) async fn replay_intent(&self, order: &Order) -> Result<Opened<Intent>, EngineError> {
        let call = self.opening(order).await?;
        if !self.may_be_forgotten(&call) {
            match self.stripe.create_intent(&requests::request(&call)?, &call.key).await {
                Ok(intent) => return Ok(Opened::Yes(self.stripe.retrieve_intent(&intent.id).await?)),
                Err(error) if proves_nothing(&error) => {}
                Err(error) if error.is_unclear() => return Err(error.into()),
                Err(_) => return Ok(Opened::No),
            }
        }
        Ok(self.find_intent(order, &call).await?.map_or(Opened::NotListed, Opened::Yes))
    }

    /// The order's session at Stripe, by list: for a key under which Stripe keeps a failure, or which it may have
    /// forgotten. The list holds what was made about the time of the attempts, and nothing else.
    pub(crate) async fn find_session(&self, order: &Order, call: &CallRecord) -> Result<Option<Session>, EngineError> {
        let (from, to) = about(order, call);
        let sessions = self.stripe.list_sessions(from, to).await?;
        Ok(sessions.into_iter().find(|session| session.order.as_ref() == Some(&order.id)))
    }

    /// The order's payment intent at Stripe, by list.
    pub(crate) async fn find_intent(&self, order: &Order, call: &CallRecord) -> Result<Option<Intent>, EngineError> {
        let (from, to) = about(order, call);
        let intents = self.stripe.list_intents(from, to).await?;
        Ok(intents.into_iter().find(|intent| intent.order.as_ref() == Some(&order.id)))
    }

    /// The call record of the call that opens the order's payment.
    pub(crate) async fn opening(&self, order: &Order) -> Result<CallRecord, EngineError> {
        let call = self.store.call(&order.id, 1).await?;
        call.ok_or_else(|| EngineError::Broken(format!("order {} has no call record", order.id)))
    }

    fn may_be_forgotten(&self, call: &CallRecord) -> bool {
        self.clock.now().duration_since(call.created_at) > KEY_AGE
    }
}

/// When the object was made, if any was: about the first attempt, or about a later one that the buyer came back for.
fn about(order: &Order, call: &CallRecord) -> (Timestamp, Timestamp) {
    let first = order.created_at.min(call.created_at);
    let last = call.tried_at.map_or(call.created_at, |tried| tried.max(call.created_at));
    (first - BEFORE, last + AFTER)
}

/// Whether a failed call leaves open what an earlier one under the same key has done: a failure that Stripe keeps, a no at
/// the door, a key that was used for something else.
fn proves_nothing(error: &CallError) -> bool {
    error.is_stuck() || error.is_configuration() || error.is_key_mismatch()
}

#[cfg(test)]
#[path = "unopened_tests.rs"]
mod tests;
