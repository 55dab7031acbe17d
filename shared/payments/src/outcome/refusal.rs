//! What each refusal of Stripe's means, for each kind of call.
//!
//! | class | create session, create intent | confirm | capture | cancel, expire | refund, transfer reversal, fee refund | retrieve, list |
//! |---|---|---|---|---|---|---|
//! | [`Platform`](RefusalClass::Platform) | 503, order and hold stay, the same request resumes under the same key | the same | 503, the claim is let go, the expert may answer again | tried again by the sweeper | stays pending, tried again later under the same key | tried again by the webhook, the sweeper or the client that asked |
//! | [`Seller`](RefusalClass::Seller) | 400 `payments_not_configured`, the order fails and its stock is free at once | the same, once the intent is canceled | 503, a new try has a new key | tried again by the sweeper | stays pending, tried again later under a new key | tried again |
//! | [`Balance`](RefusalClass::Balance) | does not occur; as `Request` | does not occur | 503, a new try has a new key | does not occur | stays pending, tried again later under a new key | does not occur |
//! | [`Declined`](RefusalClass::Declined) | the order fails | the order fails, 402 | 503, a new try has a new key | does not occur | failed: the goods go back to the buyer | does not occur |
//! | [`State`](RefusalClass::State) | does not occur | fetched, and settled as the object shows | the same | the same | what Stripe lists counts; if this refund is not among it, failed | does not occur |
//! | [`Missing`](RefusalClass::Missing) | the order fails | 402, the payment method is none | fetched | error | failed | no such object: the caller says what that means |
//! | [`Amount`](RefusalClass::Amount) | 400 `amount_limit`, the order fails and its stock is free at once | the order fails | error | does not occur | failed | does not occur |
//! | [`KeyMismatch`](RefusalClass::KeyMismatch), [`Request`](RefusalClass::Request) | the order fails: a fault of ours | the order fails | 503 | error | failed, and a person is told | error |
//!
//! A call that is tried again later never repeats a key under which Stripe has refused it: Stripe keeps the answer of a call
//! that it began to work on (<https://docs.stripe.com/api/idempotent_requests>). Only what was turned away at the door has
//! not been kept.

use crate::status::IntentStatus;

/// Refusals that mean: the object is not in a state that allows this. Fetch it and end in the state that it shows.
const UNEXPECTED_STATE: [&str; 7] = [
    "payment_intent_unexpected_state",
    "intent_invalid_state",
    "charge_already_captured",
    "charge_already_refunded",
    "charge_expired_for_capture",
    "capture_charge_authorization_expired",
    SESSION_UNEXPECTED_STATE,
];

/// Our own code: Stripe gives none when a session that is not open is expired.
pub(crate) const SESSION_UNEXPECTED_STATE: &str = "session_unexpected_state";

/// Codes that lie in the platform's account or key (<https://docs.stripe.com/error-codes>).
const PLATFORM: [&str; 8] = [
    "api_key_expired",
    "livemode_mismatch",
    "more_permissions_required_for_application",
    "platform_account_required",
    "platform_api_key_expired",
    "secret_key_required",
    "testmode_charges_only",
    "tls_version_unsupported",
];

/// Codes that lie in the seller's account (<https://docs.stripe.com/error-codes>).
const SELLER: [&str; 7] = [
    "account_closed",
    "account_invalid",
    "application_fees_not_allowed",
    "insufficient_capabilities_for_transfer",
    "not_allowed_on_standard_account",
    "payouts_not_allowed",
    "transfers_not_allowed",
];

/// Codes that say that an account has too little money for what it is to give back. `insufficient_funds` is a card's
/// reason as well, which comes as a decline.
const BALANCE: [&str; 2] = ["balance_insufficient", "insufficient_funds"];

/// The parameters that name the seller's account.
const DESTINATION: [&str; 3] =
    ["payment_intent_data[transfer_data][destination]", "transfer_data[destination]", "destination"];

/// What a refusal means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefusalClass {
    /// The platform's key, its rights or its account: 401 and 403 above all. Nothing of the request was looked at.
    Platform,
    /// The seller's account cannot be paid, or is closed or restricted.
    Seller,
    /// An account has too little money for this just now.
    Balance,
    /// The payment method was turned down. Another one may succeed, with a new key.
    Declined,
    /// The object is in a state that does not allow the call: fetch it.
    State,
    /// There is no such object.
    Missing,
    /// The amount is below or above what Stripe charges.
    Amount,
    /// The key was used before with another request: a fault of ours.
    KeyMismatch,
    /// The request itself is at fault; it will never be taken as it is.
    Request,
}

