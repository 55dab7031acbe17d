//! An expert's slots by a rule.
//!
//! Each slot is a transaction of its own, and its id says when, how long and whose it is. If the process dies between, some of
//! them are on sale; the same rule again finds these and makes the rest. What an overview shows of the listing is renewed in the
//! end, by a repeat that makes none as well. The log has one entry for each request that puts any on sale, with its first slot.
//! Two rules at the same time may put slots on sale that overlap: of these one is booked, as with slots that are put on sale one
//! by one.

use domain::{
    Kind, Listing, ListingId, LogEntry, Organization, OrganizationId, Refusal, Staff, StaffAction,
    selling::{may_change, may_change_slot},
    slots::{PlannedSlot, RuledSlot, SlotStatus, plan_slots},
};
use futures::{StreamExt, TryStreamExt, stream};
use store::{CatalogError, PutOffer};

use super::{base::CatalogEngine, refused::refused};
use crate::error::EngineError;

/// How many slots are written at the same time.
const AT_ONCE: usize = 16;

impl CatalogEngine {
    /// Puts the slots of a rule on sale that are not there yet: `make` says which they are, seeing their listing and its
    /// organization. `expert` is who asks, where that is no admin. A preview says what would become of each, and writes nothing.
    ///
    /// # Errors
    /// What `make` refuses; `not_found` without such a listing; `illegal_state` for one that was canceled; `forbidden` for an
    /// expert and what is not theirs; `store_unavailable` where the table gives no answer, then some may be on sale.
    pub async fn put_slots(
        &self,
        (organization, listing): (&OrganizationId, &ListingId),
        (staff, expert): (&Staff, Option<&str>),
        preview: bool,
        make: impl FnOnce(&Organization, &Listing) -> Result<Vec<RuledSlot>, Refusal> + Send,
    ) -> Result<Vec<PlannedSlot>, EngineError> {
        let (seller, found) = tokio::try_join!(self.store.organization(organization), self.store.listing(listing))?;
        let seller = seller.ok_or_else(|| Refusal::not_found("organization"))?;
        let found = found.filter(|(listing, _)| &listing.organization == organization);
        let (listing, known) = found.ok_or_else(|| Refusal::not_found("listing"))?;
        if listing.kind != Kind::Expert {
            return Err(Refusal::field("listing", "Only a listing of the kind expert has slots").into());
        }
        may_change(&listing)?;
        let slots = make(&seller, &listing)?;
        if let Some(expert) = expert {
            slots.iter().try_for_each(|slot| may_change_slot(expert, &listing, None, &slot.offer))?;
        }
        let offers: Vec<_> = slots.iter().map(|slot| &slot.offer).collect();
        let booked = self.store.booked_beside(organization, &offers).await?;
        let planned = plan_slots(slots, &known, &booked, self.clock.now());
        if preview {
            return Ok(planned);
        }
        let now = self.clock.now();
        let log = staff.did_to_listing(StaffAction::SlotsCreated, &listing, now);
        let (mut slots, mut rest) = (Vec::with_capacity(planned.len()), planned.into_iter());
        for slot in rest.by_ref() {
            let slot = self.put_slot(slot, Some(&log)).await?;
            let is_logged = slot.status == SlotStatus::Made;
            slots.push(slot);
            if is_logged {
                break;
            }
        }
        let more = stream::iter(rest).map(|slot| self.put_slot(slot, None)).buffered(AT_ONCE);
        slots.extend(more.try_collect::<Vec<PlannedSlot>>().await?);
        if slots.iter().any(|slot| slot.status == SlotStatus::Made) {
            self.store.renew_sale(organization, &listing.id, now).await?;
        } else {
            // Renewed if a request that broke off left it as it was.
            self.store.showcase(&listing.id, now).await?;
        }
        Ok(slots)
    }

    async fn put_slot(&self, planned: PlannedSlot, log: Option<&LogEntry>) -> Result<PlannedSlot, EngineError> {
        if planned.status != SlotStatus::Made {
            return Ok(planned);
        }
        let (offer, log) = (planned.slot.offer.clone(), log.cloned());
        let put = PutOffer { before: None, offer, shards: None, unused: false, log };
        match self.store.put_offer(put).await {
            Ok(_) => Ok(planned),
            // Another request has just made it.
            Err(CatalogError::Version) => Ok(PlannedSlot { status: SlotStatus::Present, ..planned }),
            Err(error) => Err(refused(error)),
        }
    }
}
