//! Taxed orders, and slots that are paid on Stripe's page, broken at each of their calls.

use domain::{Minor, Order, OrderStatus, RefundState, order::BookingStatus};
use holdfast_tests::{Answer, Bought, CRAFTS, SLOT_HOLD, World, faults::Faults};
use serde_json::{Value, json};

use super::{
    stage::{HOLD, LEASE, Stage},
    sweep::{Flow, sweep},
};

/// A flow, up to the request that is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// The webhook sends the payment of a ticket order, with tax on top.
    PayTaxed,
    /// Staff refund one of its two tickets.
    RefundTaxed,
    /// A product is bought with an intent, which takes its tax from a calculation.
    BuyTaxed,
    /// Staff refund one of two of it.
    RefundTaxedIntent,
    /// A slot is requested on Stripe's page, and not paid.
    BookHosted,
    /// The webhook sends that the page is complete, and the money authorized.
    AuthorizeHosted,
    /// The same, by the payment intent's event.
    AuthorizeHostedByIntent,
    /// The expert confirms, and comes back until it is clear.
    ConfirmHosted,
    /// The expert declines.
    DeclineHosted,
    /// The sweeper ends an unanswered booking.
    TimeOutHosted,
    /// The sweeper ends an unpaid booking.
    UnpaidHosted,
    /// The sweeper finds an authorization that was never reported.
    LostHosted,
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

    fn page(&self) -> Value {
        let mut request = self.stage.world.slot_request("morning", None);
        request["payment"] = json!({ "mode": "hosted" });
        request
    }

    /// A slot whose money is authorized on Stripe's page.
    async fn authorized(&mut self) {
        let order = self.stage.world.buy_with(&self.page()).await;
        self.stage.world.pay(&order);
        self.stage.world.settle().await;
        assert_eq!(self.stage.world.order(&order).await["status"], "authorized");
        self.stage.world.drop_webhooks().await;
        self.order = Some(order);
    }

    async fn prepare(&mut self) {
        let world = &self.stage.world;
        world.product_of(holdfast_tests::ORGANIZATION, CRAFTS, "mug", "12.50", 20).await;
        world.at_stripe("tax", &json!({ "percent": "10" })).await;
        match self.case {
            Case::PayTaxed => {
                let order = world.buy("general", 2).await;
                world.drop_webhooks().await;
                world.pay(&order);
                self.event = self.stage.reported("payment_intent.succeeded");
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
                self.event = self.stage.reported(match self.case {
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
                self.stage.world.advance(SLOT_HOLD + 5).await;
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
        self.stage.world.settle().await;
        self.stage.world.advance(LEASE).await;
        self.stage.world.sweep().await;
        self.stage.world.settle().await;
        self.stage.world.drop_webhooks().await;
    }

    async fn request(&self) -> Option<Answer> {
        let world = &self.stage.world;
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

    async fn recover(&self) {
        if self.comes_back() {
            let done = |answer: &Answer| {
                let status = answer.status.as_u16();
                status < 400 || status == 409 && answer.message().starts_with("The booking is ")
            };
            self.stage.repeat(61, async || self.request().await, done).await;
        }
        self.stage.world.send_webhooks().await;
        self.stage.wait(&[LEASE, LEASE, LEASE, HOLD, SLOT_HOLD + 60, LEASE, 3_700]).await;
    }

    async fn expect(&self) {
        let world = &self.stage.world;
        world.finish().await;
        let all = world.everything().await;
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
        assert_eq!(self.stage.world.stack.stripe().tax_owed().values().sum::<i64>(), owed, "what the tax books have");
    }
}

impl Flow for Case {
    type Scene = Scene;

    async fn set(self) -> Scene {
        let faults = Faults::new();
        let world = World::of_experts_with(faults.options()).await;
        let mut scene = Scene { case: self, stage: Stage::new(faults, world), order: None, event: Value::Null };
        scene.prepare().await;
        scene
    }

    fn stage(scene: &Scene) -> &Stage {
        &scene.stage
    }

    async fn operate(scene: &Scene) -> Option<()> {
        scene.stage.operate(scene.request(), &[200, 201, 409, 503]).await
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
