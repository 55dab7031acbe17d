//! One world, driven to the point where a request is broken, and from there to the end.

use holdfast_tests::{
    Answer, Bought, ORGANIZATION, SHOW, World,
    faults::{Fault, Faults, Rule, Service},
};
use serde_json::{Value, json};

use super::{
    super::stage::{HOLD, LEASE, Stage},
    cases::Case,
};

/// A world with a request that is about to be made.
pub(super) struct Scene {
    pub(super) case: Case,
    pub(super) stage: Stage,
    /// The orders it is about, the one in the middle of it first.
    pub(super) orders: Vec<Bought>,
    /// The event that Stripe is about to send.
    event: Value,
}

impl Scene {
    /// Drives a new world to the point.
    pub(super) async fn set(case: Case) -> Self {
        let faults = Faults::new();
        let world = World::with(faults.options()).await;
        // So that every order counts its tickets for its buyer. The show stays when it is, or its buyers would hear of a move.
        let shown = world.get(&format!("/v1/listings/{SHOW}")).await.expect(200);
        let mut limited = json!({ "max_tickets_per_buyer": 30 });
        for time in ["starts_at", "doors_at", "ends_at"] {
            limited[time] = shown[time].clone();
        }
        world.show(SHOW, limited).await.expect(200);
        let mut scene = Self { case, stage: Stage::new(faults, world), orders: Vec::new(), event: Value::Null };
        scene.prepare().await;
        scene
    }

    async fn prepare(&mut self) {
        let world = &self.stage.world;
        match self.case {
            Case::PlaceAndPay | Case::PlaceAndLeave => self.give_codes().await,
            Case::PlaceFree => {}
            Case::Resume | Case::ResumeStuckDone | Case::ResumeStuck => {
                self.give_codes().await;
                self.place_in_vain().await;
                world.advance(31).await;
            }
            Case::SweepRefund | Case::SweepRefundDone | Case::SweepOldRefund | Case::SweepOldRefundDone => {
                self.orders.push(world.bought("general", 3).await);
                self.silence().await;
                let done = matches!(self.case, Case::SweepRefundDone | Case::SweepOldRefundDone);
                let fault = if done { Fault::AnswerLost } else { Fault::RequestLost };
                self.stage.faults.plan([Rule::every(Service::Stripe, fault)]);
                // Stripe would refuse to give all of it back twice, and one of three tickets it would not.
                let one = json!({ "items": [{ "line": "l1", "quantity": 1 }] });
                let body = if self.case == Case::SweepOldRefundDone { one } else { json!({}) };
                world.refund(&self.orders[0], &body).await.expect(201);
                if matches!(self.case, Case::SweepOldRefund | Case::SweepOldRefundDone) {
                    // Stripe keeps keys for a day. The listing's daily check is over then, too.
                    world.advance(24 * 3_600 + 300).await;
                    world.sweep().await;
                }
                self.stage.faults.heal();
                world.advance(LEASE).await;
            }
            Case::ExpireUnknown | Case::CancelUnknown => {
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
                    let placed = world.order_as("stranger", &world.request("general", 2)).await;
                    self.orders.push(Bought::of(placed.expect(201)));
                }
                world.advance(HOLD).await;
                world.settle().await;
                self.silence().await;
                world.post("/v1/customers/stranger/erasure").role("staff").await.expect(202);
                world.advance(2).await;
            }
            Case::Notify => {
                let order = world.buy("general", 2).await;
                self.silence().await;
                world.pay(&order);
                world.event(&self.stage.reported("checkout.session.completed")).await.expect(200);
                self.orders.push(order);
            }
            Case::Webhook | Case::Success => {
                let order = world.buy("general", 2).await;
                self.silence().await;
                world.pay(&order);
                self.event = self.stage.reported("checkout.session.completed");
                self.orders.push(order);
            }
            Case::Processing => {
                let order = world.buy("general", 2).await;
                self.silence().await;
                world.pay_with(&order.session, "pm_usBankAccount").expect("the bank takes it");
                self.event = self.stage.reported("checkout.session.completed");
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
                self.event = self.stage.reported("payment_intent.succeeded");
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
            Case::CancelListing | Case::CancelJob => {
                self.orders.push(world.bought("general", 2).await);
                self.orders.push(world.buy("general", 1).await);
                self.silence().await;
                if self.case == Case::CancelJob {
                    self.cancel().await.expect(202);
                    world.advance(2).await;
                }
            }
        }
    }

