//! What admins change of what is for sale: whether a listing is, an offer, a code. The same use cases as the API's.

use axum::{extract::State, response::Response};
use domain::{
    Code, Kind, Listing, ListingId, Offer, OfferId, Presale, Promo, Refusal, free_text, percent_off,
    selling::{may_change, plain_offer},
};
use web::{Answer, Problem};

use super::seat::{AdminForm, DeskForm, DeskListingPath, DeskOfferPath, DeskVisit};
use crate::{address::At, state::Pages, typed::Typed};

/// Most characters of an offer's name.
const LONGEST_NAME: usize = 100;

/// Most units that an offer has.
const LARGEST: u32 = 10_000_000;

fn page(desk: &DeskVisit, listing: &ListingId) -> String {
    desk.path(&format!("/listings/{listing}"))
}

fn answered(desk: &DeskVisit, listing: &ListingId, typed: Typed, made: Result<(), Problem>, done: &str) -> Response {
    desk.visit.answered(&page(desk, listing), typed, made, done)
}

/// Changes a listing that is there and was not canceled.
pub(super) async fn change(
    pages: &Pages,
    desk: &DeskVisit,
    id: &ListingId,
    change: impl FnOnce(&Listing) -> Result<Listing, Refusal> + Send,
) -> Result<(), Problem> {
    let make = |_: &_, before: Option<&Listing>| {
        let before = before.ok_or_else(|| Refusal::not_found("listing"))?;
        may_change(before)?;
        change(before)
    };
    pages.catalog.put_listing(&desk.seller.id, id, &desk.identity.staff(), make).await?;
    Ok(())
}

/// Puts a listing on sale, or takes it from sale. Orders stay as they are.
pub(super) async fn publish(
    State(pages): State<Pages>,
    At(DeskListingPath { listing: id }): At<DeskListingPath>,
    AdminForm(form): AdminForm,
) -> Answer<Response> {
    let DeskForm { desk, typed } = form;
    let published = typed.get("published") == "yes";
    let sold = |before: &Listing| Ok(Listing { published, version: before.version + 1, ..before.clone() });
    let made = change(&pages, &desk, &id, sold).await;
    let done = if published { "page-done-published" } else { "page-done-withdrawn" };
    Ok(answered(&desk, &id, typed, made, done))
}

/// Changes an offer's name, price or number.
pub(super) async fn offer(
    State(pages): State<Pages>,
    At(DeskOfferPath { listing, offer: id }): At<DeskOfferPath>,
    AdminForm(form): AdminForm,
) -> Answer<Response> {
    let DeskForm { desk, typed } = form;
    let make = |listing: &Listing, before: Option<&Offer>| {
        changed(&typed, listing, before.ok_or_else(|| Refusal::not_found("offer"))?)
    };
    let staff = desk.identity.staff();
    let put = pages.catalog.put_offer((&desk.seller.id, &listing, &id), None, (&staff, None), make);
    let made = Box::pin(put).await.map(drop).map_err(Problem::from);
    Ok(answered(&desk, &listing, typed, made, "page-done-offer"))
}

/// Adds an offer to a show or to a product.
pub(super) async fn add(
    State(pages): State<Pages>,
    At(DeskListingPath { listing }): At<DeskListingPath>,
    AdminForm(form): AdminForm,
) -> Answer<Response> {
    let DeskForm { desk, typed } = form;
    let made = add_offer(&pages, &desk, &listing, &typed).await;
    Ok(answered(&desk, &listing, typed, made, "page-done-offer-added"))
}

async fn add_offer(pages: &Pages, desk: &DeskVisit, listing: &ListingId, typed: &Typed) -> Result<(), Problem> {
    let id = OfferId::parse(typed.get("id")).map_err(|error| Refusal::field("id", error.to_string()))?;
    let make = |listing: &Listing, before: Option<&Offer>| {
        if before.is_some() {
            return Err(Refusal::new(Code::IllegalState, "There is an offer with this id already").at("id"));
        }
        // Slots have times and experts, and packages hours; these are written by the API.
        if !matches!(listing.kind, Kind::Show | Kind::Product) {
            return Err(Refusal::new(Code::IllegalState, "Only shows and products get offers here"));
        }
        changed(typed, listing, &plain_offer(listing, id.clone()))
    };
    let staff = desk.identity.staff();
    Box::pin(pages.catalog.put_offer((&desk.seller.id, listing, &id), None, (&staff, None), make)).await?;
    Ok(())
}

