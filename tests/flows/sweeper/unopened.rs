//! Orders whose page or payment intent was never noted: the call is made once more, under its key, and what it shows or
//! makes is ended before the stock is released.

use holdfast_tests::{
    CRAFTS, ORGANIZATION, SHOW, World,
    faults::{Fault, Faults, Outward, Rule, Service},
};
use serde_json::{Value, json};

const SIXTH_MINUTE: i64 = 6 * 60 + 1;
const ASK: &str = "POST /v1/checkout/sessions";
const LIST: &str = "GET /v1/checkout/sessions";

async fn world() -> (World, Faults) {
    let faults = Faults::new();
    let world = World::of_products_with(faults.options()).await;
    world.drop_webhooks().await;
    (world, faults)
}

/// Buys while the rules break Stripe's answer; returns the order, of which the buyer gets no answer.
async fn in_vain(world: &World, faults: &Faults, request: &Value, rules: impl IntoIterator<Item = Rule>) -> String {
    faults.plan(rules);
    let answer = world.post("/v1/checkout").key("in-vain").json(request).await;
    answer.refused(503, "payment_unavailable");
    assert!(faults.heal() > 0);
    let all = world.everything().await;
    all.orders.iter().find(|order| order.status == domain::OrderStatus::Pending).expect("it waits").id.to_string()
}

fn every(fault: Fault) -> Rule {
    Rule::every(Service::Stripe, fault)
}

async fn status(world: &World, order: &str) -> String {
    let order = world.get(&format!("/v1/orders/{order}")).role("staff").await.expect(200);
    order["status"].as_str().expect("a status").to_owned()
}

/// The calls to Stripe since the last plan, lists apart from reads of one object.
fn requested(faults: &Faults) -> Vec<String> {
    let stripes = faults.calls().into_iter().filter(|call: &Outward| call.service == Service::Stripe);
    stripes.map(|call| call.kind().to_owned() + if call.operation == call.kind() { "" } else { "/{id}" }).collect()
}

#[tokio::test(start_paused = true)]
async fn a_page_whose_answer_was_lost_is_found_by_asking_again() {
    let (world, faults) = world().await;
    let order = in_vain(&world, &faults, &world.request("general", 2), [every(Fault::AnswerLost)]).await;
    world.advance(SIXTH_MINUTE).await;
    faults.watch();
    let report = world.sweep().await;
    assert_eq!((report.orders, report.failed), (1, 0));
    assert_eq!(status(&world, &order).await, "expired");
    assert_eq!(world.stock("general").await, (100, 0, 0));
    let calls = faults.calls();
    let again = calls.iter().find(|call| call.operation == ASK).expect("it was asked again");
    assert_eq!(again.idempotency_key.as_deref(), Some(format!("{order}-session").as_str()), "under its key");
    assert!(!calls.iter().any(|call| call.operation == LIST), "no other buyer's pages were fetched");
    let sessions = world.stack.stripe().objects("checkout.session");
    assert_eq!((sessions.len(), &sessions[0]["status"]), (1, &json!("expired")));
    world.send_webhooks().await;
    world.finish().await;
}

#[tokio::test(start_paused = true)]
async fn a_page_that_was_never_made_is_refused_then_and_none_comes_into_being() {
    let (world, faults) = world().await;
    let order = in_vain(&world, &faults, &world.request("general", 2), [every(Fault::RequestLost)]).await;
    world.advance(SIXTH_MINUTE).await;
    faults.watch();
    world.sweep().await;
    assert_eq!(status(&world, &order).await, "expired");
    assert_eq!(world.stock("general").await, (100, 0, 0));
    assert_eq!(requested(&faults), [ASK], "one call was enough");
    assert!(world.stack.stripe().objects("checkout.session").is_empty());
    world.send_webhooks().await;
    world.finish().await;
}

