//! Products, and orders of them that are paid with a payment intent.

use axum::body::Body;
use http::header;
use local::Options;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::IdempotencyRecord;
use tower::ServiceExt;

use crate::{answer::Answer, bought::Bought, constants::ORGANIZATION, world::World};

/// A product listing of [`ORGANIZATION`], with the offers `mug` (12.50, 20 of them) and `lamp` (40.00, 5).
pub const CRAFTS: &str = "crafts";
/// Another one, with the offer `novel` (9.99, 30).
pub const BOOKS: &str = "books";
/// How long the stock of an order is held that is paid with an intent, in seconds.
pub const INTENT_HOLD: i64 = 900;

impl World {
    /// The usual shop, and the products [`CRAFTS`] and [`BOOKS`].
    pub async fn of_products() -> Self {
        Self::of_products_with(Options::default()).await
    }

    /// The same on a stack that is started in a special way.
    pub async fn of_products_with(options: Options) -> Self {
        let world = Self::with(options).await;
        for (listing, offer, price, capacity) in
            [(CRAFTS, "mug", "12.50", 20), (CRAFTS, "lamp", "40.00", 5), (BOOKS, "novel", "9.99", 30)]
        {
            world.product_of(ORGANIZATION, listing, offer, price, capacity).await;
        }
        world
    }

    /// Puts so many of a product on sale.
    pub async fn product_of(&self, organization: &str, listing: &str, offer: &str, price: &str, capacity: u32) {
        let body = json!({ "kind": "product", "title": "Things", "published": true });
        let token = self.token("admin", Some(organization));
        let path = format!("/v1/organizations/{organization}/listings/{listing}");
        let made = self.put(&path).token(&token).json(&body).await;
        assert!(made.status.is_success(), "{}", made.text);
        let offered = json!({ "price": price, "capacity": capacity });
        let offered = self.offer_of(organization, listing, offer, offered).await;
        assert!(offered.status.is_success(), "{}", offered.text);
    }

    /// What a guest sends to buy these, each a listing, an offer and a quantity. With a payment method the server confirms
    /// the payment, without one the client does.
    #[must_use]
    pub fn basket(&self, items: &[(&str, &str, i64)], payment_method: Option<&str>) -> Value {
        let item =
            |(listing, offer, n): &(&str, &str, i64)| json!({ "listing": listing, "offer": offer, "quantity": n });
        let mut payment = json!({ "mode": "intent" });
        if let Some(method) = payment_method {
            payment["payment_method"] = json!(method);
        }
        json!({
            "buyer": { "name": "Ada Lovelace", "email": "ada@example.com" },
            "items": items.iter().map(item).collect::<Vec<_>>(),
            "payment": payment,
        })
    }

    /// Sends a purchase under an idempotency key.
    pub async fn order_under(&self, key: &str, body: &Value) -> Answer {
        self.post("/v1/checkout").key(key).json(body).await
    }

    /// Places such an order under a key of its own, and lets everything that follows happen.
    pub async fn ordered(&self, items: &[(&str, &str, i64)], payment_method: Option<&str>) -> Bought {
        let key = format!("key-{}", self.next());
        let answer = self.order_under(&key, &self.basket(items, payment_method)).await;
        let order = Bought::of(answer.expect(201));
        self.settle().await;
        order
    }

    /// The same, paid by the server at once.
    pub async fn ordered_and_paid(&self, items: &[(&str, &str, i64)]) -> Bought {
        let order = self.ordered(items, Some("pm_card_visa")).await;
        assert_eq!(order.json["order"]["status"], "paid", "{}", order.json);
        order
    }

    /// The payment intents of an order, oldest first.
    #[must_use]
    pub fn intents(&self, order: &str) -> Vec<Value> {
        let all = self.stack.stripe().objects("payment_intent");
        all.into_iter().filter(|intent| intent["metadata"]["order_id"] == order).collect()
    }

    /// The payment intent of an order that has one.
    #[must_use]
    #[track_caller]
    pub fn intent(&self, order: &Bought) -> Value {
        let mut intents = self.intents(&order.id);
        assert_eq!(intents.len(), 1, "one payment intent: {intents:?}");
        intents.remove(0)
    }

    /// Confirms an order's payment as the seller's page does in the buyer's browser: with a publishable key and the
    /// secret of the answer.
    pub async fn confirm(&self, order: &Bought, payment_method: &str) -> Answer {
        let secret = order.json["client_secret"].as_str().expect("a client secret");
        let intent = secret.split("_secret_").next().unwrap_or_default();
        let form = format!(
            "client_secret={secret}&payment_method={payment_method}&return_url=https%3A%2F%2Fshop.example%2Fback&key=pk_test_shop"
        );
        let request = http::Request::post(format!("/v1/payment_intents/{intent}/confirm"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form))
            .expect("a request that can be sent");
        let response = self.stack.stripe().router().oneshot(request).await.unwrap_or_else(|never| match never {});
        Answer::read(response).await
    }

    /// The buyer proves, or fails to prove, who they are.
    pub async fn authenticate(&self, order: &Bought, succeed: bool) -> Value {
        let intent = self.intent(order)["id"].as_str().unwrap_or_default().to_owned();
        self.at_stripe(&format!("intents/{intent}/authenticate"), &json!({ "succeed": succeed })).await
    }

    /// From now on no webhook leaves, until [`World::send_webhooks`].
    pub async fn drop_webhooks(&self) {
        self.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
    }

    /// Webhooks leave again, those that were dropped as well, and are worked on.
    pub async fn send_webhooks(&self) {
        self.at_stripe("faults", &json!({ "webhooks": "normal" })).await;
        self.stack.stripe().release_webhooks(true);
        self.settle().await;
    }

    /// How many are left of an offer, as the catalog says.
    pub async fn left(&self, listing: &str, offer: &str) -> u64 {
        let json = self.get(&format!("/v1/listings/{listing}")).await.expect(200);
        let offers = json["offers"].as_array().cloned().unwrap_or_default();
        let found = offers.into_iter().find(|found| found["id"] == offer).expect("the offer is there");
        found["available"].as_u64().expect("a number")
    }

    /// What the table keeps under an idempotency key of the usual guest.
    pub async fn kept_under(&self, key: &str) -> Option<IdempotencyRecord> {
        let guest = hex::encode(Sha256::digest("guest ada@example.com"));
        let store = self.stack.engine().store();
        store.idempotency(&format!("{ORGANIZATION}#{guest}"), key).await.expect("the table answers")
    }

    /// How many calls to Stripe had this method and beginning of the path, those of browsers included.
    #[must_use]
    pub fn calls_to(&self, method: &str, path: &str) -> usize {
        self.stack.stripe().count_calls(method, path)
    }

    /// How many calls asked Stripe to create a payment intent.
    #[must_use]
    pub fn creations(&self) -> usize {
        let calls = self.stack.stripe().calls();
        calls.iter().filter(|call| call.method == "POST" && call.path == "/v1/payment_intents").count()
    }
}
