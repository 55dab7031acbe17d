//! Any JSON as an event, signed well.

use holdfast_tests::{Answer, World};
use proptest::{
    prelude::{Just, Strategy, any, prop_oneof},
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};

use super::shapes::event;

/// Any JSON, of few words so that fields meet.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|n| json!(n)),
        prop_oneof![
            "",
            "paid",
            "usd",
            "succeeded",
            "pi_1",
            "ch_1",
            "cs_test_1",
            "ord_1",
            "payment",
            "\u{0}é",
            "\\PC{0,12}"
        ]
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((field(), inner), 0..6)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

/// Names that our code reads, and others.
fn field() -> impl Strategy<Value = String> {
    proptest::sample::select(vec![
        "id",
        "object",
        "metadata",
        "order_id",
        "client_reference_id",
        "payment_intent",
        "charge",
        "amount",
        "currency",
        "amount_total",
        "amount_received",
        "amount_captured",
        "status",
        "payment_status",
        "mode",
        "livemode",
        "account",
        "total_details",
        "amount_tax",
        "latest_charge",
        "captured",
        "last_payment_error",
        "refund_id",
        "data",
        "other",
    ])
    .prop_map(str::to_owned)
}

/// Signed well, and any nonsense inside: taken or refused, never a failure of ours, and nothing happens to orders.
#[test]
fn no_event_brings_the_endpoint_down_or_changes_an_order_that_it_does_not_name() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let world = runtime.block_on(World::new());
    let (waiting, paid) = runtime.block_on(async { (world.buy("general", 1).await, world.bought("vip", 1).await) });
    let orders = || runtime.block_on(async { (world.order(&waiting).await, world.order(&paid).await) });
    let before = orders();
    let kinds: Vec<String> = payments::events::EventKind::names().map(str::to_owned).collect();
    let kinds = prop_oneof![8 => proptest::sample::select(kinds), 1 => Just("invoice.paid".to_owned())];
    let named = prop_oneof![
        4 => Just(None),
        1 => Just(Some("ord_1".to_owned())),
        1 => Just(Some(waiting.id.clone())),
        1 => Just(Some(paid.id.clone())),
    ];
    let envelope = (kinds, any_json(), proptest::option::weighted(0.3, any_json()), named, any::<u32>());
    let mut runner = TestRunner::new(Config { cases: 400, failure_persistence: None, ..Config::default() });
    let result = runner.run(&envelope, |(kind, mut object, other, named, n)| {
        let mut more = json!({});
        if let Some(other) = other {
            let names = ["created", "livemode", "account", "api_version", "data", "request", "object"];
            more[names[n as usize % names.len()]] = other;
        }
        // Objects that name an order of ours are those of nothing that Stripe has.
        if let (Some(order), Some(fields)) = (&named, object.as_object_mut()) {
            fields.insert("metadata".to_owned(), json!({ "order_id": order }));
            fields.insert("id".to_owned(), json!("pi_of_nothing"));
            for reference in ["payment_intent", "charge", "latest_charge"] {
                fields.insert(reference.to_owned(), json!("pi_of_nothing"));
            }
        }
        let event = event(&format!("evt_{n}"), &kind, &object, &more);
        let answer: Answer = runtime.block_on(world.event(&event));
        let status = answer.status.as_u16();
        proptest::prop_assert!(status < 500, "{status} {}: {event}", answer.text);
        let unnamed = named.is_none();
        if unnamed {
            proptest::prop_assert_eq!(status, 200, "{}: {}", answer.text, event);
            proptest::prop_assert_eq!(&orders(), &before, "{}", event);
        }
        Ok(())
    });
    result.unwrap();
    // Nothing at all was changed that costs or gives: no goods, no money.
    let (waiting, paid) = orders();
    assert_eq!((&waiting["tickets"], &paid["status"]), (&json!([]), &json!("paid")));
    assert_eq!(runtime.block_on(world.stock("vip")), (9, 0, 1));
}
