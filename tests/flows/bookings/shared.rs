//! What several files of bookings need.

use std::sync::Arc;

use holdfast_tests::{Bought, SLOT_HOLD, World, faults::Faults};
use jiff::Timestamp;
use serde_json::Value;

pub(super) fn time(value: &Value) -> Timestamp {
    value.as_str().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("no time: {value}"))
}

/// Status of order, payment and booking.
pub(super) fn stands(order: &Value) -> [&str; 3] {
    [&order["status"], &order["payment"]["status"], &order["booking"]["status"]]
        .map(|value| value.as_str().unwrap_or("none"))
}

/// A world whose calls take their time, so that requests overlap.
pub(super) async fn slow_world() -> (Arc<World>, Faults) {
    let faults = Faults::new();
    let world = World::of_experts_with(faults.options()).await;
    (Arc::new(world), faults)
}

/// Status of order and booking, and of Stripe's payment.
pub(super) async fn stands_at_stripe(world: &World, order: &Bought) -> (String, String, String) {
    let shown = world.order(order).await;
    let text = |value: &Value| value.as_str().unwrap_or("none").to_owned();
    (text(&shown["status"]), text(&shown["booking"]["status"]), text(&world.intent(order)["status"]))
}

pub(super) fn of(order: &str, booking: &str, intent: &str) -> (String, String, String) {
    (order.to_owned(), booking.to_owned(), intent.to_owned())
}

/// Time passes, webhooks arrive, and then everything holds.
pub(super) async fn let_it_rest(world: &World) {
    for wait in [70, 70, SLOT_HOLD + 10, 70] {
        world.settle().await;
        world.advance(wait).await;
        world.sweep().await;
    }
    world.finish().await;
}
