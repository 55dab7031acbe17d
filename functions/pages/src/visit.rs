//! A visit: who looks, in which language, and what they carry.

use axum::{
    extract::{FromRef, FromRequestParts},
    response::{IntoResponse, Response},
};
use cookie::Cookie;
use domain::OrderId;
use engine::BaseUrls;
use http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts};
use jiff::Timestamp;
use web::{Answer, Caller, GatewayDomain, Problem, SaidBefore, SourceAddress};
use words::Language;

use crate::{
    cookies, flash,
    flash::{Flash, Wrong},
    reader,
    session::{self, BrowserSession, Keys},
    sign_in::{
        attempts::{self, Attempts},
        person::Person,
    },
    state::Pages,
    typed::Typed,
};

/// The longest value of a cookie that browsers keep, with room for its name and attributes (RFC 6265, 6.1).
const LONGEST_COOKIE: usize = 3_800;

/// One request for a page.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    /// What the browser carries.
    pub(crate) session: BrowserSession,
    carried: Option<BrowserSession>,
    /// What the form before left for this page.
    pub(crate) flash: Option<Flash>,
    flashed: bool,
    /// Sign-ins under way.
    pub(crate) attempts: Attempts,
    kept: Attempts,
    /// The language that the reader chose or that the browser asks for.
    pub(crate) preferred: Option<Language>,
    /// Our own addresses.
    pub(crate) bases: BaseUrls,
    /// Who sent it, as the gateway saw.
    pub(crate) source: SourceAddress,
    /// When it came.
    pub(crate) now: Timestamp,
    /// The address that was asked for, without its query.
    pub(crate) path: String,
    /// Whether buyers may pay on a page of ours.
    pub(crate) element: bool,
    secure: bool,
    keys: Keys,
}

impl<S> FromRequestParts<S> for Visit
where
    Pages: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Answer<Self> {
        let pages = Pages::from_ref(state);
        let Ok(GatewayDomain(domain)) = GatewayDomain::from_request_parts(parts, state).await;
        let bases = pages.addresses.pages(domain.as_deref()).map_err(|error| {
            tracing::error!(%error, "the pages do not know their own address");
            Problem::internal()
        })?;
        let Ok(gateway) = SourceAddress::from_request_parts(parts, state).await;
        let source = pages.front.client(gateway, &parts.headers).await;
        let secure = bases.pages.starts_with("https:");
        let keys = pages.sealer.keys().await?;
        let sealed = |base: &str| {
            let name = cookies::name(base, secure);
            cookies::value(&parts.headers, &name).map(|value| (name, value))
        };
        let carried = sealed(cookies::SESSION).and_then(|(name, value)| keys.open::<BrowserSession>(&name, &value));
        let flash = sealed(cookies::FLASH);
        let flashed = flash.is_some();
        let now = pages.clock.now();
        let kept: Attempts =
            sealed(cookies::SIGN_IN).and_then(|(name, value)| keys.open(&name, &value)).unwrap_or_default();
        let path = parts.uri.path().to_owned();
        let flash =
            flash.and_then(|(name, value)| keys.open::<Flash>(&name, &value)).filter(|flash| flash.path == path);
        Ok(Self {
            session: carried.clone().unwrap_or_else(|| BrowserSession::new(pages.clock.chance())).at(now),
            carried,
            flash,
            flashed,
            attempts: kept.clone().fresh(now),
            kept,
            preferred: reader::preferred(parts, secure),
            bases,
            source,
            now,
            path,
            element: pages.element.is_some(),
            secure,
            keys,
        })
    }
}

impl Visit {
    /// The visitor as the API's checks of who may see an order take them.
    pub(crate) fn caller(&self, order: &OrderId) -> Caller {
        let identity = self.session.person.as_ref().map(Person::identity);
        Caller { identity, order_token: self.session.token_of(order) }
    }

    /// What was typed into the form before.
    pub(crate) fn typed(&self) -> Typed {
        self.flash.as_ref().map(|flash| flash.typed.clone()).unwrap_or_default()
    }

    /// What was wrong with the form before.
    pub(crate) fn wrong(&self) -> Option<&Wrong> {
        self.flash.as_ref()?.wrong.as_ref()
    }

    /// The status of the page: that of what was wrong with the form before, so that programs see it, too.
    pub(crate) fn status(&self) -> StatusCode {
        self.wrong().map_or(StatusCode::OK, Wrong::status)
    }

