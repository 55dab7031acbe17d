//! An organization as its platform or admin writes it down.

use domain::{
    Currency, Minor, Organization, OrganizationId, Refusal,
    catalog::{CancellationTier, all_modes},
    organization::ShowFees,
    seller_fields,
};
use rust_decimal::Decimal;
use serde::Deserialize;
use utoipa::ToSchema;
use web::forms::{
    CurrencyForm, LocaleForm, MoneyForm, ShareForm, ShowFeesWord, TimeZoneForm, TypedAccountForm, UrlForm,
};

use super::{
    fields::{MAX_TITLE, share, text},
    profile::{ContactBody, ProfileBody},
    sales::{ModeWord, TaxBody},
    sent::Sent,
    summary::SummaryBody,
};

/// An organization. A field left out keeps its value, or gets its default where the organization is new; null takes a
/// value away that there need not be, and is refused elsewhere.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OrganizationRequest, examples(json!({
    "name": "Lantern Hall", "allowed_origins": ["https://shop.example"], "locale": "en-GB", "time_zone": "Europe/London",
    "contact": { "email": "box-office@lantern.example" }
})))]
pub(crate) struct OrganizationBody {
    /// Required for a new one.
    #[serde(default)]
    #[schema(value_type = String, required = false, example = "Lantern Hall")]
    name: Sent<String>,
    /// Set by the platform, once.
    #[serde(default)]
    #[schema(value_type = CurrencyForm, required = false)]
    currency: Sent<String>,
    /// Set by the platform alone; null for an organization that takes no money.
    #[serde(default)]
    #[schema(value_type = Option<TypedAccountForm>)]
    stripe_account_id: Sent<String>,
    /// Set by the platform alone.
    #[serde(default)]
    #[schema(value_type = MoneyForm, required = false)]
    platform_fee_per_ticket: Sent<String>,
    /// Set by the platform alone.
    #[serde(default)]
    #[schema(value_type = ShareForm, required = false)]
    processing_percent: Sent<String>,
    /// Set by the platform alone.
    #[serde(default)]
    #[schema(value_type = MoneyForm, required = false)]
    processing_fixed: Sent<String>,
    #[serde(default)]
    #[schema(value_type = u32, required = false, minimum = 1, example = 10)]
    max_tickets_per_order: Sent<u32>,
    #[serde(default)]
    #[schema(value_type = MoneyForm, required = false)]
    max_order_amount: Sent<String>,
    #[serde(default)]
    #[schema(value_type = MoneyForm, required = false)]
    max_donation_per_ticket: Sent<String>,
    #[serde(default)]
    #[schema(value_type = Vec<TierBody>, required = false)]
    cancellation: Sent<Vec<TierBody>>,
    #[serde(default)]
    #[schema(value_type = Vec<UrlForm>, required = false)]
    allowed_origins: Sent<Vec<String>>,
    #[serde(default)]
    #[schema(value_type = Option<ContactBody>)]
    contact: Sent<ContactBody>,
    /// An `https` address.
    #[serde(default)]
    #[schema(value_type = Option<UrlForm>)]
    logo_url: Sent<String>,
    /// The color of its buttons and links: dark enough for white text.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "#0b6455", pattern = "^#[0-9a-fA-F]{6}$")]
    accent_color: Sent<String>,
    /// A language tag of BCP 47.
    #[serde(default)]
    #[schema(value_type = Option<LocaleForm>)]
    locale: Sent<String>,
    /// An IANA name.
    #[serde(default)]
    #[schema(value_type = Option<TimeZoneForm>)]
    time_zone: Sent<String>,
    /// How many hours before the doors a ticket may be checked in, at most a year's; 4 by default.
    #[serde(default)]
    #[schema(value_type = u32, required = false, maximum = 8_760, example = 4)]
    check_in_opens_hours_before: Sent<u32>,
    /// `included` or `named`.
    #[serde(default)]
    #[schema(value_type = ShowFeesWord, required = false)]
    show_fees: Sent<ShowFees>,
    /// Whether a buyer who leaves Stripe's page open is reminded of it once, while it is open; at first not.
    #[serde(default)]
    #[schema(value_type = bool, required = false)]
    remind_of_open_payment: Sent<bool>,
    /// Which parts of a daily summary the contact address gets; at first all of them.
    #[serde(default)]
    #[schema(value_type = SummaryBody, required = false)]
    daily_summary: Sent<SummaryBody>,
    /// How tax is reckoned; at first by Stripe, on top of prices, owed by the platform.
    #[serde(default)]
    #[schema(value_type = TaxBody, required = false)]
    tax: Sent<TaxBody>,
    /// How its listings may be paid; at first both ways.
    #[serde(default)]
    #[schema(value_type = Vec<ModeWord>, required = false)]
    payment_modes: Sent<Vec<ModeWord>>,
}

