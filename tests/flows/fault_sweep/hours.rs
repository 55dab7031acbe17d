//! Hours and the door, broken at each of their calls: credited by webhook, debited, given back, a ticket checked in, and
//! its check-in taken back.

use domain::RefundState;
use holdfast_tests::{Answer, Bought, ORGANIZATION, PUPIL, SHOW, World, faults::Faults};
use serde_json::{Value, json};

use super::{
    stage::{LEASE, Stage},
    sweep::{Flow, sweep},
};

/// A flow, up to the request that is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// The webhook sends the payment of a package.
    Credit,
    /// A signed-in customer takes a free package.
    CreditFree,
    /// Staff take hours off a balance.
    Debit,
    /// Staff refund a package, and its hours go back.
    Refund,
    /// A ticket at the door.
    CheckIn,
    /// A door hands in what it scanned while it was cut off.
    Scans,
    /// Staff take a check-in back.
    Undo,
}

/// A world with a request that is about to be made.
pub(super) struct Scene {
    case: Case,
    stage: Stage,
    order: Option<Bought>,
    event: Value,
    code: String,
    /// When its door scanned it, without the fraction of the second.
    at: String,
}

impl Scene {
    fn order(&self) -> &Bought {
        self.order.as_ref().expect("there is an order")
    }

    fn at_check_in(&self) -> String {
        format!("/v1/tickets/{}/check-in", self.code)
    }

    async fn prepare(&mut self) {
        let world = &self.stage.world;
        match self.case {
            Case::Credit => {
                let order = world.hours_ordered("ten", 1).await;
                world.drop_webhooks().await;
                world.pay(&order);
                self.event = world.events("checkout.session.completed").pop().expect("Stripe has something to tell");
                self.order = Some(order);
            }
            Case::CreditFree => world.drop_webhooks().await,
            Case::Debit | Case::Refund => {
                self.order = Some(world.hours_bought("ten", 1).await);
                world.drop_webhooks().await;
            }
            Case::CheckIn | Case::Scans | Case::Undo => {
                let soon = json!({ "starts_at": world.from_now(7_200), "ends_at": world.from_now(90_000) });
                world.show(SHOW, soon).await.expect(200);
                let order = world.bought("general", 1).await;
                let json = world.order(&order).await;
                json["tickets"][0]["code"].as_str().expect("a code").clone_into(&mut self.code);
                world.drop_webhooks().await;
                world.from_now(0)[..19].clone_into(&mut self.at);
                if self.case == Case::Undo {
                    world.post(&self.at_check_in()).role("staff").await.expect(200);
                }
                self.order = Some(order);
            }
        }
    }

    async fn request(&self) -> Answer {
        let world = &self.stage.world;
        match self.case {
            Case::Credit => world.event(&self.event).await,
            Case::CreditFree => {
                let body = world.hours_request("taster", 1);
                world.post("/v1/checkout").token(&world.customer(PUPIL)).key("sweep").json(&body).await
            }
            Case::Debit => world.debit(PUPIL, "2.5", "lesson-1").await,
            Case::Refund => {
                let path = format!("/v1/orders/{}/refunds", self.order().id);
                world.post(&path).role("staff").key("sweep").json(&json!({})).await
            }
            Case::CheckIn => world.post(&self.at_check_in()).role("staff").await,
            Case::Undo => world.delete(&self.at_check_in()).role("staff").await,
            Case::Scans => {
                // The same ticket twice, the later scan first; made while it was on sale, so check-in is always open.
                let scan = |id: &str, second: u8| json!({ "id": id, "code": self.code, "at": format!("{}.00{second}Z", self.at) });
                let path = format!("/v1/organizations/{ORGANIZATION}/listings/{SHOW}/scans");
                world.post(&path).role("staff").json(&json!({ "scans": [scan("late", 2), scan("early", 1)] })).await
            }
        }
    }

