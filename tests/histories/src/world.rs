//! One world: the functions, each with its clock and its settings, and what is outside of them.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError},
};

use axum::Router;
use cleanup::Cleanup;
use cloud_stand_ins::template::{TableSpec, Template};
use engine::StartError;
use jiff::{SignedDuration, Timestamp};
use notify::Notify;
use payments::events::EventKind;
use runtime::{Chance, Clock, Settings, SharedWire};
use serde_json::{Value, json};
use store::Store;
use stripe_stand_in::{StandIn, StandInConfig};
use web::Issuer;
use worker::Worker;

use crate::{
    outside::{Outside, OutsideWire},
    step::{Function, History, SecretOf},
    table::Table,
    trace::Trace,
};

/// When every history begins, in Unix seconds: 2027-03-01 09:00 UTC.
const START: i64 = 1_803_891_600;
/// Far beyond the end of any history.
const EXPIRES: i64 = START + 10 * 365 * 86_400;
/// Addresses.
const ISSUER: &str = "https://issuer.localhost/";
const STRIPE: &str = "https://stripe.localhost";

static TABLE: LazyLock<TableSpec> =
    LazyLock::new(|| Template::embedded().unwrap_or_else(|error| panic!("the template: {error}")).table);
static KEYS: LazyLock<Issuer> = LazyLock::new(|| Issuer::generate().unwrap_or_else(|error| panic!("a key: {error}")));

/// A running function.
#[derive(Clone)]
pub(crate) enum Instance {
    Routes(Router),
    Sweeper(Cleanup),
    Mailer(Notify),
    Jobs(Worker),
}

/// An order, as its buyer knows it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bought {
    pub(crate) body: Value,
    pub(crate) buyer: u8,
    pub(crate) id: String,
    pub(crate) token: String,
    pub(crate) secret: Option<String>,
    /// The form that was last sent on the pages; empty where it was ordered by the API.
    pub(crate) form: Vec<(String, String)>,
}

/// The services, the processes and the virtual time of one history.
pub(crate) struct World {
    /// The form of its shop.
    pub(crate) shop: u8,
    pub(crate) outside: Arc<Outside>,
    wire: SharedWire,
    clocks: BTreeMap<Function, Clock>,
    inner: Mutex<Inner>,
}

struct Inner {
    functions: BTreeMap<Function, Instance>,
    settings: BTreeMap<Function, bool>,
    bought: BTreeMap<u32, Bought>,
    /// The cookies of the browser in which a step's order was placed or opened.
    cookies: BTreeMap<u32, BTreeMap<String, String>>,
    findings: Vec<String>,
    /// Stripe's events: whether each is still to be sent.
    events: BTreeMap<String, bool>,
}