    /// A purchase whose answer is that Stripe's was unclear.
    async fn place_in_vain(&self) {
        let every = |fault| Rule::every(Service::Stripe, fault);
        let (asking, fetching) = ("POST /v1/checkout/sessions", "GET /v1/checkout/sessions");
        match self.case {
            Case::ResumeStuck => {
                self.stage.faults.plan([every(Fault::ServerError).of(asking), every(Fault::Refused).of(fetching)]);
            }
            Case::ResumeStuckDone => {
                self.stage.faults.plan([every(Fault::ServerErrorDone).of(asking), every(Fault::Refused).of(fetching)]);
            }
            _ => self.stage.faults.plan([every(Fault::AnswerLost)]),
        }
        let request = self.purchase();
        let answer = self.stage.world.post("/v1/checkout").key("sweep").json(&request).await;
        answer.refused(503, "payment_unavailable");
        assert!(self.stage.faults.heal() > 0);
    }

    /// No webhook leaves until [`Scene::recover`].
    async fn silence(&self) {
        self.stage.world.at_stripe("faults", &json!({ "webhooks": "drop" })).await;
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
        let answer = self.stage.world.stack.stripe().send(request).await.expect("an answer");
        assert!(answer.status().is_success(), "{}", String::from_utf8_lossy(answer.body()));
    }

    /// A promo code, and an offer that only a presale code buys.
    async fn give_codes(&self) {
        let world = &self.stage.world;
        world.promo("TEST20", "0.20", Some(5)).await;
        let only = json!({ "price": "60.00", "capacity": 10, "presale": "only" });
        world.offer_with("vip", only).await.expect(200);
        world.presale("vip", "FANS", Some(5)).await;
    }

    fn purchase(&self) -> Value {
        match self.case {
            Case::PlaceFree => self.stage.world.request("free", 2),
            Case::ExpireUnknown | Case::CancelUnknown => self.stage.world.request("general", 2),
            _ => {
                let mut request = self.stage.world.request_for(&[("general", 2), ("vip", 1)]);
                request["promo_code"] = json!("TEST20");
                request["presale_code"] = json!("FANS");
                request
            }
        }
    }

    async fn cancel(&self) -> Answer {
        let path = format!("/v1/organizations/{ORGANIZATION}/listings/{SHOW}/cancel");
        self.stage.world.post(&path).role("admin").await
    }

    /// The request, as its client, Stripe or the schedule makes it.
    pub(super) async fn request(&self) -> Option<Answer> {
        let world = &self.stage.world;
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
            Case::CancelListing => self.cancel().await,
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
            | Case::CancelJob
            | Case::CheckJob
            | Case::EraseJob
            | Case::CancelUnknown => {
                let _swept_or_not = world.stack.sweep().await;
                return None;
            }
        })
    }

    fn refunds(&self) -> String {
        format!("/v1/orders/{}/refunds", self.orders[0].id)
    }

    /// All is well again: clients and Stripe repeat, time passes, the sweeper runs.
    pub(super) async fn recover(&self) {
        let world = &self.stage.world;
        let pays = matches!(self.case, Case::PlaceAndPay | Case::Resume | Case::ResumeStuckDone | Case::ResumeStuck);
        if pays || matches!(self.case, Case::PlaceFree | Case::RefundItems | Case::RefundRest | Case::CancelListing) {
            self.stage.repeat(31, async || self.request().await, |answer| answer.status.as_u16() < 400).await;
        }
        if pays {
            let order = Bought::of(self.stage.answered().expect(201));
            assert_eq!(
                order.json["checkout_url"].as_str().map(str::is_empty),
                Some(false),
                "there is a page to pay on"
            );
            world.pay(&order);
        }
        world.send_webhooks().await;
        if self.case == Case::Processing {
            let intent = self.event["data"]["object"]["payment_intent"].as_str().expect("an intent");
            world.at_stripe(&format!("intents/{intent}/succeed"), &json!({})).await;
        }
        self.stage.wait(&[LEASE, LEASE, LEASE, HOLD, LEASE, 3_700]).await;
    }
}