    async fn hours(&self, left: (&str, &str), entries: &[&str]) {
        let (hours, amount) = self.stage.world.balance(PUPIL).await;
        assert_eq!((hours.as_str(), amount.as_str()), left);
        let ledger = self.stage.world.ledger(PUPIL).await;
        let causes: Vec<_> = ledger.iter().map(|entry| entry["cause"].as_str().expect("a cause")).collect();
        assert_eq!(causes.len(), entries.len(), "{causes:?}");
        for begins in entries {
            assert_eq!(causes.iter().filter(|cause| cause.starts_with(begins)).count(), 1, "{causes:?}");
        }
    }
}

impl Flow for Case {
    type Scene = Scene;

    async fn set(self) -> Scene {
        let faults = Faults::new();
        let world = World::of_packages_with(faults.options()).await;
        let mut scene = Scene {
            case: self,
            stage: Stage::new(faults, world),
            order: None,
            event: Value::Null,
            code: String::new(),
            at: String::new(),
        };
        scene.prepare().await;
        scene
    }

    fn stage(scene: &Scene) -> &Stage {
        &scene.stage
    }

    async fn operate(scene: &Scene) -> Option<()> {
        scene.stage.operate(async { Some(scene.request().await) }, &[200, 201, 409, 503]).await
    }

    async fn recover(scene: &Scene) {
        let done = |answer: &Answer| answer.status.is_success() || answer.json["code"] == "already_checked_in";
        scene.stage.repeat(61, async || Some(scene.request().await), done).await;
        scene.stage.world.send_webhooks().await;
        scene.stage.wait(&[LEASE, LEASE, LEASE, LEASE, 3_700]).await;
    }

    async fn expect(scene: &Scene) {
        scene.stage.world.finish().await;
        let all = scene.stage.world.everything().await;
        assert_eq!(all.orders.len(), 1);
        let order = &all.orders[0];
        assert!(order.refunds.iter().all(|refund| refund.state != RefundState::Pending), "a refund is open");
        // What staff did is in their log once, and what others did is not.
        let logged = scene.stage.world.logged();
        for (action, case) in [("hours_taken", Case::Debit), ("refund_requested", Case::Refund)] {
            let times = logged.iter().filter(|logged| *logged == action).count();
            assert_eq!(times, usize::from(scene.case == case), "{action}: {logged:?}");
        }
        match scene.case {
            Case::Credit => scene.hours(("10", "50.00"), &["order:"]).await,
            Case::CreditFree => scene.hours(("1", "0.00"), &["order:"]).await,
            Case::Debit => scene.hours(("7.5", "50.00"), &["order:", "debit:lesson-1"]).await,
            Case::Refund => {
                assert_eq!(order.refunds.len(), 1, "refunded once");
                scene.hours(("0", "0.00"), &["order:", "refund:"]).await;
            }
            Case::CheckIn | Case::Scans => {
                let ticket = &order.tickets[0];
                assert!(ticket.checked_in_at.is_some());
                assert_eq!(order.trail.iter().filter(|step| step.what == "checked_in").count(), 1);
            }
            Case::Undo => {
                assert_eq!(order.tickets[0].checked_in_at, None);
                assert_eq!(order.trail.iter().filter(|step| step.what == "check_in_undone").count(), 1);
                // The ticket is good once more, and once.
                let world = &scene.stage.world;
                world.post(&scene.at_check_in()).role("staff").await.expect(200);
                world.post(&scene.at_check_in()).role("staff").await.refused(409, "already_checked_in");
            }
        }
    }
}

#[test]
fn crediting_hours_by_webhook() {
    sweep(Case::Credit, 20);
}

#[test]
fn crediting_a_free_package() {
    sweep(Case::CreditFree, 20);
}

#[test]
fn taking_hours() {
    sweep(Case::Debit, 15);
}

#[test]
fn giving_hours_back_with_their_money() {
    sweep(Case::Refund, 40);
}

#[test]
fn merging_what_a_device_scanned() {
    sweep(Case::Scans, 20);
}

#[test]
fn letting_a_ticket_in() {
    sweep(Case::CheckIn, 20);
}

#[test]
fn taking_a_check_in_back() {
    sweep(Case::Undo, 20);
}
