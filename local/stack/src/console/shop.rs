//! What buyers see until they pay: what is for sale, and the form that buys it.

use std::collections::BTreeMap;

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use domain::{Code, ListingId, OrganizationId, Refusal, catalog::CancellationTier};
use futures::future::join_all;
use http::{Method, StatusCode};
use jiff::Timestamp;
use minijinja::{Value as Context, context};
use serde_json::{Value, json};
use web::{Problem, RawBody, SourceAddress};

use super::{
    form::{Typed, Wrong, new_key},
    frame::{page, refused},
    hours::hours_path,
    order::{intent_page, order_path},
};
use crate::{
    demo::CUSTOMER,
    gateway::{Answered, Client},
    options::TokenFields,
    stack::Stack,
};

/// From so many units on, the page does not show how few are left.
const PLENTY: u64 = 20;
/// The start page shows at most so many free slots.
const FEW_SLOTS: usize = 4;
/// The sections of the start page, with what stands in each.
const SECTIONS: [(&str, &str, &[&str]); 2] =
    [("shows", "What is on", &["show"]), ("besides", "Besides shows", &["product", "expert", "package"])];

/// The start page.
pub(super) async fn start(State(stack): State<Stack>) -> Response {
    let client = stack.client();
    let listed = client.get("/v1/listings").await;
    let listed = listed.body["listings"].as_array().cloned().unwrap_or_default();
    let ids = listed.iter().filter_map(|listing| listing["id"].as_str());
    let paths: Vec<_> = ids.map(|id| format!("/v1/listings/{id}")).collect();
    let found = join_all(paths.iter().map(|path| client.get(path))).await;
    let now = stack.clock().now();
    let mut found: Vec<_> =
        found.into_iter().filter(|found| found.status.is_success()).map(|found| found.body).collect();
    found.sort_by(|a, b| a["starts_at"].as_str().cmp(&b["starts_at"].as_str()));
    let of = |kinds: &[&str]| -> Vec<_> {
        let listings = kinds.iter().flat_map(|kind| found.iter().filter(|listing| listing["kind"] == **kind));
        listings.map(|listing| card(listing, now)).collect()
    };
    let sections = SECTIONS.map(|(id, title, kinds)| context! { id, title, entries => of(kinds) });
    page(&stack, StatusCode::OK, "start.html", "shop", "/", context! { sections, anything => !found.is_empty() })
}

fn card(listing: &Value, now: Timestamp) -> Context {
    let mut offers = offers(listing);
    let mut more = 0;
    if is_expert(listing) {
        offers.retain(|slot| is_to_come(slot, now) && is_left(slot));
        more = offers.len().saturating_sub(FEW_SLOTS);
        offers.truncate(FEW_SLOTS);
    }
    context! { listing, offers, more, standing => standing(listing, now) }
}

/// The offers in the API's order; slots by their time.
fn offers(listing: &Value) -> Vec<Value> {
    let mut offers = listing["offers"].as_array().cloned().unwrap_or_default();
    if is_expert(listing) {
        let start = |slot: &Value| slot["starts_at"].as_str().and_then(|at| at.parse::<Timestamp>().ok());
        offers.sort_by_key(start);
    }
    offers
}

fn is_expert(listing: &Value) -> bool {
    listing["kind"] == "expert"
}

fn is_left(offer: &Value) -> bool {
    offer["available"].as_u64() != Some(0)
}

/// Whether a slot has not begun.
fn is_to_come(slot: &Value, now: Timestamp) -> bool {
    slot["starts_at"].as_str().and_then(|at| at.parse::<Timestamp>().ok()).is_none_or(|at| at > now)
}

/// Whether a listing can be bought, in a word.
fn standing(listing: &Value, now: Timestamp) -> &'static str {
    let over = listing["ends_at"].as_str().or_else(|| listing["starts_at"].as_str());
    let over = over.and_then(|at| at.parse::<Timestamp>().ok()).is_some_and(|at| at <= now);
    let offers = offers(listing);
    let expert = is_expert(listing);
    match () {
        () if !listing["canceled_at"].is_null() => "canceled",
        () if expert && !offers.iter().any(|slot| is_to_come(slot, now)) => "no times",
        () if expert && !offers.iter().any(|slot| is_to_come(slot, now) && is_left(slot)) => "fully booked",
        () if !expert && over => "over",
        () if !offers.iter().any(is_left) => "sold out",
        () => "open",
    }
}

/// The page of one listing.
pub(super) async fn listing(State(stack): State<Stack>, Path(listing): Path<String>) -> Response {
    form(&stack, &listing, &Typed::default(), None, &new_key()).await
}

