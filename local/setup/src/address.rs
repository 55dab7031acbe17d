//! Requests to addresses, and their answers.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use runtime::SharedWire;
use serde_json::Value;
use url::{Host, Url};

/// How long an answer may take.
const LIMIT: Duration = Duration::from_secs(15);

/// An address over TLS, or on this machine.
pub(crate) fn parse(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("{text} is no address: {error}"))?;
    let here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let plain = url.username().is_empty() && url.password().is_none();
    if plain && (url.scheme() == "https" || url.scheme() == "http" && here) {
        Ok(url)
    } else {
        Err(format!("{text} must begin with https://, and hold no password"))
    }
}

/// An address below another one.
pub(crate) fn below(base: &Url, path: &str) -> Result<Url, String> {
    parse(&format!("{}/{path}", base.as_str().trim_end_matches('/')))
}

/// Sends a request; the error says in words why there is no answer.
pub(crate) async fn send(wire: &SharedWire, request: Request<Bytes>) -> Result<Response<Bytes>, String> {
    let host = request.uri().host().unwrap_or_default().to_owned();
    let answer = tokio::time::timeout(LIMIT, wire.send(request)).await;
    answer.map_err(|_| format!("{host} gave no answer in time"))?.map_err(|error| format!("{host}: {error}"))
}

/// What is at an address: its status, and its body where that is JSON.
pub(crate) async fn get(wire: &SharedWire, url: &Url, headers: &[(&str, &str)]) -> Result<(u16, Value), String> {
    let mut request = Request::get(url.as_str()).header("accept", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = send(wire, request.body(Bytes::new()).map_err(|error| error.to_string())?).await?;
    Ok((answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap_or_default()))
}
