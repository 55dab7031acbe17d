//! An expert's own slots: which there are, and a new one on sale. The same use case as the API's, which lets experts write slots of
//! their own time alone.

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use domain::{
    Kind, Listing, Offer, OfferId, Organization, OrganizationId, Refusal, free_text, order::LONGEST_SLOT,
    selling::plain_offer,
};
use engine::EngineError;
use jiff::Timestamp;
use minijinja::context;
use web::{Answer, Identity, Problem};

use super::seat::expert;
use crate::{
    form::Form,
    frame::{Frame, explained, render},
    local_time,
    reader::{Reader, zone_of},
    state::Pages,
    times,
    typed::Typed,
    visit::Visit,
};

const PAGE: &str = "/bookings/slots";

/// How many pages of listings are searched for those of the expert.
const PAGES: usize = 10;

/// How many slots are shown, the next ones.
const SHOWN: usize = 100;

/// Most people of a group.
const LARGEST_GROUP: u32 = 1_000;

/// The listings of an expert's time, with their seller.
async fn own_listings(
    pages: &Pages,
    organization: &OrganizationId,
    subject: &str,
) -> Answer<(Option<Organization>, Vec<Listing>)> {
    let (mut seller, mut own, mut cursor) = (None, Vec::new(), None);
    for _ in 0..PAGES {
        let found = pages.store.seller_listings(organization, cursor.as_deref()).await.map_err(EngineError::from)?;
        let Some(found) = found else { break };
        let is_own = |listing: &Listing| {
            listing.kind == Kind::Expert && listing.canceled_at.is_none() && listing.expert.as_deref() == Some(subject)
        };
        own.extend(found.listings.into_iter().filter(is_own));
        (seller, cursor) = (Some(found.organization), found.cursor);
        if cursor.is_none() {
            break;
        }
    }
    Ok((seller, own))
}

/// The page.
pub(super) async fn slots(State(pages): State<Pages>, visit: Visit, RawQuery(query): RawQuery) -> Answer<Response> {
    let (identity, organization) = match expert(&pages, &visit) {
        Ok(known) => known,
        Err(led) => return Ok(*led),
    };
    let query = Typed::read(query.unwrap_or_default().as_bytes());
    let (seller, listings) = own_listings(&pages, &organization, &identity.subject).await?;
    let typed = visit.typed();
    let named = query.given("listing").or_else(|| typed.given("listing"));
    let chosen = listings.iter().find(|listing| Some(listing.id.as_str()) == named).or_else(|| listings.first());
    let common = Reader::of(visit.preferred, None, seller.as_ref());
    let reader = Reader { zone: zone_of(chosen, seller.as_ref()).map(str::to_owned), ..common };
    let coming = match chosen {
        Some(listing) => coming(&pages, &visit, listing, &identity.subject).await?,
        None => Vec::new(),
    };
    let content = context! {
        listings => listings.iter().map(|listing| context! {
            id => listing.id.as_str(), title => listing.title, chosen => Some(&listing.id) == chosen.map(|chosen| &chosen.id),
        }).collect::<Vec<_>>(),
        zone => reader.zone.clone().unwrap_or_else(|| "UTC".to_owned()),
        slots => coming.iter().map(|offer| context! {
            name => offer.name,
            at => offer.starts_at.map(|at| times::span(&reader, at, offer.ends_at)),
            price => chosen.map(|listing| reader.money(listing.currency, offer.price)),
            places => offer.capacity,
        }).collect::<Vec<_>>(),
        typed => context! { name => typed.get("name"), price => typed.get("price"), starts => typed.get("starts"),
            ends => typed.get("ends"), places => typed.given("places").unwrap_or("1") },
        done => visit.flash.as_ref().map(|flash| flash.done.as_str()).filter(|done| !done.is_empty()),
        problem => visit.wrong().map(|wrong| explained(&reader, wrong.code, &wrong.detail)),
        wrong => visit.wrong().map(|wrong| wrong.fields.clone()).unwrap_or_default(),
    };
    let frame =
        Frame { reader: &reader, seller: seller.as_ref(), listing: None, path: PAGE, session: Some(&visit.session) };
    Ok(visit.private(render(&pages, &frame, visit.status(), "slots-own.html", content)))
}

