//! Addresses that take no mail of an organization, whichever of its orders they stand in.

use domain::{OrganizationId, UndeliverableCause, mark_of_address};
use jiff::Timestamp;

use crate::{
    Key, Store, StoreError, UnreachableAddress, WriteError,
    items::{
        self,
        mail_key::{self, MailKey},
        unreachable_address::{self, KEEP},
    },
    value::{Change, n},
    write::{NEW, Write},
};

impl Store {
    /// Why nothing of an organization is sent to an address, if so: whichever order's mail came back from it.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn unreachable(
        &self,
        organization: &OrganizationId,
        address: &str,
        now: Timestamp,
    ) -> Result<Option<UnreachableAddress>, StoreError> {
        Ok(self.marked(organization, address, now).await?.map(|(_, known)| known))
    }

    /// Notes that an address takes no mail, for 90 days. Run twice, it says the same.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn note_unreachable(
        &self,
        organization: &OrganizationId,
        address: &str,
        cause: UndeliverableCause,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let key = self.mail_key_or_new(organization).await?;
        let known = UnreachableAddress { cause, at: now, ttl: (now + KEEP).as_second() };
        let item = unreachable_address::item(organization, &mark_of_address(&key.key, address), &known)?;
        self.write_or_leave("note an address that takes no mail", Write::Put { item, condition: None }).await
    }

    /// Takes an address to take mail again. Nothing to do where it is not known.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn try_address_again(
        &self,
        organization: &OrganizationId,
        address: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let Some((key, _)) = self.marked(organization, address, now).await? else { return Ok(()) };
        let change = Change::default().set("ttl", n(now.as_second()));
        let write = Write::Update { key, change, condition: "attribute_exists(pk)" };
        self.write_or_leave("try an address again", write).await
    }

    /// The mark of an address that takes no mail now, with its key.
    async fn marked(
        &self,
        organization: &OrganizationId,
        address: &str,
        now: Timestamp,
    ) -> Result<Option<(Key, UnreachableAddress)>, StoreError> {
        let Some(MailKey { key }) = self.mail_key(organization).await? else { return Ok(None) };
        let key = unreachable_address::key(organization, &mark_of_address(&key, address));
        let found: Option<UnreachableAddress> =
            self.get("read an address that takes no mail", &key).await?.map(items::read).transpose()?;
        Ok(found.filter(|known| known.ttl > now.as_second()).map(|known| (key, known)))
    }

    /// What a buyer is known by in an organization, as the name says who it is: the same for all orders, and nothing without
    /// the organization's key.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn mark_of_buyer(&self, organization: &OrganizationId, name: &str) -> Result<String, StoreError> {
        Ok(mark_of_address(&self.mail_key_or_new(organization).await?.key, name))
    }

    async fn mail_key(&self, organization: &OrganizationId) -> Result<Option<MailKey>, StoreError> {
        let key = mail_key::key(organization);
        self.get("read an organization's key of addresses", &key).await?.map(items::read).transpose()
    }

    /// The organization's key. Of two processes that make one at the same time both take the first's.
    async fn mail_key_or_new(&self, organization: &OrganizationId) -> Result<MailKey, StoreError> {
        if let Some(known) = self.mail_key(organization).await? {
            return Ok(known);
        }
        let new = MailKey { key: hex::encode(self.chance().bytes::<32>()) };
        let write = Write::Put { item: mail_key::item(organization, &new)?, condition: Some(NEW) };
        match self.write("make an organization's key of addresses", write).await {
            Ok(()) => Ok(new),
            Err(WriteError::Condition) => {
                let other = self.mail_key(organization).await?;
                other.ok_or_else(|| StoreError::out_of_time("read an organization's key of addresses"))
            }
            Err(WriteError::Store(error)) => Err(error),
        }
    }
}
