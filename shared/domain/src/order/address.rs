//! Staff correct where a buyer is written to.

use super::{aggregate::order::Order, decision::Decision, outcome::Outcome};
use crate::{Code, Refusal};

/// Writes to the buyer at another address from now on, which is one that mail can be sent to.
///
/// # Errors
/// `illegal_state` once the order is archived.
pub fn change_address(order: &Order, email: &str) -> Result<Decision, Refusal> {
    if order.archived_at.is_some() {
        return Err(Refusal::new(Code::IllegalState, "The order is archived, and has no buyer any more"));
    }
    if order.buyer.email == email {
        return Ok(Decision::unchanged(order, Outcome::AlreadyProcessed));
    }
    let mut decision = Decision::change(order, Outcome::AddressChanged);
    email.clone_into(&mut decision.order.buyer.email);
    Ok(decision)
}
