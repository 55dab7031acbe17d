//! The one ladder that every recorded call climbs: send it; if the answer is unclear for good, fetch what became of it;
//! if nothing did, take a new key and send it again.
//!
//! If the process dies on any step, the next caller begins at the first one: a key that was used gives the same answer,
//! and a key that Stripe keeps a failure under, or may have forgotten, is replaced only after what became of the call was
//! fetched. Two callers at once send the same key, or one of them loses the conditional write of the new key.

use std::future::Future;

use payments::{CallError, EncodedRequest, Stripe};
use store::CallRecord;

use super::record::RecordedCall;
use crate::{base::Engine, error::EngineError};

/// Why what became of a call is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// Before it is sent: an earlier try may have come through under a key that is not trusted any more.
    Before,
    /// Stripe keeps its own failure (5xx) under the key.
    Stuck,
    /// Stripe refused, which says nothing of an earlier try.
    Refused,
}

/// One kind of call to Stripe.
pub(crate) trait Call: Send {
    /// What the call makes or changes.
    type Made: Send;

    /// Sends it under a key.
    fn send(
        &self,
        stripe: &Stripe,
        request: &EncodedRequest,
        key: &str,
    ) -> impl Future<Output = Result<Self::Made, CallError>> + Send;

    /// Fetches what became of it; none if nothing did.
    fn find(
        &mut self,
        engine: &Engine,
        doubt: Doubt,
    ) -> impl Future<Output = Result<Option<Self::Made>, EngineError>> + Send;

    /// Whether an earlier try may have come through although Stripe refused this one.
    fn may_have_come_through(&self, refused: &CallError) -> bool;
}

/// How a call begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Begin {
    /// Whether what became of an earlier try is fetched first.
    pub(crate) find: bool,
    /// Whether the key is a new one from the start.
    pub(crate) new_key: bool,
}

impl Begin {
    /// With the key as it is.
    pub(crate) const SEND: Self = Self { find: false, new_key: false };
}

/// What became of a call whose answer was never noted.
#[derive(Debug)]
pub(crate) enum Replayed<T> {
    /// The same call under the same key answered with this. It shows what was true when it was first answered.
    Repeated(T),
    /// A list shows this.
    Listed(T),
    /// It made nothing, and never will.
    No,
    /// A list does not show anything. Another key may be in use by now, so that is no proof yet.
    NotListed,
}

impl Engine {
    /// Makes a recorded call. The record has the key that was used last afterwards. The inner error is Stripe's last word;
    /// if it is unclear, the same call is to be made again.
    ///
    /// # Errors
    /// [`EngineError`] when the table or a fetch gave no answer, or another caller took the new key.
    pub(crate) async fn make<C: Call>(
        &self,
        recorded: &mut RecordedCall,
        call: &mut C,
        begin: Begin,
    ) -> Result<Result<C::Made, CallError>, EngineError> {
        let RecordedCall { record, request } = recorded;
        if begin.find
            && let Some(made) = call.find(self, Doubt::Before).await?
        {
            return Ok(Ok(made));
        }
        if begin.new_key {
            self.rekey(record).await?;
        }
        let mut answer = call.send(&self.stripe, request, &record.key).await;
        if answer.as_ref().is_err_and(CallError::is_stuck) {
            answer = match call.find(self, Doubt::Stuck).await? {
                Some(made) => Ok(made),
                None => {
                    self.rekey(record).await?;
                    call.send(&self.stripe, request, &record.key).await
                }
            };
        }
        if let Err(error) = &answer
            && !error.is_unclear()
            && call.may_have_come_through(error)
            && let Some(made) = call.find(self, Doubt::Refused).await?
        {
            return Ok(Ok(made));
        }
        Ok(answer)
    }

    /// Asks what became of a call whose answer was never noted, by making it once more just as it was written down: if an
    /// earlier try came through, its answer comes back; if none did, this one makes the object, which the caller then
    /// ends before any buyer could pay it. In both cases there is nothing left that could be paid.
    ///
    /// # Errors
    /// [`EngineError`] while Stripe gives no clear answer.
    pub(crate) async fn replay<C: Call>(
        &self,
        record: &CallRecord,
        call: &mut C,
    ) -> Result<Replayed<C::Made>, EngineError> {
        if !self.may_be_forgotten(record) {
            let RecordedCall { record, request } = RecordedCall::found(record.clone())?;
            match call.send(&self.stripe, &request, &record.key).await {
                Ok(made) => return Ok(Replayed::Repeated(made)),
                Err(error) if proves_nothing(&error) => {}
                Err(error) if error.is_unclear() => return Err(error.into()),
                Err(_) => return Ok(Replayed::No),
            }
        }
        Ok(call.find(self, Doubt::Before).await?.map_or(Replayed::NotListed, Replayed::Listed))
    }
}

/// Whether a failed call leaves open what an earlier one under the same key has done: a failure that Stripe keeps, a
/// refusal of our account's key, a key that was used for another request.
fn proves_nothing(error: &CallError) -> bool {
    error.is_stuck() || error.is_configuration() || error.is_key_mismatch()
}

#[cfg(test)]
mod tests {
    use super::proves_nothing;
    use payments::{CallError, StripeRefusal};

    fn refused(status: u16, kind: &str, code: Option<&str>) -> CallError {
        CallError::Refused(Box::new(StripeRefusal {
            status,
            kind: kind.to_owned(),
            code: code.map(str::to_owned),
            ..StripeRefusal::default()
        }))
    }

    #[test]
    fn a_refusal_of_the_call_itself_is_proof_and_one_of_its_key_is_none() {
        assert!(!proves_nothing(&refused(400, "invalid_request_error", None)), "the page would end too soon");
        assert!(proves_nothing(&refused(401, "invalid_request_error", Some("api_key_expired"))));
        assert!(proves_nothing(&refused(400, "idempotency_error", None)));
    }
}
