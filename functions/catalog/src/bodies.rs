//! What sellers write down, parsed into what the table keeps. What a body leaves out gets the contract's default.

use domain::{
    Currency, Kind, Listing, ListingId, Minor, Offer, OfferId, Organization, OrganizationId, Promo, PromoCode, Refusal,
    catalog::{CancellationTier, MAX_SHARDS, MAX_TICKETS},
};
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::Deserialize;
use url::Url;
use utoipa::ToSchema;

/// Most characters of a title or name.
const MAX_TITLE: usize = 200;
/// Most characters of a description.
const MAX_DESCRIPTION: usize = 10_000;

/// An organization.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OrganizationRequest)]
pub(crate) struct OrganizationBody {
    name: String,
    #[serde(default)]
    #[schema(example = "usd")]
    currency: Option<String>,
    #[serde(default)]
    #[schema(example = "acct_1032D82eZvKYlo2C")]
    stripe_account_id: Option<String>,
    #[serde(default)]
    platform_fee_per_ticket: Option<String>,
    #[serde(default)]
    processing_percent: Option<String>,
    #[serde(default)]
    processing_fixed: Option<String>,
    #[serde(default)]
    max_tickets_per_order: Option<u32>,
    #[serde(default)]
    max_order_amount: Option<String>,
    #[serde(default)]
    max_donation_per_ticket: Option<String>,
    #[serde(default)]
    cancellation: Option<Vec<TierBody>>,
    #[serde(default)]
    allowed_origins: Option<Vec<String>>,
}

/// From so many hours before the start on, so many percent are given back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CancellationTierRequest)]
struct TierBody {
    from_hours_before: u32,
    percent: u8,
}

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
}

