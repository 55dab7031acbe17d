//! Many slots at once: the expert says on which weekdays, at which times, from when until when and on which days not, sees what that
//! makes, and puts it on sale. What the page shows before is the use case's own preview, of the same choice; so what is in the way
//! of a slot is named before and after.

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use domain::{
    Code, Listing, Offer, Organization, OrganizationId, Refusal,
    slots::{PlannedSlot, RuledSlot, SlotCause, SlotStatus, TypedWeek, WEEKDAYS, slot_id, week},
};
use http::StatusCode;
use minijinja::{Value, context};
use url::form_urlencoded;
use web::{Answer, Identity, Problem};

use super::{
    own::{choice, named, own_listings, timeless},
    seat::expert,
};
use crate::{
    flash::Wrong,
    form::Form,
    frame::{Frame, explained, render},
    reader::{Reader, zone_of},
    state::Pages,
    times,
    typed::Typed,
    visit::Visit,
};

const PAGE: &str = "/bookings/slots/week";

/// The fields of the form, besides a box for each weekday.
const FIELDS: [&str; 9] = ["listing", "times", "minutes", "from", "until", "except", "name", "price", "places"];

/// The boxes of weekdays are called this and the day.
const DAY: &str = "day.";

/// Longest query of the page that a form leads back to: all headers together have ten kilobytes at the gateway.
const LONGEST_QUERY: usize = 6_000;

/// How many slots a refusal names.
const NAMED: usize = 10;

/// Shows the form, and what the week in the query makes.
pub(super) async fn preview(State(pages): State<Pages>, visit: Visit, RawQuery(query): RawQuery) -> Answer<Response> {
    let (identity, organization) = match expert(&pages, &visit) {
        Ok(known) => known,
        Err(led) => return Ok(*led),
    };
    let mut typed = Typed::read(query.unwrap_or_default().as_bytes());
    let is_chosen = typed.given("listing").is_some();
    if !is_chosen {
        typed = visit.typed();
    }
    let (seller, listings) = own_listings(&pages, &organization, &identity.subject).await?;
    let planned = if is_chosen {
        put(&pages, &organization, &identity, &listings, &typed, true).await.map(Some)
    } else {
        Ok(None)
    };
    let (planned, refused) = match planned {
        Ok(planned) => (planned, None),
        Err(problem) => (None, Some(Wrong::from(&problem))),
    };
    let chosen = named(&listings, &typed).ok().or_else(|| listings.first());
    let common = Reader::of(visit.preferred, None, seller.as_ref());
    let reader = Reader { zone: zone_of(chosen, seller.as_ref()).map(str::to_owned), ..common };
    let wrong = refused.as_ref().or_else(|| visit.wrong());
    let content = context! {
        listings => choice(&listings, chosen),
        zone => reader.zone.clone().unwrap_or_else(|| "UTC".to_owned()),
        week => form(&reader, &typed),
        week_wrong => wrong.map(|wrong| wrong.fields.clone()).unwrap_or_default(),
        done => visit.flash.as_ref().map(|flash| flash.done.as_str()).filter(|done| !done.is_empty()),
        problem => wrong.map(|wrong| explained(&reader, wrong.code, &wrong.detail)),
        fields => fields(&typed).map(|(name, text)| context! { name, text }).collect::<Vec<_>>(),
        planned => planned.map(|planned| shown(&reader, &planned)),
    };
    let status = wrong.map_or(StatusCode::OK, Wrong::status);
    let frame =
        Frame { reader: &reader, seller: seller.as_ref(), listing: None, path: PAGE, session: Some(&visit.session) };
    Ok(visit.private(render(&pages, &frame, status, "slots-week.html", content)))
}

/// The form as it was filled in.
pub(super) fn form(reader: &Reader, typed: &Typed) -> Value {
    let day = |(n, id): (usize, &str)| {
        context! {
            id,
            name => reader.phrase(&format!("weekday-{}", n + 1), &[]),
            chosen => typed.given(&format!("{DAY}{id}")).is_some(),
        }
    };
    context! {
        days => WEEKDAYS.into_iter().enumerate().map(day).collect::<Vec<_>>(),
        times => typed.get("times"),
        minutes => typed.given("minutes").unwrap_or("60"),
        from => typed.get("from"),
        until => typed.get("until"),
        except => typed.get("except"),
        name => typed.get("name"),
        price => typed.get("price"),
        places => typed.given("places").unwrap_or("1"),
    }
}

/// The fields that say the choice.
fn fields(typed: &Typed) -> impl Iterator<Item = (String, &str)> {
    let days = typed.below(DAY).filter(|(day, on)| WEEKDAYS.contains(day) && !on.is_empty());
    let days = days.map(|(day, on)| (format!("{DAY}{day}"), on));
    let others = FIELDS.iter().filter_map(|name| Some(((*name).to_owned(), typed.given(name)?)));
    days.chain(others)
}

/// The page that shows the choice; without it where that is too long.
fn page_of(typed: &Typed) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let query = query.extend_pairs(fields(typed)).finish();
    if query.len() > LONGEST_QUERY { PAGE.to_owned() } else { format!("{PAGE}?{query}") }
}

