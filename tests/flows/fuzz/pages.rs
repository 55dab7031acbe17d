//! The pages' forms and addresses, with a session's cookies, without and with spoiled ones, changed in one place.

use std::cell::Cell;

use holdfast_tests::{Answer, Bought, Browser, ORGANIZATION, SHOW, World};
use http::Method;
use proptest::{
    prelude::{Just, Strategy, any, prop_oneof},
    prop_assert,
    sample::{Index, select},
    test_runner::TestCaseError,
};
use serde_json::json;
use url::form_urlencoded;

use super::{
    generate::{odd_text, runner},
    requests::in_address,
};

/// A form as it is sent: its address and its fields.
type Filled = (String, Vec<(String, String)>);

/// What is another way in a form.
#[derive(Debug, Clone)]
enum Change {
    Nothing,
    Removed,
    Replaced(String),
    /// The same field twice.
    Doubled(String),
    /// A field that there is not.
    Joined(String),
    /// The rest of the body is cut off.
    Cut(Index),
    /// One bit of the body is another.
    Flipped(Index, u8),
}

/// What a browser brings along.
#[derive(Debug, Clone)]
enum Carried {
    Own,
    Nothing,
    /// One character of the session is another.
    Spoiled(Index, char),
    /// Any text.
    Odd(String),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        3 => Just(Change::Nothing),
        2 => Just(Change::Removed),
        8 => odd_text().prop_map(Change::Replaced),
        1 => odd_text().prop_map(Change::Doubled),
        1 => odd_text().prop_map(Change::Joined),
        1 => any::<Index>().prop_map(Change::Cut),
        1 => (any::<Index>(), 0_u8..8).prop_map(|(at, bit)| Change::Flipped(at, bit)),
    ]
}

fn carried() -> impl Strategy<Value = Carried> {
    prop_oneof![
        6 => Just(Carried::Own),
        1 => Just(Carried::Nothing),
        1 => (any::<Index>(), select(vec!['A', '=', ';', '%', '"'])).prop_map(|(at, other)| Carried::Spoiled(at, other)),
        1 => odd_text().prop_map(Carried::Odd),
    ]
}

/// The body of a form that was changed.
fn body(mut fields: Vec<(String, String)>, at: Index, change: &Change) -> Vec<u8> {
    let at = at.index(fields.len());
    match change {
        Change::Removed => drop(fields.remove(at)),
        Change::Replaced(text) => fields[at].1.clone_from(text),
        Change::Doubled(text) => fields.push((fields[at].0.clone(), text.clone())),
        Change::Joined(name) => fields.push((name.clone(), "1".to_owned())),
        Change::Nothing | Change::Cut(_) | Change::Flipped(..) => {}
    }
    let mut bytes = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish().into_bytes();
    match change {
        Change::Cut(at) if !bytes.is_empty() => bytes.truncate(at.index(bytes.len())),
        Change::Flipped(at, bit) if !bytes.is_empty() => {
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << *bit;
        }
        _ => {}
    }
    bytes
}

/// The header with a browser's cookies, or with what it brings along instead.
fn cookies(browser: &Browser, carried: &Carried) -> Option<String> {
    let own: Vec<String> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let own = own.join("; ");
    match carried {
        Carried::Own => Some(own),
        Carried::Nothing => None,
        Carried::Spoiled(at, other) => {
            let mut letters: Vec<char> = own.chars().collect();
            let at = at.index(letters.len());
            letters[at] = *other;
            Some(letters.into_iter().collect())
        }
        Carried::Odd(text) => Some(format!("holdfast={text}")),
    }
}

/// An answer of the pages is a page, a file that was asked for, or leads on within the shop or to Stripe.
fn check(answer: &Answer, what: &str) -> Result<(), TestCaseError> {
    let (status, kind) = (answer.status.as_u16(), answer.header("content-type"));
    prop_assert!(status < 500, "{status} {}: {what}", answer.text);
    if status == 303 {
        let to = answer.header("location");
        let within = to.starts_with('/') && !to.starts_with("//");
        prop_assert!(within || to.contains("/pay/"), "leads to {to:?}: {what}");
        return Ok(());
    }
    let file = status == 200 && !kind.starts_with("text/html");
    prop_assert!(file || answer.text.contains("</html>"), "{status} {kind} is no page: {what}");
    // A message that no file has is shown by its id.
    prop_assert!(file || !answer.text.contains("page-") && !answer.text.contains("refused-"), "{}", answer.text);
    prop_assert!(!answer.text.contains("<b>") || file, "what was typed became markup: {what}");
    Ok(())
}

/// A shop, and a browser that has orders of it and something in the cart.
struct Shop {
    world: World,
    browser: Browser,
    tickets: Bought,
    booking: Bought,
    code: String,
    csrf: String,
}

