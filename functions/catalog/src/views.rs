//! How what is for sale looks to clients.

use domain::{
    Currency, Listing, Minor, Offer, Organization, Promo, has_unheard_expert,
    organization::{Contact, Profile, SummaryParts},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::bodies::{ModeBody, TaxView};

/// An organization.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Organization)]
pub(crate) struct OrganizationView {
    id: String,
    name: String,
    #[schema(example = "usd")]
    currency: String,
    stripe_account_id: Option<String>,
    #[schema(example = "1.50")]
    platform_fee_per_ticket: String,
    #[schema(example = "0.029")]
    processing_percent: String,
    #[schema(example = "0.30")]
    processing_fixed: String,
    max_tickets_per_order: u32,
    #[schema(example = "5000.00")]
    max_order_amount: String,
    #[schema(example = "1000.00")]
    max_donation_per_ticket: String,
    cancellation: Vec<TierView>,
    allowed_origins: Vec<String>,
    #[serde(flatten)]
    profile: ProfileView,
    /// How tax is reckoned.
    tax: TaxView,
    /// How its listings may be paid: `hosted`, `intent`, or both.
    payment_modes: Vec<&'static str>,
}

/// What an organization says of itself.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrganizationProfile)]
struct ProfileView {
    contact: ContactView,
    logo_url: Option<String>,
    /// A language tag of BCP 47.
    #[schema(example = "en-GB")]
    locale: Option<String>,
    /// An IANA name.
    #[schema(example = "Europe/London")]
    time_zone: Option<String>,
    /// How many hours before the start a ticket may be checked in.
    check_in_opens_hours_before: u32,
    /// `included` or `named`.
    show_fees: &'static str,
    /// Whether a buyer who leaves Stripe's page open is reminded of it once.
    remind_of_open_payment: bool,
    /// Which parts of a daily summary the contact address gets.
    daily_summary: SummaryView,
    /// Why it gets none: `bounce` or `complaint`; null where they arrive. Another address, or `daily_summary` sent once more,
    /// has it tried again.
    #[schema(example = "bounce")]
    daily_summary_undeliverable: Option<&'static str>,
    /// Since when.
    daily_summary_undeliverable_since: Option<String>,
}

/// Which parts of a daily summary the contact address gets.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DailySummary)]
struct SummaryView {
    /// What was sold.
    sales: bool,
    /// What was given back.
    refunds: bool,
    /// Disputes that are not decided, with their deadlines.
    disputes: bool,
    /// Orders in review.
    reviews: bool,
}

impl From<SummaryParts> for SummaryView {
    fn from(parts: SummaryParts) -> Self {
        let SummaryParts { sales, refunds, disputes, reviews } = parts;
        Self { sales, refunds, disputes, reviews }
    }
}

/// How to reach an organization, or those who run a listing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Contact)]
struct ContactView {
    email: Option<String>,
    address: Option<String>,
    tax_id: Option<String>,
    phone: Option<String>,
}

impl From<&Contact> for ContactView {
    fn from(contact: &Contact) -> Self {
        let Contact { email, address, tax_id, phone } = contact.clone();
        Self { email, address, tax_id, phone }
    }
}

impl From<&Profile> for ProfileView {
    fn from(profile: &Profile) -> Self {
        Self {
            contact: ContactView::from(&profile.contact),
            logo_url: profile.logo_url.clone(),
            locale: profile.locale.clone(),
            time_zone: profile.time_zone.clone(),
            check_in_opens_hours_before: profile.check_in_opens_hours_before,
            show_fees: profile.show_fees.as_str(),
            remind_of_open_payment: profile.remind_of_open_payment,
            daily_summary: profile.daily_summary.into(),
            daily_summary_undeliverable: profile.summary_undeliverable.map(|known| known.cause.as_str()),
            daily_summary_undeliverable_since: profile.summary_undeliverable.map(|known| known.at.to_string()),
        }
    }
}

/// From so many hours before the start on, so many percent are given back.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CancellationTier)]
struct TierView {
    from_hours_before: u32,
    percent: u8,
}

impl From<&Organization> for OrganizationView {
    fn from(organization: &Organization) -> Self {
        let money = |amount: Minor| organization.currency.format(amount);
        let tiers = organization.cancellation.iter();
        Self {
            id: organization.id.to_string(),
            name: organization.name.clone(),
            currency: organization.currency.code(),
            stripe_account_id: organization.stripe_account.clone(),
            platform_fee_per_ticket: money(organization.platform_fee_per_ticket),
            processing_percent: organization.processing_percent.to_string(),
            processing_fixed: money(organization.processing_fixed),
            max_tickets_per_order: organization.max_tickets_per_order,
            max_order_amount: money(organization.max_order_amount),
            max_donation_per_ticket: money(organization.max_donation_per_ticket),
            cancellation: tiers
                .map(|tier| TierView { from_hours_before: tier.from_hours_before, percent: tier.percent })
                .collect(),
            allowed_origins: organization.allowed_origins.clone(),
            profile: ProfileView::from(&organization.profile),
            tax: organization.tax.into(),
            payment_modes: ModeBody::words(&organization.payment_modes),
        }
    }
}

/// What a buyer looks at.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Listing)]
pub(crate) struct ListingView {
    id: String,
    organization: String,
    /// `show`, `product`, `expert` or `package`.
    kind: &'static str,
    title: String,
    description: String,
    currency: String,
    published: bool,
    starts_at: Option<String>,
    doors_at: Option<String>,
    ends_at: Option<String>,
    venue: Option<String>,
    /// The IANA name of the time zone there.
    timezone: Option<String>,
    /// The same.
    time_zone: Option<String>,
    /// How to reach those who run it, where that is not how to reach its organization.
    contact: ContactView,
    logo_url: Option<String>,
    /// A language tag of BCP 47.
    #[schema(example = "en-GB")]
    locale: Option<String>,
    /// Until when buyers may ask for all of their money after the show was moved.
    refund_until: Option<String>,
    /// Until when buyers may change who comes with a ticket, where that is not until the start.
    attendees_until: Option<String>,
    /// The subject of the expert whose time it is.
    expert: Option<String>,
    /// How it may be paid, where that is not what its organization says.
    payment_modes: Option<Vec<&'static str>>,
    /// How buyers get what it sells: `none`, `address` or `pickup`.
    #[schema(example = "none")]
    delivery: &'static str,
    /// When it was canceled.
    canceled_at: Option<String>,
    /// Why, if its seller said so.
    cancel_reason: Option<String>,
    /// What its seller should know of it, where it is written; buyers are told nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<WarningView>,
    /// What is for sale in it; only where one listing is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    offers: Option<Vec<OfferView>>,
}

impl ListingView {
    pub(crate) fn of(listing: &Listing, offers: Option<Vec<OfferView>>) -> Self {
        let time = |at: Option<jiff::Timestamp>| at.map(|at| at.to_string());
        Self {
            id: listing.id.to_string(),
            organization: listing.organization.to_string(),
            kind: listing.kind.noun(),
            title: listing.title.clone(),
            description: listing.description.clone(),
            currency: listing.currency.code(),
            published: listing.published,
            starts_at: time(listing.starts_at),
            doors_at: time(listing.doors_at),
            ends_at: time(listing.ends_at),
            venue: listing.venue.clone(),
            timezone: listing.timezone.clone(),
            time_zone: listing.timezone.clone(),
            contact: ContactView::from(&listing.contact),
            logo_url: listing.logo_url.clone(),
            locale: listing.locale.clone(),
            refund_until: time(listing.refund_until),
            attendees_until: time(listing.attendees_until),
            expert: listing.expert.clone(),
            payment_modes: listing.payment_modes.as_deref().map(ModeBody::words),
            delivery: listing.delivery.as_str(),
            canceled_at: time(listing.canceled_at),
            cancel_reason: listing.cancel_reason.clone(),
            warnings: Vec::new(),
            offers,
        }
    }
}

impl ListingView {
    /// The same for its seller's staff, with what they should know.
    pub(crate) fn for_staff(listing: &Listing, seller: &Organization) -> Self {
        let unheard = has_unheard_expert(listing, seller).then_some(WarningView {
            field: "contact",
            message: "The expert hears of no booking: neither the listing nor its organization has a contact's e-mail address",
        });
        Self { warnings: unheard.into_iter().collect(), ..Self::of(listing, None) }
    }
}

/// Something that is legal, and probably not meant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Warning)]
struct WarningView {
    /// The field that would put it right.
    #[schema(example = "contact")]
    field: &'static str,
    /// What is the matter, for people.
    message: &'static str,
}

/// One thing with one price.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Offer)]
pub(crate) struct OfferView {
    id: String,
    listing: String,
    name: String,
    #[schema(example = "25.00")]
    price: String,
    currency: String,
    capacity: Option<u32>,
    /// How many can be bought now; null for unlimited.
    available: Option<u32>,
    shards: u16,
    donation: bool,
    vip: bool,
    /// Whether its tickets name who comes: `none`, `optional` or `required`.
    attendees: &'static str,
    /// The fewest of it that one order may have.
    min_per_order: Option<u32>,
    /// The most of it that one order may have, where that is less than its organization allows.
    max_per_order: Option<u32>,
    /// From when on it can be bought.
    opens_at: Option<String>,
    /// From when on it can be bought no longer.
    closes_at: Option<String>,
    /// The hours that a package credits.
    hours: Option<String>,
    starts_at: Option<String>,
    ends_at: Option<String>,
    /// The subject of the slot's expert.
    expert: Option<String>,
}

impl OfferView {
    pub(crate) fn of(offer: &Offer, currency: Currency, available: Option<u32>) -> Self {
        Self {
            id: offer.id.to_string(),
            listing: offer.listing.to_string(),
            name: offer.name.clone(),
            price: currency.format(offer.price),
            currency: currency.code(),
            capacity: offer.capacity,
            available,
            shards: offer.shards,
            donation: offer.donation,
            vip: offer.vip,
            attendees: offer.attendees.as_str(),
            min_per_order: offer.min_per_order,
            max_per_order: offer.max_per_order,
            opens_at: offer.opens_at.map(|at| at.to_string()),
            closes_at: offer.closes_at.map(|at| at.to_string()),
            hours: offer.hours.map(|hours| hours.normalize().to_string()),
            starts_at: offer.starts_at.map(|at| at.to_string()),
            ends_at: offer.ends_at.map(|at| at.to_string()),
            expert: offer.expert.clone(),
        }
    }
}

/// A promo code.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Promo)]
pub(crate) struct PromoView {
    code: String,
    listing: String,
    #[schema(example = "0.20")]
    percent_off: String,
    max_uses: Option<u32>,
    uses: u32,
    valid_from: Option<String>,
    valid_until: Option<String>,
}

impl From<&Promo> for PromoView {
    fn from(promo: &Promo) -> Self {
        Self {
            code: promo.code.to_string(),
            listing: promo.listing.to_string(),
            percent_off: promo.percent_off.to_string(),
            max_uses: promo.max_uses,
            uses: promo.uses,
            valid_from: promo.valid_from.map(|at| at.to_string()),
            valid_until: promo.valid_until.map(|at| at.to_string()),
        }
    }
}
