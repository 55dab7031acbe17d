//! Orders of tickets: placed, paid on Stripe's page, refunded.

use serde_json::{Value, json};

use crate::{answer::Answer, bought::Bought, constants::SHOW, world::World};

impl World {
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
}

/// What comes after the host of an address.
fn path_of(url: &str) -> String {
    let after = url.split_once("://").map_or(url, |(_, rest)| rest);
    after.find('/').map_or_else(String::new, |slash| after[slash..].to_owned())
}
