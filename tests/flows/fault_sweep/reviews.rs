//! Orders in review, while staff decide about them.

use std::time::Duration;

use domain::RefundState;
use holdfast_tests::{Answer, Bought, World, faults::Faults};
use serde_json::json;

use super::{Flow, sweep};

/// A little more than any lease or claim.
const LEASE: i64 = 70;

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
    faults: Faults,
    world: World,
    order: Bought,
}

impl Scene {
    async fn decide(&self) -> Answer {
        let accept = json!({ "accept": self.case == Case::ReviewAccepted });
        self.world.post(&format!("/v1/orders/{}/review", self.order.id)).role("staff").json(&accept).await
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
            let id = refund["stripe_refund_id"].as_str().expect("Stripe has it");
            world.at_stripe(&format!("refunds/{id}/fail"), &json!({})).await;
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
        Scene { case: self, faults, world, order }
    }

    fn faults(scene: &Scene) -> &Faults {
        &scene.faults
    }

    async fn operate(scene: &Scene) -> Option<()> {
        let answer = scene.faults.run(scene.decide()).await?;
        let status = answer.status.as_u16();
        assert!([200, 409, 503].contains(&status), "answered {}", answer.text);
        Some(())
    }

    async fn recover(scene: &Scene) {
        let world = &scene.world;
        let mut answer = scene.decide().await;
        for _ in 0..5 {
            if answer.status.is_success() {
                break;
            }
            assert!([409, 503].contains(&answer.status.as_u16()), "a repeat was answered {}", answer.text);
            // Leases run out by the stack's clock, pauses within a process by the runtime's.
            world.advance(31).await;
            tokio::time::sleep(Duration::from_secs(31)).await;
            answer = scene.decide().await;
        }
        answer.expect(200);
        world.at_stripe("faults", &json!({ "webhooks": "normal" })).await;
        world.stack.stripe().release_webhooks(true);
        for wait in [LEASE, LEASE, LEASE, 3_700] {
            world.settle().await;
            world.advance(wait).await;
            world.sweep().await;
        }
        world.settle().await;
    }

    async fn expect(scene: &Scene) {
        let Scene { case, world, order, .. } = scene;
        let now = world.order(order).await;
        assert!(now["review"].is_null(), "{now}");
        let all = world.stack.engine().store().everything().await.expect("the table answers");
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