impl Shop {
    async fn open() -> Self {
        let world = World::of_experts().await;
        let crowd = json!({ "price": "25.00", "capacity": 100_000, "attendees": "optional" });
        world.offer_with("crowd", crowd).await.expect(201);
        let gift = json!({ "price": "10.00", "capacity": 100_000, "donation": true });
        world.offer_with("gift", gift).await.expect(201);
        world.promo("TEST20", "0.20", None).await;
        let tickets = world.bought("crowd", 2).await;
        let booking = world.booked("morning").await;
        let code = world.order(&tickets).await["tickets"][0]["code"].as_str().unwrap().to_owned();
        let mut browser = Browser::new(&world);
        for order in [&tickets, &booking] {
            browser.open(&format!("/orders/{}?token={}", order.id, order.token)).await;
        }
        let cart =
            browser.choose(SHOW, &[("quantity.crowd", "2"), ("quantity.gift", "1"), ("donation.gift", "12")]).await;
        let csrf = cart.value("csrf").unwrap();
        Self { world, browser, tickets, booking, code, csrf }
    }

    /// All forms that are sent with this browser's session as it is.
    fn forms(&self) -> Vec<Filled> {
        let order = |order: &Bought, what: &str| format!("/orders/{}/{what}", order.id);
        let form = |path: String, fields: &[(&str, &str)]| {
            let csrf = [("csrf", self.csrf.as_str())];
            let fields = csrf.iter().chain(fields).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            (path, fields.collect())
        };
        let bought = [
            ("listing", SHOW),
            ("quantity.crowd", "2"),
            ("quantity.gift", "1"),
            ("donation.gift", "12"),
            ("quantity.general", "0"),
        ];
        let lines = [("quantity.0", "1"), ("quantity.1", "2"), ("promo_code", "TEST20")];
        vec![
            form("/cart".to_owned(), &bought),
            form("/cart".to_owned(), &[("listing", "tutor"), ("slot", "group"), ("places", "1")]),
            form("/cart/change".to_owned(), &lines),
            form("/cart/change".to_owned(), &[("quantity.0", "1"), ("remove", "1")]),
            form(order(&self.tickets, "resend"), &[]),
            form(order(&self.booking, "cancel"), &[("percent", "100")]),
            form(
                order(&self.tickets, "attendee"),
                &[("code", &self.code), ("name", "Grace Hopper"), ("email", "grace@example.com")],
            ),
            form(
                order(&self.tickets, "hand-over"),
                &[("code", &self.code), ("name", "Alan Turing"), ("email", "alan@example.com"), ("over", "1")],
            ),
        ]
    }

