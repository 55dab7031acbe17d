//! Who sits at a desk: staff of one organization, as the issuer's claims say.

use axum::{
    extract::{FromRef, FromRequest, FromRequestParts, RawPathParams, RawQuery, Request, State},
    response::{IntoResponse, Response},
};
use domain::{Listing, ListingId, OfferId, Order, OrderId, Organization, OrganizationId, PromoCode, Refusal};
use engine::EngineError;
use http::{StatusCode, request::Parts};
use minijinja::{Value, context};
use serde::Deserialize;
use web::{Answer, Identity, Problem, Role};

use crate::{
    form::Form,
    frame::{Frame, render},
    reader::{Reader, zone_of},
    state::Pages,
    typed::Typed,
    visit::Visit,
    ways::{closed, known},
};

/// An order in a page's address.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct DeskOrderPath {
    pub(super) order: OrderId,
}

/// A listing in a page's address.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct DeskListingPath {
    pub(super) listing: ListingId,
}

/// An offer of a listing in a page's address.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct DeskOfferPath {
    pub(super) listing: ListingId,
    pub(super) offer: OfferId,
}

/// A promo code of a listing in a page's address.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct DeskPromoPath {
    pub(super) listing: ListingId,
    pub(super) code: PromoCode,
}

/// A visit of staff to the desk of their organization.
#[derive(Debug, Clone)]
pub(super) struct DeskVisit {
    pub(super) visit: Visit,
    /// Who it is, with the roles that their token says.
    pub(super) identity: Identity,
    /// The organization that the address names: `/desk/{organization}`.
    pub(super) seller: Organization,
}

impl DeskVisit {
    /// A page of this desk.
    pub(super) fn path(&self, rest: &str) -> String {
        format!("/desk/{}{rest}", self.seller.id)
    }

    /// The page of an order.
    pub(super) fn order_path(&self, order: &OrderId) -> String {
        self.path(&format!("/orders/{order}"))
    }

    /// The same in a page: of ids alone, so that nothing in it has to be escaped.
    pub(super) fn link(&self, order: &OrderId) -> Value {
        Value::from_safe_string(self.order_path(order))
    }

    /// Whether it is an admin of the organization, or the platform.
    pub(super) fn is_admin(&self) -> bool {
        self.identity.has_org_role(&self.seller.id, Role::Admin)
    }

    /// What all others see in the place of an admin's page.
    fn closed_but_to_admins(&self, pages: &Pages) -> Option<Response> {
        (!self.is_admin()).then(|| closed(pages, &self.visit))
    }

    /// Staff by the organization's clock.
    pub(super) fn reader(&self) -> Reader {
        Reader::of(self.visit.preferred, None, Some(&self.seller))
    }

    /// The zone whose clock the times of a listing are typed by.
    pub(super) fn zone<'a>(&'a self, listing: &'a Listing) -> Option<&'a str> {
        zone_of(Some(listing), Some(&self.seller))
    }

    /// An order of this organization; another one's is not found.
    pub(super) async fn order(&self, pages: &Pages, id: &OrderId) -> Answer<Order> {
        Ok(pages.engine.order_for_staff(id, |organization| *organization == self.seller.id).await?)
    }

    /// Renders one of the desk's pages.
    pub(super) fn render(&self, pages: &Pages, status: StatusCode, name: &str, content: Value) -> Response {
        let reader = self.reader();
        let frame = Frame {
            reader: &reader,
            seller: Some(&self.seller),
            listing: None,
            path: &self.visit.path,
            session: Some(&self.visit.session),
        };
        let desk = context! { desk => Value::from_safe_string(self.path("")), admin => self.is_admin() };
        self.visit.private(render(pages, &frame, status, name, context! { ..content, ..desk }))
    }
}

