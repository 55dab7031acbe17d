//! Every mail there is: the usual ones, those of a canceled expert's listing, of products, and of refunds in part.

use domain::{NotificationKind, RefundId, notification::ChangedTicket};
use serde_json::{Value, json};

use crate::samples::{Sample, card, coach, merged, open_payment, organization, refund, show, slot, tickets, usual};

/// Every mail there is, by the name of its picture.
pub(crate) fn all() -> Vec<Sample> {
    let pictured = ["product_confirmed", "product_refunded", "product_canceled_free"];
    let of_products = of_products().into_iter().filter(|sample| pictured.contains(&sample.name));
    let more = of_canceled_expert().into_iter().chain(in_part()).chain(of_hand_over());
    usual().into_iter().chain(more).chain(of_products).collect()
}

fn sample(name: &'static str, notification: NotificationKind, order: Value, listing: Value) -> Sample {
    Sample {
        name,
        notification,
        order: serde_json::from_value(order).unwrap(),
        listings: vec![serde_json::from_value(listing).unwrap()],
        organization: organization(),
        instrument: card(),
    }
}

fn id() -> RefundId {
    RefundId::parse("ref_1").unwrap()
}

/// What both people read when a ticket is handed over.
fn of_hand_over() -> Vec<Sample> {
    let order = || {
        let mut order = tickets();
        let received = json!({
            "attendee": { "name": "Alan Turing", "email": "alan@example.com" }, "attendee_changes": 1,
            "past_codes": [{ "code": "CB2O4I6CDEFGHJKMNPQR", "until": "2027-01-20T09:00:00Z" }],
            "handed_over_at": "2027-01-20T09:00:00Z"
        });
        order["tickets"][1] = merged(order["tickets"][1].clone(), received);
        order
    };
    let changed = ChangedTicket { place: 1, change: 1 };
    vec![
        sample("ticket_received", NotificationKind::TicketReceived(changed), order(), show()),
        sample("handed_over", NotificationKind::HandedOver(changed), order(), show()),
    ]
}

/// What both buyers and the expert read when an expert's listing is canceled.
fn of_canceled_expert() -> Vec<Sample> {
    let canceled =
        json!({ "canceled_at": "2027-01-16T08:30:00Z", "cancel_reason": "Robin has the flu.", "version": 2 });
    let listing = || merged(coach(), canceled.clone());
    let confirmed = || {
        let paid = json!({
            "status": "paid", "paid_at": "2027-01-15T08:31:00Z",
            "payment": { "mode": "intent", "state": "captured", "captured": 8_000, "charge_id": "ch_1" },
            // The bank has not taken it yet.
            "refunds": [merged(refund("listing_canceled", 8_000), json!({
                "state": "pending", "goods": "taken", "items": [{ "line": "l1", "quantity": 1 }]
            }))]
        });
        let mut order = merged(slot(json!({ "status": "confirmed" })), paid);
        order["buyer"]["time_zone"] = json!("Asia/Tokyo");
        order
    };
    let requested = || merged(slot(json!({ "status": "canceled" })), json!({ "status": "canceled" }));
    vec![
        sample("expert_listing_canceled", NotificationKind::ListingCanceled(id()), confirmed(), listing()),
        sample("expert_canceled_with_listing", NotificationKind::ExpertCanceled, confirmed(), listing()),
        sample("booking_canceled_with_listing", NotificationKind::BookingOver, requested(), listing()),
        sample("expert_request_canceled_with_listing", NotificationKind::ExpertCanceled, requested(), listing()),
    ]
}

/// Refunds of one ticket of two, and of an amount alone.
fn in_part() -> Vec<Sample> {
    let part = |amount: i64, items: Value| {
        let given = merged(refund("staff", amount), json!({ "items": items }));
        merged(tickets(), json!({ "refunds": [given] }))
    };
    let one = json!([{ "line": "l1", "quantity": 1 }]);
    vec![
        sample("refund_part", NotificationKind::Refund(id()), part(51_469, one), show()),
        sample("refund_amount", NotificationKind::Refund(id()), part(500, json!([])), show()),
    ]
}

/// All that the buyer of a product may read.
pub(crate) fn of_products() -> Vec<Sample> {
    use NotificationKind::{Apology, Confirmation, ListingCanceled, PaymentFailed, Refund, RefundFailed, Resend};
    let listing = json!({
        "id": "crafts", "kind": "product", "title": "Crafts", "starts_at": null, "doors_at": null, "ends_at": null,
        "venue": null
    });
    let product = || {
        merged(
            tickets(),
            json!({
                "lines": [{
                    "id": "l1", "kind": "product", "listing": "crafts", "title": "Crafts", "offer": "mug", "name": "Mug",
                    "vip": false, "quantity": 3, "unit_price": 1_200, "discount": 0, "total": 3_600, "unlimited": true
                }],
                "promo": null, "tickets": [],
                "totals": { "subtotal": 3_600, "discount": 0, "platform_fees": 0, "processing_fees": 0, "total": 3_600 },
                "payment": { "mode": "hosted", "state": "captured", "charge_id": "ch_1", "captured": 3_600 }
            }),
        )
    };
    let refunded = |amount: i64, units: u32| {
        let given = merged(refund("staff", amount), json!({ "items": [{ "line": "l1", "quantity": units }] }));
        merged(product(), json!({ "refunds": [given] }))
    };
    let free = |order: Value| {
        merged(
            order,
            json!({
                "totals": { "subtotal": 0, "discount": 0, "platform_fees": 0, "processing_fees": 0, "total": 0 },
                "payment": { "mode": "free", "state": "unpaid", "captured": 0 }
            }),
        )
    };
    let failed = merged(product(), json!({ "status": "failed", "paid_at": null, "receipt": null }));
    let (here, gone) =
        (merged(show(), listing.clone()), json!({ "canceled_at": "2027-02-01T08:30:00Z", "version": 2 }));
    let gone = merged(here.clone(), gone);
    let mut open = open_payment();
    (open.order.lines, open.name) = (serde_json::from_value(product()["lines"].clone()).unwrap(), "product_open");
    open.listings = vec![serde_json::from_value(here.clone()).unwrap()];
    let read = [
        ("product_confirmed", Confirmation, product(), &here),
        ("product_resent", Resend(1), product(), &here),
        ("product_refunded", Refund(id()), refunded(1_200, 1), &here),
        ("product_taken_back", Refund(id()), free(refunded(0, 3)), &here),
        ("product_refund_failed", RefundFailed(id()), refunded(1_200, 1), &here),
        ("product_canceled", ListingCanceled(id()), refunded(3_600, 3), &gone),
        ("product_canceled_free", ListingCanceled(id()), free(refunded(0, 3)), &gone),
        ("product_late", Apology, refunded(3_600, 3), &here),
        ("product_failed", PaymentFailed, failed, &here),
    ];
    let read =
        read.into_iter().map(|(name, notification, order, listing)| sample(name, notification, order, listing.clone()));
    read.chain([open]).collect()
}
