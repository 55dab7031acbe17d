use domain::{
    Capture, Currency, Decline, DisputeSeen, DisputeState, Fact, Minor, OrderId, RefundId, RefundSeen, RefundState,
    Source,
};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    Fetch, Finding, Observation, from_dispute, from_event, from_intent, from_refund, from_refunds, from_session,
    pointer,
};
use crate::{
    ObjectError, UnitError, charges::StripeDispute, events::Envelope, intents::Intent, refunds::StripeRefund,
    sessions::Session,
};

fn at() -> Timestamp {
    Timestamp::from_second(1_790_000_000).expect("a time")
}

#[expect(clippy::needless_pass_by_value, reason = "the calls read better")]
fn event(kind: &str, object: Value) -> Envelope {
    let body = json!({
        "id": "evt_1", "object": "event", "api_version": "2026-09-30.endive", "created": 1_790_000_000, "livemode": false,
        "pending_webhooks": 1, "request": {"id": null, "idempotency_key": null}, "type": kind, "data": {"object": object},
    });
    Envelope::parse(body.to_string().as_bytes()).expect("an event")
}

fn tell(kind: &str, object: Value) -> Observation {
    from_event(&event(kind, object)).expect("an observation")
}

/// `base` with the fields of `change`.
fn with(mut base: Value, change: Value) -> Value {
    let (Some(fields), Value::Object(changes)) = (base.as_object_mut(), change) else { panic!("objects") };
    fields.extend(changes);
    base
}

fn session() -> Value {
    json!({
        "id": "cs_test_1", "object": "checkout.session", "amount_subtotal": 5_484, "amount_total": 5_900,
        "automatic_tax": {"enabled": true, "status": "complete"}, "client_reference_id": "ord_1", "created": 1_789_999_000,
        "currency": "usd", "expires_at": 1_790_001_100, "metadata": {"order_id": "ord_1"}, "mode": "payment",
        "payment_intent": "pi_1", "payment_status": "paid", "status": "complete", "url": null,
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 416}, "a_new_field": {"x": [1]},
    })
}

fn intent() -> Value {
    json!({
        "id": "pi_1", "object": "payment_intent", "amount": 5_900, "amount_received": 5_900, "currency": "usd",
        "latest_charge": "ch_1", "client_secret": "pi_1_secret_x", "last_payment_error": null, "created": 1_789_999_000,
        "metadata": {"order_id": "ord_1"}, "status": "succeeded", "cancellation_reason": null,
    })
}

fn charge() -> Value {
    json!({
        "id": "ch_1", "object": "charge", "amount": 5_900, "amount_captured": 5_900, "amount_refunded": 0, "captured": true,
        "currency": "usd", "created": 1_790_000_000, "metadata": {"order_id": "ord_1"}, "payment_intent": "pi_1",
        "payment_method_details": {"type": "card", "card": {"capture_before": 1_790_500_000}}, "transfer": "tr_1",
    })
}

fn refund() -> Value {
    json!({
        "id": "re_1", "object": "refund", "amount": 1_000, "charge": "ch_1", "created": 1_790_000_000, "currency": "usd",
        "metadata": {"refund_id": "ref_1", "order_id": "ord_1"}, "payment_intent": "pi_1", "status": "succeeded",
    })
}

fn declined_intent() -> Value {
    let error = json!({"type": "card_error", "code": "card_declined", "decline_code": "insufficient_funds",
        "message": "Your card has insufficient funds."});
    with(intent(), json!({"status": "requires_payment_method", "amount_received": 0, "last_payment_error": error}))
}

fn decline() -> Decline {
    let message = "Your card has insufficient funds.".to_owned();
    Decline { code: "insufficient_funds".to_owned(), message, at: at(), card: None }
}

fn captured(charge: Option<&str>, session: Option<&str>, tax: Option<i64>) -> Finding {
    Finding::Fact(Fact::Captured(Capture {
        payment_intent: "pi_1".to_owned(),
        charge: charge.map(str::to_owned),
        session: session.map(str::to_owned),
        amount: Minor(5_900),
        tax: tax.map(Minor),
        currency: Currency::USD,
    }))
}

fn processing() -> Finding {
    Finding::Fact(Fact::Processing { payment_intent: Some("pi_1".to_owned()) })
}

