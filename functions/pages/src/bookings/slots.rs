//! An expert's own slots: which there are, and a new one on sale. The same use case as the API's, which lets experts write slots of
//! their own time alone. Many at once are put on sale by [`super::week`].

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use domain::{Listing, Offer, OfferId, OrganizationId, Refusal, order::LONGEST_SLOT};
use jiff::Timestamp;
use minijinja::context;
use web::{Answer, Identity, Problem};

use super::{
    own::{choice, named, own_listings, slots_to_come, timeless},
    seat::expert,
    week,
};
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

/// How many slots are shown, the next ones.
const SHOWN: usize = 100;

/// The page.
pub(super) async fn slots(State(pages): State<Pages>, visit: Visit, RawQuery(query): RawQuery) -> Answer<Response> {
    let (identity, organization) = match expert(&pages, &visit) {
        Ok(known) => known,
        Err(led) => return Ok(*led),
    };
    let query = Typed::read(query.unwrap_or_default().as_bytes());
    let (seller, listings) = own_listings(&pages, &organization, &identity.subject).await?;
    let typed = visit.typed();
    let listed_as = query.given("listing").or_else(|| typed.given("listing"));
    let chosen = listings.iter().find(|listing| Some(listing.id.as_str()) == listed_as).or_else(|| listings.first());
    let common = Reader::of(visit.preferred, None, seller.as_ref());
    let reader = Reader { zone: zone_of(chosen, seller.as_ref()).map(str::to_owned), ..common };
    let mut coming = match chosen {
        Some(listing) => slots_to_come(&pages, listing, &identity.subject, visit.now).await?,
        None => Vec::new(),
    };
    coming.truncate(SHOWN);
    let content = context! {
        listings => choice(&listings, chosen),
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
        week => week::form(&reader, &Typed::default()),
        week_wrong => context! {},
    };
    let frame =
        Frame { reader: &reader, seller: seller.as_ref(), listing: None, path: PAGE, session: Some(&visit.session) };
    Ok(visit.private(render(&pages, &frame, visit.status(), "slots-own.html", content)))
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
    let listing = named(&listings, typed)?;
    let slot = slot(typed, listing, subject, zone_of(Some(listing), seller.as_ref()), visit.now)?;
    let id = slot.id.clone();
    let make = |_: &Listing, _: Option<&Offer>| Ok(slot);
    let acting = (&identity.staff(), Some(subject));
    Box::pin(pages.catalog.put_offer((organization, &listing.id, &id), None, acting, make)).await?;
    Ok(())
}

/// The slot that the form describes. Its id is made of its time, so that the same form sent twice is one slot.
fn slot(typed: &Typed, listing: &Listing, subject: &str, zone: Option<&str>, now: Timestamp) -> Result<Offer, Refusal> {
    let starts_at = local_time::read("starts", typed.get("starts"), zone)?;
    let ends_at = local_time::read("ends", typed.get("ends"), zone)?;
    if starts_at <= now {
        return Err(Refusal::field("starts", "Must be in the future"));
    }
    let length = ends_at.duration_since(starts_at);
    if ends_at <= starts_at || length > LONGEST_SLOT {
        return Err(Refusal::field("ends", "Must be after the start, at most 31 days"));
    }
    let id = OfferId::parse(starts_at.strftime("slot-%Y%m%d-%H%M").to_string());
    let id = id.map_err(|error| Refusal::field("starts", error.to_string()))?;
    let timeless = timeless(typed, listing, subject, id)?;
    Ok(Offer { starts_at: Some(starts_at), ends_at: Some(ends_at), ..timeless })
}
