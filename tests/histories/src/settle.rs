//! The end of a history: nothing fails any more, time goes by, and everything has to come to rest.

use std::{collections::BTreeSet, time::Duration};

use serde_json::{Value, json};
use tokio::time::sleep;

use crate::{
    client::time_of,
    process::Process,
    shop::ORGANIZATION,
    sign,
    step::{FUNCTIONS, Function, SecretOf},
    world::{World, name_of},
};

/// Most rounds until everything is at rest.
const ROUNDS: u32 = 90;
/// What is due later than this, in seconds, is at rest: orders are archived after 90 days.
const REST: i64 = 80 * 86_400;
/// The step that the end counts as.
const END: u32 = 0;

impl World {
    fn process(&self, function: Function) -> std::sync::Arc<Process> {
        let salt = u64::try_from(self.now().as_millisecond()).unwrap_or(0);
        Process::new(END, &[], salt, time_of(function))
    }

    /// Ends what goes wrong: clocks are right, indexes quick, limits gone.
    fn heal(&self) {
        for function in FUNCTIONS {
            let clock = self.clock(function);
            let off = clock.now().duration_since(self.now()).as_secs();
            clock.advance(-off);
            self.configure(function, false);
        }
        self.outside.inner().table.lag = 1_000;
    }

    /// Lets everything come to rest. What does not is a finding.
    pub(crate) async fn settle(&self, salt: u64) {
        self.heal();
        let mut refused = BTreeSet::new();
        for round in 0..ROUNDS {
            self.outside.stripe.tick();
            self.deliver().await;
            self.drain(salt).await;
            if round >= 1 {
                self.end_what_waits_for_others().await;
                self.decide_reviews(salt, &mut refused).await;
            }
            let now = self.now().as_second();
            let Some((due, _)) = self.next_due(now) else {
                if round > 2 && self.unsent().is_empty() {
                    return;
                }
                sleep(Duration::from_secs(70)).await;
                continue;
            };
            let wait = u64::try_from(due - now).unwrap_or(0) + 2;
            sleep(Duration::from_secs(wait)).await;
            self.sweep(self.process(Function::Cleanup)).await;
        }
        let now = self.now().as_second();
        if let Some((due, key)) = self.next_due(now) {
            self.find(format!("never at rest: {key} is due in {} seconds", due - now));
        }
        for event in self.unsent() {
            self.find(format!("never taken: an event {} {}", event["type"], event["id"]));
        }
    }

    /// Sends all of Stripe's events that wait.
    async fn deliver(&self) {
        for event in self.unsent() {
            let body = event.to_string();
            let now = self.now().as_second();
            let secrets = self.outside.inner().services.secrets[name_of(SecretOf::Webhook)].clone();
            let secret = secrets.split(',').next().unwrap_or_default();
            let header = sign::header(secret, now, &body);
            let ask = self.ask(Function::Webhook, "POST", "/").header("stripe-signature", &header).text(body);
            let answer = ask.by(self.process(Function::Webhook)).await;
            if answer.is_some_and(|answer| answer.status == 200) {
                self.sent(event["id"].as_str().unwrap_or_default());
            }
        }
    }

    /// Payments and refunds that take days arrive, and banks decide.
    async fn end_what_waits_for_others(&self) {
        let stripe = &self.outside.stripe;
        let id = |object: &Value| object["id"].as_str().unwrap_or_default().to_owned();
        for intent in stripe.objects("payment_intent").iter().filter(|intent| intent["status"] == "processing") {
            self.at_stripe(&format!("intents/{}/succeed", id(intent)), &json!({})).await;
        }
        for refund in stripe.objects("refund").iter().filter(|refund| refund["status"] == "pending") {
            self.at_stripe(&format!("refunds/{}/succeed", id(refund)), &json!({})).await;
        }
        for dispute in stripe.objects("dispute") {
            let end = match dispute["status"].as_str() {
                Some("needs_response") => "won",
                Some("warning_needs_response") => "warning_closed",
                _ => continue,
            };
            self.at_stripe(&format!("disputes/{}/close", id(&dispute)), &json!({ "status": end })).await;
        }
    }

    /// Staff decide about what is in review: as it falls, and the other way round where that cannot be.
    async fn decide_reviews(&self, salt: u64, refused: &mut BTreeSet<String>) {
        let staff = self.token("staff-1", "staff", Some(ORGANIZATION));
        for order in self.in_review() {
            let accept = salt.is_multiple_of(2) != refused.contains(&order);
            let ask = self.ask(Function::Refund, "POST", &format!("/v1/orders/{order}/review")).token(&staff);
            let ask = ask.json(&json!({ "accept": accept }));
            let answer = ask.by(self.process(Function::Refund)).await;
            if answer.is_none_or(|answer| answer.status != 200) && !refused.remove(&order) {
                refused.insert(order);
            }
        }
    }

    fn in_review(&self) -> Vec<String> {
        let inner = self.outside.inner();
        let text = |item: &Value| item["S"].as_str().unwrap_or_default().to_owned();
        let orders = inner.table.all().filter(|item| item.get("entity").is_some_and(|entity| text(entity) == "order"));
        let read = orders.filter_map(|item| serde_json::from_str::<domain::Order>(&text(item.get("order")?)).ok());
        read.filter(|order| order.review.is_some()).map(|order| order.id.to_string()).collect()
    }

    /// What is due next, and when; none while all that is due is far away. Checks of listings and summaries come every day.
    fn next_due(&self, now: i64) -> Option<(i64, String)> {
        let inner = self.outside.inner();
        let due = inner.table.all().filter_map(|item| {
            let pk = item.get("pk")?["S"].as_str()?;
            let due = item.get("due_at")?["N"].as_str()?.parse::<i64>().ok()?;
            let daily = pk.starts_with("LISTING#") || pk.starts_with("JOB#SUMMARY#");
            (!daily && due < now + REST).then(|| (due, pk.to_owned()))
        });
        due.min()
    }
}
