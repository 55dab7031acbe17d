//! Money between platform and seller, broken at each call: a refund with the fees, disputes opened and won, refunds that
//! come to nothing. After all has healed each side has its own, to the cent.

use domain::order::AdjustmentState;
use holdfast_tests::{
    Answer, Bought, World,
    faults::{Fault, Faults, Rule, Service},
};
use serde_json::{Value, json};

use super::{
    stage::{LEASE, Stage},
    sweep::{Flow, sweep},
};

/// A flow, up to the request that is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// Staff take back the last ticket of a payment, and the fees with it.
    RefundLast,
    /// Staff refund in Stripe's dashboard, with both boxes ticked.
    Dashboard,
    /// A bank opens a dispute.
    DisputeOpened,
    /// The bank decides for the seller.
    DisputeWon,
    /// A bank sends a refund back.
    RefundFails,
    /// The sweeper makes the adjustments of a refund that never reached Stripe.
    SweepAdjustments,
    /// The sweeper finds out that Stripe has made them.
    SweepAdjustmentsDone,
    /// The sweeper fetches a dispute whose end was never reported.
    SweepDispute,
}

/// A world with a request that is about to be made.
pub(super) struct Scene {
    case: Case,
    stage: Stage,
    order: Option<Bought>,
    event: Value,
}

impl Scene {
    fn order(&self) -> &Bought {
        self.order.as_ref().expect("there is an order")
    }

    async fn dispute(&self) -> String {
        let charge = self.stage.world.charge(self.order())["id"].clone();
        let dispute = self.stage.world.at_stripe("disputes", &json!({ "charge": charge })).await;
        dispute["id"].as_str().expect("an id").to_owned()
    }

    async fn prepare(&mut self) {
        self.order = Some(self.stage.world.bought("general", 2).await);
        let (world, order) = (&self.stage.world, self.order());
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
                self.event = self.stage.reported("charge.refunded");
            }
            Case::DisputeOpened => {
                world.drop_webhooks().await;
                self.dispute().await;
                self.event = self.stage.reported("charge.dispute.created");
            }
            Case::DisputeWon | Case::SweepDispute => {
                let id = self.dispute().await;
                world.settle().await;
                world.drop_webhooks().await;
                world.at_stripe(&format!("disputes/{id}/close"), &json!({ "status": "won" })).await;
                self.event = self.stage.reported("charge.dispute.closed");
                if self.case == Case::SweepDispute {
                    world.advance(24 * 3_600 + 60).await;
                }
            }
            Case::RefundFails => {
                let refund = world.refund(order, &one).await.expect(201);
                world.settle().await;
                world.drop_webhooks().await;
                world.fail_refund(&refund).await;
                self.event = self.stage.reported("refund.failed");
            }
            Case::SweepAdjustments | Case::SweepAdjustmentsDone => {
                world.drop_webhooks().await;
                let done = self.case == Case::SweepAdjustmentsDone;
                let fault = if done { Fault::AnswerLost } else { Fault::RequestLost };
                let every = |path: &str| Rule::every(Service::Stripe, fault).of(path);
                self.stage.faults.plan([every("POST /v1/transfers"), every("POST /v1/application_fees")]);
                world.refund(order, &json!({})).await.expect(201);
                self.stage.faults.heal();
                world.advance(LEASE).await;
            }
        }
    }

    async fn request(&self) -> Option<Answer> {
        let world = &self.stage.world;
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
        let mut scene = Scene { case: self, stage: Stage::new(faults, world), order: None, event: Value::Null };
        scene.prepare().await;
        scene
    }

    fn stage(scene: &Scene) -> &Stage {
        &scene.stage
    }

    async fn operate(scene: &Scene) -> Option<()> {
        scene.stage.operate(scene.request(), &[200, 201, 409, 500, 503]).await
    }

    async fn recover(scene: &Scene) {
        if scene.case == Case::RefundLast {
            scene.stage.repeat(31, async || scene.request().await, |answer| answer.status.as_u16() == 201).await;
        }
        scene.stage.world.send_webhooks().await;
        scene.stage.wait(&[LEASE, LEASE, LEASE, 700, 3_700]).await;
    }

    async fn expect(scene: &Scene) {
        let world = &scene.stage.world;
        world.finish().await;
        let all = world.everything().await;
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
