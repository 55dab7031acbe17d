//! The doors of a show: devices with keys of their own, what they have to know, and scans that come late, twice and in any order.

use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD};
use holdfast_tests::{Answer, Bought, ORGANIZATION, SHOW, World};
use ring::signature::{ED25519, UnparsedPublicKey};
use serde_json::{Value, json};

const HOUR: i64 = 3_600;

fn path(rest: &str) -> String {
    format!("/v1/organizations/{ORGANIZATION}/listings/{SHOW}/{rest}")
}

/// A shop on the evening of its show, an hour before it begins.
async fn evening() -> World {
    let world = World::new().await;
    world
        .show(SHOW, json!({ "starts_at": world.from_now(HOUR), "ends_at": world.from_now(4 * HOUR) }))
        .await
        .expect(200);
    world
}

/// The key of a new device.
async fn registered(world: &World, name: &str) -> String {
    let made = world.post(&path("devices")).role("staff").json(&json!({ "name": name })).await.expect(201);
    assert_eq!((&made["device"]["name"], &made["device"]["revoked_at"]), (&json!(name), &Value::Null));
    made["key"].as_str().unwrap().to_owned()
}

fn shown(key: &str) -> String {
    format!("Device {key}")
}

async fn hand_in(world: &World, key: &str, scans: &Value) -> Answer {
    world.post(&path("scans")).header("authorization", &shown(key)).json(&json!({ "scans": scans })).await
}

fn now(world: &World) -> jiff::Timestamp {
    world.stack.clock().now()
}

fn around(now: jiff::Timestamp, seconds: i64) -> String {
    (now + jiff::SignedDuration::from_secs(seconds)).to_string()
}

fn outcomes(answer: Answer) -> Vec<String> {
    let answer = answer.expect(200);
    let all = answer["scans"].as_array().unwrap().iter();
    all.map(|scan| scan["outcome"].as_str().unwrap().to_owned()).collect()
}

async fn codes(world: &World, order: &Bought) -> Vec<String> {
    let order = world.order(order).await;
    order["tickets"].as_array().unwrap().iter().map(|ticket| ticket["code"].as_str().unwrap().to_owned()).collect()
}

/// What a device reads until there is no more: the codes, by their hashes, and where it goes on later.
async fn caught_up(world: &World, key: &str, from: Option<&str>) -> (Vec<Value>, String) {
    let (mut all, mut cursor) = (Vec::new(), from.map(str::to_owned));
    loop {
        let query = cursor.map(|cursor| format!("?cursor={cursor}")).unwrap_or_default();
        let page = world.get(&path(&format!("codes{query}"))).header("authorization", &shown(key)).await.expect(200);
        all.extend(page["codes"].as_array().unwrap().iter().cloned());
        cursor = Some(page["cursor"].as_str().unwrap().to_owned());
        if page["more"] == false {
            return (all, cursor.unwrap());
        }
    }
}

fn hash(code: &str) -> String {
    let listing = domain::ListingId::parse(SHOW).unwrap();
    domain::TicketCode::scanned(code).unwrap().hash_for(&listing)
}

#[tokio::test]
async fn a_device_has_a_key_of_its_own_for_one_listing_until_it_is_lost() {
    let world = evening().await;
    world.show("winter-show", json!({})).await.expect(201);
    let key = registered(&world, "Main entrance").await;
    let (id, _) = key.split_once('.').unwrap();
    assert!(!serde_json::to_string(&world.raw()).unwrap().contains(&key), "the key itself is not kept");
    let get = |path: String, key: &str| world.get(&path).header("authorization", &shown(key));
    get(path("codes"), &key).await.expect(200);
    get(path("check-ins"), &key).await.expect(200);
    // It opens this listing and nothing else, and not without all of the key.
    let other = path("codes").replace(SHOW, "winter-show");
    get(other, &key).await.refused(401, "unauthenticated");
    get(path("devices"), &key).await.refused(401, "unauthenticated");
    get(path("doubles"), &key).await.expect(200);
    for wrong in [id.to_owned(), format!("{id}."), format!("{key}A"), key.replace("dev_", "dev-"), String::new()] {
        get(path("codes"), &wrong).await.refused(401, "unauthenticated");
    }
    for name in ["", "\u{200b}", &"x".repeat(61)] {
        let refused = world.post(&path("devices")).role("staff").json(&json!({ "name": name })).await;
        refused.refused(400, "invalid_request").at("name");
    }
    let gone = path("devices").replace(SHOW, "no-such-show");
    world.post(&gone).role("staff").json(&json!({ "name": "x" })).await.refused(404, "not_found");

    let listed = world.get(&path("devices")).role("staff").await.expect(200);
    assert_eq!((listed["devices"].as_array().unwrap().len(), &listed["devices"][0]["id"]), (1, &json!(id)));
    assert!(!listed.to_string().contains("key"));
    let revoked = world.delete(&path(&format!("devices/{id}"))).role("staff").await.expect(200);
    world.advance(60).await;
    let again = world.delete(&path(&format!("devices/{id}"))).role("staff").await.expect(200);
    assert_eq!(again, revoked, "a repeat changes nothing");
    get(path("codes"), &key).await.refused(401, "unauthenticated");
    hand_in(&world, &key, &json!([])).await.refused(401, "unauthenticated");
    world.delete(&path("devices/dev_none")).role("staff").await.refused(404, "not_found");
    world.finish().await;
}

