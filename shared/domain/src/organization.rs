//! What an organization says of itself: how it is reached, in which language and time zone, and when its doors open.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::UndeliverableCause;

/// Hours before the doors from which a ticket may be checked in, unless the organization says otherwise.
pub const CHECK_IN_HOURS: u32 = 4;

/// What an organization's admin writes down for buyers, mails, documents and the door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// How buyers reach it.
    pub contact: Contact,
    /// An `https` address of its picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_url: Option<String>,
    /// The color of its buttons and links, as `#0b6455`: dark enough for white text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accent_color: Option<String>,
    /// Its language, as a tag of BCP 47 in canonical form: `en-GB`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// Its time zone, by its IANA name: `Europe/London`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// How many hours before the doors (the start, where none are named) a ticket may be checked in.
    pub check_in_opens_hours_before: u32,
    /// How documents show the fees.
    pub show_fees: ShowFees,
    /// Whether a buyer who leaves Stripe's page open is reminded of it once.
    pub remind_of_open_payment: bool,
    /// Which parts of a daily summary its contact address gets.
    pub daily_summary: SummaryParts,
    /// That the contact address takes no summary, until its admin gives another one or says once more what it gets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary_undeliverable: Option<SummaryUndeliverable>,
}

/// That a summary came back from the contact address, or was called unwanted there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummaryUndeliverable {
    /// Why.
    pub cause: UndeliverableCause,
    /// When that was heard of.
    pub at: Timestamp,
}

impl Profile {
    /// The address that hears a summary each day: none where no part is wanted, none is named, or it takes no mail.
    #[must_use]
    pub fn hears_summary(&self) -> Option<&str> {
        let sent = self.daily_summary.any() && self.summary_undeliverable.is_none();
        self.contact.email.as_deref().filter(|_| sent)
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            contact: Contact::default(),
            logo_url: None,
            accent_color: None,
            locale: None,
            time_zone: None,
            check_in_opens_hours_before: CHECK_IN_HOURS,
            show_fees: ShowFees::default(),
            remind_of_open_payment: false,
            daily_summary: SummaryParts::default(),
            summary_undeliverable: None,
        }
    }
}

/// Which parts of the daily summary an organization wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SummaryParts {
    /// What was sold.
    pub sales: bool,
    /// What was given back.
    pub refunds: bool,
    /// Disputes that are not decided, with their deadlines.
    pub disputes: bool,
    /// Orders in review.
    pub reviews: bool,
}

impl Default for SummaryParts {
    fn default() -> Self {
        Self { sales: true, refunds: true, disputes: true, reviews: true }
    }
}

impl SummaryParts {
    /// None of them.
    pub const NONE: Self = Self { sales: false, refunds: false, disputes: false, reviews: false };

    /// Whether any part is wanted.
    #[must_use]
    pub fn any(self) -> bool {
        self != Self::NONE
    }
}

/// How buyers reach an organization, and what its documents name it by.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Contact {
    /// Its mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Its postal address, in lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Its number at the tax office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_id: Option<String>,
    /// Its telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

impl Contact {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self == &Self::default()
    }
}

/// How documents show what the platform and the card processing cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShowFees {
    /// As a part of the prices, not named.
    Included,
    /// In rows of their own, beside the prices.
    #[default]
    Named,
}

impl ShowFees {
    /// The word in the contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Included => "included",
            Self::Named => "named",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Profile, SummaryParts, SummaryUndeliverable};
    use crate::UndeliverableCause;

    #[test]
    fn an_organization_written_before_there_were_profiles_has_the_defaults() {
        let read: Profile = serde_json::from_str("{}").expect("every field has a default");
        assert_eq!(read, Profile::default());
        assert_eq!(read.check_in_opens_hours_before, 4);
    }

    #[test]
    fn parts_are_on_unless_one_says_otherwise() {
        let read: SummaryParts = serde_json::from_str(r#"{ "sales": false }"#).expect("parts");
        assert_eq!(read, SummaryParts { sales: false, ..SummaryParts::default() });
        assert!(read.any() && !SummaryParts::NONE.any());
    }

    #[test]
    fn an_address_hears_summaries_while_it_takes_them_and_any_part_is_on() {
        let mut profile = Profile::default();
        assert_eq!(profile.hears_summary(), None);
        profile.contact.email = Some("box@acme.example".to_owned());
        assert_eq!(profile.hears_summary(), Some("box@acme.example"));
        let silent = Profile { daily_summary: SummaryParts::NONE, ..profile.clone() };
        let at = jiff::Timestamp::UNIX_EPOCH;
        let gone = SummaryUndeliverable { cause: UndeliverableCause::Bounce, at };
        let returned = Profile { summary_undeliverable: Some(gone), ..profile };
        assert_eq!((silent.hears_summary(), returned.hears_summary()), (None, None));
    }
}
