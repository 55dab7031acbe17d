//! One world, driven to the point where a request is broken, and from there to the end.

use std::{sync::Mutex, time::Duration};

use domain::{OrderStatus, RefundState};
use holdfast_tests::{
    Answer, Bought, ORGANIZATION, SHOW, World,
    faults::{Fault, Faults, Rule, Service},
};
use serde_json::{Value, json};

use super::cases::Case;

/// A little more than a hold.
const HOLD: i64 = 36 * 60 + 10;
/// A little more than any lease or claim.
const LEASE: i64 = 70;

/// A world with a request that is about to be made.
pub(super) struct Scene {
    case: Case,
    pub(super) faults: Faults,
    world: World,
    /// The orders it is about, the one in the middle of it first.
    orders: Vec<Bought>,
    /// What Stripe is about to tell.
    event: Value,
    /// What the client was answered in the end.
    answered: Mutex<Option<Answer>>,
}

impl Scene {
    /// Drives a new world to the point.
    pub(super) async fn set(case: Case) -> Self {
        let faults = Faults::new();
        let world = World::with(faults.options()).await;
        let mut scene =
            Self { case, faults, world, orders: Vec::new(), event: Value::Null, answered: Mutex::default() };
        scene.prepare().await;
        scene
    }

    async fn prepare(&mut self) {
        let world = &self.world;
        match self.case {
            Case::PlaceAndPay | Case::PlaceAndLeave => {
                world.promo("TEST20", "0.20", Some(5)).await;
            }
            Case::PlaceFree => {}
            Case::Resume | Case::ResumeStuckDone | Case::ResumeStuck => {
                world.promo("TEST20", "0.20", Some(5)).await;
                self.place_in_vain().await;
                world.advance(31).await;
            }
            Case::SweepRefund | Case::SweepRefundDone | Case::SweepOldRefund | Case::SweepOldRefundDone => {
                self.orders.push(world.bought("general", 3).await);
                self.silence().await;
                let done = matches!(self.case, Case::SweepRefundDone | Case::SweepOldRefundDone);
                let fault = if done { Fault::AnswerLost } else { Fault::RequestLost };
                self.faults.plan([Rule::every(Service::Stripe, fault)]);
                world.refund(&self.orders[0], &json!({})).await.expect(201);
                if matches!(self.case, Case::SweepOldRefund | Case::SweepOldRefundDone) {
                    // Stripe keeps keys for a day. The listing's daily check is over then, too.
                    world.advance(24 * 3_600 + 300).await;
                    world.sweep().await;
                }
                self.faults.heal();
                world.advance(LEASE).await;
            }
            Case::ExpireUnknown | Case::CallOffUnknown => {
                self.place_in_vain().await;
                self.silence().await;
                if self.case == Case::ExpireUnknown {
                    world.advance(HOLD).await;
                } else {
                    self.cancel().await.expect(202);
                    world.advance(2).await;
                }
            }
            Case::CheckJob => {
                self.orders.push(world.bought("general", 2).await);
                self.silence().await;
                // Stock and orders stand still until a day has passed.
                world.advance(24 * 3_600 + 60).await;
            }
            Case::EraseJob => {
                for _ in 0..2 {
                    let placed = world.order_as("somebody", &world.request("general", 2)).await;
                    self.orders.push(Bought::of(placed.expect(201)));
                }
                world.advance(HOLD).await;
                world.settle().await;
                self.silence().await;
                world.post("/v1/customers/somebody/erasure").role("staff").await.expect(202);
                world.advance(2).await;
            }
            Case::Notify => {
                let order = world.buy("general", 2).await;
                self.silence().await;
                world.pay(&order);
                world.event(&self.reported("checkout.session.completed")).await.expect(200);
                self.orders.push(order);
            }
            Case::Webhook | Case::Success => {
                let order = world.buy("general", 2).await;
                self.silence().await;
                world.pay(&order);
                self.event = self.reported("checkout.session.completed");
                self.orders.push(order);
            }
            Case::Processing => {
                let order = world.buy("general", 2).await;
                self.silence().await;
                world.pay_with(&order.session, "pm_usBankAccount").expect("the bank takes it");
                self.event = self.reported("checkout.session.completed");
                self.orders.push(order);
            }
            Case::LateSoldOut | Case::LateInStock => {
                world.offer("rare", "40.00", 2).await;
                let order = world.buy("rare", 2).await;
                world.advance(HOLD).await;
                world.sweep().await;
                world.settle().await;
                assert_eq!(world.order(&order).await["status"], "expired");
                if self.case == Case::LateSoldOut {
                    self.orders.push(world.bought("rare", 2).await);
                }
                self.silence().await;
                self.pay_late(&order).await;
                self.event = self.reported("payment_intent.succeeded");
                self.orders.insert(0, order);
            }
            Case::RefundItems | Case::RefundRest => {
                self.orders.push(world.bought("general", 3).await);
                self.silence().await;
            }
            Case::ExpireUnpaid => {
                self.orders.push(world.buy("general", 2).await);
                self.silence().await;
                world.advance(HOLD).await;
            }
            Case::ExpirePaid => {
                let order = world.buy("general", 2).await;
                self.silence().await;
                world.pay(&order);
                world.advance(HOLD).await;
                self.orders.push(order);
            }
            Case::CallOff | Case::CallOffJob => {
                self.orders.push(world.bought("general", 2).await);
                self.orders.push(world.buy("general", 1).await);
                self.silence().await;
                if self.case == Case::CallOffJob {
                    self.cancel().await.expect(202);
                    world.advance(2).await;
                }
            }
        }
    }