#[test]
fn a_paid_session_is_a_capture_with_its_tax() {
    for kind in ["checkout.session.completed", "checkout.session.async_payment_succeeded"] {
        let observation = tell(kind, session());
        assert_eq!(observation.order, OrderId::parse("ord_1").ok());
        assert_eq!(observation.payment_intent.as_deref(), Some("pi_1"));
        assert_eq!(observation.session.as_deref(), Some("cs_test_1"));
        assert_eq!(observation.finding, captured(None, Some("cs_test_1"), Some(416)), "{kind}");
    }
}

#[test]
fn metadata_name_the_order_and_a_reference_alone_does_not() {
    let order_of = |change: Value| tell("checkout.session.completed", with(session(), change)).order;
    assert_eq!(order_of(json!({})), OrderId::parse("ord_1").ok());
    assert_eq!(order_of(json!({"client_reference_id": null})), OrderId::parse("ord_1").ok());
    // A buyer who pays by a payment link may choose its reference.
    assert_eq!(order_of(json!({"metadata": null})), None);
    assert_eq!(order_of(json!({"client_reference_id": "cart_17"})), None);
}

#[test]
fn what_cannot_be_taken_at_its_word_names_what_to_fetch() {
    let bare = |object: Value| with(object, json!({"amount": null, "currency": null, "amount_total": {}}));
    let refunds = Fetch::Refunds { payment_intent: "pi_1".to_owned() };
    for (kind, object, fetch) in [
        ("checkout.session.completed", session(), Some(Fetch::Session("cs_test_1".to_owned()))),
        ("payment_intent.succeeded", intent(), Some(Fetch::Intent("pi_1".to_owned()))),
        ("charge.captured", charge(), Some(Fetch::Intent("pi_1".to_owned()))),
        ("charge.refunded", charge(), Some(refunds.clone())),
        ("refund.updated", json!({"id": "re_1", "payment_intent": {"id": "pi_1"}}), Some(refunds)),
        ("refund.updated", json!({"id": "re_1"}), None),
        ("charge.dispute.closed", json!({"id": "du_1"}), Some(Fetch::Dispute("du_1".to_owned()))),
        ("payment_intent.succeeded", json!({"id": 7}), None),
        ("invoice.paid", json!({"id": "in_1"}), None),
    ] {
        assert_eq!(pointer(&event(kind, bare(object))), fetch, "{kind}");
    }
}

#[test]
fn an_unpaid_session_is_processing_until_it_ends() {
    let unpaid = with(session(), json!({"payment_status": "unpaid"}));
    // Under way, or authorized: its payment intent tells, which an event only names.
    assert_eq!(
        tell("checkout.session.completed", unpaid.clone()).finding,
        Finding::Fetch(Fetch::Session("cs_test_1".to_owned()))
    );
    let Finding::Fact(Fact::Failed(failed)) = tell("checkout.session.async_payment_failed", unpaid.clone()).finding
    else {
        panic!("no failure")
    };
    assert_eq!((failed.code.as_str(), failed.at), ("async_payment_failed", at()));
    // An event that says succeeded and shows unpaid contradicts itself.
    let observation = tell("checkout.session.async_payment_succeeded", unpaid);
    assert_eq!(observation.finding, Finding::Fetch(Fetch::Session("cs_test_1".to_owned())));
}

#[test]
fn an_expired_session_cannot_be_paid() {
    let expired = with(session(), json!({"status": "expired", "payment_status": "unpaid", "payment_intent": null}));
    let observation = tell("checkout.session.expired", expired.clone());
    assert_eq!(observation.finding, Finding::Fact(Fact::Unpayable));
    assert_eq!(observation.payment_intent, None);
    let fetched = from_session(&Session::read(&expired).expect("a session"), at()).expect("an observation");
    assert_eq!(fetched.finding, Finding::Fact(Fact::Unpayable));
}