#[tokio::test]
async fn a_device_knows_hashes_and_catches_up_with_what_changed() {
    let world = evening().await;
    let key = registered(&world, "Main entrance").await;
    let early = world.bought("vip", 2).await;
    let first = codes(&world, &early).await;
    let (known, cursor) = caught_up(&world, &key, None).await;
    let hashes: Vec<_> = known.iter().map(|code| code["hash"].as_str().unwrap().to_owned()).collect();
    assert_eq!(hashes, [hash(&first[0]), hash(&first[1])]);
    assert!(known.iter().all(|code| code["state"] == "valid" && code["offer"] == "vip"));
    let page = world.get(&path("codes")).header("authorization", &shown(&key)).await.expect(200);
    assert!(!page.to_string().contains(&first[0]) && !page.to_string().contains("Ada"), "no code and no name: {page}");
    assert_eq!(page["offers"].as_array().unwrap().len(), 3);
    assert_eq!(page["title"], "Summer Show");
    assert!(page["now"].as_str().unwrap() <= world.from_now(0).as_str());

    // Bought, checked in and given back since.
    world.advance(600).await;
    let late = world.bought("general", 1).await;
    let bought = codes(&world, &late).await.remove(0);
    world.post(&format!("/v1/tickets/{}/check-in", first[0])).role("staff").await.expect(200);
    world.refund(&early, &json!({ "items": [{ "line": "l1", "quantity": 1 }] })).await.expect(201);
    world.settle().await;
    let (news, cursor) = caught_up(&world, &key, Some(&cursor)).await;
    let of = |code: &str| news.iter().rev().find(|known| known["hash"] == hash(code).as_str()).unwrap();
    assert_eq!(of(&bought)["state"], "valid");
    assert!(of(&first[0])["checked_in_at"].is_string());
    assert_eq!(of(&first[1])["state"], "void");
    // Long after, none of it comes again.
    world.advance(2 * HOUR).await;
    let (_, cursor) = caught_up(&world, &key, Some(&cursor)).await;
    assert_eq!(caught_up(&world, &key, Some(&cursor)).await.0, Vec::<Value>::new());
    world
        .get(&path(&format!("codes?cursor={cursor}x")))
        .role("staff")
        .await
        .refused(400, "invalid_request")
        .at("cursor");
    world.finish().await;
}

#[tokio::test]
async fn a_ticket_that_is_newer_than_what_a_device_knows_vouches_for_itself() {
    let world = evening().await;
    let key = registered(&world, "Main entrance").await;
    let page = world.get(&path("codes")).header("authorization", &shown(&key)).await.expect(200);
    let order = world.bought("vip", 1).await;
    let pdf = world.get(&format!("/v1/orders/{}/tickets.pdf", order.id)).order_token(&order.token).await;
    let said = printed::reader::read(pdf.bytes.to_vec())[0].scan()[0].text.clone();
    let (text, signature) = said.rsplit_once('.').unwrap();
    assert_eq!(text, format!("{}.SUMMER-SHOW.VIP", codes(&world, &order).await[0]));
    let vouches = |text: &str| {
        let public = page["public_keys"].as_array().unwrap();
        public.iter().any(|key| {
            let key = BASE64URL_NOPAD.decode(key.as_str().unwrap().as_bytes()).unwrap();
            let signature = BASE32_NOPAD.decode(signature.as_bytes()).unwrap();
            UnparsedPublicKey::new(&ED25519, key)
                .verify(format!("holdfast ticket 1\n{text}").as_bytes(), &signature)
                .is_ok()
        })
    };
    assert!(vouches(text) && !vouches(&text.replace("VIP", "GENERAL")));
    // The table knows the code, so the service takes it by itself.
    let at = world.from_now(0);
    let scans = json!([{ "id": "s1", "code": said, "at": at }]);
    assert_eq!(outcomes(hand_in(&world, &key, &scans).await), ["checked_in"]);
    world.finish().await;
}

