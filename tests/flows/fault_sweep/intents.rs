//! Orders with payment intents, broken at each call: confirmed by the server and by the client, declined, expired and
//! refunded.

use domain::OrderStatus;
use holdfast_tests::{
    Answer, Bought, CRAFTS, INTENT_HOLD, World,
    faults::{Fault, Faults, Rule, Service},
};
use serde_json::{Value, json};

use super::{
    stage::{LEASE, Stage, assert_done},
    sweep::{Flow, sweep},
};

/// A flow, up to the request that is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    /// A buyer pays with a good card that the server confirms, and comes back until it works.
    ByServer,
    /// The same, but the buyer never comes back.
    ByServerAndLeave,
    /// The card is declined.
    Declined,
    /// The card is declined, and the buyer never comes back.
    DeclinedAndLeave,
    /// The card asks for authentication, which succeeds later.
    Authenticated,
    /// The client confirms, after the order is placed.
    ByClient,
    /// The buyer comes back after the intent was made and before it was confirmed.
    Resume,
    /// The buyer comes back after the card was declined and before the payment was ended.
    ResumeDeclined,
    /// Stripe's webhook sends a payment that the client confirmed.
    Webhook,
    /// Stripe's webhook sends a decline whose answer to the call was lost.
    DeclineWebhook,
    /// The buyer reads an order whose webhooks were lost.
    Fetch,
    /// The sweeper expires an unpaid order.
    Expire,
    /// The sweeper expires an order whose intent exists and was never noted.
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

/// One world, at the point.
struct Scene {
    case: Case,
    stage: Stage,
    /// The order it is about, where it is placed before.
    order: Option<Bought>,
    /// The event that Stripe is about to send.
    event: Value,
}

impl Case {
    /// The card that the server confirms with, if it does.
    fn card(self) -> Option<&'static str> {
        match self {
            Case::ByServer | Case::ByServerAndLeave | Case::Resume | Case::ExpireUnknown => Some("pm_card_visa"),
            Case::Declined
            | Case::DeclinedAndLeave
            | Case::ResumeDeclined
            | Case::DeclineWebhook
            | Case::ExpireDeclined => Some("pm_card_chargeDeclined"),
            Case::Authenticated => Some("pm_card_authenticationRequired"),
            _ => None,
        }
    }

    /// Whether the request is the purchase.
    fn places(self) -> bool {
        matches!(
            self,
            Case::ByServer
                | Case::ByServerAndLeave
                | Case::Declined
                | Case::DeclinedAndLeave
                | Case::Authenticated
                | Case::ByClient
                | Case::Resume
                | Case::ResumeDeclined
        )
    }

    /// Whether its client makes the request until it is answered.
    fn repeats(self) -> bool {
        let leaves = matches!(self, Case::ByServerAndLeave | Case::DeclinedAndLeave);
        (self.places() || matches!(self, Case::RefundItems | Case::RefundRest | Case::Fetch)) && !leaves
    }
}

impl Scene {
    async fn new(case: Case) -> Self {
        let faults = Faults::new();
        let world = World::of_products_with(faults.options()).await;
        let mut scene = Self { case, stage: Stage::new(faults, world), order: None, event: Value::Null };
        // No webhook leaves until all is well again.
        scene.stage.world.drop_webhooks().await;
        scene.prepare().await;
        scene
    }