#[test]
fn intents_tell_what_came_in() {
    assert_eq!(tell("payment_intent.succeeded", intent()).finding, captured(Some("ch_1"), None, None));
    assert_eq!(
        tell("payment_intent.payment_failed", declined_intent()).finding,
        Finding::Fact(Fact::Declined(decline()))
    );
    // Less may have come in than was intended.
    let part = with(intent(), json!({"amount_received": 1_000}));
    let Finding::Fact(Fact::Captured(seen)) = tell("payment_intent.succeeded", part).finding else {
        panic!("no capture")
    };
    assert_eq!(seen.amount, Minor(1_000));
    let canceled = with(intent(), json!({"status": "canceled", "amount_received": 0}));
    assert_eq!(tell("payment_intent.canceled", canceled).finding, Finding::Fetch(Fetch::Intent("pi_1".to_owned())));
}

#[test]
fn charges_count_when_the_money_was_taken() {
    assert_eq!(tell("charge.succeeded", charge()).finding, captured(Some("ch_1"), None, None));
    let authorized = with(charge(), json!({"captured": false, "amount_captured": 0}));
    assert!(matches!(tell("charge.succeeded", authorized).finding, Finding::Nothing(_)));
    let alone = with(charge(), json!({"payment_intent": null}));
    assert!(matches!(tell("charge.succeeded", alone).finding, Finding::Nothing(_)));
    let fetch = Finding::Fetch(Fetch::Refunds { payment_intent: "pi_1".to_owned() });
    assert_eq!(tell("charge.refunded", charge()).finding, fetch);
}

#[test]
fn refunds_carry_our_id_and_their_source() {
    let seen = |state, source| {
        Finding::Fact(Fact::Refund(RefundSeen {
            stripe_id: "re_1".to_owned(),
            refund_id: RefundId::parse("ref_1").ok(),
            payment_intent: "pi_1".to_owned(),
            amount: Minor(1_000),
            state,
            failure: None,
            source,
        }))
    };
    let source = Source::Event { created: at() };
    for kind in ["refund.created", "refund.updated", "refund.failed"] {
        assert_eq!(tell(kind, refund()).finding, seen(RefundState::Succeeded, source), "{kind}");
    }
    for (word, state) in
        [("pending", RefundState::Pending), ("requires_action", RefundState::Pending), ("?", RefundState::Pending)]
    {
        let observation = tell("refund.updated", with(refund(), json!({"status": word})));
        assert_eq!(observation.finding, seen(state, source), "{word}");
    }
    let fetched = from_refund(&StripeRefund::read(&refund()).expect("a refund"));
    assert_eq!(fetched.finding, seen(RefundState::Succeeded, Source::Fetched));
}

#[test]
fn of_a_list_of_refunds_those_that_failed_come_first_and_then_the_older_ones() {
    let refund = |id: &str, status: &str| {
        StripeRefund::read(&with(refund(), json!({"id": id, "status": status}))).expect("a refund")
    };
    let listed = [refund("re_3", "succeeded"), refund("re_2", "pending"), refund("re_1", "failed")];
    let observed = from_refunds(&listed).into_iter().map(|observation| match observation.finding {
        Finding::Fact(Fact::Refund(seen)) => seen.stripe_id,
        other => panic!("no refund: {other:?}"),
    });
    assert_eq!(observed.collect::<Vec<_>>(), ["re_1", "re_2", "re_3"]);
}

#[test]
fn a_refund_from_the_dashboard_has_no_id_of_ours() {
    let failed = json!({"metadata": {}, "status": "failed", "failure_reason": "expired_or_canceled_card"});
    let observation = tell("refund.failed", with(refund(), failed));
    assert_eq!((observation.order, observation.payment_intent.as_deref()), (None, Some("pi_1")));
    let Finding::Fact(Fact::Refund(seen)) = observation.finding else { panic!("no refund") };
    assert_eq!(seen.refund_id, None);
    assert_eq!(seen.state, RefundState::Failed);
    assert_eq!(seen.failure.as_deref(), Some("expired_or_canceled_card"));
}

fn dispute(status: &str, moved: &[i64]) -> Value {
    let moves: Vec<_> = moved.iter().map(|amount| json!({"id": "txn_1", "amount": amount})).collect();
    json!({"id": "du_1", "amount": 5_900, "currency": "usd", "charge": "ch_1", "payment_intent": "pi_1",
        "status": status, "metadata": {}, "reason": "fraudulent", "balance_transactions": moves,
        "evidence_details": {"due_by": 1_790_600_000}})
}

