//! The mails of an order, and the label of its transfer, broken at each call that writing and sending them makes. SES knows no
//! idempotency, so a lost answer of its own may send one mail twice: two copies by SES, with one name of ours in a header that
//! SES leaves alone. Nothing is ever lost.

use std::collections::BTreeMap;

use holdfast_tests::{Bought, HOUR, SHOW, World, faults::Faults};
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
    /// Word of a show that was moved: the listing's job writes it, and notify sends it.
    Moved,
    /// The reminder of a show: the same.
    Reminder,
    /// The label of a transfer: the sweeper hands it to the worker, which tells Stripe.
    Label,
}

impl Case {
    /// Whether the sweeper writes or hands over what is sent.
    fn begins_with_a_sweep(self) -> bool {
        matches!(self, Self::Moved | Self::Reminder | Self::Label)
    }

    /// How the names of its mail begin, after the order's id; none of a label.
    fn mail(self) -> Option<&'static str> {
        match self {
            Self::Confirmation => Some("confirmation"),
            Self::Refund => Some("refund-"),
            Self::Moved => Some("moved-"),
            Self::Reminder => Some("reminder-day-"),
            Self::Label => None,
        }
    }
}

/// A world with a notification in the queue, or about to be written.
pub(super) struct Scene {
    case: Case,
    stage: Stage,
    order: Bought,
}

impl Flow for Case {
    type Scene = Scene;

    async fn set(self) -> Scene {
        let faults = Faults::new();
        let world = World::with(faults.options()).await;
        world.drop_webhooks().await;
        let soon = |hours: i64| {
            let (starts_at, ends_at) = (world.from_now(hours * HOUR), world.from_now((hours + 3) * HOUR));
            json!({ "starts_at": starts_at, "ends_at": ends_at })
        };
        if self == Self::Reminder {
            // Moved before any ticket was sold: its buyers hear of no move.
            world.show(SHOW, soon(26)).await.expect(200);
            world.advance(LEASE).await;
            world.sweep().await;
        }
        let order = world.buy("general", 1).await;
        world.pay(&order);
        world.event(&world.events("checkout.session.completed").pop().expect("an event")).await.expect(200);
        if self != Self::Confirmation {
            world.stack.drain_queue().await.expect("the queue answers");
        }
        if matches!(self, Self::Moved | Self::Reminder) {
            // The label is a case of its own.
            world.advance(2).await;
            world.sweep().await;
            world.stack.drain_queue().await.expect("the queue answers");
        }
        match self {
            Self::Confirmation => {}
            Self::Refund => {
                world.refund(&order, &json!({})).await.expect(201);
            }
            Self::Moved => {
                world.show(SHOW, soon(40 * 24)).await.expect(200);
                world.advance(LEASE).await;
            }
            Self::Reminder => world.advance(2 * HOUR + 5).await,
            Self::Label => world.advance(2).await,
        }
        Scene { case: self, stage: Stage::new(faults, world), order }
    }

    fn stage(scene: &Scene) -> &Stage {
        &scene.stage
    }

    async fn operate(scene: &Scene) -> Option<()> {
        let stack = &scene.stage.world.stack;
        let sent = async {
            if scene.case.begins_with_a_sweep() {
                // A sweeper that cannot read the agenda runs again a minute later.
                drop(stack.sweep().await);
            }
            // A queue that gives no answer is asked again later.
            drop(stack.drain_queue().await);
            None
        };
        scene.stage.operate(sent, &[]).await
    }

    async fn recover(scene: &Scene) {
        scene.stage.world.send_webhooks().await;
        scene.stage.wait(&[LEASE, LEASE, LEASE, LEASE, 3_700]).await;
    }

    async fn expect(scene: &Scene) {
        let world = &scene.stage.world;
        assert_done(&world.everything().await);
        let audit = world.stack.audit().await.expect("the table answers");
        assert_eq!(audit.violations, Vec::<String>::new());
        // A mail leaves again for each try whose answer is lost, as SES knows no keys; each copy has the same name.
        let mut sent = BTreeMap::<String, usize>::new();
        for mail in world.stack.mails() {
            let headers = mail.headers();
            let value = |header: &str| headers.iter().find(|(name, _)| name == header).map(|(_, value)| value.clone());
            let own = format!("<{}@email.amazonses.com>", mail.message_id);
            assert_eq!(value("Message-ID"), Some(own), "SES gives each copy an id of its own");
            *sent.entry(value("X-Holdfast-Notification").expect("a name")).or_default() += 1;
        }
        let expected = [Some("confirmation"), scene.case.mail().filter(|name| *name != "confirmation")];
        for name in expected.into_iter().flatten() {
            let begins = format!("{}-{name}", scene.order.id);
            assert_eq!(sent.keys().filter(|known| known.starts_with(&begins)).count(), 1, "{begins}: {sent:?}");
        }
        assert_eq!(sent.len(), expected.iter().flatten().count(), "{sent:?}");
        assert!(sent.values().all(|copies| *copies <= 5), "{sent:?}");
        if scene.case != Case::Label {
            return;
        }
        let transfer = world.object(world.charge(&scene.order)["transfer"].as_str().expect("a transfer"));
        assert_eq!(transfer["description"], format!("Order {}: 1 x Summer Show", scene.order.id));
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

#[test]
fn sending_word_of_a_moved_show() {
    sweep(Case::Moved, 100);
}

#[test]
fn sending_a_reminder() {
    sweep(Case::Reminder, 100);
}

#[test]
fn labeling_a_transfer() {
    sweep(Case::Label, 60);
}