/// From so many hours before the start on, so many percent are given back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CancellationTierRequest)]
struct TierBody {
    #[schema(example = 24)]
    from_hours_before: u32,
    #[schema(maximum = 100, example = 100)]
    percent: u8,
}

impl TierBody {
    fn tier(&self) -> CancellationTier {
        CancellationTier { from_hours_before: self.from_hours_before, percent: self.percent }
    }
}

impl OrganizationBody {
    pub(crate) fn parse(&self, id: OrganizationId, before: Option<&Organization>) -> Result<Organization, Refusal> {
        let currency = match self.currency.given("currency")? {
            Some(code) => Currency::parse(code)
                .map_err(|_| Refusal::field("currency", "Must be an ISO 4217 currency code in lower case"))?,
            None => before.map_or(Currency::USD, |before| before.currency),
        };
        if before.is_none() && !currency.is_charged() {
            let message = format!("Stripe does not charge in {currency}, so nothing could be sold");
            return Err(Refusal::field("currency", message));
        }
        let max_tickets_per_order = match self.max_tickets_per_order.given("max_tickets_per_order")? {
            Some(most) => seller_fields::max_tickets(*most)?,
            None => before.map_or(10, |before| before.max_tickets_per_order),
        };
        let amount = |field: &str, sent: &Sent<String>, kept: fn(&Organization) -> Minor, cents: i64| {
            let Some(text) = sent.given(field)? else {
                return Ok(before.map_or_else(|| currency.worth(cents), kept));
            };
            currency.parse_amount(text).map_err(|error| Refusal::field(field, format!("An amount {error}")))
        };
        let profile = ProfileBody {
            contact: &self.contact,
            logo_url: &self.logo_url,
            accent_color: &self.accent_color,
            locale: &self.locale,
            time_zone: &self.time_zone,
            check_in_opens_hours_before: &self.check_in_opens_hours_before,
            show_fees: &self.show_fees,
            remind_of_open_payment: &self.remind_of_open_payment,
            daily_summary: &self.daily_summary,
        };
        Ok(Organization {
            name: match (self.name.given("name")?, before) {
                (Some(name), _) => text("name", name, MAX_TITLE, true)?,
                (None, Some(before)) => before.name.clone(),
                (None, None) => return Err(Refusal::field("name", "A new organization has a name")),
            },
            stripe_account: self
                .stripe_account_id
                .or_keep(before.and_then(|before| before.stripe_account.as_ref()), |id| account(id))?,
            platform_fee_per_ticket: amount(
                "platform_fee_per_ticket",
                &self.platform_fee_per_ticket,
                |before| before.platform_fee_per_ticket,
                150,
            )?,
            processing_percent: match (self.processing_percent.given("processing_percent")?, before) {
                (Some(percent), _) => share("processing_percent", percent)?,
                (None, Some(before)) => before.processing_percent,
                (None, None) => Decimal::new(29, 3),
            },
            processing_fixed: amount("processing_fixed", &self.processing_fixed, |before| before.processing_fixed, 30)?,
            max_tickets_per_order,
            max_order_amount: amount(
                "max_order_amount",
                &self.max_order_amount,
                |before| before.max_order_amount,
                500_000,
            )?,
            max_donation_per_ticket: amount(
                "max_donation_per_ticket",
                &self.max_donation_per_ticket,
                |before| before.max_donation_per_ticket,
                100_000,
            )?,
            cancellation: match (self.cancellation.given("cancellation")?, before) {
                (Some(given), _) => seller_fields::cancellation(given.iter().map(TierBody::tier).collect())?,
                (None, Some(before)) => before.cancellation.clone(),
                (None, None) => vec![
                    CancellationTier { from_hours_before: 24, percent: 100 },
                    CancellationTier { from_hours_before: 2, percent: 50 },
                ],
            },
            allowed_origins: match (self.allowed_origins.given("allowed_origins")?, before) {
                (Some(given), _) => seller_fields::allowed_origins(given)?,
                (None, Some(before)) => before.allowed_origins.clone(),
                (None, None) => Vec::new(),
            },
            profile: profile.parse(before)?,
            tax: TaxBody::parse(self.tax.given("tax")?, before.map(|before| before.tax)),
            payment_modes: match (self.payment_modes.given("payment_modes")?, before) {
                (Some(given), _) => ModeWord::parse(given)?,
                (None, Some(before)) => before.payment_modes.clone(),
                (None, None) => all_modes(),
            },
            version: before.map_or(1, |before| before.version + 1),
            currency,
            id,
        })
    }
}

/// Stripe's account that is paid.
fn account(given: &str) -> Result<String, Refusal> {
    let id = given.trim();
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if id.starts_with("acct_") && id.len() <= 64 && id.chars().all(legal) {
        return Ok(id.to_owned());
    }
    Err(Refusal::field("stripe_account_id", "Must be a Stripe account, as acct_..."))
}
