//! What stands in a page's address.

use axum::extract::FromRequestParts;
use domain::Refusal;
use http::request::Parts;
use serde::de::DeserializeOwned;
use web::{Answer, Path, Problem};

/// The longest path that visitors are led to by what came with a request.
const LONGEST_PATH: usize = 512;

/// A path of ours; the overview for any other text.
pub(crate) fn own_path(text: &str) -> &str {
    let own = text.starts_with('/') && !text.starts_with("//") && !text.contains('\\');
    let plain = text.len() <= LONGEST_PATH && text.chars().all(|c| c.is_ascii_graphic());
    if own && plain { text } else { "/" }
}

/// The parameters of an address. What cannot be one is an address at which there is nothing.
#[derive(Debug, Clone)]
pub(crate) struct At<T>(pub(crate) T);

impl<S, T> FromRequestParts<S> for At<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Answer<Self> {
        let found = Path::<T>::from_request_parts(parts, state).await;
        found.map(|Path(value)| Self(value)).map_err(|_| Refusal::not_found("page").into())
    }
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn visitors_are_led_to_our_own_paths_alone() {
        assert_eq!(own_path("/cart?month=2027-01"), "/cart?month=2027-01");
        let long = format!("/{}", "x".repeat(512));
        for foreign in
            ["", "cart", "//evil.example", "https://evil.example", "/\\evil.example", "/a b", "/a\r\nb", &long]
        {
            assert_eq!(own_path(foreign), "/", "{foreign}");
        }
    }
}
