//! What sellers write down, parsed into what the table keeps. What a body leaves out gets the contract's default.

mod organization;
mod profile;
mod sales;
mod sent;

use domain::{
    Kind, Listing, ListingId, Offer, OfferId, Organization, Promo, PromoCode, Refusal,
    catalog::MAX_SHARDS,
    order::{LONGEST_SLOT, PaymentMode},
    text::visible,
};
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::Deserialize;
use utoipa::ToSchema;

use self::sent::Sent;
pub(crate) use self::{
    organization::OrganizationBody,
    sales::{ModeBody, TaxBody, TaxView},
};

/// Most characters of a title or name.
const MAX_TITLE: usize = 200;
/// Most characters of a description.
const MAX_DESCRIPTION: usize = 10_000;
/// Most characters of a subject, as tokens have them.
const MAX_SUBJECT: usize = 255;
/// Most hours that one package credits.
const MAX_HOURS: u32 = 10_000;

/// A listing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ListingRequest)]
pub(crate) struct ListingBody {
    #[schema(value_type = String, example = "show")]
    kind: Kind,
    title: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    published: bool,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    starts_at: Option<Timestamp>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    doors_at: Option<Timestamp>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    ends_at: Option<Timestamp>,
    #[serde(default)]
    venue: Option<String>,
    /// The IANA name of the time zone there, in which tickets show the times; UTC without one.
    #[serde(default)]
    #[schema(example = "Europe/London")]
    timezone: Option<String>,
    /// The subject of the expert whose time it is; required for that kind, and for no other.
    #[serde(default)]
    expert: Option<String>,
    /// How it may be paid; without this, as its organization says. Tickets are paid on Stripe's page.
    #[serde(default)]
    payment_modes: Option<Vec<ModeBody>>,
}

/// An offer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OfferRequest)]
pub(crate) struct OfferBody {
    name: String,
    #[schema(example = "25.00")]
    price: String,
    /// How many there are in all; null is unlimited. Required, so that nothing is unlimited by a slip. A slot has 1, or
    /// its group's size.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required = true)]
    capacity: Option<u32>,
    /// How many parts the stock has; by default it follows from the capacity.
    #[serde(default)]
    shards: Option<u16>,
    #[serde(default)]
    donation: bool,
    #[serde(default)]
    vip: bool,
    /// The hours that a package credits.
    #[serde(default)]
    #[schema(example = "10")]
    hours: Option<String>,
    /// When it begins, if not with its listing. A slot has a start, its own or its listing's.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    starts_at: Option<Timestamp>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    ends_at: Option<Timestamp>,
    /// The subject of the slot's expert; null is the listing's. Left out, a slot keeps its expert, and a new one has the
    /// listing's.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    expert: Sent<String>,
}

/// A promo code.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PromoRequest)]
pub(crate) struct PromoBody {
    #[schema(example = "0.20")]
    percent_off: String,
    #[serde(default)]
    max_uses: Option<u32>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    valid_from: Option<Timestamp>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    valid_until: Option<Timestamp>,
}

/// Free text: stored as typed, escaped where it is shown.
fn text(field: &str, text: &str, most: usize, required: bool) -> Result<String, Refusal> {
    let text = text.trim();
    if required && text.is_empty() {
        return Err(Refusal::field(field, "Must not be empty"));
    }
    if text.chars().count() > most {
        return Err(Refusal::field(field, format!("Must have at most {most} characters")));
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(Refusal::field(field, "Must not have control characters"));
    }
    Ok(text.to_owned())
}

/// The subject that a token names its holder by. Compared to the letter, so nothing is trimmed.
fn subject(field: &str, given: &str) -> Result<String, Refusal> {
    let legal = (1..=MAX_SUBJECT).contains(&given.chars().count()) && !given.chars().any(char::is_control);
    // One that was pasted with something invisible would be in no token, and no person could see why.
    if legal && given == visible(given) {
        return Ok(given.to_owned());
    }
    Err(Refusal::field(
        field,
        format!(
            "Must be the subject of the expert's tokens, of at most {MAX_SUBJECT} characters, without blanks around it \
             and without invisible ones"
        ),
    ))
}

/// Hours above zero, with at most two decimals.
fn hours(field: &str, given: &str) -> Result<Decimal, Refusal> {
    let plain = given.len() <= 20 && given.chars().all(|c| c.is_ascii_digit() || c == '.');
    let parsed = Decimal::from_str_exact(given).ok().filter(|hours| plain && hours.scale() <= 2);
    parsed.filter(|hours| *hours > Decimal::ZERO && *hours <= Decimal::from(MAX_HOURS)).ok_or_else(|| {
        Refusal::field(
            field,
            format!("Must be a decimal above \"0\", at most \"{MAX_HOURS}\", with at most two decimals"),
        )
    })
}

