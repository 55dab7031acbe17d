//! The page of the doors: the same for all, so that a device may keep it; and a key for the device, for staff alone.

use holdfast_tests::{Browser, ORGANIZATION, Page, SHOW, World};
use http::Method;
use serde_json::{Value, json};

use super::sign_in::{signed_in, signed_in_as};

fn read(page: &Page) -> Value {
    serde_json::from_str(&page.text).unwrap_or_else(|error| panic!("{error}: {}", page.text))
}

async fn shows(browser: &mut Browser) -> Value {
    let page = browser.send(Method::GET, "/door/shows", None).await;
    assert_eq!(page.headers["cache-control"], "private, no-store");
    read(&page)
}

#[tokio::test]
async fn the_page_and_its_files_are_the_same_for_all_and_lie_below_the_doors() {
    let world = World::new().await;
    let mut visitor = Browser::new(&world);
    assert_eq!(visitor.send(Method::GET, "/door", None).await.location(), "/door/");
    let page = visitor.send(Method::GET, "/door/", None).await;
    assert!(page.status.is_success() && page.headers.get("set-cookie").is_none(), "{:?}", page.headers);
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.contains("worker-src 'self'") && policy.contains("default-src 'none'") && !policy.contains("unsafe")
    );
    assert_eq!(page.headers["permissions-policy"], "camera=(self)");
    let worker = visitor.send(Method::GET, "/door/worker.js", None).await;
    assert!(worker.headers["content-type"].to_str().unwrap().starts_with("text/javascript"));
    // What the worker keeps is all that the page names, and all of it is there.
    let files: Vec<&str> = worker.text.split('\'').filter(|text| text.starts_with("/assets/")).collect();
    assert!(files.len() > 8, "{files:?}");
    for named in page.text.split('"').filter(|text| text.starts_with("/assets/")) {
        assert!(files.contains(&named), "{named} is not kept");
    }
    for file in files {
        assert!(visitor.send(Method::GET, file, None).await.status.is_success(), "{file}");
    }
    let manifest = read(&visitor.send(Method::GET, "/door/app.webmanifest", None).await);
    assert_eq!((&manifest["scope"], &manifest["start_url"]), (&json!("/door/"), &json!("/door/")));
    for language in ["de", "fr", "es", "it", "pt"] {
        visitor.languages = language.to_owned();
        let page = visitor.send(Method::GET, "/door/", None).await;
        assert!(page.says(&format!("<html lang=\"{language}\"")) && page.says("{number}"), "{}", page.text);
    }
    world.finish().await;
}

#[tokio::test]
async fn staff_register_a_device_and_no_one_else_does() {
    let world = World::new().await;
    world.show("winter-show", json!({ "starts_at": world.from_now(3_600) })).await.expect(201);
    world.show("secret-show", json!({ "published": false })).await.expect(201);
    let mut visitor = Browser::new(&world);
    let seen = shows(&mut visitor).await;
    assert_eq!((&seen["signed_in"], &seen["staff"], &seen["shows"]), (&json!(false), &json!(false), &json!([])));
    let fields = |csrf: &Value| {
        [("csrf", csrf.as_str().unwrap().to_owned()), ("listing", SHOW.to_owned()), ("name", "Main".to_owned())]
    };
    let register = async |browser: &mut Browser, csrf: &Value| {
        let fields = fields(csrf);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.send(Method::POST, "/door/devices", Some(&fields)).await
    };
    let before = world.raw();
    assert_eq!(register(&mut visitor, &seen["csrf"]).await.status.as_u16(), 403);
    let mut customer = Browser::new(&world);
    signed_in(&mut customer, "eve", "/account").await;
    let seen = shows(&mut customer).await;
    assert_eq!((&seen["signed_in"], &seen["staff"]), (&json!(true), &json!(false)));
    assert_eq!(register(&mut customer, &seen["csrf"]).await.status.as_u16(), 403);
    let mut other = Browser::new(&world);
    world.organization("globex", json!({ "name": "Globex", "stripe_account_id": "acct_globex" })).await.expect(201);
    signed_in_as(&mut other, "staff-1", "globex", "staff", "/account").await;
    let seen = shows(&mut other).await;
    assert_eq!((&seen["staff"], &seen["shows"]), (&json!(true), &json!([])));
    assert_eq!(register(&mut other, &seen["csrf"]).await.status.as_u16(), 404);
    let known =
        |items: &std::collections::BTreeMap<String, Value>| items.keys().filter(|key| key.contains("DEVICES#")).count();
    assert_eq!((known(&before), known(&world.raw())), (0, 0));

    let mut staff = Browser::new(&world);
    signed_in_as(&mut staff, "staff-1", ORGANIZATION, "staff", "/account").await;
    let seen = shows(&mut staff).await;
    let listings: Vec<_> = seen["shows"].as_array().unwrap().iter().map(|show| show["listing"].clone()).collect();
    assert_eq!(listings, [json!("winter-show"), json!(SHOW)], "the one that begins first comes first");
    assert_eq!(register(&mut staff, &json!("guess")).await.status.as_u16(), 403);
    let made = register(&mut staff, &seen["csrf"]).await;
    let made = read(&made);
    assert_eq!(
        (&made["listing"], &made["title"], &made["name"]),
        (&json!(SHOW), &json!("Summer Show"), &json!("Main"))
    );
    let codes = format!("/v1/organizations/{ORGANIZATION}/listings/{SHOW}/codes");
    let key = format!("Device {}", made["key"].as_str().unwrap());
    world.get(&codes).header("authorization", &key).await.expect(200);
    world.finish().await;
}
