//! Searches, which lag behind.

use serde_json::{Value, json};

use super::{Bench, Got};
use crate::index::LAG;

async fn find(bench: &Bench, query: &str, more: &str) -> Got {
    let query: String = serde_urlencoded::to_string([("query", query)]).expect("a query");
    bench.get(&format!("/v1/payment_intents/search?{query}{more}")).await
}

fn ids(found: &Got) -> Vec<&Value> {
    found.body["data"].as_array().expect("a list").iter().map(|intent| &intent["id"]).collect()
}

#[tokio::test]
async fn intents_are_searched() {
    let bench = Bench::new();
    let paid = bench.paid_intent().await.id();
    let open = bench.intent("").await.ok().id();
    bench.clock.advance(LAG);
    let found = find(&bench, "metadata['order_id']:'ord_2' AND status:'succeeded'", "").await.ok();
    assert_eq!(found.text("object"), "search_result");
    assert_eq!(ids(&found), [&json!(paid)]);
    assert_eq!((&found.body["has_more"], &found.body["next_page"]), (&json!(false), &json!(null)));
    assert!(ids(&find(&bench, "metadata['order_id']:'ord_3'", "").await.ok()).is_empty());

    let first = find(&bench, "metadata['order_id']:'ord_2'", "&limit=1").await.ok();
    assert_eq!((ids(&first), &first.body["has_more"]), (vec![&json!(open)], &json!(true)));
    let next =
        find(&bench, "metadata['order_id']:'ord_2'", &format!("&limit=1&page={}", first.text("next_page"))).await.ok();
    assert_eq!((ids(&next), &next.body["next_page"]), (vec![&json!(paid)], &json!(null)));

    assert_eq!(find(&bench, "nonsense", "").await.error("param"), "query");
    assert_eq!(find(&bench, "status:'succeeded'", "&limit=101").await.error("param"), "limit");
    assert_eq!(bench.get("/v1/payment_intents?limit=1").await.body["has_more"], true);
}

#[tokio::test]
async fn a_search_finds_what_was_a_minute_ago() {
    let bench = Bench::new();
    let id = bench.intent("").await.ok().id();
    let found = async |status: &str| {
        let query = format!("metadata['order_id']:'ord_2' AND status:'{status}'");
        ids(&find(&bench, &query, "").await.ok()).len()
    };
    assert_eq!(found("requires_payment_method").await, 0, "it is too new");
    bench.clock.advance(LAG);
    assert_eq!(found("requires_payment_method").await, 1);
    bench.test(&format!("intents/{id}/confirm"), json!({})).await.ok();
    assert_eq!((found("requires_payment_method").await, found("succeeded").await), (1, 0), "the news has not spread");
    bench.post(&format!("/v1/payment_intents/{id}"), "metadata[order_id]=ord_9").await.ok();
    bench.clock.advance(LAG);
    assert_eq!(found("succeeded").await, 0, "its metadata changed too");
    assert_eq!(ids(&find(&bench, "metadata['order_id']:'ord_9'", "").await.ok()), [&json!(id)]);
}