impl World {
    /// A world of a history. Must be made in a runtime whose time is paused.
    pub(crate) fn new(history: &History, trace: Trace) -> Self {
        let clock = Clock::simulated(Self::from_start(0), Chance::seeded(history.seed));
        let shown = clock.clone();
        let stripe = StandIn::new(StandInConfig {
            clock: stripe_stand_in::Clock::of(move || shown.now()),
            public_url: STRIPE.to_owned(),
            ..StandInConfig::default()
        });
        let jwks = KEYS.jwks().into();
        let mut table = Table::new(&TABLE);
        table.page = 1_000;
        let outside = Outside::new(clock.clone(), stripe, jwks, table, trace);
        let secrets = [
            (SecretOf::Stripe, "sk_test_1"),
            (SecretOf::Webhook, "whsec_1"),
            (SecretOf::Cron, "cron-secret-1"),
            (SecretOf::Token, "token-secret-1"),
        ];
        for (secret, value) in secrets {
            outside.inner().services.secrets.insert(name_of(secret).to_owned(), value.to_owned());
        }
        let clock_of = |function| {
            let own = Clock::simulated(clock.now(), clock.chance().clone());
            (function, own)
        };
        let inner = Inner {
            functions: BTreeMap::new(),
            settings: BTreeMap::new(),
            bought: BTreeMap::new(),
            cookies: BTreeMap::new(),
            findings: Vec::new(),
            events: BTreeMap::new(),
        };
        Self {
            shop: history.shop,
            wire: Arc::new(OutsideWire(outside.clone())),
            outside,
            clocks: crate::step::FUNCTIONS.into_iter().map(clock_of).collect(),
            inner: Mutex::new(inner),
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// So many minutes after the beginning of every history.
    pub(crate) fn from_start(minutes: i64) -> Timestamp {
        let start = Timestamp::from_second(START).unwrap_or_default();
        start.saturating_add(SignedDuration::from_mins(minutes)).unwrap_or(start)
    }

    /// The time as it is.
    pub(crate) fn now(&self) -> Timestamp {
        self.outside.clock.now()
    }

    /// A function's clock.
    pub(crate) fn clock(&self, function: Function) -> &Clock {
        &self.clocks[&function]
    }

    /// The table, for reads of the simulation's own.
    pub(crate) fn store(&self) -> Store {
        let settings = self.settings(false);
        engine::wiring::store(&settings, self.wire.clone(), &self.outside.clock)
            .unwrap_or_else(|error| panic!("settings of the simulation: {error}"))
    }

    fn settings(&self, limited: bool) -> Settings {
        let limits = if limited { ["3", "2"] } else { ["0", "0"] };
        let arns = [SecretOf::Stripe, SecretOf::Webhook, SecretOf::Cron, SecretOf::Token];
        let arns = arns.map(|secret| (format!("{}_ARN", name_of(secret)), name_of(secret).to_owned()));
        let plain = [
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "local"),
            ("AWS_SECRET_ACCESS_KEY", "local"),
            ("TABLE_NAME", "holdfast"),
            ("QUEUE_URL", "https://sqs.localhost/notifications"),
            ("WORK_QUEUE_URL", "https://sqs.localhost/work"),
            ("EXPORTS_BUCKET", "exports"),
            ("PUBLIC_URL", "https://api.localhost"),
            ("PAGES_URL", "https://shop.localhost"),
            ("JWT_ISSUER", ISSUER),
            ("JWT_AUDIENCE", "holdfast"),
            ("JWKS_URL", "https://issuer.localhost/jwks.json"),
            ("SENDER_ADDRESS", "tickets@holdfast.example"),
            ("MAIL_CONFIGURATION_SET", "receipts"),
            ("STRIPE_API_BASE", STRIPE),
            ("RATE_LIMIT_PER_MINUTE", limits[0]),
            ("MAX_OPEN_HOLDS_PER_BUYER", limits[1]),
            ("MAX_DECLINES_PER_HOUR", limits[0]),
        ];
        Settings::of(plain.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter().chain(arns))
    }

    /// A running instance of a function, which starts if there is none. None if it does not start.
    pub(crate) async fn instance(&self, function: Function) -> Option<Instance> {
        if let Some(running) = self.inner().functions.get(&function) {
            return Some(running.clone());
        }
        let limited = self.inner().settings.get(&function).copied().unwrap_or_default();
        let built = Box::pin(self.build(function, self.settings(limited))).await.ok()?;
        self.inner().functions.insert(function, built.clone());
        Some(built)
    }

    async fn build(&self, function: Function, settings: Settings) -> Result<Instance, StartError> {
        let (wire, clock) = (self.wire.clone(), self.clock(function).clone());
        Ok(match function {
            Function::Catalog => Instance::Routes(catalog::build(&settings, wire, clock).await?),
            Function::Checkout => Instance::Routes(checkout::build(&settings, wire, clock).await?),
            Function::Success => Instance::Routes(success::build(&settings, wire, clock).await?),
            Function::Webhook => Instance::Routes(webhook::build(&settings, wire, clock).await?),
            Function::Refund => Instance::Routes(refund::build(&settings, wire, clock).await?),
            Function::Booking => Instance::Routes(booking::build(&settings, wire, clock).await?),
            Function::Orders => Instance::Routes(orders::build(&settings, wire, clock).await?),
            Function::Cleanup => Instance::Sweeper(cleanup::build(&settings, wire, clock).await?),
            Function::Notify => Instance::Mailer(notify::build(&settings, wire, clock).await?),
            Function::Worker => Instance::Jobs(worker::build(&settings, wire, clock).await?),
            Function::Pages => Instance::Routes(pages::build(&settings, wire, clock).await?),
        })
    }

    /// Ends a function's instance.
    pub(crate) fn stop(&self, function: Function) {
        self.inner().functions.remove(&function);
    }

    /// Ends a function's instance; the next one has other settings.
    pub(crate) fn configure(&self, function: Function, limited: bool) {
        self.inner().settings.insert(function, limited);
        self.stop(function);
    }

    /// A token of a caller.
    pub(crate) fn token(&self, subject: &str, role: &str, organization: Option<&str>) -> String {
        let roles = if role.is_empty() { json!([]) } else { json!([role]) };
        let claims = json!({
            "iss": ISSUER, "aud": "holdfast", "iat": START, "exp": EXPIRES,
            "sub": subject, "email": null, "organization": organization, "roles": roles,
        });
        KEYS.issue(&claims).unwrap_or_default()
    }

    /// Tells the stand-in for Stripe something, as `POST /_test/{path}`.
    pub(crate) async fn at_stripe(&self, path: &str, body: &Value) -> Option<Value> {
        let request = http::Request::post(format!("/_test/{path}"))
            .header("content-type", "application/json")
            .body(body.to_string().into())
            .ok()?;
        let answer = self.outside.stripe.send(request).await.ok()?;
        let json = serde_json::from_slice(answer.body()).unwrap_or_default();
        self.remark(|| format!("Stripe's {path} {body} -> {} {json}", answer.status().as_u16()));
        answer.status().is_success().then_some(json)
    }

    /// Writes into the trace.
    pub(crate) fn remark(&self, text: impl FnOnce() -> String) {
        let now = self.outside.now_ms();
        self.outside.inner().trace.remark(now, text);
    }

    /// Notes what is wrong.
    pub(crate) fn find(&self, finding: String) {
        self.inner().findings.push(finding);
    }

    /// What was found so far.
    pub(crate) fn findings(&self) -> Vec<String> {
        let watched = self.outside.inner().watch.findings.clone();
        self.inner().findings.iter().cloned().chain(watched).collect()
    }

    /// The order that a step placed.
    pub(crate) fn bought(&self, step: u32) -> Option<Bought> {
        self.inner().bought.get(&step).cloned()
    }

    /// Writes down what a step ordered.
    pub(crate) fn note_bought(&self, step: u32, bought: Bought) {
        self.inner().bought.insert(step, bought);
    }

    /// All that was ordered, with the step that did.
    pub(crate) fn all_bought(&self) -> BTreeMap<u32, Bought> {
        self.inner().bought.clone()
    }

    /// The cookies of a step's browser, as a header.
    pub(crate) fn cookies(&self, step: u32) -> String {
        let inner = self.inner();
        let pairs = inner.cookies.get(&step).into_iter().flatten().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    /// Keeps cookies that an answer set, and forgets those that it took away.
    pub(crate) fn keep_cookies(&self, step: u32, set: &[(String, Option<String>)]) {
        let mut inner = self.inner();
        let own = inner.cookies.entry(step).or_default();
        for (name, value) in set {
            match value {
                Some(value) => own.insert(name.clone(), value.clone()),
                None => own.remove(name),
            };
        }
    }

    /// Stripe's events that are still to be sent, oldest first. What happened since this was last asked is among them.
    pub(crate) fn unsent(&self) -> Vec<Value> {
        let events = self.outside.stripe.objects("event");
        let mut inner = self.inner();
        let mut unsent = |event: &Value| {
            let id = event["id"].as_str().unwrap_or_default().to_owned();
            *inner.events.entry(id).or_insert(true)
        };
        // As the endpoint is entered in Stripe's dashboard: the types that are worked on, and no others.
        let requested = |event: &Value| EventKind::names().any(|name| event["type"] == name);
        events.into_iter().filter(|event| requested(event) && unsent(event)).collect()
    }

    /// An event is not sent any more.
    pub(crate) fn sent(&self, event: &str) {
        self.inner().events.insert(event.to_owned(), false);
    }
}

/// What a secret is called.
pub(crate) fn name_of(secret: SecretOf) -> &'static str {
    match secret {
        SecretOf::Stripe => "STRIPE_SECRET_KEY",
        SecretOf::Webhook => "STRIPE_WEBHOOK_SECRET",
        SecretOf::Cron => "CRON_SECRET",
        SecretOf::Token => "TOKEN_SECRET",
    }
}
