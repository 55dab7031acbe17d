//! An organization with something of everything, all of it bought by one customer.

use holdfast_tests::{Bought, ORGANIZATION, SHOW, TUTOR, World};
use serde_json::{Value, json};

/// What the buyer of everything in this house is called. Only this house may read it.
pub(super) const NAME: &str = "Xanthippe Quill";
pub(super) const MAIL: &str = "xanthippe@quill.example";
pub(super) const OWNER: &str = "owner-1";

/// Something of everything that an organization has.
pub(super) struct House {
    pub(super) tickets: Bought,
    /// One to be refunded, so that the other stays what it is.
    pub(super) refunded: Bought,
    pub(super) booked: Bought,
    pub(super) requested: Bought,
    pub(super) declined: Bought,
    pub(super) code: String,
    /// Of all of them, as a file.
    pub(super) export: String,
    pub(super) device: String,
}

async fn bought_by_owner(world: &World, request: &Value) -> Bought {
    let mut request = request.clone();
    request["buyer"] = json!({ "name": NAME, "email": MAIL });
    Bought::of(world.order_as(OWNER, &request).await.expect(201))
}

pub(super) async fn furnish(world: &World) -> House {
    for slot in ["noon", "evening"] {
        world.slot(slot, "80.00", 1, 40 * 3_600).await;
    }
    world.package_listing(ORGANIZATION, "lessons").await.expect(201);
    let ten = json!({ "price": "50.00", "hours": "10", "capacity": null });
    world.offer_of(ORGANIZATION, "lessons", "ten", ten).await.expect(201);
    world.offer_with("general", json!({ "attendees": "optional" })).await.expect(200);
    world.show("secret-show", json!({ "published": false })).await.expect(201);
    let mut orders = Vec::new();
    for _ in 0..2 {
        let order = bought_by_owner(world, &world.request("general", 2)).await;
        world.pay(&order);
        orders.push(order);
    }
    let mut request = world.request("ten", 1);
    request["listing"] = json!("lessons");
    let hours = bought_by_owner(world, &request).await;
    world.pay(&hours);
    for slot in ["morning", "noon", "evening"] {
        orders.push(bought_by_owner(world, &world.basket(&[(TUTOR, slot, 1)], Some("pm_card_visa"))).await);
    }
    world.settle().await;
    let [tickets, refunded, booked, requested, declined] = orders.try_into().unwrap();
    world.as_expert(&booked, "confirm").await.expect(200);
    world.settle().await;
    let code = world.order(&tickets).await["tickets"][0]["code"].as_str().unwrap().to_owned();
    let path = format!("/v1/organizations/{ORGANIZATION}/exports");
    let export = world.post(&path).role("staff").json(&json!({ "kind": "orders", "file": true })).await.expect(202);
    let export = export["id"].as_str().unwrap().to_owned();
    let devices = format!("/v1/organizations/{ORGANIZATION}/listings/{SHOW}/devices");
    let device = world.post(&devices).role("staff").json(&json!({ "name": "Main entrance" })).await.expect(201);
    let device = device["device"]["id"].as_str().unwrap().to_owned();
    House { tickets, refunded, booked, requested, declined, code, export, device }
}
