//! Orders with payment intents, broken at each call: confirmed by the server and by the client, declined, expired and
//! refunded.

use std::{sync::Mutex, time::Duration};

use domain::{OrderStatus, RefundState};
use holdfast_tests::{
    Answer, Bought, CRAFTS, INTENT_HOLD, World,
    faults::{Fault, Faults, Rule, Service},
};
use serde_json::{Value, json};

use super::{Flow, sweep};

/// A little more than any lease or claim.
const LEASE: i64 = 70;

/// A flow, up to the request that is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum IntentCase {
    /// Somebody buys with a good card that the server confirms, and comes back until it works.
    ByServer,
    /// The same, but whoever it was never comes back.
    ByServerAndLeave,
    /// The card is declined.
    Declined,
    /// The card is declined, and whoever it was never comes back.
    DeclinedAndLeave,
    /// The card asks for authentication, which succeeds later.
    Authenticated,
    /// The client confirms, after the order is placed.
    ByClient,
    /// The buyer comes back after the intent was made and before it was confirmed.
    Resume,
    /// The buyer comes back after the card was declined and before the payment was ended.
    ResumeDeclined,
    /// Stripe's webhook tells of a payment that the client confirmed.
    Webhook,
    /// Stripe's webhook tells of a decline of which the call's answer was lost.
    DeclineWebhook,
    /// The buyer looks at an order whose webhooks were lost.
    Fetch,
    /// The sweeper lets an order go that nobody paid.
    Expire,
    /// The sweeper lets an order go whose intent exists and was never noted.
    ExpireUnknown,
    /// The sweeper finds that an order was paid.
    ExpirePaid,
    /// The sweeper finds that an order's card was declined.
    ExpireDeclined,
    /// Staff take one of two mugs back.
    RefundItems,
    /// Staff take all back.
    RefundRest,
}

use IntentCase as C;

/// One world, at the point.
struct IntentScene {
    case: IntentCase,
    faults: Faults,
    world: World,
    /// The order it is about, where it is placed before.
    order: Option<Bought>,
    /// What Stripe is about to tell.
    event: Value,
    answered: Mutex<Option<Answer>>,
}

impl IntentCase {
    /// The card that the server confirms with, if it does.
    fn card(self) -> Option<&'static str> {
        match self {
            C::ByServer | C::ByServerAndLeave | C::Resume | C::ExpireUnknown => Some("pm_card_visa"),
            C::Declined | C::DeclinedAndLeave | C::ResumeDeclined | C::DeclineWebhook | C::ExpireDeclined => {
                Some("pm_card_chargeDeclined")
            }
            C::Authenticated => Some("pm_card_authenticationRequired"),
            _ => None,
        }
    }

    /// Whether the request is the purchase.
    fn places(self) -> bool {
        matches!(
            self,
            C::ByServer
                | C::ByServerAndLeave
                | C::Declined
                | C::DeclinedAndLeave
                | C::Authenticated
                | C::ByClient
                | C::Resume
                | C::ResumeDeclined
        )
    }

    /// Whether its client makes the request until it is answered.
    fn repeats(self) -> bool {
        let leaves = matches!(self, C::ByServerAndLeave | C::DeclinedAndLeave);
        (self.places() || matches!(self, C::RefundItems | C::RefundRest | C::Fetch)) && !leaves
    }
}

impl IntentScene {
    async fn new(case: IntentCase) -> Self {
        let faults = Faults::new();
        let world = World::of_products_with(faults.options()).await;
        let mut scene = Self { case, faults, world, order: None, event: Value::Null, answered: Mutex::default() };
        // No webhook leaves until all is well again.
        scene.world.drop_webhooks().await;
        scene.prepare().await;
        scene
    }

    async fn prepare(&mut self) {
        let world = &self.world;
        let mugs = [(CRAFTS, "mug", 2)];
        let crash =
            |fault, skip| Rule::every(Service::Stripe, fault).of("POST /v1/payment_intents").after(skip).times(1);
        match self.case {
            C::ByServer | C::ByServerAndLeave | C::Declined | C::DeclinedAndLeave | C::Authenticated | C::ByClient => {}
            C::Resume | C::ResumeDeclined | C::DeclineWebhook | C::ExpireUnknown | C::ExpireDeclined => {
                let rule = match self.case {
                    C::Resume => crash(Fault::CrashBefore, 1),
                    C::ExpireUnknown => crash(Fault::CrashAfter, 0),
                    _ => crash(Fault::CrashAfter, 1),
                };
                self.faults.plan([rule]);
                assert!(self.faults.run(self.purchase()).await.is_none(), "the process is gone");
                assert_eq!(self.faults.heal(), 1);
                if self.case == C::DeclineWebhook {
                    self.event = world.events("payment_intent.payment_failed").pop().expect("a decline is told");
                }
                let wait = if self.case.places() || self.case == C::DeclineWebhook { 31 } else { INTENT_HOLD + 10 };
                world.advance(wait).await;
            }
            C::Webhook | C::Fetch | C::ExpirePaid => {
                let order = world.ordered(&mugs, None).await;
                world.confirm(&order, "pm_card_visa").await.expect(200);
                self.event = world.events("payment_intent.succeeded").pop().expect("a payment is told");
                self.order = Some(order);
                world.advance(if self.case == C::ExpirePaid { INTENT_HOLD + 10 } else { 6 }).await;
            }
            C::Expire => {
                self.order = Some(world.ordered(&mugs, None).await);
                world.advance(INTENT_HOLD + 10).await;
            }
            C::RefundItems | C::RefundRest => {
                let order = world.ordered_and_paid(&mugs).await;
                world.send_webhooks().await;
                world.drop_webhooks().await;
                self.order = Some(order);
            }
        }
    }

