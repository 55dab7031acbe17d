//! The one stylesheet and the one script. Their names hold a hash of their content, so browsers keep them for good.

use std::sync::LazyLock;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use sha2::{Digest, Sha512};
use web::{Answer, Problem};

use crate::address::At;

const STYLE: &str = include_str!("../assets/style.css");
const SCRIPT: &str = include_str!("../assets/shop.js");

/// An asset's name for browsers.
fn named(base: &str, kind: &str, content: &str) -> String {
    format!("{base}-{}.{kind}", &hex::encode(Sha512::digest(content))[..12])
}

static NAMES: LazyLock<[String; 2]> = LazyLock::new(|| [named("style", "css", STYLE), named("shop", "js", SCRIPT)]);

/// The stylesheet's name.
pub(crate) fn style() -> &'static str {
    &NAMES[0]
}

/// The script's name.
pub(crate) fn script() -> &'static str {
    &NAMES[1]
}

/// Serves an asset. A name of an older version is not found: the page that named it is older, too.
pub(crate) async fn asset(At(name): At<String>) -> Answer<Response> {
    let (kind, content) = match () {
        () if name == style() => ("text/css; charset=utf-8", STYLE.to_owned()),
        () if name == script() => ("text/javascript; charset=utf-8", SCRIPT.to_owned()),
        () => return Err(Problem::new(domain::Code::NotFound, "There is nothing at this address")),
    };
    let mut response = content.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::{SCRIPT, STYLE};

    #[test]
    fn they_are_small() {
        assert!(SCRIPT.len() + STYLE.len() < 30_000, "{} and {}", SCRIPT.len(), STYLE.len());
    }
}
