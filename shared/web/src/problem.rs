//! How a request is turned down, as `application/problem+json` (RFC 9457).
//!
//! Everything that fails ends here: the lower crates say why by a [`Code`], and this module alone knows which status
//! that is. A fault of our own shows nothing of itself to the client; it is logged where it happens.

use crate::forms::ProblemCodeWord;
use axum::response::{IntoResponse, Response};
use domain::{Code, FieldError, Refusal};
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a handler gives back.
pub type Answer<T> = Result<T, Problem>;

/// The media type of a refusal.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// The status of each code. The contract's table of refusals, and the only place in the code that has it.
#[must_use]
pub const fn status_of(code: Code) -> StatusCode {
    match code {
        Code::InvalidRequest
        | Code::InsufficientStock
        | Code::ListingUnavailable
        | Code::ListingEnded
        | Code::PromoInvalid
        | Code::QuantityLimit
        | Code::AmountLimit
        | Code::DonationTooLow
        | Code::DonationTooHigh
        | Code::DonationNotAllowed
        | Code::PaymentsNotConfigured
        | Code::MissingSignature
        | Code::ExceedsPurchased
        | Code::ExceedsCaptured => StatusCode::BAD_REQUEST,
        Code::Unauthenticated | Code::InvalidSignature => StatusCode::UNAUTHORIZED,
        Code::PaymentDeclined => StatusCode::PAYMENT_REQUIRED,
        Code::Forbidden => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Code::SlotTaken
        | Code::RequestInProgress
        | Code::OfferInUse
        | Code::CapacityBelowSold
        | Code::IllegalState
        | Code::NotPaid
        | Code::AlreadyCheckedIn
        | Code::WrongListing
        | Code::OutsideCheckIn
        | Code::SlotOverlaps
        | Code::InsufficientHours
        | Code::OutOfStock => StatusCode::CONFLICT,
        Code::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::IdempotencyMismatch => StatusCode::UNPROCESSABLE_ENTITY,
        Code::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Code::PaymentUnavailable | Code::StoreUnavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// A refusal on its way to the client.
///
/// Made from a [`Refusal`], or from anything that becomes one, so `?` carries the lower crates' errors into a handler's
/// [`Answer`].
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    refusal: Refusal,
    order: Option<serde_json::Value>,
}

impl Problem {
    /// A problem for `code`, with a sentence for people.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Refusal::new(code, message).into()
    }

    /// Something of ours went wrong. What it was belongs into the log, not into the answer.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(Code::Internal, "Something went wrong on our side")
    }

    /// The request does not say who is calling, or not credibly.
    pub fn unauthenticated(message: impl Into<String>) -> Self {
        Self::new(Code::Unauthenticated, message)
    }

    /// We know who is calling, and they may not.
    #[must_use]
    pub fn forbidden() -> Self {
        Self::new(Code::Forbidden, "You may not do this")
    }

    /// The same problem with the order that it left behind, as a decline does.
    #[must_use]
    pub fn with_order(mut self, order: serde_json::Value) -> Self {
        self.order = Some(order);
        self
    }

    /// The reason, for programs.
    #[must_use]
    pub fn code(&self) -> Code {
        self.refusal.code
    }

    /// The answer's status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        status_of(self.refusal.code)
    }

    /// After how many seconds a repeat makes sense. The contract promises it with a 503 and with `rate_limited`, wherever they
    /// were refused.
    #[must_use]
    pub fn retry_after(&self) -> Option<u32> {
        match self.refusal.retry_after {
            None if self.status() == StatusCode::SERVICE_UNAVAILABLE || self.code() == Code::RateLimited => Some(1),
            given => given,
        }
    }

    /// The sentence for people.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.refusal.message
    }

    /// The fields at fault.
    #[must_use]
    pub fn errors(&self) -> &[FieldError] {
        &self.refusal.errors
    }

    /// The answer's body.
    #[must_use]
    pub fn body(&self) -> ProblemBody {
        let code = code_name(self.refusal.code);
        ProblemBody {
            r#type: format!("urn:holdfast:problem:{code}"),
            title: title(&code),
            status: self.status().as_u16(),
            code,
            detail: self.refusal.message.clone(),
            errors: self
                .refusal
                .errors
                .iter()
                .map(|FieldError { field, message }| FieldProblem { field: field.clone(), message: message.clone() })
                .collect(),
            order: self.order.clone(),
        }
    }
}

