//! Taxed orders, and slots that are paid on Stripe's page, broken at each of their calls.

use std::{sync::Mutex, time::Duration};

use domain::{Minor, Order, OrderStatus, RefundState, order::BookingStatus};
use holdfast_tests::{Answer, Bought, CRAFTS, SLOT_HOLD, World, faults::Faults};
use serde_json::{Value, json};

use super::{Flow, sweep};

/// A little more than any lease or claim.
const LEASE: i64 = 70;
/// A little more than a hosted order's hold.
const HOLD: i64 = 36 * 60 + 10;

/// A flow, up to the request that is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// The webhook tells of a ticket order that was paid with tax on top.
    PayTaxed,
    /// Staff refund one of its two tickets.
    RefundTaxed,
    /// A product is bought with an intent, which takes its tax from a calculation.
    BuyTaxed,
    /// Staff refund one of two of it.
    RefundTaxedIntent,
    /// A slot is asked for on Stripe's page, and nobody pays.
    BookHosted,
    /// The webhook tells that the page is complete, and the money authorized.
    AuthorizeHosted,
    /// The same, told by the payment intent.
    AuthorizeHostedByIntent,
    /// The expert confirms, and comes back until it is clear.
    ConfirmHosted,
    /// The expert declines.
    DeclineHosted,
    /// The sweeper ends a booking that nobody answered.
    TimeOutHosted,
    /// The sweeper ends a booking that nobody paid.
    UnpaidHosted,
    /// The sweeper finds an authorization of which nobody heard.
    LostHosted,
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

    fn reported(&self, kind: &str) -> Value {
        self.world.events(kind).pop().expect("Stripe has something to tell")
    }

    fn page(&self) -> Value {
        let mut request = self.world.slot_request("morning", None);
        request["payment"] = json!({ "mode": "hosted" });
        request
    }

    /// A slot whose money is authorized on Stripe's page.
    async fn authorized(&mut self) {
        let order = self.world.buy_with(&self.page()).await;
        self.world.pay(&order);
        self.world.settle().await;
        assert_eq!(self.world.order(&order).await["status"], "authorized");
        self.world.drop_webhooks().await;
        self.order = Some(order);
    }

    async fn prepare(&mut self) {
        let world = &self.world;
        world.product_of(holdfast_tests::ORGANIZATION, CRAFTS, "mug", "12.50", 20).await;
        world.at_stripe("tax", &json!({ "percent": "10" })).await;
        match self.case {
            Case::PayTaxed => {
                let order = world.buy("general", 2).await;
                world.drop_webhooks().await;
                world.pay(&order);
                self.event = self.reported("payment_intent.succeeded");
                self.order = Some(order);
            }
            Case::RefundTaxed => {
                self.order = Some(world.bought("general", 2).await);
                self.calm().await;
            }
            Case::RefundTaxedIntent => {
                self.order = Some(world.ordered_and_paid(&[(CRAFTS, "mug", 2)]).await);
                self.calm().await;
            }
            Case::BuyTaxed | Case::BookHosted => world.drop_webhooks().await,
            Case::AuthorizeHosted | Case::AuthorizeHostedByIntent | Case::LostHosted => {
                let order = world.buy_with(&self.page()).await;
                world.drop_webhooks().await;
                world.pay(&order);
                self.event = self.reported(match self.case {
                    Case::AuthorizeHostedByIntent => "payment_intent.amount_capturable_updated",
                    _ => "checkout.session.completed",
                });
                if self.case == Case::LostHosted {
                    world.advance(HOLD).await;
                }
                self.order = Some(order);
            }
            Case::ConfirmHosted | Case::DeclineHosted => self.authorized().await,
            Case::TimeOutHosted => {
                self.authorized().await;
                self.world.advance(SLOT_HOLD + 5).await;
            }
            Case::UnpaidHosted => {
                self.order = Some(world.buy_with(&self.page()).await);
                world.drop_webhooks().await;
                world.advance(HOLD).await;
            }
        }
    }

    /// What follows from the payment is done, and no webhook leaves any more.
    async fn calm(&self) {
        self.world.settle().await;
        self.world.advance(LEASE).await;
        self.world.sweep().await;
        self.world.settle().await;
        self.world.drop_webhooks().await;
    }

    async fn request(&self) -> Option<Answer> {
        let world = &self.world;
        let one = json!({ "items": [{ "line": "l1", "quantity": 1 }] });
        Some(match self.case {
            Case::PayTaxed | Case::AuthorizeHosted | Case::AuthorizeHostedByIntent => world.event(&self.event).await,
            Case::RefundTaxed | Case::RefundTaxedIntent => {
                let path = format!("/v1/orders/{}/refunds", self.order().id);
                world.post(&path).role("staff").key("sweep").json(&one).await
            }
            Case::BuyTaxed => {
                world.order_under("sweep", &world.basket(&[(CRAFTS, "mug", 2)], Some("pm_card_visa"))).await
            }
            Case::BookHosted => world.order_under("sweep", &self.page()).await,
            Case::ConfirmHosted => world.as_expert(self.order(), "confirm").await,
            Case::DeclineHosted => world.as_expert(self.order(), "decline").await,
            Case::TimeOutHosted | Case::UnpaidHosted | Case::LostHosted => {
                let _swept_or_not = world.stack.sweep().await;
                return None;
            }
        })
    }

    /// Who was told to come back does; so does who heard nothing.
    async fn repeat(&self) {
        for _ in 0..5 {
            let answer = self.request().await.expect("a client's request");
            let status = answer.status.as_u16();
            *self.answered.lock().expect("no panic") = Some(answer.clone());
            if status < 400 || status == 409 && answer.message().starts_with("The booking is ") {
                return;
            }
            assert!([409, 503].contains(&status), "a repeat was answered {}", answer.text);
            self.world.advance(61).await;
            tokio::time::sleep(Duration::from_secs(61)).await;
        }
        panic!("five repeats did not help");
    }

    fn comes_back(&self) -> bool {
        matches!(
            self.case,
            Case::RefundTaxed
                | Case::RefundTaxedIntent
                | Case::BuyTaxed
                | Case::BookHosted
                | Case::ConfirmHosted
                | Case::DeclineHosted
        )
    }

    async fn operate(&self) -> Option<()> {
        let answer = self.faults.run(self.request()).await?;
        if let Some(answer) = answer {
            let status = answer.status.as_u16();
            assert!([200, 201, 409, 503].contains(&status), "answered {}", answer.text);
            *self.answered.lock().expect("no panic") = Some(answer);
        }
        Some(())
    }

    async fn recover(&self) {
        let world = &self.world;
        if self.comes_back() {
            self.repeat().await;
        }
        world.at_stripe("faults", &json!({ "webhooks": "normal" })).await;
        world.stack.stripe().release_webhooks(true);
        world.settle().await;
        for wait in [LEASE, LEASE, LEASE, HOLD, SLOT_HOLD + 60, LEASE, 3_700] {
            world.settle().await;
            world.advance(wait).await;
            world.sweep().await;
        }
        world.settle().await;
    }

    async fn expect(&self) {
        let world = &self.world;
        world.finish().await;
        let all = world.stack.engine().store().everything().await.expect("the table answers");
        assert_eq!(all.orders.len(), 1);
        let order = &all.orders[0];
        assert!(!order.is_waiting(), "order {} waits for ever", order.id);
        assert!(order.refunds.iter().all(|refund| refund.state == RefundState::Succeeded));
        let intents = world.intents(order.id.as_str());
        assert!(intents.len() <= 1, "order {} has several payments", order.id);
        let balance = world.stack.stripe().balance("order_id", order.id.as_str());
        let (status, booking, money) = match self.case {
            Case::PayTaxed => (OrderStatus::Paid, None, (6_032, 0)),
            Case::RefundTaxed => (OrderStatus::Paid, None, (6_032, 2_750)),
            Case::BuyTaxed => (OrderStatus::Paid, None, (2_750, 0)),
            Case::RefundTaxedIntent => (OrderStatus::Paid, None, (2_750, 1_375)),
            Case::ConfirmHosted => (OrderStatus::Paid, Some(BookingStatus::Confirmed), (8_800, 0)),
            Case::DeclineHosted => (OrderStatus::Canceled, Some(BookingStatus::Declined), (0, 0)),
            Case::BookHosted | Case::UnpaidHosted => (OrderStatus::Expired, Some(BookingStatus::Canceled), (0, 0)),
            Case::AuthorizeHosted | Case::AuthorizeHostedByIntent | Case::TimeOutHosted | Case::LostHosted => {
                (OrderStatus::Canceled, Some(BookingStatus::TimedOut), (0, 0))
            }
        };
        let found = order.booking.as_ref().map(|booking| booking.status);
        assert_eq!((order.status, found), (status, booking));
        assert_eq!((balance.captured, balance.refunded, balance.capturable), (money.0, money.1, 0));
        self.taxed(order);
    }

    /// The tax is known of what was paid.
    fn taxed(&self, order: &Order) {
        let tax = match self.case {
            Case::PayTaxed | Case::RefundTaxed => 548,
            Case::BuyTaxed | Case::RefundTaxedIntent => 250,
            Case::ConfirmHosted => 800,
            _ => return,
        };
        assert_eq!(order.tax, Some(Minor(tax)));
        let owed = match self.case {
            Case::RefundTaxed => 298,
            Case::RefundTaxedIntent => 125,
            _ => tax,
        };
        assert_eq!(self.world.stack.stripe().tax_owed().values().sum::<i64>(), owed, "what the tax books have");
    }
}

