//! What canceling a listing would do, for who is about to: how many orders, how much money, and how long that takes.
//!
//! It only reads, by the same decisions that the job makes, and so many orders at most.

use domain::{
    ListingId, Minor, Order, OrderStatus, RefundId,
    order::{RefundCause, decide_refund},
    summary::Counted,
};
use jiff::Timestamp;

use super::order::left_of;
use crate::{
    catalog::base::CatalogEngine,
    error::{EngineError, broken},
};

/// How many pages of a hundred orders are read. A listing that has more is not added up to its end.
const PAGES: usize = 10;

/// What canceling a listing would do.
#[derive(Debug, Clone, Default)]
pub struct CancelPreview {
    /// Orders that are refunded, and the money that goes back.
    pub refunds: Counted,
    /// Orders whose payment is under way, and ends.
    pub open: u64,
    /// Whether the listing has more orders than were read, so that all of it is more.
    pub more: bool,
    /// How many calls of Stripe that takes, at the least.
    pub calls: u64,
}

impl CancelPreview {
    fn add(&mut self, order: &Order, listing: &ListingId, id: &RefundId, now: Timestamp) {
        let amount = match order.status {
            _ if order.is_waiting() => {
                self.open += 1;
                self.calls += 1;
                return;
            }
            OrderStatus::Paid => left_of(order, listing).and_then(|ask| {
                let decided = decide_refund(order, &ask, id.clone(), RefundCause::ListingCanceled, None, now).ok()?;
                Some(decided.order.refund(id)?.amount)
            }),
            _ if order.waits_for_goods() => Some(order.refundable()),
            _ => None,
        };
        if let Some(amount) = amount {
            self.refunds.add(1, 0, amount, order.paid_currency());
            self.calls += u64::from(amount > Minor::ZERO);
        }
    }
}

impl CatalogEngine {
    /// What canceling a listing would do now. An order under dispute is refunded only once its bank has decided, and is not counted.
    ///
    /// # Errors
    /// [`EngineError::Store`] when the table gives no answer.
    pub async fn preview_cancel(&self, listing: &ListingId) -> Result<CancelPreview, EngineError> {
        let (id, now) = (RefundId::parse("ref_preview").map_err(broken)?, self.clock.now());
        let (mut preview, mut cursor) = (CancelPreview::default(), None);
        for _ in 0..PAGES {
            let page = self.store.order_ids_of_listing(listing, None, cursor.as_ref()).await?;
            for order in self.store.orders(&page.ids).await? {
                preview.add(&order, listing, &id, now);
            }
            cursor = page.cursor;
            if cursor.is_none() {
                break;
            }
        }
        preview.more = cursor.is_some();
        Ok(preview)
    }
}
