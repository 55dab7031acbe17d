//! Promo codes.

use domain::{ListingId, LogEntry, Promo, PromoCode};

use crate::{
    CatalogError, Store, StoreError,
    error::NotApplied,
    items::{self, promo},
    log,
    write::{ANY, Write},
};

impl Store {
    /// Writes a promo code, and what the log says of it; uses so far stay counted.
    ///
    /// # Errors
    /// [`CatalogError`].
    pub async fn put_promo(&self, promo: &Promo, log: &LogEntry) -> Result<(), CatalogError> {
        let key = promo::key(&promo.listing, &promo.code);
        let change = promo::change(promo)?;
        let mut writes = vec![Write::Update { key, change, condition: ANY }];
        writes.extend(log::put(Some(log))?);
        match self.transact("write a promo code", &writes).await {
            Ok(()) => Ok(()),
            Err(NotApplied::Conditions(_)) => Err(CatalogError::Version),
            Err(NotApplied::Conflict) => Err(StoreError::out_of_time("write a promo code").into()),
            Err(NotApplied::Store(error)) => Err(error.into()),
        }
    }

    /// Reads a promo code.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn promo(&self, listing: &ListingId, code: &PromoCode) -> Result<Option<Promo>, StoreError> {
        self.get("read a promo code", &promo::key(listing, code)).await?.map(items::read).transpose()
    }
}