impl<E: Into<Refusal>> From<E> for Problem {
    fn from(error: E) -> Self {
        Self { refusal: error.into(), order: None }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self.body()).unwrap_or_default();
        let mut response =
            (self.status(), [(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON))], body).into_response();
        // For the log, and for who answers in another form.
        response.extensions_mut().insert(self.code());
        response.extensions_mut().insert(self.clone());
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.code() == Code::Unauthenticated {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// A refusal's body (RFC 9457).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = Problem, examples(json!({
    "type": "urn:holdfast:problem:insufficient_stock", "title": "Insufficient stock", "status": 400,
    "code": "insufficient_stock", "detail": "Only 3 of this are left",
    "errors": [{ "field": "items[0].quantity", "message": "Only 3 of this are left" }]
})))]
pub struct ProblemBody {
    /// The kind of problem, as a URI. One for each code.
    #[schema(
        format = "uri",
        pattern = "^urn:holdfast:problem:[a-z_]+$",
        example = "urn:holdfast:problem:insufficient_stock"
    )]
    pub r#type: String,
    /// The kind of problem, for people.
    #[schema(example = "Insufficient stock")]
    pub title: String,
    /// The answer's status again.
    #[schema(minimum = 400, maximum = 599, example = 400)]
    pub status: u16,
    /// The kind of problem, for programs.
    #[schema(value_type = ProblemCodeWord)]
    pub code: String,
    /// What is wrong this time, for people.
    #[schema(example = "Only 3 of this are left")]
    pub detail: String,
    /// The fields at fault, if any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldProblem>,
    /// With `payment_declined`: the order, whose status is `failed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = crate::views::OrderView, required = false)]
    pub order: Option<serde_json::Value>,
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldProblem {
    /// The field's path in the request.
    #[schema(example = "items[0].quantity")]
    pub field: String,
    /// What is wrong with it, for people.
    #[schema(example = "Only 3 of this are left")]
    pub message: String,
}

/// A code's name, as the contract writes it.
pub(crate) fn code_name(code: Code) -> String {
    match serde_json::to_value(code) {
        Ok(serde_json::Value::String(name)) => name,
        _ => "internal".to_owned(),
    }
}

/// `insufficient_stock` as `Insufficient stock`.
fn title(code: &str) -> String {
    let words = code.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;
    use domain::{Code, Refusal};

    use super::{Answer, Problem, code_name, status_of};

    /// The contract's table, written down a second time on purpose.
    const TABLE: [(&str, u16); 39] = [
        ("invalid_request", 400),
        ("insufficient_stock", 400),
        ("listing_unavailable", 400),
        ("listing_ended", 400),
        ("promo_invalid", 400),
        ("quantity_limit", 400),
        ("amount_limit", 400),
        ("donation_too_low", 400),
        ("donation_too_high", 400),
        ("donation_not_allowed", 400),
        ("payments_not_configured", 400),
        ("missing_signature", 400),
        ("exceeds_purchased", 400),
        ("exceeds_captured", 400),
        ("unauthenticated", 401),
        ("invalid_signature", 401),
        ("payment_declined", 402),
        ("forbidden", 403),
        ("not_found", 404),
        ("method_not_allowed", 405),
        ("slot_taken", 409),
        ("request_in_progress", 409),
        ("offer_in_use", 409),
        ("capacity_below_sold", 409),
        ("illegal_state", 409),
        ("not_paid", 409),
        ("already_checked_in", 409),
        ("wrong_listing", 409),
        ("outside_check_in", 409),
        ("slot_overlaps", 409),
        ("insufficient_hours", 409),
        ("out_of_stock", 409),
        ("payload_too_large", 413),
        ("unsupported_media_type", 415),
        ("idempotency_mismatch", 422),
        ("rate_limited", 429),
        ("internal", 500),
        ("payment_unavailable", 503),
        ("store_unavailable", 503),
    ];

    #[test]
    fn every_code_has_the_contracts_status() {
        let ours: Vec<_> = Code::ALL.iter().map(|&code| (code_name(code), status_of(code).as_u16())).collect();
        let contract: Vec<_> = TABLE.iter().map(|&(name, status)| (name.to_owned(), status)).collect();
        assert_eq!(ours, contract);
    }

    #[test]
    fn bodies_are_as_in_the_contract() {
        let problem = Problem::from(Refusal::field("buyer.email", "Invalid email format"));
        assert_eq!(
            serde_json::to_value(problem.body()).expect("JSON"),
            serde_json::json!({
                "type": "urn:holdfast:problem:invalid_request", "title": "Invalid request", "status": 400,
                "code": "invalid_request", "detail": "Invalid email format",
                "errors": [{"field": "buyer.email", "message": "Invalid email format"}],
            })
        );
        let declined =
            Problem::new(Code::PaymentDeclined, "Your card was declined").with_order(serde_json::json!({"id": "o"}));
        assert_eq!(declined.body().order, Some(serde_json::json!({"id": "o"})));
    }

    #[test]
    fn refusals_that_pass_carry_a_time_to_come_back() {
        let headers = |problem: Problem| problem.into_response().headers().clone();
        let given = Problem::from(Refusal::new(Code::RateLimited, "Too many requests").retry_after(30));
        assert_eq!(headers(given)["retry-after"], "30");
        assert_eq!(headers(Problem::new(Code::StoreUnavailable, "Not now"))["retry-after"], "1");
        assert!(!headers(Problem::forbidden()).contains_key("retry-after"));
    }

    #[test]
    fn only_missing_identities_are_challenged() {
        let headers = |problem: Problem| problem.into_response().headers().clone();
        assert_eq!(headers(Problem::unauthenticated("Who are you?"))["www-authenticate"], "Bearer");
        assert!(!headers(Problem::new(Code::InvalidSignature, "No")).contains_key("www-authenticate"));
        assert_eq!(headers(Problem::internal())["content-type"], "application/problem+json");
    }

    #[test]
    fn refusals_pass_through_the_question_mark() {
        fn handler() -> Answer<()> {
            Err(Refusal::not_found("order"))?
        }
        assert_eq!(handler().expect_err("a refusal").code(), Code::NotFound);
    }
}
