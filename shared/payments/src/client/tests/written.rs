//! Requests as they are written down.

use std::collections::BTreeMap;

use domain::{Currency, Minor, OrderId, OrganizationId, TaxBehavior};

use super::{fields, refund, refund_request, session_request};
use crate::{
    intents::{CaptureMethod, CaptureRequest, IntentRequest},
    refunds::RefundRequest,
    sessions::{SessionLine, SessionRequest, SessionTax},
};

#[test]
fn a_session_is_written_down_as_stripe_takes_it() {
    let encoded = session_request().encode().expect("encoded");
    assert_eq!((encoded.method.as_str(), encoded.path.as_str()), ("POST", "/checkout/sessions"));
    let fields = fields(&encoded);
    let field = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    for (name, value) in [
        ("mode", "payment"),
        ("client_reference_id", "ord_1"),
        ("customer_email", "ada@example.com"),
        ("automatic_tax[enabled]", "true"),
        ("automatic_tax[liability][type]", "self"),
        ("line_items[0][price_data][tax_behavior]", "exclusive"),
        ("line_items[1][price_data][tax_behavior]", "exclusive"),
        ("payment_intent_data[capture_method]", "automatic"),
        ("expires_at", "1790002100"),
        ("success_url", "https://shop.test/ok?session_id={CHECKOUT_SESSION_ID}"),
        ("cancel_url", "https://shop.test/no"),
        ("line_items[0][price_data][currency]", "usd"),
        ("line_items[0][price_data][product_data][name]", "VIP & more"),
        ("line_items[0][price_data][unit_amount]", "2500"),
        ("line_items[0][quantity]", "2"),
        ("line_items[1][price_data][unit_amount]", "184"),
        ("payment_intent_data[application_fee_amount]", "484"),
        ("payment_intent_data[transfer_data][destination]", "acct_1"),
        ("payment_intent_data[description]", "Order ord_1"),
        ("payment_intent_data[metadata][order_id]", "ord_1"),
        ("metadata[order_id]", "ord_1"),
        ("metadata[organization]", "org-1"),
        ("metadata[attendee_count]", "2"),
    ] {
        assert_eq!(field(name), Some(value), "{name}");
    }
    assert_eq!(field("metadata[show_title]").map(str::len), Some(500));
    // Hash maps change their order from one map to the next; what is written down does not.
    assert!((0..20).all(|_| session_request().encode().as_ref() == Ok(&encoded)));
}

#[test]
fn tax_and_capture_are_always_said() {
    let written = |tax: SessionTax, capture| {
        let encoded = SessionRequest { tax, capture, ..session_request() }.encode().expect("encoded");
        let fields = fields(&encoded);
        [
            "automatic_tax[enabled]",
            "automatic_tax[liability][type]",
            "automatic_tax[liability][account]",
            "line_items[1][price_data][tax_behavior]",
            "payment_intent_data[capture_method]",
        ]
        .map(|name| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()))
    };
    let liable = Some("acct_1".to_owned());
    let sellers = SessionTax { automatic: true, behavior: TaxBehavior::Inclusive, liable };
    let said = ["true", "account", "acct_1", "inclusive", "manual"].map(|value| Some(value.to_owned()));
    assert_eq!(written(sellers.clone(), CaptureMethod::Later), said);
    let off = written(SessionTax { automatic: false, ..sellers }, CaptureMethod::AtOnce);
    let said = [Some("false"), None, None, Some("inclusive"), Some("automatic")];
    assert_eq!(off, said.map(|value| value.map(str::to_owned)));
}

#[test]
fn a_fee_goes_only_beside_a_destination() {
    let encoded = SessionRequest { destination: None, ..session_request() }.encode().expect("encoded");
    assert!(!encoded.form.contains("application_fee"));
    let free = SessionRequest { application_fee: Minor::ZERO, ..session_request() }.encode().expect("encoded");
    assert!(free.form.contains("acct_1") && !free.form.contains("application_fee"));
}

#[test]
fn amounts_are_written_in_stripes_units() {
    let krona = Currency::parse("isk").expect("a currency");
    let encoded = RefundRequest { currency: krona, ..refund_request() }.encode().expect("encoded");
    assert!(fields(&encoded).contains(&("amount".to_owned(), "100000".to_owned())));
    let dinar = Currency::parse("kwd").expect("a currency");
    let page = SessionRequest { currency: dinar, application_fee: Minor::ZERO, lines: Vec::new(), ..session_request() };
    let line = SessionLine { name: "Seat".to_owned(), unit_amount: Minor(5_120), quantity: 1 };
    let encoded = SessionRequest { lines: vec![line], ..page }.encode().expect("encoded");
    let written = fields(&encoded);
    assert!(written.contains(&("line_items[0][price_data][currency]".to_owned(), "kwd".to_owned())), "{written:?}");
    assert!(RefundRequest { currency: dinar, amount: Minor(1), ..refund_request() }.encode().is_err());
}

#[test]
fn a_refund_sends_both_flags_about_its_transfer() {
    let fields = fields(&refund());
    for (name, value) in [
        ("payment_intent", "pi_1"),
        ("amount", "1000"),
        ("reason", "requested_by_customer"),
        ("reverse_transfer", "false"),
        ("refund_application_fee", "false"),
        ("metadata[refund_id]", "ref_1"),
        ("metadata[order_id]", "ord_1"),
    ] {
        assert!(fields.contains(&(name.to_owned(), value.to_owned())), "{name}");
    }
    assert_eq!(fields.len(), 7);
}

#[test]
fn intents_are_written_down() {
    let request = IntentRequest {
        order: OrderId::parse("ord_1").expect("an id"),
        organization: OrganizationId::parse("org-1").expect("an id"),
        amount: Minor(5_000),
        currency: Currency::USD,
        capture: CaptureMethod::Later,
        confirmed_by: domain::order::Confirmer::Server,
        destination: Some("acct_1".to_owned()),
        application_fee: Minor(500),
        description: "An hour".to_owned(),
        metadata: BTreeMap::new(),
    };
    let fields = fields(&request.encode().expect("encoded"));
    for (name, value) in [
        ("amount", "5000"),
        ("capture_method", "manual"),
        ("automatic_payment_methods[enabled]", "true"),
        ("automatic_payment_methods[allow_redirects]", "never"),
        ("application_fee_amount", "500"),
        ("transfer_data[destination]", "acct_1"),
        ("transfer_data[metadata][order_id]", "ord_1"),
        ("metadata[order_id]", "ord_1"),
    ] {
        assert!(fields.contains(&(name.to_owned(), value.to_owned())), "{name}");
    }
    let capture = CaptureRequest { intent: "pi_1".to_owned() }.encode().expect("encoded");
    assert_eq!(capture.path, "/payment_intents/pi_1/capture");
    assert!(CaptureRequest { intent: "../refunds".to_owned() }.encode().is_err());
}
