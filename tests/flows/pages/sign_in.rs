//! Signing in at the issuer of this machine, by the same way as deployed, and out again.

use holdfast_tests::{Browser, LESSONS, Page, SHOW, World};
use http::{Method, StatusCode};
use local::Options;

/// The pages' address, as the issuer knows it.
const PAGES: &str = "http://127.0.0.1:3000";
/// What the issuer's page hides in its form.
const HIDDEN: [&str; 5] = ["client_id", "redirect_uri", "state", "nonce", "code_challenge"];

/// The path of an address at this machine.
fn path(address: &str) -> String {
    address.strip_prefix(PAGES).unwrap_or_else(|| panic!("`{address}` is not here")).to_owned()
}

/// Goes to the issuer's page.
async fn at_the_issuer(browser: &mut Browser, to: &str) -> Page {
    let led = browser.send(Method::GET, &format!("/sign-in?to={to}"), None).await;
    assert_eq!(led.status, StatusCode::SEE_OTHER, "{}", led.text);
    assert_eq!(led.headers["cache-control"], "private, no-store");
    let page = browser.send(Method::GET, &path(led.location()), None).await;
    assert!(page.says("Who signs in?"), "{}", page.text);
    page
}

/// Chooses a person there, and gives the way back to the pages.
async fn answered(browser: &mut Browser, page: &Page, fields: &[(&str, &str)]) -> String {
    let hidden = HIDDEN.map(|name| (name, page.value(name).expect(name)));
    let mut all: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (*name, value.as_str())).collect();
    all.extend_from_slice(fields);
    let led = browser.send(Method::POST, "/local/issuer/authorize", Some(&all)).await;
    assert_eq!(led.status, StatusCode::SEE_OTHER, "{}", led.text);
    path(led.location())
}

/// Signs a customer in, and opens where it leads.
pub(crate) async fn signed_in(browser: &mut Browser, subject: &str, to: &str) -> Page {
    let page = at_the_issuer(browser, to).await;
    let address = format!("{subject}@example.com");
    let fields = [("subject", subject), ("name", "Grace Hopper"), ("email", &address)];
    let back = answered(browser, &page, &fields).await;
    browser.open(&back).await
}

/// Signs a person in who has these roles in an organization, and opens where it leads.
pub(crate) async fn signed_in_as(
    browser: &mut Browser,
    subject: &str,
    organization: &str,
    roles: &str,
    to: &str,
) -> Page {
    let page = at_the_issuer(browser, to).await;
    let fields = [("subject", subject), ("name", subject), ("organization", organization), ("roles", roles)];
    let back = answered(browser, &page, &fields).await;
    browser.open(&back).await
}

#[tokio::test]
async fn a_person_signs_in_and_out() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let overview = browser.open("/").await;
    assert!(overview.says("href=\"/account\"") && !overview.says("/sign-in"), "the same for all: {}", overview.text);
    let cart = browser.choose(SHOW, &[("quantity.general", "1")]).await;
    assert!(cart.says("/sign-in?to="), "{}", cart.text);
    let before = (cart.value("csrf").unwrap(), cart.value("key").unwrap());

    let cart = signed_in(&mut browser, "grace", "/cart").await;
    assert_eq!((cart.path.as_str(), cart.status), ("/cart", StatusCode::OK));
    assert!(cart.says("Grace Hopper") && cart.says("Sign out"), "{}", cart.text);
    assert_eq!(cart.value("name").as_deref(), Some("Grace Hopper"));
    assert_eq!(cart.value("email").as_deref(), Some("grace@example.com"));
    assert_ne!(cart.value("csrf").unwrap(), before.0, "forms from before are not hers");
    assert_ne!(cart.value("key").unwrap(), before.1);
    assert!(!browser.cookies.contains_key("holdfast-sign-in"), "{:?}", browser.cookies);
    // Nothing of her can be read in the cookie.
    assert!(browser.cookies.values().all(|value| !value.contains("grace")));
    let account = browser.open("/account").await;
    assert!(account.says("grace@example.com") && account.says("no orders yet"), "{}", account.text);
    // The overview stays the same for all.
    assert!(!browser.open("/").await.says("Grace"));
    // Who is signed in already is led on at once.
    assert_eq!(browser.open("/sign-in?to=/account").await.path, "/account");

    // Without the form's secret nothing happens.
    for csrf in [None, Some(("csrf", before.0.as_str()))] {
        let fields: Vec<_> = csrf.into_iter().collect();
        let refused = browser.send(Method::POST, "/sign-out", Some(&fields)).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
    let page = browser.submit(&account, "/sign-out", &[]).await;
    assert_eq!((page.path.as_str(), page.status), ("/signed-out", StatusCode::OK));
    let address = page.text.split("content=\"0;url=").nth(1).and_then(|rest| rest.split('"').next()).expect("onwards");
    let address = address.replace("&amp;", "&").replace("&#x2f;", "/");
    assert!(address.starts_with(&format!("{PAGES}/local/issuer/end-session?")), "{address}");
    let ended = browser.send(Method::GET, &path(&address), None).await;
    let page = browser.open(&path(ended.location())).await;
    assert_eq!(page.path, "/signed-out");
    assert!(!page.says("http-equiv") && page.says("You are signed out"), "{}", page.text);
    assert!(browser.open("/cart").await.says("Your cart is empty"), "nothing is left for the next one");
    let led = browser.send(Method::GET, "/account", None).await;
    assert_eq!((led.status, led.location()), (StatusCode::SEE_OTHER, "/sign-in?to=/account"));
    world.finish().await;
}

