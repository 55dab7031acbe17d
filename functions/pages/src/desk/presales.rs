//! Presale codes at the desk. Uses so far stay counted, and until when a code is valid stays as it was. The same use case as the
//! API's.

use axum::{extract::State, response::Response};
use domain::{ListingId, Offer, OfferId, Presale, PresaleCode, PresaleMode, Refusal, seller_fields::max_uses};
use engine::EngineError;
use futures::future::try_join_all;
use minijinja::{Value, context};
use store::StoreError;
use web::{Answer, Problem};

use super::{
    seat::{AdminForm, DeskForm, DeskListingPath, DeskVisit},
    sell::answered,
};
use crate::{address::At, reader::Reader, state::Pages, times, typed::Typed};

/// Which of the page's forms it is, in [`super::sell::FORM`].
pub(super) const FORM_NAME: &str = "presale";

/// What presale codes may be to an offer.
pub(super) const MODES: [PresaleMode; 3] = [PresaleMode::None, PresaleMode::Early, PresaleMode::Only];

/// Whether an offer has a use for presale codes.
pub(super) fn is_for(offer: &Offer) -> bool {
    offer.presale != PresaleMode::None
}

/// The codes of the offers that have a use for them, the first of each by code.
pub(super) async fn of<'a>(
    pages: &Pages,
    desk: &DeskVisit,
    id: &ListingId,
    offers: &'a [Offer],
) -> Answer<Vec<(&'a Offer, Presale)>> {
    let pages_of = offers.iter().filter(|offer| is_for(offer)).map(move |offer| async move {
        let page = pages.store.presales_of(&desk.seller.id, (id, &offer.id), None).await?;
        let presales = page.map(|page| page.presales).unwrap_or_default();
        Ok::<_, StoreError>(presales.into_iter().map(|presale| (offer, presale)).collect::<Vec<_>>())
    });
    let found = try_join_all(pages_of).await.map_err(EngineError::from)?;
    Ok(found.into_iter().flatten().collect())
}

/// A code, as the page of its listing shows it.
pub(super) fn shown(reader: &Reader, offer: &Offer, presale: &Presale) -> Value {
    context! {
        code => presale.code.to_string(),
        offer => offer.name,
        uses => presale.uses,
        most => presale.max_uses,
        until => presale.valid_until.map(|at| times::moment(reader, at)),
    }
}

/// Creates or changes a presale code of an offer.
pub(super) async fn put(
    State(pages): State<Pages>,
    At(DeskListingPath { listing: id }): At<DeskListingPath>,
    AdminForm(form): AdminForm,
) -> Answer<Response> {
    let DeskForm { desk, typed } = form;
    let made = put_code(&pages, &desk, &id, &typed).await;
    Ok(answered(&desk, &id, (FORM_NAME, typed), made, "page-done-promo"))
}

async fn put_code(pages: &Pages, desk: &DeskVisit, id: &ListingId, typed: &Typed) -> Result<(), Problem> {
    let max_uses = max_uses(typed.number("max_uses")?)?;
    let offer = OfferId::parse(typed.get("presale_offer")).map_err(|_| Refusal::not_found("offer"))?;
    let before = match PresaleCode::parse(typed.get("code")) {
        Ok(code) => pages.store.presale(id, &offer, &code).await.map_err(EngineError::from)?,
        Err(_) => None,
    };
    let valid_until = before.and_then(|before| before.valid_until);
    let make = |code| Ok(Presale { code, listing: id.clone(), offer: offer.clone(), max_uses, valid_until, uses: 0 });
    let staff = desk.identity.staff();
    pages.catalog.put_presale(&desk.seller.id, (id, &offer), typed.get("code"), &staff, make).await?;
    Ok(())
}
