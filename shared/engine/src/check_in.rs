//! Check-in: a ticket is used at its show, once, and the check-in may be taken back.
//!
//! It is one transaction, of the order and of what is known of the ticket's scans. If the process dies before it, the ticket is not
//! used; if it runs twice, the second one hears when the ticket was used.

use domain::{
    Actor, Code, ListingId, Order, OrganizationId, Refusal, TicketCode,
    order::{
        CheckInWindow, CheckedIn, Merged, Scan, ScanKind, Ticket, TicketScans, check_in, merge_scan, undo_check_in,
    },
};
use jiff::Timestamp;
use store::CatalogKeys;

use crate::{base::Engine, error::EngineError};

/// A ticket that was checked in, or whose check-in was taken back.
#[derive(Debug, Clone)]
pub struct CheckIn {
    /// With the ticket as it is after the scan.
    pub order: Order,
    /// The ticket, marked.
    pub ticket: Ticket,
}

/// The scan that a person asks for now, without a device: behind all others, and called by the order's next version.
fn scanned_now(order: &Order, known: &TicketScans, kind: ScanKind, by: &Actor, now: Timestamp) -> Scan {
    let id = format!("v{}", order.version + 1);
    Scan { id, kind, at: known.after_all(now), device: None, device_name: None, by: by.clone() }
}

impl Engine {
    /// Lets the holder of a ticket in, once. `may` says whose tickets the caller may check. With a listing, only its own
    /// tickets are taken, and only in its time of check-in.
    ///
    /// # Errors
    /// `not_found` for codes that are none, and for those of others; `already_checked_in` with the first time;
    /// `illegal_state` for a ticket that was given back; `wrong_listing` and `outside_check_in` with a listing.
    pub async fn check_in(
        &self,
        code: &TicketCode,
        listing: Option<&ListingId>,
        by: &Actor,
        may: impl Fn(&OrganizationId) -> bool + Sync,
    ) -> Result<CheckIn, EngineError> {
        let window = match listing {
            Some(listing) => Some(self.window(code, listing).await?),
            None => None,
        };
        self.mark(code, by, may, |order, known, now| {
            check_in(order, code, window.as_ref(), by, now)?;
            merge_scan(order, code, known, scanned_now(order, known, ScanKind::CheckIn, by, now))
        })
        .await
    }

    /// Takes a check-in back, once.
    ///
    /// # Errors
    /// `not_found` as with [`Self::check_in`]; `illegal_state` for a ticket that is not checked in.
    pub async fn undo_check_in(
        &self,
        code: &TicketCode,
        by: &Actor,
        may: impl Fn(&OrganizationId) -> bool + Sync,
    ) -> Result<CheckIn, EngineError> {
        self.mark(code, by, may, |order, known, now| {
            let CheckedIn { decision, ticket } = undo_check_in(order, code, by)?;
            if decision.changed {
                return merge_scan(order, code, known, scanned_now(order, known, ScanKind::Undo, by, now));
            }
            Ok(Merged { decision, ticket, scans: known.clone(), place: 0 })
        })
        .await
    }

    async fn mark(
        &self,
        code: &TicketCode,
        by: &Actor,
        may: impl Fn(&OrganizationId) -> bool + Sync,
        decide: impl Fn(&Order, &TicketScans, Timestamp) -> Result<Merged, Refusal> + Send + Sync,
    ) -> Result<CheckIn, EngineError> {
        let none = || Refusal::not_found("ticket");
        let id = self.store.order_of_ticket(code).await?.ok_or_else(none)?;
        let decide = |order: &Order, known: &TicketScans, now| {
            if !may(&order.organization) {
                return Err(none());
            }
            // Not the refusal's own words: they name who comes.
            decide(order, known, now).inspect_err(|refusal| {
                let first = order.ticket_place(code).and_then(|place| order.tickets[place].checked_in_at);
                let first = first.map(tracing::field::display);
                let outcome = if refusal.code == Code::AlreadyCheckedIn { "already processed" } else { "refused" };
                tracing::info!(order = %id, outcome, reason = ?refusal.code, first, "check-in");
            })
        };
        let scanned = self.scan(&id, code, by, decide).await?;
        tracing::info!(order = %id, outcome = scanned.outcome.as_str(), "check-in");
        Ok(CheckIn { order: scanned.order, ticket: scanned.ticket })
    }

    /// The time of check-in of a listing for this ticket. It is read only for a ticket of that listing; a ticket of another
    /// one is turned away before that matters.
    async fn window(&self, code: &TicketCode, listing: &ListingId) -> Result<CheckInWindow, EngineError> {
        let closed = CheckInWindow { listing: listing.clone(), opens_at: None, closes_at: None };
        let order = match self.store.order_of_ticket(code).await? {
            Some(id) => self.store.order(&id).await?,
            None => None,
        };
        let Some(order) = order else { return Ok(closed) };
        let ticket = order.tickets.iter().find(|ticket| ticket.code.reading() == code.reading());
        let line = ticket.and_then(|ticket| order.line(&ticket.line)).filter(|line| &line.listing == listing);
        let Some(line) = line else { return Ok(closed) };
        let keys = CatalogKeys {
            organization: Some(order.organization.clone()),
            listings: vec![listing.clone()],
            offers: vec![(listing.clone(), line.offer.clone())],
            ..CatalogKeys::default()
        };
        let found = self.store.catalog_items(&keys).await?;
        let profile = found.organization.map(|organization| organization.profile).unwrap_or_default();
        let opens = |listing| CheckInWindow::of(listing, found.offers.first(), profile.check_in_opens_hours_before);
        Ok(found.listings.first().map_or(closed, opens))
    }
}
