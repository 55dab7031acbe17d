//! The doors of a listing: the devices there, what they scanned, and how they catch up with what was sold and changed.

use domain::{DeviceId, ListingId, OrderId, TicketCode, order::TicketScans};
use jiff::{SignedDuration, Timestamp};

use crate::{
    Device, ScannedTicket, Store, StoreError, WriteError, error, index,
    items::{self, device, ticket_change, ticket_scans},
    key,
    value::{Change, s, text},
    write::{NEW, Write},
};

/// Most devices of one listing, so that all of them are one page.
pub const MOST_DEVICES: usize = 200;
/// How many tickets a page of doubles has, and how many orders one of changes.
const PAGE: usize = 50;
const CHANGES: usize = 100;
/// How much of the list of changes is read again: what is written at the same time may come to an index in any order, and late.
const LATE: SignedDuration = SignedDuration::from_secs(30);

/// A page of a listing's changes.
#[derive(Debug, Clone)]
pub struct ChangePage {
    /// The orders whose tickets changed.
    pub orders: Vec<OrderId>,
    /// Where the next page begins, if there is one.
    pub cursor: Option<String>,
}

/// A page of a listing's doubles.
#[derive(Debug, Clone)]
pub struct DoublesPage {
    /// The tickets, the one that was scanned last first.
    pub tickets: Vec<ScannedTicket>,
    /// Where the next page begins, if there is one.
    pub cursor: Option<String>,
}

impl Store {
    /// One of a listing's devices.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn device(&self, listing: &ListingId, id: &DeviceId) -> Result<Option<Device>, StoreError> {
        self.get("read a device", &device::key(listing, id)).await?.map(items::read).transpose()
    }

    /// A listing's devices, those included that were revoked: [`MOST_DEVICES`] at the most.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn devices(&self, listing: &ListingId) -> Result<Vec<Device>, StoreError> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", s(device::partition(listing)))
            .consistent_read(true)
            .limit(i32::try_from(MOST_DEVICES).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(|error| error::plain("list devices", &error))?;
        answer.items.unwrap_or_default().into_iter().map(items::read).collect()
    }

    /// Writes a new device. False if there is one of that id.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn put_device(&self, device: &Device) -> Result<bool, StoreError> {
        let put = Write::Put { item: device::item(device)?, condition: Some(NEW) };
        match self.write("register a device", put).await {
            Ok(()) => Ok(true),
            Err(WriteError::Condition) => Ok(false),
            Err(WriteError::Store(error)) => Err(error),
        }
    }

    /// Takes a device's key its worth, once: a second time it keeps the first one's time. The device as it is then; none if there is
    /// no such device.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn revoke_device(
        &self,
        listing: &ListingId,
        id: &DeviceId,
        now: Timestamp,
    ) -> Result<Option<Device>, StoreError> {
        let change = Change::default().set_once("revoked_at", Some(s(now.to_string())));
        let key = device::key(listing, id);
        match self.update("revoke a device", key, change, "attribute_exists(pk)").await {
            Ok(item) => Ok(Some(items::read(item)?)),
            Err(WriteError::Condition) => Ok(None),
            Err(WriteError::Store(error)) => Err(error),
        }
    }

    /// What is known of a ticket's scans; nothing for one that was never scanned.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn scans(&self, code: &TicketCode) -> Result<TicketScans, StoreError> {
        let found = self.get("read a ticket's scans", &ticket_scans::key(code)).await?;
        Ok(found.map(items::read::<ScannedTicket>).transpose()?.map(|scanned| scanned.scans).unwrap_or_default())
    }

    /// A listing's tickets that more people came in with than one, from an index, so a little late.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn doubles(&self, listing: &ListingId, cursor: Option<&str>) -> Result<DoublesPage, StoreError> {
        let high = cursor.unwrap_or("~").to_owned();
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(index::BY_ORGANIZATION)
            .key_condition_expression("org_shard = :list AND org_time < :high")
            .expression_attribute_values(":list", s(ticket_scans::doubles(listing)))
            .expression_attribute_values(":high", s(high))
            .scan_index_forward(false)
            .limit(i32::try_from(PAGE).unwrap_or(1))
            .send()
            .await
            .map_err(|error| error::plain("list doubles", &error))?;
        let more = answer.last_evaluated_key.is_some();
        let places: Vec<_> = answer.items.unwrap_or_default().iter().map(|item| text(item, "org_time")).collect();
        let codes: Vec<_> =
            places.iter().filter_map(|place| TicketCode::parse(place.split_once('#')?.1).ok()).collect();
        let keys: Vec<_> = codes.iter().map(ticket_scans::key).collect();
        let mut tickets = Vec::new();
        for item in self.batch_get("list doubles", &keys).await? {
            tickets.push(items::read::<ScannedTicket>(item)?);
        }
        tickets.sort_by_key(|ticket| codes.iter().position(|code| *code == ticket.code));
        Ok(DoublesPage { tickets, cursor: places.last().filter(|_| more).cloned() })
    }

    /// The orders with tickets of a listing that changed since then, in the order of their last change. The first page goes back a
    /// little further than `since`, so what changed about then may come twice, and does not get lost.
    ///
    /// # Errors
    /// [`StoreError`] when the table gives no answer.
    pub async fn ticket_changes(
        &self,
        listing: &ListingId,
        since: Timestamp,
        cursor: Option<&str>,
    ) -> Result<ChangePage, StoreError> {
        let from = since.checked_sub(LATE).unwrap_or(since);
        let after = cursor.map_or_else(|| key::instant(from), str::to_owned);
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(index::BY_LISTING)
            .key_condition_expression("listing_shard = :list AND org_time > :after")
            .expression_attribute_values(":list", s(ticket_change::partition(listing)))
            .expression_attribute_values(":after", s(after))
            .limit(i32::try_from(CHANGES).unwrap_or(1))
            .send()
            .await
            .map_err(|error| error::plain("list changes of tickets", &error))?;
        let more = answer.last_evaluated_key.is_some();
        let places: Vec<_> = answer.items.unwrap_or_default().iter().map(|item| text(item, "org_time")).collect();
        let orders = places.iter().filter_map(|place| OrderId::parse(place.split_once('#')?.1).ok()).collect();
        Ok(ChangePage { orders, cursor: places.last().filter(|_| more).cloned() })
    }
}