#[tokio::test]
async fn an_answer_of_the_issuer_is_good_once_and_in_its_own_browser() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let page = at_the_issuer(&mut browser, "/cart").await;
    let back = answered(&mut browser, &page, &[("person", "demo-customer")]).await;
    let mut stranger = Browser::new(&world);
    let mut copy = browser.clone();
    for wrong in [back.replace("state=", "state=x"), back.replace("&state=", "&other="), "/sign-in/callback".to_owned()]
    {
        let page = browser.clone().open(&wrong).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{wrong}");
        assert!(page.says("out of date") && page.says("</html>"), "{}", page.text);
    }
    let foreign = back.replace("issuer.localhost", "evil.localhost");
    assert_ne!(foreign, back);
    assert_eq!(browser.clone().open(&foreign).await.status, StatusCode::BAD_REQUEST, "another issuer's answer");
    assert_eq!(stranger.open(&back).await.status, StatusCode::BAD_REQUEST, "another browser");

    assert_eq!(browser.open(&back).await.path, "/cart");
    assert!(browser.open("/account").await.says("demo-customer@example.com"));
    assert_eq!(browser.open(&back).await.status, StatusCode::BAD_REQUEST, "it was used");
    // A browser that kept what it had sends the code again; the issuer gives nothing for it.
    let again = copy.open(&back).await;
    assert_eq!(again.status, StatusCode::FORBIDDEN, "{}", again.text);
    assert!(again.says("The sign-in was refused") && again.says("Try again"), "{}", again.text);
    assert!(copy.open("/cart").await.says("/sign-in?to="));

    // A code for another proof (PKCE) is none for this one.
    let (mut one, mut two) = (Browser::new(&world), Browser::new(&world));
    let (first, second) = (at_the_issuer(&mut one, "/").await, at_the_issuer(&mut two, "/").await);
    let stolen = answered(&mut one, &first, &[("person", "demo-platform")]).await;
    let own = answered(&mut two, &second, &[("person", "demo-customer")]).await;
    let code = |way: &str| way.split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let injected = own.replace(&code(&own), &code(&stolen));
    assert_eq!(two.open(&injected).await.status, StatusCode::FORBIDDEN);

    // What takes longer than ten minutes begins again.
    let page = at_the_issuer(&mut one, "/").await;
    world.advance(600).await;
    let late = answered(&mut one, &page, &[("person", "demo-customer")]).await;
    assert_eq!(one.open(&late).await.status, StatusCode::BAD_REQUEST);
    // So does a code that lay for a minute.
    let page = at_the_issuer(&mut one, "/").await;
    let late = answered(&mut one, &page, &[("person", "demo-customer")]).await;
    world.advance(60).await;
    assert_eq!(one.open(&late).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn who_does_not_agree_is_not_signed_in() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let page = at_the_issuer(&mut browser, "/account").await;
    let back = answered(&mut browser, &page, &[("deny", "1")]).await;
    let page = browser.open(&back).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.says("You did not agree") && page.says("/sign-in?to="), "{}", page.text);
    // The issuer leads to our pages alone, and to its own client.
    let authorize = "/local/issuer/authorize?client_id=holdfast-pages&state=s&code_challenge=c&redirect_uri=";
    for back in ["https://evil.example/", "http://127.0.0.1:3000.evil.example/", ""] {
        let page = browser.send(Method::GET, &format!("{authorize}{back}"), None).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{back}");
    }
}