impl RefusalClass {
    /// Whether the same call may be taken later, once a person has mended an account, or money has come in. What is owed
    /// to a buyer or a seller stays owed: it is tried again with growing pauses, and an alarm is raised each time.
    #[must_use]
    pub const fn is_later(self) -> bool {
        matches!(self, Self::Platform | Self::Seller | Self::Balance)
    }

    /// Whether Stripe may keep the refusal under the call's key, so that the next try needs a new one.
    #[must_use]
    pub const fn is_kept(self) -> bool {
        !matches!(self, Self::Platform)
    }

    /// The word for it in logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::Seller => "seller",
            Self::Balance => "balance",
            Self::Declined => "declined",
            Self::State => "state",
            Self::Missing => "missing",
            Self::Amount => "amount",
            Self::KeyMismatch => "key_mismatch",
            Self::Request => "request",
        }
    }
}

/// What Stripe said no with. Its display leaves out the message, which may repeat what a buyer typed.
#[derive(Debug, Clone, PartialEq, Eq, Default, thiserror::Error)]
#[error("status {status}, {kind}, code {}, request {}", code.as_deref().unwrap_or("none"), request_id.as_deref().unwrap_or("unknown"))]
pub struct StripeRefusal {
    /// The HTTP status.
    pub status: u16,
    /// Stripe's error type, as `card_error`.
    pub kind: String,
    /// Stripe's error code, as `card_declined`.
    pub code: Option<String>,
    /// The card issuer's reason, as `insufficient_funds`.
    pub decline_code: Option<String>,
    /// Stripe's sentence. For card errors it is meant for the buyer.
    pub message: String,
    /// The parameter at fault.
    pub param: Option<String>,
    /// The payment intent that it is about.
    pub payment_intent: Option<String>,
    /// Where that intent stood when Stripe refused. A refusal that Stripe repeats for a key says what it said the first
    /// time: fetch the intent before anything is built on this.
    pub payment_intent_status: Option<IntentStatus>,
    /// The charge that it is about.
    pub charge: Option<String>,
    /// Stripe's fingerprint of the card that was turned down.
    pub card: Option<String>,
    /// Stripe's id of the request, for its support.
    pub request_id: Option<String>,
}

impl StripeRefusal {
    /// What the refusal means. Each has one meaning; the module's table says what follows from it.
    #[must_use]
    pub fn class(&self) -> RefusalClass {
        let is_card = self.kind == "card_error";
        if self.kind == "idempotency_error" {
            RefusalClass::KeyMismatch
        } else if !is_card && self.has_one_of(&BALANCE) {
            RefusalClass::Balance
        } else if self.status != 401 && (self.has_one_of(&SELLER) || self.names_destination()) {
            RefusalClass::Seller
        } else if matches!(self.status, 401 | 403) || self.has_one_of(&PLATFORM) {
            RefusalClass::Platform
        } else if self.has_one_of(&UNEXPECTED_STATE) {
            RefusalClass::State
        } else if is_card || self.status == 402 {
            RefusalClass::Declined
        } else if self.status == 404 || self.has_one_of(&["resource_missing"]) {
            RefusalClass::Missing
        } else if self.has_one_of(&["amount_too_small", "amount_too_large", "invalid_charge_amount"]) {
            RefusalClass::Amount
        } else {
            RefusalClass::Request
        }
    }

    /// Whether the payment method was turned down. Another one may succeed, with a new key.
    #[must_use]
    pub fn is_decline(&self) -> bool {
        self.class() == RefusalClass::Declined
    }

    /// Whether the object is in a state that does not allow the call: fetch it.
    #[must_use]
    pub fn is_unexpected_state(&self) -> bool {
        self.class() == RefusalClass::State
    }