/// What becomes of each slot of the choice; in a preview, what would.
async fn put(
    pages: &Pages,
    organization: &OrganizationId,
    identity: &Identity,
    listings: &[Listing],
    typed: &Typed,
    preview: bool,
) -> Result<Vec<PlannedSlot>, Problem> {
    let listing = named(listings, typed)?;
    let subject = identity.subject.as_str();
    let make = |seller: &Organization, listing: &Listing| {
        ruled(typed, listing, subject, zone_of(Some(listing), Some(seller)).unwrap_or("UTC"))
    };
    let acting = (&identity.staff(), Some(subject));
    Ok(Box::pin(pages.catalog.put_slots((organization, &listing.id), acting, preview, make)).await?)
}

/// The slots of the choice. Their ids are made of their times, so that the same form sent twice makes them once.
fn ruled(typed: &Typed, listing: &Listing, subject: &str, time_zone: &str) -> Result<Vec<RuledSlot>, Refusal> {
    let days: Vec<&str> = typed.below(DAY).filter(|(_, on)| !on.is_empty()).map(|(day, _)| day).collect();
    let chosen = TypedWeek {
        days: &days,
        times: typed.get("times"),
        minutes: typed.get("minutes"),
        from: typed.get("from"),
        until: typed.get("until"),
        except: typed.get("except"),
        time_zone,
    };
    let occurrences = week(&chosen)?.into_iter();
    occurrences
        .map(|at| {
            let id = slot_id(&at.span, subject).map_err(|error| Refusal::field("from", error.to_string()))?;
            let (starts_at, ends_at) = (Some(at.span.starts_at), Some(at.span.ends_at));
            let offer = Offer { starts_at, ends_at, ..timeless(typed, listing, subject, id)? };
            Ok(RuledSlot { local: at.local, offer })
        })
        .collect()
}

fn shown(reader: &Reader, planned: &[PlannedSlot]) -> Value {
    let count = |status| planned.iter().filter(|slot| slot.status == status).count();
    let refused = |cause| planned.iter().filter(move |slot| slot.cause == Some(cause));
    let at = |slot: &PlannedSlot| {
        let offer = &slot.slot.offer;
        offer.starts_at.map(|start| times::span(reader, start, offer.ends_at))
    };
    let entry = |slot: &PlannedSlot| {
        let start = slot.slot.offer.starts_at;
        context! {
            at => at(slot),
            said => reader.phrase(word(slot), &[]),
            refused => slot.status == SlotStatus::Refused,
            moved => start.is_some_and(|start| times::there(reader, start).datetime() != slot.slot.local),
        }
    };
    context! {
        made => count(SlotStatus::Made),
        present => count(SlotStatus::Present),
        past => refused(SlotCause::Past).count(),
        deleted => refused(SlotCause::Deleted).count(),
        overlapping => refused(SlotCause::SlotOverlaps).map(at).collect::<Vec<_>>(),
        slots => planned.iter().map(entry).collect::<Vec<_>>(),
    }
}

/// What becomes of a slot, as a message.
fn word(slot: &PlannedSlot) -> &'static str {
    match (slot.status, slot.cause) {
        (SlotStatus::Made, _) => "page-week-is-made",
        (SlotStatus::Present, _) => "page-week-is-present",
        (SlotStatus::Refused, Some(SlotCause::Past)) => "page-week-is-past",
        (SlotStatus::Refused, Some(SlotCause::Deleted)) => "page-week-is-deleted",
        (SlotStatus::Refused, _) => "page-week-overlaps",
    }
}

/// Puts the slots on sale that the preview showed, as far as nothing is in their way now.
pub(super) async fn sell(State(pages): State<Pages>, form: Form) -> Answer<Response> {
    let Form { visit, typed } = form;
    let (identity, organization) = match expert(&pages, &visit) {
        Ok(known) => known,
        Err(led) => return Ok(*led),
    };
    let (_, listings) = own_listings(&pages, &organization, &identity.subject).await?;
    let made = put(&pages, &organization, &identity, &listings, &typed, false).await.and_then(|slots| done(&slots));
    let page = page_of(&typed);
    Ok(match made {
        Ok(message) => visit.done(&page, message),
        Err(problem) => visit.refused(&page, typed, &problem),
    })
}

/// What to say once the slots were put on sale: a refusal that names those in whose way others are, where there is nothing else.
fn done(slots: &[PlannedSlot]) -> Result<&'static str, Problem> {
    let any = |status| slots.iter().any(|slot| slot.status == status);
    if any(SlotStatus::Made) {
        return Ok("page-done-slots");
    }
    let overlapping = slots.iter().filter(|slot| slot.cause == Some(SlotCause::SlotOverlaps));
    let times: Vec<String> = overlapping.map(|slot| slot.slot.local.strftime("%Y-%m-%d %H:%M").to_string()).collect();
    if any(SlotStatus::Present) || times.is_empty() {
        return Ok("page-done-slots-none");
    }
    let more = times.len().saturating_sub(NAMED);
    let and_more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let first = times[..times.len().min(NAMED)].join(", ");
    let text = format!("No slot is on sale by this: you have other ones at {first}{and_more}");
    Err(Problem::new(Code::SlotOverlaps, text))
}
