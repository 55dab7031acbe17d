//! Bookings, broken at each of their calls: confirmed, declined, canceled before and after the confirmation, and left
//! unanswered.

use domain::{OrderStatus, order::BookingStatus};
use holdfast_tests::{
    Answer, Bought, HOUR, SLOT_HOLD, Side, World,
    faults::{Fault, Faults, Rule, Service},
};
use serde_json::Value;

use super::{
    stage::{LEASE, Stage, assert_done},
    sweep::{Flow, sweep},
};

/// A flow, up to the request that is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// A buyer books; the server has the money authorized.
    Book,
    /// The expert confirms, and comes back until it is clear.
    Confirm,
    /// The expert confirms and never comes back.
    ConfirmAndLeave,
    /// The expert comes back after Stripe took the money and the answer was lost.
    ConfirmAgainDone,
    /// The expert comes back after Stripe captured, answered 500, and repeats that for the key.
    ConfirmAgainStuckDone,
    /// The same, after Stripe took nothing.
    ConfirmAgainStuck,
    /// The expert declines.
    Decline,
    /// The buyer cancels before the confirmation.
    CancelRequested,
    /// The buyer cancels after it, when half comes back.
    CancelConfirmed,
    /// The expert cancels after it.
    CancelByExpert,
    /// The sweeper ends an unanswered booking.
    TimeOut,
    /// The sweeper ends an unpaid booking.
    TimeOutUnpaid,
    /// The sweeper finds a confirmation that captured and was never repeated.
    RecoverTaken,
    /// The same, when no money was taken and the time to answer is over.
    RecoverUntaken,
    /// The webhook's event shows that the buyer's browser has authorized the money.
    Authorized,
    /// The webhook's event shows that Stripe has released the money.
    ChargeExpired,
}

/// A world with a request that is about to be made.
pub(super) struct Scene {
    case: Case,
    stage: Stage,
    /// The booking; none where it is what is about to be made.
    order: Option<Bought>,
    /// The event that Stripe is about to send.
    event: Value,
}

impl Scene {
    fn order(&self) -> &Bought {
        self.order.as_ref().expect("there is a booking")
    }

    async fn prepare(&mut self) {
        let world = &self.stage.world;
        match self.case {
            Case::Book => world.drop_webhooks().await,
            Case::Confirm
            | Case::ConfirmAndLeave
            | Case::Decline
            | Case::CancelRequested
            | Case::ConfirmAgainDone
            | Case::ConfirmAgainStuckDone
            | Case::ConfirmAgainStuck
            | Case::RecoverTaken
            | Case::RecoverUntaken => {
                self.order = Some(world.requested("morning").await);
                world.drop_webhooks().await;
            }
            Case::CancelConfirmed | Case::CancelByExpert => {
                self.order = Some(world.booked("morning").await);
                world.drop_webhooks().await;
                world.advance(30 * HOUR).await;
                // What else is due by then is not what is broken.
                world.sweep().await;
            }
            Case::TimeOut => {
                self.order = Some(world.requested("morning").await);
                world.drop_webhooks().await;
                world.advance(SLOT_HOLD + 5).await;
            }
            Case::TimeOutUnpaid => {
                self.order = Some(world.requested_for("morning").await);
                world.drop_webhooks().await;
                world.advance(SLOT_HOLD + 5).await;
            }
            Case::Authorized => {
                let order = world.requested_for("morning").await;
                world.drop_webhooks().await;
                world.confirm(&order, "pm_card_visa").await.expect(200);
                self.event = self.stage.reported("payment_intent.amount_capturable_updated");
                self.order = Some(order);
            }
            Case::ChargeExpired => {
                world.slot("morning", "80.00", 1, 20 * 24 * HOUR).await;
                self.order = Some(world.requested("morning").await);
                world.drop_webhooks().await;
                world.advance(7 * 24 * HOUR + 60).await;
                self.event = self.stage.reported("charge.expired");
            }
        }
        // A confirmation whose answer is that Stripe's was unclear.
        let every = |fault| Rule::every(Service::Stripe, fault);
        let (asking, fetching) = ("POST /v1/payment_intents/", "GET /v1/payment_intents/");
        let rules = match self.case {
            Case::ConfirmAgainDone | Case::RecoverTaken => vec![every(Fault::AnswerLost)],
            Case::RecoverUntaken => vec![every(Fault::RequestLost)],
            Case::ConfirmAgainStuckDone => {
                vec![every(Fault::ServerErrorDone).of(asking), every(Fault::Refused).of(fetching)]
            }
            Case::ConfirmAgainStuck => vec![every(Fault::ServerError).of(asking), every(Fault::Refused).of(fetching)],
            _ => return,
        };
        self.stage.faults.plan(rules);
        let answer = self.stage.world.as_expert(self.order(), "confirm").await;
        answer.refused(503, "payment_unavailable");
        assert!(self.stage.faults.heal() > 0);
        if matches!(self.case, Case::RecoverTaken | Case::RecoverUntaken) {
            self.stage.world.advance(SLOT_HOLD + LEASE).await;
        }
    }

