//! Who may see an order: one place for every function.

use domain::{Order, OrderId, Refusal, TicketCode};
use engine::EngineError;
use serde::Serialize;
use sha2::{Digest, Sha256};
use store::Store;
use subtle::ConstantTimeEq;

use crate::{Answer, Caller, Role};

/// The order, for who holds its token, its customer, and its organization's staff. All others hear that there is no
/// such order: even its existence is private.
///
/// # Errors
/// 401 `unauthenticated` for a caller who shows nothing at all, 404 `not_found` otherwise.
pub async fn order(store: &Store, caller: &Caller, id: &OrderId) -> Answer<Order> {
    if caller.identity.is_none() && caller.order_token.is_none() {
        caller.require()?;
    }
    let order = store.order(id).await.map_err(EngineError::from)?;
    let order = order.filter(|order| may_see(caller, order));
    Ok(order.ok_or_else(|| Refusal::not_found("order"))?)
}

/// The order of a ticket, by a code as people type it that the ticket has, or had before it was handed over, for the same callers.
/// All others hear that there is no such ticket.
///
/// # Errors
/// As with [`order`].
pub async fn order_of_ticket(store: &Store, caller: &Caller, typed: &str) -> Answer<(Order, TicketCode)> {
    if caller.identity.is_none() && caller.order_token.is_none() {
        caller.require()?;
    }
    let unknown = || Refusal::not_found("ticket");
    let code = TicketCode::typed(typed).map_err(|_| unknown())?;
    let order = match store.order_of_ticket(&code).await.map_err(EngineError::from)? {
        Some(id) => store.order(&id).await.map_err(EngineError::from)?,
        None => None,
    };
    let order = order.filter(|order| may_see(caller, order));
    Ok((order.ok_or_else(unknown)?, code))
}

/// The same as [`order`], for the expert whose time the order is for, too.
///
/// # Errors
/// As with [`order`].
pub async fn order_or_booking(store: &Store, caller: &Caller, id: &OrderId) -> Answer<Order> {
    if caller.identity.is_none() && caller.order_token.is_none() {
        caller.require()?;
    }
    let order = store.order(id).await.map_err(EngineError::from)?;
    let order = order.filter(|order| may_see(caller, order) || is_expert(caller, order));
    Ok(order.ok_or_else(|| Refusal::not_found("order"))?)
}

/// Whether the caller is the expert of the order's slot. The role counts in the slot's organization only.
#[must_use]
pub fn is_expert(caller: &Caller, order: &Order) -> bool {
    caller.identity.as_ref().zip(order.booking.as_ref()).is_some_and(|(identity, booking)| {
        identity.subject == booking.expert
            && identity.organization.as_ref() == Some(&order.organization)
            && identity.roles.contains(&Role::Expert)
    })
}

/// The order, for who comes back by the address that was made for it: `mac` is [`Order::return_mac`]. Costs one read at
/// most, and none for what can be no order's id.
///
/// # Errors
/// 404 `not_found` without a match, whether there is such an order or not.
pub async fn order_by_mac(store: &Store, id: Option<&str>, mac: Option<&str>) -> Answer<Order> {
    let unknown = || Refusal::not_found("order");
    let (Some(id), Some(mac)) = (id, mac.filter(|mac| !mac.is_empty())) else { return Err(unknown().into()) };
    let id = OrderId::parse(id).map_err(|_| unknown())?;
    let order = store.order(&id).await.map_err(EngineError::from)?;
    let order = order.filter(|order| is_secret(mac, &order.return_mac()));
    Ok(order.ok_or_else(unknown)?)
}

fn may_see(caller: &Caller, order: &Order) -> bool {
    let is_staff =
        || caller.identity.as_ref().is_some_and(|identity| identity.has_org_role(&order.organization, Role::Staff));
    is_buyer(caller, order) || is_staff()
}

/// Whether the caller holds the order's token, or is its customer.
#[must_use]
pub fn is_buyer(caller: &Caller, order: &Order) -> bool {
    let by_token = caller.order_token.as_ref().is_some_and(|token| is_secret(token.expose(), &order.access_token()));
    let customer = caller.identity.as_ref().map(|identity| &identity.subject);
    by_token || customer.is_some() && order.buyer.customer.as_ref() == customer
}

/// Whether what a caller shows is the secret, compared without telling by the time it takes how much of it is right.
#[must_use]
pub fn is_secret(shown: &str, known: &str) -> bool {
    shown.as_bytes().ct_eq(known.as_bytes()).into()
}

/// A hash of what a request asks for, to tell another request under the same idempotency key. White space and the order
/// of fields make no difference.
pub fn fingerprint<T: Serialize>(requested: &T) -> String {
    hex::encode(Sha256::digest(serde_json::to_vec(requested).unwrap_or_default()))
}