#[tokio::test]
async fn doors_that_were_cut_off_merge_in_any_order_and_end_alike() {
    let mut ends = Vec::new();
    for order_of_doors in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let world = evening().await;
        let order = world.bought("general", 3).await;
        let codes = codes(&world, &order).await;
        let mut keys = Vec::new();
        for n in 0..3 {
            keys.push(registered(&world, &format!("Door {n}")).await);
        }
        let now = now(&world);
        let at = |seconds| around(now, seconds);
        // Door 1 sees the first ticket first, door 2 last. Door 0 takes its scan of the second ticket back.
        let scans = [
            json!([
                { "id": "a", "code": codes[0], "at": at(-60) }, { "id": "b", "code": codes[1], "at": at(-50) },
                { "id": "c", "code": codes[1], "at": at(-40), "kind": "undo" },
            ]),
            json!([{ "id": "a", "code": codes[0].to_lowercase(), "at": at(-90) }]),
            json!([{ "id": "a", "code": codes[0], "at": at(-30) }, { "id": "b", "code": codes[2], "at": at(-20) }]),
        ];
        for n in order_of_doors {
            hand_in(&world, &keys[n], &scans[n]).await.expect(200);
            // A scan that another one of the same batch took back is answered so from then on.
            let before = world.raw();
            let again = hand_in(&world, &keys[n], &scans[n]).await.expect(200);
            let once_more = hand_in(&world, &keys[n], &scans[n]).await.expect(200);
            assert_eq!(once_more, again, "a repeat is answered the same");
            world.table_is(&before);
        }
        let all = world.get(&path("check-ins")).role("staff").await.expect(200);
        let seen: Vec<_> = codes
            .iter()
            .map(|code| {
                let found = all["tickets"].as_array().unwrap().iter().find(|ticket| ticket["code"] == code.as_str());
                let ticket = &found.unwrap()["ticket"];
                let since = ticket["checked_in_at"].as_str().map(|at| {
                    let at: jiff::Timestamp = at.parse().unwrap();
                    at.duration_since(now).as_secs()
                });
                (since, ticket["checked_in_with"].as_str().map(str::to_owned))
            })
            .collect();
        assert_eq!(all["counts"][0]["checked_in"], 2);
        let doubles = world.get(&path("doubles")).role("staff").await.expect(200);
        let doubles = doubles["tickets"].as_array().unwrap().clone();
        assert_eq!((doubles.len(), &doubles[0]["code"]), (1, &json!(codes[0])));
        let who: Vec<_> = doubles[0]["scans"]
            .as_array()
            .unwrap()
            .iter()
            .map(|scan| (scan["device_name"].clone(), scan["double"].clone()))
            .collect();
        ends.push((seen, who));
        world.finish().await;
    }
    let (seen, who) = &ends[0];
    assert_eq!(*seen, [(Some(-90), Some("Door 1".into())), (None, None), (Some(-20), Some("Door 2".into()))]);
    assert_eq!(
        *who,
        [("Door 1", false), ("Door 0", true), ("Door 2", true)].map(|(name, double)| (json!(name), json!(double)))
    );
    assert!(ends.iter().all(|end| end == &ends[0]), "{ends:?}");
}

