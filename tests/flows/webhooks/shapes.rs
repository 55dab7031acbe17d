//! Events of Stripe's reference that are not ours, or not to be believed.

use serde_json::{Value, json};

/// An event as Stripe sends it, with the fields of `more` in it or in the place of its own.
pub(super) fn event(id: &str, kind: &str, object: &Value, more: &Value) -> Value {
    let mut event = json!({
        "id": id, "object": "event", "api_version": "2026-09-30.endive", "created": 1_795_600_000, "livemode": false,
        "pending_webhooks": 1, "request": { "id": null, "idempotency_key": null }, "type": kind,
        "data": { "object": object },
    });
    for (name, value) in more.as_object().unwrap() {
        event[name] = value.clone();
    }
    event
}

/// `base` with the fields of `change` in the place of its own.
fn with(base: &Value, change: &Value) -> Value {
    let mut changed = base.clone();
    for (name, value) in change.as_object().unwrap() {
        changed[name] = value.clone();
    }
    changed
}

/// The shapes of Stripe's reference that are not ours, or not to be believed: a name, the type, the object, what else the
/// envelope says, and what comes of it. `ours` is the session of an order of ours that waits for its payment.
pub(super) fn shapes(ours: &Value) -> Vec<(&'static str, &'static str, Value, Value, &'static str)> {
    let none = json!({});
    let session = json!({ "id": "cs_test_other", "object": "checkout.session", "mode": "payment", "status": "complete",
        "payment_status": "paid", "payment_intent": "pi_other", "amount_total": 900, "currency": "eur", "metadata": {},
        "client_reference_id": null, "livemode": false });
    let intent = json!({ "id": "pi_other", "object": "payment_intent", "status": "succeeded", "amount": 1_000,
        "amount_received": 1_000, "amount_capturable": 0, "currency": "usd", "latest_charge": "ch_other", "metadata": {} });
    let charge = json!({ "id": "ch_other", "object": "charge", "amount": 1_000, "amount_captured": 1_000, "captured": true,
        "amount_refunded": 0, "currency": "usd", "payment_intent": "pi_other", "metadata": {} });
    let refund = json!({ "id": "re_other", "object": "refund", "amount": 5, "currency": "usd", "charge": "ch_other",
        "payment_intent": "pi_other", "status": "succeeded", "metadata": {} });
    let dispute = json!({ "id": "du_other", "object": "dispute", "amount": 5, "currency": "usd", "charge": "ch_other",
        "payment_intent": "pi_other", "status": "needs_response", "metadata": {} });
    let completed = "checkout.session.completed";
    let order = ours["client_reference_id"].as_str().unwrap();
    vec![
        (
            "a subscription",
            completed,
            with(
                &session,
                &json!({ "mode": "subscription", "payment_intent": null,
            "subscription": "sub_1" }),
            ),
            none.clone(),
            "not_ours",
        ),
        (
            "a card that is kept",
            completed,
            with(
                &session,
                &json!({ "mode": "setup", "payment_intent": null,
            "amount_total": null, "currency": null, "payment_status": "no_payment_required" }),
            ),
            none.clone(),
            "not_ours",
        ),
        (
            "a page of a currency to come",
            completed,
            with(&session, &json!({ "currency": "xcg" })),
            none.clone(),
            "not_ours",
        ),
        (
            "another shop's page",
            completed,
            with(&session, &json!({ "client_reference_id": "cart_17" })),
            none.clone(),
            "not_ours",
        ),
        (
            "a payment link with our reference",
            completed,
            with(&session, &json!({ "client_reference_id": order })),
            none.clone(),
            "not_ours",
        ),
        (
            "our page with another's reference",
            completed,
            with(
                ours,
                &json!({ "client_reference_id": "cart_17",
            "payment_status": "paid", "status": "complete", "payment_intent": "pi_other" }),
            ),
            none.clone(),
            "foreign_reference",
        ),
        (
            "our order named by a subscription",
            completed,
            with(ours, &json!({ "mode": "subscription" })),
            none.clone(),
            "not_ours",
        ),
        (
            "another shop's numbered order",
            completed,
            with(&session, &json!({ "metadata": { "order_id": "1017" } })),
            none.clone(),
            "unknown_order",
        ),
        (
            "a page that ran out",
            "checkout.session.expired",
            with(
                &session,
                &json!({ "status": "expired",
            "payment_status": "unpaid", "payment_intent": null }),
            ),
            none.clone(),
            "not_ours",
        ),
        (
            "an invoice's payment",
            "payment_intent.succeeded",
            with(&intent, &json!({ "invoice": "in_1" })),
            none.clone(),
            "not_ours",
        ),
        (
            "stable coins",
            "payment_intent.succeeded",
            with(&intent, &json!({ "currency": "usdc" })),
            none.clone(),
            "not_ours",
        ),
        (
            "a payment without amounts",
            "payment_intent.succeeded",
            with(
                &intent,
                &json!({ "amount": null,
            "amount_received": null, "currency": null }),
            ),
            none.clone(),
            "not_ours",
        ),
        (
            "a declined card elsewhere",
            "payment_intent.payment_failed",
            with(
                &intent,
                &json!({
            "status": "requires_payment_method", "last_payment_error": { "code": 7, "message": [] } }),
            ),
            none.clone(),
            "not_ours",
        ),
        (
            "a payment canceled elsewhere",
            "payment_intent.canceled",
            with(&intent, &json!({ "status": "canceled" })),
            none.clone(),
            "not_ours",
        ),
        (
            "a charge without a payment",
            "charge.succeeded",
            with(&charge, &json!({ "payment_intent": null })),
            none.clone(),
            "not_ours",
        ),
        ("an invoice's charge", "charge.captured", charge.clone(), none.clone(), "not_ours"),
        (
            "a charge of 2015",
            "charge.refunded",
            with(
                &charge,
                &json!({ "payment_intent": null, "metadata": [],
            "refunds": { "data": [{ "id": "re_old", "amount": 5 }] } }),
            ),
            json!({ "api_version": "2015-10-16" }),
            "not_ours",
        ),
        ("a refund elsewhere", "refund.created", refund.clone(), none.clone(), "not_ours"),
        (
            "a refund of a charge",
            "refund.updated",
            with(&refund, &json!({ "payment_intent": null })),
            none.clone(),
            "not_ours",
        ),
        (
            "a refund of nothing",
            "refund.failed",
            with(&refund, &json!({ "payment_intent": null, "charge": null })),
            none.clone(),
            "not_ours",
        ),
        (
            "a refund in another currency",
            "refund.created",
            with(&refund, &json!({ "currency": "zwg" })),
            none.clone(),
            "not_ours",
        ),
        ("a dispute elsewhere", "charge.dispute.created", dispute.clone(), none.clone(), "not_ours"),
        (
            "a dispute of an unknown status",
            "charge.dispute.closed",
            with(
                &dispute,
                &json!({ "status": "new_word",
            "amount": null }),
            ),
            none.clone(),
            "not_ours",
        ),
        (
            "a connected account's payment",
            "payment_intent.succeeded",
            with(
                &intent,
                &json!({
            "metadata": { "order_id": order } }),
            ),
            json!({ "account": "acct_acme" }),
            "connected_account",
        ),
        (
            "real money against a test key",
            completed,
            with(
                ours,
                &json!({ "payment_status": "paid",
            "status": "complete" }),
            ),
            json!({ "livemode": true }),
            "other_mode",
        ),
        (
            "an object of the other mode",
            completed,
            with(ours, &json!({ "payment_status": "paid", "livemode": true })),
            none.clone(),
            "other_mode",
        ),
        ("a type of tomorrow", "checkout.session.refilled", ours.clone(), none.clone(), "ignored"),
        (
            "an invoice",
            "invoice.paid",
            json!({ "id": "in_1", "object": "invoice", "lines": { "data": [] } }),
            none.clone(),
            "ignored",
        ),
        ("a payout", "payout.paid", json!({ "id": "po_1", "object": "payout", "amount": 1 }), none.clone(), "ignored"),
        (
            "an account's change",
            "account.updated",
            json!({ "id": "acct_1", "object": "account" }),
            json!({ "account": "acct_1" }),
            "ignored",
        ),
        (
            "a thin event",
            "v1.billing.meter.error_report_triggered",
            Value::Null,
            json!({ "object": "v2.core.event",
            "created": "2026-11-25T18:00:00.000Z", "data": null, "related_object": { "id": "mtr_1",
            "type": "billing.meter", "url": "/v1/billing/meters/mtr_1" } }),
            "ignored",
        ),
        (
            "a thin event of a type of ours",
            "payment_intent.succeeded",
            Value::Null,
            json!({ "object": "v2.core.event",
            "created": "2026-11-25T18:00:00.000Z", "data": null, "related_object": { "id": "pi_other",
            "type": "payment_intent", "url": "/v1/payment_intents/pi_other" } }),
            "thin_event",
        ),
        ("an object that is none", "charge.succeeded", json!("ch_other"), none.clone(), "no_object"),
        (
            "metadata that are none",
            "payment_intent.succeeded",
            with(&intent, &json!({ "metadata": "order_id" })),
            none.clone(),
            "not_ours",
        ),
        (
            "everything at odds",
            completed,
            json!({ "id": 7, "object": [], "metadata": [{}], "mode": 1, "amount_total": "x",
            "currency": {}, "client_reference_id": [] }),
            json!({ "created": null, "api_version": 7 }),
            "not_ours",
        ),
    ]
}