    async fn send(&self, path: &str, cookies: Option<String>, bytes: Vec<u8>) -> Answer {
        let mut call = self.world.post(path).bytes("application/x-www-form-urlencoded", bytes);
        // Browsers send no header that is none.
        if let Some(cookies) = cookies.filter(|cookies| http::HeaderValue::from_str(cookies).is_ok()) {
            call = call.header("cookie", &cookies);
        }
        call.await
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn any_form_leads_on_or_is_refused_by_a_page() {
    let runtime = runtime();
    let shop = runtime.block_on(Shop::open());
    let (led, refused) = (Cell::new(0_u32), Cell::new(0_u32));
    let strategy = (select(shop.forms()), any::<Index>(), change(), carried());
    let result = runner(500).run(&strategy, |((path, fields), at, change, carried)| {
        let what = format!("{path} {change:?} with {carried:?}");
        let sent = body(fields, at, &change);
        let answer = runtime.block_on(shop.send(&path, cookies(&shop.browser, &carried), sent));
        let count = if answer.status.as_u16() == 303 { &led } else { &refused };
        count.set(count.get() + 1);
        check(&answer, &what)?;
        // Where it leads there is a page, with what was wrong.
        if answer.header("location").starts_with('/') && matches!(carried, Carried::Own) {
            let mut browser = shop.browser.clone();
            let sets = answer.headers.get_all("set-cookie").iter().filter_map(|set| set.to_str().ok());
            for (name, value) in sets.filter_map(|set| set.split(';').next()?.split_once('=')) {
                browser.cookies.insert(name.to_owned(), value.to_owned());
            }
            let page = runtime.block_on(browser.open(answer.header("location")));
            prop_assert!(page.status.as_u16() < 500 && page.says("</html>"), "{} {}: {what}", page.status, page.text);
            prop_assert!(!page.says("<b>"), "what was typed became markup: {what}");
        }
        Ok(())
    });
    result.unwrap();
    assert!(led.get() > 50 && refused.get() > 50, "{} led on, {} refused", led.get(), refused.get());
    runtime.block_on(async {
        shop.world.settle().await;
        shop.world.finish().await;
    });
}

#[test]
fn any_checkout_by_form_is_one_order_or_none() {
    let runtime = runtime();
    let shop = runtime.block_on(Shop::open());
    let typed = [
        ("name", "Ada Lovelace"),
        ("email", "ada@example.com"),
        ("phone", "+44 20 7946 0000"),
        ("company", "Analytical Engines"),
        ("promo_code", "TEST20"),
        ("zone", "Europe/London"),
        ("attendee.0.0.name", "Grace Hopper"),
        ("attendee.0.0.email", "grace@example.com"),
        ("attendee.0.1.name", "Mary Ward"),
    ];
    let (placed, refused) = (Cell::new(0_u32), Cell::new(0_u32));
    let strategy = (any::<Index>(), change(), carried());
    let result = runner(250).run(&strategy, |(at, change, carried)| {
        let what = format!("{change:?} with {carried:?}");
        let mut browser = shop.browser.clone();
        // Another cart each time, and so another key.
        let cart = runtime.block_on(browser.choose(SHOW, &[("quantity.crowd", "2")]));
        let hidden = ["csrf", "key"].map(|name| (name, cart.value(name).unwrap()));
        let fields = hidden.into_iter().chain(typed.map(|(name, value)| (name, value.to_owned())));
        let fields: Vec<(String, String)> = fields.map(|(name, value)| (name.to_owned(), value)).collect();
        let sent = body(fields, at, &change);
        let carried = cookies(&browser, &carried);
        let before = shop.world.stack.stripe().objects("checkout.session").len();
        // Pressed twice.
        let answers = [sent.clone(), sent].map(|sent| runtime.block_on(shop.send("/checkout", carried.clone(), sent)));
        for answer in &answers {
            check(answer, &what)?;
        }
        let new = shop.world.stack.stripe().objects("checkout.session").len() - before;
        let ordered = answers.iter().filter(|answer| answer.header("location").contains("/pay/")).count();
        prop_assert!(new == ordered.min(1) && ordered != 1, "{new} pages, {ordered} answers lead there: {what}");
        let count = if new == 1 { &placed } else { &refused };
        count.set(count.get() + 1);
        Ok(())
    });
    result.unwrap();
    assert!(placed.get() > 30 && refused.get() > 30, "{} placed, {} refused", placed.get(), refused.get());
    runtime.block_on(async {
        shop.world.settle().await;
        shop.world.finish().await;
    });
}

#[test]
fn any_address_of_the_pages_has_a_page() {
    let runtime = runtime();
    let shop = runtime.block_on(Shop::open());
    let own = format!("/orders/{}", shop.tickets.id);
    let mut addresses: Vec<(Method, String)> = [
        "/{}",
        "/?cursor={}",
        "/?lang={}",
        "/organizations/{}",
        &format!("/organizations/{ORGANIZATION}?cursor={{}}"),
        "/listings/{}",
        "/listings/{}/total",
        &format!("/listings/{SHOW}?zone={{}}"),
        "/listings/tutor?month={}",
        "/listings/tutor?day={}&zone=Asia/Tokyo",
        "/listings/tutor?zone={}",
        &format!("/listings/{SHOW}/total?quantity.crowd={{}}"),
        &format!("/listings/{SHOW}/total?quantity.gift=1&donation.gift={{}}"),
        "/cart?{}",
        "/orders/{}",
        "/orders/{}/version",
        "/orders/{}/tickets.pdf",
        "/orders/{}/receipt.pdf",
        "/orders/{}/calendar.ics",
        "/assets/{}",
        &format!("{own}?token={{}}"),
        &format!("{own}?lang={{}}"),
        &format!("{own}/{{}}"),
    ]
    .into_iter()
    .map(|path| (Method::GET, path.to_owned()))
    .collect();
    for action in ["cancel", "resend", "attendee", "hand-over"] {
        addresses.push((Method::POST, format!("/orders/{{}}/{action}")));
    }
    let counts = Cell::new((0_u32, 0_u32));
    let strategy = (select(addresses), in_address(), odd_text(), carried());
    let result = runner(600).run(&strategy, |((method, path), value, language, carried)| {
        let at = path.replace("{}", &value);
        if at.parse::<http::Uri>().is_err() || ["/v1", "/webhooks", "/openapi"].iter().any(|api| at.starts_with(api)) {
            return Ok(());
        }
        let what = format!("{method} {at} in {language:?} with {carried:?}");
        let mut call = shop.world.call(method.clone(), &at);
        let cookies = cookies(&shop.browser, &carried);
        for (name, value) in [("cookie", cookies), ("accept-language", Some(language))] {
            if let Some(value) = value.filter(|value| http::HeaderValue::from_str(value).is_ok()) {
                call = call.header(name, &value);
            }
        }
        if method == Method::POST {
            let fields = form_urlencoded::Serializer::new(String::new()).append_pair("csrf", &shop.csrf).finish();
            call = call.bytes("application/x-www-form-urlencoded", fields);
        }
        let answer = runtime.block_on(call.send());
        let (good, bad) = counts.get();
        counts.set(if answer.status.is_success() { (good + 1, bad) } else { (good, bad + 1) });
        check(&answer, &what)
    });
    result.unwrap();
    let (good, bad) = counts.get();
    assert!(good > 50 && bad > 50, "{good} shown, {bad} refused");
    runtime.block_on(async {
        shop.world.settle().await;
        shop.world.finish().await;
    });
}