#[test]
fn a_dispute_is_as_stripes_status() {
    for (status, moved, state) in [
        ("needs_response", &[-5_900][..], DisputeState::Open),
        ("under_review", &[-5_900], DisputeState::Open),
        ("warning_needs_response", &[], DisputeState::Inquiry),
        ("warning_under_review", &[], DisputeState::Inquiry),
        ("warning_closed", &[], DisputeState::Inquiry),
        ("won", &[-5_900, 5_900], DisputeState::Won),
        ("lost", &[-5_900], DisputeState::Lost),
        ("prevented", &[], DisputeState::Prevented),
        // Of a word that we do not know the money tells.
        ("a_new_word", &[-5_900], DisputeState::Open),
        ("a_new_word", &[-5_900, 5_900], DisputeState::Inquiry),
        ("a_new_word", &[], DisputeState::Inquiry),
    ] {
        let read = StripeDispute::read(&dispute(status, moved)).expect("a dispute");
        let seen = DisputeSeen {
            stripe_id: "du_1".to_owned(),
            payment_intent: "pi_1".to_owned(),
            amount: Minor(5_900),
            state,
            word: status.to_owned(),
            taken: moved.iter().sum::<i64>() < 0,
            due_by: Timestamp::from_second(1_790_600_000).ok(),
            seen_at: at(),
        };
        assert_eq!(from_dispute(&read, at()).finding, Finding::Fact(Fact::Dispute(seen)), "{status}");
    }
}

#[test]
fn events_of_disputes_name_what_to_fetch() {
    for kind in ["created", "updated", "closed", "funds_withdrawn", "funds_reinstated"] {
        let observation = tell(&format!("charge.dispute.{kind}"), dispute("lost", &[-5_900]));
        assert_eq!(observation.finding, Finding::Fetch(Fetch::Dispute("du_1".to_owned())), "{kind}");
        assert_eq!(observation.payment_intent.as_deref(), Some("pi_1"));
    }
}

#[test]
fn unknown_types_have_no_finding() {
    assert!(matches!(tell("invoice.paid", json!({"id": "in_1"})).finding, Finding::Nothing(_)));
}

#[test]
fn a_fetched_session_tells_by_its_state() {
    let of_session = |change: Value| {
        let session = Session::read(&with(session(), change)).expect("a session");
        from_session(&session, at()).expect("an observation").finding
    };
    assert!(matches!(of_session(json!({"status": "open", "payment_status": "unpaid"})), Finding::Nothing(_)));
    assert!(matches!(of_session(json!({"status": "melted", "payment_status": "odd"})), Finding::Nothing(_)));
    assert!(matches!(
        of_session(json!({"payment_status": "no_payment_required", "payment_intent": null})),
        Finding::Nothing(_)
    ));
    // With its intent, the charge is known too.
    assert_eq!(of_session(json!({"payment_intent": intent()})), captured(Some("ch_1"), Some("cs_test_1"), Some(416)));
}

#[test]
fn a_complete_and_unpaid_session_is_judged_by_its_intent() {
    let observation = |intent: Value| {
        let change = json!({"payment_status": "unpaid", "payment_intent": intent});
        let session = Session::read(&with(session(), change)).expect("a session");
        assert_eq!(session.payment_intent.as_deref(), Some("pi_1"));
        from_session(&session, at()).expect("an observation").finding
    };
    assert_eq!(observation(json!("pi_1")), processing());
    assert_eq!(observation(with(intent(), json!({"status": "processing"}))), processing());
    // A buyer cannot try again on a page that is complete, so this is the end of it.
    assert_eq!(observation(declined_intent()), Finding::Fact(Fact::Failed(decline())));
    assert_eq!(observation(intent()), captured(Some("ch_1"), None, Some(416)));
    let held = json!({
        "status": "requires_capture", "capture_method": "manual", "amount_received": 0, "amount_capturable": 5_900
    });
    let Finding::Fact(Fact::Authorized(seen)) = observation(with(intent(), held)) else { panic!("no authorization") };
    assert_eq!((seen.amount, seen.tax, seen.payment_intent.as_str()), (Minor(5_900), Some(Minor(416)), "pi_1"));
    let let_go = with(intent(), json!({"status": "canceled", "capture_method": "manual", "amount_received": 0}));
    assert_eq!(observation(let_go), Finding::Fact(Fact::Unpayable), "no card was declined");
}

