//! Experts' slots, and bookings of them.

use local::{Options, TokenFields};
use serde_json::{Value, json};

use crate::{answer::Answer, bought::Bought, catalog::changed, constants::ORGANIZATION, world::World};

/// A listing of [`ORGANIZATION`] with the time of [`EXPERT`]: the slot `morning` (80.00, for one) and the slot `group`
/// (30.00, for three) an hour later, both in two days.
pub const TUTOR: &str = "tutor";
/// The subject of the expert of most tests.
pub const EXPERT: &str = "grace";
/// How long a slot is held for a buyer who has not paid, and how long its expert has to answer, in seconds.
pub const SLOT_HOLD: i64 = 30 * 60;
/// One hour in seconds.
pub const HOUR: i64 = 3_600;

/// One of two sides that answer a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The holder of the order's token.
    Buyer,
    /// The slot's expert.
    Expert,
}

impl World {
    /// The usual shop, and the slots of [`TUTOR`].
    pub async fn of_experts() -> Self {
        Self::of_experts_with(Options::default()).await
    }

    /// The same on a stack that is started in a special way.
    pub async fn of_experts_with(options: Options) -> Self {
        let world = Self::with(options).await;
        world.expert_listing(TUTOR, json!({})).await.expect(201);
        world.slot("morning", "80.00", 1, 48 * HOUR).await;
        world.slot("group", "30.00", 3, 48 * HOUR).await;
        world
    }

    /// Creates or changes a listing of an expert's time, as the admin.
    pub async fn expert_listing(&self, id: &str, changes: Value) -> Answer {
        let body = json!({ "kind": "expert", "title": "Lessons with Grace", "published": true, "expert": EXPERT });
        let path = format!("/v1/organizations/{ORGANIZATION}/listings/{id}");
        self.put(&path).role("admin").json(&changed(body, &changes)).await
    }

    /// Puts a slot of [`TUTOR`] on sale that begins so many seconds from now and takes an hour. One that was to begin with
    /// others begins after them: an expert is in one place at a time.
    pub async fn slot(&self, id: &str, price: &str, capacity: u32, starts_in: i64) -> Value {
        let place = {
            let mut slots = self.slots.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let together = slots.entry(starts_in).or_default();
            together.iter().position(|known| known == id).unwrap_or_else(|| {
                together.push(id.to_owned());
                together.len() - 1
            })
        };
        let starts_in = starts_in + HOUR * i64::try_from(place).unwrap_or_default();
        let answer = self.slot_with(
            id,
            json!({
                "price": price,
                "capacity": capacity,
                "starts_at": self.from_now(starts_in),
                "ends_at": self.from_now(starts_in + HOUR),
            }),
        );
        let answer = answer.await;
        assert!(answer.status.is_success(), "{}", answer.text);
        answer.json
    }

    /// The same with any fields.
    pub async fn slot_with(&self, id: &str, changes: Value) -> Answer {
        let body = json!({ "capacity": 1, "starts_at": self.from_now(48 * HOUR) });
        self.offer_of(ORGANIZATION, TUTOR, id, changed(body, &changes)).await
    }

    /// A token of an expert of [`ORGANIZATION`].
    #[must_use]
    pub fn expert(&self, subject: &str) -> String {
        self.stack.token(&TokenFields::of(subject, "expert", Some(ORGANIZATION)))
    }

    /// What a guest sends to book a slot of [`TUTOR`]. With a payment method the server confirms the payment.
    #[must_use]
    pub fn slot_request(&self, slot: &str, payment_method: Option<&str>) -> Value {
        self.basket(&[(TUTOR, slot, 1)], payment_method)
    }

    /// Places a booking whose payment the buyer's browser is still to confirm.
    pub async fn requested_for(&self, slot: &str) -> Bought {
        self.ordered(&[(TUTOR, slot, 1)], None).await
    }

    /// Places a booking, and authorizes its money on a good card.
    pub async fn requested(&self, slot: &str) -> Bought {
        let order = self.ordered(&[(TUTOR, slot, 1)], Some("pm_card_visa")).await;
        assert_eq!(order.json["order"]["status"], "authorized", "{}", order.json);
        order
    }

    /// The same, and its expert confirms.
    pub async fn booked(&self, slot: &str) -> Bought {
        let order = self.requested(slot).await;
        self.as_expert(&order, "confirm").await.expect(200);
        self.settle().await;
        order
    }

    /// [`EXPERT`] answers a booking: `confirm`, `decline` or `cancel`.
    pub async fn as_expert(&self, order: &Bought, what: &str) -> Answer {
        self.post(&booking_path(order, what)).token(&self.expert(EXPERT)).await
    }

    /// One side cancels a booking.
    pub async fn cancel(&self, order: &Bought, side: Side) -> Answer {
        match side {
            Side::Expert => self.as_expert(order, "cancel").await,
            Side::Buyer => self.post(&booking_path(order, "cancel")).order_token(&order.token).await,
        }
    }

    /// What canceling it would give back.
    pub async fn quote(&self, order: &Bought, side: Side) -> Answer {
        let call = self.get(&booking_path(order, "cancellation"));
        match side {
            Side::Expert => call.token(&self.expert(EXPERT)).await,
            Side::Buyer => call.order_token(&order.token).await,
        }
    }

    /// What a slot of [`TUTOR`] has: available, held, sold.
    pub async fn seats(&self, slot: &str) -> (u32, u32, u32) {
        self.stock_of(TUTOR, slot).await
    }

    /// What happened to an order, by its audit trail: what and who.
    pub async fn trail(&self, order: &Bought) -> Vec<(String, String)> {
        let id = domain::OrderId::parse(order.id.clone()).expect("an order's id");
        let order =
            self.stack.engine().store().order(&id).await.expect("the table answers").expect("the order is there");
        order.trail.into_iter().map(|step| (step.what, step.by.to_string())).collect()
    }
}

/// The path of a booking's action.
#[must_use]
pub fn booking_path(order: &Bought, what: &str) -> String {
    format!("/v1/bookings/{}/{what}", order.id)
}
