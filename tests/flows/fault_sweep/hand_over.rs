//! Handing a ticket over, broken at each of its calls: the request of its buyer, that of staff, and the mails to both people.

use std::collections::BTreeMap;

use holdfast_tests::{Answer, Bought, SHOW, World, faults::Faults};
use serde_json::json;

use super::{
    stage::{LEASE, Stage, assert_done},
    sweep::{Flow, sweep},
};

/// What is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// The buyer's request, with the order's token.
    ByBuyer,
    /// That of staff, for a ticket that went to another person before.
    ByStaff,
    /// The mails, once it is handed over.
    Mails,
}

/// A world with a request that is about to be made.
pub(super) struct Scene {
    case: Case,
    stage: Stage,
    order: Bought,
    code: String,
}

impl Scene {
    /// The request, the same each time.
    async fn request(&self) -> Answer {
        let call = self.stage.world.post(&format!("/v1/tickets/{}/transfer", self.code));
        let call = match self.case {
            Case::ByStaff => call.role("staff"),
            Case::ByBuyer | Case::Mails => call.order_token(&self.order.token),
        };
        call.json(&json!({ "name": "Grace Hopper", "email": "grace@example.com" })).await
    }
}

impl Flow for Case {
    type Scene = Scene;

    async fn set(self) -> Scene {
        let faults = Faults::new();
        let world = World::with(faults.options()).await;
        world.show(SHOW, json!({ "transferable": "free" })).await.expect(200);
        let order = world.bought("general", 1).await;
        let code = async || {
            let all = world.everything().await;
            all.orders[0].tickets[0].code.to_string()
        };
        let mut scene_code = code().await;
        if self == Self::ByStaff {
            let alan = json!({ "name": "Alan Turing", "email": "alan@example.com" });
            let path = format!("/v1/tickets/{scene_code}/transfer");
            world.post(&path).order_token(&order.token).json(&alan).await.expect(200);
            scene_code = code().await;
        }
        world.settle().await;
        world.drop_webhooks().await;
        let scene = Scene { case: self, stage: Stage::new(faults, world), order, code: scene_code };
        if self == Self::Mails {
            scene.request().await.expect(200);
        }
        scene
    }

    fn stage(scene: &Scene) -> &Stage {
        &scene.stage
    }

    async fn operate(scene: &Scene) -> Option<()> {
        if scene.case == Case::Mails {
            let stack = &scene.stage.world.stack;
            let sent = async {
                // A queue that gives no answer is asked again later.
                drop(stack.drain_queue().await);
                None
            };
            return scene.stage.operate(sent, &[]).await;
        }
        scene.stage.operate(async { Some(scene.request().await) }, &[200, 503]).await
    }

    async fn recover(scene: &Scene) {
        let done = |answer: &Answer| answer.status.is_success();
        scene.stage.repeat(61, async || Some(scene.request().await), done).await;
        scene.stage.world.send_webhooks().await;
        scene.stage.wait(&[LEASE, LEASE, LEASE, LEASE, 3_700]).await;
    }

    async fn expect(scene: &Scene) {
        let world = &scene.stage.world;
        let all = world.everything().await;
        assert_done(&all);
        let audit = world.stack.audit().await.expect("the table answers");
        assert_eq!(audit.violations, Vec::<String>::new());
        let times = if scene.case == Case::ByStaff { 2 } else { 1 };
        let order = &all.orders[0];
        let ticket = &order.tickets[0];
        assert_eq!((ticket.past_codes.len(), all.tickets.len()), (times, times + 1), "handed over once");
        assert_eq!(order.trail.iter().filter(|step| step.what == "handed_over").count(), times);
        assert_eq!(order.holder(0), "Grace Hopper");
        assert_eq!(ticket.past_codes.last().map(|past| past.code.as_str()), Some(scene.code.as_str()));
        let at_check_in = |code: &str| format!("/v1/tickets/{code}/check-in");
        world.post(&at_check_in(&scene.code)).role("staff").await.refused(409, "illegal_state");
        world.post(&at_check_in(ticket.code.as_str())).role("staff").await.expect(200);
        // A mail leaves again for each try whose answer is lost; each copy has the same name, and none is missing.
        let mut sent = BTreeMap::<String, usize>::new();
        for mail in world.stack.mails() {
            let headers = mail.headers();
            let named = headers.iter().find(|(name, _)| name == "X-Holdfast-Notification");
            *sent.entry(named.expect("a name").1.clone()).or_default() += 1;
        }
        for cause in ["ticket-received", "handed-over"] {
            let name = format!("{}-{cause}-0-{times}", order.id);
            assert!((1..=5).contains(&sent.get(&name).copied().unwrap_or_default()), "{name}: {sent:?}");
        }
    }
}

#[test]
fn handing_over_by_its_buyer() {
    sweep(Case::ByBuyer, 20);
}

#[test]
fn handing_over_by_staff() {
    sweep(Case::ByStaff, 20);
}

#[test]
fn telling_both_people() {
    sweep(Case::Mails, 40);
}
