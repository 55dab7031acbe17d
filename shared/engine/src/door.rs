//! Letting people in.

use domain::{
    Code, Order, OrganizationId, Refusal, TicketCode,
    order::{Ticket, check_in},
};
use store::CommitError;

use crate::{
    Engine, EngineError,
    settle::{ROUNDS, broken},
};

/// Somebody who was let in.
#[derive(Debug, Clone)]
pub struct LetIn {
    /// The order.
    pub order: Order,
    /// The ticket, marked.
    pub ticket: Ticket,
}

impl Engine {
    /// Lets the holder of a ticket in, once. `may` says whose tickets the caller may check.
    ///
    /// # Errors
    /// `not_found` for codes that are none, and for those of others; `already_checked_in` with the first time;
    /// `illegal_state` for a ticket that was given back.
    pub async fn check_in(
        &self,
        code: &TicketCode,
        by: &str,
        may: impl Fn(&OrganizationId) -> bool,
    ) -> Result<LetIn, EngineError> {
        let none = || Refusal::not_found("ticket");
        let id = self.store.order_of_ticket(code).await?.ok_or_else(none)?;
        for _ in 0..ROUNDS {
            let now = self.clock.now();
            let order = self.store.order(&id).await?.filter(|order| may(&order.organization)).ok_or_else(none)?;
            let checked = match check_in(&order, code, by, now) {
                Ok(checked) => checked,
                Err(refusal) => {
                    let outcome = if refusal.code == Code::AlreadyCheckedIn { "already processed" } else { "refused" };
                    tracing::info!(order = %id, outcome, reason = refusal.message, "check-in");
                    return Err(refusal.into());
                }
            };
            match self.commit(&order, checked.decision, by, None, None, now).await {
                Ok(committed) => {
                    tracing::info!(order = %id, outcome = "checked_in", "check-in");
                    return Ok(LetIn { order: committed.order, ticket: checked.ticket });
                }
                Err(CommitError::Version) => {}
                Err(CommitError::Store(error)) => return Err(error.into()),
                Err(error) => return Err(broken(error)),
            }
        }
        Err(EngineError::Contended)
    }
}
