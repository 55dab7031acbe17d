//! Lists of what an organization sells, for its staff.

use holdfast_tests::{ORGANIZATION, SHOW, World};
use serde_json::{Value, json};

fn ids(page: &Value) -> Vec<String> {
    page["listings"].as_array().unwrap().iter().map(|listing| listing["id"].as_str().unwrap().to_owned()).collect()
}

async fn as_staff(world: &World, organization: &str, path: &str) -> Value {
    world.get(path).token(&world.token("staff", Some(organization))).await.expect(200)
}

#[tokio::test]
async fn staff_list_drafts_and_canceled_listings_too() {
    let world = World::new().await;
    let path = format!("/v1/organizations/{ORGANIZATION}/listings");
    world.show("draft", json!({ "published": false })).await.expect(201);
    world.show("canceled", json!({})).await.expect(201);
    world.post(&format!("{path}/canceled/cancel")).role("admin").await.expect(202);
    world.organization("globex", json!({})).await.expect(201);
    world.show_of("globex", "theirs", json!({})).await.expect(201);
    let page = as_staff(&world, ORGANIZATION, &path).await;
    assert_eq!((ids(&page), &page["cursor"]), (vec!["canceled".into(), "draft".into(), SHOW.into()], &Value::Null));
    assert!(page["listings"][0]["canceled_at"].is_string());
    assert_eq!(page["listings"][1]["published"], false);
    // A draft that is published, and taken back, stays where it is.
    world.show("draft", json!({})).await.expect(200);
    assert_eq!(ids(&as_staff(&world, ORGANIZATION, &path).await).len(), 3);
    world.get(&path).await.refused(401, "unauthenticated");
    world.get(&path).token(&world.token("staff", Some("globex"))).await.refused(403, "forbidden");
    world.get("/v1/organizations/none/listings").token(&world.token("platform", None)).await.refused(404, "not_found");
    world.finish().await;
}

#[tokio::test]
async fn many_listings_are_paged() {
    let world = World::new().await;
    world.organization("globex", json!({})).await.expect(201);
    for n in 0..60 {
        world.show_of("globex", &format!("gala-{n:02}"), json!({ "published": n % 2 == 0 })).await.expect(201);
    }
    let path = "/v1/organizations/globex/listings";
    let first = as_staff(&world, "globex", path).await;
    let cursor = first["cursor"].as_str().expect("there is more");
    let second = as_staff(&world, "globex", &format!("{path}?cursor={cursor}")).await;
    assert_eq!(second["cursor"], Value::Null);
    let seen = [ids(&first), ids(&second)].concat();
    assert_eq!(seen, (0..60).map(|n| format!("gala-{n:02}")).collect::<Vec<_>>());
    let other = world.get(&format!("/v1/organizations/{ORGANIZATION}/listings?cursor={cursor}")).role("staff").await;
    other.refused(400, "invalid_request").at("cursor");
    world.finish().await;
}

#[tokio::test]
async fn a_listing_from_before_there_was_a_list_comes_into_it_with_its_daily_check() {
    let world = World::new().await;
    let client = world.stack.engine().store().client().clone();
    let key = |value: &str| aws_sdk_dynamodb::types::AttributeValue::S(value.to_owned());
    client
        .update_item()
        .table_name(world.stack.engine().store().table())
        .key("pk", key(&format!("LISTING#{SHOW}")))
        .key("sk", key("META"))
        .update_expression("REMOVE listing_shard")
        .send()
        .await
        .unwrap();
    let path = format!("/v1/organizations/{ORGANIZATION}/listings");
    assert_eq!(ids(&as_staff(&world, ORGANIZATION, &path).await), Vec::<String>::new());
    world.advance(25 * 3_600).await;
    world.sweep().await;
    assert_eq!(ids(&as_staff(&world, ORGANIZATION, &path).await), [SHOW]);
    world.finish().await;
}

#[tokio::test]
async fn staff_list_a_listings_promo_codes_with_their_uses() {
    let world = World::new().await;
    let path = format!("/v1/organizations/{ORGANIZATION}/listings/{SHOW}/promos");
    assert_eq!(as_staff(&world, ORGANIZATION, &path).await, json!({ "promos": [], "cursor": null }));
    world.promo("TEN", "0.10", Some(5)).await;
    world.promo("ALWAYS", "0.05", None).await;
    let mut request = world.request("general", 1);
    request["promo_code"] = json!("TEN");
    world.bought_with(&request).await;
    let page = as_staff(&world, ORGANIZATION, &path).await;
    let of = |n: usize, field: &str| page["promos"][n][field].clone();
    assert_eq!((of(0, "code"), of(0, "max_uses")), (json!("ALWAYS"), Value::Null));
    assert_eq!((of(1, "code"), of(1, "max_uses"), of(1, "uses")), (json!("TEN"), json!(5), json!(1)));
    for n in 0..55 {
        world.promo(&format!("CODE{n:02}"), "0.10", Some(1)).await;
    }
    let first = as_staff(&world, ORGANIZATION, &path).await;
    let cursor = first["cursor"].as_str().expect("there is more");
    let second = as_staff(&world, ORGANIZATION, &format!("{path}?cursor={cursor}")).await;
    let count = |page: &Value| page["promos"].as_array().unwrap().len();
    assert_eq!((count(&first), count(&second), &second["cursor"]), (50, 7, &Value::Null));
    // Of one's own listings alone.
    world.organization("globex", json!({})).await.expect(201);
    let theirs = world.token("staff", Some("globex"));
    world.get(&path).token(&theirs).await.refused(403, "forbidden");
    world
        .get(&format!("/v1/organizations/globex/listings/{SHOW}/promos"))
        .token(&theirs)
        .await
        .refused(404, "not_found");
    world.finish().await;
}
