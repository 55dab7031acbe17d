use axum::body::Body;
use http::Request;
use serde_json::json;

use super::{Bench, Got};

async fn submit(bench: &Bench, path: &str, form: &str) -> Got {
    let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
    bench.send(request.body(Body::from(form.to_owned())).expect("a request")).await
}

fn text(got: &Got) -> &str {
    got.body.as_str().expect("a page")
}

#[tokio::test]
async fn a_buyer_pays_on_the_page() {
    let bench = Bench::new();
    let id = bench.session().await.id();
    let path = format!("/pay/{id}");
    let page = bench.get(&path).await.ok();
    for shown in
        ["54.84 USD", "VIP", "2 × 25.00 USD", "acct_seller", "ada@example.com", "http:&#x2f;&#x2f;shop.test&#x2f;no"]
    {
        assert!(text(&page).contains(shown), "{shown} in {}", text(&page));
    }
    let declined = submit(&bench, &path, "action=decline").await;
    assert_eq!(declined.status, 402);
    assert!(text(&declined).contains("Your card was declined."));
    assert!(text(&declined).contains("You may try again."));
    let paid = submit(&bench, &path, "action=pay&payment_method=pm_card_visa&name=Ada").await;
    assert_eq!(paid.status, 303);
    assert_eq!(paid.headers["location"], format!("http://shop.test/ok?session_id={id}"));
    assert!(text(&bench.get(&path).await.ok()).contains("This order has been paid"));
    assert_eq!(bench.stand_in.balance("order_id", "ord_1").charges, 1);
}

#[tokio::test]
async fn a_page_says_that_it_has_expired() {
    let bench = Bench::new();
    let id = bench.session().await.id();
    bench.clock.advance(3_600);
    let path = format!("/pay/{id}");
    assert!(text(&bench.get(&path).await.ok()).contains("This page has expired"));
    assert_eq!(submit(&bench, &path, "action=pay&payment_method=pm_card_visa").await.status, 400);
    assert_eq!(bench.get("/pay/cs_test_none").await.status, 404);
    assert_eq!(bench.stand_in.balance("order_id", "ord_1").charges, 0);
}

#[tokio::test]
async fn a_buyer_authenticates_on_the_page() {
    let bench = Bench::new();
    let id = bench.session().await.id();
    let requested =
        submit(&bench, &format!("/pay/{id}"), "action=pay&payment_method=pm_card_authenticationRequired").await;
    assert_eq!(requested.status, 303);
    let path = requested.headers["location"].to_str().expect("a path").to_owned();
    assert!(text(&bench.get(&path).await.ok()).contains("Your bank asks"));
    let refused = submit(&bench, &path, "action=fail").await;
    assert!(text(&refused).contains("unable to authenticate"));
    submit(&bench, &format!("/pay/{id}"), "action=pay&payment_method=pm_card_authenticationRequired").await;
    let done = submit(&bench, &path, "action=complete").await;
    assert_eq!(done.headers["location"], format!("http://shop.test/ok?session_id={id}"));
    assert_eq!(bench.get("/authenticate/pi_none").await.status, 404);
}

#[tokio::test]
async fn what_sellers_and_buyers_type_is_escaped() {
    let bench = Bench::new();
    let form = bench.session_form().replace("[name]=VIP", "[name]=%3Cscript%3Ealert(1)%3C/script%3E");
    let id = bench.post("/v1/checkout/sessions", &form).await.ok().id();
    let page = bench.get(&format!("/pay/{id}")).await.ok();
    assert!(!text(&page).contains("<script") && text(&page).contains("&lt;script"));
    assert!(page.headers["content-security-policy"].to_str().expect("text").contains("default-src 'none'"));
    let tried = submit(&bench, &format!("/pay/{id}"), "action=decline&name=%22%3E%3Cimg%3E").await;
    assert!(!text(&tried).contains("<img"));
    bench.test("tax", json!({"percent": "10"})).await.ok();
    let taxed = bench.session().await.id();
    let page = bench.get(&format!("/pay/{taxed}")).await.ok();
    assert!(text(&page).contains("60.32 USD") && text(&page).contains("5.48 USD"), "{}", text(&page));
}

#[tokio::test]
async fn a_person_pays_an_intent_on_its_page() {
    let bench = Bench::new();
    let intent = bench.intent("&description=An+hour+%3Cb%3E").await.ok();
    let path = format!("/_test/intents/{}", intent.id());
    let page = bench.get(&format!("{path}?return_url=http://shop.test/done")).await.ok();
    for shown in ["50.00 USD", "An hour &lt;b&gt;", "ord_2", "http:&#x2f;&#x2f;shop.test&#x2f;done"] {
        assert!(text(&page).contains(shown), "{shown} in {}", text(&page));
    }
    assert!(!text(&bench.get(&format!("{path}?return_url=javascript:alert(1)")).await.ok()).contains("javascript"));
    let declined = submit(&bench, &path, "action=decline").await;
    assert_eq!(declined.status, 402);
    assert!(text(&declined).contains("Your card was declined. You may try again."));
    let requested = submit(
        &bench,
        &path,
        "action=pay&payment_method=pm_card_authenticationRequired&return_url=http://shop.test/done?a=1",
    )
    .await;
    assert_eq!(
        (requested.status, &requested.headers["location"]),
        (303, &format!("/authenticate/{}", intent.id()).parse().expect("a path"))
    );
    let done = submit(&bench, &format!("/authenticate/{}", intent.id()), "action=complete").await;
    let back = done.headers["location"].to_str().expect("an address");
    let secret = intent.text("client_secret");
    assert_eq!(
        back,
        format!(
            "http://shop.test/done?a=1&payment_intent={}&payment_intent_client_secret={secret}&redirect_status=succeeded",
            intent.id()
        )
    );
    assert!(text(&bench.get(&path).await.ok()).contains("50.00 USD was paid"));
    assert_eq!(submit(&bench, &path, "action=pay&payment_method=pm_card_visa").await.status, 400);
    assert_eq!(bench.stand_in.balance("order_id", "ord_2").charges, 1);
    assert_eq!(bench.get("/_test/intents/pi_none").await.status, 404);
}

#[tokio::test]
async fn an_intents_page_says_where_it_stands() {
    let bench = Bench::new();
    let held = bench.intent("&capture_method=manual").await.ok();
    let path = format!("/_test/intents/{}", held.id());
    let paid = submit(&bench, &path, "action=pay&payment_method=pm_card_visa&name=Ada&email=ada@example.com").await;
    assert_eq!((paid.status, paid.headers["location"].to_str().ok()), (303, Some(path.as_str())));
    assert!(text(&bench.get(&path).await.ok()).contains("Nothing has been taken yet"));
    assert_eq!(bench.stand_in.objects("charge")[0]["billing_details"]["name"], "Ada");
    bench.post(&format!("/v1/payment_intents/{}/cancel", held.id()), "").await.ok();
    assert!(text(&bench.get(&path).await.ok()).contains("This payment was canceled"));
    let form = "action=pay&payment_method=pm_usBankAccount";
    let slow = bench.intent("").await.ok().id();
    submit(&bench, &format!("/_test/intents/{slow}"), form).await;
    assert!(text(&bench.get(&format!("/_test/intents/{slow}")).await.ok()).contains("takes a few days"));
}
