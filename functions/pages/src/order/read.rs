//! Reading an order with what its page says beside it.

use domain::{Code, Listing, Order, OrderId, Organization, Refusal};
use engine::{EngineError, OrganizationKeys};
use store::{CatalogItems, CatalogKeys};
use web::{Answer, access};

use crate::{frame::Frame, reader::Reader, state::Pages, visit::Visit};

/// An order and what it is of.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) order: Order,
    pub(crate) items: CatalogItems,
    /// What its tickets are signed with; none where it has no tickets.
    pub(crate) keys: OrganizationKeys,
}

impl Found {
    /// The order, after the API's own check of who may see it, with its seller, listings and offers in one round trip more.
    ///
    /// # Errors
    /// 401 or 404 for who may not see it; 503 while the table gives no answer.
    pub(crate) async fn read(pages: &Pages, visit: &Visit, id: &OrderId) -> Answer<Self> {
        let order = access::order(&pages.store, &visit.caller(id), id).await?;
        Self::of(pages, order).await
    }

    /// What an order is of.
    ///
    /// # Errors
    /// 503 while the table gives no answer.
    pub(crate) async fn of(pages: &Pages, order: Order) -> Answer<Self> {
        let keys = CatalogKeys { organization: Some(order.organization.clone()), ..CatalogKeys::of_lines(&order) };
        let items = pages.store.catalog_items(&keys).await.map_err(EngineError::from)?;
        let keys = match order.tickets.is_empty() {
            true => OrganizationKeys::default(),
            false => pages.ticket_keys.of(&order.organization).await.map_err(|error| {
                tracing::error!(order = %order.id, %error, "the secret of tickets cannot be read");
                Refusal::new(Code::StoreUnavailable, "The service is busy; please try again").retry_after(5)
            })?,
        };
        Ok(Self { order, items, keys })
    }

    /// The listing of the first line.
    pub(crate) fn first(&self) -> Option<&Listing> {
        let line = self.order.lines.first()?;
        self.items.listings.iter().find(|listing| listing.id == line.listing)
    }

    /// None where the organization was not found.
    pub(crate) fn seller(&self) -> Option<&Organization> {
        self.items.organization.as_ref()
    }

    /// The frame of a page about the order.
    pub(crate) fn frame<'a>(&'a self, reader: &'a Reader, visit: &'a Visit) -> Frame<'a> {
        Frame { reader, seller: self.seller(), listing: self.first(), path: &visit.path, session: Some(&visit.session) }
    }

    /// Who reads: in the language that was asked for, else the buyer's own.
    pub(crate) fn reader(&self, visit: &Visit) -> Reader {
        let own = self.order.buyer.locale.as_deref().and_then(::words::Language::from_tag);
        Reader::of(visit.preferred.or(own), self.first(), self.seller())
    }
}