/// Copies a listing with its offers under another id, as a draft.
pub(super) async fn copy(
    State(pages): State<Pages>,
    At(DeskListingPath { listing: from }): At<DeskListingPath>,
    AdminForm(form): AdminForm,
) -> Answer<Response> {
    let DeskForm { desk, typed } = form;
    let made = match ListingId::parse(typed.get("copy")) {
        Ok(to) => Box::pin(pages.catalog.copy_listing(&desk.seller.id, &from, &to, &desk.identity.staff()))
            .await
            .map_err(Problem::from),
        Err(error) => Err(Refusal::field("copy", error.to_string()).into()),
    };
    Ok(match made {
        Ok(copy) => desk.visit.done(&page(&desk, &copy.now.id), "page-done-copied"),
        Err(problem) => desk.visit.refused(&page(&desk, &from), typed, &problem),
    })
}

fn changed(typed: &Typed, listing: &Listing, before: &Offer) -> Result<Offer, Refusal> {
    let capacity = match typed.given("capacity") {
        None if before.capacity.is_none() => None,
        None => return Err(Refusal::field("capacity", "Say how many there are in all")),
        Some(text) => {
            let capacity = text.parse().ok().filter(|capacity: &u32| *capacity <= LARGEST);
            Some(capacity.ok_or_else(|| Refusal::field("capacity", format!("Must be a number, at most {LARGEST}")))?)
        }
    };
    Ok(Offer {
        name: free_text("name", typed.get("name"), LONGEST_NAME, true)?,
        price: typed.price(listing.currency)?,
        capacity,
        ..before.clone()
    })
}

/// Creates or changes a promo code. Uses so far stay counted, and when it is valid stays as it was.
pub(super) async fn promo(
    State(pages): State<Pages>,
    At(DeskListingPath { listing: id }): At<DeskListingPath>,
    AdminForm(form): AdminForm,
) -> Answer<Response> {
    let DeskForm { desk, typed } = form;
    let made = put_promo(&pages, &desk, &id, &typed).await;
    Ok(answered(&desk, &id, typed, made, "page-done-promo"))
}

async fn put_promo(pages: &Pages, desk: &DeskVisit, id: &ListingId, typed: &Typed) -> Result<(), Problem> {
    let percent_off = percent_off(typed.get("percent"))?;
    let max_uses = most_uses(typed)?;
    let known = domain::PromoCode::parse(typed.get("code")).ok();
    let before = match &known {
        Some(code) => pages.store.promo(id, code).await.map_err(engine::EngineError::from)?,
        None => None,
    };
    let (valid_from, valid_until) = before.map_or((None, None), |before| (before.valid_from, before.valid_until));
    let make = |code, listing: &Listing| {
        Ok(Promo { code, listing: listing.id.clone(), percent_off, max_uses, valid_from, valid_until, uses: 0 })
    };
    pages.catalog.put_promo(&desk.seller.id, id, typed.get("code"), &desk.identity.staff(), make).await?;
    Ok(())
}

/// Creates or changes a presale code of an offer. Uses so far stay counted, and until when it is valid stays as it was.
pub(super) async fn presale(
    State(pages): State<Pages>,
    At(DeskListingPath { listing: id }): At<DeskListingPath>,
    AdminForm(form): AdminForm,
) -> Answer<Response> {
    let DeskForm { desk, typed } = form;
    let made = put_presale(&pages, &desk, &id, &typed).await;
    Ok(answered(&desk, &id, typed, made, "page-done-promo"))
}

async fn put_presale(pages: &Pages, desk: &DeskVisit, id: &ListingId, typed: &Typed) -> Result<(), Problem> {
    let max_uses = most_uses(typed)?;
    let offer = OfferId::parse(typed.get("presale_offer")).map_err(|_| Refusal::not_found("offer"))?;
    let known = domain::PresaleCode::parse(typed.get("code")).ok();
    let before = match &known {
        Some(code) => pages.store.presale(id, &offer, code).await.map_err(engine::EngineError::from)?,
        None => None,
    };
    let valid_until = before.and_then(|before| before.valid_until);
    let make = |code| Ok(Presale { code, listing: id.clone(), offer: offer.clone(), max_uses, valid_until, uses: 0 });
    let staff = desk.identity.staff();
    pages.catalog.put_presale(&desk.seller.id, (id, &offer), typed.get("code"), &staff, make).await?;
    Ok(())
}

/// How often a code may be used; none without a limit.
fn most_uses(typed: &Typed) -> Result<Option<u32>, Refusal> {
    let read = |text: &str| text.parse().map_err(|_| Refusal::field("max_uses", "Must be a whole number"));
    typed.given("max_uses").map(read).transpose()
}
