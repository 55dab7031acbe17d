//! Money between platform and seller, broken at each call: a refund with the fees, disputes opened and won, refunds that
//! come to nothing. After all has healed everybody has their own, to the cent.

use std::sync::Mutex;

use domain::order::AdjustmentState;
use holdfast_tests::{
    Answer, Bought, World,
    faults::{Fault, Faults, Rule, Service},
};
use serde_json::{Value, json};

use super::{Flow, sweep};

/// A little more than any lease or claim.
const LEASE: i64 = 70;

/// A flow, up to the request that is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// Staff take back the last ticket of a payment, and the fees with it.
    RefundLast,
    /// Somebody refunds in Stripe's dashboard, with both boxes ticked.
    Dashboard,
    /// A bank opens a dispute.
    DisputeOpened,
    /// A dispute is won.
    DisputeWon,
    /// A bank sends a refund back.
    RefundFails,
    /// The sweeper makes the adjustments of a refund that never reached Stripe.
    SweepAdjustments,
    /// The sweeper finds out that Stripe has made them.
    SweepAdjustmentsDone,
    /// The sweeper asks where a dispute stands of whose end nobody was told.
    SweepDispute,
}

/// A world with a request that is about to be made.
pub(super) struct Scene {
    case: Case,
    faults: Faults,
    world: World,
    order: Option<Bought>,
    event: Value,
    answered: Mutex<Option<Answer>>,
}

impl Scene {
    fn order(&self) -> &Bought {
        self.order.as_ref().expect("there is an order")
    }

    async fn dispute(&self) -> String {
        let charge = self.world.charge(self.order())["id"].clone();
        let dispute = self.world.at_stripe("disputes", &json!({ "charge": charge })).await;
        dispute["id"].as_str().expect("an id").to_owned()
    }

    fn reported(&self, kind: &str) -> Value {
        self.world.events(kind).pop().expect("Stripe has something to tell")
    }

    async fn prepare(&mut self) {
        self.order = Some(self.world.bought("general", 2).await);
        let (world, order) = (&self.world, self.order());
        let one = json!({ "items": [{ "line": "l1", "quantity": 1 }] });
        match self.case {
            Case::RefundLast => {
                world.refund(order, &one).await.expect(201);
                world.drop_webhooks().await;
            }
            Case::Dashboard => {
                world.drop_webhooks().await;
                let body = json!({ "charge": world.charge(order)["id"], "amount": 2_500, "reverse_transfer": true, "refund_fee": true });
                world.at_stripe("dashboard/refunds", &body).await;
                self.event = self.reported("charge.refunded");
            }
            Case::DisputeOpened => {
                world.drop_webhooks().await;
                self.dispute().await;
                self.event = self.reported("charge.dispute.created");
            }
            Case::DisputeWon | Case::SweepDispute => {
                let id = self.dispute().await;
                world.settle().await;
                world.drop_webhooks().await;
                world.at_stripe(&format!("disputes/{id}/close"), &json!({ "status": "won" })).await;
                self.event = self.reported("charge.dispute.closed");
                if self.case == Case::SweepDispute {
                    world.advance(24 * 3_600 + 60).await;
                }
            }
            Case::RefundFails => {
                let refund = world.refund(order, &one).await.expect(201);
                world.settle().await;
                world.drop_webhooks().await;
                let id = refund["stripe_refund_id"].as_str().expect("an id");
                world.at_stripe(&format!("refunds/{id}/fail"), &json!({})).await;
                self.event = self.reported("refund.failed");
            }
            Case::SweepAdjustments | Case::SweepAdjustmentsDone => {
                world.drop_webhooks().await;
                let done = self.case == Case::SweepAdjustmentsDone;
                let fault = if done { Fault::AnswerLost } else { Fault::RequestLost };
                let every = |path: &str| Rule::every(Service::Stripe, fault).of(path);
                self.faults.plan([every("POST /v1/transfers"), every("POST /v1/application_fees")]);
                world.refund(order, &json!({})).await.expect(201);
                self.faults.heal();
                world.advance(LEASE).await;
            }
        }
    }

