//! Tables for spreadsheets as answers.

use axum::response::{IntoResponse, Response};
use domain::SheetKind;
use http::{HeaderName, HeaderValue, header};

/// What says where the rest of a table begins, if it is too long for one answer.
const NEXT: HeaderName = HeaderName::from_static("x-next-cursor");

/// A table, to be kept under its kind's name. `next` is the cursor of its rest.
#[must_use]
pub fn csv(kind: SheetKind, bytes: Vec<u8>, next: Option<&str>) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{}.csv\"", kind.as_str())) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    if let Some(next) = next.and_then(|next| HeaderValue::from_str(next).ok()) {
        headers.insert(NEXT, next);
    }
    response
}
