//! The card that paid an order whose tickets are counted for each buyer: known only after paying, it marks the order.
//!
//! The mark and the card's count are one transaction. If the process dies before it, or it fails, the event is not done and comes
//! again; if it runs twice, the card is known already. A buyer whose card has too many tickets is slowed after that, by a plain update:
//! a process that dies in between slows no one, and the order is marked all the same.

use domain::{
    Actor, ListingId, Order, OrderId,
    limits::hour_of,
    order::{Outcome, note_card},
};
use jiff::Timestamp;
use store::{CatalogKeys, CommitError};

use crate::{
    base::Engine,
    change::{Change, Committed, Next},
    error::{EngineError, broken},
    limits,
};

/// An order whose card has come to be known.
struct Noting<'a> {
    id: &'a OrderId,
    /// Stripe's fingerprint of the card.
    fingerprint: &'a str,
}

impl Change for Noting<'_> {
    /// The order, if its card has more tickets than one buyer may have.
    type Done = Option<Box<Order>>;

    fn by(&self) -> &Actor {
        &Actor::Webhook
    }

    async fn decide(&mut self, engine: &Engine, _: Timestamp) -> Result<Next<Self::Done>, EngineError> {
        let Some(order) = engine.store.order(self.id).await? else { return Ok(Next::Done(None)) };
        let Some(count) = order.buyer_count.as_ref().filter(|count| count.card.is_none()) else {
            return Ok(Next::Done(None));
        };
        let mark = engine.store.mark_of_buyer(&order.organization, &limits::card(self.fingerprint)).await?;
        let held = engine.held_by_card(&count.listings, &mark).await?;
        let decision = note_card(&order, &mark, &held);
        Ok(Next::commit(order, decision))
    }

    fn committed(&mut self, committed: Committed) -> Self::Done {
        let Committed { order, outcome, .. } = committed;
        (outcome == Outcome::CardOverShare).then(|| Box::new(order))
    }

    fn not_taken(&mut self, error: CommitError) -> Result<Option<Self::Done>, EngineError> {
        Err(broken(error))
    }
}

impl Engine {
    /// Notes the card that pays an order, by Stripe's fingerprint of it, where the order counts tickets for its buyer.
    ///
    /// # Errors
    /// [`EngineError`] if it could not be noted yet.
    pub(crate) async fn note_card(&self, id: &OrderId, fingerprint: &str) -> Result<(), EngineError> {
        let over = self.change(&mut Noting { id, fingerprint }).await?;
        if let Some(order) = over {
            tracing::warn!(order = %order.id, organization = %order.organization, "a card has more tickets of a show than one buyer may have");
            let (hour, _) = hour_of(self.clock.now());
            self.store.note_over_share(&order.organization, &limits::caller(&order.buyer), hour).await?;
        }
        Ok(())
    }

    /// How many tickets of each show a card has, and how many one buyer may have. A show without a limit by now is left out.
    async fn held_by_card(
        &self,
        listings: &[ListingId],
        mark: &str,
    ) -> Result<Vec<(ListingId, u32, u32)>, EngineError> {
        let keys = CatalogKeys { listings: listings.to_vec(), ..CatalogKeys::default() };
        let mut held = Vec::new();
        for listing in self.store.catalog_items(&keys).await?.listings {
            if let Some(most) = listing.max_tickets_per_buyer {
                held.push((listing.id.clone(), self.store.tickets_of(&listing.id, mark).await?, most));
            }
        }
        Ok(held)
    }
}
