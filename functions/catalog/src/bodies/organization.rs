//! An organization as its platform or admin writes it down.

use domain::{
    Currency, Minor, Organization, OrganizationId, Refusal,
    catalog::{CancellationTier, MAX_TICKETS},
};
use rust_decimal::Decimal;
use serde::Deserialize;
use url::Url;
use utoipa::ToSchema;

use super::{MAX_TITLE, share, text};

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

fn money(field: &str, currency: Currency, given: Option<&str>, default: Minor) -> Result<Minor, Refusal> {
    given.map_or(Ok(default), |text| {
        currency.parse_amount(text).map_err(|error| Refusal::field(field, format!("An amount {error}")))
    })
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
