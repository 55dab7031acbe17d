//! Every other body that a client sends, and every address.

use holdfast_tests::{Answer, ORGANIZATION, SHOW, TUTOR, World};
use http::Method;
use proptest::{
    prelude::{Strategy, any},
    prop_assert,
    sample::select,
    test_runner::TestCaseError,
};
use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;

use super::generate::{changed, odd_text, runner};

/// Where each parameter of an operation stands, and its name.
type Parameters = Vec<(String, String)>;

/// What the API's description says of answers.
pub(super) struct Described(Value);

impl Described {
    pub(super) fn new() -> Self {
        Self(serde_json::from_str(include_str!("../../../docs/openapi.json")).unwrap())
    }

    /// The operations: method, path, and the names of their parameters there.
    fn operations(&self) -> Vec<(String, String, Parameters)> {
        let paths = self.0["paths"].as_object().unwrap();
        let all = paths.iter().flat_map(|(path, item)| {
            item.as_object().unwrap().iter().map(move |(method, operation)| (method, path, operation))
        });
        all.map(|(method, path, operation)| {
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let text = |parameter: &Value, name: &str| parameter[name].as_str().unwrap().to_owned();
            let parameters = parameters.iter().map(|parameter| (text(parameter, "in"), text(parameter, "name")));
            (method.to_uppercase(), path.clone(), parameters.collect())
        })
        .collect()
    }

    /// Expects an answer that is no fault of ours, and whose status and kind the description names.
    pub(super) fn check(&self, method: &str, path: &str, answer: &Answer, what: &str) -> Result<(), TestCaseError> {
        let status = answer.status.as_u16();
        prop_assert!(status < 500, "{status} {}: {what}", answer.text);
        let responses = &self.0["paths"][path][method.to_lowercase()]["responses"];
        let mut response = &responses[status.to_string()];
        prop_assert!(response.is_object(), "{method} {path} does not name {status} {}: {what}", answer.text);
        if let Some(reference) = response["$ref"].as_str() {
            response = self.0.pointer(reference.trim_start_matches('#')).unwrap();
        }
        let kind = answer.header("content-type");
        let named = response["content"].as_object().map_or(kind.is_empty(), |content| content.contains_key(kind));
        prop_assert!(named, "{method} {path} does not name {kind} of {status}: {what}");
        if status >= 400 {
            let problem = ["type", "title", "code", "detail"]
                .iter()
                .all(|name| answer.json[name].as_str().is_some_and(|text| !text.is_empty()));
            prop_assert!(problem && answer.json["status"] == status, "no problem: {} for {what}", answer.text);
        }
        Ok(())
    }
}