    async fn request(&self) -> Option<Answer> {
        let world = &self.world;
        match self.case {
            Case::RefundLast => {
                let path = format!("/v1/orders/{}/refunds", self.order().id);
                Some(world.post(&path).role("staff").key("sweep").json(&json!({})).await)
            }
            Case::Dashboard | Case::DisputeOpened | Case::DisputeWon | Case::RefundFails => {
                Some(world.event(&self.event).await)
            }
            Case::SweepAdjustments | Case::SweepAdjustmentsDone | Case::SweepDispute => {
                let _swept_or_not = world.stack.sweep().await;
                None
            }
        }
    }
}

impl Flow for Case {
    type Scene = Scene;

    async fn set(self) -> Scene {
        let faults = Faults::new();
        let world = World::with(faults.options()).await;
        let mut scene =
            Scene { case: self, faults, world, order: None, event: Value::Null, answered: Mutex::default() };
        scene.prepare().await;
        scene
    }

    fn faults(scene: &Scene) -> &Faults {
        &scene.faults
    }

    async fn operate(scene: &Scene) -> Option<()> {
        let answer = scene.faults.run(scene.request()).await?;
        if let Some(answer) = answer {
            let status = answer.status.as_u16();
            assert!([200, 201, 409, 500, 503].contains(&status), "answered {}", answer.text);
            *scene.answered.lock().expect("no panic") = Some(answer);
        }
        Some(())
    }

    async fn recover(scene: &Scene) {
        let world = &scene.world;
        if scene.case == Case::RefundLast {
            for _ in 0..5 {
                let answer = scene.request().await.expect("a client's request");
                if answer.status.as_u16() == 201 {
                    break;
                }
                world.advance(31).await;
                tokio::time::sleep(std::time::Duration::from_secs(31)).await;
            }
        }
        world.at_stripe("faults", &json!({ "webhooks": "normal" })).await;
        world.stack.stripe().release_webhooks(true);
        for wait in [LEASE, LEASE, LEASE, 700, 3_700] {
            world.settle().await;
            world.advance(wait).await;
            world.sweep().await;
        }
        world.settle().await;
    }

    async fn expect(scene: &Scene) {
        let world = &scene.world;
        world.finish().await;
        let all = world.stack.engine().store().everything().await.expect("the table answers");
        let order = &all.orders[0];
        assert!(order.split_fetch.is_none(), "nothing is left to ask");
        for adjustment in &order.adjustments {
            assert_eq!(adjustment.state, AdjustmentState::Done, "{adjustment:?}");
        }
        let balance = world.stack.stripe().balance("order_id", order.id.as_str());
        let expected = match scene.case {
            Case::RefundLast | Case::SweepAdjustments | Case::SweepAdjustmentsDone | Case::DisputeOpened => (0, 0),
            Case::Dashboard => (2_500, 484),
            Case::DisputeWon | Case::RefundFails | Case::SweepDispute => (5_000, 484),
        };
        assert_eq!((balance.seller(), balance.platform()), expected, "{balance:?}");
        let given = world.stack.stripe().objects("transfer").len() - 1;
        let again = matches!(scene.case, Case::DisputeWon | Case::RefundFails | Case::SweepDispute);
        assert_eq!(given, usize::from(again), "nothing is given twice");
        // The least number of moves: nothing was made and undone.
        let fees =
            usize::from(matches!(scene.case, Case::RefundLast | Case::SweepAdjustments | Case::SweepAdjustmentsDone));
        let reversals = if scene.case == Case::RefundLast { 2 } else { 1 };
        assert_eq!(order.adjustments.len(), given + fees + reversals, "{:#?}", order.adjustments);
    }
}

#[test]
fn refunding_the_last_ticket_with_the_fees() {
    sweep(Case::RefundLast, 60);
}

#[test]
fn putting_right_what_the_dashboard_moved() {
    sweep(Case::Dashboard, 40);
}

#[test]
fn taking_the_sellers_part_of_a_dispute() {
    sweep(Case::DisputeOpened, 40);
}

#[test]
fn giving_the_sellers_part_back_when_a_dispute_is_won() {
    sweep(Case::DisputeWon, 30);
}

#[test]
fn giving_the_sellers_part_back_when_a_refund_fails() {
    sweep(Case::RefundFails, 20);
}

#[test]
fn making_adjustments_that_never_reached_stripe() {
    sweep(Case::SweepAdjustments, 40);
}

#[test]
fn finding_adjustments_whose_answers_were_lost() {
    sweep(Case::SweepAdjustmentsDone, 40);
}

#[test]
fn finding_a_dispute_that_was_won_unheard() {
    sweep(Case::SweepDispute, 40);
}