impl Flow for Case {
    type Scene = Scene;

    async fn set(self) -> Scene {
        let faults = Faults::new();
        let world = World::of_experts_with(faults.options()).await;
        let mut scene =
            Scene { case: self, faults, world, order: None, event: Value::Null, answered: Mutex::default() };
        scene.prepare().await;
        scene
    }

    fn faults(scene: &Scene) -> &Faults {
        &scene.faults
    }

    async fn operate(scene: &Scene) -> Option<()> {
        scene.operate().await
    }

    async fn recover(scene: &Scene) {
        scene.recover().await;
    }

    async fn expect(scene: &Scene) {
        scene.expect().await;
    }
}

#[test]
fn paying_with_tax() {
    sweep(Case::PayTaxed, 20);
}

#[test]
fn refunding_with_tax() {
    sweep(Case::RefundTaxed, 40);
}

#[test]
fn buying_with_a_calculated_tax() {
    sweep(Case::BuyTaxed, 80);
}

#[test]
fn refunding_with_a_calculated_tax() {
    sweep(Case::RefundTaxedIntent, 60);
}

#[test]
fn booking_on_stripes_page() {
    sweep(Case::BookHosted, 40);
}

#[test]
fn authorizing_on_stripes_page() {
    sweep(Case::AuthorizeHosted, 20);
}

#[test]
fn authorizing_on_stripes_page_by_the_intents_word() {
    sweep(Case::AuthorizeHostedByIntent, 20);
}

#[test]
fn confirming_what_was_authorized_on_stripes_page() {
    sweep(Case::ConfirmHosted, 30);
}

#[test]
fn declining_what_was_authorized_on_stripes_page() {
    sweep(Case::DeclineHosted, 30);
}

#[test]
fn ending_an_unanswered_booking_of_stripes_page() {
    sweep(Case::TimeOutHosted, 40);
}

#[test]
fn ending_an_unpaid_booking_of_stripes_page() {
    sweep(Case::UnpaidHosted, 40);
}

#[test]
fn finding_an_authorization_of_stripes_page() {
    sweep(Case::LostHosted, 40);
}
