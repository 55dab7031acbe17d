//! One listing: whether it is on sale, its offers with their stock, its codes, and how far its cancellation is.

use std::collections::BTreeMap;

use axum::{extract::State, response::Response};
use domain::{Kind, Listing, ListingId, Offer, OfferId, Presale, PresaleMode, Promo, Refusal};
use engine::EngineError;
use minijinja::{Value, context};
use store::{CancelJob, Shard, StoreError};
use web::Answer;

use super::{
    listings::state,
    seat::{DeskListingPath, DeskVisit},
};
use crate::{address::At, frame::explained, reader::Reader, state::Pages, times};

/// How many offers are shown with their stock: an expert's listing has hundreds of slots, of which the next ones count.
const OFFERS: usize = 100;

/// A listing of this organization with its offers; another one's is not found.
pub(super) async fn own(pages: &Pages, desk: &DeskVisit, id: &ListingId) -> Answer<(Listing, Vec<Offer>)> {
    let found = pages.store.listing(id).await.map_err(EngineError::from)?;
    let own = found.filter(|(listing, _)| listing.organization == desk.seller.id);
    Ok(own.ok_or_else(|| Refusal::not_found("listing"))?)
}

/// The page.
pub(super) async fn listing(
    State(pages): State<Pages>,
    At(DeskListingPath { listing: id }): At<DeskListingPath>,
    desk: DeskVisit,
) -> Answer<Response> {
    let (listing, mut offers) = own(&pages, &desk, &id).await?;
    let now = desk.visit.now;
    offers.retain(|offer| !offer.deleted && offer.ends_at.or(offer.starts_at).is_none_or(|end| now < end));
    offers.sort_by(|a, b| (a.starts_at, &a.id).cmp(&(b.starts_at, &b.id)));
    let more_offers = offers.len() > OFFERS;
    offers.truncate(OFFERS);
    let found = futures::try_join!(
        pages.store.shards_of(&offers),
        pages.store.promos_of(&desk.seller.id, &id, None),
        pages.store.cancel_job(&id),
    );
    let (shards, promos, job) = found.map_err(EngineError::from)?;
    let presales = presales(&pages, &desk, &id, &offers).await?;
    let stock = added_up(&shards);
    let common = desk.reader();
    let reader = Reader { zone: listing.timezone.clone().or_else(|| common.zone.clone()), ..common };
    let (visit, typed) = (&desk.visit, desk.visit.typed());
    let promos = promos.map(|page| page.promos).unwrap_or_default();
    let content = context! {
        path => Value::from_safe_string(desk.path(&format!("/listings/{id}"))),
        id => id.as_str(),
        title => listing.title,
        venue => listing.venue,
        at_time => listing.starts_at.map(|at| times::span(&reader, at, listing.ends_at)),
        state => state(&listing),
        state_name => reader.phrase(&format!("page-desk-{}", state(&listing)), &[]),
        changes => desk.is_admin() && listing.canceled_at.is_none(),
        offers => offers.iter().map(|offer| shown(&reader, &listing, offer, stock.get(&offer.id))).collect::<Vec<_>>(),
        more_offers,
        adds => desk.is_admin() && listing.canceled_at.is_none() && matches!(listing.kind, Kind::Show | Kind::Product),
        copies => desk.is_admin(),
        promos => promos.iter().map(|promo| code(&reader, promo)).collect::<Vec<_>>(),
        presale_offers => offers.iter().filter(|offer| offer.presale != PresaleMode::None)
            .map(|offer| context! { id => offer.id.as_str(), name => offer.name, chosen => typed.get("presale_offer") == offer.id.as_str() })
            .collect::<Vec<_>>(),
        presales => presales.iter().map(|(offer, presale)| presale_code(&reader, offer, presale)).collect::<Vec<_>>(),
        canceled => listing.canceled_at.map(|at| canceled(&reader, &listing, at, job.as_ref())),
        typed => context! { offer => typed.get("offer"), name => typed.get("name"), price => typed.get("price"),
            capacity => typed.get("capacity"), code => typed.get("code"), presale_offer => typed.get("presale_offer"), id => typed.get("id"), copy => typed.get("copy"), percent => typed.get("percent"),
            max_uses => typed.get("max_uses") },
        done => visit.flash.as_ref().map(|flash| flash.done.as_str()).filter(|done| !done.is_empty()),
        problem => visit.wrong().map(|wrong| explained(&reader, wrong.code, &wrong.detail)),
        wrong => visit.wrong().map(|wrong| wrong.fields.clone()).unwrap_or_default(),
    };
    Ok(desk.render(&pages, visit.status(), "desk-listing.html", content))
}

/// The presale codes of the offers that need one, the first of each by code.
async fn presales<'a>(
    pages: &Pages,
    desk: &DeskVisit,
    id: &ListingId,
    offers: &'a [Offer],
) -> Answer<Vec<(&'a Offer, Presale)>> {
    let pages_of = offers.iter().filter(|offer| offer.presale != PresaleMode::None).map(move |offer| async move {
        let page = pages.store.presales_of(&desk.seller.id, (id, &offer.id), None).await?;
        let presales = page.map(|page| page.presales).unwrap_or_default();
        Ok::<_, StoreError>(presales.into_iter().map(|presale| (offer, presale)).collect::<Vec<_>>())
    });
    let found = futures::future::try_join_all(pages_of).await.map_err(EngineError::from)?;
    Ok(found.into_iter().flatten().collect())
}

/// Available, held and sold of each offer.
fn added_up(shards: &[Shard]) -> BTreeMap<OfferId, [u32; 3]> {
    let mut stock = BTreeMap::<OfferId, [u32; 3]>::new();
    for shard in shards {
        let sums = stock.entry(shard.offer.clone()).or_default();
        for (sum, more) in sums.iter_mut().zip([shard.available, shard.held, shard.sold]) {
            *sum += more;
        }
    }
    stock
}

fn shown(reader: &Reader, listing: &Listing, offer: &Offer, stock: Option<&[u32; 3]>) -> Value {
    let [available, held, sold] = stock.copied().unwrap_or_default();
    context! {
        id => offer.id.as_str(),
        name => offer.name,
        at => offer.starts_at.map(|at| times::span(reader, at, offer.ends_at)),
        price => reader.money(listing.currency, offer.price),
        plain_price => listing.currency.format(offer.price),
        capacity => offer.capacity,
        available,
        held,
        sold,
    }
}

fn code(reader: &Reader, promo: &Promo) -> Value {
    let percent = (promo.percent_off * rust_decimal::Decimal::ONE_HUNDRED).normalize();
    context! {
        code => promo.code.to_string(),
        percent => percent.to_string(),
        uses => promo.uses,
        most => promo.max_uses,
        until => promo.valid_until.map(|at| times::moment(reader, at)),
    }
}

fn presale_code(reader: &Reader, offer: &Offer, presale: &Presale) -> Value {
    context! {
        code => presale.code.to_string(),
        offer => offer.name,
        uses => presale.uses,
        most => presale.max_uses,
        until => presale.valid_until.map(|at| times::moment(reader, at)),
    }
}

/// How far the refunding has come; a job that is gone is done.
fn canceled(reader: &Reader, listing: &Listing, at: jiff::Timestamp, job: Option<&CancelJob>) -> Value {
    context! {
        at => times::moment(reader, at),
        reason => listing.cancel_reason,
        running => job.is_some(),
        done => job.map(|job| job.progress.done),
        waiting => job.map(|job| job.progress.left.len()).filter(|left| *left > 0),
    }
}
