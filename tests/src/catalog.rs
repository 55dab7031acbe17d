//! Organizations, listings, offers and promo codes, with defaults for what a test does not name.

use std::sync::{Arc, OnceLock};

use local::Options;
use serde_json::{Value, json};

use crate::{
    answer::Answer,
    constants::{ORGANIZATION, SHOW},
    world::World,
};

/// Puts the fields of `changes` in the place of those of `body`.
pub(crate) fn changed(mut body: Value, changes: &Value) -> Value {
    if let (Some(body), Some(changes)) = (body.as_object_mut(), changes.as_object()) {
        body.extend(changes.clone());
    }
    body
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

    /// The usual shop, and the wire that its functions use: for functions that a test builds itself.
    pub async fn with_wire() -> (Self, runtime::SharedWire) {
        let kept = Arc::new(OnceLock::new());
        let keep = Arc::clone(&kept);
        let wrap: local::Wrap = Arc::new(move |wire| keep.get_or_init(|| wire).clone());
        let world = Self::with(Options { wrap: Some(wrap), ..Options::default() }).await;
        let wire = kept.get().cloned().expect("the stack has built its functions");
        (world, wire)
    }

    async fn stock_the_shop(&self) {
        self.organization(ORGANIZATION, json!({})).await.expect(201);
        self.show(SHOW, json!({})).await.expect(201);
        self.offer("general", "25.00", 100).await;
        self.offer("vip", "60.00", 10).await;
        self.offer("free", "0.00", 50).await;
    }

    /// Creates or changes an organization, as the platform.
    pub async fn organization(&self, id: &str, changes: Value) -> Answer {
        let body = json!({ "name": "Acme Shows", "stripe_account_id": "acct_acme" });
        let token = self.token("platform", None);
        self.put(&format!("/v1/organizations/{id}")).token(&token).json(&changed(body, &changes)).await
    }

    /// Creates or changes a show of [`ORGANIZATION`]: published, thirty days from now.
    pub async fn show(&self, id: &str, changes: Value) -> Answer {
        self.show_of(ORGANIZATION, id, changes).await
    }

    /// The same for any organization.
    pub async fn show_of(&self, organization: &str, id: &str, changes: Value) -> Answer {
        let body = json!({
            "kind": "show",
            "title": "Summer Show",
            "description": "An evening outside",
            "published": true,
            "starts_at": self.from_now(30 * 24 * 3_600),
            "ends_at": self.from_now(30 * 24 * 3_600 + 3 * 3_600),
        });
        let token = self.token("admin", Some(organization));
        let path = format!("/v1/organizations/{organization}/listings/{id}");
        self.put(&path).token(&token).json(&changed(body, &changes)).await
    }

    /// Creates or changes an offer of the show of most tests. Its name is its id with a capital letter.
    pub async fn offer(&self, id: &str, price: &str, capacity: u32) -> Value {
        let answer = self.offer_with(id, json!({ "price": price, "capacity": capacity })).await;
        assert!(answer.status.is_success(), "{}", answer.text);
        answer.json
    }

    /// The same with any fields.
    pub async fn offer_with(&self, id: &str, changes: Value) -> Answer {
        self.offer_of(ORGANIZATION, SHOW, id, changes).await
    }

    /// The same for any listing.
    pub async fn offer_of(&self, organization: &str, listing: &str, id: &str, changes: Value) -> Answer {
        let mut name = id.replace('-', " ");
        if let Some(first) = name.get_mut(0..1) {
            first.make_ascii_uppercase();
        }
        let body = json!({ "name": name, "price": "25.00", "capacity": 100 });
        let token = self.token("admin", Some(organization));
        let path = format!("/v1/organizations/{organization}/listings/{listing}/offers/{id}");
        self.put(&path).token(&token).json(&changed(body, &changes)).await
    }

    /// Creates or changes a promo code of the show of most tests.
    pub async fn promo(&self, code: &str, percent_off: &str, max_uses: Option<u32>) -> Value {
        let answer = self.promo_with(code, json!({ "percent_off": percent_off, "max_uses": max_uses })).await;
        assert!(answer.status.is_success(), "{}", answer.text);
        answer.json
    }

    /// The same with any fields.
    pub async fn promo_with(&self, code: &str, body: Value) -> Answer {
        let path = format!("/v1/organizations/{ORGANIZATION}/listings/{SHOW}/promos/{code}");
        self.put(&path).role("admin").json(&body).await
    }

    /// Creates or changes a presale code of an offer of that show.
    pub async fn presale(&self, offer: &str, code: &str, max_uses: Option<u32>) -> Value {
        let answer = self.presale_with(offer, code, json!({ "max_uses": max_uses })).await;
        assert!(answer.status.is_success(), "{}", answer.text);
        answer.json
    }

    /// The same with any fields.
    pub async fn presale_with(&self, offer: &str, code: &str, body: Value) -> Answer {
        let path = format!("/v1/organizations/{ORGANIZATION}/listings/{SHOW}/offers/{offer}/presale-codes/{code}");
        self.put(&path).role("admin").json(&body).await
    }

    /// A time so many seconds from now, by the stack's clock.
    #[must_use]
    pub fn from_now(&self, seconds: i64) -> String {
        (self.stack.clock().now() + jiff::SignedDuration::from_secs(seconds)).to_string()
    }
}
