//! A rule, and the slots that it makes.

use serde_json::json;

use super::super::{RuledSlot, TypedRule, occurrences, slot_id};
use crate::Offer;

pub(super) const EXPERT: &str = "grace";

/// Mondays at nine in Berlin.
pub(super) fn rule() -> TypedRule<'static> {
    TypedRule {
        rule: "FREQ=WEEKLY;COUNT=4",
        starts_at: "2026-11-02T09:00",
        time_zone: "Europe/Berlin",
        duration_minutes: 60,
        except: &[],
    }
}

/// Another slot of the same expert.
pub(super) fn offer_at(starts_at: &str, ends_at: &str) -> Offer {
    serde_json::from_value(json!({
        "id": "other", "listing": "tutor", "name": "An hour", "price": 4_000, "capacity": 1, "shards": 1,
        "donation": false, "vip": false, "hours": null, "starts_at": starts_at, "ends_at": ends_at, "expert": EXPERT,
        "deleted": false, "version": 1
    }))
    .expect("an offer")
}

/// What a rule makes.
pub(super) fn slots(typed: &str) -> Vec<RuledSlot> {
    let found = occurrences(&TypedRule { rule: typed, ..rule() }).expect("slots");
    let slot = |at: super::super::Occurrence| RuledSlot {
        local: at.local,
        offer: Offer {
            id: slot_id(&at.span, EXPERT).expect("an id"),
            starts_at: Some(at.span.starts_at),
            ends_at: Some(at.span.ends_at),
            ..offer_at("2026-11-02T08:00:00Z", "2026-11-02T09:00:00Z")
        },
    };
    found.into_iter().map(slot).collect()
}