    /// A purchase of which the buyer hears only that Stripe gave no clear answer.
    async fn place_in_vain(&self) {
        let every = |fault| Rule::every(Service::Stripe, fault);
        let (asking, fetching) = ("POST /v1/checkout/sessions", "GET /v1/checkout/sessions");
        match self.case {
            Case::ResumeStuck => {
                self.faults.plan([every(Fault::ServerError).of(asking), every(Fault::Refused).of(fetching)]);
            }
            Case::ResumeStuckDone => {
                self.faults.plan([every(Fault::ServerErrorDone).of(asking), every(Fault::Refused).of(fetching)]);
            }
            _ => self.faults.plan([every(Fault::AnswerLost)]),
        }
        let request = self.purchase();
        let answer = self.world.post("/v1/checkout").key("sweep").json(&request).await;
        answer.refused(503, "payment_unavailable");
        assert!(self.faults.heal() > 0);
    }

    /// No webhook leaves until [`Scene::recover`].
    async fn silence(&self) {
        self.world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
    }

    fn reported(&self, kind: &str) -> Value {
        self.world.events(kind).pop().expect("Stripe has something to tell")
    }

    /// Money that arrives for an order without its page: as when Stripe ends a page and learns of its payment later.
    async fn pay_late(&self, order: &Bought) {
        let cents = |name: &str| -> i64 {
            let text = order.json["order"][name].as_str().expect("an amount").replace('.', "");
            text.parse().expect("an amount")
        };
        let fee = cents("platform_fees") + cents("processing_fees");
        let form = format!(
            "amount={}&currency=usd&confirm=true&payment_method=pm_card_visa&payment_method_types[0]=card\
             &metadata[order_id]={}&transfer_data[destination]=acct_acme&application_fee_amount={fee}",
            cents("total"),
            order.id
        );
        let request = http::Request::post("http://stripe/v1/payment_intents")
            .header("authorization", "Bearer sk_test_late")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.into())
            .expect("a request");
        let answer = self.world.stack.stripe().wire().send(request).await.expect("an answer");
        assert!(answer.status().is_success(), "{}", String::from_utf8_lossy(answer.body()));
    }

    fn purchase(&self) -> Value {
        match self.case {
            Case::PlaceFree => self.world.request("free", 2),
            Case::ExpireUnknown | Case::CallOffUnknown => self.world.request("general", 2),
            _ => {
                let mut request = self.world.request_for(&[("general", 2), ("vip", 1)]);
                request["promo_code"] = json!("TEST20");
                request
            }
        }
    }

    async fn cancel(&self) -> Answer {
        let path = format!("/v1/organizations/{ORGANIZATION}/listings/{SHOW}/cancel");
        self.world.post(&path).role("admin").await
    }

    /// The request, as its client, Stripe or the schedule makes it.
    async fn request(&self) -> Option<Answer> {
        let world = &self.world;
        Some(match self.case {
            Case::PlaceAndPay
            | Case::PlaceAndLeave
            | Case::PlaceFree
            | Case::Resume
            | Case::ResumeStuckDone
            | Case::ResumeStuck => world.post("/v1/checkout").key("sweep").json(&self.purchase()).await,
            Case::Webhook | Case::Processing | Case::LateSoldOut | Case::LateInStock => world.event(&self.event).await,
            Case::Success => {
                let path = world.way_back(&self.orders[0]);
                world.get(&path).header("accept", "application/json").await
            }
            Case::RefundItems => {
                let ask = json!({ "items": [{ "line": "l1", "quantity": 1 }] });
                world.post(&self.refunds()).role("staff").key("sweep").json(&ask).await
            }
            Case::RefundRest => world.post(&self.refunds()).role("staff").key("sweep").json(&json!({})).await,
            Case::CallOff => self.cancel().await,
            Case::Notify => {
                let _drained_or_not = world.stack.drain_queue().await;
                return None;
            }
            Case::SweepRefund
            | Case::SweepRefundDone
            | Case::SweepOldRefund
            | Case::SweepOldRefundDone
            | Case::ExpireUnpaid
            | Case::ExpireUnknown
            | Case::ExpirePaid
            | Case::CallOffJob
            | Case::CheckJob
            | Case::EraseJob
            | Case::CallOffUnknown => {
                let _swept_or_not = world.stack.sweep().await;
                return None;
            }
        })
    }

    fn refunds(&self) -> String {
        format!("/v1/orders/{}/refunds", self.orders[0].id)
    }

    /// Makes the request once. None if the process was gone before it could answer.
    pub(super) async fn operate(&self) -> Option<()> {
        let answer = self.faults.run(self.request()).await?;
        if let Some(answer) = answer {
            let status = answer.status.as_u16();
            assert!([200, 201, 202, 409, 503].contains(&status), "answered {}", answer.text);
            if status == 503 {
                assert!(!answer.header("retry-after").is_empty(), "{}", answer.text);
            }
            *self.answered.lock().expect("no panic") = Some(answer);
        }
        Some(())
    }

    /// All is well again: clients and Stripe repeat, time passes, the sweeper runs.
    pub(super) async fn recover(&self) {
        let world = &self.world;
        let pays = matches!(self.case, Case::PlaceAndPay | Case::Resume | Case::ResumeStuckDone | Case::ResumeStuck);
        if pays || matches!(self.case, Case::PlaceFree | Case::RefundItems | Case::RefundRest | Case::CallOff) {
            self.repeat().await;
        }
        if pays {
            let answered = self.answered.lock().expect("no panic").clone().expect("an answer");
            let order = Bought::of(answered.expect(201));
            assert_eq!(
                order.json["checkout_url"].as_str().map(str::is_empty),
                Some(false),
                "there is a page to pay on"
            );
            world.pay(&order);
        }
        world.at_stripe("faults", &json!({ "webhooks": "normal" })).await;
        world.stack.stripe().release_webhooks(true);
        world.settle().await;
        if self.case == Case::Processing {
            let intent = self.event["data"]["object"]["payment_intent"].as_str().expect("an intent");
            world.at_stripe(&format!("intents/{intent}/succeed"), &json!({})).await;
        }
        for wait in [LEASE, LEASE, LEASE, HOLD, LEASE, 3_700] {
            world.settle().await;
            world.advance(wait).await;
            world.sweep().await;
        }
        world.settle().await;
    }

    /// A client that was told to come back does, with the same key; so does one that heard nothing.
    async fn repeat(&self) {
        for _ in 0..5 {
            let answer = self.request().await.expect("a client's request");
            let status = answer.status.as_u16();
            *self.answered.lock().expect("no panic") = Some(answer.clone());
            if status < 400 {
                return;
            }
            assert!([409, 503].contains(&status), "a repeat was answered {}", answer.text);
            // Leases run out by the stack's clock, pauses within a process by the runtime's.
            self.world.advance(31).await;
            tokio::time::sleep(Duration::from_secs(31)).await;
        }
        panic!("five repeats did not help");
    }

    /// Nothing is wrong, and what was to happen has happened, once.
    pub(super) async fn expect(&self) {
        let world = &self.world;
        if self.case == Case::Notify {
            // The mail service knows no idempotency: a mail whose sending was unclear may come twice.
            let violations = world.violations().await;
            assert!(violations.iter().all(|text| text.contains(" mails for ")), "{violations:#?}");
            // Three tries of one call whose answers are lost, and one more by the queue.
            assert!((1..=4).contains(&world.mail()["ada@example.com"].len()));
        } else {
            world.finish().await;
        }
        let all = world.stack.engine().store().everything().await.expect("the table answers");
        for order in &all.orders {
            assert_ne!(order.status, OrderStatus::Pending, "order {} waits for ever", order.id);
            let open = order.refunds.iter().filter(|refund| refund.state == RefundState::Pending).count();
            assert_eq!(open, 0, "order {} has open refunds", order.id);
            let balance = world.stack.stripe().balance("order_id", order.id.as_str());
            assert!(balance.charges <= 1, "order {} was charged {} times", order.id, balance.charges);
            let mine = |session: &&Value| session["metadata"]["order_id"] == order.id.as_str();
            let sessions = world.stack.stripe().objects("checkout.session");
            let payable = sessions.iter().filter(mine).filter(|session| session["status"] != "expired").count();
            assert!(payable <= 1, "order {} could be paid {payable} times", order.id);
        }
        for notification in &all.notifications {
            assert!(notification.done_at.is_some(), "notification {} was never seen to", notification.id);
        }
        let uses: u32 = all.promos.iter().map(|promo| promo.uses).sum();
        let orders = all.orders.len();
        match self.case {
            Case::PlaceAndPay | Case::Resume | Case::ResumeStuckDone | Case::ResumeStuck => {
                assert_eq!((orders, all.orders[0].status, uses), (1, OrderStatus::Paid, 1));
                assert_eq!((world.stock("general").await, world.stock("vip").await), ((98, 0, 2), (9, 0, 1)));
                let balance = world.stack.stripe().balance("order_id", all.orders[0].id.as_str());
                assert_eq!((balance.charges, balance.refunded), (1, 0));
            }
            Case::PlaceAndLeave => {
                assert!(orders <= 1 && all.orders.iter().all(|order| order.status.is_released()));
                assert_eq!((world.stock("general").await, world.stock("vip").await), ((100, 0, 0), (10, 0, 0)));
                assert_eq!(uses, 0, "the promo code's use came back");
            }
            Case::PlaceFree => {
                assert_eq!((orders, all.orders[0].status), (1, OrderStatus::Paid));
                assert_eq!(world.stock("free").await, (48, 0, 2));
            }
            Case::Webhook | Case::Success | Case::Processing | Case::ExpirePaid | Case::Notify => {
                self.ended("paid", (1, 0)).await;
                assert_eq!(world.stock("general").await, (98, 0, 2));
            }
            Case::LateInStock => {
                self.ended("paid", (1, 0)).await;
                assert_eq!(world.stock("rare").await, (0, 0, 2));
            }
            Case::LateSoldOut => {
                self.ended("refunded", (1, 1)).await;
                assert_eq!(world.stock("rare").await, (0, 0, 2));
            }
            Case::RefundItems => {
                self.ended("paid", (1, 1)).await;
                assert_eq!(world.stock("general").await, (98, 0, 2));
            }
            Case::RefundRest
            | Case::SweepRefund
            | Case::SweepRefundDone
            | Case::SweepOldRefund
            | Case::SweepOldRefundDone => {
                self.ended("refunded", (1, 1)).await;
                assert_eq!(world.stock("general").await, (100, 0, 0));
            }
            Case::ExpireUnpaid => {
                self.ended("expired", (0, 0)).await;
                assert_eq!(world.stock("general").await, (100, 0, 0));
                assert_eq!(world.session(&self.orders[0])["status"], "expired");
            }
            Case::ExpireUnknown | Case::CallOffUnknown => {
                let ended = if self.case == Case::ExpireUnknown { OrderStatus::Expired } else { OrderStatus::Canceled };
                assert_eq!((orders, all.orders[0].status), (1, ended));
                assert_eq!(world.stock("general").await, (100, 0, 0));
                let sessions = world.stack.stripe().objects("checkout.session");
                assert!(sessions.len() == 1 && sessions[0]["status"] == "expired", "{sessions:?}");
            }
            Case::CheckJob => {
                self.ended("paid", (1, 0)).await;
                assert!(world.raw().keys().all(|key| !key.starts_with("JOB#")), "the check is done");
            }
            Case::EraseJob => {
                assert_eq!((orders, all.orders[0].status), (2, OrderStatus::Expired));
                assert_eq!(world.holding("Lovelace"), Vec::<String>::new());
                assert_eq!(world.holding("somebody"), Vec::<String>::new());
                assert!(world.raw().keys().all(|key| !key.starts_with("JOB#")), "the erasure is done");
                assert_eq!(world.stock("general").await, (100, 0, 0));
            }
            Case::CallOff | Case::CallOffJob => {
                self.ended("refunded", (1, 1)).await;
                assert_eq!(world.order(&self.orders[1]).await["status"], "canceled");
                assert_eq!(world.session(&self.orders[1])["status"], "expired");
                assert_eq!(world.stock("general").await, (100, 0, 0));
            }
        }
    }

    /// How the order ended, and how many charges and refunds Stripe made for it.
    async fn ended(&self, status: &str, (charges, refunds): (u32, usize)) {
        let order = &self.orders[0];
        assert_eq!(self.world.order(order).await["status"], status);
        let stripe = self.world.stack.stripe();
        assert_eq!(stripe.balance("order_id", &order.id).charges, charges);
        let made = stripe.objects("refund");
        assert_eq!(made.iter().filter(|refund| refund["metadata"]["order_id"] == order.id.as_str()).count(), refunds);
        if status == "refunded" {
            assert_eq!(stripe.balance("order_id", &order.id).net(), 0);
        }
    }
}
