//! What buyers and experts do.

use serde_json::{Value, json};

use super::doing::Doing;
use crate::{
    client::Answer,
    shop::{EXPERT, LISTINGS, OFFERS, ORGANIZATION, PRESALE, PROMO},
    step::{Act, Function, Mode},
    world::Bought,
};

/// The subject of a customer; of the others none.
pub(super) fn customer(buyer: u8) -> Option<String> {
    (buyer % 2 == 1).then(|| format!("customer-{buyer}"))
}

fn text(json: &Value) -> String {
    json.as_str().unwrap_or_default().to_owned()
}

impl Doing<'_> {
    pub(super) async fn buy(&self) {
        let Act::Buy { offer, also, quantity, mode, promo, buyer } = self.step.act else { return };
        if mode == Mode::Form {
            return self.choose().await;
        }
        let mut items = vec![];
        for (offer, quantity) in [(Some(offer), quantity), (also, 1)] {
            if let Some(sold) = offer.map(|offer| &OFFERS[offer]) {
                items.push(json!({ "listing": LISTINGS[sold.listing].0, "offer": sold.id, "quantity": quantity }));
            }
        }
        let mut body = json!({
            "buyer": { "name": "Ada Lovelace", "email": format!("buyer-{buyer}@example.com") },
            "items": items,
            "presale_code": PRESALE,
        });
        match mode {
            Mode::Page | Mode::Form => {}
            Mode::Server(card) => body["payment"] = json!({ "mode": "intent", "payment_method": card }),
            Mode::Browser => body["payment"] = json!({ "mode": "intent" }),
        }
        if promo {
            body["promo_code"] = json!(PROMO);
        }
        let bought = Bought { body, buyer, ..Bought::default() };
        self.world.note_bought(self.step.id, bought.clone());
        self.send_purchase(self.step.id, bought).await;
    }

    pub(super) async fn buy_again(&self, of: u32) {
        match self.world.bought(of) {
            Some(bought) if bought.form.is_empty() => self.send_purchase(of, bought).await,
            Some(bought) => self.press_again(of, &bought).await,
            None => {}
        }
    }

    async fn send_purchase(&self, of: u32, mut bought: Bought) {
        let mut ask =
            self.world.ask(Function::Checkout, "POST", "/v1/checkout").header("idempotency-key", &format!("key-{of}"));
        if let Some(customer) = customer(bought.buyer) {
            ask = ask.token(&self.world.token(&customer, "", None));
        }
        let answer = ask.json(&bought.body).by(self.process(0, Function::Checkout)).await;
        let Some(answer) = answer.filter(|answer| answer.status == 201 || answer.status == 402) else { return };
        let order = &answer.json["order"];
        bought.id = text(&order["id"]);
        if answer.status == 201 {
            bought.token = text(&answer.json["access_token"]);
            bought.secret = answer.json["client_secret"].as_str().map(str::to_owned).or(bought.secret);
        }
        self.world.note_bought(of, bought);
    }

    /// The session that Stripe has of an order, as the buyer's browser was led to it.
    fn session(&self, bought: &Bought) -> Option<Value> {
        let sessions = self.world.outside.stripe.objects("checkout.session");
        sessions.into_iter().rfind(|session| session["metadata"]["order_id"] == bought.id.as_str())
    }

    pub(super) async fn pay(&self, of: u32, card: &'static str) {
        let Some(bought) = self.world.bought(of).filter(|bought| !bought.id.is_empty()) else { return };
        if let Some(secret) = &bought.secret {
            let intent = secret.split("_secret_").next().unwrap_or_default();
            let body = json!({ "payment_method": card, "return_url": "https://shop.example/back" });
            self.world.at_stripe(&format!("intents/{intent}/confirm"), &body).await;
        } else if let Some(session) = self.session(&bought) {
            let path = format!("sessions/{}/pay", text(&session["id"]));
            self.world.at_stripe(&path, &json!({ "payment_method": card })).await;
        }
    }

    /// The payment intents that Stripe has of an order.
    pub(super) fn intents(&self, bought: &Bought) -> Vec<String> {
        let all = self.world.outside.stripe.objects("payment_intent");
        let own = all.iter().filter(|intent| intent["metadata"]["order_id"] == bought.id.as_str());
        own.map(|intent| text(&intent["id"])).collect()
    }

    pub(super) async fn authenticate(&self, of: u32, proves: bool) {
        let Some(bought) = self.world.bought(of) else { return };
        for intent in self.intents(&bought) {
            self.world.at_stripe(&format!("intents/{intent}/authenticate"), &json!({ "succeed": proves })).await;
        }
    }

    pub(super) async fn arrive(&self, of: u32, arrives: bool) {
        let Some(bought) = self.world.bought(of) else { return };
        for intent in self.intents(&bought) {
            let end = if arrives { "succeed" } else { "fail" };
            self.world.at_stripe(&format!("intents/{intent}/{end}"), &json!({})).await;
        }
    }

    pub(super) async fn come_back(&self, of: u32) {
        let Some(session) = self.world.bought(of).and_then(|bought| self.session(&bought)) else { return };
        let url = text(&session["success_url"]).replace("{CHECKOUT_SESSION_ID}", &text(&session["id"]));
        let Some(path) = url.strip_prefix("https://api.localhost") else { return };
        let ask = self.world.ask(Function::Success, "GET", path).header("accept", "application/json");
        ask.by(self.process(0, Function::Success)).await;
    }

    pub(super) async fn open_order(&self, of: u32) {
        let Some(bought) = self.world.bought(of).filter(|bought| !bought.token.is_empty()) else { return };
        let path = format!("/v1/orders/{}", bought.id);
        let parts = [(Function::Orders, ""), (Function::Refund, "/refunds")];
        for (n, (function, part)) in (0..).zip(parts) {
            let ask = self.world.ask(function, "GET", &format!("{path}{part}"));
            ask.header("x-order-token", &bought.token).by(self.process(n, function)).await;
        }
    }

    /// The expert answers a booking.
    pub(super) async fn answer(&self, of: u32, how: &str) {
        let Some(bought) = self.world.bought(of).filter(|bought| !bought.id.is_empty()) else { return };
        let expert = self.world.token(EXPERT, "expert", Some(ORGANIZATION));
        let ask = self.world.ask(Function::Booking, "POST", &format!("/v1/bookings/{}/{how}", bought.id));
        ask.token(&expert).by(self.process(0, Function::Booking)).await;
    }

    pub(super) async fn cancel(&self, of: u32, by_buyer: bool) {
        if !by_buyer {
            return self.answer(of, "cancel").await;
        }
        let Some(bought) = self.world.bought(of).filter(|bought| !bought.token.is_empty()) else { return };
        let ask = self.world.ask(Function::Booking, "POST", &format!("/v1/bookings/{}/cancel", bought.id));
        let _: Option<Answer> = ask.header("x-order-token", &bought.token).by(self.process(0, Function::Booking)).await;
    }
}
