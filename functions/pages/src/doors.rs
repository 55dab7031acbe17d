//! The page of a show's doors: an application that a device keeps, and that decides without a network. Staff sign in, choose the show, and
//! the device gets a key of its own; from then on it speaks with the API by that key.
//!
//! The page itself is the same for all, so that a device may keep it. If the process dies while a device is registered, its key is lost
//! with the answer, and another one is registered.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{Kind, Listing, ListingId, OrganizationId, Refusal};
use engine::EngineError;
use http::{HeaderValue, StatusCode, header};
use jiff::SignedDuration;
use minijinja::{Value, context};
use serde::Serialize;
use serde_json::json;
use web::{Answer, Identity, Problem, Role};

use crate::{
    assets, entrance,
    form::Form,
    frame::{Frame, render},
    reader::Reader,
    state::Pages,
    visit::Visit,
};

/// Where the page is. Its worker lies below it, and so works for it alone.
const PATH: &str = "/door/";
/// How many pages of an organization's shows are read to choose from.
const PAGES_OF_SHOWS: usize = 4;
/// How long a show stands there after it is over.
const AFTER: SignedDuration = SignedDuration::from_hours(12);

/// Our own files, the camera, and calls to ourselves.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; manifest-src 'self'; \
     worker-src 'self'; media-src 'self' blob:; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
);
const CAMERA: HeaderValue = HeaderValue::from_static("camera=(self)");
const PERMISSIONS: &str = "permissions-policy";

/// What the script says, by its own names. What stands in braces is filled in there.
const WORDS: [(&str, &str); 40] = [
    ("checked_in", "page-doors-checked-in"),
    ("double", "page-doors-double"),
    ("refunded", "page-doors-refunded"),
    ("disputed", "page-doors-disputed"),
    ("handed_over", "page-doors-handed-over"),
    ("unknown", "page-doors-unknown"),
    ("wrong_listing", "page-doors-wrong-show"),
    ("early", "page-doors-early"),
    ("late", "page-doors-late"),
    ("outside_check_in", "page-doors-outside"),
    ("unchecked", "page-doors-unchecked"),
    ("forged", "page-doors-forged"),
    ("undone", "page-doors-undone"),
    ("taken_back", "page-doors-taken-back"),
    ("nothing_to_undo", "page-doors-nothing-to-undo"),
    ("clock_ahead", "page-doors-clock"),
    ("too_many", "page-doors-too-many"),
    ("since_by", "page-doors-since-by"),
    ("since", "page-doors-since"),
    ("at", "page-doors-at"),
    ("is_for", "page-doors-is-for"),
    ("early_at", "page-doors-early-at"),
    ("late_at", "page-doors-late-at"),
    ("of", "page-doors-of"),
    ("online", "page-doors-online"),
    ("offline", "page-doors-offline"),
    ("waiting", "page-doors-waiting"),
    ("known", "page-doors-known"),
    ("synced", "page-doors-synced"),
    ("none_found", "page-doors-none-found"),
    ("needs_network", "page-doors-needs-network"),
    ("no_doubles", "page-doors-no-doubles"),
    ("no_camera", "page-doors-no-camera"),
    ("camera_on", "page-doors-camera-on"),
    ("camera_off", "page-doors-camera-off"),
    ("check_in", "page-doors-check-in"),
    ("no_shows", "page-doors-no-shows"),
    ("not_staff", "page-doors-not-staff"),
    ("not_registered", "page-doors-not-registered"),
    ("leave_waiting", "page-doors-leave-waiting"),
];

/// What those words are filled in with: by the script, so that it stands there by its name.
const FILLED: [(&str, &str); 5] =
    [("time", "{time}"), ("name", "{name}"), ("number", "{number}"), ("came", "{came}"), ("all", "{all}")];

/// All words as JSON that may stand in a page.
fn words(reader: &Reader) -> Value {
    let said: BTreeMap<&str, String> = WORDS.iter().map(|(name, id)| (*name, reader.phrase(id, &FILLED))).collect();
    let text = serde_json::to_string(&said).unwrap_or_default();
    Value::from_safe_string(text.replace('<', "\\u003c"))
}

