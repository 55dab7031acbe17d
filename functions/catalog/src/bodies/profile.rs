//! What an organization says of itself: its contact, its language, its door.

use domain::{
    Organization, Refusal, mail_address,
    organization::{Contact, Profile, ShowFees},
    seller_fields::{accent_color, check_in_hours, contact_address, contact_phone, logo_url, tax_id},
};
use serde::Deserialize;
use utoipa::ToSchema;
use web::forms::TypedMailAddressForm;

use super::{sent::Sent, summary::SummaryBody};

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
        let hours = check_in_hours(hours.copied().unwrap_or(before.check_in_opens_hours_before))?;
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
            logo_url: self.logo_url.or_keep(before.logo_url.as_ref(), |url| logo_url(url))?,
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
        Ok(Contact {
            email: self.email.or_keep(before.email.as_ref(), |text| mail_address("contact.email", text))?,
            address: self.address.or_keep(before.address.as_ref(), |text| contact_address(text))?,
            tax_id: self.tax_id.or_keep(before.tax_id.as_ref(), |text| tax_id(text))?,
            phone: self.phone.or_keep(before.phone.as_ref(), |text| contact_phone(text))?,
        })
    }
}
