//! One listing: whether it is on sale, its offers with their stock, its codes, and how far its cancellation is.

use std::collections::BTreeMap;

use axum::{extract::State, response::Response};
use domain::{Kind, Listing, ListingId, Offer, OfferId, Promo, Refusal, selling::plain_offer};
use engine::EngineError;
use minijinja::{Value, context};
use store::{CancelJob, Shard};
use web::Answer;

use super::{
    filled::{Known, filled, mark},
    listings::state,
    offers, presales, promos,
    seat::{DeskListingPath, DeskVisit},
    sell::FORM,
    slots,
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
    let presales = presales::of(&pages, &desk, &id, &offers).await?;
    let stock = added_up(&shards);
    let common = desk.reader();
    let reader = Reader { zone: listing.timezone.clone().or_else(|| common.zone.clone()), ..common };
    let visit = &desk.visit;
    let promos = promos.map(|page| page.promos).unwrap_or_default();
    let changes = desk.is_admin() && listing.canceled_at.is_none();
    let content = context! {
        path => Value::from_safe_string(desk.path(&format!("/listings/{id}"))),
        id => id.as_str(),
        title => listing.title,
        venue => listing.venue,
        kind => listing.kind.noun(),
        zone => reader.zone.as_deref().unwrap_or("UTC"),
        at_time => listing.starts_at.map(|at| times::span(&reader, at, listing.ends_at)),
        state => state(&listing),
        state_name => reader.phrase(&format!("page-desk-{}", state(&listing)), &[]),
        changes,
        offers => offers.iter().map(|offer| shown(&desk, &reader, &listing, offer, stock.get(&offer.id))).collect::<Vec<_>>(),
        more_offers,
        new_offer => (changes && listing.kind != Kind::Expert).then(|| new_offer(&desk, &listing)),
        attendees => offers::ATTENDEES.map(|known| {
            (known.as_str(), reader.phrase(&format!("page-offer-attendees-{}", known.as_str()), &[]))
        }),
        presale_modes => presales::MODES.map(|known| {
            (known.as_str(), reader.phrase(&format!("page-offer-presale-{}", known.as_str()), &[]))
        }),
        slots => (changes && listing.kind == Kind::Expert).then(|| new_slots(&desk, &reader, &listing)),
        copies => desk.is_admin(),
        copy => form(&desk, "copy", &Known::from([("copy", String::new())])),
        promos => promos.iter().map(|promo| code(&desk, &reader, &listing, promo)).collect::<Vec<_>>(),
        new_promo => (changes && listing.kind != Kind::Package).then(|| new_promo(&desk)),
        presale_offers => offers.iter().filter(|offer| presales::is_for(offer))
            .map(|offer| (offer.id.as_str(), offer.name.as_str())).collect::<Vec<_>>(),
        presales => presales.iter().map(|(offer, presale)| presales::shown(&reader, offer, presale)).collect::<Vec<_>>(),
        new_presale => changes.then(|| new_presale(&desk)),
        canceled => listing.canceled_at.map(|at| canceled(&reader, &listing, at, job.as_ref())),
        done => visit.flash.as_ref().map(|flash| flash.done.as_str()).filter(|done| !done.is_empty()),
        problem => visit.wrong().map(|wrong| explained(&reader, wrong.code, &wrong.detail)),
    };
    Ok(desk.render(&pages, visit.status(), "desk-listing.html", content))
}

/// One of the page's forms: with what was typed and what was wrong with it if it was refused, else with what is kept.
fn form(desk: &DeskVisit, name: &str, known: &Known) -> Value {
    let wrong = desk.visit.wrong().filter(|_| desk.visit.typed().get(FORM) == name);
    match wrong {
        Some(wrong) => {
            let (fields, was) = filled(&desk.visit, known);
            context! { open => true, fields, was, faults => wrong.fields }
        }
        None => context! { open => false, fields => known, was => mark(known), faults => Known::new() },
    }
}

fn new_offer(desk: &DeskVisit, listing: &Listing) -> Option<Value> {
    let plain = plain_offer(listing, OfferId::parse("new").ok()?);
    let mut known = offers::known(&plain, listing.currency, None);
    known.extend(["id", "name", "price", "capacity"].map(|name| (name, String::new())));
    Some(form(desk, offers::NEW, &known))
}

fn new_promo(desk: &DeskVisit) -> Value {
    let fields = ["code", "percent", "max_uses", "valid_from", "valid_until"];
    form(desk, promos::NEW, &fields.map(|name| (name, String::new())).into())
}

fn new_presale(desk: &DeskVisit) -> Value {
    let fields = ["presale_offer", "code", "max_uses"];
    form(desk, presales::FORM_NAME, &fields.map(|name| (name, String::new())).into())
}

/// The form for slots, with its weekdays.
fn new_slots(desk: &DeskVisit, reader: &Reader, listing: &Listing) -> Value {
    let mut known: Known = slots::FIELDS.map(|name| (name, String::new())).into();
    known.insert("capacity", "1".to_owned());
    known.insert("duration_minutes", "60".to_owned());
    known.insert("expert", listing.expert.clone().unwrap_or_default());
    let form = form(desk, slots::FORM_NAME, &known);
    let typed = desk.visit.typed();
    let day = |(n, day): (usize, &str)| {
        let field = slots::weekday(day);
        context! { ticked => typed.ticked(&field), field, name => reader.phrase(&format!("weekday-{}", n + 1), &[]) }
    };
    context! { weekdays => slots::WEEKDAYS.into_iter().enumerate().map(day).collect::<Vec<_>>(), ..form }
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

fn shown(desk: &DeskVisit, reader: &Reader, listing: &Listing, offer: &Offer, stock: Option<&[u32; 3]>) -> Value {
    let [available, held, sold] = stock.copied().unwrap_or_default();
    let known = offers::known(offer, listing.currency, reader.zone.as_deref());
    context! {
        id => offer.id.as_str(),
        name => offer.name,
        at => offer.starts_at.map(|at| times::span(reader, at, offer.ends_at)),
        price => reader.money(listing.currency, offer.price),
        capacity => offer.capacity,
        hours => offer.hours.map(|hours| hours.normalize().to_string()),
        least => offer.min_per_order,
        most => offer.max_per_order,
        opens => offer.opens_at.map(|at| times::moment(reader, at)),
        closes => offer.closes_at.map(|at| times::moment(reader, at)),
        available,
        held,
        sold,
        form => form(desk, &offers::form_of(&offer.id), &known),
    }
}

fn code(desk: &DeskVisit, reader: &Reader, listing: &Listing, promo: &Promo) -> Value {
    let known = promos::known(promo, desk.zone(listing));
    context! {
        code => promo.code.to_string(),
        percent => promos::percent(promo),
        uses => promo.uses,
        most => promo.max_uses,
        from => promo.valid_from.map(|at| times::moment(reader, at)),
        until => promo.valid_until.map(|at| times::moment(reader, at)),
        form => form(desk, &promos::form_of(&promo.code), &known),
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
