use super::proves_nothing;
use payments::{CallError, StripeRefusal};

fn refused(status: u16, kind: &str, code: Option<&str>) -> CallError {
    CallError::Refused(Box::new(StripeRefusal {
        status,
        kind: kind.to_owned(),
        code: code.map(str::to_owned),
        ..StripeRefusal::default()
    }))
}

#[test]
fn a_refusal_of_the_call_itself_is_proof_and_one_of_its_key_is_none() {
    assert!(!proves_nothing(&refused(400, "invalid_request_error", None)), "the page would end too soon");
    assert!(proves_nothing(&refused(401, "invalid_request_error", Some("api_key_expired"))));
    assert!(proves_nothing(&refused(400, "idempotency_error", None)));
}
