//! Cookies: which there are, and how browsers are to keep them.

use cookie::{Cookie, SameSite, time::Duration};
use http::{HeaderMap, HeaderValue, header};

/// What a browser carries, sealed.
pub(crate) const SESSION: &str = "holdfast";
/// What was wrong with a form, for the page that the answer leads to.
pub(crate) const FLASH: &str = "holdfast-form";
/// Sign-ins under way.
pub(crate) const SIGN_IN: &str = "holdfast-sign-in";
/// The language that the reader chose.
pub(crate) const LANGUAGE: &str = "holdfast-language";

/// A cookie's name as browsers see it. With the prefix they take it from this host alone, over TLS alone, for all paths
/// (RFC 6265bis, 4.1.3.2). Over plain HTTP, as on one's own machine, they would refuse it.
pub(crate) fn name(base: &str, secure: bool) -> String {
    if secure { format!("__Host-{base}") } else { base.to_owned() }
}

/// A cookie for a while. It comes with links from other sites, as from Stripe's page back to ours, and never with their forms.
pub(crate) fn kept(name: String, value: String, seconds: i64, secure: bool) -> Cookie<'static> {
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .secure(secure)
        .same_site(SameSite::Lax)
        .max_age(Duration::seconds(seconds))
        .build()
}

/// Takes a cookie away.
pub(crate) fn gone(name: String, secure: bool) -> Cookie<'static> {
    kept(name, String::new(), 0, secure)
}

/// The value of a request's cookie. Of several the first counts, which is the one with the longest path.
pub(crate) fn value(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(Cookie::split_parse).filter_map(Result::ok);
    pairs.find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
}

/// Adds cookies to an answer.
pub(crate) fn set(headers: &mut HeaderMap, cookies: &[Cookie<'static>]) {
    for cookie in cookies {
        if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
            headers.append(header::SET_COOKIE, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::{kept, name, value};

    #[test]
    fn cookies_are_this_hosts_alone() {
        let cookie = kept(name("holdfast", true), "v".to_owned(), 60, true).to_string();
        assert_eq!(cookie, "__Host-holdfast=v; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=60");
        let local = kept(name("holdfast", false), "v".to_owned(), 60, false).to_string();
        assert_eq!(local, "holdfast=v; HttpOnly; SameSite=Lax; Path=/; Max-Age=60");
    }

    #[test]
    fn one_of_many_is_found() {
        let mut headers = HeaderMap::new();
        headers.append("cookie", "a=1; holdfast=x".parse().expect("a value"));
        headers.append("cookie", "holdfast=y; b".parse().expect("a value"));
        assert_eq!(value(&headers, "holdfast").as_deref(), Some("x"));
        assert_eq!(value(&headers, "c"), None);
    }
}