    /// The request, as its client, Stripe or the schedule makes it.
    async fn request(&self) -> Option<Answer> {
        let world = &self.stage.world;
        Some(match self.case {
            Case::Book => world.order_under("sweep", &world.slot_request("morning", Some("pm_card_visa"))).await,
            Case::Confirm
            | Case::ConfirmAndLeave
            | Case::ConfirmAgainDone
            | Case::ConfirmAgainStuckDone
            | Case::ConfirmAgainStuck => world.as_expert(self.order(), "confirm").await,
            Case::Decline => world.as_expert(self.order(), "decline").await,
            Case::CancelRequested | Case::CancelConfirmed => world.cancel(self.order(), Side::Buyer).await,
            Case::CancelByExpert => world.cancel(self.order(), Side::Expert).await,
            Case::Authorized | Case::ChargeExpired => world.event(&self.event).await,
            Case::TimeOut | Case::TimeOutUnpaid | Case::RecoverTaken | Case::RecoverUntaken => {
                let _swept_or_not = world.stack.sweep().await;
                return None;
            }
        })
    }

    /// Whether who asked comes back until it is clear.
    fn comes_back(&self) -> bool {
        matches!(
            self.case,
            Case::Book
                | Case::Confirm
                | Case::ConfirmAgainDone
                | Case::ConfirmAgainStuckDone
                | Case::ConfirmAgainStuck
                | Case::Decline
                | Case::CancelRequested
                | Case::CancelConfirmed
                | Case::CancelByExpert
        )
    }

    /// How the booking ended, and what Stripe has of it: captured, refunded, authorized.
    async fn ended(&self, booking: BookingStatus, status: OrderStatus, money: (i64, i64)) {
        let all = self.stage.world.everything().await;
        let order = all.orders.iter().find(|order| order.booking.is_some()).expect("a booking");
        let found = order.booking.as_ref().map(|booking| booking.status);
        assert_eq!((found, order.status), (Some(booking), status));
        let balance = self.stage.world.stack.stripe().balance("order_id", order.id.as_str());
        assert_eq!((balance.captured, balance.refunded, balance.capturable), (money.0, money.1, 0));
        let seats = if booking == BookingStatus::Confirmed { (0, 0, 1) } else { (1, 0, 0) };
        assert_eq!(self.stage.world.seats("morning").await, seats);
    }

    async fn recover(&self) {
        if self.comes_back() {
            // That it is done already is an answer, too.
            let done = |answer: &Answer| {
                let message = answer.message();
                let over = message.starts_with("The booking is c") || message == "The booking is declined";
                let status = answer.status.as_u16();
                status < 400 || status == 409 && over
            };
            self.stage.repeat(61, async || self.request().await, done).await;
        }
        self.stage.world.send_webhooks().await;
        self.stage.wait(&[LEASE, LEASE, LEASE, SLOT_HOLD + 60, LEASE, 3_700]).await;
    }