    fn cookies(&self) -> Vec<Cookie<'static>> {
        let mut set = Vec::new();
        if self.carried.as_ref() != Some(&self.session) {
            let name = cookies::name(cookies::SESSION, self.secure);
            let sealed = self.keys.seal_session(&name, &self.session, LONGEST_COOKIE);
            set.push(cookies::kept(name, sealed, session::KEEP, self.secure));
        }
        if self.flashed {
            set.push(cookies::gone(cookies::name(cookies::FLASH, self.secure), self.secure));
        }
        if self.attempts != self.kept {
            let name = cookies::name(cookies::SIGN_IN, self.secure);
            set.push(if self.attempts.is_empty() {
                cookies::gone(name, self.secure)
            } else {
                let sealed = self.keys.seal(&name, &self.attempts);
                cookies::kept(name, sealed, attempts::KEEP, self.secure)
            });
        }
        set
    }

    /// A page that is this visitor's alone, with the session if it changed.
    pub(crate) fn private(&self, page: impl IntoResponse) -> Response {
        let mut response = self.carrying(page);
        if let Some(wrong) = self.wrong() {
            // The log has it since the form's own answer.
            response.extensions_mut().insert(SaidBefore);
            if let Some(seconds) = wrong.retry_after {
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            }
        }
        response
    }

    fn carrying(&self, answer: impl IntoResponse) -> Response {
        let mut response = answer.into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        cookies::set(headers, &self.cookies());
        response
    }

    /// The answer to a form: go there.
    pub(crate) fn go(&self, to: &str) -> Response {
        self.carrying(see_other(to))
    }

    /// The answer to a form: go to a page of ours, which says that it was done.
    pub(crate) fn done(&self, to: &str, message: &str) -> Response {
        self.done_keeping(to, Typed::default(), message)
    }

    /// The same, and what was typed stands there again.
    pub(crate) fn done_keeping(&self, to: &str, typed: Typed, message: &str) -> Response {
        self.leave(to, &Flash { path: path_of(to), done: message.to_owned(), wrong: None, typed })
    }

    /// The answer to a form: go to a page of ours, which shows what was wrong, with what was typed. The log reads what that was
    /// from the redirect.
    pub(crate) fn refused(&self, to: &str, typed: Typed, problem: &Problem) -> Response {
        let flash = Flash { path: path_of(to), done: String::new(), wrong: Some(problem.into()), typed };
        let mut response = self.leave(to, &flash);
        response.extensions_mut().insert(problem.code());
        response
    }

    /// The answer to a form of this page: back to it, and it says that it was done, or what was wrong.
    pub(crate) fn answered(
        &self,
        page: &str,
        typed: Typed,
        made: Result<(), impl Into<Problem>>,
        message: &str,
    ) -> Response {
        match made {
            Ok(()) => self.done(page, message),
            Err(error) => self.refused(page, typed, &error.into()),
        }
    }

    /// The answer to a form: go to a page of ours, where what was typed stands again.
    pub(crate) fn keep(&self, to: &str, typed: Typed) -> Response {
        self.leave(to, &Flash { path: path_of(to), done: String::new(), wrong: None, typed })
    }

    /// The same visit on its way to another page: what a form left for that one stays for it.
    pub(crate) fn in_passing(self) -> Self {
        Self { flashed: false, ..self }
    }

    /// A page that leads to signing in: what was typed before stands here again afterwards.
    pub(crate) fn before_sign_in(&self, page: impl IntoResponse) -> Response {
        let mut response = self.clone().in_passing().private(page);
        if let Some(flash) = &self.flash {
            let kept = self.flash_cookie(&Flash { done: String::new(), wrong: None, ..flash.clone() }, attempts::KEEP);
            cookies::set(response.headers_mut(), &[kept]);
        }
        response
    }

    fn leave(&self, to: &str, flash: &Flash) -> Response {
        let mut response = self.clone().in_passing().go(to);
        cookies::set(response.headers_mut(), &[self.flash_cookie(flash, flash::KEEP)]);
        response
    }

    fn flash_cookie(&self, flash: &Flash, seconds: i64) -> Cookie<'static> {
        let name = cookies::name(cookies::FLASH, self.secure);
        let mut sealed = self.keys.seal(&name, flash);
        let mut left = Some(flash.typed.clone());
        while sealed.len() > LONGEST_COOKIE
            && let Some(typed) = left
        {
            // Not all that was typed fits. What was wrong is said all the same.
            left = typed.shorter();
            let shorter = Flash { typed: left.clone().unwrap_or_default(), ..flash.clone() };
            sealed = self.keys.seal(&name, &shorter);
        }
        cookies::kept(name, sealed, seconds, self.secure)
    }
}

fn path_of(to: &str) -> String {
    to.split(['?', '#']).next().unwrap_or_default().to_owned()
}

fn see_other(to: &str) -> Response {
    let mut headers = HeaderMap::new();
    match HeaderValue::from_str(to) {
        Ok(to) => headers.insert(header::LOCATION, to),
        Err(_) => headers.insert(header::LOCATION, HeaderValue::from_static("/")),
    };
    (StatusCode::SEE_OTHER, headers).into_response()
}
