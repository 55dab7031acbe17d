//! Where an order is found besides its own item: by a ticket's code, a receipt's number or a payment of Stripe's, and in
//! the lists of customers, listings, experts and reviews.

use std::collections::BTreeSet;

use domain::{Order, OrderId, OrderNumber, OrderStatus, RefundState, order::Ticket};
use jiff::{SignedDuration, Timestamp};

use crate::{
    StoreError, index,
    items::{
        booking, customer_order, daily_refund, daily_sale, dispute, number, order, order_listing, receipt, review,
        search_state, stripe, ticket, ticket_change,
    },
    value::Change,
    write::{ANY, ANYHOW, NEW, Write},
};

/// A look-up item for each ticket code that is new with this change. That of a code that died stays: it says at the door
/// whose ticket it was, and sees to it that no other ticket ever gets that code.
pub(crate) fn tickets(before: Option<&Order>, order: &Order) -> Result<Vec<Write>, StoreError> {
    let known: BTreeSet<_> = before.into_iter().flat_map(|order| &order.tickets).map(|ticket| &ticket.code).collect();
    let put = |code| Ok(Write::Put { item: ticket::item(code, &order.id)?, condition: Some(NEW) });
    let codes = order.tickets.iter().map(|ticket| &ticket.code);
    codes.filter(|code| !known.contains(code)).map(put).collect()
}

/// An order paid so long after it was placed is not found any more by devices that read what was placed lately.
pub(crate) const PAID_LATE: SignedDuration = SignedDuration::from_mins(60);

/// An entry in the list of changes of each listing whose tickets are not as they were. Tickets that are issued in time have none: they
/// are found by their order's place in the listing's orders, and no sale pays for this list.
pub(crate) fn tickets_changed(before: &Order, order: &Order, now: Timestamp) -> Result<Vec<Write>, StoreError> {
    let issued = before.tickets.is_empty();
    if issued && now.duration_since(order.created_at) < PAID_LATE {
        return Ok(Vec::new());
    }
    let frozen = before.is_frozen() != order.is_frozen();
    let same = |ticket: &Ticket| {
        let known = before.tickets.iter().find(|known| known.code == ticket.code);
        known.is_some_and(|known| {
            (known.status, known.checked_in_at, &known.checked_in_with)
                == (ticket.status, ticket.checked_in_at, &ticket.checked_in_with)
        })
    };
    let changed = order.tickets.iter().filter(|ticket| frozen || !same(ticket));
    let listings: BTreeSet<_> = changed.filter_map(|ticket| Some(&order.line(&ticket.line)?.listing)).collect();
    let entry = |listing| Ok(Write::Put { item: ticket_change::item(order, listing, now)?, condition: None });
    listings.into_iter().map(entry).collect()
}

/// A receipt's number, which no other order has.
pub(crate) fn receipt(number: &str, order: &OrderId) -> Result<Write, StoreError> {
    Ok(Write::Put { item: receipt::item(number, order)?, condition: Some(NEW) })
}

/// Has an order's search entries written anew at that time: those of a new order once it is known what Stripe calls its
/// payment, those of a changed one at once.
pub(crate) fn searchable(order: &Order, at: Timestamp) -> Write {
    Write::Update { key: search_state::key(&order.id), change: search_state::mark(order, at), condition: ANY }
}

/// The same for a change of an order, if it is found by other terms from now on. Stripe's ids of session and intent are noted
/// without a change, so they are known at the latest when the order stops being pending.
pub(crate) fn searched_anew(before: &Order, order: &Order, now: Timestamp) -> Option<Write> {
    let settled = before.status == OrderStatus::Pending && order.status != before.status;
    let changed = settled || before.search_terms() != order.search_terms();
    changed.then(|| searchable(order, index::at_once(now)))
}

/// An order's number, which no other order of its organization has.
pub(crate) fn number(number: &OrderNumber, order: &Order) -> Result<Write, StoreError> {
    Ok(Write::Put { item: number::item(&order.organization, number, &order.id)?, condition: Some(NEW) })
}

/// A payment of Stripe's that is not the order's own. The same object always names the same order, so writing it again
/// does no harm.
pub(crate) fn payment(stripe: &str, order: &OrderId) -> Result<Write, StoreError> {
    Ok(Write::Put { item: stripe::item(stripe, order)?, condition: None })
}

/// A new order's entries in lists: its customer's, if a customer placed it, and those of all its listings but the first,
/// where the order's own item is the entry.
pub(crate) fn lists(order: &Order) -> Result<Vec<Write>, StoreError> {
    let mut writes = Vec::new();
    if let Some(customer) = &order.buyer.customer {
        writes.push(Write::Put { item: customer_order::item(order, customer)?, condition: None });
    }
    for listing in order::listings_of(order).iter().skip(1) {
        writes.push(Write::Put { item: order_listing::item(order, listing)?, condition: None });
    }
    Ok(writes)
}

/// Takes an order, as it is now, out of the lists of a customer whose personal fields went.
pub(crate) fn forget_customer(order: &Order, customer: &str) -> Vec<Write> {
    let key = customer_order::key(order, customer);
    let mut writes = vec![Write::Delete { key, condition: ANYHOW, given: Change::default() }];
    writes.extend(booking::item(order).map(|item| Write::Put { item, condition: None }));
    writes
}

/// A booking's entry in the lists of its expert, its organization and its customer.
pub(crate) fn booking(order: &Order) -> Option<Write> {
    Some(Write::Put { item: booking::item(order)?, condition: Some(NEW) })
}

/// Puts an order into its organization's list of reviews, or takes it out.
pub(crate) fn review(order: &Order, now: Timestamp) -> Result<Write, StoreError> {
    Ok(Write::Put { item: review::item(order, now)?, condition: None })
}

/// Puts an order into its organization's list of disputes, or takes it out.
pub(crate) fn dispute(order: &Order, now: Timestamp) -> Result<Write, StoreError> {
    Ok(Write::Put { item: dispute::item(order, now)?, condition: None })
}

/// An entry in the day's list for an order that is paid by this change, or new and paid.
pub(crate) fn sold(before: Option<&Order>, order: &Order, now: Timestamp) -> Result<Option<Write>, StoreError> {
    let paid = |order: &Order| order.paid_at.is_some() || !order.payment.captured.is_zero();
    let sold = paid(order) && !before.is_some_and(paid);
    sold.then(|| Ok(Write::Put { item: daily_sale::item(order, now)?, condition: None })).transpose()
}

/// An entry in the day's list for each refund that was made by this change.
pub(crate) fn refunds_made(before: &Order, order: &Order, now: Timestamp) -> Result<Vec<Write>, StoreError> {
    let was_made = |id| before.refund(id).is_some_and(|refund| refund.state == RefundState::Succeeded);
    let made = order
        .refunds
        .iter()
        .filter(|refund| refund.state == RefundState::Succeeded && !refund.amount.is_zero() && !was_made(&refund.id));
    made.map(|refund| Ok(Write::Put { item: daily_refund::item(order, refund, now)?, condition: None })).collect()
}
