//! Who may answer a booking, cancel it, or know of it.

use holdfast_tests::{Bought, EXPERT, ORGANIZATION, Side, World, booking_path};
use local::TokenFields;
use serde_json::json;

use super::shared::stands;

#[tokio::test]
async fn only_the_slots_own_expert_answers() {
    let world = World::of_experts().await;
    let order = world.requested("morning").await;
    world.organization("globex", json!({})).await.expect(201);
    let token =
        |sub: &str, role: &str, organization: &str| world.stack.token(&TokenFields::of(sub, role, Some(organization)));
    let before = world.dump().await;
    for what in ["confirm", "decline"] {
        let path = booking_path(&order, what);
        world.post(&path).await.refused(401, "unauthenticated");
        world.post(&path).token("forged.token.here").await.refused(401, "unauthenticated");
        // An order's token opens the order, and is no identity.
        world.post(&path).order_token(&order.token).await.refused(401, "unauthenticated");
        for (caller, status, code) in [
            (world.expert("another-one"), 403, "forbidden"),
            (token(EXPERT, "staff", ORGANIZATION), 403, "forbidden"),
            (token(EXPERT, "admin", ORGANIZATION), 403, "forbidden"),
            (world.token("platform", None), 403, "forbidden"),
            (token(EXPERT, "expert", "globex"), 404, "not_found"),
            (token("globex-admin", "admin", "globex"), 404, "not_found"),
            (world.customer(EXPERT), 404, "not_found"),
            (world.customer("a-stranger"), 404, "not_found"),
        ] {
            world.post(&path).token(&caller).await.refused(status, code);
        }
        let buyer = world.post(&path).token(&world.customer("a-stranger")).order_token(&order.token);
        buyer.await.refused(403, "forbidden");
    }
    world.unchanged_since(&before).await;
    world.as_expert(&order, "confirm").await.expect(200);
    world.finish().await;
}

#[tokio::test]
async fn only_the_buyer_and_the_expert_cancel() {
    let world = World::of_experts().await;
    let request = world.slot_request("morning", Some("pm_card_visa"));
    let customer = world.customer("ada-1");
    let placed = world.post("/v1/checkout").token(&customer).key("mine").json(&request).await;
    let order = Bought::of(placed.expect(201));
    let before = world.dump().await;
    for what in ["cancel", "cancellation"] {
        let path = booking_path(&order, what);
        let call = |path: &str| if what == "cancel" { world.post(path) } else { world.get(path) };
        call(&path).await.refused(401, "unauthenticated");
        call(&path).order_token("WRONGTOKEN").await.refused(404, "not_found");
        call(&format!("{path}?token=WRONGTOKEN")).await.refused(404, "not_found");
        call(&path).token(&world.customer("a-stranger")).await.refused(404, "not_found");
        call(&path).role("staff").await.refused(403, "forbidden");
        call(&path).token(&world.expert("another-one")).await.refused(403, "forbidden");
    }
    world.unchanged_since(&before).await;
    let quoted = world.get(&booking_path(&order, "cancellation")).token(&customer).await.expect(200);
    assert_eq!(quoted["releases"], true);
    let path = format!("{}?token={}", booking_path(&order, "cancellation"), order.token);
    assert_eq!(world.get(&path).await.expect(200), quoted);
    let canceled = world.post(&booking_path(&order, "cancel")).token(&customer).await.expect(200);
    assert_eq!(
        (stands(&canceled), &canceled["booking"]["canceled_by"]),
        (["canceled", "canceled", "canceled"], &json!("buyer"))
    );
    world.settle().await;
    assert!(world.trail(&order).await.iter().any(|(what, by)| what == "canceling" && by == "ada-1"));
    world.finish().await;
}

#[tokio::test]
async fn an_order_that_is_no_booking_is_not_found() {
    let world = World::of_experts().await;
    let order = world.bought("general", 1).await;
    let before = world.dump().await;
    world.as_expert(&order, "confirm").await.refused(404, "not_found").explains("There is no such booking");
    world.as_expert(&order, "decline").await.refused(404, "not_found");
    world.cancel(&order, Side::Buyer).await.refused(404, "not_found");
    world.quote(&order, Side::Buyer).await.refused(404, "not_found");
    let nothing = Bought { id: "ord_nothing".to_owned(), ..order.clone() };
    world.as_expert(&nothing, "confirm").await.refused(404, "not_found");
    world.cancel(&nothing, Side::Buyer).await.refused(404, "not_found");
    world.unchanged_since(&before).await;
    world.finish().await;
}

#[tokio::test]
async fn a_body_with_fields_is_a_mistake() {
    let world = World::of_experts().await;
    let order = world.requested("morning").await;
    let token = world.expert(EXPERT);
    for what in ["confirm", "decline", "cancel"] {
        let path = booking_path(&order, what);
        let said = world.post(&path).token(&token).json(&json!({ "percent": 100 })).await;
        said.refused(400, "invalid_request").at("percent");
        let form = world.post(&path).token(&token).bytes("application/x-www-form-urlencoded", "a=b").await;
        form.refused(415, "unsupported_media_type");
    }
    assert_eq!(stands(&world.order(&order).await), ["authorized", "authorized", "requested"]);
    world.post(&booking_path(&order, "confirm")).token(&token).json(&json!({})).await.expect(200);
    world.finish().await;
}
