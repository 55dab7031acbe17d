//! Offers at the desk: made, and changed in what buyers see of them and when they may buy. The same use case as the API's.

use axum::{extract::State, response::Response};
use domain::{
    Code, Currency, Kind, Listing, ListingId, Offer, OfferId, Refusal,
    catalog::Attendees,
    free_text,
    seller_fields::{OfferLimits, package_hours},
    selling::plain_offer,
};
use jiff::Timestamp;
use web::{Answer, Problem};

use super::{
    filled::{Known, unchanged},
    presales,
    seat::{AdminForm, DeskForm, DeskListingPath, DeskOfferPath, DeskVisit},
    sell::answered,
};
use crate::{address::At, local_time, state::Pages, typed::Typed};

/// Most characters of an offer's name.
const LONGEST_NAME: usize = 100;

/// Most units that an offer has.
const LARGEST: u32 = 10_000_000;

/// What people who come may have to say.
pub(super) const ATTENDEES: [Attendees; 3] = [Attendees::None, Attendees::Optional, Attendees::Required];

/// The name of the form of an offer that is there.
pub(super) fn form_of(offer: &OfferId) -> String {
    format!("offer-{offer}")
}

/// The name of the form of a new one.
pub(super) const NEW: &str = "new-offer";

/// What each field says of an offer, by the clock of that zone.
pub(super) fn known(offer: &Offer, currency: Currency, zone: Option<&str>) -> Known {
    let time = |at: Option<Timestamp>| at.map(|at| local_time::written(at, zone)).unwrap_or_default();
    let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
    let ticked = |is: bool| if is { "on".to_owned() } else { String::new() };
    Known::from([
        ("name", offer.name.clone()),
        ("price", currency.format(offer.price)),
        ("capacity", number(offer.capacity)),
        ("unlimited", ticked(offer.capacity.is_none())),
        ("min_per_order", number(offer.min_per_order)),
        ("max_per_order", number(offer.max_per_order)),
        ("opens_at", time(offer.opens_at)),
        ("closes_at", time(offer.closes_at)),
        ("hours", offer.hours.map(|hours| hours.to_string()).unwrap_or_default()),
        ("attendees", offer.attendees.as_str().to_owned()),
        ("presale", offer.presale.as_str().to_owned()),
        ("donation", ticked(offer.donation)),
        ("vip", ticked(offer.vip)),
    ])
}

/// Changes an offer.
pub(super) async fn change(
    State(pages): State<Pages>,
    At(DeskOfferPath { listing, offer: id }): At<DeskOfferPath>,
    AdminForm(form): AdminForm,
) -> Answer<Response> {
    let DeskForm { desk, typed } = form;
    let make = |listing: &Listing, before: Option<&Offer>| {
        let (before, zone) = (before.ok_or_else(|| Refusal::not_found("offer"))?, desk.zone(listing));
        let next = changed(&typed, listing, before, zone)?;
        let [was, will] = [before, &next].map(|offer| known(offer, listing.currency, zone));
        unchanged(&typed, &was, &will)?;
        Ok(next)
    };
    let staff = desk.identity.staff();
    let put = pages.catalog.put_offer((&desk.seller.id, &listing, &id), None, (&staff, None), make);
    let made = Box::pin(put).await.map(drop).map_err(Problem::from);
    Ok(answered(&desk, &listing, (&form_of(&id), typed), made, "page-done-offer"))
}

/// Adds an offer to a show, to a product or to packages.
pub(super) async fn add(
    State(pages): State<Pages>,
    At(DeskListingPath { listing }): At<DeskListingPath>,
    AdminForm(form): AdminForm,
) -> Answer<Response> {
    let DeskForm { desk, typed } = form;
    let made = add_offer(&pages, &desk, &listing, &typed).await;
    Ok(answered(&desk, &listing, (NEW, typed), made, "page-done-offer-added"))
}

async fn add_offer(pages: &Pages, desk: &DeskVisit, listing: &ListingId, typed: &Typed) -> Result<(), Problem> {
    let id = OfferId::parse(typed.get("id")).map_err(|error| Refusal::field("id", error.to_string()))?;
    let make = |listing: &Listing, before: Option<&Offer>| {
        if listing.kind == Kind::Expert {
            return Err(Refusal::new(Code::IllegalState, "An expert's time is put on sale as slots"));
        }
        if before.is_some() {
            return Err(Refusal::new(Code::IllegalState, "There is an offer with this id already").at("id"));
        }
        changed(typed, listing, &plain_offer(listing, id.clone()), desk.zone(listing))
    };
    let staff = desk.identity.staff();
    Box::pin(pages.catalog.put_offer((&desk.seller.id, listing, &id), None, (&staff, None), make)).await?;
    Ok(())
}

fn changed(typed: &Typed, listing: &Listing, before: &Offer, zone: Option<&str>) -> Result<Offer, Refusal> {
    let common = Offer {
        name: free_text("name", typed.get("name"), LONGEST_NAME, true)?,
        price: typed.price(listing.currency)?,
        capacity: capacity(typed, listing.kind)?,
        ..before.clone()
    };
    if listing.kind == Kind::Expert {
        // Slots say nothing of these.
        return Ok(common);
    }
    let time = |field: &str| typed.given(field).map(|text| local_time::read(field, text, zone)).transpose();
    let limits = OfferLimits {
        min_per_order: typed.number("min_per_order")?,
        max_per_order: typed.number("max_per_order")?,
        opens_at: time("opens_at")?,
        closes_at: time("closes_at")?,
        presale: presales::MODES
            .into_iter()
            .find(|known| known.as_str() == typed.get("presale"))
            .unwrap_or(before.presale),
    };
    limits.check(listing.kind)?;
    let OfferLimits { min_per_order, max_per_order, opens_at, closes_at, presale } = limits;
    let show = listing.kind == Kind::Show;
    let attendees = ATTENDEES.into_iter().find(|known| show && known.as_str() == typed.get("attendees"));
    let hours = match (listing.kind, typed.given("hours")) {
        (Kind::Package, None) => return Err(Refusal::field("hours", "A package has hours")),
        (Kind::Package, Some(given)) => Some(package_hours("hours", &given.replace(',', "."))?),
        _ => None,
    };
    Ok(Offer {
        min_per_order,
        max_per_order,
        opens_at,
        closes_at,
        presale,
        hours,
        attendees: attendees.unwrap_or(if show { before.attendees } else { Attendees::None }),
        donation: show && typed.ticked("donation"),
        vip: show && typed.ticked("vip"),
        ..common
    })
}

/// How many there are in all; nothing is unlimited by a slip.
fn capacity(typed: &Typed, kind: Kind) -> Result<Option<u32>, Refusal> {
    match (typed.given("capacity"), typed.ticked("unlimited")) {
        (None, true) if kind == Kind::Expert => {
            Err(Refusal::field("capacity", "A slot is for one, or for as many as its group has"))
        }
        (None, true) => Ok(None),
        (None, false) => Err(Refusal::field("capacity", "Say how many there are in all")),
        (Some(_), true) => Err(Refusal::field("capacity", "Give a number or no limit, and not both")),
        (Some(text), false) => {
            let capacity = text.parse().ok().filter(|capacity: &u32| *capacity <= LARGEST);
            let capacity =
                capacity.ok_or_else(|| Refusal::field("capacity", format!("Must be a number, at most {LARGEST}")))?;
            if kind == Kind::Expert && capacity == 0 {
                return Err(Refusal::field("capacity", "A slot is for one, or for as many as its group has"));
            }
            Ok(Some(capacity))
        }
    }
}
