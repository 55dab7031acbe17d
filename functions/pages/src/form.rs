//! Forms as browsers send them.

use axum::extract::{FromRef, FromRequest, FromRequestParts, Request};
use domain::Code;
use http::{HeaderMap, header};
use web::{Answer, Problem, RawBody, access};

use crate::{state::Pages, typed::Typed, visit::Visit};

/// The field that holds the session's secret.
const CSRF: &str = "csrf";

/// A form that one of our own pages sent in this session.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    /// The visit that it is part of.
    pub(crate) visit: Visit,
    /// All fields but the secret.
    pub(crate) typed: Typed,
}

impl<S> FromRequest<S> for Form
where
    Pages: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Answer<Self> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, state).await?;
        if !is_form(&parts.headers) {
            return Err(Problem::new(Code::UnsupportedMediaType, "Send a form"));
        }
        let request = Request::from_parts(parts, body);
        if request.headers().get("sec-fetch-site").is_some_and(|site| site == "cross-site") {
            return Err(foreign());
        }
        let RawBody(body) = RawBody::from_request(request, state).await?;
        let typed = Typed::read(&body);
        let shown = typed.get(CSRF);
        if shown.is_empty() || !access::is_secret(shown, &visit.session.csrf) {
            return Err(foreign());
        }
        Ok(Self { visit, typed: typed.without(CSRF) })
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

fn foreign() -> Problem {
    Problem::new(Code::Forbidden, "This form is out of date. Go back, load the page again and send it once more.")
}