/// A share between 0 and 1, such as `0.029`, with at most six decimals.
fn share(field: &str, given: &str) -> Result<Decimal, Refusal> {
    let plain = given.chars().all(|c| c.is_ascii_digit() || c == '.') && given.len() <= 20;
    let parsed = Decimal::from_str_exact(given).ok().filter(|share| plain && share.scale() <= 6);
    parsed
        .filter(|share| *share <= Decimal::ONE)
        .ok_or_else(|| Refusal::field(field, "Must be a decimal between \"0\" and \"1\", with at most six decimals"))
}

impl ListingBody {
    pub(crate) fn parse(
        &self,
        id: ListingId,
        organization: &Organization,
        before: Option<&Listing>,
    ) -> Result<Listing, Refusal> {
        if before.is_some_and(|before| before.kind != self.kind) {
            return Err(Refusal::new(domain::Code::IllegalState, "A listing's kind is fixed").at("kind"));
        }
        if before.is_some_and(|before| before.canceled_at.is_some()) {
            return Err(canceled_for_good());
        }
        times(self.starts_at, self.ends_at)?;
        if self.kind == Kind::Show && self.starts_at.is_none() {
            return Err(Refusal::field("starts_at", "A show has a start"));
        }
        if self.doors_at.zip(self.starts_at).is_some_and(|(doors, start)| doors > start) {
            return Err(Refusal::field("doors_at", "Doors open before the start"));
        }
        let expert = match (self.kind, &self.expert) {
            (Kind::Expert, None) => return Err(Refusal::field("expert", "Must say whose time it is")),
            (Kind::Expert, Some(expert)) => Some(subject("expert", expert)?),
            (_, Some(_)) => return Err(Refusal::field("expert", "Only a listing of the kind expert has an expert")),
            (_, None) => None,
        };
        let venue = self.venue.as_deref().map(|venue| text("venue", venue, MAX_TITLE, false)).transpose()?;
        Ok(Listing {
            id,
            organization: organization.id.clone(),
            kind: self.kind,
            title: text("title", &self.title, MAX_TITLE, true)?,
            description: text("description", &self.description, MAX_DESCRIPTION, false)?,
            currency: organization.currency,
            published: self.published,
            starts_at: self.starts_at,
            doors_at: self.doors_at,
            ends_at: self.ends_at,
            venue: venue.filter(|venue| !venue.is_empty()),
            timezone: self.timezone.as_deref().map(|name| zone("timezone", name)).transpose()?,
            expert,
            payment_modes: self.payment_modes(before)?,
            canceled_at: None,
            version: before.map_or(1, |before| before.version + 1),
        })
    }
}

impl ListingBody {
    fn payment_modes(&self, before: Option<&Listing>) -> Result<Option<Vec<PaymentMode>>, Refusal> {
        let Some(given) = &self.payment_modes else {
            return Ok(before.and_then(|before| before.payment_modes.clone()));
        };
        let modes = ModeBody::parse(given)?;
        if self.kind == Kind::Show && !modes.contains(&PaymentMode::Hosted) {
            return Err(Refusal::field("payment_modes", "Tickets are paid with hosted"));
        }
        Ok(Some(modes))
    }
}

/// A canceled listing does not change any more.
pub(crate) fn canceled_for_good() -> Refusal {
    Refusal::new(domain::Code::IllegalState, "The listing was canceled for good")
}

fn zone(field: &str, name: &str) -> Result<String, Refusal> {
    match jiff::tz::TimeZone::get(name) {
        // The name as the database writes it, whatever the case that it came in.
        Ok(zone) => Ok(zone.iana_name().unwrap_or(name).to_owned()),
        Err(_) => Err(Refusal::field(field, "Must be a time zone's IANA name, as Europe/London")),
    }
}

fn times(starts_at: Option<Timestamp>, ends_at: Option<Timestamp>) -> Result<(), Refusal> {
    if starts_at.zip(ends_at).is_some_and(|(start, end)| end <= start) {
        return Err(Refusal::field("ends_at", "Must be after the start"));
    }
    Ok(())
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
                (Kind::Package, Some(given)) => Some(hours("hours", given)?),
                (_, Some(_)) => return Err(Refusal::field("hours", "Only an offer of a package has hours")),
                (_, None) => None,
            },
            starts_at: slot.starts_at,
            ends_at: slot.ends_at,
            expert: slot.expert,
            deleted: false,
            version: 1,
        })
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

    pub(crate) fn shards(&self) -> Option<u16> {
        self.shards
    }
}

impl PromoBody {
    pub(crate) fn parse(&self, code: PromoCode, listing: ListingId) -> Result<Promo, Refusal> {
        if self.valid_from.zip(self.valid_until).is_some_and(|(from, until)| until <= from) {
            return Err(Refusal::field("valid_until", "Must be after valid_from"));
        }
        Ok(Promo {
            code,
            listing,
            percent_off: share("percent_off", &self.percent_off)?,
            max_uses: self.max_uses,
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            uses: 0,
        })
    }
}
