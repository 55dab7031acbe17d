//! Presale codes.

use domain::{ListingId, LogEntry, Offer, OfferId, OrganizationId, Presale, PresaleCode};
use futures::future::try_join;

use crate::{
    CatalogError, Store, StoreError, error,
    error::NotApplied,
    items::{self, listing, presale},
    log,
    value::{s, text},
    write::{ANY, Write},
};

/// How many codes a page has at the most.
const PAGE: i32 = 50;

/// A page of an offer's presale codes.
#[derive(Debug, Clone)]
pub struct PresalePage {
    /// By code.
    pub presales: Vec<Presale>,
    /// Where the next page begins, if there is one.
    pub cursor: Option<String>,
}

impl Store {
    /// Writes a presale code, and what the log says of it; uses so far stay counted.
    ///
    /// # Errors
    /// [`CatalogError`].
    pub async fn put_presale(&self, presale: &Presale, log: &LogEntry) -> Result<(), CatalogError> {
        let key = presale::key(&presale.listing, &presale.offer, &presale.code);
        let mut writes = vec![Write::Update { key, change: presale::change(presale), condition: ANY }];
        writes.extend(log::put(Some(log))?);
        match self.transact("write a presale code", &writes).await {
            Ok(()) => Ok(()),
            Err(NotApplied::Conditions(_)) => Err(CatalogError::Version),
            Err(NotApplied::Conflict) => Err(StoreError::out_of_time("write a presale code").into()),
            Err(NotApplied::Store(error)) => Err(error.into()),
        }
    }

    /// Reads a presale code.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn presale(
        &self,
        listing: &ListingId,
        offer: &OfferId,
        code: &PresaleCode,
    ) -> Result<Option<Presale>, StoreError> {
        self.get("read a presale code", &presale::key(listing, offer, code)).await?.map(items::read).transpose()
    }

    /// That code of each of these offers that has it.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn presales(&self, offers: &[Offer], code: &PresaleCode) -> Result<Vec<Presale>, StoreError> {
        let keys: Vec<_> = offers.iter().map(|offer| presale::key(&offer.listing, &offer.id, code)).collect();
        let found = self.batch_get_all("read presale codes", &keys).await?;
        found.into_iter().map(items::read).collect()
    }

    /// A page of the presale codes of an offer, by code. The cursor is the last entry of the page before. None where the
    /// organization has no such listing.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn presales_of(
        &self,
        organization: &OrganizationId,
        (listing, offer): (&ListingId, &OfferId),
        cursor: Option<&str>,
    ) -> Result<Option<PresalePage>, StoreError> {
        let low = cursor.map_or_else(|| presale::PREFIX.to_owned(), |cursor| format!("{cursor} "));
        let entries = async {
            self.client
                .query()
                .table_name(&self.table)
                .key_condition_expression("pk = :pk AND sk BETWEEN :low AND :high")
                .expression_attribute_values(":pk", s(presale::partition(listing, offer)))
                .expression_attribute_values(":low", s(low))
                .expression_attribute_values(":high", s(format!("{}~", presale::PREFIX)))
                .consistent_read(true)
                .limit(PAGE)
                .send()
                .await
                .map_err(|error| error::plain("list presale codes", &error))
        };
        let (found, answer) = try_join(self.get("read a listing", &listing::key(listing)), entries).await?;
        let listing: Option<domain::Listing> = found.map(items::read).transpose()?;
        if listing.is_none_or(|listing| &listing.organization != organization) {
            return Ok(None);
        }
        let more = answer.last_evaluated_key.is_some();
        let entries = answer.items.unwrap_or_default();
        let cursor = if more { entries.last().map(|item| text(item, "sk")) } else { None };
        let presales = entries.into_iter().map(items::read).collect::<Result<_, _>>()?;
        Ok(Some(PresalePage { presales, cursor }))
    }
}
