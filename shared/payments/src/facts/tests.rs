use domain::{
    Capture, Currency, Decline, DisputeSeen, DisputeState, Fact, Minor, OrderId, RefundId, RefundSeen, RefundState,
    Source,
};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Look, Say, Told, from_dispute, from_event, from_intent, from_refund, from_session, pointer};
use crate::{
    ObjectError, UnitError, charges::Dispute, events::Envelope, intents::Intent, refunds::Refund, sessions::Session,
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

fn tell(kind: &str, object: Value) -> Told {
    from_event(&event(kind, object)).expect("told")
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
    Decline { code: "insufficient_funds".to_owned(), message: "Your card has insufficient funds.".to_owned(), at: at() }
}

fn captured(charge: Option<&str>, session: Option<&str>, tax: Option<i64>) -> Say {
    Say::Fact(Fact::Captured(Capture {
        payment_intent: "pi_1".to_owned(),
        charge: charge.map(str::to_owned),
        session: session.map(str::to_owned),
        amount: Minor(5_900),
        tax: tax.map(Minor),
        currency: Currency::USD,
    }))
}

fn processing() -> Say {
    Say::Fact(Fact::Processing { payment_intent: Some("pi_1".to_owned()) })
}

#[test]
fn a_paid_session_is_a_capture_with_its_tax() {
    for kind in ["checkout.session.completed", "checkout.session.async_payment_succeeded"] {
        let told = tell(kind, session());
        assert_eq!(told.order, OrderId::parse("ord_1").ok());
        assert_eq!(told.payment_intent.as_deref(), Some("pi_1"));
        assert_eq!(told.session.as_deref(), Some("cs_test_1"));
        assert_eq!(told.say, captured(None, Some("cs_test_1"), Some(416)), "{kind}");
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
    let refunds = Look::Refunds { payment_intent: "pi_1".to_owned() };
    for (kind, object, look) in [
        ("checkout.session.completed", session(), Some(Look::Session("cs_test_1".to_owned()))),
        ("payment_intent.succeeded", intent(), Some(Look::Intent("pi_1".to_owned()))),
        ("charge.captured", charge(), Some(Look::Intent("pi_1".to_owned()))),
        ("charge.refunded", charge(), Some(refunds.clone())),
        ("refund.updated", json!({"id": "re_1", "payment_intent": {"id": "pi_1"}}), Some(refunds)),
        ("refund.updated", json!({"id": "re_1"}), None),
        ("charge.dispute.closed", json!({"id": "du_1"}), Some(Look::Dispute("du_1".to_owned()))),
        ("payment_intent.succeeded", json!({"id": 7}), None),
        ("invoice.paid", json!({"id": "in_1"}), None),
    ] {
        assert_eq!(pointer(&event(kind, bare(object))), look, "{kind}");
    }
}

#[test]
fn an_unpaid_session_is_processing_until_it_ends() {
    let unpaid = with(session(), json!({"payment_status": "unpaid"}));
    // Under way, or authorized: its payment intent tells, which an event only names.
    assert_eq!(
        tell("checkout.session.completed", unpaid.clone()).say,
        Say::Look(Look::Session("cs_test_1".to_owned()))
    );
    let Say::Fact(Fact::Failed(failed)) = tell("checkout.session.async_payment_failed", unpaid.clone()).say else {
        panic!("no failure")
    };
    assert_eq!((failed.code.as_str(), failed.at), ("async_payment_failed", at()));
    // An event that says succeeded and shows unpaid contradicts itself.
    let told = tell("checkout.session.async_payment_succeeded", unpaid);
    assert_eq!(told.say, Say::Look(Look::Session("cs_test_1".to_owned())));
}

#[test]
fn an_expired_session_cannot_be_paid() {
    let expired = with(session(), json!({"status": "expired", "payment_status": "unpaid", "payment_intent": null}));
    let told = tell("checkout.session.expired", expired.clone());
    assert_eq!(told.say, Say::Fact(Fact::Unpayable));
    assert_eq!(told.payment_intent, None);
    let fetched = from_session(&Session::read(&expired).expect("a session"), at()).expect("told");
    assert_eq!(fetched.say, Say::Fact(Fact::Unpayable));
}

#[test]
fn intents_tell_what_came_in() {
    assert_eq!(tell("payment_intent.succeeded", intent()).say, captured(Some("ch_1"), None, None));
    assert_eq!(tell("payment_intent.payment_failed", declined_intent()).say, Say::Fact(Fact::Declined(decline())));
    let canceled = with(intent(), json!({"status": "canceled", "amount_received": 0}));
    assert_eq!(tell("payment_intent.canceled", canceled).say, Say::Look(Look::Intent("pi_1".to_owned())));
}

#[test]
fn charges_count_when_the_money_was_taken() {
    assert_eq!(tell("charge.succeeded", charge()).say, captured(Some("ch_1"), None, None));
    let authorized = with(charge(), json!({"captured": false, "amount_captured": 0}));
    assert!(matches!(tell("charge.succeeded", authorized).say, Say::Nothing(_)));
    let alone = with(charge(), json!({"payment_intent": null}));
    assert!(matches!(tell("charge.succeeded", alone).say, Say::Nothing(_)));
    let look = Say::Look(Look::Refunds { payment_intent: "pi_1".to_owned() });
    assert_eq!(tell("charge.refunded", charge()).say, look);
}

#[test]
fn refunds_carry_our_id_and_their_source() {
    let seen = |state, source| {
        Say::Fact(Fact::Refund(RefundSeen {
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
        assert_eq!(tell(kind, refund()).say, seen(RefundState::Succeeded, source), "{kind}");
    }
    for (word, state) in
        [("pending", RefundState::Pending), ("requires_action", RefundState::Pending), ("?", RefundState::Pending)]
    {
        let told = tell("refund.updated", with(refund(), json!({"status": word})));
        assert_eq!(told.say, seen(state, source), "{word}");
    }
    let fetched = from_refund(&Refund::read(&refund()).expect("a refund"));
    assert_eq!(fetched.say, seen(RefundState::Succeeded, Source::Fetched));
}

#[test]
fn a_refund_from_the_dashboard_has_no_id_of_ours() {
    let failed = json!({"metadata": {}, "status": "failed", "failure_reason": "expired_or_canceled_card"});
    let told = tell("refund.failed", with(refund(), failed));
    assert_eq!((told.order, told.payment_intent.as_deref()), (None, Some("pi_1")));
    let Say::Fact(Fact::Refund(seen)) = told.say else { panic!("no refund") };
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
fn a_dispute_is_what_stripes_word_says() {
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
        let read = Dispute::read(&dispute(status, moved)).expect("a dispute");
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
        assert_eq!(from_dispute(&read, at()).say, Say::Fact(Fact::Dispute(seen)), "{status}");
    }
}

#[test]
fn events_of_disputes_say_what_to_fetch() {
    for kind in ["created", "updated", "closed", "funds_withdrawn", "funds_reinstated"] {
        let told = tell(&format!("charge.dispute.{kind}"), dispute("lost", &[-5_900]));
        assert_eq!(told.say, Say::Look(Look::Dispute("du_1".to_owned())), "{kind}");
        assert_eq!(told.payment_intent.as_deref(), Some("pi_1"));
    }
}

#[test]
fn unknown_types_say_nothing() {
    assert!(matches!(tell("invoice.paid", json!({"id": "in_1"})).say, Say::Nothing(_)));
}

#[test]
fn a_fetched_session_tells_by_its_state() {
    let told = |change: Value| {
        let session = Session::read(&with(session(), change)).expect("a session");
        from_session(&session, at()).expect("told").say
    };
    assert!(matches!(told(json!({"status": "open", "payment_status": "unpaid"})), Say::Nothing(_)));
    assert!(matches!(told(json!({"status": "melted", "payment_status": "odd"})), Say::Nothing(_)));
    assert!(matches!(told(json!({"payment_status": "no_payment_required", "payment_intent": null})), Say::Nothing(_)));
    // With its intent, the charge is known too.
    assert_eq!(told(json!({"payment_intent": intent()})), captured(Some("ch_1"), Some("cs_test_1"), Some(416)));
}

#[test]
fn a_complete_and_unpaid_session_is_judged_by_its_intent() {
    let told = |intent: Value| {
        let change = json!({"payment_status": "unpaid", "payment_intent": intent});
        let session = Session::read(&with(session(), change)).expect("a session");
        assert_eq!(session.payment_intent.as_deref(), Some("pi_1"));
        from_session(&session, at()).expect("told").say
    };
    assert_eq!(told(json!("pi_1")), processing());
    assert_eq!(told(with(intent(), json!({"status": "processing"}))), processing());
    // Nobody can try again on a page that is complete, so this is the end of it.
    assert_eq!(told(declined_intent()), Say::Fact(Fact::Failed(decline())));
    assert_eq!(told(intent()), captured(Some("ch_1"), None, Some(416)));
    let held = json!({
        "status": "requires_capture", "capture_method": "manual", "amount_received": 0, "amount_capturable": 5_900
    });
    let Say::Fact(Fact::Authorized(seen)) = told(with(intent(), held)) else { panic!("no authorization") };
    assert_eq!((seen.amount, seen.tax, seen.payment_intent.as_str()), (Minor(5_900), Some(Minor(416)), "pi_1"));
    let let_go = with(intent(), json!({"status": "canceled", "capture_method": "manual", "amount_received": 0}));
    assert_eq!(told(let_go), Say::Fact(Fact::Unpayable), "nobody declined anything");
}

#[test]
fn a_fetched_intent_tells_by_its_state() {
    let told = |object: Value| from_intent(&Intent::read(&object).expect("an intent"), at()).say;
    let state = |status: &str| told(with(intent(), json!({"status": status, "amount_received": 0})));
    assert_eq!(told(intent()), captured(Some("ch_1"), None, None));
    assert_eq!(state("canceled"), Say::Fact(Fact::Unpayable));
    assert_eq!(state("processing"), processing());
    assert_eq!(told(declined_intent()), Say::Fact(Fact::Declined(decline())));
    let Say::Fact(Fact::ActionRequired { payment_intent }) = state("requires_action") else { panic!("no action") };
    assert_eq!(payment_intent, "pi_1");
    for waiting in ["requires_payment_method", "requires_confirmation", "odd"] {
        assert!(matches!(state(waiting), Say::Nothing(_)), "{waiting}");
    }
}

#[test]
fn money_that_is_set_aside_is_an_authorization_until_stripe_lets_it_go() {
    let held = json!({
        "status": "requires_capture", "amount_received": 0, "amount_capturable": 5_484, "latest_charge": charge()
    });
    let seen = from_intent(&Intent::read(&with(intent(), held.clone())).expect("an intent"), at()).say;
    let Say::Fact(Fact::Authorized(seen)) = seen else { panic!("no authorization: {seen:?}") };
    assert_eq!((seen.amount, seen.charge.as_deref()), (Minor(5_484), Some("ch_1")));
    assert_eq!(seen.capture_before.map(Timestamp::as_second), Some(1_790_500_000));
    // The event shows too little of it, and says what to fetch.
    let look = Say::Look(Look::Intent("pi_1".to_owned()));
    assert_eq!(tell("payment_intent.amount_capturable_updated", with(intent(), held)).say, look);
    assert_eq!(tell("charge.expired", with(charge(), json!({"captured": false}))).say, look);
    let captured_now = tell("charge.captured", with(charge(), json!({"captured": true}))).say;
    assert!(matches!(captured_now, Say::Fact(Fact::Captured(_))), "{captured_now:?}");
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
    let Say::Fact(Fact::Captured(capture)) = tell("checkout.session.completed", object).say else {
        panic!("no capture")
    };
    assert_eq!((capture.amount, capture.tax), (Minor(5_900), Some(Minor(500))));
}