    async fn purchase(&self) -> Answer {
        let basket = self.world.basket(&[(CRAFTS, "mug", 2)], self.case.card());
        self.world.order_under("sweep", &basket).await
    }

    fn order(&self) -> &Bought {
        self.order.as_ref().expect("the order was placed before")
    }

    /// The request, as its client, Stripe or the schedule makes it.
    async fn request(&self) -> Option<Answer> {
        let world = &self.world;
        Some(match self.case {
            case if case.places() => self.purchase().await,
            C::Webhook | C::DeclineWebhook => world.event(&self.event).await,
            C::Fetch => world.get(&format!("/v1/orders/{}", self.order().id)).order_token(&self.order().token).await,
            C::RefundItems | C::RefundRest => {
                let one = json!({ "items": [{ "line": "l1", "quantity": 1 }] });
                let ask = if self.case == C::RefundItems { one } else { json!({}) };
                let path = format!("/v1/orders/{}/refunds", self.order().id);
                world.post(&path).role("staff").key("sweep").json(&ask).await
            }
            _ => {
                let _swept_or_not = world.stack.sweep().await;
                return None;
            }
        })
    }

    /// A client that was told to come back does, with the same key; so does one that heard nothing.
    async fn repeat(&self) -> Answer {
        for _ in 0..5 {
            let answer = self.request().await.expect("a client's request");
            let status = answer.status.as_u16();
            if status < 409 {
                return answer;
            }
            assert!([409, 503].contains(&status), "a repeat was answered {}", answer.text);
            // Leases run out by the stack's clock, pauses within a process by the runtime's.
            self.world.advance(31).await;
            tokio::time::sleep(Duration::from_secs(31)).await;
        }
        panic!("five repeats did not help");
    }

    /// What the buyer's browser does with the answer.
    async fn go_on(&self, answer: Answer) {
        let world = &self.world;
        match self.case {
            C::ByServer | C::Resume => assert_eq!(answer.expect(201)["order"]["status"], "paid"),
            C::Declined | C::ResumeDeclined => {
                let problem = answer.refused(402, "payment_declined");
                assert_eq!(problem.json["order"]["status"], "failed", "{}", problem.text);
            }
            C::ByClient => {
                world.confirm(&Bought::of(answer.expect(201)), "pm_card_visa").await.expect(200);
            }
            C::Authenticated => {
                let order = Bought::of(answer.expect(201));
                assert!(order.json["client_secret"].is_string(), "{}", order.json);
                world.authenticate(&order, true).await;
            }
            _ => assert!(answer.status.is_success(), "{}", answer.text),
        }
    }
}

impl Flow for IntentCase {
    type Scene = IntentScene;

    async fn set(self) -> IntentScene {
        IntentScene::new(self).await
    }

    fn faults(scene: &IntentScene) -> &Faults {
        &scene.faults
    }

    async fn operate(scene: &IntentScene) -> Option<()> {
        let answer = scene.faults.run(scene.request()).await?;
        if let Some(answer) = answer {
            let status = answer.status.as_u16();
            let declined = scene.case.card() == Some("pm_card_chargeDeclined");
            let expected = [200, 201, 409, 503].contains(&status) || declined && status == 402;
            assert!(expected, "answered {}", answer.text);
            if status == 503 {
                assert!(!answer.header("retry-after").is_empty(), "{}", answer.text);
            }
            *scene.answered.lock().expect("no panic") = Some(answer);
        }
        Some(())
    }

    async fn recover(scene: &IntentScene) {
        let world = &scene.world;
        if scene.case.repeats() {
            let answer = scene.repeat().await;
            scene.go_on(answer).await;
        }
        world.send_webhooks().await;
        for wait in [LEASE, LEASE, LEASE, INTENT_HOLD, LEASE, 3_700] {
            world.settle().await;
            world.advance(wait).await;
            world.sweep().await;
        }
        world.settle().await;
    }

