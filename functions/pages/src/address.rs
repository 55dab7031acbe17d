//! What stands in a page's address.

use axum::extract::FromRequestParts;
use domain::Refusal;
use http::request::Parts;
use serde::de::DeserializeOwned;
use web::{Answer, Path, Problem};

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
