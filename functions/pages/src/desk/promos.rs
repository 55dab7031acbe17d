//! Promo codes at the desk. Uses so far stay counted. The same use case as the API's.

use axum::{extract::State, response::Response};
use domain::{Listing, ListingId, Promo, PromoCode, Refusal, percent_off, seller_fields::max_uses};
use engine::EngineError;
use jiff::Timestamp;
use rust_decimal::Decimal;
use web::{Answer, Problem};

use super::{
    filled::{Known, unchanged},
    seat::{AdminForm, DeskForm, DeskListingPath, DeskPromoPath, DeskVisit},
    sell::answered,
};
use crate::{address::At, local_time, state::Pages, typed::Typed};

/// The name of the form of a code that is there.
pub(super) fn form_of(code: &PromoCode) -> String {
    format!("promo-{code}")
}

/// The name of the form of a new one.
pub(super) const NEW: &str = "new-promo";

/// A share in percent.
pub(super) fn percent(promo: &Promo) -> String {
    (promo.percent_off * Decimal::ONE_HUNDRED).normalize().to_string()
}

/// What each field says of a code, by the clock of that zone.
pub(super) fn known(promo: &Promo, zone: Option<&str>) -> Known {
    let time = |at: Option<Timestamp>| at.map(|at| local_time::written(at, zone)).unwrap_or_default();
    Known::from([
        ("percent", percent(promo)),
        ("max_uses", promo.max_uses.map(|most| most.to_string()).unwrap_or_default()),
        ("valid_from", time(promo.valid_from)),
        ("valid_until", time(promo.valid_until)),
    ])
}

/// Makes a code. One that is there already stays as it is.
pub(super) async fn add(
    State(pages): State<Pages>,
    At(DeskListingPath { listing: id }): At<DeskListingPath>,
    AdminForm(form): AdminForm,
) -> Answer<Response> {
    let DeskForm { desk, typed } = form;
    let made = put(&pages, &desk, &id, typed.get("code"), &typed).await;
    Ok(answered(&desk, &id, (NEW, typed), made, "page-done-promo"))
}

/// Changes a code.
pub(super) async fn change(
    State(pages): State<Pages>,
    At(DeskPromoPath { listing: id, code }): At<DeskPromoPath>,
    AdminForm(form): AdminForm,
) -> Answer<Response> {
    let DeskForm { desk, typed } = form;
    let made = put(&pages, &desk, &id, code.as_str(), &typed).await;
    Ok(answered(&desk, &id, (&form_of(&code), typed), made, "page-done-promo"))
}

async fn put(pages: &Pages, desk: &DeskVisit, id: &ListingId, code: &str, typed: &Typed) -> Result<(), Problem> {
    let before = match PromoCode::parse(code) {
        Ok(code) => pages.store.promo(id, &code).await.map_err(EngineError::from)?,
        Err(_) => None,
    };
    let make = |code, listing: &Listing| {
        let zone = desk.zone(listing);
        let next = promo(typed, code, listing, zone)?;
        if let Some(before) = &before {
            unchanged(typed, &known(before, zone), &known(&next, zone))?;
        }
        Ok(next)
    };
    pages.catalog.put_promo(&desk.seller.id, id, code, &desk.identity.staff(), make).await?;
    Ok(())
}

fn promo(typed: &Typed, code: PromoCode, listing: &Listing, zone: Option<&str>) -> Result<Promo, Refusal> {
    let time = |field: &str| typed.given(field).map(|text| local_time::read(field, text, zone)).transpose();
    let (valid_from, valid_until) = (time("valid_from")?, time("valid_until")?);
    if valid_from.zip(valid_until).is_some_and(|(from, until)| until <= from) {
        return Err(Refusal::field("valid_until", "Must be after it begins to be valid"));
    }
    Ok(Promo {
        code,
        listing: listing.id.clone(),
        percent_off: percent_off(&typed.get("percent").replace(',', "."))?,
        max_uses: max_uses(typed.number("max_uses")?)?,
        valid_from,
        valid_until,
        uses: 0,
    })
}
