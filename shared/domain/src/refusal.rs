//! Why a request is turned down: one code for each reason, as the HTTP contract names them.

use serde::{Deserialize, Serialize};

/// The machine-readable reason of a refusal. The names are part of the HTTP contract and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each name is the code; the contract's table explains it")]
pub enum Code {
    InvalidRequest,
    InsufficientStock,
    ListingUnavailable,
    ListingEnded,
    PromoInvalid,
    QuantityLimit,
    AmountLimit,
    DonationTooLow,
    DonationTooHigh,
    DonationNotAllowed,
    PaymentsNotConfigured,
    MissingSignature,
    ExceedsPurchased,
    ExceedsCaptured,
    Unauthenticated,
    InvalidSignature,
    PaymentDeclined,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    SlotTaken,
    RequestInProgress,
    OfferInUse,
    CapacityBelowSold,
    IllegalState,
    NotPaid,
    AlreadyCheckedIn,
    WrongListing,
    OutsideCheckIn,
    SlotOverlaps,
    InsufficientHours,
    OutOfStock,
    PayloadTooLarge,
    UnsupportedMediaType,
    IdempotencyMismatch,
    RateLimited,
    Internal,
    PaymentUnavailable,
    StoreUnavailable,
}

impl Code {
    /// Every code there is, in the order of their statuses.
    pub const ALL: [Self; 39] = [
        Self::InvalidRequest,
        Self::InsufficientStock,
        Self::ListingUnavailable,
        Self::ListingEnded,
        Self::PromoInvalid,
        Self::QuantityLimit,
        Self::AmountLimit,
        Self::DonationTooLow,
        Self::DonationTooHigh,
        Self::DonationNotAllowed,
        Self::PaymentsNotConfigured,
        Self::MissingSignature,
        Self::ExceedsPurchased,
        Self::ExceedsCaptured,
        Self::Unauthenticated,
        Self::InvalidSignature,
        Self::PaymentDeclined,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::SlotTaken,
        Self::RequestInProgress,
        Self::OfferInUse,
        Self::CapacityBelowSold,
        Self::IllegalState,
        Self::NotPaid,
        Self::AlreadyCheckedIn,
        Self::WrongListing,
        Self::OutsideCheckIn,
        Self::SlotOverlaps,
        Self::InsufficientHours,
        Self::OutOfStock,
        Self::PayloadTooLarge,
        Self::UnsupportedMediaType,
        Self::IdempotencyMismatch,
        Self::RateLimited,
        Self::Internal,
        Self::PaymentUnavailable,
        Self::StoreUnavailable,
    ];
}

/// What is wrong with one field of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's path in the request, as `buyer.email` or `items[0].quantity`.
    pub field: String,
    /// What is wrong with it, for a person to read.
    pub message: String,
}

/// A request that is turned down, with nothing changed by it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// The reason, for programs.
    pub code: Code,
    /// The reason, as one sentence for people.
    pub message: String,
    /// The fields at fault, if the reason is a field.
    pub errors: Vec<FieldError>,
    /// After how many seconds a repeat makes sense, for refusals that pass.
    pub retry_after: Option<u32>,
}

impl Refusal {
    /// A refusal for `code`, with a sentence for people.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), errors: Vec::new(), retry_after: None }
    }

    /// A refusal because of one bad field. The field's message is the whole sentence.
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Code::InvalidRequest, message).at(field)
    }

    /// The same refusal, with one field named as its cause.
    #[must_use]
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.errors.push(FieldError { field: field.into(), message: self.message.clone() });
        self
    }

    /// The same refusal, with the advice to come again after `seconds`.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Nothing of that name, or nothing that the caller may know of.
    pub fn not_found(what: &str) -> Self {
        Self::new(Code::NotFound, format!("There is no such {what}"))
    }
}
