//! Stripe's test payment methods, and the results of paying with them.

use serde_json::{Value, json};

/// The result of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Behaviour {
    /// It succeeds.
    Pays,
    /// It is declined: error code, decline code, sentence.
    Declines(&'static str, Option<&'static str>, &'static str),
    /// The buyer must authenticate first; then it succeeds, or is declined for lack of funds.
    Authenticates {
        /// Whether it succeeds after all.
        pays: bool,
    },
    /// It succeeds and is disputed at once.
    Disputes {
        /// Only an inquiry, without money withdrawn.
        inquiry: bool,
    },
    /// It succeeds; its refunds are accepted and fail later.
    RefundFails,
    /// It succeeds; its refunds take their time.
    RefundPends,
    /// It takes days.
    Settles,
}

/// A payment method.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Method {
    /// `card`, `us_bank_account` or `sepa_debit`.
    pub(crate) kind: &'static str,
    brand: &'static str,
    last4: &'static str,
    country: &'static str,
    /// What happens.
    pub(crate) behaviour: Behaviour,
}

const DECLINED: &str = "Your card was declined.";

/// The method that a token of Stripe's names.
pub(crate) fn method(token: &str) -> Option<Method> {
    use Behaviour::{Authenticates, Declines, Disputes, Pays, RefundFails, RefundPends, Settles};
    let card = |last4, behaviour| Method { kind: "card", brand: "visa", last4, country: "US", behaviour };
    let brand = |brand, last4| Method { kind: "card", brand, last4, country: "US", behaviour: Pays };
    let of = |country, last4| Method { kind: "card", brand: "visa", last4, country, behaviour: Pays };
    let declined = |last4, reason| card(last4, Declines("card_declined", Some(reason), DECLINED));
    let settles = |kind, last4, country| Method { kind, brand: "", last4, country, behaviour: Settles };
    let funds = "Your card has insufficient funds.";
    // Stripe writes some of its declining cards with the brand and some without; both are understood.
    match token {
        "pm_usBankAccount" | "pm_usBankAccount_success" | "pm_usBankAccount_processing" => {
            return Some(settles("us_bank_account", "6789", "US"));
        }
        "pm_sepaDebit" | "pm_sepa_debit" => return Some(settles("sepa_debit", "3000", "DE")),
        _ => {}
    }
    let name = token.strip_prefix("pm_card_")?;
    let name = if name.starts_with("visa_charge") { name.strip_prefix("visa_")? } else { name };
    Some(match name {
        "visa" => card("4242", Pays),
        "visa_debit" => card("5556", Pays),
        "mastercard" => brand("mastercard", "4444"),
        "mastercard_debit" => brand("mastercard", "8210"),
        "mastercard_prepaid" => brand("mastercard", "5100"),
        "amex" => brand("amex", "8431"),
        "discover" => brand("discover", "9424"),
        "diners" => brand("diners", "0004"),
        "jcb" => brand("jcb", "0505"),
        "unionpay" => brand("unionpay", "0005"),
        "us" => of("US", "4242"),
        "gb" => of("GB", "0027"),
        "de" => of("DE", "0016"),
        "fr" => of("FR", "0003"),
        "ca" => of("CA", "0000"),
        "br" => of("BR", "0000"),
        "au" => of("AU", "0006"),
        "jp" => of("JP", "0003"),
        "bypassPending" => card("0077", Pays),
        "threeDSecureOptional" => card("3055", Pays),
        "chargeDeclined" => declined("0002", "generic_decline"),
        "chargeCustomerFail" => declined("0341", "generic_decline"),
        "chargeDeclinedInsufficientFunds" => card("9995", Declines("card_declined", Some("insufficient_funds"), funds)),
        "chargeDeclinedLostCard" => declined("9987", "lost_card"),
        "chargeDeclinedStolenCard" => declined("9979", "stolen_card"),
        "chargeDeclinedFraudulent" | "radarBlock" => declined("0019", "fraudulent"),
        "riskLevelHighest" => declined("4954", "fraudulent"),
        "riskLevelElevated" => card("9235", Pays),
        "cvcCheckFail" => card("0101", Pays),
        "chargeDeclinedVelocityLimitExceeded" => declined("6975", "card_velocity_exceeded"),
        "chargeDeclinedExpiredCard" => card("0069", Declines("expired_card", None, "Your card has expired.")),
        "chargeDeclinedIncorrectCvc" => {
            card("0127", Declines("incorrect_cvc", None, "Your card's security code is incorrect."))
        }
        "chargeDeclinedProcessingError" => card(
            "0119",
            Declines(
                "processing_error",
                None,
                "An error occurred while processing your card. Try again in a little bit.",
            ),
        ),
        "authenticationRequired" => card("3184", Authenticates { pays: true }),
        "authenticationRequiredOnSetup" | "authenticationRequiredSetupForOffSession" => {
            card("3155", Authenticates { pays: true })
        }
        "threeDSecure2Required" | "threeDSecureRequired" => card("3220", Authenticates { pays: true }),
        "authenticationRequiredChargeDeclinedInsufficientFunds" | "threeDSecureRequiredChargeDeclined" => {
            card("8341", Authenticates { pays: false })
        }
        "createDisputeProductNotReceived" => card("2685", Disputes { inquiry: false }),
        "createDispute" => card("0259", Disputes { inquiry: false }),
        "createDisputeInquiry" => card("1976", Disputes { inquiry: true }),
        "refundFail" => card("5126", RefundFails),
        "pendingRefund" => card("7726", RefundPends),
        _ => return None,
    })
}

