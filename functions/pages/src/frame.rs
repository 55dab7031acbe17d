//! What all pages share: the frame around them and their headers.

use axum::response::{Html, IntoResponse, Response};
use domain::{Code, Listing, Organization};
use http::{HeaderValue, StatusCode, header};
use minijinja::{Value, context};
use web::Role;
use words::Language;

use crate::{
    assets,
    reader::Reader,
    session::BrowserSession,
    sign_in::person::Person,
    state::{Element, Pages},
    templates::PAGES,
};

/// The frame of one page.
#[derive(Debug, Clone)]
pub(crate) struct Frame<'a> {
    /// Who reads.
    pub(crate) reader: &'a Reader,
    /// Whose page it is, where it is one seller's.
    pub(crate) seller: Option<&'a Organization>,
    /// The listing that it is about.
    pub(crate) listing: Option<&'a Listing>,
    /// The address that it was asked for at, to choose another language there.
    pub(crate) path: &'a str,
    /// What the visitor carries; none where the page is the same for all.
    pub(crate) session: Option<&'a BrowserSession>,
}

/// Renders a page.
pub(crate) fn render(pages: &Pages, frame: &Frame<'_>, status: StatusCode, name: &str, content: Value) -> Response {
    let own = frame.listing.and_then(|listing| listing.logo_url.as_deref());
    let logo = own.or_else(|| frame.seller.and_then(|seller| seller.profile.logo_url.as_deref()));
    let contact = frame.seller.map(|seller| &seller.profile.contact);
    let around = context! {
        language => frame.reader.language.tag(),
        languages => Language::ALL.map(|language| context! { tag => language.tag(), name => own_name(language) }),
        style => assets::style(),
        script => assets::script(),
        icon => assets::icon(),
        accent => frame.seller.and_then(|seller| seller.profile.accent_color.as_deref()).map(assets::accent),
        seller => frame.seller.map(|seller| context! { id => seller.id.as_str(), name => seller.name }),
        contact => contact.map(|contact| context! { email => contact.email, phone => contact.phone, address => contact.address }),
        logo,
        path => frame.path,
        csrf => frame.session.map(|session| session.csrf.as_str()).unwrap_or_default(),
        sign_in => pages.provider.is_some().then(|| context! {
            private => frame.session.is_some(),
            name => frame.session.and_then(|session| session.person.as_ref()).map(Person::called),
            desk => works_as(frame, &[Role::Platform, Role::Admin, Role::Staff]),
            bookings => works_as(frame, &[Role::Expert]),
        }),
    };
    let rendered = PAGES.get_template(name).and_then(|page| page.render(context! { ..content, ..around }));
    let mut response = match rendered {
        Ok(text) => (status, Html(text)).into_response(),
        Err(error) => {
            tracing::error!(name, error = ?error, "a page cannot be rendered");
            (
                StatusCode::INTERNAL_SERVER_ERROR,
                Html("<!doctype html><title>Error</title><p>This page cannot be shown."),
            )
                .into_response()
        }
    };
    guard(pages, &mut response);
    response
}

/// Whether the reader is signed in with one of these roles.
fn works_as(frame: &Frame<'_>, roles: &[Role]) -> bool {
    let person = frame.session.and_then(|session| session.person.as_ref());
    person.is_some_and(|person| roles.iter().any(|role| person.identity().roles.contains(role)))
}

/// A language's name in itself.
fn own_name(language: Language) -> &'static str {
    match language {
        Language::English => "English",
        Language::German => "Deutsch",
        Language::French => "Français",
        Language::Spanish => "Español",
        Language::Italian => "Italiano",
        Language::Portuguese => "Português",
    }
}

/// Our own style and script, pictures of sellers, and forms that lead to us or to where buyers pay. Nothing in line, and no other
/// site frames a page. With the Payment Element also what Stripe needs for it.
pub(crate) fn policy(pages: &Pages, element: Option<&Element>) -> String {
    let [scripts, frames, calls] = element.map(Element::origins).unwrap_or_default();
    let frames = if frames.is_empty() { "'none'".to_owned() } else { frames };
    format!(
        "default-src 'none'; style-src 'self'; script-src 'self' {scripts}; connect-src 'self' {calls}; frame-src {frames}; \
         img-src 'self' https:; base-uri 'none'; frame-ancestors 'none'; form-action 'self' {}",
        pages.payment_origins
    )
}

fn guard(pages: &Pages, response: &mut Response) {
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy(pages, None)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    // With no referrer at all browsers would send forms without their origin.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-language, cookie"));
}

/// What was refused, in the reader's language: the API's own sentence in English, elsewhere a message for its code.
pub(crate) fn explained(reader: &Reader, code: Code, detail: &str) -> String {
    if reader.language == Language::English {
        return detail.to_owned();
    }
    let name = serde_json::to_value(code).ok().and_then(|name| name.as_str().map(|name| name.replace('_', "-")));
    name.and_then(|name| reader.language.own_phrase(&format!("refused-{name}"))).unwrap_or_else(|| detail.to_owned())
}