#[tokio::test]
async fn a_sign_in_leads_to_our_own_pages_alone() {
    let world = World::new().await;
    for foreign in ["//evil.example", "https://evil.example/", "/%5Cevil.example", "%2F%2Fevil.example", ""] {
        let mut browser = Browser::new(&world);
        assert_eq!(signed_in(&mut browser, "grace", foreign).await.path, "/", "{foreign}");
        assert_eq!(browser.open(&format!("/sign-in?to={foreign}")).await.path, "/", "{foreign}");
    }
}

#[tokio::test]
async fn a_session_ends_with_its_time_and_opens_to_no_forged_cookie() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    signed_in(&mut browser, "grace", "/account").await;
    let mut forged = browser.clone();
    for value in forged.cookies.values_mut() {
        let last = if value.ends_with('A') { "B" } else { "A" };
        value.truncate(value.len() - 4);
        value.push_str(&last.repeat(4));
    }
    assert_eq!(forged.send(Method::GET, "/account", None).await.location(), "/sign-in?to=/account");
    world.advance(8 * 3_600 - 60).await;
    assert_eq!(browser.open("/account").await.path, "/account");
    world.advance(120).await;
    let cart = browser.choose(SHOW, &[("quantity.general", "1")]).await;
    assert!(!cart.says("Grace") && cart.says("/sign-in?to="), "{}", cart.text);
    assert_eq!(browser.send(Method::GET, "/account", None).await.location(), "/sign-in?to=/account");
    // What was in the cart is there after signing in again.
    assert!(signed_in(&mut browser, "grace", "/cart").await.says(&format!("/listings/{SHOW}")));
}

#[tokio::test]
async fn a_form_from_before_signing_in_does_nothing_and_loses_nothing() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let before = browser.choose(SHOW, &[("quantity.general", "1")]).await;
    // In another tab.
    signed_in(&mut browser, "grace", "/account").await;
    let typed = [("company", "Analytical Engines"), ("email", "other@example.com")];
    let cart = browser.order(&before, &typed).await;
    assert_eq!((cart.path.as_str(), cart.status), ("/cart", StatusCode::CONFLICT));
    assert!(cart.says("This form was out of date") && cart.says("role=\"alert\""), "{}", cart.text);
    assert_eq!(cart.value("company").as_deref(), Some("Analytical Engines"));
    assert_eq!(cart.value("email").as_deref(), Some("other@example.com"));
    assert!(world.everything().await.orders.is_empty());
    let led = browser.order(&cart, &typed).await;
    assert_eq!(browser.pay(&world, &led, "pm_card_visa").await.status, StatusCode::OK);
    world.finish().await;
}

fn with(settings: &[(&str, &str)]) -> Options {
    let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Options { settings, ..Options::default() }
}

#[tokio::test]
async fn keys_of_sessions_are_rotated_and_people_stay_signed_in() {
    let secret = |text: &str| with(&[("TOKEN_SECRET", text)]);
    let world = World::empty(secret("first")).await;
    let mut browser = Browser::new(&world);
    signed_in(&mut browser, "grace", "/account").await;
    let cookies = browser.cookies;
    for (secrets, open) in [("second,first", true), ("second", false)] {
        let world = World::empty(secret(secrets)).await;
        let mut browser = Browser::new(&world);
        browser.cookies.clone_from(&cookies);
        let page = browser.send(Method::GET, "/account", None).await;
        assert_eq!(page.status == StatusCode::OK, open, "{secrets}: {}", page.text);
    }
}