    async fn prepare(&mut self) {
        let world = &self.stage.world;
        let mugs = [(CRAFTS, "mug", 2)];
        let crash =
            |fault, skip| Rule::every(Service::Stripe, fault).of("POST /v1/payment_intents").after(skip).times(1);
        match self.case {
            Case::ByServer
            | Case::ByServerAndLeave
            | Case::Declined
            | Case::DeclinedAndLeave
            | Case::Authenticated
            | Case::ByClient => {}
            Case::Resume | Case::ResumeDeclined | Case::DeclineWebhook | Case::ExpireUnknown | Case::ExpireDeclined => {
                let rule = match self.case {
                    Case::Resume => crash(Fault::CrashBefore, 1),
                    Case::ExpireUnknown => crash(Fault::CrashAfter, 0),
                    _ => crash(Fault::CrashAfter, 1),
                };
                self.stage.faults.plan([rule]);
                assert!(self.stage.faults.run(self.purchase()).await.is_none(), "the process is gone");
                assert_eq!(self.stage.faults.heal(), 1);
                if self.case == Case::DeclineWebhook {
                    self.event = world.events("payment_intent.payment_failed").pop().expect("a decline is told");
                }
                let wait = if self.case.places() || self.case == Case::DeclineWebhook { 31 } else { INTENT_HOLD + 10 };
                world.advance(wait).await;
            }
            Case::Webhook | Case::Fetch | Case::ExpirePaid => {
                let order = world.ordered(&mugs, None).await;
                world.confirm(&order, "pm_card_visa").await.expect(200);
                self.event = world.events("payment_intent.succeeded").pop().expect("a payment is told");
                self.order = Some(order);
                world.advance(if self.case == Case::ExpirePaid { INTENT_HOLD + 10 } else { 6 }).await;
            }
            Case::Expire => {
                self.order = Some(world.ordered(&mugs, None).await);
                world.advance(INTENT_HOLD + 10).await;
            }
            Case::RefundItems | Case::RefundRest => {
                let order = world.ordered_and_paid(&mugs).await;
                world.send_webhooks().await;
                world.drop_webhooks().await;
                self.order = Some(order);
            }
        }
    }

    async fn purchase(&self) -> Answer {
        let basket = self.stage.world.basket(&[(CRAFTS, "mug", 2)], self.case.card());
        self.stage.world.order_under("sweep", &basket).await
    }

    fn order(&self) -> &Bought {
        self.order.as_ref().expect("the order was placed before")
    }

    /// The request, as its client, Stripe or the schedule makes it.
    async fn request(&self) -> Option<Answer> {
        let world = &self.stage.world;
        Some(match self.case {
            case if case.places() => self.purchase().await,
            Case::Webhook | Case::DeclineWebhook => world.event(&self.event).await,
            Case::Fetch => world.get(&format!("/v1/orders/{}", self.order().id)).order_token(&self.order().token).await,
            Case::RefundItems | Case::RefundRest => {
                let one = json!({ "items": [{ "line": "l1", "quantity": 1 }] });
                let ask = if self.case == Case::RefundItems { one } else { json!({}) };
                let path = format!("/v1/orders/{}/refunds", self.order().id);
                world.post(&path).role("staff").key("sweep").json(&ask).await
            }
            _ => {
                let _swept_or_not = world.stack.sweep().await;
                return None;
            }
        })
    }

    /// What the buyer's browser does with the answer.
    async fn go_on(&self, answer: Answer) {
        let world = &self.stage.world;
        match self.case {
            Case::ByServer | Case::Resume => assert_eq!(answer.expect(201)["order"]["status"], "paid"),
            Case::Declined | Case::ResumeDeclined => {
                let problem = answer.refused(402, "payment_declined");
                assert_eq!(problem.json["order"]["status"], "failed", "{}", problem.text);
            }
            Case::ByClient => {
                world.confirm(&Bought::of(answer.expect(201)), "pm_card_visa").await.expect(200);
            }
            Case::Authenticated => {
                let order = Bought::of(answer.expect(201));
                assert!(order.json["client_secret"].is_string(), "{}", order.json);
                world.authenticate(&order, true).await;
            }
            _ => assert!(answer.status.is_success(), "{}", answer.text),
        }
    }
}

impl Flow for Case {
    type Scene = Scene;

    async fn set(self) -> Scene {
        Scene::new(self).await
    }

    fn stage(scene: &Scene) -> &Stage {
        &scene.stage
    }

    async fn operate(scene: &Scene) -> Option<()> {
        let declined = scene.case.card() == Some("pm_card_chargeDeclined");
        let expected: &[u16] = if declined { &[200, 201, 402, 409, 503] } else { &[200, 201, 409, 503] };
        scene.stage.operate(scene.request(), expected).await
    }

    async fn recover(scene: &Scene) {
        if scene.case.repeats() {
            let done = |answer: &Answer| answer.status.as_u16() < 409;
            let answer = scene.stage.repeat(31, async || scene.request().await, done).await;
            scene.go_on(answer).await;
        }
        scene.stage.world.send_webhooks().await;
        scene.stage.wait(&[LEASE, LEASE, LEASE, INTENT_HOLD, LEASE, 3_700]).await;
    }