    async fn expect(scene: &IntentScene) {
        let world = &scene.world;
        world.finish().await;
        let all = world.stack.engine().store().everything().await.expect("the table answers");
        let stripe = world.stack.stripe();
        for order in &all.orders {
            assert_ne!(order.status, OrderStatus::Pending, "order {} waits for ever", order.id);
            let open = order.refunds.iter().filter(|refund| refund.state == RefundState::Pending).count();
            assert_eq!(open, 0, "order {} has open refunds", order.id);
            let charges = stripe.balance("order_id", order.id.as_str()).charges;
            assert!(charges <= 1, "order {} was charged {charges} times", order.id);
            let intents = world.intents(order.id.as_str());
            let alive = intents.iter().filter(|intent| intent["status"] != "canceled").count();
            assert!(alive <= 1, "order {} could be paid {alive} times", order.id);
            assert_eq!(order.status.is_released(), alive == 0 && charges == 0, "order {}: {intents:?}", order.id);
        }
        for notification in &all.notifications {
            assert!(notification.done_at.is_some(), "notification {} was never seen to", notification.id);
        }
        assert!(all.orders.len() <= 1, "one order");
        let balance = all.orders.first().map(|order| stripe.balance("order_id", order.id.as_str())).unwrap_or_default();
        let status = all.orders.first().map(|order| order.status);
        let stock = world.stock_of(CRAFTS, "mug").await;
        let (charges, refunds) = (balance.charges, stripe.objects("refund").len());
        let paid = (Some(OrderStatus::Paid), 1, (18, 0, 2));
        let expected = match scene.case {
            C::ByServer | C::Authenticated | C::ByClient | C::Resume | C::Webhook | C::Fetch | C::ExpirePaid => paid,
            C::ByServerAndLeave if charges > 0 => paid,
            C::Declined | C::ResumeDeclined | C::DeclineWebhook | C::ExpireDeclined => {
                (Some(OrderStatus::Failed), 0, (20, 0, 0))
            }
            C::ByServerAndLeave | C::DeclinedAndLeave => {
                assert!(status.is_none_or(OrderStatus::is_released));
                (status, 0, (20, 0, 0))
            }
            C::Expire | C::ExpireUnknown => (Some(OrderStatus::Expired), 0, (20, 0, 0)),
            C::RefundItems => (Some(OrderStatus::Paid), 1, (19, 0, 1)),
            C::RefundRest => (Some(OrderStatus::Refunded), 1, (20, 0, 0)),
        };
        assert_eq!((status, charges, stock), expected);
        let given_back = match scene.case {
            C::RefundItems => (1, 1_250),
            C::RefundRest => (1, 2_500),
            _ => (0, 0),
        };
        assert_eq!((refunds, balance.refunded), given_back);
    }
}

#[test]
fn placing_with_a_card_that_the_server_confirms() {
    sweep(C::ByServer, 60);
}

#[test]
fn placing_with_such_a_card_and_never_coming_back() {
    sweep(C::ByServerAndLeave, 60);
}

#[test]
fn placing_with_a_card_that_is_declined() {
    sweep(C::Declined, 100);
}

#[test]
fn placing_with_such_a_card_in_vain() {
    sweep(C::DeclinedAndLeave, 100);
}

#[test]
fn placing_with_a_card_that_asks_for_authentication() {
    sweep(C::Authenticated, 60);
}

#[test]
fn placing_for_the_client_to_confirm() {
    sweep(C::ByClient, 50);
}

#[test]
fn coming_back_before_the_confirmation() {
    sweep(C::Resume, 50);
}

#[test]
fn coming_back_before_the_end_of_a_declined_payment() {
    sweep(C::ResumeDeclined, 70);
}

#[test]
fn settling_an_intent_by_webhook() {
    sweep(C::Webhook, 25);
}

#[test]
fn failing_an_order_by_webhook() {
    sweep(C::DeclineWebhook, 50);
}

#[test]
fn settling_an_intent_by_reading_its_order() {
    sweep(C::Fetch, 25);
}

#[test]
fn expiring_an_order_with_an_unpaid_intent() {
    sweep(C::Expire, 60);
}

#[test]
fn expiring_an_order_whose_intent_was_never_noted() {
    sweep(C::ExpireUnknown, 60);
}

#[test]
fn expiring_an_order_whose_intent_was_paid() {
    sweep(C::ExpirePaid, 50);
}

#[test]
fn ending_an_order_whose_decline_was_lost() {
    sweep(C::ExpireDeclined, 60);
}

#[test]
fn refunding_items_of_an_intent() {
    sweep(C::RefundItems, 60);
}

#[test]
fn refunding_the_rest_of_an_intent() {
    sweep(C::RefundRest, 60);
}
