//! Handing a ticket over: to another person, under another code.
//!
//! It is one transaction, conditional on the order's version: the new code is born and found in it, the old one dies in it, and
//! what both people are written is in it. If the process dies before it, the old code is good; after it, the new one is, and its
//! mail stands on the agenda. If it runs twice, the second one finds the ticket with the person it names, and changes nothing. Of
//! two that name two people one is first, and the other hears that the code is void.

use domain::{Actor, Attendee, Order, OrderId, Refusal, Staff, StaffAction, TicketCode, order::hand_over};

use crate::{
    base::Engine,
    change::{Changed, Next},
    error::{EngineError, broken},
};

impl Engine {
    /// Hands a ticket over to `receiver`, whom the new code is sent to; the trail says who did it. For `staff` whatever its
    /// listing says, and their log has it.
    ///
    /// # Errors
    /// `not_found` for a code that is none of the order's; `illegal_state` for a code that died, and for a ticket that cannot be
    /// handed over, or not by its buyer.
    pub async fn hand_over(
        &self,
        id: &OrderId,
        code: &TicketCode,
        receiver: &Attendee,
        by: &Actor,
        staff: Option<&Staff>,
    ) -> Result<Order, EngineError> {
        let (_, listing) = self.ticket_of(id, code).await?;
        let changed = self
            .change_order(id, by, |order, now| {
                let order = order.ok_or_else(|| Refusal::not_found("order"))?;
                let decision = hand_over(&order, code, receiver, staff.is_some(), listing.as_ref(), now)?;
                let log = staff.map(|staff| staff.did_to_order(StaffAction::TicketHandedOver, &order, now));
                Ok(if decision.changed { Next::logged(order, decision, log) } else { Next::Done(order) })
            })
            .await?;
        match changed {
            Changed::Now(committed) => {
                tracing::info!(order = %id, by = by.as_str(), "a ticket was handed over");
                Ok(committed.order)
            }
            Changed::Before(order) => {
                tracing::info!(order = %id, outcome = "already processed", "a ticket was handed over before");
                Ok(order)
            }
            Changed::NotTaken(error) => Err(broken(error)),
        }
    }
}
