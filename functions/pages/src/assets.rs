//! The stylesheet, the script, that of the page with Stripe's Payment Element, and the icon. Their names hold a hash of their content, so browsers keep them for good.

use std::sync::LazyLock;

use axum::{
    body::Bytes,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header};
use web::{Answer, Problem};

use crate::{
    address::At,
    entrance::{self, hashed_name},
};

const STYLE_TYPE: &str = "text/css; charset=utf-8";
const STYLE: &str = include_str!("../assets/style.css");
const SCRIPT_TYPE: &str = "text/javascript; charset=utf-8";
const ICON: &str = include_str!("../assets/icon.svg");
const PAY: &str = include_str!("../assets/pay.js");
const SCRIPT: &str = include_str!("../assets/shop.js");

/// An asset's name for browsers.
fn named(base: &str, kind: &str, content: &str) -> String {
    hashed_name(base, kind, content.as_bytes())
}

static NAMES: LazyLock<[String; 4]> = LazyLock::new(|| {
    [named("style", "css", STYLE), named("shop", "js", SCRIPT), named("pay", "js", PAY), named("icon", "svg", ICON)]
});

/// The stylesheet's name.
pub(crate) fn style() -> &'static str {
    &NAMES[0]
}

/// The script's name.
pub(crate) fn script() -> &'static str {
    &NAMES[1]
}

/// The name of the script of the page with Stripe's Payment Element.
pub(crate) fn pay() -> &'static str {
    &NAMES[2]
}

/// The icon's name. Browsers that find none ask for one with each page.
pub(crate) fn icon() -> &'static str {
    &NAMES[3]
}

/// The name of the stylesheet that gives pages a seller's color: `accent-0b6455.css` for `#0b6455`.
pub(crate) fn accent(color: &str) -> String {
    format!("accent-{}.css", color.trim_start_matches('#'))
}

/// That stylesheet. White text stands out from the color, so it is the ground of buttons; on dark ground it is mixed with so much
/// white that dark text does.
fn accent_style(name: &str) -> Option<String> {
    let digits = name.strip_prefix("accent-")?.strip_suffix(".css")?;
    let plain = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    plain.then(|| {
        format!(
            ":root {{ --accent: #{digits}; --accent-ink: #fff; --accent-ground: color-mix(in srgb, #{digits} 10%, #fff); }}\n\
             @media (prefers-color-scheme: dark) {{ :root {{ --accent: color-mix(in srgb, #{digits} 35%, #fff); \
             --accent-ink: #111; --accent-ground: color-mix(in srgb, #{digits} 25%, #0f1513); }} }}\n"
        )
    })
}

/// Serves an asset. A name of an older version is not found: the page that named it is older, too.
pub(crate) async fn asset(At(name): At<String>) -> Answer<Response> {
    let (kind, content) = match () {
        () if name == style() => (STYLE_TYPE, Bytes::from_static(STYLE.as_bytes())),
        () if name == script() => (SCRIPT_TYPE, Bytes::from_static(SCRIPT.as_bytes())),
        () if name == icon() => ("image/svg+xml", Bytes::from_static(ICON.as_bytes())),
        () if name == pay() => (SCRIPT_TYPE, Bytes::from_static(PAY.as_bytes())),
        () => match (accent_style(&name), entrance::find(&name)) {
            (Some(style), _) => (STYLE_TYPE, Bytes::from(style)),
            (None, Some(file)) => (file.kind, Bytes::from_static(file.content)),
            (None, None) => return Err(Problem::new(domain::Code::NotFound, "There is nothing at this address")),
        },
    };
    let mut response = content.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::{ICON, PAY, SCRIPT, STYLE, accent, accent_style};

    #[test]
    fn they_are_small() {
        let sizes = [ICON.len(), PAY.len(), SCRIPT.len(), STYLE.len()];
        assert!(sizes.iter().sum::<usize>() < 30_000, "{sizes:?}");
    }

    #[test]
    fn a_color_is_six_digits_and_nothing_else() {
        let style = accent_style(&accent("#0b6455")).expect("a style");
        assert!(style.contains("--accent: #0b6455;") && style.contains("prefers-color-scheme: dark"), "{style}");
        for name in [
            "accent-.css",
            "accent-0b645.css",
            "accent-0b64555.css",
            "accent-0B6455.css",
            "accent-red;}}.css",
            "accent-0b6455",
        ] {
            assert_eq!(accent_style(name), None, "{name}");
        }
    }
}
