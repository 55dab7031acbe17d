//! Where a payment intent stands, in Stripe's words (<https://docs.stripe.com/payments/paymentintents/lifecycle>).

use serde::Deserialize;

/// Where a payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntentStatus {
    /// It waits for a payment method: new, or after a decline.
    RequiresPaymentMethod,
    /// It waits for the confirmation.
    RequiresConfirmation,
    /// It waits for the buyer, as with 3-D Secure.
    RequiresAction,
    /// The money arrives or fails later.
    Processing,
    /// The money is authorized.
    RequiresCapture,
    /// It cannot be paid any more.
    Canceled,
    /// The money is there.
    Succeeded,
    /// A word that we do not know.
    #[default]
    #[serde(other)]
    Unknown,
}
