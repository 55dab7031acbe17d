//! Several organizations side by side, and what staff see of their own.

use std::{collections::BTreeSet, slice};

use holdfast_tests::{Bought, ORGANIZATION, SHOW, World};
use serde_json::{Value, json};

async fn globex(world: &World) {
    world.organization("globex", json!({ "name": "Globex", "stripe_account_id": "acct_globex" })).await.expect(201);
    world.show_of("globex", "globex-gala", json!({ "title": "Gala" })).await.expect(201);
    world.offer_of("globex", "globex-gala", "table", json!({ "price": "100.00", "capacity": 10 })).await.expect(201);
}

async fn buy_at_globex(world: &World) -> Bought {
    let mut request = world.request("table", 1);
    request["listing"] = json!("globex-gala");
    world.bought_with(&request).await
}

fn ids(page: &Value) -> Vec<String> {
    page["orders"].as_array().unwrap().iter().map(|order| order["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn each_organization_gets_its_own_money() {
    let world = World::new().await;
    globex(&world).await;
    let ours = world.bought("general", 1).await;
    let theirs = buy_at_globex(&world).await;
    let destination = |order: &Bought| {
        let transfer = world.object(world.charge(order)["transfer"].as_str().unwrap());
        transfer["destination"].as_str().unwrap().to_owned()
    };
    assert_eq!((destination(&ours), destination(&theirs)), ("acct_acme".to_owned(), "acct_globex".to_owned()));
    world.finish().await;
}

#[tokio::test]
async fn staff_see_their_own_orders_alone() {
    let world = World::new().await;
    globex(&world).await;
    let ours = world.bought("general", 1).await;
    let theirs = buy_at_globex(&world).await;
    let own = world.get(&format!("/v1/organizations/{ORGANIZATION}/orders")).role("staff").await.expect(200);
    assert_eq!(ids(&own), slice::from_ref(&ours.id));
    let staff = world.token("staff", Some("globex"));
    let list = world.get("/v1/organizations/globex/orders").token(&staff).await.expect(200);
    assert_eq!(ids(&list), slice::from_ref(&theirs.id));
    let before = world.dump().await;
    world.get("/v1/organizations/globex/orders").role("admin").await.refused(403, "forbidden");
    world.get(&format!("/v1/orders/{}", theirs.id)).role("admin").await.refused(404, "not_found");
    world.refund(&theirs, &json!({})).await.refused(404, "not_found");
    world.unchanged_since(&before).await;
    world.finish().await;
}

#[tokio::test]
async fn no_admin_changes_another_organization() {
    let world = World::new().await;
    globex(&world).await;
    let before = world.dump().await;
    // Under our own name, what is theirs is not there; its id is taken all the same.
    let ours = format!("/v1/organizations/{ORGANIZATION}/listings/globex-gala");
    let offer = json!({ "name": "X", "price": "1", "capacity": 1 });
    world.put(&format!("{ours}/offers/table")).role("admin").json(&offer).await.refused(404, "not_found");
    world.delete(&format!("{ours}/offers/table")).role("admin").await.refused(404, "not_found");
    let promo = json!({ "percent_off": "1" });
    world.put(&format!("{ours}/promos/MINE")).role("admin").json(&promo).await.refused(404, "not_found");
    world.post(&format!("{ours}/cancel")).role("admin").await.refused(404, "not_found");
    world.show("globex-gala", json!({})).await.refused(403, "forbidden").explains("This listing id is taken");
    // Under their name, our staff have no rights.
    let theirs = "/v1/organizations/globex/listings/globex-gala";
    world.put(&format!("{theirs}/offers/table")).role("admin").json(&offer).await.refused(403, "forbidden");
    world.unchanged_since(&before).await;
}

#[tokio::test]
async fn only_the_platform_makes_organizations_and_sets_its_fee() {
    let world = World::new().await;
    let path = "/v1/organizations/new-org";
    let body = json!({ "name": "New" });
    let admin = world.token("admin", Some("new-org"));
    world.put(path).token(&admin).json(&body).await.refused(403, "forbidden");
    world.put(path).token(&world.token("platform", None)).json(&body).await.expect(201);
    let changed = world.put(path).token(&admin).json(&json!({ "name": "Newer" })).await.expect(200);
    assert_eq!(changed["name"], "Newer");
    let fee = json!({ "name": "Newer", "platform_fee_per_ticket": "0.00" });
    world.put(path).token(&admin).json(&fee).await.refused(403, "forbidden").at("platform_fee_per_ticket");
    let set = world.put(path).token(&world.token("platform", None)).json(&fee).await.expect(200);
    assert_eq!(set["platform_fee_per_ticket"], "0.00");
    // What the organization writes later leaves it as it is.
    let changed = world.put(path).token(&admin).json(&json!({ "name": "Newest" })).await.expect(200);
    assert_eq!(changed["platform_fee_per_ticket"], "0.00");
}

#[tokio::test]
async fn staff_filter_orders() {
    let world = World::new().await;
    world.show("winter-show", json!({})).await.expect(201);
    world.offer_of(ORGANIZATION, "winter-show", "balcony", json!({ "price": "10.00" })).await.expect(201);
    let paid = world.bought("general", 1).await;
    world.advance(3_600).await;
    let middle = world.from_now(0);
    world.advance(3_600).await;
    let pending = world.buy("vip", 1).await;
    let mut request = world.request("balcony", 1);
    request["listing"] = json!("winter-show");
    let winter = world.buy_with(&request).await;
    let list = async |query: &str| {
        let path = format!("/v1/organizations/{ORGANIZATION}/orders?{query}");
        ids(&world.get(&path).role("staff").await.expect(200))
    };
    // The newest first.
    assert_eq!(list("").await.last(), Some(&paid.id));
    assert_eq!(list("").await.len(), 3);
    assert_eq!(list("status=paid").await, slice::from_ref(&paid.id));
    let of = |orders: &[&Bought]| orders.iter().map(|order| order.id.clone()).collect::<BTreeSet<_>>();
    let set = |ids: Vec<String>| ids.into_iter().collect::<BTreeSet<_>>();
    assert_eq!(set(list("status=pending").await), of(&[&pending, &winter]));
    assert_eq!(list("status=refunded").await, Vec::<String>::new());
    assert_eq!(list("listing=winter-show").await, slice::from_ref(&winter.id));
    assert_eq!(set(list(&format!("listing={SHOW}")).await), of(&[&paid, &pending]));
    assert_eq!(list(&format!("to={middle}")).await, slice::from_ref(&paid.id));
    assert_eq!(set(list(&format!("from={middle}")).await), of(&[&pending, &winter]));
    assert_eq!(list(&format!("from={middle}&status=paid")).await, Vec::<String>::new());
    assert_eq!(list("status=").await.len(), 3);
    let bad = format!("/v1/organizations/{ORGANIZATION}/orders?");
    for (query, field) in
        [("status=gone", "status"), ("from=yesterday", "from"), ("listing=A_B", "listing"), ("page=2", "page")]
    {
        let answer = world.get(&format!("{bad}{query}")).role("staff").await;
        answer.refused(400, "invalid_request").at(field);
    }
    world.finish().await;
}

#[tokio::test]
async fn staff_page_through_orders() {
    let world = World::new().await;
    world.offer("many", "0.00", 300).await;
    let mut made = BTreeSet::new();
    for n in 0..120 {
        if n % 10 == 0 {
            world.advance(1).await;
        }
        made.insert(world.buy("many", 1).await.id);
    }
    let mut seen = Vec::new();
    let mut times = Vec::new();
    let mut path = format!("/v1/organizations/{ORGANIZATION}/orders");
    for _ in 0..20 {
        let page = world.get(&path).role("staff").await.expect(200);
        seen.extend(ids(&page));
        times.extend(page["orders"].as_array().unwrap().iter().map(|o| o["created_at"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["cursor"].as_str() else { break };
        let cursor: String = url::form_urlencoded::byte_serialize(cursor.as_bytes()).collect();
        path = format!("/v1/organizations/{ORGANIZATION}/orders?cursor={cursor}");
    }
    assert_eq!(seen.len(), 120);
    assert_eq!(seen.iter().cloned().collect::<BTreeSet<_>>(), made);
    assert!(times.windows(2).all(|pair| pair[0] >= pair[1]), "the newest first");
    // A cursor is good for its own list, and for no other: not filtered otherwise, not of others, not of figures.
    let first = world.get(&format!("/v1/organizations/{ORGANIZATION}/orders")).role("staff").await.expect(200);
    let cursor = first["cursor"].as_str().unwrap();
    world.organization("globex", json!({})).await.expect(201);
    let platform = world.token("platform", None);
    for list in [
        format!("{ORGANIZATION}/orders?cursor=nonsense"),
        format!("{ORGANIZATION}/orders?status=paid&cursor={cursor}"),
        format!("{ORGANIZATION}/orders?from=2026-01-01T00:00:00Z&cursor={cursor}"),
        format!("{ORGANIZATION}/stats?cursor={cursor}"),
        format!("globex/orders?cursor={cursor}"),
    ] {
        let answer = world.get(&format!("/v1/organizations/{list}")).token(&platform).await;
        answer.refused(400, "invalid_request").at("cursor");
    }
}
