//! What an organization says of itself: its contact, its language, its door.

use std::ops::RangeInclusive;

use domain::{
    Organization, Refusal,
    buyer::MAX_PHONE,
    mail_address,
    organization::{Contact, Profile, ShowFees},
};
use serde::Deserialize;
use url::Url;
use utoipa::ToSchema;
use web::forms::TypedMailAddressForm;

use super::{fields::text, sent::Sent, summary::SummaryBody};

/// Most characters of an address, over all its lines.
const MAX_ADDRESS: usize = 500;
/// Most characters of a tax id. The longest that Stripe lists have some 20.
const MAX_TAX_ID: usize = 64;
/// Most characters of an address on the web.
const MAX_URL: usize = 2_048;
/// How many hours before its start a door may open at most: a year, as for festival wristbands that are sent out.
const CHECK_IN_HOURS: RangeInclusive<u32> = 0..=8_760;

/// How to reach an organization. A field left out keeps its value, null takes it away.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ContactRequest)]
pub(crate) struct ContactBody {
    #[serde(default)]
    #[schema(value_type = Option<TypedMailAddressForm>)]
    email: Sent<String>,
    /// Its postal address, in lines.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "1 Main Street, New York")]
    address: Sent<String>,
    /// Its number at the tax office, as `GB123456789`.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "GB123456789")]
    tax_id: Sent<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "+1 212 555 0100")]
    phone: Sent<String>,
}

/// The relative luminance of a color that has a contrast of 5.8 to 1 with white.
const DARK_ENOUGH: f32 = 0.13;

/// The fields of an organization's body that are its profile.
pub(crate) struct ProfileBody<'a> {
    pub(crate) contact: &'a Sent<ContactBody>,
    pub(crate) logo_url: &'a Sent<String>,
    pub(crate) accent_color: &'a Sent<String>,
    pub(crate) locale: &'a Sent<String>,
    pub(crate) time_zone: &'a Sent<String>,
    pub(crate) check_in_opens_hours_before: &'a Sent<u32>,
    pub(crate) show_fees: &'a Sent<ShowFees>,
    pub(crate) remind_of_open_payment: &'a Sent<bool>,
    pub(crate) daily_summary: &'a Sent<SummaryBody>,
}

impl ProfileBody<'_> {
    pub(crate) fn parse(&self, before: Option<&Organization>) -> Result<Profile, Refusal> {
        let before = before.map(|before| before.profile.clone()).unwrap_or_default();
        let hours = self.check_in_opens_hours_before.given("check_in_opens_hours_before")?;
        let hours = hours.copied().unwrap_or(before.check_in_opens_hours_before);
        if !CHECK_IN_HOURS.contains(&hours) {
            let message = format!("Must be between {} and {}", CHECK_IN_HOURS.start(), CHECK_IN_HOURS.end());
            return Err(Refusal::field("check_in_opens_hours_before", message));
        }
        let contact = match self.contact {
            Sent::Absent => before.contact.clone(),
            Sent::Null => Contact::default(),
            Sent::Value(body) => body.parse(&before.contact)?,
        };
        let given = self.daily_summary.given("daily_summary")?;
        // Another address is written to, and who says once more what the same one gets has it tried again.
        let tried_again = given.is_some() || contact.email != before.contact.email;
        Ok(Profile {
            contact,
            logo_url: self.logo_url.or_keep(before.logo_url.as_ref(), |url| logo(url))?,
            accent_color: self.accent_color.or_keep(before.accent_color.as_ref(), |given| accent_color(given))?,
            locale: self.locale.or_keep(before.locale.as_ref(), |tag| domain::locale("locale", tag))?,
            time_zone: self
                .time_zone
                .or_keep(before.time_zone.as_ref(), |name| domain::time_zone("time_zone", name))?,
            check_in_opens_hours_before: hours,
            show_fees: self.show_fees.given("show_fees")?.copied().unwrap_or(before.show_fees),
            remind_of_open_payment: self
                .remind_of_open_payment
                .given("remind_of_open_payment")?
                .copied()
                .unwrap_or(before.remind_of_open_payment),
            daily_summary: given.map_or(before.daily_summary, |body| body.parse(before.daily_summary)),
            summary_undeliverable: before.summary_undeliverable.filter(|_| !tried_again),
        })
    }
}

impl ContactBody {
    pub(super) fn parse(&self, before: &Contact) -> Result<Contact, Refusal> {
        // A contact is written to and called as a buyer is, so the same rules say in which form an address and a number
        // are kept. Buyers call this number, so it must be one.
        let email = |text: &String| mail_address("contact.email", text);
        let phone = |text: &String| {
            let phone = domain::text::phone(text, MAX_PHONE);
            let digits = phone.chars().filter(char::is_ascii_digit).count();
            if (3..=30).contains(&digits) {
                Ok(phone)
            } else {
                Err(Refusal::field("contact.phone", "Invalid phone number"))
            }
        };
        let line = |field: &str, given: &String, most: usize| {
            let line = text(field, given, most, true)?;
            if line.contains(['\n', '\t']) { Err(Refusal::field(field, "Must be one line")) } else { Ok(line) }
        };
        Ok(Contact {
            email: self.email.or_keep(before.email.as_ref(), email)?,
            address: self
                .address
                .or_keep(before.address.as_ref(), |given| text("contact.address", given, MAX_ADDRESS, true))?,
            tax_id: self.tax_id.or_keep(before.tax_id.as_ref(), |given| line("contact.tax_id", given, MAX_TAX_ID))?,
            phone: self.phone.or_keep(before.phone.as_ref(), phone)?,
        })
    }
}

/// A picture that pages and mails may load: only over TLS, and without a name or password in its address.
pub(super) fn logo(given: &str) -> Result<String, Refusal> {
    let url = Url::parse(given).ok().filter(|url| {
        url.scheme() == "https" && url.host().is_some() && url.username().is_empty() && url.password().is_none()
    });
    let url = url.map(String::from).filter(|url| url.len() <= MAX_URL);
    url.ok_or_else(|| Refusal::field("logo_url", format!("Must be an https address of at most {MAX_URL} characters")))
}

/// A color that white text stands out from: a contrast of 5.8 to 1, so that links in it can be read on tinted ground, too (WCAG
/// 2.2 wants 4.5 to 1).
fn accent_color(given: &str) -> Result<String, Refusal> {
    let refused = |message: &str| Refusal::field("accent_color", message);
    let digits = given.strip_prefix('#').filter(|digits| digits.len() == 6);
    let color = digits.and_then(|_| color::parse_color(given).ok());
    let color = color.ok_or_else(|| refused("Must be a color as #0b6455"))?;
    if color.relative_luminance() > DARK_ENOUGH {
        return Err(refused("Must be dark enough for white text to be read on it"));
    }
    Ok(given.to_ascii_lowercase())
}
