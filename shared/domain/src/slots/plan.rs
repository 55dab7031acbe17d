//! Which slots of a rule go on sale.
//!
//! A slot's id says what it is: when it begins, how long it is and whose. So the same rule sent again, or another that makes the
//! same slot, finds it there, and a request that broke off half way does the rest.

use data_encoding::BASE32_NOPAD;
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use sha2::{Digest, Sha256};

use crate::{
    Offer, OfferId,
    ids::IdError,
    order::{Span, TakenTime},
};

/// A slot that a rule makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuledSlot {
    /// What the expert's clock shows when it begins.
    pub local: DateTime,
    /// The slot as it goes on sale.
    pub offer: Offer,
}

/// What becomes of a slot of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotStatus {
    /// It goes on sale.
    Made,
    /// It was on sale, and is as it was.
    Present,
    /// It does not go on sale.
    Refused,
}

impl SlotStatus {
    /// The word in the contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Present => "present",
            Self::Refused => "refused",
        }
    }
}

/// Why a slot does not go on sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotCause {
    /// Its expert has another slot at the time: one of this listing, or one of any that is booked.
    SlotOverlaps,
    /// It was taken from sale for good.
    Deleted,
    /// It has begun.
    Past,
}

impl SlotCause {
    /// The word in the contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SlotOverlaps => "slot_overlaps",
            Self::Deleted => "deleted",
            Self::Past => "past",
        }
    }
}

/// A slot of a rule, and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedSlot {
    /// The slot; of one that is there, as the rule would make it.
    pub slot: RuledSlot,
    /// Why it does not go on sale, if it does not.
    pub cause: Option<SlotCause>,
    /// Whether it goes on sale.
    pub status: SlotStatus,
}

/// The id of a slot of a rule: its start in UTC, and a mark of its length and its expert.
///
/// # Errors
/// [`IdError`] never: all of it is legal in an id.
pub fn slot_id(span: &Span, expert: &str) -> Result<OfferId, IdError> {
    let start = TimeZone::UTC.to_datetime(span.starts_at);
    let length = span.ends_at.duration_since(span.starts_at).as_secs();
    let mark = Sha256::digest(format!("{length}#{expert}"));
    let mark = BASE32_NOPAD.encode(&mark[..5]).to_lowercase();
    OfferId::parse(format!("slot-{}-{mark}", start.strftime("%Y%m%d-%H%M%S")))
}

fn time_of(offer: &Offer) -> Option<(&str, Span)> {
    let starts_at = offer.starts_at?;
    Some((offer.expert.as_deref()?, Span::new(starts_at, offer.ends_at)))
}

/// What becomes of each slot of a rule, by the offers of its listing, deleted ones included, and by what is booked of its expert's
/// time in any listing.
#[must_use]
pub fn plan_slots(slots: Vec<RuledSlot>, known: &[Offer], booked: &[TakenTime], now: Timestamp) -> Vec<PlannedSlot> {
    let mut on_sale: Vec<(String, Span)> = Vec::new();
    let of_listing = known.iter().filter(|offer| !offer.deleted).filter_map(time_of);
    on_sale.extend(of_listing.map(|(expert, span)| (expert.to_owned(), span)));
    on_sale.extend(booked.iter().map(|taken| (taken.expert.clone(), taken.span)));
    let mut planned = Vec::with_capacity(slots.len());
    for slot in slots {
        let before = known.iter().find(|offer| offer.id == slot.offer.id);
        let time = time_of(&slot.offer).map(|(expert, span)| (expert.to_owned(), span));
        let overlaps = || {
            let Some((expert, span)) = &time else { return false };
            on_sale.iter().any(|(other, taken)| other == expert && taken.overlaps(span))
        };
        let (status, cause) = match before {
            Some(before) if before.deleted => (SlotStatus::Refused, Some(SlotCause::Deleted)),
            Some(_) => (SlotStatus::Present, None),
            None if slot.offer.starts_at.is_none_or(|start| start <= now) => {
                (SlotStatus::Refused, Some(SlotCause::Past))
            }
            None if overlaps() => (SlotStatus::Refused, Some(SlotCause::SlotOverlaps)),
            None => (SlotStatus::Made, None),
        };
        if status == SlotStatus::Made {
            on_sale.extend(time);
        }
        planned.push(PlannedSlot { slot, cause, status });
    }
    planned
}