    async fn expect(&self) {
        let world = &self.stage.world;
        world.finish().await;
        let all = world.everything().await;
        assert_done(&all);
        for order in &all.orders {
            assert!(!order.is_waiting(), "order {} waits for ever", order.id);
            assert!(world.intents(order.id.as_str()).len() <= 1, "order {} has several payments", order.id);
        }
        assert_eq!(all.orders.len(), 1);
        match self.case {
            Case::Book | Case::TimeOut | Case::RecoverUntaken | Case::Authorized | Case::ChargeExpired => {
                self.ended(BookingStatus::TimedOut, OrderStatus::Canceled, (0, 0)).await;
            }
            Case::Confirm
            | Case::ConfirmAgainDone
            | Case::ConfirmAgainStuckDone
            | Case::ConfirmAgainStuck
            | Case::RecoverTaken => self.ended(BookingStatus::Confirmed, OrderStatus::Paid, (8_000, 0)).await,
            Case::ConfirmAndLeave => {
                // Either it went through or it did not; never half of it.
                match all.orders[0].status {
                    OrderStatus::Paid => self.ended(BookingStatus::Confirmed, OrderStatus::Paid, (8_000, 0)).await,
                    _ => self.ended(BookingStatus::TimedOut, OrderStatus::Canceled, (0, 0)).await,
                }
            }
            Case::Decline => self.ended(BookingStatus::Declined, OrderStatus::Canceled, (0, 0)).await,
            Case::CancelRequested => self.ended(BookingStatus::Canceled, OrderStatus::Canceled, (0, 0)).await,
            Case::CancelConfirmed => self.ended(BookingStatus::Canceled, OrderStatus::Paid, (8_000, 4_000)).await,
            Case::CancelByExpert => self.ended(BookingStatus::Canceled, OrderStatus::Refunded, (8_000, 8_000)).await,
            Case::TimeOutUnpaid => self.ended(BookingStatus::Canceled, OrderStatus::Expired, (0, 0)).await,
        }
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
fn booking_a_slot() {
    sweep(Case::Book, 50);
}

#[test]
fn confirming_a_booking() {
    sweep(Case::Confirm, 30);
}

#[test]
fn confirming_a_booking_and_never_coming_back() {
    sweep(Case::ConfirmAndLeave, 30);
}

#[test]
fn confirming_again_what_stripe_has_taken() {
    sweep(Case::ConfirmAgainDone, 30);
}

#[test]
fn confirming_again_what_stripe_denies() {
    sweep(Case::ConfirmAgainStuckDone, 30);
}

#[test]
fn confirming_again_what_stripe_never_took() {
    sweep(Case::ConfirmAgainStuck, 30);
}

#[test]
fn declining_a_booking() {
    sweep(Case::Decline, 30);
}

#[test]
fn canceling_a_request() {
    sweep(Case::CancelRequested, 30);
}

#[test]
fn canceling_a_booking_for_half_its_price() {
    sweep(Case::CancelConfirmed, 30);
}

#[test]
fn an_expert_canceling_a_booking() {
    sweep(Case::CancelByExpert, 30);
}

#[test]
fn ending_an_unanswered_booking() {
    sweep(Case::TimeOut, 40);
}

#[test]
fn ending_an_unpaid_booking() {
    sweep(Case::TimeOutUnpaid, 40);
}

#[test]
fn finding_a_confirmation_that_took_the_money() {
    sweep(Case::RecoverTaken, 30);
}

#[test]
fn finding_a_confirmation_that_took_nothing() {
    sweep(Case::RecoverUntaken, 40);
}

#[test]
fn authorizing_by_webhook() {
    sweep(Case::Authorized, 20);
}

#[test]
fn letting_money_go_by_webhook() {
    sweep(Case::ChargeExpired, 20);
}
