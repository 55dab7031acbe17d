//! Who may do what with a booking.

use domain::{
    Actor, Order, OrderId, Refusal,
    order::{Booking, CanceledBy},
};
use engine::EngineError;
use store::Store;
use web::{Answer, Caller, Problem, Role, access};

/// One of a booking's two sides.
pub(crate) struct Party {
    /// The booking's order.
    pub(crate) order: Order,
    /// Which side it is.
    pub(crate) who: CanceledBy,
    /// For the audit trail: the person, or the holder of the order's token.
    pub(crate) by: Actor,
}

/// The expert, if the caller is the slot's own expert.
///
/// # Errors
/// 401 without a token. 403 for its buyer and for all others of its organization, who may know that there is such a
/// booking. 404 for all others, and for orders that are no booking.
pub(crate) async fn answering(store: &Store, caller: &Caller, id: &OrderId) -> Answer<Actor> {
    let identity = caller.require()?;
    let (order, _) = booking(store, id).await?;
    if access::is_expert(caller, &order) {
        return Ok(identity.actor());
    }
    Err(turned_away(caller, &order))
}

/// Which side of the booking the caller is on. An expert who books an own slot is its expert, who gets all back.
///
/// # Errors
/// 401 for a caller who shows nothing at all; 403 and 404 as with [`answering`].
pub(crate) async fn canceling(store: &Store, caller: &Caller, id: &OrderId) -> Answer<Party> {
    if caller.order_token.is_none() {
        caller.require()?;
    }
    let (order, booking) = booking(store, id).await?;
    if access::is_expert(caller, &order) {
        return Ok(Party { order, who: CanceledBy::Expert, by: Actor::Person(booking.expert) });
    }
    if access::is_buyer(caller, &order) {
        let by = order.buyer.actor();
        return Ok(Party { order, who: CanceledBy::Buyer, by });
    }
    Err(turned_away(caller, &order))
}

async fn booking(store: &Store, id: &OrderId) -> Answer<(Order, Booking)> {
    let order = store.order(id).await.map_err(EngineError::from)?;
    let found = order.and_then(|order| order.booking.clone().map(|booking| (order, booking)));
    Ok(found.ok_or_else(no_such_booking)?)
}

fn turned_away(caller: &Caller, order: &Order) -> Problem {
    let of_the_house = caller.identity.as_ref().is_some_and(|identity| {
        [Role::Staff, Role::Expert].into_iter().any(|role| identity.has_org_role(&order.organization, role))
    });
    if of_the_house || access::is_buyer(caller, order) { Problem::forbidden() } else { no_such_booking().into() }
}

fn no_such_booking() -> Refusal {
    Refusal::not_found("booking")
}