async fn read_listing(stack: &Stack, listing: &str) -> Result<Value, Problem> {
    let listing = ListingId::parse(listing.to_owned()).map_err(|_| Refusal::not_found("listing"))?;
    let answer = stack.client().get(&format!("/v1/listings/{listing}")).await;
    match answer.status {
        StatusCode::OK => Ok(answer.body),
        StatusCode::NOT_FOUND => Err(Refusal::not_found("listing").into()),
        _ => Err(Problem::new(Code::StoreUnavailable, "The listing cannot be read at the moment")),
    }
}

async fn form(stack: &Stack, id: &str, typed: &Typed, wrong: Option<&Wrong>, key: &str) -> Response {
    let listing = match read_listing(stack, id).await {
        Ok(listing) => listing,
        Err(problem) => return refused(stack, &problem),
    };
    let now = stack.clock().now();
    let at = |field: &str| wrong.and_then(|wrong| wrong.at(field));
    let offers = offers(&listing);
    let groups = offers.iter().any(|offer| offer["capacity"].as_u64() != Some(1));
    let entries: Vec<Context> =
        offers.iter().enumerate().map(|(index, offer)| entry(index, offer, typed, wrong, now)).collect();
    let buyer = ["name", "email"]
        .map(|name| (name, context! { value => typed.get(name), wrong => at(&format!("buyer.{name}")) }));
    let content = context! {
        standing => standing(&listing, now),
        offers => entries,
        // Of a slot, which is bought alone.
        groups,
        places => typed.given("places").unwrap_or("1"),
        slot_wrong => at("slot").or_else(|| at("items[0].offer")),
        places_wrong => at("items[0].quantity"),
        policy => if is_expert(&listing) { policy_of(stack, &listing).await } else { None },
        customer => CUSTOMER,
        balance => hours_path(listing["organization"].as_str().unwrap_or_default(), CUSTOMER),
        buyer => BTreeMap::from(buyer),
        promo_code => typed.get("promo_code"),
        promo_wrong => at("promo_code"),
        problem => wrong.map(|wrong| wrong.detail.as_str()),
        key,
        listing,
    };
    let status = wrong.map_or(StatusCode::OK, |wrong| wrong.status);
    page(stack, status, "listing.html", "shop", &format!("/shop/{id}"), content)
}

fn entry(index: usize, offer: &Value, typed: &Typed, wrong: Option<&Wrong>, now: Timestamp) -> Context {
    let id = offer["id"].as_str().unwrap_or_default();
    let left = offer["available"].as_u64();
    let at = |field: &str| wrong.and_then(|wrong| wrong.at(&format!("items[{index}].{field}")));
    context! {
        offer,
        left,
        few => left.is_some_and(|left| left < PLENTY),
        gone => left == Some(0),
        begun => !is_to_come(offer, now),
        group => offer["capacity"].as_u64() != Some(1),
        chosen => typed.get("slot") == id,
        quantity => typed.get(&format!("quantity.{id}")),
        donation => typed.get(&format!("donation.{id}")),
        wrong => at("quantity").or_else(|| at("donation")).or_else(|| at("offer")),
    }
}

/// What canceling a lesson gives back, in a sentence. No route shows it before there is a booking.
async fn policy_of(stack: &Stack, listing: &Value) -> Option<String> {
    let organization = OrganizationId::parse(listing["organization"].as_str()?).ok()?;
    let organization = stack.engine().store().organization(&organization).await.ok()??;
    Some(policy(&organization.cancellation))
}

fn policy(tiers: &[CancellationTier]) -> String {
    let tiers: Vec<_> = tiers
        .iter()
        .filter(|tier| tier.percent > 0)
        .map(|CancellationTier { from_hours_before, percent }| match from_hours_before {
            0 => format!("{percent} % until it begins"),
            hours => format!("{percent} % up to {hours} hours before"),
        })
        .collect();
    if tiers.is_empty() { "Nothing comes back".to_owned() } else { format!("You get back {}", tiers.join(", ")) }
}

/// Buys by the API's own route, and redirects to the page where the order is paid.
pub(super) async fn buy(
    State(stack): State<Stack>,
    Path(id): Path<String>,
    source: SourceAddress,
    body: Result<RawBody, Problem>,
) -> Response {
    let typed = match body {
        Ok(RawBody(body)) => Typed::read(&body),
        Err(problem) => return refused(&stack, &problem),
    };
    let listing = match read_listing(&stack, &id).await {
        Ok(listing) => listing,
        Err(problem) => return refused(&stack, &problem),
    };
    let key = typed.given("key").map_or_else(new_key, str::to_owned);
    let order = match order_of(&listing, &typed) {
        Ok(order) => order,
        Err(wrong) => return form(&stack, &id, &typed, Some(&wrong), &key).await,
    };
    let client = client_for(&stack, &listing).with_source(source);
    let answer = client.send(Method::POST, "/v1/checkout", Some(&key), Some(&order)).await;
    if answer.status == StatusCode::CREATED {
        return Redirect::to(&onwards(&stack, &answer)).into_response();
    }
    let wrong = Wrong::of(&answer);
    // After an unclear answer the same key resumes the order. After a refusal the next attempt is a new one.
    let again = wrong.status.is_server_error() || wrong.status == StatusCode::CONFLICT;
    let next = if again { key } else { new_key() };
    form(&stack, &id, &typed, Some(&wrong), &next).await
}

