//! One whole system, and one way to talk to it.

use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use axum::{Router, body::Body};
use http::{Method, header};
use local::{Options, Stack, TokenFields};
use serde_json::{Value, json};
use tower::ServiceExt;
use web::SourceAddress;

use crate::{Answer, ORGANIZATION, SHOW, sign};

/// A system of its own.
#[derive(Debug)]
pub struct World {
    /// The stack, for what HTTP does not reach.
    pub stack: Stack,
    api: Router,
    count: AtomicU32,
    /// How many slots begin so many seconds from the start, see [`World::slot`].
    pub(crate) slots: Mutex<BTreeMap<i64, Vec<String>>>,
}

/// An order that was placed.
#[derive(Debug, Clone)]
pub struct Bought {
    /// The order's id.
    pub id: String,
    /// What opens it.
    pub token: String,
    /// Stripe's session, or `FREE-…`. Empty if there is none yet.
    pub session: String,
    /// Stripe's page.
    pub url: Option<String>,
    /// The whole answer.
    pub json: Value,
}

impl Bought {
    /// What the checkout's answer says.
    #[must_use]
    pub fn of(json: Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Self {
            id: text(&json["order"]["id"]),
            token: text(&json["access_token"]),
            session: text(&json["order"]["payment"]["session_id"]),
            url: json["checkout_url"].as_str().map(str::to_owned),
            json,
        }
    }
}

/// A request that is being put together; `await` it.
#[derive(Debug)]
pub struct Call<'a> {
    world: &'a World,
    method: Method,
    path: String,
    headers: Vec<(String, String)>,
    source: Option<IpAddr>,
    body: Body,
}

impl Call<'_> {
    /// As whoever that token names.
    #[must_use]
    pub fn token(self, token: &str) -> Self {
        self.header(header::AUTHORIZATION.as_str(), &format!("Bearer {token}"))
    }

    /// With a token of that role in [`ORGANIZATION`].
    #[must_use]
    pub fn role(self, role: &str) -> Self {
        let token = self.world.token(role, Some(ORGANIZATION));
        self.token(&token)
    }

    /// With an order's token.
    #[must_use]
    pub fn order_token(self, token: &str) -> Self {
        self.header("x-order-token", token)
    }

    /// With an idempotency key.
    #[must_use]
    pub fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// From that address, as the gateway saw it.
    #[must_use]
    #[track_caller]
    pub fn from(mut self, address: &str) -> Self {
        self.source = Some(address.parse().expect("an address"));
        self
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.bytes("application/json", body.to_string())
    }

    /// With any body.
    #[must_use]
    pub fn bytes(mut self, content_type: &str, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self.header(header::CONTENT_TYPE.as_str(), content_type)
    }

    /// Sends it.
    pub async fn send(self) -> Answer {
        let mut request = http::Request::builder().method(self.method).uri(&self.path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let mut request = request.body(self.body).expect("a request that can be sent");
        if let Some(source) = self.source {
            request.extensions_mut().insert(SourceAddress(Some(source)));
        }
        let response = self.world.api.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
        Answer::read(response).await
    }
}

impl<'a> IntoFuture for Call<'a> {
    type Output = Answer;
    type IntoFuture = std::pin::Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl World {
    /// A shop with one show on sale: [`ORGANIZATION`], [`SHOW`], with the offers `general` (25.00, 100 of them), `vip`
    /// (60.00, 10) and `free` (0.00, 50).
    pub async fn new() -> Self {
        Self::with(Options::default()).await
    }

    /// The same shop on a stack that is started in a special way.
    pub async fn with(options: Options) -> Self {
        let world = Self::empty(options).await;
        world.stock_the_shop().await;
        world
    }

    /// A system without any data.
    pub async fn empty(options: Options) -> Self {
        crate::capture::listen();
        let stack = Stack::start(options).await.expect("the stack starts");
        let api = stack.api();
        Self { stack, api, count: AtomicU32::new(0), slots: Mutex::default() }
    }

    /// The usual shop, and the wire that its functions use: for functions that a test builds itself.
    pub async fn with_wire() -> (Self, runtime::SharedWire) {
        let kept = Arc::new(OnceLock::new());
        let keep = Arc::clone(&kept);
        let wrap: local::Wrap = Arc::new(move |wire| keep.get_or_init(|| wire).clone());
        let world = Self::with(Options { wrap: Some(wrap), ..Options::default() }).await;
        let wire = kept.get().cloned().expect("the stack has built its functions");
        (world, wire)
    }

    /// Every setting of every function, as this stack has it.
    #[must_use]
    pub fn settings(&self) -> BTreeMap<String, String> {
        let template = local::template::Template::embedded().expect("the template is whole");
        let declared = template.functions.iter().flat_map(|function| &function.environment);
        let names = declared.flat_map(|variable| {
            let plain = variable.name.strip_suffix("_ARN").unwrap_or(&variable.name);
            [variable.name.clone(), plain.to_owned()]
        });
        let ambient = ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].map(str::to_owned);
        let names = names.chain(ambient);
        names.filter_map(|name| Some((name.clone(), self.stack.setting(&name)?.to_owned()))).collect()
    }