#[tokio::test]
async fn each_scan_is_answered_with_what_came_of_it() {
    let world = evening().await;
    world.show("winter-show", json!({ "title": "Winter Show" })).await.expect(201);
    let order = world.bought("general", 2).await;
    let codes = codes(&world, &order).await;
    let key = registered(&world, "Main entrance").await;
    let now = now(&world);
    let at = |seconds| around(now, seconds);
    let before = world.raw();
    let scans = json!([
        { "id": "s1", "code": "AAAAAAAAAAAAAAAAAAAA", "at": at(0) },
        { "id": "s2", "code": "\u{0}/?", "at": at(0) },
        { "id": "s3", "code": codes[0], "at": at(3_600) },
        { "id": "s4", "code": codes[0], "at": at(-6 * HOUR) },
    ]);
    let refused = ["unknown", "unknown", "clock_ahead", "outside_check_in"];
    assert_eq!(outcomes(hand_in(&world, &key, &scans).await), refused);
    let winter = path("scans").replace(SHOW, "winter-show");
    let scan = json!({ "scans": [{ "id": "s1", "code": codes[0], "at": at(0) }] });
    let elsewhere = world.post(&winter).role("staff").json(&scan).await.expect(200);
    assert_eq!(elsewhere["scans"][0]["outcome"], "wrong_listing");
    assert_eq!(elsewhere["scans"][0]["message"], format!("The ticket is for Summer Show ({SHOW})"));
    world.table_is(&before);

    // A refund that was made meanwhile is shown, and the scan is kept all the same.
    world.refund(&order, &json!({ "items": [{ "line": "l1", "quantity": 1 }] })).await.expect(201);
    world.settle().await;
    let shown = world.order(&order).await;
    let void = shown["tickets"].as_array().unwrap().iter().find(|ticket| ticket["status"] == "void").unwrap();
    let void = void["code"].as_str().unwrap();
    let good = codes.iter().find(|code| *code != void).unwrap();
    let scans = json!([{ "id": "s5", "code": void, "at": at(-5) }, { "id": "s6", "code": good, "at": at(-4) }]);
    let merged = hand_in(&world, &key, &scans).await.expect(200);
    assert_eq!(
        (&merged["scans"][0]["outcome"], &merged["scans"][0]["ticket"]["state"]),
        (&json!("refunded"), &json!("void"))
    );
    assert_eq!(merged["scans"][1]["outcome"], "checked_in");
    // A second scan says when, by whom, with what, whose, and what for: also to who scans without a device.
    let second =
        world.post(&format!("/v1/tickets/{good}/check-in")).role("staff").await.refused(409, "already_checked_in");
    for said in ["staff-1", "Main entrance", "Ada Lovelace", "General", &at(-4)[..19]] {
        assert!(second.message().contains(said), "{said}: {}", second.text);
    }
    let undone = hand_in(&world, &key, &json!([{ "id": "s7", "code": good, "at": at(-3), "kind": "undo" }])).await;
    assert_eq!(outcomes(undone), ["undone"]);
    world.post(&format!("/v1/tickets/{good}/check-in")).role("staff").await.expect(200);
    world.finish().await;
}

#[tokio::test]
async fn what_is_no_scan_is_refused_as_a_whole() {
    let world = evening().await;
    let order = world.bought("general", 1).await;
    let code = codes(&world, &order).await.remove(0);
    let key = registered(&world, "Main entrance").await;
    let good = json!({ "id": "s1", "code": code, "at": world.from_now(0) });
    let before = world.raw();
    hand_in(&world, &key, &json!([])).await.refused(400, "invalid_request").at("scans");
    hand_in(&world, &key, &json!(vec![good.clone(); 101])).await.refused(400, "invalid_request").at("scans");
    for (field, value) in
        [("id", json!("")), ("id", json!("a b")), ("at", json!("soon")), ("kind", json!("leave")), ("by", json!("me"))]
    {
        let mut wrong = good.clone();
        wrong[field] = value;
        let refused = hand_in(&world, &key, &json!([good, wrong])).await.refused(400, "invalid_request");
        refused.at(&format!("scans[1].{field}"));
    }
    world.table_is(&before);
    world.finish().await;
}

#[tokio::test]
async fn people_are_found_by_name() {
    let world = evening().await;
    world.bought("general", 1).await;
    let order = world.bought("vip", 2).await;
    let number = world.order(&order).await["number"].as_str().unwrap().to_lowercase();
    let key = registered(&world, "Main entrance").await;
    for (q, found) in [("love", 3), ("ADA%20LOVE", 3), ("hopper", 0), (number.as_str(), 2)] {
        let page =
            world.get(&path(&format!("check-ins?q={q}"))).header("authorization", &shown(&key)).await.expect(200);
        assert_eq!(page["tickets"].as_array().unwrap().len(), found, "{q}: {page}");
        assert_eq!(page["cursor"], Value::Null);
    }
    // By its code a door asks whose a ticket is that was scanned before.
    let code = codes(&world, &order).await.remove(0);
    let one = |code: &str| world.get(&path(&format!("check-ins?code={code}"))).header("authorization", &shown(&key));
    let seen = one(&code.to_lowercase()).await.expect(200);
    assert_eq!(
        (seen["tickets"].as_array().unwrap().len(), &seen["tickets"][0]["ticket"]["holder"]),
        (1, &json!("Ada Lovelace"))
    );
    one("AAAAAAAAAAAAAAAAAAAA").await.refused(404, "not_found");
    let all = world.get(&path("check-ins")).role("staff").await.expect(200);
    let counts =
        all["counts"].as_array().unwrap().iter().map(|count| (count["offer"].clone(), count["tickets"].clone()));
    assert_eq!(counts.collect::<Vec<_>>(), [(json!("general"), json!(1)), (json!("vip"), json!(2))]);
    world.finish().await;
}
