//! Promo codes.

use domain::{ListingId, Promo, PromoCode};

use crate::{
    CatalogError, Store, StoreError,
    items::{self, promo},
    write::{ANY, Write},
};

impl Store {
    /// Writes a promo code; uses so far stay counted. True if it is new.
    ///
    /// # Errors
    /// [`CatalogError`].
    pub async fn put_promo(&self, promo: &Promo) -> Result<bool, CatalogError> {
        let key = promo::key(&promo.listing, &promo.code);
        let is_new = self.get("read a promo code", &key).await?.is_none();
        let change = promo::change(promo)?;
        self.write("write a promo code", Write::Update { key, change, condition: ANY }).await?;
        Ok(is_new)
    }

    /// Reads a promo code.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn promo(&self, listing: &ListingId, code: &PromoCode) -> Result<Option<Promo>, StoreError> {
        self.get("read a promo code", &promo::key(listing, code)).await?.map(items::read).transpose()
    }
}
