//! An offer, as its seller writes it down.

use domain::{
    Kind, Listing, Offer, OfferId, PresaleMode, Refusal,
    catalog::{Attendees, MAX_SHARDS},
    order::{LONGEST_SLOT, Span},
    seller_fields::{OfferLimits, package_hours, subject},
};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;
use web::forms::{AttendeesWord, InstantForm, MoneyForm, PresaleModeWord, SubjectForm, TypedHoursForm};

use super::{
    fields::{text, times},
    sent::Sent,
};

/// What an admin sends to write an offer.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OfferRequest, examples(json!({ "name": "General admission", "price": "25.00", "capacity": 100 })))]
pub(crate) struct OfferBody {
    #[schema(example = "General admission")]
    name: String,
    #[schema(value_type = MoneyForm)]
    price: String,
    /// How many there are in all; null is unlimited. Required, so that nothing is unlimited by a slip. A slot has 1, or
    /// its group's size.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required = true, maximum = 10_000_000, example = 100)]
    capacity: Option<u32>,
    /// How many parts the stock has; by default it follows from the capacity.
    #[serde(default)]
    #[schema(minimum = 1, example = 5)]
    shards: Option<u16>,
    #[serde(default)]
    donation: bool,
    #[serde(default)]
    vip: bool,
    /// Whether its tickets name who comes: `none`, `optional` or `required`.
    #[serde(default)]
    #[schema(value_type = AttendeesWord, required = false)]
    attendees: Attendees,
    /// The fewest of it that one order may have.
    #[serde(default)]
    #[schema(minimum = 1, example = 1)]
    min_per_order: Option<u32>,
    /// The most of it that one order may have, where that is less than its organization allows.
    #[serde(default)]
    #[schema(minimum = 1, example = 6)]
    max_per_order: Option<u32>,
    /// From when on it can be bought.
    #[serde(default)]
    #[schema(value_type = Option<InstantForm>)]
    opens_at: Option<Timestamp>,
    /// From when on it can be bought no longer.
    #[serde(default)]
    #[schema(value_type = Option<InstantForm>)]
    closes_at: Option<Timestamp>,
    /// Whether holders of its presale codes buy it before it opens to all (`early`), or they alone (`only`).
    #[serde(default)]
    #[schema(value_type = PresaleModeWord, required = false)]
    presale: PresaleMode,
    /// The hours that a package credits.
    #[serde(default)]
    #[schema(value_type = Option<TypedHoursForm>)]
    hours: Option<String>,
    /// When it begins, if not with its listing. A slot has a start, its own or its listing's.
    #[serde(default)]
    #[schema(value_type = Option<InstantForm>)]
    starts_at: Option<Timestamp>,
    #[serde(default)]
    #[schema(value_type = Option<InstantForm>)]
    ends_at: Option<Timestamp>,
    /// The subject of the slot's expert; null is the listing's. Left out, a slot keeps its expert, and a new one has the
    /// listing's.
    #[serde(default)]
    #[schema(value_type = Option<SubjectForm>)]
    expert: Sent<String>,
}

/// When and whose an offer is.
struct Slot {
    starts_at: Option<Timestamp>,
    ends_at: Option<Timestamp>,
    expert: Option<String>,
}

impl OfferBody {
    pub(crate) fn parse(&self, id: OfferId, listing: &Listing, before: Option<&Offer>) -> Result<Offer, Refusal> {
        let slot = self.slot(listing, before)?;
        times(slot.starts_at, slot.ends_at)?;
        let length = slot.starts_at.zip(slot.ends_at).map(|(start, end)| end.duration_since(start));
        if listing.kind == Kind::Expert && length.is_some_and(|length| length > LONGEST_SLOT) {
            return Err(Refusal::field("ends_at", "A slot takes at most 31 days"));
        }
        if self.capacity.is_some_and(|capacity| capacity > 10_000_000) {
            return Err(Refusal::field("capacity", "Must be at most 10000000"));
        }
        if self.shards.is_some_and(|shards| !(1..=MAX_SHARDS).contains(&shards)) {
            return Err(Refusal::field("shards", format!("Must be between 1 and {MAX_SHARDS}")));
        }
        self.limits().check(listing.kind)?;
        let price = listing
            .currency
            .parse_amount(&self.price)
            .map_err(|error| Refusal::field("price", format!("A price {error}")))?;
        Ok(Offer {
            id,
            listing: listing.id.clone(),
            name: text("name", &self.name, 100, true)?,
            price,
            capacity: self.capacity,
            shards: 0,
            donation: self.donation,
            vip: self.vip,
            hours: match (listing.kind, &self.hours) {
                (Kind::Package, None) => return Err(Refusal::field("hours", "A package has hours")),
                (Kind::Package, Some(given)) => Some(package_hours("hours", given)?),
                (_, Some(_)) => return Err(Refusal::field("hours", "Only an offer of a package has hours")),
                (_, None) => None,
            },
            starts_at: slot.starts_at,
            ends_at: slot.ends_at,
            expert: slot.expert,
            attendees: match (listing.kind, self.attendees) {
                (Kind::Show, attendees) | (_, attendees @ Attendees::None) => attendees,
                _ => return Err(Refusal::field("attendees", "Only tickets name who comes")),
            },
            min_per_order: self.min_per_order,
            max_per_order: self.max_per_order,
            opens_at: self.opens_at,
            closes_at: self.closes_at,
            presale: self.presale,
            deleted: false,
            version: 1,
        })
    }

    fn limits(&self) -> OfferLimits {
        let Self { min_per_order, max_per_order, opens_at, closes_at, presale, .. } = *self;
        OfferLimits { min_per_order, max_per_order, opens_at, closes_at, presale }
    }

    /// When and whose a slot is. A slot says all of it for itself, so that it stays what it is when its listing changes.
    fn slot(&self, listing: &Listing, before: Option<&Offer>) -> Result<Slot, Refusal> {
        let own = Slot { starts_at: self.starts_at, ends_at: self.ends_at, expert: None };
        if listing.kind != Kind::Expert {
            let message = "Only a slot, in a listing of the kind expert, has an expert";
            return if matches!(self.expert, Sent::Value(_)) {
                Err(Refusal::field("expert", message))
            } else {
                Ok(own)
            };
        }
        if self.capacity.is_none_or(|capacity| capacity == 0) {
            return Err(Refusal::field("capacity", "A slot is for one, or for as many as its group has"));
        }
        // An expert who changes an own slot, and an admin who changes its price, give it to no one else by saying nothing.
        let kept = before.and_then(|before| before.expert.as_ref());
        let expert = self.expert.or_keep(kept, |expert| subject("expert", expert))?;
        let expert = expert.or_else(|| listing.expert.clone());
        match self.starts_at {
            Some(_) => Ok(Slot { expert, ..own }),
            None if listing.starts_at.is_some() => {
                Ok(Slot { starts_at: listing.starts_at, ends_at: self.ends_at.or(listing.ends_at), expert })
            }
            None => Err(Refusal::field("starts_at", "A slot has a start")),
        }
    }

    /// The same as a slot of a rule, which alone says when it is.
    pub(super) fn at(&self, span: Span) -> Result<Self, Refusal> {
        for (field, time) in [("offer.starts_at", self.starts_at), ("offer.ends_at", self.ends_at)] {
            if time.is_some() {
                return Err(Refusal::field(field, "The rule says when its slots are"));
            }
        }
        Ok(Self { starts_at: Some(span.starts_at), ends_at: Some(span.ends_at), ..self.clone() })
    }

    pub(crate) fn shards(&self) -> Option<u16> {
        self.shards
    }
}