/// The client that buys: a guest, or for hours the demo's customer.
fn client_for(stack: &Stack, listing: &Value) -> Client {
    if listing["kind"] != "package" {
        return stack.client();
    }
    stack.client().with_token(stack.token(&TokenFields { sub: CUSTOMER.to_owned(), ..TokenFields::default() }))
}

/// Where a buyer goes next: to the payment's page, or to the order's.
fn onwards(stack: &Stack, answer: &Answered) -> String {
    let order = &answer.body["order"];
    let token = answer.body["access_token"].as_str().unwrap_or_default();
    let own = order_path(order["id"].as_str().unwrap_or_default(), token);
    if let Some(url) = answer.body["checkout_url"].as_str() {
        return url.to_owned();
    }
    let intent = order["payment"]["payment_intent_id"].as_str().filter(|_| order["status"] == "pending");
    intent.and_then(|intent| intent_page(stack, intent, &own)).unwrap_or(own)
}

/// The body of `POST /v1/checkout` for what was typed.
fn order_of(listing: &Value, typed: &Typed) -> Result<Value, Wrong> {
    let (mode, items) =
        if is_expert(listing) { ("intent", slot(typed)?) } else { ("hosted", quantities(listing, typed)?) };
    Ok(json!({
        "buyer": { "name": typed.get("name"), "email": typed.get("email") },
        "listing": listing["id"],
        "items": items,
        "promo_code": typed.given("promo_code"),
        "payment": { "mode": mode },
    }))
}

fn not_a_number(field: String) -> Wrong {
    let fields = [(field, "Must be a whole number".to_owned())].into();
    Wrong { status: StatusCode::BAD_REQUEST, detail: "How many is not a whole number".to_owned(), fields }
}

/// The one slot that was chosen.
fn slot(typed: &Typed) -> Result<Vec<Value>, Wrong> {
    let Some(slot) = typed.given("slot") else {
        let fields = [("slot".to_owned(), "Choose one of the times".to_owned())].into();
        return Err(Wrong { status: StatusCode::BAD_REQUEST, detail: "No time was chosen".to_owned(), fields });
    };
    let places = typed.given("places").unwrap_or("1").parse::<i64>();
    let places = places.map_err(|_| not_a_number("items[0].quantity".to_owned()))?;
    Ok(vec![json!({ "offer": slot, "quantity": places })])
}

/// How many of each. All offers stand in it in their order, so that a refusal's `items[n]` is the nth of the page.
fn quantities(listing: &Value, typed: &Typed) -> Result<Vec<Value>, Wrong> {
    let mut items = Vec::new();
    for (index, offer) in offers(listing).iter().enumerate() {
        let id = offer["id"].as_str().unwrap_or_default();
        let quantity = match typed.get(&format!("quantity.{id}")) {
            "" => 0,
            text => text.parse::<i64>().map_err(|_| not_a_number(format!("items[{index}].quantity")))?,
        };
        let donation = typed.given(&format!("donation.{id}")).filter(|_| quantity > 0);
        items.push(json!({ "offer": id, "quantity": quantity, "donation": donation }));
    }
    Ok(items)
}

#[cfg(test)]
mod tests {
    use domain::catalog::CancellationTier;
    use jiff::Timestamp;
    use serde_json::{Value, json};

    use super::{policy, standing};

    #[test]
    fn policies_are_a_sentence() {
        let tier = |from_hours_before, percent| CancellationTier { from_hours_before, percent };
        assert_eq!(
            policy(&[tier(24, 100), tier(2, 50)]),
            "You get back 100 % up to 24 hours before, 50 % up to 2 hours before"
        );
        assert_eq!(policy(&[tier(0, 80)]), "You get back 80 % until it begins");
        assert_eq!(policy(&[tier(5, 0)]), "Nothing comes back");
    }

    #[test]
    fn slots_are_open_until_they_begin_and_while_there_are_some() {
        let now: Timestamp = "2026-05-01T12:00:00Z".parse().expect("a time");
        let slot = |at: &str, left: u64| json!({ "starts_at": at, "available": left });
        let coach = |slots: &[Value]| json!({ "kind": "expert", "canceled_at": null, "offers": slots });
        let (past, next) = ("2026-05-01T12:00:00Z", "2026-05-01T12:00:00.000000001Z");
        assert_eq!(standing(&coach(&[slot(past, 1), slot(next, 1)]), now), "open");
        assert_eq!(standing(&coach(&[slot(past, 1), slot(next, 0)]), now), "fully booked");
        assert_eq!(standing(&coach(&[slot(past, 1)]), now), "no times");
    }
}
