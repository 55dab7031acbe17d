//! An order's files: tickets and receipt as PDF, and a calendar file.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use documents::{receipt_pdf, tickets_pdf};
use domain::{NotificationKind, OrderId, Refusal};
use http::{HeaderValue, header};
use mail::{Context, calendar_file};
use paperwork::DocumentReader;
use web::{Answer, Problem};

use crate::{address::At, order::read::Found, state::Pages, visit::Visit};

/// A file to be shown, or kept under that name. No cache keeps it.
fn file(name: &str, kind: &str, bytes: Vec<u8>) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    let disposition = format!("inline; filename=\"{name}\"");
    for (header, value) in [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition.as_str())] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(header, value);
        }
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}

fn reader<'a>(found: &'a Found, language: Option<&'a str>) -> DocumentReader<'a> {
    let own = DocumentReader::buyer_of(&found.order, &found.items.listings, found.seller());
    DocumentReader { locale: language.unwrap_or(own.locale), ..own }
}

fn broken(found: &Found, error: &impl std::fmt::Display) -> Problem {
    tracing::error!(order = %found.order.id, %error, "a document is not rendered");
    Problem::internal()
}

/// The valid tickets, a page each.
pub(crate) async fn tickets(State(pages): State<Pages>, visit: Visit, At(id): At<OrderId>) -> Answer<Response> {
    let found = Found::read(&pages, &visit, &id).await?;
    let reader = reader(&found, visit.preferred.map(words::Language::tag));
    let sign = |ticket: &_| found.keys.sign(ticket);
    let document = paperwork::tickets(&found.order, &found.items.listings, &found.items.offers, &reader, &sign);
    let document = document.ok_or_else(|| Refusal::not_found("ticket"))?;
    let bytes = tickets_pdf(&document, &pages.fonts).map_err(|error| broken(&found, &error))?;
    Ok(file(&format!("tickets-{id}.pdf"), "application/pdf", bytes))
}

/// `GET /orders/{order}/receipt.pdf`.
pub(crate) async fn receipt(State(pages): State<Pages>, visit: Visit, At(id): At<OrderId>) -> Answer<Response> {
    let found = Found::read(&pages, &visit, &id).await?;
    let reader = reader(&found, visit.preferred.map(words::Language::tag));
    let document = paperwork::receipt(&found.order, &reader).ok_or_else(|| Refusal::not_found("receipt"))?;
    let bytes = receipt_pdf(&document, &pages.fonts).map_err(|error| broken(&found, &error))?;
    Ok(file(&format!("{}.pdf", document.number), "application/pdf", bytes))
}

/// What the order adds to a calendar: the same as its confirmation does, so that the two are one entry there.
pub(crate) async fn calendar(State(pages): State<Pages>, visit: Visit, At(id): At<OrderId>) -> Answer<Response> {
    let found = Found::read(&pages, &visit, &id).await?;
    let context = Context {
        order: &found.order,
        listings: &found.items.listings,
        organization: found.seller(),
        pages: &visit.bases.pages,
        sender: None,
        instrument: None,
        now: visit.now,
    };
    let paid = found.order.paid_at.is_some();
    let entry = paid.then(|| calendar_file(&NotificationKind::Confirmation, &context)).flatten();
    let entry = entry.ok_or_else(|| Refusal::not_found("calendar entry"))?;
    Ok(file(&entry.name, &entry.content_type, entry.content))
}
