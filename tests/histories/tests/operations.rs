//! Histories know all that the product does: its functions, and each request that changes something.

use std::collections::{BTreeMap, BTreeSet};

use cloud_stand_ins::template::Template;
use histories::{FUNCTIONS, plan, play};
use serde_json::Value;

/// Most seeds that are looked at.
const SEEDS: u64 = 600;

/// Requests that change something and that no step of a history makes, each with the reason.
const EXCEPT: &[(&str, &str)] = &[
    (
        "POST /sign-out",
        "people sign in at an issuer, which histories have none of; it changes the browser's cookie alone",
    ),
    (
        "POST /v1/organizations/{organization}/listings/{listing}/slots",
        "each slot is the transaction of `PUT …/offers/{offer}`, which histories make; `bookings::rules` breaks it off between them",
    ),
    (
        "POST /v1/organizations/{organization}/exports",
        "it reads orders and changes none; its file is in a bucket, which histories have none of, and `fault_sweep::exports` breaks",
    ),
    (
        "POST /orders/{order}/attendee",
        "the same write as the API's, which histories make; few orders name who comes, so its form is hardly ever on a page",
    ),
    ("POST /door/devices", "who does it is signed in; it is the same write as the API's"),
    (
        "POST /v1/organizations/{organization}/listings/{listing}/devices",
        "one write of an item that no order knows of; staff hand in the same scans without a device",
    ),
    (
        "DELETE /v1/organizations/{organization}/listings/{listing}/devices/{device}",
        "one write of that item, which says of itself that it was made before",
    ),
];

#[test]
fn histories_have_the_functions_of_the_template_and_no_others() {
    let template = Template::embedded().expect("the template is whole");
    let declared: BTreeSet<String> = template.functions.iter().map(|function| function.name.clone()).collect();
    let known: BTreeSet<String> = FUNCTIONS.iter().map(|function| format!("{function:?}").to_lowercase()).collect();
    assert_eq!(known, declared);
}

/// Whether an address is one of a pattern such as `/v1/orders/{order}`.
fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len()
        && pattern.iter().zip(&path).all(|(known, part)| known.starts_with('{') || known == part)
}

/// The requests of the API's description and of the pages that change something.
fn changing() -> BTreeSet<String> {
    let document: Value = serde_json::from_str(include_str!("../../../docs/openapi.json")).expect("JSON");
    let paths = document["paths"].as_object().expect("paths");
    let described = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flatten().map(|(method, _)| method.to_uppercase());
        methods.map(move |method| format!("{method} {path}")).collect::<Vec<_>>()
    });
    // The template leads all pages but one to their function as `$default`.
    let code = include_str!("../../../functions/pages/src/lib.rs").lines();
    let routes = code.filter_map(|line| line.trim().strip_prefix(".route(\"")?.split_once('"'));
    let pages = routes.filter(|(_, rest)| rest.contains("post(")).map(|(path, _)| format!("POST {path}"));
    let all: BTreeSet<String> = described.chain(pages).collect();
    all.into_iter()
        .filter(|request| ["POST", "PUT", "DELETE", "PATCH"].iter().any(|m| request.starts_with(m)))
        .collect()
}

#[test]
fn every_request_that_changes_something_is_made_and_succeeds() {
    let mut left = changing();
    assert!(left.len() > 25, "{left:?}");
    for (request, reason) in EXCEPT.iter().copied() {
        assert!(left.remove(request) && !reason.is_empty(), "{request} is no exception");
    }
    // By the address that the gateway and Stripe use.
    let names: BTreeMap<&str, &str> = [("POST /", "POST /webhooks/stripe")].into();
    for seed in 0..SEEDS {
        for line in play(&plan(seed), true).trace {
            let Some((_, made)) = line.split_once(": ").filter(|(before, _)| before.contains(" step ")) else {
                continue;
            };
            let Some((request, answer)) = made.split_once(" -> ") else { continue };
            let request = names.get(request).copied().unwrap_or(request);
            let status = answer.split(' ').next().unwrap_or_default();
            let Some((method, path)) = request.split_once(' ').filter(|_| status.starts_with('2') || status == "303")
            else {
                continue;
            };
            left.retain(|known| {
                known.split_once(' ').is_none_or(|(known, pattern)| known != method || !fits(pattern, path))
            });
        }
        if left.is_empty() {
            return;
        }
    }
    panic!("in {SEEDS} histories these never succeed: {left:#?}");
}
