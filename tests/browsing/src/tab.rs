//! A tab: what a visitor does in it, and what they wait for.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, interval};

use crate::{
    screen::Screen,
    session::{Element, Session},
};

/// How long a visitor waits: the machine may do much else.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often they try.
const BETWEEN: Duration = Duration::from_millis(60);

/// The first element that matches and can be seen.
const SEEN: &str = "return [...document.querySelectorAll(arguments[0])].find(
    (e) => e.getClientRects().length && getComputedStyle(e).visibility !== 'hidden') || null";

/// A tab of a browser. Its clones are the same tab.
#[derive(Debug, Clone)]
pub struct Tab {
    pub(crate) session: Session,
    address: String,
}

impl Tab {
    pub(crate) fn new(session: &Session, address: &str) -> Self {
        Self { session: session.clone(), address: address.to_owned() }
    }

    /// Opens a page of the shop, by its path.
    pub async fn open(&self, path: &str) {
        self.open_address(&format!("{}{path}", self.address)).await;
    }

    /// Opens any address.
    pub async fn open_address(&self, address: &str) {
        self.session.post("/url", &json!({ "url": address })).await.unwrap();
    }

    /// The address that it is at.
    pub async fn at(&self) -> String {
        self.session.get("/url").await.ok().and_then(|url| url.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// The path that it is at, if it is in the shop.
    pub async fn path(&self) -> String {
        let at = self.at().await;
        at.strip_prefix(&self.address).map(str::to_owned).unwrap_or(at)
    }

    /// The page's title.
    pub async fn title(&self) -> String {
        self.session.get("/title").await.unwrap().as_str().unwrap_or_default().to_owned()
    }

    /// Waits until something that matches can be seen.
    pub async fn sees(&self, css: &str) {
        self.first(css).await;
    }

    /// The first element that matches and can be seen, as soon as there is one.
    async fn first(&self, css: &str) -> Element {
        let found = self.waiting(&format!("{css} can be seen"), SEEN, &json!(css), |found| !found.is_null()).await;
        Element::read(&found).unwrap()
    }

    /// Does something with the first element that matches. A page that is just being left is waited for.
    async fn act(&self, css: &str, what: &str, body: &Value) {
        let end = Instant::now() + PATIENCE;
        loop {
            let element = self.first(css).await;
            match self.session.post(&element.path(what), body).await {
                Ok(_) => return,
                Err(error) if error.contains("stale element") && Instant::now() < end => {}
                Err(error) => panic!("{css} at {}: {error}", self.path().await),
            }
        }
    }

    /// Presses what matches.
    pub async fn press(&self, css: &str) {
        self.act(css, "click", &json!({})).await;
    }

    /// Presses what matches twice, as quickly as a double click is.
    pub async fn press_twice(&self, css: &str) {
        let element = self.first(css).await;
        self.session.run("arguments[0].scrollIntoView({ block: 'center' })", &element.json()).await.unwrap();
        let (down, up) = (json!({ "type": "pointerDown", "button": 0 }), json!({ "type": "pointerUp", "button": 0 }));
        let there = json!({ "type": "pointerMove", "duration": 0, "origin": element.json(), "x": 0, "y": 0 });
        let mouse = json!({ "type": "pointer", "id": "mouse", "actions": [there, down, up, down, up] });
        self.session.post("/actions", &json!({ "actions": [mouse] })).await.unwrap();
    }

    /// Presses the Enter key in a field.
    pub async fn enter(&self, css: &str) {
        self.act(css, "value", &json!({ "text": "\u{e007}" })).await;
    }

    /// Types into a field, in the place of what stands there.
    pub async fn fill(&self, css: &str, text: &str) {
        self.act(css, "clear", &json!({})).await;
        self.act(css, "value", &json!({ "text": text })).await;
    }

    /// Chooses an option of a list by its value.
    pub async fn choose_option(&self, css: &str, value: &str) {
        self.sees(css).await;
        let choose = format!(
            "const list = document.querySelector(\"{css}\"); list.value = '{value}'; list.dispatchEvent(new Event('change', \
             {{ bubbles: true }}))"
        );
        self.eval(&choose).await;
        assert_eq!(self.value(css).await, value);
    }

    /// What a field holds.
    pub async fn value(&self, css: &str) -> String {
        let field = self.first(css).await;
        let value = self.session.get(&field.path("property/value")).await.unwrap();
        value.as_str().unwrap_or_default().to_owned()
    }

    /// All text that can be seen.
    pub async fn text(&self) -> String {
        self.eval("return document.body.innerText").await.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the page says that.
    pub async fn says(&self, text: &str) {
        let script = "return document.body.innerText.includes(arguments[0])";
        self.until(&format!("it says {text:?}"), script, json!(text)).await;
    }

    /// Waits until it is at an address that begins so, of the shop if it begins with a slash, and all of it is there.
    pub async fn reaches(&self, path: &str) {
        let address = if path.starts_with('/') { format!("{}{path}", self.address) } else { path.to_owned() };
        let script = "return location.href.startsWith(arguments[0]) && document.readyState === 'complete'";
        self.until(&format!("it is at {path}"), script, json!(address)).await;
    }

    /// Waits until a script, which the driver runs also where pages may run none, gives `true`.
    pub async fn until(&self, what: &str, script: &str, argument: Value) {
        self.waiting(what, script, &argument, |gave| *gave == json!(true)).await;
    }

    async fn waiting(&self, what: &str, script: &str, argument: &Value, good: impl Fn(&Value) -> bool) -> Value {
        let end = Instant::now() + PATIENCE;
        let mut ticks = interval(BETWEEN);
        loop {
            ticks.tick().await;
            // Between two pages no script runs.
            let ran = self.session.run(script, argument).await;
            if let Some(gave) = ran.as_ref().ok().filter(|gave| good(gave)) {
                return gave.clone();
            }
            if Instant::now() > end {
                panic!("waited for: {what}; but it is at {}: {ran:?}", self.path().await);
            }
        }
    }

    /// What a script gives.
    pub async fn eval(&self, script: &str) -> Value {
        self.session.run(script, &Value::Null).await.unwrap()
    }

    /// What a script gives that calls its argument with it, later.
    pub async fn eval_later(&self, script: &str) -> Value {
        self.session.run_later(script).await.unwrap()
    }

    /// Whether there is a network from now on, for the page and for its worker.
    pub async fn network(&self, there: bool) {
        let conditions = json!({ "offline": !there, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        self.session.chromium("Network.enable", &json!({})).await.unwrap();
        self.session.chromium("Network.emulateNetworkConditions", &conditions).await.unwrap();
    }

    /// Goes back, as by the browser's own button.
    pub async fn back(&self) {
        self.session.post("/back", &json!({})).await.unwrap();
    }

    /// Loads the page again.
    pub async fn reload(&self) {
        self.session.post("/refresh", &json!({})).await.unwrap();
    }

    /// From now on the screen is such.
    pub async fn on(&self, screen: Screen) {
        let phone = screen.width < 600;
        let size = json!({ "width": screen.width, "height": 844, "deviceScaleFactor": 1, "mobile": phone });
        self.session.chromium("Emulation.setDeviceMetricsOverride", &size).await.unwrap();
        let scheme = json!({ "features": [{ "name": "prefers-color-scheme", "value": screen.scheme.name() }] });
        self.session.chromium("Emulation.setEmulatedMedia", &scheme).await.unwrap();
    }

    /// Loses all cookies, as a browser does whose session has expired.
    pub async fn forget(&self) {
        self.session.delete("/cookie").await.unwrap();
    }

    /// Opens one more tab of the same browser, and turns to it.
    pub async fn another(&self) {
        let opened = self.session.post("/window/new", &json!({ "type": "tab" })).await.unwrap();
        self.session.post("/window", &json!({ "handle": opened["handle"] })).await.unwrap();
    }

    /// Turns to the tab of that number, from 0.
    pub async fn turn_to(&self, number: usize) {
        let all = self.session.get("/window/handles").await.unwrap();
        self.session.post("/window", &json!({ "handle": all[number] })).await.unwrap();
    }
}

/// What visitors do in several steps.
impl Tab {
    /// Chooses so many of an offer, and comes to the cart.
    pub async fn choose(&self, listing: &str, offer: &str, quantity: u32) {
        self.open(&format!("/listings/{listing}")).await;
        self.fill(&format!("#quantity-{offer}"), &quantity.to_string()).await;
        self.press("form[action='/cart'] > button").await;
        self.reaches("/cart").await;
    }

    /// Chooses a slot, and comes to the cart.
    pub async fn choose_slot(&self, listing: &str, slot: &str) {
        self.open(&format!("/listings/{listing}")).await;
        self.press(&format!("label[for='slot-{slot}']")).await;
        self.press("form[action='/cart'] > button").await;
        self.reaches("/cart").await;
    }

    /// Says who buys, in the cart.
    pub async fn buy_as(&self, name: &str) {
        self.fill("#name", name).await;
        self.fill("#email", "ada@example.com").await;
    }

    /// Orders, and comes to Stripe's page.
    pub async fn order(&self) {
        self.press(ORDER).await;
        self.until("it is at Stripe's page", "return location.pathname.startsWith('/pay/')", json!(null)).await;
    }

    /// Pays with a good card, and comes back to the order's page.
    pub async fn pay(&self) {
        self.press("button[value=pay]").await;
        self.reaches("/orders/").await;
    }

    /// The bank declines, and Stripe's page says so.
    pub async fn decline(&self) {
        self.press("button[value=decline]").await;
        self.says("declined").await;
    }
}

/// The button that places an order.
pub const ORDER: &str = "form[action='/checkout'] button.order";
