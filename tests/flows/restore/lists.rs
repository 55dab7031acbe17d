//! Long lists: one account at Stripe serves many products.

use axum::body::Body;
use http::header;
use tower::ServiceExt;

use super::stage::{LOST, Stage};

/// Objects of other products, in one second: as many as a hundred pages have.
const OTHERS: usize = 10_000;

async fn others(stage: &Stage) {
    let router = stage.world.stack.stripe().router();
    for n in 0..OTHERS {
        // Another shop's, and another installation's.
        let (order, organization) = if n % 2 == 0 { ("other", "acme") } else { ("ord_other", "elsewhere") };
        let form =
            format!("amount=500&currency=usd&metadata[order_id]={order}-{n}&metadata[organization]={organization}");
        let request = http::Request::post("/v1/payment_intents")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::AUTHORIZATION, "Bearer sk_test_local")
            .body(Body::from(form))
            .expect("a request that can be sent");
        let response = router.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
        assert_eq!(response.status().as_u16(), 200);
    }
}

#[tokio::test(start_paused = true)]
async fn a_hundred_pages_of_a_list_are_gone_through() {
    let stage = Stage::new().await;
    let world = &stage.world;
    let known = world.buy("general", 1).await;
    let kept = stage.keep();
    world.advance(60).await;
    let first = world.bought("general", 1).await;
    others(&stage).await;
    world.pay(&known);
    let last = world.bought("vip", 1).await;
    stage.pass(LOST).await;
    stage.set_back(&kept);
    let before = world.calls_to("GET", "/v1/payment_intents");
    let restored = stage.restored(&kept).await;
    let left = u32::try_from(OTHERS / 2).expect("a number");
    assert_eq!((restored.report.given_back, restored.report.left_alone), (2, left), "{:?}", restored.report);
    let others = world.stack.stripe().objects("payment_intent").into_iter();
    let others = others.filter(|intent| intent["metadata"]["order_id"].as_str().is_some_and(|id| id.contains("other")));
    assert!(others.clone().count() == OTHERS && others.clone().all(|intent| intent["status"] != "canceled"));
    assert!(world.calls_to("GET", "/v1/payment_intents") - before >= OTHERS / 100, "a hundred pages");
    stage.pass(60).await;
    for (order, status) in [(&known, "paid"), (&first, "refunded"), (&last, "refunded")] {
        assert_eq!(stage.status(&order.id).await, Some(status));
    }
    stage.balanced().await;
    world.finish().await;
}
