//! Declined payments: counted by buyer, source address and card, so that a run of stolen cards is slowed.
//!
//! The counts are plain updates after the decline is in the table. If the process dies between the two, that decline is not counted,
//! and one that runs twice counts twice: the limit is against floods, not exact. How many are too many is asked where the next
//! order is placed. Only orders that were placed under a limit are counted.

use domain::{
    Code, Order, OrganizationId, Refusal,
    limits::{Declines, hour_of},
};
use jiff::Timestamp;

use crate::{base::Engine, limits};

impl Engine {
    /// Counts a decline of an order's payment, tried with that card.
    pub(crate) async fn count_decline(&self, order: &Order, card: Option<&str>) {
        let Some(source) = &order.source else { return };
        let (hour, _) = hour_of(self.clock.now());
        let (buyer, card) = (limits::caller(&order.buyer), card.map(limits::card));
        let whose = [buyer.as_str(), source.as_str()];
        let counted = self.store.count_decline(&order.organization, hour, (&whose, card.as_deref())).await;
        if let Err(error) = counted {
            tracing::warn!(order = %order.id, %error, "a decline was not counted");
        }
    }

    /// The refusal of an order that has to wait because of what the hour has of its buyer and its source address, if it has to.
    /// Staff are told once a day, if it is for declines.
    pub(crate) async fn slowed(
        &self,
        organization: &OrganizationId,
        known: &[Declines],
        now: Timestamp,
    ) -> Option<Refusal> {
        let most = self.limits.declines_per_hour;
        if !known.iter().any(|declines| declines.slow(most)) {
            return None;
        }
        let (hour, left) = hour_of(now);
        if let Some(declines) = known.iter().find(|declines| declines.are_too_many(most)) {
            let (count, of_card) = (declines.declines, declines.of_card);
            match self.store.is_first_of_day(organization, "card-testing", hour).await {
                Ok(true) => tracing::error!(
                    alarm = "card_testing", %organization, declines = count, of_card,
                    "many payments of one buyer, address or card were declined; their next orders wait"
                ),
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(%organization, %error, "not known whether staff were told of card testing");
                }
            }
        }
        let message = "Too many payments were declined or too many tickets were bought; please wait a little";
        Some(Refusal::new(Code::RateLimited, message).retry_after(left))
    }
}
