//! Listings: reading one with its offers, and changing it so that no order slips in between.

use domain::{Actor, Listing, ListingId, LogEntry, Offer};
use futures::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;

use crate::{
    CancelJob, CancelProgress, CatalogError, PutOffer, Store, StoreError,
    error::{self, NotApplied},
    index::due_second,
    items::{
        self, cancel_job,
        listing::{self, FIRST_CHECK},
        offer,
    },
    log, offers,
    value::{n, s, text},
    write::{NEW, Write},
};

/// How many offers are given a new version at the same time.
const TOUCHED_AT_ONCE: usize = 16;

impl Store {
    /// Reads a listing with all its offers, deleted ones included.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn listing(&self, id: &ListingId) -> Result<Option<(Listing, Vec<Offer>)>, StoreError> {
        let mut listing = None;
        let mut offers = Vec::new();
        let mut start = None;
        loop {
            let page = self
                .client
                .query()
                .table_name(&self.table)
                .key_condition_expression("pk = :pk")
                .expression_attribute_values(":pk", s(listing::key(id).pk))
                .consistent_read(true)
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(|error| error::plain("read a listing", &error))?;
            for item in page.items.unwrap_or_default() {
                match text(&item, "entity").as_str() {
                    listing::ENTITY => listing = Some(items::read(item)?),
                    offer::ENTITY => offers.push(items::read(item)?),
                    _ => {}
                }
            }
            start = page.last_evaluated_key;
            if start.is_none() {
                return Ok(listing.map(|listing| (listing, offers)));
            }
        }
    }

    /// Writes a listing, on condition that it is still the version before, or new, with the jobs that remind of its start and
    /// tell of its move, and what the log says of it. If it was there before, each of its
    /// offers then gets a new version, so that no order that was priced by the old listing can be placed any more. A
    /// crash between is mended by doing it again. Its stock is checked when it was to be, and within a day: a listing that
    /// is changed every day is checked every day.
    ///
    /// # Errors
    /// [`CatalogError`].
    pub async fn put_listing(
        &self,
        listing: &Listing,
        before: Option<&Listing>,
        log: Option<&LogEntry>,
        now: Timestamp,
    ) -> Result<(), CatalogError> {
        let mut item = listing::item(listing, now)?;
        if listing.version > 1
            && let Some(known) = self.on_agenda(&listing::key(&listing.id)).await?
        {
            let due = known.due_at.min(due_second(now + FIRST_CHECK));
            item.insert("due_at".to_owned(), n(due));
        }
        let mut writes = vec![match listing.version {
            1 => Write::Put { item, condition: Some(NEW) },
            version => Write::replace(item, version - 1),
        }];
        writes.extend(self.mailings_of(listing, before, now).await?);
        writes.extend(log::put(log)?);
        match self.transact("write a listing", &writes).await {
            Ok(()) => {}
            Err(NotApplied::Conditions(_)) => return Err(CatalogError::Version),
            Err(NotApplied::Conflict) => return Err(StoreError::out_of_time("write a listing").into()),
            Err(NotApplied::Store(error)) => return Err(error.into()),
        }
        if listing.version > 1 { self.touch_offers(&listing.id).await } else { Ok(()) }
    }

    /// Cancels a listing: closes the sale and writes the job that refunds its orders.
    ///
    /// # Errors
    /// [`CatalogError`].
    pub async fn cancel_listing(
        &self,
        listing: &Listing,
        by: &Actor,
        log: Option<&LogEntry>,
    ) -> Result<(), CatalogError> {
        let now = listing.canceled_at.unwrap_or_default();
        let job = CancelJob {
            listing: listing.id.clone(),
            organization: listing.organization.clone(),
            by: by.clone(),
            created_at: now,
            progress: CancelProgress::default(),
        };
        let listing_item = listing::item(listing, now)?;
        let job = Write::Put { item: cancel_job::item(&job)?, condition: None };
        let mut writes = vec![Write::replace(listing_item, listing.version - 1), job];
        writes.extend(log::put(log)?);
        match self.transact("cancel a listing", &writes).await {
            Ok(()) => self.touch_offers(&listing.id).await,
            Err(NotApplied::Conditions(_)) => Err(CatalogError::Version),
            Err(NotApplied::Conflict) => Err(StoreError::out_of_time("cancel a listing").into()),
            Err(NotApplied::Store(error)) => Err(error.into()),
        }
    }

    /// Gives every offer of a listing a new version: several at a time, as an expert's listing has hundreds of slots.
    async fn touch_offers(&self, id: &ListingId) -> Result<(), CatalogError> {
        let Some((_, offers)) = self.listing(id).await? else { return Ok(()) };
        let offers = offers.into_iter().filter(|offer| !offer.deleted).map(|offer| self.touch_offer(offer));
        stream::iter(offers).buffer_unordered(TOUCHED_AT_ONCE).try_collect().await
    }

    async fn touch_offer(&self, mut offer: Offer) -> Result<(), CatalogError> {
        for _ in 0..offers::PLANS {
            let put =
                PutOffer { before: Some(offer.clone()), offer: offer.clone(), shards: None, unused: false, log: None };
            match self.put_offer(put).await {
                // Another request gave it a new version first, but may have read the old listing. Once more, then.
                Err(CatalogError::Version) => match self.offer(&offer.listing, &offer.id).await? {
                    Some(current) if !current.deleted => offer = current,
                    _ => return Ok(()),
                },
                done => return done.map(drop),
            }
        }
        Err(StoreError::out_of_time("renew an offer").into())
    }
}
