//! How what is for sale looks to clients.

mod presale;
mod promo;
mod slots;
mod warning;

use domain::{
    Currency, Listing, Minor, Offer, Organization,
    organization::{Contact, Profile, SummaryParts},
};
use serde::Serialize;
use utoipa::ToSchema;
use web::forms::{
    AttendeesWord, CurrencyForm, DeliveryModeWord, HoursForm, InstantForm, KindWord, ListingIdForm, LocaleForm,
    MailAddressForm, MoneyForm, OfferIdForm, OrganizationIdForm, PresaleModeWord, ShareForm, ShowFeesWord,
    StripeIdForm, SubjectForm, TimeZoneForm, UndeliverableCauseWord, UrlForm,
};

pub(crate) use self::{presale::PresaleView, promo::PromoView, slots::SlotList, warning::WarningView};
use crate::bodies::{ModeWord, TaxView, TransferableWord};

/// An organization as its staff see it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Organization)]
pub(crate) struct OrganizationView {
    #[schema(value_type = OrganizationIdForm)]
    id: String,
    #[schema(example = "Lantern Hall")]
    name: String,
    #[schema(value_type = CurrencyForm)]
    currency: String,
    #[schema(value_type = Option<StripeIdForm>)]
    stripe_account_id: Option<String>,
    #[schema(value_type = MoneyForm)]
    platform_fee_per_ticket: String,
    #[schema(value_type = ShareForm)]
    processing_percent: String,
    #[schema(value_type = MoneyForm)]
    processing_fixed: String,
    #[schema(example = 10)]
    max_tickets_per_order: u32,
    #[schema(value_type = MoneyForm)]
    max_order_amount: String,
    #[schema(value_type = MoneyForm)]
    max_donation_per_ticket: String,
    cancellation: Vec<TierView>,
    #[schema(value_type = Vec<UrlForm>)]
    allowed_origins: Vec<String>,
    #[serde(flatten)]
    profile: ProfileView,
    /// How tax is reckoned.
    tax: TaxView,
    /// How its listings may be paid: `hosted`, `intent`, or both.
    #[schema(value_type = Vec<ModeWord>)]
    payment_modes: Vec<&'static str>,
}

/// What an organization says of itself.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrganizationProfile)]
struct ProfileView {
    contact: ContactView,
    #[schema(value_type = Option<UrlForm>)]
    logo_url: Option<String>,
    /// The color of its buttons and links.
    #[schema(example = "#0b6455", pattern = "^#[0-9a-f]{6}$")]
    accent_color: Option<String>,
    /// A language tag of BCP 47.
    #[schema(value_type = Option<LocaleForm>)]
    locale: Option<String>,
    /// An IANA name.
    #[schema(value_type = Option<TimeZoneForm>)]
    time_zone: Option<String>,
    /// How many hours before the start a ticket may be checked in.
    #[schema(example = 4)]
    check_in_opens_hours_before: u32,
    /// `included` or `named`.
    #[schema(value_type = ShowFeesWord)]
    show_fees: &'static str,
    /// Whether a buyer who leaves Stripe's page open is reminded of it once.
    remind_of_open_payment: bool,
    /// Which parts of a daily summary the contact address gets.
    daily_summary: SummaryView,
    /// Why it gets none: `bounce` or `complaint`; null where they arrive. Another address, or `daily_summary` sent once more,
    /// has it tried again.
    #[schema(value_type = Option<UndeliverableCauseWord>)]
    daily_summary_undeliverable: Option<&'static str>,
    /// When the first one came back, RFC 3339 in UTC; null where they arrive.
    #[schema(value_type = Option<InstantForm>)]
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
    #[schema(value_type = Option<MailAddressForm>)]
    email: Option<String>,
    #[schema(example = "1 Main Street, New York")]
    address: Option<String>,
    #[schema(example = "GB123456789")]
    tax_id: Option<String>,
    #[schema(example = "+1 212 555 0100")]
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
            accent_color: profile.accent_color.clone(),
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
    #[schema(example = 24)]
    from_hours_before: u32,
    #[schema(maximum = 100, example = 100)]
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
            payment_modes: ModeWord::words(&organization.payment_modes),
        }
    }
}

