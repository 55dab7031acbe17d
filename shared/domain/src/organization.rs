//! What an organization says of itself: how it is reached, in which language and time zone, and when its doors open.

use serde::{Deserialize, Serialize};

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
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            contact: Contact::default(),
            logo_url: None,
            locale: None,
            time_zone: None,
            check_in_opens_hours_before: CHECK_IN_HOURS,
            show_fees: ShowFees::default(),
        }
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
    /// Each by its name.
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
    use super::Profile;

    #[test]
    fn an_organization_written_before_there_were_profiles_has_the_defaults() {
        let read: Profile = serde_json::from_str("{}").expect("every field has a default");
        assert_eq!(read, Profile::default());
        assert_eq!(read.check_in_opens_hours_before, 4);
    }
}
