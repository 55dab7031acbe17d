//! Overviews of what is for sale, and what keeps them true.
//!
//! An overview is read far more often than anything in it changes, so what it shows of a listing is an item of its own
//! ([`Sale`]). Sellers' changes write it anew. Orders do not: what was bought last is seen when the next buyer looks at the
//! listing itself, and what came back when an overview shows something that was sold out some seconds ago.

use domain::{Kind, Listing, ListingId, Offer, OrganizationId};
use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};

use crate::{
    Key, Showcase, Store, StoreError, WriteError, error,
    items::sale::Sale,
    items::{self, sale},
    value::{Change, n, s, text},
    write::{NEW, Write},
};

/// How old an overview's word may be that nothing is left.
const SOLD_OUT: SignedDuration = SignedDuration::from_secs(10);
/// How many listings one overview looks at again.
const MENDED_AT_ONCE: usize = 5;

/// A page of an overview.
#[derive(Debug, Clone)]
pub struct SalePage {
    /// What is for sale, by organization and listing.
    pub sales: Vec<Sale>,
    /// Where the next page begins, if there is one.
    pub cursor: Option<String>,
}

impl Store {
    /// Reads a listing as its buyers see it, published or not: one round trip, or two if the process has not read it before.
    /// If overviews show something else of it, they are mended.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn showcase(&self, id: &ListingId, now: Timestamp) -> Result<Option<Showcase>, StoreError> {
        let Some(showcase) = self.read_showcase(id, now).await? else { return Ok(None) };
        let true_sale = showcase.sale_at(now, 1);
        let agrees = match (&showcase.sale, &true_sale) {
            (Some(shown), Some(true_sale)) => shown.shows(true_sale),
            (shown, true_sale) => shown.is_none() == true_sale.is_none(),
        };
        if !agrees {
            // The reader gets an answer, whether that works or not.
            let _ = self.mend_sale(&showcase.listing.organization, id, now).await;
        }
        Ok(Some(showcase))
    }

    /// What is for sale of an organization, or of all; of one kind, or of all. Of one organization it is one query for
    /// everything up to a megabyte, which is some thousand listings; of all it is two round trips a page. It may be seconds
    /// old. Where it shows something that was sold out ten seconds ago, it looks again, at five listings at the most.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn overview(
        &self,
        organization: Option<&OrganizationId>,
        kind: Option<Kind>,
        cursor: Option<&str>,
        now: Timestamp,
    ) -> Result<SalePage, StoreError> {
        let mut page = match organization {
            Some(organization) => self.sales_of(organization, cursor).await?,
            None => self.sales_of_all(cursor).await?,
        };
        page.sales.retain(|sale| kind.is_none_or(|kind| kind == sale.kind));
        let stale = |sale: &&Sale| !sale.left && now.duration_since(sale.seen_at) >= SOLD_OUT;
        let mending =
            page.sales.iter().filter(stale).take(MENDED_AT_ONCE).map(|sale| async {
                (sale.listing.clone(), self.mend_sale(&sale.organization, &sale.listing, now).await)
            });
        for (listing, mended) in join_all(mending).await {
            let Ok(mended) = mended else { continue };
            page.sales.retain(|sale| mended.is_some() || sale.listing != listing);
            page.sales.iter_mut().filter(|sale| sale.listing == listing).for_each(|sale| {
                if let Some(mended) = &mended {
                    sale.clone_from(mended);
                }
            });
        }
        Ok(page)
    }

    async fn sales_of(&self, organization: &OrganizationId, cursor: Option<&str>) -> Result<SalePage, StoreError> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk AND sk > :after")
            .expression_attribute_values(":pk", s(sale::partition(organization)))
            // Below the first legal character.
            .expression_attribute_values(":after", s(cursor.unwrap_or("!")))
            .send()
            .await
            .map_err(|error| error::plain("read an overview", &error))?;
        let more = answer.last_evaluated_key.is_some();
        let found = answer.items.unwrap_or_default();
        let cursor = if more { found.last().map(|item| text(item, "sk")) } else { None };
        let sales = found.into_iter().map(items::read).collect::<Result<_, _>>()?;
        Ok(SalePage { sales, cursor })
    }

    async fn sales_of_all(&self, cursor: Option<&str>) -> Result<SalePage, StoreError> {
        let (ids, cursor) = self.published_ids(None, cursor).await?;
        let keys: Vec<Key> = ids.iter().map(|(organization, listing)| sale::key(organization, listing)).collect();
        let found = self.batch_get("read an overview", &keys).await?;
        let mut sales: Vec<Sale> = found.into_iter().map(items::read).collect::<Result<_, _>>()?;
        sales.sort_by(|a, b| (&a.organization, &a.listing).cmp(&(&b.organization, &b.listing)));
        Ok(SalePage { sales, cursor })
    }

    /// Writes what overviews show of a listing as it is now. To be called after each change of a listing; of one that is gone
    /// or not for sale they show nothing.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn renew_sale(
        &self,
        organization: &OrganizationId,
        id: &ListingId,
        now: Timestamp,
    ) -> Result<Option<Sale>, StoreError> {
        let mut backoff = self.backoff();
        loop {
            // First what is to be replaced: a request that writes it meanwhile has seen at least as much.
            let before = self.known_sale(organization, id).await?.map(|sale| sale.version);
            let showcase = self.read_showcase(id, now).await?;
            let showcase = showcase.filter(|showcase| &showcase.listing.organization == organization);
            let sale = showcase.and_then(|showcase| showcase.sale_at(now, before.unwrap_or(0) + 1));
            if self.replace_sale(&sale::key(organization, id), before, sale.as_ref()).await? {
                return Ok(sale);
            }
            if !backoff.pause().await {
                return Err(StoreError::out_of_time("write a sale"));
            }
        }
    }

    /// The same after a change of one offer, of which so many are left: without a look at the others where they make no
    /// difference, as for each of an expert's hundreds of slots.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn renew_sale_by(
        &self,
        listing: &Listing,
        before: Option<&Offer>,
        after: (&Offer, Option<u32>),
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if !listing.is_for_sale() {
            return Ok(());
        }
        let before = before.filter(|before| !before.deleted);
        let known = self.known_sale(&listing.organization, &listing.id).await?;
        let next = known.as_ref().and_then(|known| Some((known, known.with(listing, before, after, now)?)));
        if let Some((known, next)) = next {
            let key = sale::key(&listing.organization, &listing.id);
            if known.shows(&next) || self.replace_sale(&key, Some(known.version), Some(&next)).await? {
                return Ok(());
            }
        }
        self.renew_sale(&listing.organization, &listing.id, now).await.map(drop)
    }

    async fn known_sale(&self, organization: &OrganizationId, id: &ListingId) -> Result<Option<Sale>, StoreError> {
        self.get("read a sale", &sale::key(organization, id)).await?.map(items::read).transpose()
    }

    /// Whether the sale was still that version, or not there, and is written now.
    async fn replace_sale(&self, key: &Key, before: Option<u64>, sale: Option<&Sale>) -> Result<bool, StoreError> {
        let write = match (before, sale) {
            (None, None) => return Ok(true),
            (None, Some(sale)) => Write::Put { item: sale::item(sale)?, condition: Some(NEW) },
            (Some(before), Some(sale)) => Write::replace(sale::item(sale)?, before),
            (Some(before), None) => {
                let given = Change::default().given(":before", n(before)).naming("version");
                Write::Delete { key: key.clone(), condition: "#version = :before", given }
            }
        };
        match self.write("write a sale", write).await {
            Ok(()) => Ok(true),
            Err(WriteError::Condition) => Ok(false),
            Err(WriteError::Store(error)) => Err(error),
        }
    }

    /// Writes a sale anew for a reader, who gets an answer even if that fails.
    async fn mend_sale(
        &self,
        organization: &OrganizationId,
        id: &ListingId,
        now: Timestamp,
    ) -> Result<Option<Sale>, StoreError> {
        let mended = self.renew_sale(organization, id, now).await;
        if let Err(error) = &mended {
            tracing::warn!(listing = %id, %error, "what an overview shows was not mended");
        }
        mended
    }
}