/// What a buyer looks at.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Listing, examples(json!({
    "kind": "show", "expert": null, "refund_until": null, "attendees_until": null, "transferable": "off",
    "transferable_until": null, "max_tickets_per_buyer": null, "payment_modes": null, "canceled_at": null, "cancel_reason": null, "published": true,
    "starts_at": "2026-11-21T19:30:00Z", "doors_at": "2026-11-21T18:30:00Z", "ends_at": "2026-11-21T22:00:00Z", "offers": [{}]
})))]
pub(crate) struct ListingView {
    #[schema(value_type = ListingIdForm)]
    id: String,
    #[schema(value_type = OrganizationIdForm)]
    organization: String,
    /// `show`, `product`, `expert` or `package`.
    #[schema(value_type = KindWord)]
    kind: &'static str,
    #[schema(example = "Summer show")]
    title: String,
    #[schema(example = "An evening under *lanterns*.")]
    description: String,
    #[schema(value_type = CurrencyForm)]
    currency: String,
    published: bool,
    #[schema(value_type = Option<InstantForm>)]
    starts_at: Option<String>,
    #[schema(value_type = Option<InstantForm>)]
    doors_at: Option<String>,
    #[schema(value_type = Option<InstantForm>)]
    ends_at: Option<String>,
    #[schema(example = "Lantern Hall, 1 Main Street")]
    venue: Option<String>,
    /// The IANA name of the time zone there.
    #[schema(value_type = Option<TimeZoneForm>)]
    timezone: Option<String>,
    /// The same.
    #[schema(value_type = Option<TimeZoneForm>)]
    time_zone: Option<String>,
    /// How to reach those who run it, where that is not how to reach its organization.
    contact: ContactView,
    #[schema(value_type = Option<UrlForm>)]
    logo_url: Option<String>,
    /// A language tag of BCP 47.
    #[schema(value_type = Option<LocaleForm>)]
    locale: Option<String>,
    /// Until when buyers may ask for all of their money after the show was moved.
    #[schema(value_type = Option<InstantForm>)]
    refund_until: Option<String>,
    /// Until when buyers may change who comes with a ticket, where that is not until the start.
    #[schema(value_type = Option<InstantForm>)]
    attendees_until: Option<String>,
    /// Whether buyers may hand their tickets over: `off`, `free`, or `until` a time.
    transferable: TransferableWord,
    /// That time.
    #[schema(value_type = Option<InstantForm>)]
    transferable_until: Option<String>,
    /// Most tickets of the show that one buyer may have, over all orders.
    #[schema(example = 4)]
    max_tickets_per_buyer: Option<u32>,
    /// The subject of the expert whose time it is.
    #[schema(value_type = Option<SubjectForm>)]
    expert: Option<String>,
    /// How it may be paid, where that is not what its organization says.
    #[schema(value_type = Option<Vec<ModeWord>>)]
    payment_modes: Option<Vec<&'static str>>,
    /// How buyers get what it sells: `none`, `address` or `pickup`.
    #[schema(value_type = DeliveryModeWord)]
    delivery: &'static str,
    /// When its sale was ended for good, RFC 3339 in UTC; null while it is not.
    #[schema(value_type = Option<InstantForm>)]
    canceled_at: Option<String>,
    /// Why, if its seller said so.
    #[schema(example = "The hall is closed.")]
    cancel_reason: Option<String>,
    /// What its seller should know of it, where it is written; buyers are told nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<WarningView>,
    /// What is for sale in it; only where one listing is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<OfferView>, required = false)]
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
            transferable: listing.transferable.into(),
            transferable_until: time(listing.transferable.until()),
            max_tickets_per_buyer: listing.max_tickets_per_buyer,
            expert: listing.expert.clone(),
            payment_modes: listing.payment_modes.as_deref().map(ModeWord::words),
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
        Self { warnings: WarningView::all(listing, seller), ..Self::of(listing, None) }
    }
}

/// One thing with one price.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Offer, examples(json!({
    "price": "25.00", "opens_at": null, "closes_at": null, "hours": null, "starts_at": null, "ends_at": null, "expert": null
})))]
pub(crate) struct OfferView {
    #[schema(value_type = OfferIdForm)]
    id: String,
    #[schema(value_type = ListingIdForm)]
    listing: String,
    #[schema(example = "General admission")]
    name: String,
    #[schema(value_type = MoneyForm)]
    price: String,
    #[schema(value_type = CurrencyForm)]
    currency: String,
    #[schema(example = 100)]
    capacity: Option<u32>,
    /// How many can be bought now; null for unlimited.
    #[schema(example = 58)]
    available: Option<u32>,
    #[schema(example = 5)]
    shards: u16,
    donation: bool,
    vip: bool,
    /// Whether its tickets name who comes: `none`, `optional` or `required`.
    #[schema(value_type = AttendeesWord)]
    attendees: &'static str,
    /// The fewest of it that one order may have.
    #[schema(example = 1)]
    min_per_order: Option<u32>,
    /// The most of it that one order may have, where that is less than its organization allows.
    #[schema(example = 6)]
    max_per_order: Option<u32>,
    /// From when on it can be bought.
    #[schema(value_type = Option<InstantForm>)]
    opens_at: Option<String>,
    /// From when on it can be bought no longer.
    #[schema(value_type = Option<InstantForm>)]
    closes_at: Option<String>,
    /// Whether holders of its presale codes buy it before it opens to all (`early`), or they alone (`only`).
    #[schema(value_type = PresaleModeWord)]
    presale: &'static str,
    /// The hours that a package credits.
    #[schema(value_type = Option<HoursForm>)]
    hours: Option<String>,
    #[schema(value_type = Option<InstantForm>)]
    starts_at: Option<String>,
    #[schema(value_type = Option<InstantForm>)]
    ends_at: Option<String>,
    /// The subject of the slot's expert.
    #[schema(value_type = Option<SubjectForm>)]
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
            presale: offer.presale.as_str(),
            hours: offer.hours.map(|hours| hours.normalize().to_string()),
            starts_at: offer.starts_at.map(|at| at.to_string()),
            ends_at: offer.ends_at.map(|at| at.to_string()),
            expert: offer.expert.clone(),
        }
    }
}