/// An operation, the path that it is called at, and bodies that it takes.
type Taken = (Method, &'static str, String, Vec<Value>);

fn taken(order: &str, code: &str) -> Vec<Taken> {
    let shop = format!("/v1/organizations/{ORGANIZATION}");
    let listing = format!("{shop}/listings/{SHOW}");
    vec![
        (
            Method::PUT,
            "/v1/organizations/{organization}",
            shop.clone(),
            vec![json!({
                "name": "Acme Shows", "currency": "usd", "stripe_account_id": "acct_acme", "platform_fee_per_ticket": "1.50",
                "processing_percent": "0.029", "processing_fixed": "0.30", "max_tickets_per_order": 10, "max_order_amount": "5000",
                "max_donation_per_ticket": "1000", "cancellation": [{ "from_hours_before": 24, "percent": 100 }],
                "allowed_origins": ["https://acme.example"], "contact": { "email": "a@acme.example", "address": "1 Main Street", "tax_id": null, "phone": "+44 20 7946 0000" },
                "logo_url": "https://acme.example/logo.png", "accent_color": "#0b6455", "locale": "en-GB", "time_zone": "Europe/London", "check_in_opens_hours_before": 4,
                "show_fees": "named", "tax": { "automatic": true, "behavior": "exclusive", "liability": "platform" }, "payment_modes": ["hosted", "intent"],
            })],
        ),
        (
            Method::PUT,
            "/v1/organizations/{organization}/listings/{listing}",
            listing.clone(),
            vec![json!({
                "kind": "show", "title": "Summer Show", "description": "An evening outside", "published": true, "starts_at": "2099-07-01T19:00:00Z",
                "doors_at": "2099-07-01T18:00:00Z", "ends_at": "2099-07-01T22:00:00Z", "venue": "Hall", "timezone": "Europe/London", "payment_modes": ["hosted"],
            })],
        ),
        (
            Method::PUT,
            "/v1/organizations/{organization}/listings/{listing}/offers/{offer}",
            format!("{listing}/offers/fuzzed"),
            vec![json!({
                "name": "Fuzzed", "price": "25.00", "capacity": 100, "shards": 2, "donation": false, "vip": true, "hours": null,
                "starts_at": "2099-07-01T19:00:00Z", "ends_at": "2099-07-01T22:00:00Z", "expert": null,
            })],
        ),
        (
            Method::PUT,
            "/v1/organizations/{organization}/listings/{listing}/promos/{code}",
            format!("{listing}/promos/FUZZED"),
            vec![json!({
                "percent_off": "0.20", "max_uses": 100, "valid_from": "2026-01-01T00:00:00Z", "valid_until": "2099-01-01T00:00:00Z",
            })],
        ),
        (
            Method::PUT,
            "/v1/organizations/{organization}/listings/{listing}/offers/{offer}/presale-codes/{code}",
            format!("{listing}/offers/fuzzed/presale-codes/FANS"),
            vec![json!({ "max_uses": 100, "valid_until": "2099-01-01T00:00:00Z" })],
        ),
        (
            Method::POST,
            "/v1/organizations/{organization}/listings/{listing}/slots",
            format!("{shop}/listings/{TUTOR}/slots"),
            vec![json!({
                "rule": "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=3", "starts_at": "2099-07-01T09:00", "time_zone": "Europe/London",
                "duration_minutes": 60, "except": ["2099-07-06"], "preview": true,
                "offer": { "name": "An hour", "price": "60.00", "capacity": 1, "expert": "grace" },
            })],
        ),
        (
            Method::POST,
            "/v1/orders/{order}/refunds",
            format!("/v1/orders/{order}/refunds"),
            vec![
                json!({ "amount": "0.01", "reason": "damaged" }),
                json!({ "items": [{ "line": "l1", "quantity": 0 }], "reason": null }),
            ],
        ),
        (
            Method::POST,
            "/v1/orders/{order}/review",
            format!("/v1/orders/{order}/review"),
            vec![json!({ "accept": true })],
        ),
        (
            Method::POST,
            "/v1/customers/{customer}/debits",
            "/v1/customers/ada-1/debits".to_owned(),
            vec![json!({ "organization": ORGANIZATION, "hours": "1.5", "reference": "lesson-1" })],
        ),
        (
            Method::POST,
            "/v1/tickets/{code}/check-in",
            format!("/v1/tickets/{code}/check-in"),
            vec![json!({ "listing": SHOW })],
        ),
        (
            Method::POST,
            "/v1/tickets/{code}/transfer",
            format!("/v1/tickets/{code}/transfer"),
            vec![json!({ "name": "Grace Hopper", "email": "grace@example.com" })],
        ),
        (Method::POST, "/v1/bookings/{order}/cancel", format!("/v1/bookings/{order}/cancel"), vec![json!({ "a": 1 })]),
    ]
}

#[test]
fn any_body_of_any_operation_is_taken_or_refused_as_the_description_says() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (world, order) = runtime.block_on(async {
        let world = World::of_experts().await;
        let order = world.bought("general", 4).await;
        (world, order)
    });
    let code = runtime.block_on(world.order(&order))["tickets"][0]["code"].as_str().unwrap().to_owned();
    let token = world.token("platform", None);
    let described = Described::new();
    for (method, path, at, bodies) in taken(&order.id, &code) {
        let counts = std::cell::Cell::new((0_u32, 0_u32));
        let result = runner(80).run(&(changed(bodies), any::<u32>()), |(body, n)| {
            let what = format!("{method} {at} {}", String::from_utf8_lossy(&body.bytes));
            let call = world.call(method.clone(), &at).token(&token).key(&format!("fuzz-{n}"));
            let answer = runtime.block_on(call.bytes("application/json", body.bytes.clone()).send());
            let (good, bad) = counts.get();
            counts.set(if answer.status.is_success() { (good + 1, bad) } else { (good, bad + 1) });
            described.check(method.as_str(), path, &answer, &what)?;
            // What was taken is read back in the words in which it was sent.
            if method == Method::PUT && answer.status.is_success() {
                let sent = body.json().unwrap();
                for name in ["title", "name", "description", "published", "donation", "vip", "max_uses"] {
                    let same = |given: &Value| match given {
                        Value::String(text) => answer.json[name] == text.trim(),
                        other => answer.json[name] == *other,
                    };
                    prop_assert!(sent.get(name).is_none_or(same), "{name} is {}: {what}", answer.json[name]);
                }
            }
            Ok(())
        });
        result.unwrap();
        let (good, bad) = counts.get();
        // What is put can be put again. The rest ends with the first that takes effect.
        assert!(bad > 10 && (good > 2 || method != Method::PUT), "{path}: {good} taken, {bad} refused");
    }
    runtime.block_on(async {
        world.settle().await;
        world.finish().await;
    });
}