    /// Another handle on a running stack, without data being added.
    #[must_use]
    pub fn on(stack: Stack) -> Self {
        let api = stack.api();
        Self { stack, api, count: AtomicU32::new(0), slots: Mutex::default() }
    }

    /// A number that this world gave nobody else.
    pub fn next(&self) -> u32 {
        self.count.fetch_add(1, Ordering::Relaxed)
    }

    /// Any request.
    pub fn call(&self, method: Method, path: &str) -> Call<'_> {
        Call { world: self, method, path: path.to_owned(), headers: Vec::new(), source: None, body: Body::empty() }
    }

    /// `GET`s a path.
    pub fn get(&self, path: &str) -> Call<'_> {
        self.call(Method::GET, path)
    }

    /// `POST`s to a path.
    pub fn post(&self, path: &str) -> Call<'_> {
        self.call(Method::POST, path)
    }

    /// `PUT`s to a path.
    pub fn put(&self, path: &str) -> Call<'_> {
        self.call(Method::PUT, path)
    }

    /// `DELETE`s a path.
    pub fn delete(&self, path: &str) -> Call<'_> {
        self.call(Method::DELETE, path)
    }

    /// A token of somebody with that role.
    #[must_use]
    pub fn token(&self, role: &str, organization: Option<&str>) -> String {
        self.stack.token(&TokenFields::of(&format!("{role}-1"), role, organization))
    }

    /// A customer's token.
    #[must_use]
    pub fn customer(&self, subject: &str) -> String {
        self.stack.token(&TokenFields { sub: subject.to_owned(), ..TokenFields::default() })
    }

    /// What a guest sends to buy so many of one offer of [`SHOW`].
    #[must_use]
    pub fn request(&self, offer: &str, quantity: i64) -> Value {
        self.request_for(&[(offer, quantity)])
    }

    /// The same for several offers of [`SHOW`].
    #[must_use]
    pub fn request_for(&self, items: &[(&str, i64)]) -> Value {
        let items: Vec<_> = items.iter().map(|(offer, n)| json!({ "offer": offer, "quantity": n })).collect();
        json!({
            "buyer": { "name": "Ada Lovelace", "email": "ada@example.com" },
            "listing": SHOW,
            "items": items,
        })
    }

    /// Sends a purchase as a guest.
    pub async fn checkout(&self, body: &Value) -> Answer {
        self.post("/v1/checkout").json(body).await
    }

    /// Places an order for so many of one offer of [`SHOW`].
    pub async fn buy(&self, offer: &str, quantity: i64) -> Bought {
        self.buy_with(&self.request(offer, quantity)).await
    }

    /// Places an order.
    pub async fn buy_with(&self, body: &Value) -> Bought {
        let answer = self.checkout(body).await;
        assert_eq!(answer.status.as_u16(), 201, "{}", answer.text);
        Bought::of(answer.json)
    }

    /// Pays on Stripe's page.
    ///
    /// # Errors
    /// Stripe's error, if it takes no money.
    pub fn pay_with(&self, session: &str, payment_method: &str) -> Result<Value, Value> {
        self.stack.stripe().pay_session(session, payment_method)
    }

    /// Pays on Stripe's page with a good card.
    #[track_caller]
    pub fn pay(&self, order: &Bought) {
        self.pay_with(&order.session, "pm_card_visa").expect("the card is good");
    }

    /// Places an order, pays it, and lets everything that follows happen.
    pub async fn bought(&self, offer: &str, quantity: i64) -> Bought {
        self.bought_with(&self.request(offer, quantity)).await
    }

    /// The same for any purchase.
    pub async fn bought_with(&self, body: &Value) -> Bought {
        let order = self.buy_with(body).await;
        self.pay(&order);
        self.settle().await;
        assert_eq!(self.order(&order).await["status"], "paid");
        order
    }

    /// Lets webhooks and queue run until nothing moves.
    pub async fn settle(&self) {
        self.stack.settle().await.expect("the queue answers");
    }

    /// Runs the cleanup function as its schedule does.
    pub async fn sweep(&self) -> engine::SweepReport {
        self.stack.sweep().await.expect("the agenda can be read")
    }

    /// Moves everybody's clock.
    pub async fn advance(&self, seconds: i64) {
        self.stack.advance(seconds).await;
    }

    /// An order as its buyer sees it.
    pub async fn order(&self, order: &Bought) -> Value {
        self.get(&format!("/v1/orders/{}", order.id)).order_token(&order.token).await.expect(200)
    }

    /// The refunds of an order.
    pub async fn refunds(&self, order: &Bought) -> Vec<Value> {
        let path = format!("/v1/orders/{}/refunds", order.id);
        let json = self.get(&path).order_token(&order.token).await.expect(200);
        json["refunds"].as_array().cloned().unwrap_or_default()
    }

    /// Asks for a refund as staff; one with an amount under a key of its own.
    pub async fn refund(&self, order: &Bought, body: &Value) -> Answer {
        let call = self.post(&format!("/v1/orders/{}/refunds", order.id)).role("staff");
        let call = if body.get("amount").is_some() { call.key(&format!("refund-{}", self.next())) } else { call };
        call.json(body).await
    }

    /// What one of the offers of [`SHOW`] has: available, held, sold.
    pub async fn stock(&self, offer: &str) -> (u32, u32, u32) {
        self.stock_of(SHOW, offer).await
    }

    /// What any offer has: available, held, sold.
    pub async fn stock_of(&self, listing: &str, offer: &str) -> (u32, u32, u32) {
        let all = self.stack.engine().store().everything().await.expect("the table answers");
        let shards = all.shards.iter().filter(|s| s.listing.as_str() == listing && s.offer.as_str() == offer);
        shards.fold((0, 0, 0), |sum, shard| (sum.0 + shard.available, sum.1 + shard.held, sum.2 + shard.sold))
    }

    /// Tells the stand-in for Stripe something, as `POST /_test/{path}`.
    pub async fn at_stripe(&self, path: &str, body: &Value) -> Value {
        let request = http::Request::post(format!("/_test/{path}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .expect("a request that can be sent");
        let router = self.stack.stripe().router();
        let response = router.oneshot(request).await.unwrap_or_else(|never| match never {});
        Answer::read(response).await.expect(200)
    }

    /// Hands an event to the webhook, signed as Stripe signs it.
    pub async fn event(&self, event: &Value) -> Answer {
        let body = event.to_string();
        let now = self.stack.clock().now().as_second();
        self.webhook(&body, Some(&sign::header(sign::SECRET, now, &body))).await
    }

    /// Sends the webhook any body with any signature.
    pub async fn webhook(&self, body: &str, signature: Option<&str>) -> Answer {
        let mut call = self.post("/webhooks/stripe").bytes("application/json; charset=utf-8", body.to_owned());
        if let Some(signature) = signature {
            call = call.header("stripe-signature", signature);
        }
        call.await
    }

    /// Stripe's events so far of one type, oldest first.
    #[must_use]
    pub fn events(&self, kind: &str) -> Vec<Value> {
        self.stack.stripe().objects("event").into_iter().filter(|event| event["type"] == kind).collect()
    }

    /// An object of the stand-in.
    #[must_use]
    #[track_caller]
    pub fn object(&self, id: &str) -> Value {
        self.stack.stripe().object(id).expect("Stripe has it")
    }

    /// A session of Stripe's.
    #[must_use]
    #[track_caller]
    pub fn session(&self, order: &Bought) -> Value {
        self.object(&order.session)
    }

    /// The path at which a buyer comes back after paying, as Stripe's page leads there.
    #[must_use]
    #[track_caller]
    pub fn way_back(&self, order: &Bought) -> String {
        let session = self.session(order);
        let url = session["success_url"].as_str().expect("every page has one");
        path_of(&url.replace("{CHECKOUT_SESSION_ID}", &order.session))
    }

    /// The charge of a paid order.
    #[must_use]
    #[track_caller]
    pub fn charge(&self, order: &Bought) -> Value {
        let charges = self.stack.stripe().objects("charge");
        let own = |charge: &Value| charge["metadata"]["order_id"] == order.id.as_str() && charge["captured"] == true;
        charges.into_iter().rfind(own).expect("the order was paid")
    }

    /// The subjects of all mail so far, by recipient.
    #[must_use]
    pub fn mail(&self) -> BTreeMap<String, Vec<String>> {
        let mut by_recipient = BTreeMap::<String, Vec<String>>::new();
        for mail in self.stack.mails() {
            by_recipient.entry(mail.to).or_default().push(mail.subject);
        }
        by_recipient
    }
}

/// What comes after the host of an address.
fn path_of(url: &str) -> String {
    let after = url.split_once("://").map_or(url, |(_, rest)| rest);
    after.find('/').map_or_else(String::new, |slash| after[slash..].to_owned())
}