/// The page, which is the same for all.
pub(crate) async fn page(State(pages): State<Pages>, visit: Visit) -> Answer<Response> {
    let reader = Reader::of(visit.preferred, None, None);
    let content = context! {
        app_icon => entrance::icons()[0].0,
        doors_style => entrance::style(),
        scripts => entrance::scripts(),
        words => words(&reader),
    };
    let frame = Frame { reader: &reader, seller: None, listing: None, path: PATH, session: None };
    let mut response = render(&pages, &frame, StatusCode::OK, "doors.html", content);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(PERMISSIONS, CAMERA);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

/// Without the slash the page would be outside of what its worker works for.
pub(crate) async fn to_page(visit: Visit) -> Response {
    visit.in_passing().go(PATH)
}

fn file(kind: &'static str, text: String) -> Response {
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")];
    (headers, text).into_response()
}

/// The worker that keeps the page on the device.
pub(crate) async fn worker() -> Response {
    let page = include_str!("../templates/doors.html");
    let messages: Vec<&str> = WORDS.iter().map(|(_, id)| *id).collect();
    let version = format!("{page}{}{}", messages.concat(), env!("CARGO_PKG_VERSION"));
    let files = [assets::style(), assets::icon()];
    let mut worker = file("text/javascript; charset=utf-8", entrance::worker(&version, &files));
    // What a worker fetches is its own policy's matter, not the page's.
    let policy = HeaderValue::from_static("default-src 'none'; connect-src 'self'; frame-ancestors 'none'");
    worker.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    worker
}

/// What a device needs to install the page as an application.
pub(crate) async fn manifest(visit: Visit) -> Response {
    let reader = Reader::of(visit.preferred, None, None);
    let name = reader.phrase("page-doors-title", &[]);
    let icon = |(name, side): (&str, u32)| {
        let size = format!("{side}x{side}");
        json!({ "src": format!("/assets/{name}"), "sizes": size, "type": "image/png", "purpose": "any maskable" })
    };
    let manifest = json!({
        "id": PATH, "name": name, "short_name": name, "lang": reader.language.tag(), "start_url": PATH, "scope": PATH,
        "display": "standalone", "background_color": "#0b6455", "theme_color": "#0b6455",
        "icons": entrance::icons().map(icon),
    });
    file("application/manifest+json", manifest.to_string())
}

/// One published show as JSON: its id, its title, and its start in RFC 3339 if it has one.
#[derive(Debug, Serialize)]
struct ShowToChoose {
    listing: String,
    title: String,
    starts_at: Option<String>,
}

/// What a device has to know before it is registered.
#[derive(Debug, Serialize)]
struct ToChoose {
    /// Whether anyone is signed in.
    signed_in: bool,
    /// Whether that is staff of an organization.
    staff: bool,
    csrf: String,
    /// The one that begins first comes first.
    shows: Vec<ShowToChoose>,
}

/// Who is signed in, and the organization whose staff they are.
fn staff(visit: &Visit) -> Option<(Identity, OrganizationId)> {
    let identity = visit.session.person.as_ref()?.identity();
    let organization = identity.organization.clone().filter(|own| identity.has_org_role(own, Role::Staff))?;
    Some((identity, organization))
}

/// The shows of the organization whose staff is signed in.
pub(crate) async fn shows(State(pages): State<Pages>, visit: Visit) -> Answer<Response> {
    let staff = staff(&visit);
    let mut shows = match &staff {
        Some((_, organization)) => shows_of(&pages, organization).await?,
        None => Vec::new(),
    };
    shows.retain(|show| show.over_at().is_none_or(|over| over + AFTER > visit.now));
    shows.sort_by_key(|show| (show.starts_at.is_none(), show.starts_at));
    let show = |show: &Listing| ShowToChoose {
        listing: show.id.to_string(),
        title: show.title.clone(),
        starts_at: show.starts_at.map(|at| at.to_string()),
    };
    Ok(visit.private(Json(ToChoose {
        signed_in: visit.session.person.is_some(),
        staff: staff.is_some(),
        csrf: visit.session.csrf.clone(),
        shows: shows.iter().map(show).collect(),
    })))
}

async fn shows_of(pages: &Pages, organization: &OrganizationId) -> Answer<Vec<Listing>> {
    let mut shows = Vec::new();
    let mut cursor: Option<String> = None;
    for _ in 0..PAGES_OF_SHOWS {
        let page = pages.store.published(Some(organization), Some(Kind::Show), cursor.as_deref()).await;
        let page = page.map_err(EngineError::from)?;
        shows.extend(page.listings);
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    Ok(shows)
}

/// Registers the device for the show that was chosen, and gives it its key.
pub(crate) async fn register(State(pages): State<Pages>, form: Form) -> Answer<Response> {
    let Form { visit, typed } = form;
    let Some((identity, organization)) = staff(&visit) else { return Err(Problem::forbidden()) };
    let listing = ListingId::parse(typed.get("listing")).map_err(|_| Refusal::not_found("listing"))?;
    let at = pages.engine.check_in_listing(&organization, &listing).await?;
    let made = pages.engine.register_device(&organization, &listing, typed.get("name"), &identity.actor()).await?;
    Ok(visit.private(Json(json!({
        "key": made.key, "name": made.device.name, "organization": organization.as_str(), "listing": listing.as_str(),
        "title": at.listing.title,
    }))))
}
