//! Requests as text, so that a call record holds exactly what is asked.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};
use stripe_client_core::{RequestBuilder, StripeMethod, StripeRequest, VERSION};

/// How long a metadata value may be at Stripe.
const METADATA_VALUE: usize = 500;

/// A request, ready to be sent, and sent again with the same key: byte for byte the same, in the version of Stripe's
/// API that it was written for.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EncodedRequest {
    /// The HTTP method.
    pub method: Method,
    /// The path below `/v1`, as `/checkout/sessions`.
    pub path: String,
    /// The form-encoded body.
    pub form: String,
    /// The version of Stripe's API.
    pub api_version: String,
    /// The connected account that it is asked for; none for the platform's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
}

/// An HTTP method that Stripe uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Looks.
    Get,
    /// Does.
    Post,
    /// Removes.
    Delete,
}

impl Method {
    /// The method as HTTP writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

impl From<StripeMethod> for Method {
    fn from(method: StripeMethod) -> Self {
        match method {
            StripeMethod::Get => Self::Get,
            StripeMethod::Post => Self::Post,
            StripeMethod::Delete => Self::Delete,
        }
    }
}

impl EncodedRequest {
    /// Writes down what `request` asks.
    pub(crate) fn of(request: &impl StripeRequest) -> Self {
        let RequestBuilder { body, path, method, .. } = request.build();
        Self {
            method: method.into(),
            path,
            form: in_order(&body.unwrap_or_default()),
            api_version: VERSION.as_str().to_owned(),
            account: None,
        }
    }

    /// Writes down fields that are named one by one.
    pub(crate) fn post(path: &str, fields: &[(String, String)]) -> Self {
        Self {
            method: Method::Post,
            path: path.to_owned(),
            // Pairs of texts can always be written as a form.
            form: serde_urlencoded::to_string(fields).unwrap_or_default(),
            api_version: VERSION.as_str().to_owned(),
            account: None,
        }
    }

    /// The same for a connected account (<https://docs.stripe.com/connect/authentication>).
    pub(crate) fn on_account(self, account: Option<String>) -> Self {
        Self { account, ..self }
    }
}

// The form holds the buyer's address, which has no place in a log.
impl fmt::Debug for EncodedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncodedRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("form_bytes", &self.form.len())
            .field("api_version", &self.api_version)
            .finish()
    }
}

/// The same fields in an order that is always the same. async-stripe keeps metadata in hash maps, whose order changes
/// from one process to the next; all other fields come in the order of its structs.
fn in_order(form: &str) -> String {
    let (mut metadata, mut fields): (Vec<&str>, Vec<&str>) =
        form.split('&').partition(|field| field.split('=').next().is_some_and(|name| name.contains("metadata")));
    metadata.sort_unstable();
    fields.append(&mut metadata);
    fields.join("&")
}

/// Metadata as async-stripe takes it, cut to what Stripe takes.
pub(crate) fn metadata(pairs: &BTreeMap<String, String>) -> std::collections::HashMap<String, String> {
    let given = pairs.iter().filter(|(_, value)| !value.is_empty());
    given.map(|(key, value)| (key.clone(), cut(value, METADATA_VALUE).into_owned())).collect()
}

/// At most `limit` characters of `text`.
pub(crate) fn cut(text: &str, limit: usize) -> Cow<'_, str> {
    match text.char_indices().nth(limit) {
        None => Cow::Borrowed(text),
        Some((end, _)) => Cow::Owned(text[..end].to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{EncodedRequest, Method, cut, in_order};

    proptest! {
        #[test]
        fn what_is_encoded_is_what_stripe_reads(fields in prop::collection::vec(("[a-z_]{1,12}(\\[[a-z0-9]{0,6}\\]){0,3}", any::<String>()), 0..8)) {
            let encoded = EncodedRequest::post("/refunds", &fields);
            let read: Vec<(String, String)> = serde_urlencoded::from_str(&encoded.form).expect("a form");
            prop_assert_eq!(&read, &fields);
            // Another order of fields, and the same fields.
            let ordered = in_order(&encoded.form);
            prop_assert_eq!(&in_order(&ordered), &ordered);
            let mut sorted: Vec<(String, String)> = serde_urlencoded::from_str(&ordered).expect("a form");
            let mut fields = fields;
            fields.sort();
            sorted.sort();
            prop_assert_eq!(sorted, fields);
        }

        #[test]
        fn what_is_cut_is_a_beginning(text in any::<String>(), limit in 0_usize..20) {
            let kept = cut(&text, limit);
            prop_assert!(text.starts_with(&*kept) && kept.chars().count() == text.chars().count().min(limit));
        }
    }

    #[test]
    fn metadata_comes_last_and_sorted() {
        let form = "b=2&metadata[z]=1&a=1&payment_intent_data[metadata][y]=1&metadata[c]=3";
        assert_eq!(in_order(form), "b=2&a=1&metadata[c]=3&metadata[z]=1&payment_intent_data[metadata][y]=1");
        assert_eq!(in_order(""), "");
    }

    #[test]
    fn cutting_respects_characters() {
        assert_eq!(cut("Zürich", 2), "Zü");
        assert_eq!(cut("Zürich", 6), "Zürich");
    }

    #[test]
    fn a_record_reads_back_the_same() {
        let encoded = EncodedRequest {
            method: Method::Post,
            path: "/refunds".to_owned(),
            form: "amount=1".to_owned(),
            api_version: "2026-09-30.endive".to_owned(),
            account: None,
        };
        let text = serde_json::to_string(&encoded).expect("serializes");
        assert!(text.contains("\"POST\""));
        assert_eq!(serde_json::from_str::<EncodedRequest>(&text).expect("reads"), encoded);
        assert!(!format!("{encoded:?}").contains("amount"));
    }
}