#[tokio::test]
async fn hours_are_bought_by_who_is_signed_in() {
    let world = World::of_packages().await;
    let mut browser = Browser::new(&world);
    let cart = browser.choose(LESSONS, &[("quantity.two", "1")]).await;
    assert!(cart.says("/sign-in?to=/cart") && !cart.says("To payment"), "{}", cart.text);
    // Also a form that is sent nevertheless orders nothing.
    let refused = browser.order(&cart, &[("company", "Analytical Engines")]).await;
    assert!(refused.says("role=\"alert\""), "{}", refused.text);
    assert!(world.everything().await.orders.is_empty());
    let cart = signed_in(&mut browser, "grace", "/cart").await;
    assert!(!cart.says("/sign-in?to=/cart"), "{}", cart.text);
    assert!(!cart.says("role=\"alert\""), "{}", cart.text);
    assert_eq!(cart.value("company").as_deref(), Some("Analytical Engines"), "what was typed before");
    let led = browser.order(&cart, &[("name", "Grace Hopper"), ("email", "grace@example.com")]).await;
    let order = browser.pay(&world, &led, "pm_card_visa").await;
    assert_eq!(order.status, StatusCode::OK, "{}", order.text);
    let kept = world.everything().await.orders.remove(0);
    assert_eq!(kept.buyer.customer.as_deref(), Some("grace"));
    assert_eq!(world.balance("grace").await.0, "2");
    let account = browser.open("/account").await;
    assert!(account.says("2 hours left") && account.says("Bought"), "{}", account.text);
    assert!(account.says(&format!("/orders/{}", kept.id)), "{}", account.text);
    // In another browser the order opens to her without its link, and to no other customer.
    let mut elsewhere = Browser::new(&world);
    signed_in(&mut elsewhere, "grace", "/account").await;
    assert_eq!(elsewhere.open(&format!("/orders/{}", kept.id)).await.status, StatusCode::OK);
    let mut other = Browser::new(&world);
    signed_in(&mut other, "linus", "/account").await;
    assert_eq!(other.open(&format!("/orders/{}", kept.id)).await.status, StatusCode::NOT_FOUND);
    world.finish().await;
}

#[tokio::test]
async fn without_a_client_there_is_no_sign_in() {
    let (world, wire) = World::with_wire().await;
    let mut settings = world.settings();
    assert!(settings.remove("OIDC_CLIENT_ID").is_some());
    let settings = runtime::Settings::of(settings);
    let router = pages::build(&settings, wire, world.stack.clock().clone()).await.unwrap();
    let mut browser = Browser::at(router);
    for page in ["/", "/cart"] {
        let page = browser.open(page).await;
        assert!(!page.says("/sign-in") && !page.says("/account"), "{}", page.text);
    }
    for address in ["/sign-in?to=/cart", "/sign-in/callback?code=c&state=s", "/account"] {
        let page = browser.open(address).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{address}");
        assert!(page.says("not set up here"), "{}", page.text);
    }
}

#[tokio::test]
async fn the_pages_show_the_issuer_their_secret() {
    let secrets = vec![("OIDC_CLIENT_SECRET".to_owned(), "given-by-the-issuer".to_owned())];
    let world = World::empty(Options { secrets, ..Options::default() }).await;
    let mut browser = Browser::new(&world);
    assert_eq!(signed_in(&mut browser, "grace", "/account").await.path, "/account");
    // The issuer takes no other one, and no code without one.
    let secrets = vec![("OIDC_CLIENT_SECRET".to_owned(), "given-by-the-issuer".to_owned())];
    let world = World::empty(Options { secrets, ..Options::default() }).await;
    world.stack.rotate("OIDC_CLIENT_SECRET", "another").await.unwrap();
    let mut browser = Browser::new(&world);
    let page = signed_in(&mut browser, "grace", "/account").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", page.text);
}

#[tokio::test]
async fn where_discovery_names_no_way_out_a_setting_does() {
    let world = World::empty(with(&[("SIGN_OUT_URL", "https://shop.auth.example/logout")])).await;
    let mut browser = Browser::new(&world);
    let account = signed_in(&mut browser, "grace", "/account").await;
    let page = browser.submit(&account, "/sign-out", &[]).await;
    let text = page.text.replace("&amp;", "&").replace("&#x2f;", "/");
    let address = "https://shop.auth.example/logout?client_id=holdfast-pages&logout_uri=http%3A%2F%2F127.0.0.1%3A3000%2Fsigned-out";
    assert!(text.contains(&format!("content=\"0;url={address}\"")), "{text}");
}

#[tokio::test]
async fn while_the_issuer_does_not_answer_guests_buy_all_the_same() {
    let (world, wire) = World::with_wire().await;
    let mut settings = world.settings();
    settings.insert("JWT_ISSUER".to_owned(), "https://issuer.localhost/other/".to_owned());
    let settings = runtime::Settings::of(settings);
    let router = pages::build(&settings, wire, world.stack.clock().clone()).await.unwrap();
    let mut browser = Browser::at(router);
    let page = browser.open("/sign-in?to=/cart").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.says("not possible at the moment") && page.says("Try again"), "{}", page.text);
    let cart = browser.choose(SHOW, &[("quantity.general", "1")]).await;
    let led = browser.order(&cart, &[]).await;
    assert!(led.location().starts_with("http"), "to payment: {}", led.location());
}