impl Method {
    /// `payment_method_details` of a charge.
    pub(crate) fn details(&self, capture_before: Option<i64>, authorized: Option<i64>) -> Value {
        match self.kind {
            "card" => json!({
                "type": "card",
                "card": {
                    "amount_authorized": authorized,
                    "authorization_code": null,
                    "brand": self.brand,
                    "capture_before": capture_before,
                    "checks": {"address_line1_check": null, "address_postal_code_check": null, "cvc_check": "pass"},
                    "country": self.country,
                    "exp_month": 12,
                    "exp_year": 2034,
                    "extended_authorization": {"status": "disabled"},
                    "fingerprint": format!("Fingerprint{}", self.last4),
                    "funding": "credit",
                    "incremental_authorization": {"status": "unavailable"},
                    "installments": null,
                    "last4": self.last4,
                    "mandate": null,
                    "multicapture": {"status": "unavailable"},
                    "network": self.brand,
                    "network_token": {"used": false},
                    "network_transaction_id": "107117010116",
                    "overcapture": {"maximum_amount_capturable": authorized.unwrap_or(0), "status": "unavailable"},
                    "regulated_status": "unregulated",
                    "three_d_secure": null,
                    "wallet": null,
                },
            }),
            kind => json!({"type": kind, kind: {"bank_name": "STRIPE TEST BANK", "last4": self.last4}}),
        }
    }

    /// The payment method itself.
    pub(crate) fn to_json(self, id: &str, created: i64) -> Value {
        let details = match self.kind {
            "card" => json!({
                "brand": self.brand,
                "checks": {"address_line1_check": null, "address_postal_code_check": null, "cvc_check": "pass"},
                "country": self.country,
                "display_brand": self.brand,
                "exp_month": 12,
                "exp_year": 2034,
                "fingerprint": format!("Fingerprint{}", self.last4),
                "funding": "credit",
                "generated_from": null,
                "last4": self.last4,
                "networks": {"available": [self.brand], "preferred": null},
                "regulated_status": "unregulated",
                "three_d_secure_usage": {"supported": true},
                "wallet": null,
            }),
            _ => json!({"bank_name": "STRIPE TEST BANK", "last4": self.last4}),
        };
        json!({
            "id": id,
            "object": "payment_method",
            "allow_redisplay": "unspecified",
            "billing_details": {"address": null, "email": null, "name": null, "phone": null, "tax_id": null},
            self.kind: details,
            "created": created,
            "customer": null,
            "customer_account": null,
            "livemode": false,
            "metadata": {},
            "type": self.kind,
        })
    }
}