    async fn expect(scene: &Scene) {
        let world = &scene.stage.world;
        world.finish().await;
        let all = world.everything().await;
        let stripe = world.stack.stripe();
        assert_done(&all);
        for order in &all.orders {
            assert_ne!(order.status, OrderStatus::Pending, "order {} waits for ever", order.id);
            let charges = stripe.balance("order_id", order.id.as_str()).charges;
            assert!(charges <= 1, "order {} was charged {charges} times", order.id);
            let intents = world.intents(order.id.as_str());
            let alive = intents.iter().filter(|intent| intent["status"] != "canceled").count();
            assert!(alive <= 1, "order {} could be paid {alive} times", order.id);
            assert_eq!(order.status.is_released(), alive == 0 && charges == 0, "order {}: {intents:?}", order.id);
        }
        assert!(all.orders.len() <= 1, "one order");
        let balance = all.orders.first().map(|order| stripe.balance("order_id", order.id.as_str())).unwrap_or_default();
        let status = all.orders.first().map(|order| order.status);
        let stock = world.stock_of(CRAFTS, "mug").await;
        let (charges, refunds) = (balance.charges, stripe.objects("refund").len());
        let paid = (Some(OrderStatus::Paid), 1, (18, 0, 2));
        let expected = match scene.case {
            Case::ByServer
            | Case::Authenticated
            | Case::ByClient
            | Case::Resume
            | Case::Webhook
            | Case::Fetch
            | Case::ExpirePaid => paid,
            Case::ByServerAndLeave if charges > 0 => paid,
            Case::Declined | Case::ResumeDeclined | Case::DeclineWebhook | Case::ExpireDeclined => {
                (Some(OrderStatus::Failed), 0, (20, 0, 0))
            }
            Case::ByServerAndLeave | Case::DeclinedAndLeave => {
                assert!(status.is_none_or(OrderStatus::is_released));
                (status, 0, (20, 0, 0))
            }
            Case::Expire | Case::ExpireUnknown => (Some(OrderStatus::Expired), 0, (20, 0, 0)),
            Case::RefundItems => (Some(OrderStatus::Paid), 1, (19, 0, 1)),
            Case::RefundRest => (Some(OrderStatus::Refunded), 1, (20, 0, 0)),
        };
        assert_eq!((status, charges, stock), expected);
        let given_back = match scene.case {
            Case::RefundItems => (1, 1_250),
            Case::RefundRest => (1, 2_500),
            _ => (0, 0),
        };
        assert_eq!((refunds, balance.refunded), given_back);
    }
}

#[test]
fn placing_with_a_card_that_the_server_confirms() {
    sweep(Case::ByServer, 60);
}

#[test]
fn placing_with_such_a_card_and_never_coming_back() {
    sweep(Case::ByServerAndLeave, 60);
}

#[test]
fn placing_with_a_card_that_is_declined() {
    sweep(Case::Declined, 100);
}

#[test]
fn placing_with_such_a_card_in_vain() {
    sweep(Case::DeclinedAndLeave, 100);
}

#[test]
fn placing_with_a_card_that_asks_for_authentication() {
    sweep(Case::Authenticated, 60);
}

#[test]
fn placing_for_the_client_to_confirm() {
    sweep(Case::ByClient, 50);
}

#[test]
fn coming_back_before_the_confirmation() {
    sweep(Case::Resume, 50);
}

#[test]
fn coming_back_before_the_end_of_a_declined_payment() {
    sweep(Case::ResumeDeclined, 70);
}

#[test]
fn settling_an_intent_by_webhook() {
    sweep(Case::Webhook, 25);
}

#[test]
fn failing_an_order_by_webhook() {
    sweep(Case::DeclineWebhook, 50);
}

#[test]
fn settling_an_intent_by_reading_its_order() {
    sweep(Case::Fetch, 25);
}

#[test]
fn expiring_an_order_with_an_unpaid_intent() {
    sweep(Case::Expire, 60);
}

#[test]
fn expiring_an_order_whose_intent_was_never_noted() {
    sweep(Case::ExpireUnknown, 60);
}

#[test]
fn expiring_an_order_whose_intent_was_paid() {
    sweep(Case::ExpirePaid, 50);
}

#[test]
fn ending_an_order_whose_decline_was_lost() {
    sweep(Case::ExpireDeclined, 60);
}

#[test]
fn refunding_items_of_an_intent() {
    sweep(Case::RefundItems, 60);
}

#[test]
fn refunding_the_rest_of_an_intent() {
    sweep(Case::RefundRest, 60);
}
