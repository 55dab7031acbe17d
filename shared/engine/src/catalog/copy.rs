//! A copy of a listing under another id: a draft with the same offers, and none of them sold. Slots stay with the listing that they
//! are of, because an expert's time is there once.
//!
//! First the draft is written, then its offers, one after the other. If the process dies between, the same copy again goes on where
//! it stopped: a draft of that id, title and kind is taken for it.

use domain::{Code, Kind, Listing, ListingId, Offer, OrganizationId, Refusal, Staff};

use super::base::{CatalogEngine, Saved};
use crate::error::EngineError;

impl CatalogEngine {
    /// Copies a listing.
    ///
    /// # Errors
    /// `not_found`; `forbidden` for an id that another organization has; `illegal_state` for one of its own listings that is no
    /// such draft.
    pub async fn copy_listing(
        &self,
        organization: &OrganizationId,
        from: &ListingId,
        to: &ListingId,
        staff: &Staff,
    ) -> Result<Saved<Listing>, EngineError> {
        let original = self.own_listing(organization, from).await?;
        let offers = self.store.listing(from).await?.map(|(_, offers)| offers).unwrap_or_default();
        let (copy, _) = self.put_listing(organization, to, staff, |_, before| draft(&original, to, before)).await?;
        let copied = offers.iter().filter(|offer| !offer.deleted && original.kind != Kind::Expert);
        for offer in copied {
            if self.store.offer(to, &offer.id).await?.is_none() {
                let new = Offer { listing: to.clone(), shards: 0, version: 1, ..offer.clone() };
                let make = |_: &_, before: Option<&Offer>| Ok(before.cloned().unwrap_or(new));
                Box::pin(self.put_offer((organization, to, &offer.id), None, (staff, None), make)).await?;
            }
        }
        tracing::info!(listing = %from, copy = %to, "listing copied");
        Ok(copy)
    }
}

fn draft(original: &Listing, id: &ListingId, before: Option<&Listing>) -> Result<Listing, Refusal> {
    let begun = |before: &Listing| {
        let same = before.kind == original.kind && before.title == original.title && before.id != original.id;
        same && !before.published && before.canceled_at.is_none()
    };
    match before {
        Some(before) if begun(before) => Ok(Listing { version: before.version + 1, ..before.clone() }),
        Some(_) => Err(Refusal::new(Code::IllegalState, "There is a listing with this id already").at("id")),
        None => Ok(Listing {
            id: id.clone(),
            published: false,
            canceled_at: None,
            cancel_reason: None,
            refund_until: None,
            version: 1,
            ..original.clone()
        }),
    }
}
