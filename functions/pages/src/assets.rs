//! The one stylesheet, the one script and the one icon. Their names hold a hash of their content, so browsers keep them for good.

use std::sync::LazyLock;

use axum::{
    extract::Path,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header};
use sha2::{Digest, Sha512};
use web::{Answer, Problem};

const STYLE: &str = include_str!("../assets/style.css");
const SCRIPT: &str = include_str!("../assets/shop.js");
/// Named by each page: else browsers ask for `/favicon.ico`.
const ICON: &str = include_str!("../assets/icon.svg");

/// An asset's name for browsers.
fn named(base: &str, kind: &str, content: &str) -> String {
    format!("{base}-{}.{kind}", &hex::encode(Sha512::digest(content))[..12])
}

static NAMES: LazyLock<[String; 3]> =
    LazyLock::new(|| [named("style", "css", STYLE), named("shop", "js", SCRIPT), named("icon", "svg", ICON)]);

/// The stylesheet's name.
pub(crate) fn style() -> &'static str {
    &NAMES[0]
}

/// The script's name.
pub(crate) fn script() -> &'static str {
    &NAMES[1]
}

/// The icon's name.
pub(crate) fn icon() -> &'static str {
    &NAMES[2]
}

/// Serves an asset. A name of an older version is not found: the page that named it is older, too.
pub(crate) async fn asset(Path(name): Path<String>) -> Answer<Response> {
    let (kind, content) = match () {
        () if name == style() => ("text/css; charset=utf-8", STYLE.to_owned()),
        () if name == script() => ("text/javascript; charset=utf-8", SCRIPT.to_owned()),
        () if name == icon() => ("image/svg+xml", ICON.to_owned()),
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
    use super::{ICON, SCRIPT, STYLE};

    #[test]
    fn they_are_small() {
        let sizes = [SCRIPT.len(), STYLE.len(), ICON.len()];
        assert!(sizes.iter().sum::<usize>() < 30_000, "{sizes:?}");
    }
}
