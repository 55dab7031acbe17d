//! What the doors of a listing read: the codes of its tickets and who has come. Nothing is written here.

use domain::{
    Listing, ListingId, Offer, Order, OrderId, OrganizationId, Refusal, TicketCode,
    order::{CheckInWindow, Ticket},
    text,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use store::ListingCursor;

use crate::{base::Engine, error::EngineError};

/// How many orders one page reads at the least, unless there are no more, and at the most how many pages of them a search does.
const ORDERS: usize = 100;
const SEARCHED: usize = 10;
/// Which orders are read again to catch up: those that were placed so long before the last time. One that was paid later than an hour
/// after it was placed is in the list of changes.
const PLACED_BEFORE: SignedDuration = SignedDuration::from_mins(90);

/// A listing as its doors see it.
#[derive(Debug, Clone)]
pub struct CheckInListing {
    /// The listing itself.
    pub listing: Listing,
    /// All of its offers, deleted ones included: their tickets are good.
    pub offers: Vec<Offer>,
    /// How many hours before its doors check-in opens.
    pub hours_before: u32,
}

impl CheckInListing {
    /// When tickets of that offer are checked in.
    #[must_use]
    pub fn window(&self, offer: Option<&Offer>) -> CheckInWindow {
        CheckInWindow::of(&self.listing, offer, self.hours_before)
    }
}

/// Where a device is in reading a listing's codes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodesPlace {
    /// In all orders, which it began to read at that time.
    All {
        /// Time of the first page; once all orders are read, changes from then on are.
        began: Timestamp,
        /// Behind this place of the listing's orders.
        after: Option<ListingCursor>,
    },
    /// At the end: all until then is known.
    Known(Timestamp),
    /// In the orders that were placed lately.
    Placed {
        /// Until when all was known.
        since: Timestamp,
        /// When it began to catch up.
        began: Timestamp,
        /// Behind this place of the listing's orders.
        after: Option<ListingCursor>,
    },
    /// In the list of changes.
    Changed {
        /// Until when all was known.
        since: Timestamp,
        /// When it began to catch up.
        began: Timestamp,
        /// Behind this place of the list.
        after: Option<String>,
    },
}

/// A page of the orders that a device has to know.
#[derive(Debug, Clone)]
pub struct CodesPage {
    /// When it was read.
    pub now: Timestamp,
    /// Orders with tickets of the listing, among others.
    pub orders: Vec<Order>,
    /// Where to go on, now or later.
    pub next: CodesPlace,
    /// Whether there is more to read now.
    pub more: bool,
}

/// A page of a listing's tickets.
#[derive(Debug, Clone)]
pub struct ComersPage {
    /// The orders that were read, each with the places of its tickets that are on the page.
    pub orders: Vec<(Order, Vec<usize>)>,
    /// Where the next page begins, if there is one.
    pub cursor: Option<ListingCursor>,
}

impl Engine {
    /// A listing of an organization, as its doors see it.
    ///
    /// # Errors
    /// `not_found` for a listing of others.
    pub async fn check_in_listing(
        &self,
        organization: &OrganizationId,
        listing: &ListingId,
    ) -> Result<CheckInListing, EngineError> {
        let (found, seller) = tokio::try_join!(self.store.listing(listing), self.store.organization(organization))?;
        let found = found.filter(|(listing, _)| &listing.organization == organization);
        let (listing, offers) = found.ok_or_else(|| Refusal::not_found("listing"))?;
        let hours_before = seller.map(|seller| seller.profile).unwrap_or_default().check_in_opens_hours_before;
        Ok(CheckInListing { listing, offers, hours_before })
    }

    /// The next orders that a device of a listing has to know: all of them at first, and later those that are new or changed.
    ///
    /// # Errors
    /// [`EngineError::Store`] when the table gives no answer.
    pub async fn codes(&self, listing: &ListingId, place: Option<CodesPlace>) -> Result<CodesPage, EngineError> {
        let now = self.clock.now();
        let mut place = place.unwrap_or(CodesPlace::All { began: now, after: None });
        if let CodesPlace::Known(since) = place {
            place = CodesPlace::Placed { since, began: now, after: None };
        }
        let mut ids = Vec::new();
        while ids.len() < ORDERS && !matches!(place, CodesPlace::Known(_)) {
            let (found, next) = self.next_codes(listing, place).await?;
            ids.extend(found.into_iter().filter(|id| !ids.contains(id)).collect::<Vec<_>>());
            place = next;
        }
        let more = !matches!(place, CodesPlace::Known(_));
        Ok(CodesPage { now, orders: self.store.orders(&ids).await?, next: place, more })
    }