/// An offer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OfferRequest)]
pub(crate) struct OfferBody {
    name: String,
    #[schema(example = "25.00")]
    price: String,
    /// How many there are in all; null is unlimited. Required, so that nothing is unlimited by a slip.
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
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    starts_at: Option<Timestamp>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    ends_at: Option<Timestamp>,
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

fn money(field: &str, currency: Currency, given: Option<&str>, default: Minor) -> Result<Minor, Refusal> {
    given.map_or(Ok(default), |text| {
        currency.parse_amount(text).map_err(|error| Refusal::field(field, format!("An amount {error}")))
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

/// The contract's defaults are in dollars; other currencies start from the same numbers, rounded.
fn default_amount(currency: Currency, cents: i64) -> Minor {
    currency.round(Decimal::new(cents, 2)).unwrap_or_default()
}

impl OrganizationBody {
    pub(crate) fn parse(&self, id: OrganizationId, before: Option<&Organization>) -> Result<Organization, Refusal> {
        let code =
            self.currency.as_deref().map_or_else(|| before.map(|b| b.currency), |code| Currency::parse(code).ok());
        let currency = match (&self.currency, code) {
            (Some(_), None) => {
                return Err(Refusal::field("currency", "Must be an ISO 4217 currency code in lower case"));
            }
            (_, code) => code.unwrap_or(Currency::USD),
        };
        if before.is_some_and(|before| before.currency != currency) {
            let message = "An organization's currency is fixed, because everything it has sold is in it";
            return Err(Refusal::new(domain::Code::IllegalState, message).at("currency"));
        }
        let stripe_account = self.stripe_account_id.clone().map(|id| id.trim().to_owned());
        let account_like = |id: &String| {
            id.starts_with("acct_") && id.len() <= 64 && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        };
        if stripe_account.as_ref().is_some_and(|id| !account_like(id)) {
            return Err(Refusal::field("stripe_account_id", "Must be a Stripe account, as acct_..."));
        }
        let max_tickets_per_order = self.max_tickets_per_order.unwrap_or(10);
        if !(1..=MAX_TICKETS).contains(&max_tickets_per_order) {
            return Err(Refusal::field("max_tickets_per_order", format!("Must be between 1 and {MAX_TICKETS}")));
        }
        let amount = |field: &str, given: &Option<String>, cents: i64| {
            money(field, currency, given.as_deref(), default_amount(currency, cents))
        };
        Ok(Organization {
            name: text("name", &self.name, MAX_TITLE, true)?,
            stripe_account,
            platform_fee_per_ticket: match before.filter(|_| self.platform_fee_per_ticket.is_none()) {
                // The platform's fee stays as agreed where an organization writes its own settings.
                Some(before) => before.platform_fee_per_ticket,
                None => amount("platform_fee_per_ticket", &self.platform_fee_per_ticket, 150)?,
            },
            processing_percent: share("processing_percent", self.processing_percent.as_deref().unwrap_or("0.029"))?,
            processing_fixed: amount("processing_fixed", &self.processing_fixed, 30)?,
            max_tickets_per_order,
            max_order_amount: amount("max_order_amount", &self.max_order_amount, 500_000)?,
            max_donation_per_ticket: amount("max_donation_per_ticket", &self.max_donation_per_ticket, 100_000)?,
            cancellation: tiers(self.cancellation.as_deref())?,
            allowed_origins: origins(self.allowed_origins.as_deref().unwrap_or_default())?,
            version: before.map_or(1, |before| before.version + 1),
            currency,
            id,
        })
    }
}

fn tiers(given: Option<&[TierBody]>) -> Result<Vec<CancellationTier>, Refusal> {
    let Some(given) = given else {
        return Ok(vec![
            CancellationTier { from_hours_before: 24, percent: 100 },
            CancellationTier { from_hours_before: 2, percent: 50 },
        ]);
    };
    if given.len() > 20 {
        return Err(Refusal::field("cancellation", "At most 20 tiers"));
    }
    let mut tiers = Vec::with_capacity(given.len());
    for (n, tier) in given.iter().enumerate() {
        if tier.percent > 100 {
            return Err(Refusal::field(format!("cancellation[{n}].percent"), "Must be between 0 and 100"));
        }
        tiers.push(CancellationTier { from_hours_before: tier.from_hours_before, percent: tier.percent });
    }
    tiers.sort_by_key(|tier| std::cmp::Reverse(tier.from_hours_before));
    if tiers.windows(2).any(|pair| pair[0].from_hours_before == pair[1].from_hours_before) {
        return Err(Refusal::field("cancellation", "Each tier must begin at another hour"));
    }
    if tiers.windows(2).any(|pair| pair[0].percent < pair[1].percent) {
        return Err(Refusal::field("cancellation", "Canceling later must not give back more"));
    }
    Ok(tiers)
}

fn origins(given: &[String]) -> Result<Vec<String>, Refusal> {
    if given.len() > 20 {
        return Err(Refusal::field("allowed_origins", "At most 20 origins"));
    }
    let origin = |(n, text): (usize, &String)| {
        let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "https" | "http") && url.host().is_some());
        let origin = url.map(|url| url.origin().ascii_serialization());
        origin.filter(|origin| origin == text.trim_end_matches('/')).ok_or_else(|| {
            Refusal::field(format!("allowed_origins[{n}]"), "Must be an origin, as https://shop.example")
        })
    };
    given.iter().enumerate().map(origin).collect()
}

impl ListingBody {
    pub(crate) fn parse(
        &self,
        id: ListingId,
        organization: &Organization,
        before: Option<&Listing>,
    ) -> Result<Listing, Refusal> {
        if !matches!(self.kind, Kind::Show | Kind::Product) {
            return Err(Refusal::field("kind", "Must be show or product"));
        }
        if before.is_some_and(|before| before.kind != self.kind) {
            return Err(Refusal::new(domain::Code::IllegalState, "A listing's kind is fixed").at("kind"));
        }
        if before.is_some_and(|before| before.canceled_at.is_some()) {
            return Err(Refusal::new(domain::Code::IllegalState, "The listing was called off for good"));
        }
        times(self.starts_at, self.ends_at)?;
        if self.kind == Kind::Show && self.starts_at.is_none() {
            return Err(Refusal::field("starts_at", "A show has a start"));
        }
        if self.doors_at.zip(self.starts_at).is_some_and(|(doors, start)| doors > start) {
            return Err(Refusal::field("doors_at", "Doors open before the start"));
        }
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
            expert: None,
            canceled_at: None,
            version: before.map_or(1, |before| before.version + 1),
        })
    }
}

fn times(starts_at: Option<Timestamp>, ends_at: Option<Timestamp>) -> Result<(), Refusal> {
    if starts_at.zip(ends_at).is_some_and(|(start, end)| end <= start) {
        return Err(Refusal::field("ends_at", "Must be after the start"));
    }
    Ok(())
}

impl OfferBody {
    pub(crate) fn parse(&self, id: OfferId, listing: &Listing) -> Result<Offer, Refusal> {
        times(self.starts_at, self.ends_at)?;
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
            hours: None,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            expert: None,
            deleted: false,
            version: 1,
        })
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
