//! The daily check: does an offer's stock add up with the orders that claim it?
//!
//! It mends nothing. Stock that does not add up means a fault that nobody knows of, and a person has to look.

use std::collections::BTreeMap;

use domain::{ListingId, Offer, OfferId, order::StockState};
use jiff::SignedDuration;
use store::{Due, OrderFilter, Shard};

use crate::{Engine, EngineError};

/// How often each listing is checked.
const EACH: SignedDuration = SignedDuration::from_hours(24);
/// For how long after its end a listing is checked: as long as its orders may change.
const AFTER_END: SignedDuration = SignedDuration::from_hours(24 * 90);
/// How often a look is repeated because something was sold meanwhile. A busy listing is left for later.
const LOOKS: usize = 3;

/// Held and sold units by offer and shard.
type Claims = BTreeMap<(OfferId, u16), (u32, u32)>;

impl Engine {
    /// Checks a listing's stock against its orders. True if it adds up, or cannot be told because it is being sold
    /// just now.
    ///
    /// # Errors
    /// [`EngineError::Store`] when the table gives no answer.
    pub async fn check_listing(&self, id: &ListingId) -> Result<bool, EngineError> {
        let Some((listing, offers)) = self.store.listing(id).await? else { return Ok(true) };
        let mut suspicion: Option<Vec<String>> = None;
        for _ in 0..LOOKS {
            let before = self.stock_of(&offers).await?;
            let claims = self.claims_of(&listing.organization, id).await?;
            if before != self.stock_of(&offers).await? {
                suspicion = None;
                continue;
            }
            let wrong = differences(&offers, &before, &claims);
            if wrong.is_empty() {
                return Ok(true);
            }
            // The list of orders is a little late, so what does not add up must not do so twice in the same way.
            if suspicion.as_ref() == Some(&wrong) {
                for what in wrong {
                    tracing::error!(alarm = "stock_mismatch", listing = %id, what, "stock does not add up");
                }
                return Ok(false);
            }
            suspicion = Some(wrong);
        }
        Ok(true)
    }

    /// The check when it is due; it is due again a day later, until long after the listing's end.
    pub(crate) async fn check_due_listing(&self, id: &ListingId, due: &Due) -> Result<bool, EngineError> {
        let adds_up = self.check_listing(id).await?;
        let now = self.clock.now();
        let over = self.store.listing(id).await?.and_then(|(listing, _)| listing.over_at());
        let next = (now + EACH < over.map_or(jiff::Timestamp::MAX, |over| over + AFTER_END)).then(|| now + EACH);
        self.store.reschedule(due, next).await?;
        Ok(adds_up)
    }

    async fn stock_of(&self, offers: &[Offer]) -> Result<Vec<Shard>, EngineError> {
        let mut all = Vec::new();
        for offer in offers.iter().filter(|offer| offer.shards > 0) {
            all.extend(self.store.shards(&offer.listing, &offer.id, offer.shards).await?);
        }
        Ok(all)
    }

    async fn claims_of(
        &self,
        organization: &domain::OrganizationId,
        listing: &ListingId,
    ) -> Result<Claims, EngineError> {
        let filter = OrderFilter { listing: Some(listing.clone()), ..OrderFilter::default() };
        let mut claims = Claims::new();
        let mut cursor: Option<String> = None;
        loop {
            let page = self.store.orders_of(organization, &filter, cursor.as_deref()).await?;
            for order in &page.orders {
                for line in order.lines.iter().filter(|line| &line.listing == listing) {
                    for draw in &line.draws {
                        let claim = claims.entry((line.offer.clone(), draw.shard)).or_default();
                        match order.stock {
                            StockState::Held => claim.0 += draw.quantity,
                            StockState::Sold => claim.1 += draw.quantity,
                            StockState::None => {}
                        }
                    }
                }
            }
            cursor = page.cursor;
            if cursor.is_none() {
                return Ok(claims);
            }
        }
    }
}

/// What does not add up, in words.
fn differences(offers: &[Offer], stock: &[Shard], claims: &Claims) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut claims = claims.clone();
    for shard in stock {
        let name = format!("{} shard {}", shard.offer, shard.shard);
        let sum = u64::from(shard.available) + u64::from(shard.held) + u64::from(shard.sold);
        if sum != u64::from(shard.capacity) {
            wrong.push(format!("{name}: available + held + sold is {sum}, capacity {}", shard.capacity));
        }
        let (held, sold) = claims.remove(&(shard.offer.clone(), shard.shard)).unwrap_or_default();
        if (held, sold) != (shard.held, shard.sold) {
            let (has_held, has_sold) = (shard.held, shard.sold);
            wrong.push(format!("{name}: held {has_held} and sold {has_sold}, orders claim {held} and {sold}"));
        }
    }
    wrong.extend(claims.into_keys().map(|(offer, shard)| format!("{offer} shard {shard}: claimed, but not there")));
    for offer in offers.iter().filter(|offer| !offer.deleted) {
        let found: u32 = stock.iter().filter(|shard| shard.offer == offer.id).map(|shard| shard.capacity).sum();
        if offer.capacity.is_some_and(|capacity| capacity != found) {
            wrong.push(format!("{}: capacity {:?}, stock for {found}", offer.id, offer.capacity));
        }
    }
    wrong
}
