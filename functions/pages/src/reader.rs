//! Who reads a page: in which language, with which separators in numbers, by which clock.

use domain::{Currency, Listing, Minor, Organization};
use http::{HeaderMap, header, request::Parts};
use url::form_urlencoded;
use words::Language;

use crate::cookies;

/// The query that chooses a language.
pub(crate) const QUERY: &str = "lang";

/// The language that a request asks for: by its query, by the reader's choice before, or by the browser's own.
pub(crate) fn preferred(parts: &Parts, secure: bool) -> Option<Language> {
    let chosen = chosen(parts.uri.query());
    let kept = || cookies::value(&parts.headers, &cookies::name(cookies::LANGUAGE, secure));
    chosen.or_else(|| kept().and_then(|tag| Language::from_tag(&tag))).or_else(|| accepted(&parts.headers))
}

/// The language that a query chooses.
pub(crate) fn chosen(query: Option<&str>) -> Option<Language> {
    let mut pairs = form_urlencoded::parse(query?.as_bytes());
    pairs.find(|(name, _)| name == QUERY).and_then(|(_, tag)| Language::from_tag(&tag))
}

/// The first language of `Accept-Language` that is spoken here, by its weight (RFC 9110, 12.5.4).
fn accepted(headers: &HeaderMap) -> Option<Language> {
    let text = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut ranges: Vec<(u32, Language)> = text.split(',').filter_map(range).collect();
    // The sort is stable: of equal weights the first one goes before.
    ranges.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    ranges.first().map(|(_, language)| *language)
}

/// A language range with its weight in thousandths.
fn range(text: &str) -> Option<(u32, Language)> {
    let mut parts = text.split(';').map(str::trim);
    let language = Language::from_tag(parts.next()?)?;
    let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1_000), thousandths)?;
    (weight > 0).then_some((weight, language))
}

fn thousandths(text: &str) -> Option<u32> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let part = format!("{part:0<3}");
    Some(whole.parse::<u32>().ok()? * 1_000 + part.get(..3)?.parse::<u32>().ok()?)
}

/// A page's reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reader {
    /// One of the six that pages are written in.
    pub(crate) language: Language,
    /// The locale that separators of numbers come from, as `de-CH`.
    pub(crate) locale: String,
    /// The time zone of times that have none of their own.
    pub(crate) zone: Option<String>,
}

/// The time zone of a listing's times: its own, else its seller's.
pub(crate) fn zone_of<'a>(listing: Option<&'a Listing>, seller: Option<&'a Organization>) -> Option<&'a str> {
    let own = listing.and_then(|listing| listing.timezone.as_deref());
    own.or_else(|| seller.and_then(|seller| seller.profile.time_zone.as_deref()))
}

impl Reader {
    /// Who asked for that language, else who reads what a listing or its seller speaks.
    pub(crate) fn of(preferred: Option<Language>, listing: Option<&Listing>, seller: Option<&Organization>) -> Self {
        let listings = listing.and_then(|listing| listing.locale.as_deref());
        let sellers = seller.and_then(|seller| seller.profile.locale.as_deref());
        let spoken = [listings, sellers].into_iter().flatten().find(|tag| Language::from_tag(tag).is_some());
        let language = preferred.or_else(|| spoken.and_then(Language::from_tag)).unwrap_or_default();
        // The seller's region where its language is read: `de-CH` groups digits in its own way.
        let regional = spoken.filter(|tag| Language::from_tag(tag) == Some(language));
        Self {
            language,
            locale: regional.unwrap_or(language.tag()).to_owned(),
            zone: zone_of(listing, seller).map(str::to_owned),
        }
    }

    /// An amount with its currency.
    pub(crate) fn money(&self, currency: Currency, amount: Minor) -> String {
        words::money::format(&self.locale, currency, amount)
    }

    /// A message.
    pub(crate) fn phrase(&self, id: &str, args: &[(&'static str, &str)]) -> String {
        self.language.phrase(id, args)
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};
    use words::Language;

    use super::{accepted, chosen};

    #[test]
    fn browsers_ask_by_weight() {
        let preferred = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("accept-language", HeaderValue::from_static(text));
            accepted(&headers)
        };
        assert_eq!(preferred("de-CH, fr;q=0.9"), Some(Language::German));
        assert_eq!(preferred("ja, fr;q=0.8, it;q=0.85"), Some(Language::Italian));
        assert_eq!(preferred("es;q=0, en;q=0.1"), Some(Language::English));
        assert_eq!(preferred("ja"), None);
        assert_eq!(preferred(""), None);
        assert_eq!(preferred("de;q=a, fr;q=0.5"), Some(Language::French));
    }

    #[test]
    fn a_query_chooses() {
        assert_eq!(chosen(Some("month=2027-01&lang=pt-BR")), Some(Language::Portuguese));
        assert_eq!(chosen(Some("lang=xx")), None);
        assert_eq!(chosen(None), None);
    }
}
