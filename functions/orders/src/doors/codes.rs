//! What a device has to know to decide without a network: hashes of the listing's codes, when each is checked in, and the public keys
//! that vouch for tickets which were sold since.

use axum::{Json, extract::State};
use domain::{Offer, order::CheckInWindow};
use engine::{CheckInListing, CodesPage, CodesPlace};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::forms::{
    CodeHashForm, CodeStateWord, CursorForm, InstantForm, ListingIdForm, OfferIdForm, OrganizationIdForm, PublicKeyForm,
};
use web::{Answer, DoorsCaller, List, Path, Query};

use super::{DoorsPath, state_of};
use crate::{state::Orders, tickets::signing_keys};

/// The state of a code that died when its ticket was handed over.
const HANDED_OVER: &str = "handed_over";

/// Where to go on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CodesQuery {
    /// The `cursor` of the page before; without it, all codes are read from the beginning.
    #[param(value_type = Option<CursorForm>, inline)]
    cursor: Option<String>,
}

/// One ticket, as a device keeps it: no name, and nothing that opens the door elsewhere.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnownCode)]
struct KnownCodeView {
    #[schema(value_type = CodeHashForm)]
    hash: String,
    #[schema(value_type = OfferIdForm)]
    offer: String,
    #[schema(value_type = CodeStateWord)]
    state: &'static str,
    /// Time of the check-in that counts, RFC 3339 in UTC; null while no person is in with the ticket.
    #[schema(value_type = Option<InstantForm>)]
    checked_in_at: Option<String>,
    /// What people call the device that it was checked in with; none if that was none.
    #[schema(example = "Main entrance")]
    checked_in_with: Option<String>,
}

/// A kind of ticket, and when it is checked in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OfferAtDoors)]
struct OfferAtDoorsView {
    #[schema(value_type = OfferIdForm)]
    offer: String,
    #[schema(example = "General admission")]
    name: String,
    /// Whether its tickets carry the VIP mark.
    vip: bool,
    /// From when on its tickets are checked in; none without such a time.
    #[schema(value_type = Option<InstantForm>)]
    opens_at: Option<String>,
    /// Until when; none without such a time.
    #[schema(value_type = Option<InstantForm>)]
    closes_at: Option<String>,
}

impl OfferAtDoorsView {
    fn of(offer: &Offer, at: &CheckInListing) -> Self {
        let CheckInWindow { opens_at, closes_at, .. } = at.window(Some(offer));
        Self {
            offer: offer.id.to_string(),
            name: offer.name.clone(),
            vip: offer.vip,
            opens_at: opens_at.map(|at| at.to_string()),
            closes_at: closes_at.map(|at| at.to_string()),
        }
    }
}

/// A page of codes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Codes)]
pub(crate) struct CodesView {
    #[schema(value_type = ListingIdForm)]
    listing: String,
    #[schema(example = "Summer show")]
    title: String,
    /// The service's clock, by which devices time their scans.
    #[schema(value_type = InstantForm)]
    now: String,
    /// All kinds of tickets, also those that are not sold any more.
    offers: Vec<OfferAtDoorsView>,
    /// Each of them vouches for tickets: Ed25519 over `holdfast ticket 1`, a line feed, and what stands before the last full stop of
    /// a signed QR code; behind it stands the signature, in Base32.
    #[schema(value_type = Vec<PublicKeyForm>)]
    public_keys: Vec<String>,
    /// Tickets that are new, or not as they were. One may come again as it was.
    codes: Vec<KnownCodeView>,
    /// Where the next page begins. At the end it is where what changes later begins: keep it, and come again with it.
    #[schema(value_type = CursorForm)]
    cursor: String,
    /// Whether there is more to read now.
    more: bool,
}

/// What a device has to know of a listing's tickets: all of them, page by page, and later what is new or changed since.
#[utoipa::path(get, path = "/v1/organizations/{organization}/listings/{listing}/codes", operation_id = "list_codes",
    params(("organization" = inline(OrganizationIdForm), Path), ("listing" = inline(ListingIdForm), Path), CodesQuery),
    responses((status = 200, description = "A page of codes", body = CodesView),
        (status = 403, description = "The caller may not do this")),
    security(("token" = []), ("device_key" = [])))]
pub(crate) async fn codes(
    State(state): State<Orders>,
    caller: DoorsCaller,
    Path(path): Path<DoorsPath>,
    Query(query): Query<CodesQuery>,
) -> Answer<Json<CodesView>> {
    let DoorsPath { organization, listing } = path;
    caller.require(&state.store, &organization, &listing).await?;
    let list = List::new("codes").by("listing", Some(&listing));
    let begin = state.cursors.open(&list, query.cursor.as_deref()).await?;
    let place: Option<CodesPlace> = begin.and_then(|place| serde_json::from_str(&place).ok());
    let at = state.engine.check_in_listing(&organization, &listing).await?;
    let keys = signing_keys(&state, &organization).await?;
    let CodesPage { now, orders, next, more } = state.engine.codes(&listing, place).await?;
    let mut codes = Vec::new();
    for order in &orders {
        for ticket in &order.tickets {
            let Some(line) = order.line(&ticket.line).filter(|line| line.listing == listing) else { continue };
            codes.extend(ticket.past_codes.iter().map(|past| KnownCodeView {
                hash: past.code.hash_for(&listing),
                offer: line.offer.to_string(),
                state: HANDED_OVER,
                checked_in_at: None,
                checked_in_with: None,
            }));
            codes.push(KnownCodeView {
                hash: ticket.code.hash_for(&listing),
                offer: line.offer.to_string(),
                state: state_of(order, ticket),
                checked_in_at: ticket.checked_in_at.map(|at| at.to_string()),
                checked_in_with: ticket.checked_in_with.clone(),
            });
        }
    }
    let cursor = state.cursors.seal(&list, serde_json::to_string(&next).ok()).await?;
    Ok(Json(CodesView {
        listing: listing.to_string(),
        title: at.listing.title.clone(),
        now: now.to_string(),
        offers: at.offers.iter().map(|offer| OfferAtDoorsView::of(offer, &at)).collect(),
        public_keys: keys.public(),
        codes,
        cursor: cursor.unwrap_or_default(),
        more,
    }))
}
