//! Orders in review, while staff decide about them.

use domain::RefundState;
use holdfast_tests::{Answer, Bought, World, faults::Faults};
use serde_json::json;

use super::{
    stage::{LEASE, Stage},
    sweep::{Flow, sweep},
};

/// A decision that is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    /// Staff accept a payment of another amount.
    ReviewAccepted,
    /// Staff refuse it.
    ReviewRefused,
    /// Staff refuse to let a refund be that failed at Stripe: it is tried again.
    RefundTriedAgain,
}

struct Scene {
    case: Case,
    stage: Stage,
    order: Bought,
}

impl Scene {
    async fn decide(&self) -> Answer {
        let accept = json!({ "accept": self.case == Case::ReviewAccepted });
        self.stage.world.post(&format!("/v1/orders/{}/review", self.order.id)).role("staff").json(&accept).await
    }
}

impl Flow for Case {
    type Scene = Scene;

    async fn set(self) -> Scene {
        let faults = Faults::new();
        let world = World::with(faults.options()).await;
        let order = if self == Case::RefundTriedAgain {
            let order = world.bought("general", 2).await;
            let refund = world.refund(&order, &json!({})).await.expect(201);
            world.settle().await;
            world.fail_refund(&refund).await;
            order
        } else {
            let order = world.buy("general", 2).await;
            world.at_stripe(&format!("sessions/{}/price", order.session), &json!({ "amount": 1_000 })).await;
            world.pay(&order);
            order
        };
        world.settle().await;
        assert!(world.order(&order).await["review"].is_object());
        world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
        Scene { case: self, stage: Stage::new(faults, world), order }
    }

    fn stage(scene: &Scene) -> &Stage {
        &scene.stage
    }

    async fn operate(scene: &Scene) -> Option<()> {
        scene.stage.operate(async { Some(scene.decide().await) }, &[200, 409, 503]).await
    }

    async fn recover(scene: &Scene) {
        scene.stage.repeat(31, async || Some(scene.decide().await), |answer| answer.status.as_u16() == 200).await;
        scene.stage.world.send_webhooks().await;
        scene.stage.wait(&[LEASE, LEASE, LEASE, 3_700]).await;
    }

    async fn expect(scene: &Scene) {
        let Scene { case, stage: Stage { world, .. }, order } = scene;
        let now = world.order(order).await;
        assert!(now["review"].is_null(), "{now}");
        let all = world.everything().await;
        let kept = &all.orders[0];
        assert!(kept.refunds.iter().all(|refund| refund.state != RefundState::Pending));
        let balance = world.stack.stripe().balance("order_id", &order.id);
        let (status, stock, refunds) = match case {
            Case::ReviewAccepted => ("paid", (98, 0, 2), 0),
            Case::ReviewRefused => ("refunded", (100, 0, 0), 1),
            Case::RefundTriedAgain => ("refunded", (100, 0, 0), 2),
        };
        assert_eq!((now["status"].as_str(), world.stock("general").await), (Some(status), stock));
        assert_eq!((kept.refunds.len(), world.stack.stripe().objects("refund").len()), (refunds, refunds));
        assert_eq!(balance.net(), if *case == Case::ReviewAccepted { 1_000 } else { 0 });
        assert_eq!(all.notifications.iter().filter(|notification| notification.done_at.is_none()).count(), 0);
        let violations = world.violations().await;
        assert!(violations.is_empty(), "{violations:#?}");
    }
}

#[test]
fn accepting_a_payment_in_review() {
    sweep(Case::ReviewAccepted, 15);
}

#[test]
fn refusing_a_payment_in_review() {
    sweep(Case::ReviewRefused, 50);
}

#[test]
fn trying_a_failed_refund_again() {
    sweep(Case::RefundTriedAgain, 50);
}
