//! What happened at Stripe from one time to another, by its lists: for a table that was set back.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use stripe_client_core::{RequestBuilder, StripeMethod, StripeRequest};

use crate::{
    CallResult, ObjectError, Stripe,
    charges::StripeDispute,
    events::{Envelope, EventKind},
    objects::{PAGE, checked},
};

/// The parameters of a list.
#[derive(Debug, Clone, Serialize)]
struct Query {
    limit: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    created: Option<BTreeMap<&'static str, i64>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    types: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_intent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    starting_after: Option<String>,
}

/// async-stripe keeps events and disputes in crates of their own, which are not worth their building time for two lists.
struct List {
    path: &'static str,
    query: Query,
}

impl StripeRequest for List {
    type Output = ();

    fn build(&self) -> RequestBuilder {
        RequestBuilder::new(StripeMethod::Get, self.path).query(&self.query)
    }
}

impl Stripe {
    /// All events of the types in use that happened between two times, both included, the oldest first. Stripe keeps them
    /// for 30 days (<https://docs.stripe.com/api/events>).
    ///
    /// # Errors
    /// See [`crate::CallError`]; then nothing is known, however many pages of the list had come.
    pub async fn list_events(&self, from: Timestamp, to: Timestamp) -> CallResult<Vec<Envelope>> {
        let created = BTreeMap::from([("gte", from.as_second()), ("lte", to.as_second())]);
        let all = self.list(|starting_after| List {
            path: "/events",
            query: Query {
                limit: PAGE,
                created: Some(created.clone()),
                types: EventKind::names().collect(),
                payment_intent: None,
                starting_after,
            },
        });
        let events = all.await?.iter().rev().map(Envelope::read).collect::<Result<_, _>>();
        Ok(events.map_err(|_| ObjectError::Shape)?)
    }

    /// All disputes of a payment, the oldest first.
    ///
    /// # Errors
    /// See [`crate::CallError`]; then nothing is known, however many pages of the list had come.
    pub async fn list_disputes(&self, payment_intent: &str) -> CallResult<Vec<StripeDispute>> {
        let payment_intent = checked(payment_intent, "payment intent")?.to_owned();
        let all = self.list(|starting_after| List {
            path: "/disputes",
            query: Query {
                limit: PAGE,
                created: None,
                types: Vec::new(),
                payment_intent: Some(payment_intent.clone()),
                starting_after,
            },
        });
        Ok(all.await?.iter().rev().map(StripeDispute::read).collect::<Result<_, _>>()?)
    }
}