    async fn next_codes(
        &self,
        listing: &ListingId,
        place: CodesPlace,
    ) -> Result<(Vec<OrderId>, CodesPlace), EngineError> {
        Ok(match place {
            CodesPlace::Known(_) => (Vec::new(), place),
            CodesPlace::All { began, after } => {
                let page = self.store.order_ids_of_listing(listing, None, after.as_ref()).await?;
                let next = page.cursor.map(|after| CodesPlace::All { began, after: Some(after) });
                (page.ids, next.unwrap_or(CodesPlace::Known(began)))
            }
            CodesPlace::Placed { since, began, after } => {
                let from = since.checked_sub(PLACED_BEFORE).unwrap_or(since);
                let page = self.store.order_ids_of_listing(listing, Some(from), after.as_ref()).await?;
                let next = page.cursor.map(|after| CodesPlace::Placed { since, began, after: Some(after) });
                (page.ids, next.unwrap_or(CodesPlace::Changed { since, began, after: None }))
            }
            CodesPlace::Changed { since, began, after } => {
                let page = self.store.ticket_changes(listing, since, after.as_deref()).await?;
                let next = page.cursor.map(|after| CodesPlace::Changed { since, began, after: Some(after) });
                (page.orders, next.unwrap_or(CodesPlace::Known(began)))
            }
        })
    }

    /// One ticket of a listing, by its code.
    ///
    /// # Errors
    /// `not_found` for a code that is none, and for a ticket of another listing.
    pub async fn comer(
        &self,
        organization: &OrganizationId,
        listing: &ListingId,
        code: &TicketCode,
    ) -> Result<ComersPage, EngineError> {
        let none = || Refusal::not_found("ticket");
        let id = self.store.order_of_ticket(code).await?.ok_or_else(none)?;
        let order =
            self.store.order(&id).await?.filter(|order| &order.organization == organization).ok_or_else(none)?;
        let place = order.ticket_place(code).ok_or_else(none)?;
        let own = order.line(&order.tickets[place].line).is_some_and(|line| &line.listing == listing);
        if own { Ok(ComersPage { orders: vec![(order, vec![place])], cursor: None }) } else { Err(none().into()) }
    }

    /// The tickets of a listing, a page of orders at a time; or only those of people whose name, or whose order's number, has that
    /// text in it, for which more orders are read at once.
    ///
    /// # Errors
    /// [`EngineError::Store`] when the table gives no answer.
    pub async fn comers(
        &self,
        listing: &ListingId,
        name: Option<&str>,
        cursor: Option<ListingCursor>,
    ) -> Result<ComersPage, EngineError> {
        let name = name.map(text::same).filter(|name| !name.is_empty());
        let mut page = ComersPage { orders: Vec::new(), cursor };
        for _ in 0..if name.is_some() { SEARCHED } else { 1 } {
            let ids = self.store.order_ids_of_listing(listing, None, page.cursor.as_ref()).await?;
            page.cursor = ids.cursor;
            let mut orders = self.store.orders(&ids.ids).await?;
            orders.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
            for order in orders {
                let of_listing =
                    |ticket: &Ticket| order.line(&ticket.line).is_some_and(|line| &line.listing == listing);
                let shown = |place: &usize| {
                    of_listing(&order.tickets[*place]) && name.as_ref().is_none_or(|name| is_of(&order, *place, name))
                };
                let places: Vec<_> = (0..order.tickets.len()).filter(shown).collect();
                if !places.is_empty() {
                    page.orders.push((order, places));
                }
            }
            if page.cursor.is_none() || !page.orders.is_empty() {
                break;
            }
        }
        Ok(page)
    }
}

/// Whether a ticket is of someone with that text in their name: who comes with it, or who bought it. Also by the order's number.
fn is_of(order: &Order, place: usize, name: &str) -> bool {
    let number = order.number.as_ref().is_some_and(|number| text::same(number.as_str()) == name);
    number || [order.holder(place), &order.buyer.name].iter().any(|own| text::same(own).contains(name))
}
