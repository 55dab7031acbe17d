//! The page of one listing, where a visitor chooses.

use axum::{
    extract::{RawQuery, State},
    response::{IntoResponse, Response},
};
use domain::{
    Kind, Listing, ListingId, Minor, Offer, PresaleCode, PresaleMode, Refusal, catalog::CancellationTier, pricing,
};
use engine::EngineError;
use http::header;
use minijinja::{Value, context};
use store::OfferShown;
use web::Answer;

use crate::{
    address::At,
    cart::CartLine,
    frame::{Frame, explained, render},
    markdown,
    reader::Reader,
    shop::{
        goods::{ListingGoods, entry},
        slots,
    },
    state::Pages,
    times,
    typed::Typed,
    visit::Visit,
};

impl ListingGoods {
    /// Reads what a listing sells. A draft is not found; a canceled listing is, as its page says so.
    ///
    /// # Errors
    /// 404 `not_found`, 503 while the table gives no answer.
    pub(crate) async fn read(pages: &Pages, id: &ListingId) -> Answer<Self> {
        let now = pages.clock.now();
        let found = pages.store.showcase(id, now).await.map_err(EngineError::from)?;
        let shown = |listing: &Listing| listing.published || listing.canceled_at.is_some();
        let found = found.filter(|found| shown(&found.listing)).ok_or_else(|| Refusal::not_found("listing"))?;
        let (seller, listing) = (found.organization, found.listing);
        let left = |shown: &OfferShown| Some((shown.offer.id.clone(), u64::from(shown.available?)));
        let available = found.offers.iter().filter_map(left).collect();
        let offers = found.offers.into_iter().map(|shown| shown.offer).collect();
        Ok(Self { seller, listing, offers, available })
    }
}

/// The page of a listing.
pub(crate) async fn listing(
    State(pages): State<Pages>,
    visit: Visit,
    At(id): At<ListingId>,
    RawQuery(query): RawQuery,
) -> Answer<Response> {
    let goods = ListingGoods::read(&pages, &id).await?;
    let reader = Reader::of(visit.preferred, Some(&goods.listing), Some(&goods.seller));
    let query = Typed::read(query.unwrap_or_default().as_bytes());
    let typed = visit.typed();
    let frame = Frame {
        reader: &reader,
        seller: Some(&goods.seller),
        listing: Some(&goods.listing),
        path: &visit.path,
        session: Some(&visit.session),
    };
    let content = content(&reader, &goods, &visit, &query, &typed);
    Ok(visit.private(render(&pages, &frame, visit.status(), "listing.html", content)))
}

fn content(reader: &Reader, goods: &ListingGoods, visit: &Visit, query: &Typed, typed: &Typed) -> Value {
    let listing = &goods.listing;
    let wrong = visit.wrong();
    let chosen = &visit.session.cart.lines;
    let expert = listing.kind == Kind::Expert;
    let by_clock = slots::by_clock_of(reader, query);
    let offers: Vec<Value> = match expert {
        true => Vec::new(),
        false => {
            let offers = goods.offers.iter().enumerate();
            offers.map(|offer| entry(reader, goods, offer, typed, chosen, wrong, visit.now)).collect()
        }
    };
    context! {
        listing => context! {
            id => listing.id.as_str(),
            kind => listing.kind.noun(),
            title => listing.title,
            venue => listing.venue,
            picture => listing.logo_url,
            about => Value::from_safe_string(markdown::render(&listing.description)),
            starts_at => listing.starts_at.map(|at| times::span(reader, at, listing.ends_at)),
            doors_at => listing.doors_at.map(|at| times::moment(reader, at)),
            ends_at => listing.ends_at.filter(|_| listing.starts_at.is_none()).map(|at| times::moment(reader, at)),
            reason => listing.cancel_reason,
        },
        standing => goods.standing(visit.now),
        presale => goods.offers.iter().any(|offer| offer.needs_presale(visit.now)),
        presale_code => typed.given("presale_code").or_else(|| visit.session.cart.presale.as_ref().map(PresaleCode::as_str)),
        offers,
        calendar => expert.then(|| slots::calendar(&by_clock, goods, query, visit.now)),
        groups => goods.offers.iter().any(|slot| slot.capacity != Some(1)),
        places => typed.given("places").unwrap_or("1"),
        policy => expert.then(|| policy(reader, &goods.seller.cancellation)),
        problem => wrong.map(|wrong| explained(reader, wrong.code, &wrong.detail)),
        wrong => context! {
            slot => wrong.and_then(|wrong| wrong.fields.get("slot")),
            places => wrong.and_then(|wrong| wrong.fields.get("items[0].quantity")),
        },
        most => goods.seller.max_tickets_per_order,
        share => listing.max_tickets_per_buyer,
        held => chosen.iter().any(|line| line.listing == listing.id),
    }
}

