//! An expert's time at the desk: one slot, or the same time on some days of each week, until a day. The same use case as the API's:
//! what is on sale already stays as it is, and what overlaps it is not put on sale.

use axum::{extract::State, response::Response};
use domain::{
    Code, Listing, ListingId, Offer, Organization, Refusal, free_text,
    order::Span,
    seller_fields::subject,
    selling::plain_offer,
    slots::{Occurrence, RuledSlot, SlotStatus, TypedRule, occurrences, slot_id},
};
use jiff::civil::Date;
use web::{Answer, Problem};

use super::{
    seat::{AdminForm, DeskForm, DeskListingPath, DeskVisit},
    sell::answered,
};
use crate::{address::At, reader::zone_of, state::Pages, typed::Typed};

/// Which of the page's forms it is, in [`super::sell::FORM`].
pub(super) const FORM_NAME: &str = "slots";

/// Weekdays, as rules name them, from Monday on.
pub(super) const WEEKDAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// The fields of the form beside the weekdays.
pub(super) const FIELDS: [&str; 8] =
    ["name", "price", "capacity", "starts_at", "duration_minutes", "until", "except", "expert"];

/// Most people of a group.
const LARGEST_GROUP: u32 = 1_000;

/// The field of a weekday.
pub(super) fn weekday(day: &str) -> String {
    format!("day.{day}")
}

/// Puts them on sale.
pub(super) async fn add(
    State(pages): State<Pages>,
    At(DeskListingPath { listing: id }): At<DeskListingPath>,
    AdminForm(form): AdminForm,
) -> Answer<Response> {
    let DeskForm { desk, typed } = form;
    let made = put(&pages, &desk, &id, &typed).await;
    Ok(answered(&desk, &id, (FORM_NAME, typed), made, "page-done-slots"))
}

async fn put(pages: &Pages, desk: &DeskVisit, id: &ListingId, typed: &Typed) -> Result<(), Problem> {
    let make = |seller: &Organization, listing: &Listing| slots(typed, seller, listing);
    let staff = desk.identity.staff();
    let planned = Box::pin(pages.catalog.put_slots((&desk.seller.id, id), (&staff, None), false, make)).await?;
    if planned.iter().all(|slot| slot.status == SlotStatus::Refused) {
        let message = "None of it can be put on sale: it is over, was taken from sale, or the expert has another slot at that time";
        return Err(Refusal::new(Code::SlotOverlaps, message).at("starts_at").into());
    }
    Ok(())
}

/// The slots that the form describes.
fn slots(typed: &Typed, seller: &Organization, listing: &Listing) -> Result<Vec<RuledSlot>, Refusal> {
    let except: Vec<String> =
        typed.text("except").split([' ', ',', '\n']).filter(|day| !day.is_empty()).map(str::to_owned).collect();
    let minutes = typed.number("duration_minutes")?;
    let text = rule(typed)?;
    let rule = TypedRule {
        rule: &text,
        starts_at: typed.get("starts_at"),
        time_zone: zone_of(Some(listing), Some(seller)).unwrap_or("UTC"),
        duration_minutes: minutes.ok_or_else(|| Refusal::field("duration_minutes", "Must be a whole number"))?,
        except: &except,
    };
    let expert = match typed.given("expert") {
        Some(expert) => Some(subject("expert", expert)?),
        None => listing.expert.clone(),
    };
    let places = typed.number("capacity")?.filter(|places| (1..=LARGEST_GROUP).contains(places));
    let places = places.ok_or_else(|| Refusal::field("capacity", "Must be a whole number above zero"))?;
    let (name, price) = (free_text("name", typed.get("name"), 100, true)?, typed.price(listing.currency)?);
    let slot = |span: Span| -> Result<Offer, Refusal> {
        let id = slot_id(&span, expert.as_deref().unwrap_or_default());
        let id = id.map_err(|error| Refusal::field("starts_at", error.to_string()))?;
        Ok(Offer {
            name: name.clone(),
            price,
            capacity: Some(places),
            starts_at: Some(span.starts_at),
            ends_at: Some(span.ends_at),
            expert: expert.clone(),
            ..plain_offer(listing, id)
        })
    };
    let ruled = |at: Occurrence| slot(at.span).map(|offer| RuledSlot { local: at.local, offer });
    occurrences(&rule)?.into_iter().map(ruled).collect()
}

/// The rule of RFC 5545 that the weekdays and the last day come to; of no weekday one slot.
fn rule(typed: &Typed) -> Result<String, Refusal> {
    let days: Vec<&str> = WEEKDAYS.into_iter().filter(|day| typed.ticked(&weekday(day))).collect();
    if days.is_empty() {
        return Ok("FREQ=DAILY;COUNT=1".to_owned());
    }
    let last: Option<Date> = typed.given("until").and_then(|text| text.parse().ok());
    let last = last.ok_or_else(|| Refusal::field("until", "Say until which day"))?;
    Ok(format!("FREQ=WEEKLY;BYDAY={};UNTIL={}T235959", days.join(","), last.strftime("%Y%m%d")))
}

#[cfg(test)]
mod tests {
    use super::rule;
    use crate::typed::Typed;

    #[test]
    fn weekdays_and_a_last_day_are_a_rule() {
        let of = |text: &str| rule(&Typed::read(text.as_bytes())).map_err(|refusal| refusal.errors[0].field.clone());
        assert_eq!(of("until=2027-01-31"), Ok("FREQ=DAILY;COUNT=1".to_owned()));
        let weekly = of("day.FR=on&day.MO=on&until=2027-01-31");
        assert_eq!(weekly, Ok("FREQ=WEEKLY;BYDAY=MO,FR;UNTIL=20270131T235959".to_owned()));
        assert_eq!(of("day.MO=on"), Err("until".to_owned()));
    }
}