#[test]
fn a_fetched_intent_tells_by_its_state() {
    let observation = |object: Value| from_intent(&Intent::read(&object).expect("an intent"), at()).finding;
    let state = |status: &str| observation(with(intent(), json!({"status": status, "amount_received": 0})));
    assert_eq!(observation(intent()), captured(Some("ch_1"), None, None));
    assert_eq!(state("canceled"), Finding::Fact(Fact::Unpayable));
    assert_eq!(state("processing"), processing());
    assert_eq!(observation(declined_intent()), Finding::Fact(Fact::Declined(decline())));
    let Finding::Fact(Fact::ActionRequired { payment_intent }) = state("requires_action") else { panic!("no action") };
    assert_eq!(payment_intent, "pi_1");
    for waiting in ["requires_payment_method", "requires_confirmation", "odd"] {
        assert!(matches!(state(waiting), Finding::Nothing(_)), "{waiting}");
    }
}

#[test]
fn authorized_money_is_an_authorization_until_stripe_lets_it_go() {
    let held = json!({
        "status": "requires_capture", "amount_received": 0, "amount_capturable": 5_484, "latest_charge": charge()
    });
    let seen = from_intent(&Intent::read(&with(intent(), held.clone())).expect("an intent"), at()).finding;
    let Finding::Fact(Fact::Authorized(seen)) = seen else { panic!("no authorization: {seen:?}") };
    assert_eq!((seen.amount, seen.charge.as_deref()), (Minor(5_484), Some("ch_1")));
    assert_eq!(seen.capture_before.map(Timestamp::as_second), Some(1_790_500_000));
    // The event shows too little of it, and says what to fetch.
    let fetch = Finding::Fetch(Fetch::Intent("pi_1".to_owned()));
    assert_eq!(tell("payment_intent.amount_capturable_updated", with(intent(), held)).finding, fetch);
    assert_eq!(tell("charge.expired", with(charge(), json!({"captured": false}))).finding, fetch);
    let captured_now = tell("charge.captured", with(charge(), json!({"captured": true}))).finding;
    assert!(matches!(captured_now, Finding::Fact(Fact::Captured(_))), "{captured_now:?}");
}

#[test]
fn an_expanded_charge_tells_until_when_it_can_be_captured() {
    let object = with(intent(), json!({"status": "requires_capture", "latest_charge": charge()}));
    let intent = Intent::read(&object).expect("an intent");
    assert_eq!(intent.latest_charge.as_deref(), Some("ch_1"));
    assert_eq!(intent.capture_before.map(Timestamp::as_second), Some(1_790_500_000));
    assert!(!format!("{intent:?}").contains("secret_x"));
}

#[test]
fn money_that_cannot_be_said_is_an_error() {
    let no_intent = event("checkout.session.completed", with(session(), json!({"payment_intent": null})));
    assert_eq!(from_event(&no_intent), Err(ObjectError::Missing("payment_intent")));
    let no_amount = event("charge.succeeded", with(charge(), json!({"amount": null})));
    assert_eq!(from_event(&no_amount), Err(ObjectError::Missing("amount")));
    let odd_money = event("refund.created", with(refund(), json!({"currency": "zzz"})));
    assert_eq!(from_event(&odd_money), Err(ObjectError::Currency));
    let half_krona = event("refund.created", with(refund(), json!({"currency": "isk", "amount": 550})));
    assert!(matches!(from_event(&half_krona), Err(ObjectError::Unit(UnitError::Fraction { .. }))));
    let text = event("refund.created", with(refund(), json!({"amount": "1000"})));
    assert_eq!(from_event(&text), Err(ObjectError::Shape));
}

#[test]
fn amounts_are_in_our_units() {
    let object =
        with(session(), json!({"currency": "isk", "amount_total": 590_000, "total_details": {"amount_tax": 50_000}}));
    let Finding::Fact(Fact::Captured(capture)) = tell("checkout.session.completed", object).finding else {
        panic!("no capture")
    };
    assert_eq!((capture.amount, capture.tax), (Minor(5_900), Some(Minor(500))));
}
