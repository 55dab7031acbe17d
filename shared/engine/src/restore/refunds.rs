//! Refunds that were asked for and made in the time that the table has lost: they are written down again as they were, with
//! their goods.
//!
//! Stripe has made them, so nothing is asked of Stripe here. If the process dies after one is written down, it is due, and
//! the sweeper asks for it under the same key and gets the one that was made. If it runs twice, the second one finds it.

use domain::{
    Actor, Fact, Order, RefundId, RefundState,
    order::{CanceledBy, Decision, RefundAsk, RefundCause, RefundItem, cancel_booking, decide_refund},
};
use jiff::Timestamp;
use payments::{
    facts::{self, Finding},
    refunds::StripeRefund,
};

use crate::{
    base::Engine,
    calls::refund::{CANCELED_BY, CANCELLATION, CAUSE, ITEMS, LISTING_CANCELED, STAFF},
    change::{Changed, Next},
    error::EngineError,
    settle::Origin,
};

impl Engine {
    /// Writes down again the refunds of a payment that its order does not know. How many these are. What cannot be written
    /// down as it was is left to the event, which notes it as Stripe shows it.
    pub(super) async fn restore_refunds(&self, payment_intent: &str) -> Result<u32, EngineError> {
        let mut restored = 0;
        for seen in self.stripe.list_refunds(payment_intent).await?.iter().rev() {
            if let (Some(id), Some(order)) = (&seen.refund_id, &seen.order)
                && seen.state != RefundState::Failed
            {
                let decide = |found: Option<Order>, now: Timestamp| {
                    let Some(order) = found.filter(|order| lacks(order, id, seen)) else { return Ok(Next::Done(())) };
                    Ok(match as_it_was(&order, id, seen, seen.created.unwrap_or(now)) {
                        Some(decision) => Next::commit(order, decision),
                        None => Next::Done(()),
                    })
                };
                if let Changed::Now(_) = Box::pin(self.change_order(order, &Actor::Restore, decide)).await? {
                    restored += 1;
                }
                if let Finding::Fact(fact @ Fact::Refund(_)) = facts::from_refund(seen).finding
                    && self.store.order(order).await?.is_some_and(|order| order.refund(id).is_some())
                {
                    self.settle(order, fact, Origin::fetched(&Actor::Restore)).await?;
                }
            }
        }
        Ok(restored)
    }
}

/// Whether an order knows nothing of a refund. What was given back of an order that was lost itself is all known.
fn lacks(order: &Order, id: &RefundId, seen: &StripeRefund) -> bool {
    let known = order.refunds.iter().any(|refund| refund.stripe_id.as_ref() == Some(&seen.id));
    !known && order.refund(id).is_none() && !order.was_lost()
}

/// The decision that led to a refund, taken again as of then. None where it would not be the same refund.
fn as_it_was(order: &Order, id: &RefundId, seen: &StripeRefund, at: Timestamp) -> Option<Decision> {
    let decision = match seen.metadata.get(CAUSE)?.as_str() {
        STAFF => decide_refund(order, &ask(seen), id.clone(), RefundCause::Staff, None, at).ok()?,
        LISTING_CANCELED => {
            decide_refund(order, &ask(seen), id.clone(), RefundCause::ListingCanceled, None, at).ok()?
        }
        CANCELLATION => {
            let side = match seen.metadata.get(CANCELED_BY)?.as_str() {
                "buyer" => CanceledBy::Buyer,
                "expert" => CanceledBy::Expert,
                _ => return None,
            };
            cancel_booking(order, side, &Actor::Restore, id.clone(), at).ok()?
        }
        _ => return None,
    };
    let same = decision.order.refund(id).is_some_and(|refund| refund.amount == seen.amount);
    same.then_some(decision)
}

/// Lines or an amount, as the metadata says.
fn ask(seen: &StripeRefund) -> RefundAsk {
    let items = seen.metadata.get(ITEMS).map(String::as_str).unwrap_or_default().split(',').filter_map(|item| {
        let (line, quantity) = item.rsplit_once(':')?;
        Some(RefundItem { line: line.to_owned(), quantity: quantity.parse().ok()? })
    });
    let items: Vec<RefundItem> = items.collect();
    if items.is_empty() { RefundAsk::Amount(seen.amount) } else { RefundAsk::Items(items) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use domain::{Currency, Minor, RefundState, order::RefundAsk};
    use payments::refunds::StripeRefund;

    use super::{ITEMS, ask};

    fn refund(items: Option<&str>) -> StripeRefund {
        StripeRefund {
            id: "re_1".to_owned(),
            refund_id: None,
            order: None,
            payment_intent: None,
            charge: None,
            amount: Minor(500),
            currency: Currency::USD,
            state: RefundState::Succeeded,
            reason: None,
            failure: None,
            created: None,
            metadata: items.map(|items| (ITEMS.to_owned(), items.to_owned())).into_iter().collect::<BTreeMap<_, _>>(),
        }
    }

    #[test]
    fn goods_are_read_as_they_were_written_down() {
        let RefundAsk::Items(items) = ask(&refund(Some("l1:2,l2:1"))) else { panic!("items were named") };
        assert_eq!(
            items.iter().map(|item| (item.line.as_str(), item.quantity)).collect::<Vec<_>>(),
            [("l1", 2), ("l2", 1)]
        );
        assert_eq!(ask(&refund(None)), RefundAsk::Amount(Minor(500)));
        assert_eq!(ask(&refund(Some("nonsense"))), RefundAsk::Amount(Minor(500)));
    }
}