/// A text in an address: escaped, escaped in part, and as it is where a request may hold it.
pub(super) fn in_address() -> impl Strategy<Value = String> {
    (odd_text(), 0_u8..4).prop_map(|(text, how)| {
        let text: String = text.chars().take(2_000).collect();
        let escaped: String = byte_serialize(text.as_bytes()).collect();
        match how {
            0 => {
                text.bytes().filter(|b| b.is_ascii_graphic() && !b"#?\\^`{|}<>\"".contains(b)).map(char::from).collect()
            }
            1 => escaped.replacen('%', "%2", 1),
            2 => text.bytes().map(|b| format!("%{b:02x}")).collect(),
            _ => escaped,
        }
    })
}

#[test]
fn any_value_in_an_address_or_a_header_is_taken_or_refused_as_the_description_says() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (world, order) = runtime.block_on(async {
        let world = World::new().await;
        let order = world.bought("general", 4).await;
        (world, order)
    });
    let described = Described::new();
    let tokens: Vec<Option<String>> =
        [Some(("platform", None)), Some(("staff", Some(ORGANIZATION))), Some(("expert", Some(ORGANIZATION))), None]
            .into_iter()
            .map(|role| role.map(|(role, organization)| world.token(role, organization)))
            .collect();
    let operations: Vec<_> = described
        .operations()
        .into_iter()
        .filter(|(_, path, _)| path != "/v1/organizations/{organization}/listings/{listing}/cancel")
        .collect();
    let strategy = (select(operations), any::<proptest::sample::Index>(), in_address(), odd_text(), select(tokens));
    let result = runner(600).run(&strategy, |((method, path, parameters), which, value, header, token)| {
        let odd = (!parameters.is_empty()).then(|| &parameters[which.index(parameters.len())]);
        let mut at = path.clone();
        for (_, name) in parameters.iter().filter(|(place, _)| place == "path") {
            let plain = match name.as_str() {
                "organization" => ORGANIZATION,
                "listing" => SHOW,
                "offer" => "general",
                "order" => &order.id,
                _ => "ada-1",
            };
            let filled = if odd.is_some_and(|(place, odd)| place == "path" && odd == name) { &value } else { plain };
            at = at.replace(&format!("{{{name}}}"), filled);
        }
        if let Some((_, name)) = odd.filter(|(place, _)| place == "query") {
            at = format!("{at}?{name}={value}");
        }
        if at.parse::<http::Uri>().is_err() {
            return Ok(());
        }
        let mut call = world.call(method.parse().unwrap(), &at);
        if let Some(token) = &token {
            call = call.token(token);
        }
        if http::HeaderValue::from_str(&header).is_ok() {
            call = call.header("idempotency-key", &header).header("x-order-token", &header).header("accept", &header);
        }
        if method != "GET" {
            call = call.json(&json!({}));
        }
        let what = format!("{method} {at} with {header:?} and {}", token.is_some());
        let answer = runtime.block_on(call.send());
        // An odd value may make it another address.
        let status = answer.status.as_u16();
        if matches!(status, 404 | 405)
            && odd.is_some_and(|(place, _)| place == "path")
            && (value.is_empty() || value.contains(['/', '.']))
        {
            return Ok(());
        }
        described.check(&method, &path, &answer, &what)
    });
    result.unwrap();
    runtime.block_on(async {
        world.settle().await;
        world.finish().await;
    });
}