    /// Whether there is no such object.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.class() == RefusalClass::Missing
    }

    /// Whether the key was used before with another request. Never to be repeated as it is.
    #[must_use]
    pub fn is_key_mismatch(&self) -> bool {
        self.class() == RefusalClass::KeyMismatch
    }

    /// Whether an account is at fault: a bad key, missing rights, or a seller who cannot be paid.
    #[must_use]
    pub fn is_configuration(&self) -> bool {
        matches!(self.class(), RefusalClass::Platform | RefusalClass::Seller)
    }

    /// Whether the amount is below or above what Stripe charges.
    #[must_use]
    pub fn is_amount(&self) -> bool {
        self.class() == RefusalClass::Amount
    }

    /// Whether Stripe cannot tell where a buyer is, so that it cannot reckon tax.
    #[must_use]
    pub fn is_unknown_place(&self) -> bool {
        self.has_one_of(&["customer_tax_location_invalid"])
    }

    /// Whether a reference that Stripe takes once was taken by an earlier call
    /// (<https://docs.stripe.com/error-codes#resource-already-exists>).
    #[must_use]
    pub fn is_taken_reference(&self) -> bool {
        self.has_one_of(&["resource_already_exists"]) && self.param.as_deref() == Some("reference")
    }

    fn has_one_of(&self, codes: &[&str]) -> bool {
        self.code.as_deref().is_some_and(|code| codes.contains(&code))
    }

    fn names_destination(&self) -> bool {
        self.param.as_deref().is_some_and(|param| DESTINATION.contains(&param))
    }
}

#[cfg(test)]
mod tests {
    use super::{RefusalClass, StripeRefusal};

    /// Status, type, code, parameter, and what it means.
    type Case = (u16, &'static str, &'static str, &'static str, RefusalClass);

    #[test]
    fn each_refusal_has_one_meaning() {
        let invalid = "invalid_request_error";
        let cases: [Case; 24] = [
            (401, invalid, "", "", RefusalClass::Platform),
            (401, invalid, "api_key_expired", "", RefusalClass::Platform),
            (401, invalid, "account_invalid", "", RefusalClass::Platform),
            (403, invalid, "", "", RefusalClass::Platform),
            (403, invalid, "more_permissions_required_for_application", "", RefusalClass::Platform),
            (400, invalid, "testmode_charges_only", "", RefusalClass::Platform),
            (403, invalid, "account_invalid", "", RefusalClass::Seller),
            (400, invalid, "account_invalid", "", RefusalClass::Seller),
            (400, invalid, "account_closed", "", RefusalClass::Seller),
            (400, invalid, "insufficient_capabilities_for_transfer", "", RefusalClass::Seller),
            (400, invalid, "resource_missing", "transfer_data[destination]", RefusalClass::Seller),
            (400, invalid, "balance_insufficient", "", RefusalClass::Balance),
            (402, invalid, "balance_insufficient", "", RefusalClass::Balance),
            (400, invalid, "insufficient_funds", "", RefusalClass::Balance),
            (402, "card_error", "insufficient_funds", "", RefusalClass::Declined),
            (402, "card_error", "card_declined", "", RefusalClass::Declined),
            (400, invalid, "payment_intent_unexpected_state", "", RefusalClass::State),
            (400, invalid, "charge_already_refunded", "", RefusalClass::State),
            (404, invalid, "resource_missing", "intent", RefusalClass::Missing),
            (400, invalid, "resource_missing", "payment_intent", RefusalClass::Missing),
            (400, invalid, "amount_too_small", "", RefusalClass::Amount),
            (400, "idempotency_error", "", "", RefusalClass::KeyMismatch),
            (400, invalid, "parameter_unknown", "x", RefusalClass::Request),
            (400, invalid, "", "", RefusalClass::Request),
        ];
        for (status, kind, code, param, class) in cases {
            let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
            let refusal = StripeRefusal {
                status,
                kind: kind.to_owned(),
                code: given(code),
                param: given(param),
                ..StripeRefusal::default()
            };
            assert_eq!(refusal.class(), class, "{status} {kind} {code} {param}");
        }
    }

    #[test]
    fn what_is_tried_again_later_lies_outside_of_the_request() {
        use RefusalClass::{Amount, Balance, Declined, KeyMismatch, Missing, Platform, Request, Seller, State};
        for class in [Platform, Seller, Balance] {
            assert!(class.is_later(), "{class:?}");
        }
        for class in [Declined, State, Missing, Amount, KeyMismatch, Request] {
            assert!(!class.is_later() && class.is_kept(), "{class:?}");
        }
        assert!(!Platform.is_kept() && Balance.is_kept(), "a key that was turned away at the door is as good as new");
    }
}
