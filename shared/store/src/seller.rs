//! What an organization's staff see of what it sells: all of its listings, drafts and canceled ones too, and their promo
//! codes. The lists cost what a page shows, however much there is.

use domain::{Listing, ListingId, Organization, OrganizationId, Promo};
use futures::future::try_join;

use crate::{
    Store, StoreError, error, index,
    items::{self, listing, organization, promo},
    value::{Change, s, text},
    write::Write,
};

/// How many entries a page has at the most.
const PAGE: i32 = 50;

/// A page of an organization's listings.
#[derive(Debug, Clone)]
pub struct SellerListings {
    /// Who sells them.
    pub organization: Organization,
    /// By id.
    pub listings: Vec<Listing>,
    /// Where the next page begins, if there is one.
    pub cursor: Option<String>,
}

/// A page of a listing's promo codes.
#[derive(Debug, Clone)]
pub struct PromoPage {
    /// By code.
    pub promos: Vec<Promo>,
    /// Where the next page begins, if there is one.
    pub cursor: Option<String>,
}

impl Store {
    /// An organization with a page of all its listings, by id. The cursor is the last entry of the page before. Read from the
    /// index `by_listing`, so a listing that was made this second may be missing. None where there is no such organization.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn seller_listings(
        &self,
        organization: &OrganizationId,
        cursor: Option<&str>,
    ) -> Result<Option<SellerListings>, StoreError> {
        // Below the first legal character, and above the last; a space follows the cursor before anything else can.
        let low = cursor.map_or_else(|| format!("{organization}#"), |cursor| format!("{cursor} "));
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(index::BY_LISTING)
            .key_condition_expression("listing_shard = :list AND org_time BETWEEN :low AND :high")
            .expression_attribute_values(":list", s(listing::sellers(organization)))
            .expression_attribute_values(":low", s(low))
            .expression_attribute_values(":high", s(format!("{organization}#~")))
            .limit(PAGE)
            .send()
            .await
            .map_err(|error| error::plain("list an organization's listings", &error))?;
        let more = answer.last_evaluated_key.is_some();
        let entries = answer.items.unwrap_or_default();
        let cursor = if more { entries.last().map(|item| text(item, "org_time")) } else { None };
        let ids = entries.iter().filter_map(|item| ListingId::parse(text(item, "org_time").split_once('#')?.1).ok());
        let mut keys: Vec<_> = ids.map(|id| listing::key(&id)).collect();
        keys.push(organization::key(organization));
        let (mut seller, mut listings) = (None, Vec::<Listing>::new());
        for item in self.batch_get("list an organization's listings", &keys).await? {
            match text(&item, "entity").as_str() {
                organization::ENTITY => seller = Some(items::read(item)?),
                _ => listings.push(items::read(item)?),
            }
        }
        listings.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(seller.map(|organization| SellerListings { organization, listings, cursor }))
    }

    /// Puts a listing into its organization's list, if it is not there: one that was written before there were such lists is
    /// in none.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn list_for_seller(&self, listing: &Listing) -> Result<(), StoreError> {
        let change = Change::default()
            .set("org_time", s(listing::place(listing)))
            .set("listing_shard", s(listing::sellers(&listing.organization)));
        let condition = "attribute_exists(pk) AND attribute_not_exists(#listing_shard)";
        let write = Write::Update { key: listing::key(&listing.id), change, condition };
        self.write_or_leave("list a listing", write).await
    }

    /// A page of the promo codes of an organization's listing, by code. The cursor is the last entry of the page before. None
    /// where the organization has no such listing.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn promos_of(
        &self,
        organization: &OrganizationId,
        listing: &ListingId,
        cursor: Option<&str>,
    ) -> Result<Option<PromoPage>, StoreError> {
        let key = listing::key(listing);
        let low = cursor.map_or_else(|| promo::PREFIX.to_owned(), |cursor| format!("{cursor} "));
        let entries = async {
            self.client
                .query()
                .table_name(&self.table)
                .key_condition_expression("pk = :pk AND sk BETWEEN :low AND :high")
                .expression_attribute_values(":pk", s(&key.pk))
                .expression_attribute_values(":low", s(low))
                .expression_attribute_values(":high", s(format!("{}~", promo::PREFIX)))
                .consistent_read(true)
                .limit(PAGE)
                .send()
                .await
                .map_err(|error| error::plain("list promo codes", &error))
        };
        let (found, answer) = try_join(self.get("read a listing", &key), entries).await?;
        let listing: Option<Listing> = found.map(items::read).transpose()?;
        if listing.is_none_or(|listing| &listing.organization != organization) {
            return Ok(None);
        }
        let more = answer.last_evaluated_key.is_some();
        let entries = answer.items.unwrap_or_default();
        let cursor = if more { entries.last().map(|item| text(item, "sk")) } else { None };
        let promos = entries.into_iter().map(items::read).collect::<Result<_, _>>()?;
        Ok(Some(PromoPage { promos, cursor }))
    }
}
