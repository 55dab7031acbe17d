//! All scans of one ticket: when it was shown at which door, and what was taken back. It is written with the order, which has what the
//! scans come to; there is none for a ticket that was never scanned.

use domain::{ListingId, OfferId, OrderId, TicketCode, order::TicketScans};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{codec, ticket};
use crate::{Item, Key, StoreError, index, key};

pub(crate) const ENTITY: &str = "ticket_scans";

/// What is known of one ticket's scans.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScannedTicket {
    /// Part of the key: the code that was good when it was scanned.
    pub code: TicketCode,
    /// Each write of this is one with a write of it, on condition of its version.
    pub order: OrderId,
    /// The show that it opens, in whose list of doubles it stands while it has one.
    pub listing: ListingId,
    /// The kind of ticket.
    pub offer: OfferId,
    /// The scans themselves.
    #[serde(with = "codec::json")]
    pub scans: TicketScans,
}

pub(crate) fn key(code: &TicketCode) -> Key {
    Key::new(ticket::key(code).pk, "SCANS")
}

/// The list of a listing's tickets that more people came in with than one.
pub(crate) fn doubles(listing: &ListingId) -> String {
    format!("DOUBLES#{listing}")
}

/// The item as it is written at that time.
pub(crate) fn item(scanned: &ScannedTicket, now: Timestamp) -> Result<Item, StoreError> {
    let mut item = codec::write(&key(&scanned.code), ENTITY, scanned)?;
    if !scanned.scans.doubles().is_empty() {
        index::list(&mut item, doubles(&scanned.listing), key::by_time(now, scanned.code.as_str()));
    }
    Ok(item)
}

#[cfg(test)]
pub(super) fn described() -> super::described::Described {
    use domain::{
        Actor, DeviceId,
        order::{Scan, ScanKind},
    };

    let order = super::examples::order();
    let now = super::examples::now();
    let scan = |n: u8| Scan {
        id: format!("scan-{n}"),
        kind: ScanKind::CheckIn,
        at: now,
        device: Some(DeviceId::parse(format!("dev_{n}")).expect("an id")),
        device_name: Some(format!("Entrance {n}")),
        by: Actor::person(super::examples::STAFF),
    };
    let scanned = ScannedTicket {
        code: order.tickets[0].code.clone(),
        order: order.id.clone(),
        listing: order.lines[0].listing.clone(),
        offer: order.lines[0].offer.clone(),
        scans: TicketScans { scans: vec![scan(1), scan(2)] },
    };
    super::described::Described {
        entity: ENTITY,
        source: include_str!("ticket_scans.rs"),
        pk: "TICKET#{code}",
        sk: "SCANS",
        attributes: &[
            ("code", "the ticket's code"),
            ("order", "the order; every write is one with a write of it, and conditional on its version"),
            ("listing", "what the ticket is for"),
            ("offer", "the kind of ticket"),
            ("scans", "the scans, as JSON text: name, kind, time, device and person of each"),
        ],
        indexes: &[(index::BY_ORGANIZATION, "the list of its listing's doubles, while it has one")],
        ttl: None,
        example: item(&scanned, now).expect("an item"),
    }
}
