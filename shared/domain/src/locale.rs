//! Languages, as people and their programs name them.

use icu_locale_core::LanguageIdentifier;

use crate::Refusal;

/// Most characters of a tag: more than any that is in use.
const MAX_TAG: usize = 35;

/// A language, with a region and a script where they matter, in the form of BCP 47
/// (<https://www.rfc-editor.org/info/bcp47>): `en-gb` becomes `en-GB`.
///
/// # Errors
/// `invalid_request` that names `field`.
pub fn locale(field: &str, given: &str) -> Result<String, Refusal> {
    // Many programs write an underscore between the parts.
    let parsed =
        LanguageIdentifier::try_from_str(&given.replace('_', "-")).ok().filter(|tag| !tag.language.is_unknown());
    let parsed = parsed.filter(|_| given.len() <= MAX_TAG);
    parsed.map(|tag| tag.to_string()).ok_or_else(|| Refusal::field(field, "Must be a language tag of BCP 47, as en-GB"))
}

/// A time zone by its IANA name, in the form of the database: `europe/london` becomes `Europe/London`.
///
/// # Errors
/// `invalid_request` that names `field`.
pub fn time_zone(field: &str, name: &str) -> Result<String, Refusal> {
    match jiff::tz::TimeZone::get(name) {
        Ok(zone) => Ok(zone.iana_name().unwrap_or(name).to_owned()),
        Err(_) => Err(Refusal::field(field, "Must be a time zone's IANA name, as Europe/London")),
    }
}

#[cfg(test)]
mod tests {
    use super::{locale, time_zone};

    #[test]
    fn zones_have_one_form_and_offsets_are_none() {
        assert_eq!(time_zone("time_zone", "europe/london"), Ok("Europe/London".to_owned()));
        for bad in ["", "Mars/Olympus", "+02:00"] {
            let refusal = time_zone("buyer.time_zone", bad).expect_err(bad);
            assert_eq!(refusal.errors[0].field, "buyer.time_zone");
        }
    }

    #[test]
    fn tags_have_one_form_and_names_of_languages_are_none() {
        assert_eq!(locale("locale", "en-gb"), Ok("en-GB".to_owned()));
        assert_eq!(locale("locale", "PT_br"), Ok("pt-BR".to_owned()));
        for bad in ["", "English!", "und", "e", &"de-".repeat(20)] {
            let refusal = locale("buyer.locale", bad).expect_err(bad);
            assert_eq!(refusal.errors[0].field, "buyer.locale");
        }
    }
}
