//! Documents as answers.

use axum::response::{IntoResponse, Response};
use domain::Order;
use engine::EngineError;
use http::{HeaderValue, header};
use store::{CatalogItems, CatalogKeys};
use web::Answer;

use crate::state::Orders;

/// An order's seller, listings and offers, in one round trip: what a document says beside the order.
pub(crate) async fn catalog_of(state: &Orders, order: &Order) -> Answer<CatalogItems> {
    let keys = CatalogKeys { organization: Some(order.organization.clone()), ..CatalogKeys::of_lines(order) };
    Ok(state.store.catalog_items(&keys).await.map_err(EngineError::from)?)
}

/// A document to be shown, or kept under that name.
pub(crate) fn pdf(name: &str, bytes: Vec<u8>) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if let Ok(disposition) = HeaderValue::from_str(&format!("inline; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}