/// The expert's next slots of a listing.
async fn coming(pages: &Pages, visit: &Visit, listing: &Listing, subject: &str) -> Answer<Vec<Offer>> {
    let found = pages.store.listing(&listing.id).await.map_err(EngineError::from)?;
    let mut slots = found.map(|(_, offers)| offers).unwrap_or_default();
    slots.retain(|offer| {
        let to_come = offer.starts_at.is_some_and(|start| visit.now < start);
        !offer.deleted && to_come && offer.expert.as_deref() == Some(subject)
    });
    slots.sort_by_key(|offer| offer.starts_at);
    slots.truncate(SHOWN);
    Ok(slots)
}

/// Puts a slot on sale.
pub(super) async fn add(State(pages): State<Pages>, form: Form) -> Answer<Response> {
    let Form { visit, typed } = form;
    let (identity, organization) = match expert(&pages, &visit) {
        Ok(known) => known,
        Err(led) => return Ok(*led),
    };
    let made = match put(&pages, &visit, &organization, &identity, &typed).await {
        Ok(()) => return Ok(visit.done_keeping(PAGE, kept(&typed), "page-done-slot")),
        Err(problem) => problem,
    };
    Ok(visit.refused(PAGE, typed, &made))
}

/// The next slot most often differs in its time alone.
fn kept(typed: &Typed) -> Typed {
    typed.clone().without("starts").without("ends")
}

async fn put(
    pages: &Pages,
    visit: &Visit,
    organization: &OrganizationId,
    identity: &Identity,
    typed: &Typed,
) -> Result<(), Problem> {
    let subject = identity.subject.as_str();
    let (seller, listings) = own_listings(pages, organization, subject).await?;
    let listing = listings.iter().find(|listing| listing.id.as_str() == typed.get("listing"));
    let listing = listing.ok_or_else(|| Refusal::field("listing", "There is no such listing of yours"))?;
    let slot = slot(typed, listing, zone_of(Some(listing), seller.as_ref()), visit.now)?;
    let id = slot.id.clone();
    let make = |_: &Listing, _: Option<&Offer>| Ok(Offer { expert: Some(subject.to_owned()), ..slot });
    let acting = (&identity.staff(), Some(subject));
    Box::pin(pages.catalog.put_offer((organization, &listing.id, &id), None, acting, make)).await?;
    Ok(())
}

/// The slot that the form describes. Its id is made of its time, so that the same form sent twice is one slot.
fn slot(typed: &Typed, listing: &Listing, zone: Option<&str>, now: Timestamp) -> Result<Offer, Refusal> {
    let starts_at = local_time::read("starts", typed.get("starts"), zone)?;
    let ends_at = local_time::read("ends", typed.get("ends"), zone)?;
    if starts_at <= now {
        return Err(Refusal::field("starts", "Must be in the future"));
    }
    let length = ends_at.duration_since(starts_at);
    if ends_at <= starts_at || length > LONGEST_SLOT {
        return Err(Refusal::field("ends", "Must be after the start, at most 31 days"));
    }
    let places = typed.get("places").parse().ok().filter(|places: &u32| (1..=LARGEST_GROUP).contains(places));
    let id = OfferId::parse(starts_at.strftime("slot-%Y%m%d-%H%M").to_string());
    let id = id.map_err(|error| Refusal::field("starts", error.to_string()))?;
    Ok(Offer {
        name: free_text("name", typed.get("name"), 100, true)?,
        price: typed.price(listing.currency)?,
        capacity: Some(places.ok_or_else(|| Refusal::field("places", "Must be a whole number above zero"))?),
        starts_at: Some(starts_at),
        ends_at: Some(ends_at),
        ..plain_offer(listing, id)
    })
}
