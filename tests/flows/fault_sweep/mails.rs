//! The mails of an order, broken at each call that sending them makes. SES knows no idempotency, so a lost answer of its own
//! may send one mail twice, under one Message-ID; nothing is ever lost.

use std::collections::BTreeMap;

use holdfast_tests::{World, faults::Faults};
use serde_json::json;

use super::{
    stage::{LEASE, Stage, assert_done},
    sweep::{Flow, sweep},
};

/// What is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// The confirmation, with tickets, receipt and calendar file.
    Confirmation,
    /// The mail about a refund, which asks Stripe what the order was paid with.
    Refund,
}

/// A world with a notification in the queue.
pub(super) struct Scene {
    case: Case,
    stage: Stage,
}

impl Flow for Case {
    type Scene = Scene;

    async fn set(self) -> Scene {
        let faults = Faults::new();
        let world = World::with(faults.options()).await;
        world.drop_webhooks().await;
        let order = world.buy("general", 1).await;
        world.pay(&order);
        world.event(&world.events("checkout.session.completed").pop().expect("an event")).await.expect(200);
        if self == Self::Refund {
            world.stack.drain_queue().await.expect("the queue answers");
            world.refund(&order, &json!({})).await.expect(201);
        }
        Scene { case: self, stage: Stage::new(faults, world) }
    }

    fn stage(scene: &Scene) -> &Stage {
        &scene.stage
    }

    async fn operate(scene: &Scene) -> Option<()> {
        let sent = async {
            // A queue that gives no answer is asked again later.
            drop(scene.stage.world.stack.drain_queue().await);
            None
        };
        scene.stage.operate(sent, &[]).await
    }

    async fn recover(scene: &Scene) {
        scene.stage.world.send_webhooks().await;
        scene.stage.wait(&[LEASE, LEASE, LEASE, LEASE, 3_700]).await;
    }

    async fn expect(scene: &Scene) {
        assert_done(&scene.stage.world.everything().await);
        let audit = scene.stage.world.stack.audit().await.expect("the table answers");
        assert_eq!(audit.violations, Vec::<String>::new());
        let mut sent = BTreeMap::<String, Vec<String>>::new();
        for mail in scene.stage.world.stack.mails() {
            let id = mail.headers().into_iter().find(|(name, _)| name == "Message-ID").expect("a name").1;
            sent.entry(mail.subject).or_default().push(id);
        }
        let expected = if scene.case == Case::Refund { 2 } else { 1 };
        assert_eq!(sent.len(), expected, "{sent:?}");
        for ids in sent.values() {
            // A mail leaves again for each try whose answer is lost, as SES knows no keys; all have one Message-ID.
            assert!(ids.len() <= 5 && ids.iter().all(|id| *id == ids[0]), "{sent:?}");
        }
    }
}

#[test]
fn sending_a_confirmation() {
    sweep(Case::Confirmation, 40);
}

#[test]
fn sending_word_of_a_refund() {
    sweep(Case::Refund, 50);
}
