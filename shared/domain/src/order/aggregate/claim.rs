//! A claim: one caller is ending an order's payment, or capturing its money; no other one may.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{booking::BookingStatus, status::OrderStatus};
use crate::Actor;

/// One request is about to ask Stripe to capture this order's money, or to end its payment. Only the claim's owner
/// acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// What the caller is doing.
    pub kind: ClaimKind,
    /// Who does it: `sweeper`, or a person by subject.
    pub by: Actor,
    /// Why, for the audit trail.
    pub why: String,
    /// When others may take over.
    pub until: Timestamp,
    /// How the order ends if no payment can arrive any more.
    pub ends_as: OrderStatus,
    /// How its booking ends then, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booking: Option<BookingStatus>,
    /// The call record of the capture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<u32>,
}

/// What its caller is about to do with the payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimKind {
    /// The hold ran out.
    Expiring,
    /// The order is being canceled, or its card was declined for good.
    Voiding,
    /// The expert confirms the booking, so its authorized money is captured.
    Capturing,
}