/// What canceling a booking gives back, in a sentence.
fn policy(reader: &Reader, tiers: &[CancellationTier]) -> String {
    let given = tiers.iter().filter(|tier| tier.percent > 0);
    let parts: Vec<String> = given
        .map(|tier| {
            let percent = tier.percent.to_string();
            match tier.from_hours_before {
                0 => reader.phrase("page-policy-until-start", &[("percent", &percent)]),
                hours => reader.phrase("page-policy-tier", &[("percent", &percent), ("hours", &hours.to_string())]),
            }
        })
        .collect();
    match parts.is_empty() {
        true => reader.phrase("page-policy-none", &[]),
        false => reader.phrase("page-policy", &[("name", &parts.join(", "))]),
    }
}

/// What the chosen cost in all, for the script that shows it while a visitor chooses; empty while it cannot be told.
pub(crate) async fn total(
    State(pages): State<Pages>,
    visit: Visit,
    At(id): At<ListingId>,
    RawQuery(query): RawQuery,
) -> Answer<Response> {
    let goods = ListingGoods::read(&pages, &id).await?;
    let reader = Reader::of(visit.preferred, Some(&goods.listing), Some(&goods.seller));
    let typed = Typed::read(query.unwrap_or_default().as_bytes());
    let chosen: Vec<(&Offer, u32, Option<&str>)> = goods
        .offers
        .iter()
        .filter_map(|offer| {
            let quantity = typed.get(&format!("quantity.{}", offer.id)).parse().ok().filter(|n| *n > 0)?;
            Some((offer, quantity, typed.given(&format!("donation.{}", offer.id)).filter(|_| offer.donation)))
        })
        .collect();
    // What it costs is told before its code is typed.
    let open = |offer: &Offer| match offer.needs_presale(visit.now) {
        true => Offer { presale: PresaleMode::None, opens_at: None, ..offer.clone() },
        false => offer.clone(),
    };
    let chosen: Vec<_> = chosen.into_iter().map(|(offer, n, donation)| (open(offer), n, donation)).collect();
    let lines: Vec<_> = chosen
        .iter()
        .enumerate()
        .map(|(index, (offer, quantity, donation))| pricing::RequestedLine {
            index,
            listing: &goods.listing,
            offer,
            quantity: *quantity,
            donation: *donation,
            presale: None,
        })
        .collect();
    let quote = pricing::price(&goods.seller, &lines, None, &[], Minor::ZERO, visit.now);
    let text = match quote {
        Ok(quote) => reader.money(goods.listing.currency, quote.totals.total),
        Err(refusal) if lines.is_empty() => {
            tracing::debug!(code = ?refusal.code, "nothing is chosen");
            String::new()
        }
        Err(refusal) => explained(&reader, refusal.code, &refusal.message),
    };
    let mut response = text.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, http::HeaderValue::from_static("text/plain; charset=utf-8"));
    Ok(response)
}

/// The lines of a form for a listing's cart.
pub(crate) fn lines_of(goods: &ListingGoods, typed: &Typed) -> Result<Vec<CartLine>, Refusal> {
    let line = |offer: &Offer, quantity: u32| CartLine {
        listing: offer.listing.clone(),
        offer: offer.id.clone(),
        quantity,
        donation: typed.given(&format!("donation.{}", offer.id)).filter(|_| offer.donation).map(str::to_owned),
        alone: goods.listing.kind == Kind::Expert,
    };
    if goods.listing.kind == Kind::Expert {
        let slot = typed.given("slot").and_then(|id| goods.offers.iter().find(|slot| slot.id.as_str() == id));
        let slot = slot.ok_or_else(|| Refusal::field("slot", "Choose one of the times"))?;
        return Ok(vec![line(slot, quantity("items[0].quantity", typed.given("places").unwrap_or("1"))?.max(1))]);
    }
    let mut lines = Vec::new();
    for (index, offer) in goods.offers.iter().enumerate() {
        let typed = typed.given(&format!("quantity.{}", offer.id)).unwrap_or("0");
        match quantity(&format!("items[{index}].quantity"), typed)? {
            0 => {}
            n => lines.push(line(offer, n)),
        }
    }
    Ok(lines)
}

/// A whole number of units.
pub(crate) fn quantity(field: &str, text: &str) -> Result<u32, Refusal> {
    text.parse().map_err(|_| Refusal::field(field, "Must be a whole number"))
}
