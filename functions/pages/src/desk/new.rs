//! A new listing of each kind: a draft, to which offers are added before it goes on sale.

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use domain::{
    Code, DeliveryMode, Kind, Listing, ListingId, Organization, Refusal, seller_fields::subject, selling::plain_listing,
};
use minijinja::{Value, context};
use web::{Answer, Problem};

use super::{
    edit::changed,
    seat::{AdminForm, AdminVisit, DeskForm, DeskVisit},
};
use crate::{frame::explained, state::Pages, typed::Typed};

/// The kinds in the order in which they are offered.
const KINDS: [Kind; 4] = [Kind::Show, Kind::Product, Kind::Expert, Kind::Package];

/// The ways to get what is bought, for what can be sent or collected.
const DELIVERIES: [DeliveryMode; 3] = [DeliveryMode::None, DeliveryMode::Address, DeliveryMode::Pickup];

/// The fields of the form.
const FIELDS: [&str; 11] =
    ["id", "title", "description", "venue", "starts", "ends", "doors", "refund_until", "zone", "expert", "delivery"];

fn kind(word: &str) -> Option<Kind> {
    KINDS.into_iter().find(|kind| kind.noun() == word)
}

/// The page with an empty form, or with what was typed if that was refused.
pub(super) async fn form(
    State(pages): State<Pages>,
    AdminVisit(desk): AdminVisit,
    RawQuery(query): RawQuery,
) -> Answer<Response> {
    let query = Typed::read(query.unwrap_or_default().as_bytes());
    let (reader, visit, typed) = (desk.reader(), &desk.visit, desk.visit.typed());
    let chosen = kind(typed.get("kind")).or_else(|| kind(query.get("kind"))).unwrap_or(Kind::Show);
    let named = |kind: Kind| reader.phrase(&format!("page-kind-{}", kind.noun()), &[]);
    let way = |way: DeliveryMode| {
        (way.as_str().to_owned(), reader.phrase(&format!("page-new-delivery-{}", way.as_str()), &[]))
    };
    let content = context! {
        path => Value::from_safe_string(desk.path("/new-listing")),
        kinds => KINDS.map(|kind| context! { word => kind.noun(), name => named(kind), chosen => kind == chosen }),
        kind => chosen.noun(),
        deliveries => DELIVERIES.map(way),
        zone => desk.seller.profile.time_zone.as_deref().unwrap_or("UTC"),
        fields => FIELDS.into_iter().map(|name| (name, typed.get(name).to_owned())).collect::<super::filled::Known>(),
        problem => visit.wrong().map(|wrong| explained(&reader, wrong.code, &wrong.detail)),
        wrong => visit.wrong().map(|wrong| wrong.fields.clone()).unwrap_or_default(),
    };
    Ok(desk.render(&pages, visit.status(), "desk-new.html", content))
}

/// Writes the draft. The same form sent twice is one draft.
pub(super) async fn create(State(pages): State<Pages>, AdminForm(form): AdminForm) -> Answer<Response> {
    let DeskForm { desk, typed } = form;
    Ok(match draft(&pages, &desk, &typed).await {
        Ok(id) => desk.visit.done(&desk.path(&format!("/listings/{id}")), "page-done-draft"),
        Err(problem) => desk.visit.refused(&desk.path("/new-listing"), typed, &problem),
    })
}

async fn draft(pages: &Pages, desk: &DeskVisit, typed: &Typed) -> Result<ListingId, Problem> {
    let kind = kind(typed.get("kind")).ok_or_else(|| Refusal::field("kind", "Choose what it sells"))?;
    let id = ListingId::parse(typed.get("id")).map_err(|error| Refusal::field("id", error.to_string()))?;
    let make = |seller: &Organization, before: Option<&Listing>| {
        let plain = with_kind(typed, plain_listing(seller, id.clone(), kind))?;
        let own = plain.timezone.clone().or_else(|| seller.profile.time_zone.clone());
        let draft = changed(typed, &plain, own.as_deref())?;
        match before {
            None => Ok(draft),
            Some(before) if Listing { version: before.version, ..draft.clone() } == *before => {
                Ok(Listing { version: before.version + 1, ..draft })
            }
            Some(_) => Err(Refusal::new(Code::IllegalState, "There is a listing with this id already").at("id")),
        }
    };
    pages.catalog.put_listing(&desk.seller.id, &id, &desk.identity.staff(), make).await?;
    Ok(id)
}

/// What only some kinds have.
fn with_kind(typed: &Typed, plain: Listing) -> Result<Listing, Refusal> {
    let expert = match (plain.kind, typed.get("expert")) {
        (Kind::Expert, "") => return Err(Refusal::field("expert", "Must say whose time it is")),
        (Kind::Expert, expert) => Some(subject("expert", expert)?),
        _ => None,
    };
    let sent = matches!(plain.kind, Kind::Show | Kind::Product);
    let delivery = DELIVERIES.into_iter().find(|way| sent && way.as_str() == typed.get("delivery"));
    let timezone = typed.given("zone").map(|name| domain::time_zone("zone", name)).transpose()?;
    Ok(Listing { expert, delivery: delivery.unwrap_or_default(), timezone, ..plain })
}