#[tokio::test(start_paused = true)]
async fn a_page_that_asking_again_makes_is_ended_at_once() {
    let (world, faults) = world().await;
    let order = in_vain(&world, &faults, &world.request("general", 2), [every(Fault::RequestLost)]).await;
    world.post(&format!("/v1/organizations/{ORGANIZATION}/listings/{SHOW}/cancel")).role("admin").await.expect(202);
    world.advance(1).await;
    faults.watch();
    world.sweep().await;
    assert_eq!(status(&world, &order).await, "canceled", "it does not wait for the sixth minute");
    let expire = format!("{ASK}/{{id}}");
    assert_eq!(requested(&faults), [ASK, &format!("{LIST}/{{id}}"), &expire], "asked, looked at, ended");
    let sessions = world.stack.stripe().objects("checkout.session");
    assert_eq!((sessions.len(), &sessions[0]["status"]), (1, &json!("expired")));
    assert_eq!(world.stock("general").await, (100, 0, 0));
    // The buyer's own repeat makes no second one.
    let repeated = world.post("/v1/checkout").key("in-vain").json(&world.request("general", 2)).await;
    assert_eq!(repeated.json["order"]["status"], "canceled", "{}", repeated.text);
    assert_eq!(world.stack.stripe().objects("checkout.session").len(), 1);
    world.send_webhooks().await;
    world.finish().await;
}

#[tokio::test(start_paused = true)]
async fn a_page_that_was_paid_and_never_noted_is_settled() {
    let (world, faults) = world().await;
    let order = in_vain(&world, &faults, &world.request("general", 2), [every(Fault::AnswerLost)]).await;
    let session = world.stack.stripe().objects("checkout.session").pop().expect("there is a page");
    world.pay_with(session["id"].as_str().expect("an id"), "pm_card_visa").expect("the card is good");
    world.advance(SIXTH_MINUTE).await;
    world.sweep().await;
    assert_eq!(status(&world, &order).await, "paid", "what comes back under the key is old; what is true is looked at");
    assert_eq!(world.stock("general").await, (98, 0, 2));
    world.send_webhooks().await;
    world.finish().await;
}

#[tokio::test(start_paused = true)]
async fn only_a_failure_that_stripe_keeps_leads_to_a_list_of_a_few_minutes() {
    let (world, faults) = world().await;
    let rules = [every(Fault::ServerErrorDone).of(ASK), every(Fault::Refused).of(LIST)];
    let order = in_vain(&world, &faults, &world.request("general", 2), rules).await;
    let placed = world.stack.clock().now().as_second();
    world.advance(SIXTH_MINUTE).await;
    world.stack.stripe().forget_calls();
    world.sweep().await;
    assert_eq!(status(&world, &order).await, "expired");
    let lists = world.stack.stripe().calls().into_iter().filter(|call| call.path == "/v1/checkout/sessions");
    let list = lists.into_iter().find(|call| call.method == "GET").expect("a list");
    let bound = |name: &str| -> i64 {
        let pairs = url::form_urlencoded::parse(list.form.as_bytes());
        let value = pairs.into_iter().find(|(key, _)| key == name).expect(name).1;
        value.parse().expect("a time")
    };
    let (from, to) = (bound("created[gte]"), bound("created[lte]"));
    assert!(to - from <= 181, "{} seconds of all buyers' pages", to - from);
    assert!((placed - 75..=placed).contains(&from) && to >= placed, "{from} to {to}, asked about {placed}");
    world.send_webhooks().await;
    world.finish().await;
}

#[tokio::test(start_paused = true)]
async fn an_intent_whose_answer_was_lost_is_found_and_canceled() {
    let (world, faults) = world().await;
    for (n, fault) in [Fault::AnswerLost, Fault::RequestLost].into_iter().enumerate() {
        let request = world.basket(&[(CRAFTS, "mug", 2)], None);
        let key = format!("in-vain-{n}");
        faults.plan([every(fault).of("POST /v1/payment_intents")]);
        world.order_under(&key, &request).await.refused(503, "payment_unavailable");
        assert!(faults.heal() > 0);
        world.advance(16 * 60).await;
        faults.watch();
        let report = world.sweep().await;
        assert_eq!((report.orders, report.failed), (1, 0), "{fault:?}");
        assert!(!faults.calls().iter().any(|call| call.operation == "GET /v1/payment_intents"), "no list");
        let intents = world.stack.stripe().objects("payment_intent");
        assert_eq!(intents.len(), n + 1, "{fault:?}");
        assert!(intents.iter().all(|intent| intent["status"] == "canceled"), "{intents:?}");
        assert_eq!(world.stock_of(CRAFTS, "mug").await, (20, 0, 0));
    }
    let all = world.everything().await;
    assert!(all.orders.iter().all(|order| order.status == domain::OrderStatus::Expired));
    world.send_webhooks().await;
    world.finish().await;
}
