//! One order of one listing, and what belongs to it: the examples of all kinds.

use domain::{Listing, Offer, Order, Organization, Presale, Promo};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The customer's subject.
pub(super) const CUSTOMER: &str = "usr_grace";
/// A member of staff's subject.
pub(super) const STAFF: &str = "usr_staff";

/// When everything is written.
pub(crate) fn now() -> Timestamp {
    "2027-01-15T08:31:00Z".parse().expect("a time")
}

fn read<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("an example that the domain reads")
}

pub(super) fn organization() -> Organization {
    read(json!({
        "id": "box-office", "name": "Box Office", "currency": "usd", "stripe_account": "acct_1",
        "platform_fee_per_ticket": 100, "processing_percent": "0.029", "processing_fixed": 30,
        "max_tickets_per_order": 10, "max_order_amount": 1_000_000, "max_donation_per_ticket": 100_000,
        "cancellation": [{ "from_hours_before": 24, "percent": 100 }, { "from_hours_before": 2, "percent": 50 }],
        "allowed_origins": ["https://box-office.example"], "version": 1
    }))
}

pub(super) fn listing() -> Listing {
    read(json!({
        "id": "summer-concert", "organization": "box-office", "kind": "show", "title": "Summer Concert",
        "description": "An evening outdoors.", "currency": "usd", "published": true,
        "starts_at": "2027-06-20T19:00:00Z", "doors_at": "2027-06-20T18:00:00Z", "ends_at": "2027-06-20T22:00:00Z",
        "venue": "The Park", "timezone": "Europe/London", "expert": null, "canceled_at": null, "version": 2
    }))
}

pub(crate) fn offer() -> Offer {
    read(json!({
        "id": "vip", "listing": "summer-concert", "name": "VIP", "price": 7_500, "capacity": 100, "shards": 5,
        "donation": false, "vip": true, "hours": null, "starts_at": null, "ends_at": null, "expert": null,
        "deleted": false, "version": 3
    }))
}

pub(super) fn presale() -> Presale {
    read(json!({
        "code": "FANS", "listing": "summer-show", "offer": "general", "max_uses": 200,
        "valid_until": "2027-01-20T10:00:00Z", "uses": 12
    }))
}

pub(super) fn promo() -> Promo {
    read(json!({
        "code": "EARLY20", "listing": "summer-concert", "percent_off": "0.20", "max_uses": 50, "valid_from": null,
        "valid_until": "2027-03-01T00:00:00Z", "uses": 0
    }))
}

/// A paid order of one ticket, by a customer.
pub(crate) fn order() -> Order {
    let mut order: Order = read(json!({
        "id": "ord_1", "number": "K7WQ2M9D", "organization": "box-office", "seller": "Box Office", "version": 2, "status": "paid",
        "currency": "usd",
        "buyer": { "name": "Grace Hopper", "email": "grace@example.com", "phone": null, "customer": CUSTOMER },
        "seed": "00".repeat(32),
        "lines": [{
            "id": "l1", "kind": "show", "listing": "summer-concert", "title": "Summer Concert", "offer": "vip",
            "name": "VIP", "vip": true, "quantity": 1, "unit_price": 7_500, "discount": 0, "total": 7_500,
            "over_at": "2027-06-20T22:00:00Z", "draws": [{ "shard": 3, "quantity": 1 }], "unlimited": false
        }],
        "totals": { "subtotal": 7_500, "discount": 0, "platform_fees": 100, "processing_fees": 257, "total": 7_857 },
        "destination": "acct_1",
        "payment": { "mode": "hosted", "state": "captured", "charge_id": "ch_1", "captured": 7_857 },
        "stock": "sold",
        "tickets": [{ "code": "AB2O4I6CDEFGHJKMNPQR", "line": "l1", "status": "valid" }],
        "calls": 1, "created_at": "2027-01-15T08:30:00Z", "paid_at": "2027-01-15T08:31:00Z",
        "receipt": "RCP-2027-0115-K4Q7ZB2M",
        "trail": [{ "at": "2027-01-15T08:31:00Z", "what": "paid", "by": "webhook", "cause": "evt_1" }]
    }));
    order.payment.session_id = Some("cs_1".to_owned());
    order.payment.checkout_url = Some("https://checkout.stripe.com/c/pay/cs_1".to_owned());
    order.payment.payment_intent_id = Some("pi_1".to_owned());
    order
}

/// The same, with a refund that Stripe refused.
pub(super) fn order_in_review() -> Order {
    let review = json!({
        "kind": "refund", "reason": "Stripe refused the refund", "since": now(), "due_at": "2027-01-16T08:31:00Z"
    });
    Order { review: Some(read(review)), ..order() }
}

/// The same, with a refund that was made.
pub(super) fn refunded() -> Order {
    let refund = json!({
        "id": "ref_1", "amount": 7_500, "state": "succeeded", "goods": "restocked", "cause": "staff",
        "items": [{ "line": "l1", "quantity": 1 }], "created_at": now()
    });
    Order { refunds: vec![read(refund)], ..order() }
}

/// The same, with a dispute that waits for an answer.
pub(super) fn order_under_dispute() -> Order {
    let dispute = json!({
        "stripe_id": "dp_1", "amount": 7_857, "state": "open", "word": "needs_response",
        "due_by": "2027-01-25T23:59:59Z"
    });
    let mut order = order();
    order.payment.dispute = Some(read(dispute));
    order
}

/// The same, with a booking.
pub(crate) fn booked() -> Order {
    let booking = json!({
        "status": "confirmed", "starts_at": "2027-02-01T15:00:00Z", "ends_at": "2027-02-01T16:00:00Z",
        "expert": "usr_ada", "policy": []
    });
    Order { booking: Some(read(booking)), ..order() }
}
