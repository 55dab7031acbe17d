//! What Stripe, banks and Stripe's dashboard do.

use serde_json::{Value, json};

use super::doing::Doing;
use crate::{
    dice::Dice,
    sign,
    step::{End, Function, SecretOf},
    world::name_of,
};

impl Doing<'_> {
    pub(super) async fn dashboard(&self, of: u32, cents: u16) {
        let Some(bought) = self.world.bought(of) else { return };
        for intent in self.intents(&bought) {
            let body =
                json!({ "payment_intent": intent, "amount": cents, "reverse_transfer": cents.is_multiple_of(2) });
            self.world.at_stripe("dashboard/refunds", &body).await;
        }
    }

    pub(super) async fn pending_refund(&self) {
        self.world.at_stripe("next_refund", &json!({ "status": "pending" })).await;
    }

    pub(super) async fn refunds_end(&self, arrive: bool) {
        for refund in self.world.outside.stripe.objects("refund") {
            if refund["status"] == "pending" {
                let end = if arrive { "succeed" } else { "fail" };
                let id = refund["id"].as_str().unwrap_or_default();
                self.world.at_stripe(&format!("refunds/{id}/{end}"), &json!({})).await;
            }
        }
    }

    pub(super) async fn dispute(&self, of: u32, inquiry: bool) {
        let Some(bought) = self.world.bought(of) else { return };
        for intent in self.intents(&bought) {
            // A bank takes a payment back once, and not what the buyer has already.
            let (left, disputes) = (self.left(&intent), self.world.outside.stripe.objects("dispute"));
            let over = |dispute: &&Value| matches!(dispute["status"].as_str(), Some("warning_closed" | "prevented"));
            let again = disputes.iter().any(|d| d["payment_intent"] == intent.as_str() && !over(&d));
            if left > 0 && !again {
                let body = json!({ "payment_intent": intent, "inquiry": inquiry, "amount": left });
                self.world.at_stripe("disputes", &body).await;
            }
        }
    }

    /// How much of a payment was captured and not given back.
    fn left(&self, intent: &str) -> i64 {
        let charges = self.world.outside.stripe.objects("charge");
        let own = charges.iter().filter(|charge| charge["payment_intent"] == intent && charge["captured"] == true);
        let number = |charge: &Value, name: &str| charge[name].as_i64().unwrap_or(0);
        own.map(|charge| number(charge, "amount_captured") - number(charge, "amount_refunded")).sum()
    }

    pub(super) async fn dispute_ends(&self, of: u32, end: End) {
        let Some(bought) = self.world.bought(of) else { return };
        let intents = self.intents(&bought);
        for dispute in self.world.outside.stripe.objects("dispute") {
            let (own, status) = (dispute["payment_intent"].as_str().unwrap_or_default(), &dispute["status"]);
            let inquiry = status.as_str().is_some_and(|status| status.starts_with("warning"));
            let open = status.as_str().is_some_and(|status| status.ends_with("needs_response"));
            if open && intents.iter().any(|intent| intent == own) {
                let end = match end {
                    End::Prevented => "prevented",
                    _ if inquiry => "warning_closed",
                    End::Won => "won",
                    End::Lost => "lost",
                };
                let id = dispute["id"].as_str().unwrap_or_default();
                self.world.at_stripe(&format!("disputes/{id}/close"), &json!({ "status": end })).await;
            }
        }
    }

    pub(super) async fn dispute_turns(&self, of: u32) {
        let Some(bought) = self.world.bought(of) else { return };
        let intents = self.intents(&bought);
        for dispute in self.world.outside.stripe.objects("dispute") {
            let own = dispute["payment_intent"].as_str().unwrap_or_default();
            let there = self.left(own) >= dispute["amount"].as_i64().unwrap_or(0);
            let turned = match dispute["status"].as_str() {
                Some("lost") => "won",
                Some("won") if there => "lost",
                _ => continue,
            };
            if intents.iter().any(|intent| intent == own) {
                let id = dispute["id"].as_str().unwrap_or_default();
                self.world.at_stripe(&format!("disputes/{id}"), &json!({ "status": turned })).await;
            }
        }
    }

    pub(super) async fn other_price(&self, of: u32) {
        let Some(bought) = self.world.bought(of) else { return };
        let sessions = self.world.outside.stripe.objects("checkout.session");
        let open =
            |session: &&Value| session["metadata"]["order_id"] == bought.id.as_str() && session["status"] == "open";
        if let Some(session) = sessions.iter().find(open) {
            let id = session["id"].as_str().unwrap_or_default();
            self.world.at_stripe(&format!("sessions/{id}/price"), &json!({ "amount": 4_321 })).await;
        }
    }

    /// Sends what is to be sent of Stripe's events.
    pub(super) async fn webhooks(&self, lost: u8, twice: u8, shuffled: bool, most: u8) {
        let mut dice = Dice::new(self.salt ^ 0x77);
        let mut events = self.world.unsent();
        if shuffled {
            dice.shuffle(&mut events);
        }
        for (n, event) in (0..).zip(events.into_iter().take(most.into())) {
            let id = event["id"].as_str().unwrap_or_default();
            if dice.percent(lost.into()) {
                // What a bank or Stripe's dashboard did is said by events alone, which Stripe sends for days: those come late.
                let kind = event["type"].as_str().unwrap_or_default();
                if !kind.contains("refund") && !kind.contains("dispute") {
                    self.world.sent(id);
                }
                continue;
            }
            let again = dice.percent(twice.into());
            let taken = self.event(n, &event).await;
            if taken {
                self.world.sent(id);
            }
            if again {
                self.event(n, &event).await;
            }
        }
    }

    /// Sends one event, and says whether it need not be sent again.
    async fn event(&self, n: u16, event: &Value) -> bool {
        let body = event.to_string();
        let now = self.world.now().as_second();
        let secrets = self.world.outside.inner().services.secrets[name_of(SecretOf::Webhook)].clone();
        // While a secret is rolled, Stripe signs with both; a rolled one is the first in the list.
        let secret = secrets.split(',').next().unwrap_or_default();
        let ask = self
            .world
            .ask(Function::Webhook, "POST", "/")
            .header("stripe-signature", &sign::header(secret, now, &body));
        let answer = ask.text(body).by(self.process(n, Function::Webhook)).await;
        answer.is_some_and(|answer| (200..300).contains(&answer.status))
    }
}