/// Who may sit there; a page that says why not for all others.
async fn seated(pages: &Pages, visit: Visit, organization: Option<String>) -> Result<DeskVisit, Response> {
    let identity = known(pages, &visit, &visit.path).map_err(|led| *led)?.identity();
    let refused = |problem: Problem| problem.into_response();
    let organization = organization.and_then(|text| OrganizationId::parse(text).ok());
    let organization = organization.ok_or_else(|| refused(Refusal::not_found("page").into()))?;
    if !identity.has_org_role(&organization, Role::Staff) {
        return Err(closed(pages, &visit));
    }
    let found =
        pages.store.organization(&organization).await.map_err(|error| refused(EngineError::from(error).into()))?;
    let seller = found.ok_or_else(|| refused(Refusal::not_found("organization").into()))?;
    Ok(DeskVisit { visit, identity, seller })
}

async fn organization<S: Send + Sync>(parts: &mut Parts, state: &S) -> Option<String> {
    let named = RawPathParams::from_request_parts(parts, state).await.ok()?;
    named.iter().find(|(name, _)| *name == "organization").map(|(_, value)| value.to_owned())
}

impl<S> FromRequestParts<S> for DeskVisit
where
    Pages: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let organization = organization(parts, state).await;
        let visit = Visit::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        seated(&Pages::from_ref(state), visit, organization).await
    }
}

/// A form that staff sent from a page of their desk.
#[derive(Debug, Clone)]
pub(super) struct DeskForm {
    pub(super) desk: DeskVisit,
    /// All fields but the secret.
    pub(super) typed: Typed,
}

impl<S> FromRequest<S> for DeskForm
where
    Pages: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let organization = organization(&mut parts, state).await;
        let Form { mut visit, typed } = Form::from_request(Request::from_parts(parts, body), state).await?;
        // Who has to sign in first comes back to a page, and not to where a form is sent.
        let sent_to = std::mem::replace(&mut visit.path, "/desk".to_owned());
        let mut desk = seated(&Pages::from_ref(state), visit, organization).await?;
        desk.visit.path = sent_to;
        Ok(Self { desk, typed })
    }
}

/// A visit of an admin to the desk. All others see why the page is not for them.
#[derive(Debug, Clone)]
pub(super) struct AdminVisit(pub(super) DeskVisit);

impl<S> FromRequestParts<S> for AdminVisit
where
    Pages: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let desk = DeskVisit::from_request_parts(parts, state).await?;
        match desk.closed_but_to_admins(&Pages::from_ref(state)) {
            Some(closed) => Err(closed),
            None => Ok(Self(desk)),
        }
    }
}

/// A form that an admin sent from a page of the desk. Of all others nothing is done.
#[derive(Debug, Clone)]
pub(super) struct AdminForm(pub(super) DeskForm);

impl<S> FromRequest<S> for AdminForm
where
    Pages: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let form = DeskForm::from_request(request, state).await?;
        match form.desk.closed_but_to_admins(&Pages::from_ref(state)) {
            Some(closed) => Err(closed),
            None => Ok(Self(form)),
        }
    }
}

/// Leads staff to the desk of their organization. The platform, which has none of its own, says which.
pub(crate) async fn home(State(pages): State<Pages>, visit: Visit, RawQuery(query): RawQuery) -> Answer<Response> {
    let identity = match known(&pages, &visit, "/desk") {
        Ok(person) => person.identity(),
        Err(led) => return Ok(*led),
    };
    let query = Typed::read(query.unwrap_or_default().as_bytes());
    let chosen = query.given("organization").and_then(|text| OrganizationId::parse(text).ok());
    let own = identity.organization.clone().filter(|own| identity.has_org_role(own, Role::Staff));
    if let Some(organization) = chosen.or(own) {
        return Ok(visit.go(&format!("/desk/{organization}")));
    }
    if !identity.is_platform() {
        return Ok(closed(&pages, &visit));
    }
    let reader = Reader::of(visit.preferred, None, None);
    let frame = Frame { reader: &reader, seller: None, listing: None, path: "/desk", session: Some(&visit.session) };
    Ok(visit.private(render(&pages, &frame, StatusCode::OK, "desk-which.html", context! {})))
}
