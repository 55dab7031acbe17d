//! Stripe's webhook endpoints, as they are registered.

use std::collections::BTreeSet;

use http::Method;
use payments::events::{API_VERSION, EventKind};
use serde_json::Value;
use url::Url;

use crate::stripe::{NoObject, StripeApi};

/// Stripe's path.
const PATH: &str = "v1/webhook_endpoints";

/// One endpoint.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) id: String,
    pub(crate) url: String,
    /// In seconds of Unix time.
    pub(crate) created: i64,
    version: Option<String>,
    enabled: bool,
    kinds: BTreeSet<String>,
}

impl Entry {
    fn read(object: &Value) -> Option<Self> {
        let text = |name: &str| object[name].as_str().map(str::to_owned);
        Some(Self {
            id: text("id")?,
            url: text("url")?,
            created: object["created"].as_i64()?,
            version: text("api_version"),
            enabled: object["status"] == "enabled",
            kinds: object["enabled_events"].as_array()?.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        })
    }

    /// Whether it is at an address.
    pub(crate) fn is_at(&self, url: &Url) -> bool {
        Url::parse(&self.url).is_ok_and(|own| &own == url)
    }

    /// Whether its events are written in the version that the code takes. That cannot be changed.
    pub(crate) fn is_in_version(&self) -> bool {
        self.version.as_deref() == Some(API_VERSION)
    }

    /// What is not as the code needs it, in words.
    pub(crate) fn problems(&self) -> Vec<String> {
        let mut found = Vec::new();
        if !self.enabled {
            found.push("is disabled".to_owned());
        }
        if !self.is_in_version() {
            let version = self.version.as_deref().unwrap_or("the account's");
            found.push(format!("sends events of version {version}, not {API_VERSION}"));
        }
        let needed: BTreeSet<_> = EventKind::names().map(str::to_owned).collect();
        let names = |kinds: Vec<&String>| kinds.into_iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        let lacking: Vec<_> = needed.difference(&self.kinds).collect();
        if !lacking.is_empty() && !self.kinds.contains("*") {
            found.push(format!("does not send {}", names(lacking)));
        }
        let more: Vec<_> = self.kinds.difference(&needed).collect();
        if !more.is_empty() {
            found.push(format!("sends what is not needed: {}", names(more)));
        }
        found
    }
}

/// The account's endpoints, the newest first. An account has 16 at most, which are one page.
pub(crate) async fn all(stripe: &StripeApi) -> Result<Vec<Entry>, NoObject> {
    let answer = stripe.call(Method::GET, PATH, &[("limit", "100")]).await?;
    let mut entries: Vec<_> = answer["data"].as_array().into_iter().flatten().filter_map(Entry::read).collect();
    // Stripe's order among those of one second, which is the newest first, stays.
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.created));
    Ok(entries)
}

/// Registers an endpoint, and gives its id and its signing secret, which Stripe shows this once.
pub(crate) async fn create(stripe: &StripeApi, url: &Url) -> Result<(String, String), NoObject> {
    let mut fields = vec![("url", url.as_str()), ("api_version", API_VERSION), ("description", "Holdfast")];
    fields.extend(EventKind::names().map(|name| ("enabled_events[]", name)));
    let made = stripe.call(Method::POST, PATH, &fields).await?;
    match (made["id"].as_str(), made["secret"].as_str()) {
        (Some(id), Some(secret)) => Ok((id.to_owned(), secret.to_owned())),
        _ => Err(NoObject::Silent("Stripe's answer has no secret in it".to_owned())),
    }
}

/// Has an endpoint send what the code needs.
pub(crate) async fn correct(stripe: &StripeApi, entry: &Entry) -> Result<(), NoObject> {
    let mut fields = vec![("disabled", "false")];
    fields.extend(EventKind::names().map(|name| ("enabled_events[]", name)));
    stripe.call(Method::POST, &format!("{PATH}/{}", entry.id), &fields).await.map(drop)
}

/// Removes an endpoint.
pub(crate) async fn remove(stripe: &StripeApi, id: &str) -> Result<(), NoObject> {
    stripe.call(Method::DELETE, &format!("{PATH}/{id}"), &[]).await.map(drop)
}
