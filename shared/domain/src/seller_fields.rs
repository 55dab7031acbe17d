//! What sellers write down of themselves and of what they sell, field by field: which values are taken, and in which form each is
//! kept. A refusal names the field as the contract does.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use rust_decimal::Decimal;
use url::Url;

use crate::{
    Kind, PresaleMode, Refusal,
    buyer::MAX_PHONE,
    catalog::{CancellationTier, MAX_TICKETS, MAX_UNITS},
    free_text, text,
};

/// Most characters of an address, over all its lines.
const MAX_ADDRESS: usize = 500;
/// Most characters of a tax id. The longest that Stripe lists have some 20.
const MAX_TAX_ID: usize = 64;
/// Most characters of an address on the web.
const MAX_URL: usize = 2_048;
/// Most characters of a subject, as tokens have them.
const MAX_SUBJECT: usize = 255;
/// Most hours that one package credits.
const MAX_HOURS: u32 = 10_000;
/// Most tiers of a cancellation policy.
const MAX_TIERS: usize = 20;
/// Most origins that pages may lie in.
const MAX_ORIGINS: usize = 20;
/// How many hours before its start a door may open at most: a year, as for festival wristbands that are sent out.
const CHECK_IN_HOURS: RangeInclusive<u32> = 0..=8_760;
/// The relative luminance of a color that has a contrast of 5.8 to 1 with white.
const DARK_ENOUGH: f32 = 0.13;

/// A contact's telephone number. Buyers call it, so it has digits.
///
/// # Errors
/// `invalid_request` at `contact.phone`.
pub fn contact_phone(given: &str) -> Result<String, Refusal> {
    let phone = text::phone(given, MAX_PHONE);
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    if (3..=30).contains(&digits) { Ok(phone) } else { Err(Refusal::field("contact.phone", "Invalid phone number")) }
}

/// A contact's postal address, in lines.
///
/// # Errors
/// `invalid_request` at `contact.address`.
pub fn contact_address(given: &str) -> Result<String, Refusal> {
    free_text("contact.address", given, MAX_ADDRESS, true)
}

/// A number at the tax office, in one line.
///
/// # Errors
/// `invalid_request` at `contact.tax_id`.
pub fn tax_id(given: &str) -> Result<String, Refusal> {
    let line = free_text("contact.tax_id", given, MAX_TAX_ID, true)?;
    if line.contains(['\n', '\t']) { Err(Refusal::field("contact.tax_id", "Must be one line")) } else { Ok(line) }
}

/// A picture that pages and mails may load: only over TLS, and without a name or password in its address.
///
/// # Errors
/// `invalid_request` at `logo_url`.
pub fn logo_url(given: &str) -> Result<String, Refusal> {
    let url = Url::parse(given).ok().filter(|url| {
        url.scheme() == "https" && url.host().is_some() && url.username().is_empty() && url.password().is_none()
    });
    let url = url.map(String::from).filter(|url| url.len() <= MAX_URL);
    url.ok_or_else(|| Refusal::field("logo_url", format!("Must be an https address of at most {MAX_URL} characters")))
}

/// A color that white text stands out from: a contrast of 5.8 to 1, so that links in it can be read on tinted ground, too (WCAG
/// 2.2 wants 4.5 to 1).
///
/// # Errors
/// `invalid_request` at `accent_color`.
pub fn accent_color(given: &str) -> Result<String, Refusal> {
    let refused = |message: &str| Refusal::field("accent_color", message);
    let digits = given.strip_prefix('#').filter(|digits| digits.len() == 6);
    let color = digits.and_then(|_| color::parse_color(given).ok());
    let color = color.ok_or_else(|| refused("Must be a color as #0b6455"))?;
    if color.relative_luminance() > DARK_ENOUGH {
        return Err(refused("Must be dark enough for white text to be read on it"));
    }
    Ok(given.to_ascii_lowercase())
}

/// How many hours before the doors check-in opens.
///
/// # Errors
/// `invalid_request` at `check_in_opens_hours_before`.
pub fn check_in_hours(hours: u32) -> Result<u32, Refusal> {
    let message = || format!("Must be between {} and {}", CHECK_IN_HOURS.start(), CHECK_IN_HOURS.end());
    let legal = CHECK_IN_HOURS.contains(&hours);
    if legal { Ok(hours) } else { Err(Refusal::field("check_in_opens_hours_before", message())) }
}

/// The most tickets of one order.
///
/// # Errors
/// `invalid_request` at `max_tickets_per_order`.
pub fn max_tickets(most: u32) -> Result<u32, Refusal> {
    let refused = || Refusal::field("max_tickets_per_order", format!("Must be between 1 and {MAX_TICKETS}"));
    if (1..=MAX_TICKETS).contains(&most) { Ok(most) } else { Err(refused()) }
}

/// What a canceled booking gives back, the earliest tier first.
///
/// # Errors
/// `invalid_request` at `cancellation`, or at the place of a tier in it.
pub fn cancellation(mut tiers: Vec<CancellationTier>) -> Result<Vec<CancellationTier>, Refusal> {
    if tiers.len() > MAX_TIERS {
        return Err(Refusal::field("cancellation", format!("At most {MAX_TIERS} tiers")));
    }
    if let Some(n) = tiers.iter().position(|tier| tier.percent > 100) {
        return Err(Refusal::field(format!("cancellation[{n}].percent"), "Must be between 0 and 100"));
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

/// Web origins that success and cancel pages may lie in.
///
/// # Errors
/// `invalid_request` at `allowed_origins`, or at the place of an origin in it.
pub fn allowed_origins(given: &[String]) -> Result<Vec<String>, Refusal> {
    if given.len() > MAX_ORIGINS {
        return Err(Refusal::field("allowed_origins", format!("At most {MAX_ORIGINS} origins")));
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

/// The subject that a token names its holder by. Compared to the letter, so nothing is trimmed.
///
/// # Errors
/// `invalid_request` at the field.
pub fn subject(field: &str, given: &str) -> Result<String, Refusal> {
    let legal = (1..=MAX_SUBJECT).contains(&given.chars().count()) && !given.chars().any(char::is_control);
    // One that was pasted with something invisible would be in no token, and no person could see why.
    if legal && given == text::visible(given) {
        return Ok(given.to_owned());
    }
    Err(Refusal::field(
        field,
        format!(
            "Must be the subject of the expert's tokens, of at most {MAX_SUBJECT} characters, without blanks around it \
             and without invisible ones"
        ),
    ))
}

/// The hours that a package credits: above zero, with at most two decimals.
///
/// # Errors
/// `invalid_request` at the field.
pub fn package_hours(field: &str, given: &str) -> Result<Decimal, Refusal> {
    let plain = given.len() <= 20 && given.chars().all(|c| c.is_ascii_digit() || c == '.');
    let parsed = Decimal::from_str_exact(given).ok().filter(|hours| plain && hours.scale() <= 2);
    parsed.filter(|hours| *hours > Decimal::ZERO && *hours <= Decimal::from(MAX_HOURS)).ok_or_else(|| {
        Refusal::field(
            field,
            format!("Must be a decimal above \"0\", at most \"{MAX_HOURS}\", with at most two decimals"),
        )
    })
}

/// How many of an offer one order may have, and when it can be bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OfferLimits {
    /// The fewest of one order.
    pub min_per_order: Option<u32>,
    /// The most of one order.
    pub max_per_order: Option<u32>,
    /// From when on it can be bought.
    pub opens_at: Option<Timestamp>,
    /// From when on it can be bought no longer.
    pub closes_at: Option<Timestamp>,
    /// What holders of its presale codes may before `opens_at`, or they alone.
    pub presale: PresaleMode,
}

/// Most tickets of a show that a limit for each buyer may leave to one.
const MAX_SHARE: u32 = 10_000;

/// How many tickets one buyer may have, over all orders.
///
/// # Errors
/// `invalid_request` at `max_tickets_per_buyer`, for what is no show, for none, and for more than 10,000.
pub fn share(kind: Kind, most: u32) -> Result<u32, Refusal> {
    let field = "max_tickets_per_buyer";
    match (kind, most) {
        (Kind::Show, 1..=MAX_SHARE) => Ok(most),
        (Kind::Show, _) => Err(Refusal::field(field, format!("Must be between 1 and {MAX_SHARE}"))),
        _ => Err(Refusal::field(field, "Only tickets are limited for each buyer")),
    }
}

/// How often a code may be used; none is without a limit.
///
/// # Errors
/// `invalid_request` at `max_uses`, for more than 2,147,483,647: the description of the API calls it an `int32`.
pub fn max_uses(most: Option<u32>) -> Result<Option<u32>, Refusal> {
    if most.is_some_and(|most| most > i32::MAX.unsigned_abs()) {
        return Err(Refusal::field("max_uses", format!("Must be at most {}", i32::MAX)));
    }
    Ok(most)
}

impl OfferLimits {
    /// Whether these are limits that an order of this kind can keep.
    ///
    /// # Errors
    /// `invalid_request` at the limit that none can.
    pub fn check(&self, kind: Kind) -> Result<(), Refusal> {
        let most = if kind == Kind::Show { MAX_TICKETS } else { MAX_UNITS };
        for (field, limit) in [("min_per_order", self.min_per_order), ("max_per_order", self.max_per_order)] {
            if limit.is_some_and(|limit| !(1..=most).contains(&limit)) {
                return Err(Refusal::field(field, format!("Must be between 1 and {most}")));
            }
        }
        if self.min_per_order.zip(self.max_per_order).is_some_and(|(least, most)| least > most) {
            return Err(Refusal::field("max_per_order", "Must not be below min_per_order"));
        }
        if self.opens_at.zip(self.closes_at).is_some_and(|(opens, closes)| closes <= opens) {
            return Err(Refusal::field("closes_at", "Must be after opens_at"));
        }
        if self.presale == PresaleMode::Early && self.opens_at.is_none() {
            return Err(Refusal::field("presale", "Nothing is early without opens_at"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field<T: std::fmt::Debug>(refused: Result<T, Refusal>) -> String {
        refused.expect_err("refused").errors[0].field.clone()
    }

    #[test]
    fn a_contact_can_be_called_and_written_to() {
        assert_eq!(contact_phone(" +44 20 7946\u{a0}0000 "), Ok("+44 20 7946 0000".to_owned()));
        assert_eq!(field(contact_phone("none")), "contact.phone");
        assert_eq!(contact_address(" 1 Main Street\nYork "), Ok("1 Main Street\nYork".to_owned()));
        assert_eq!(field(tax_id("GB 1\nGB 2")), "contact.tax_id");
    }

    #[test]
    fn pictures_come_over_tls_and_colors_are_dark() {
        assert_eq!(logo_url("https://a.example/l.png"), Ok("https://a.example/l.png".to_owned()));
        for wrong in ["http://a.example/l.png", "https://me:pw@a.example/", "l.png", "data:image/png;base64,AA"] {
            assert_eq!(field(logo_url(wrong)), "logo_url", "{wrong}");
        }
        assert_eq!(accent_color("#0B6455"), Ok("#0b6455".to_owned()));
        for wrong in ["#fff", "#ffffff", "0b6455", "teal", "#0b64551"] {
            assert_eq!(field(accent_color(wrong)), "accent_color", "{wrong}");
        }
    }

    #[test]
    fn tiers_are_sorted_and_give_back_less_and_less() {
        let tier = |from_hours_before, percent| CancellationTier { from_hours_before, percent };
        assert_eq!(cancellation(vec![tier(2, 50), tier(24, 100)]), Ok(vec![tier(24, 100), tier(2, 50)]));
        assert_eq!(field(cancellation(vec![tier(2, 100), tier(24, 50)])), "cancellation");
        assert_eq!(field(cancellation(vec![tier(2, 50), tier(2, 50)])), "cancellation");
        assert_eq!(field(cancellation(vec![tier(2, 50), tier(3, 101)])), "cancellation[1].percent");
        assert!(cancellation(vec![tier(1, 1); 21]).is_err());
    }

    #[test]
    fn origins_are_no_pages() {
        let origins =
            |texts: &[&str]| allowed_origins(&texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        assert_eq!(origins(&["https://a.example/"]), Ok(vec!["https://a.example".to_owned()]));
        assert_eq!(field(origins(&["https://a.example", "https://a.example/page"])), "allowed_origins[1]");
        assert_eq!(field(origins(&["ftp://a.example"])), "allowed_origins[0]");
    }

    #[test]
    fn limits_are_ones_that_an_order_can_keep() {
        let limits = |min: u32, max: u32| OfferLimits {
            min_per_order: Some(min),
            max_per_order: Some(max),
            ..OfferLimits::default()
        };
        assert_eq!(limits(1, 30).check(Kind::Show), Ok(()));
        assert_eq!(limits(1, 1_000).check(Kind::Product), Ok(()));
        assert_eq!(field(limits(0, 3).check(Kind::Show)), "min_per_order");
        assert_eq!(field(limits(1, 31).check(Kind::Show)), "max_per_order");
        assert_eq!(field(limits(3, 2).check(Kind::Product)), "max_per_order");
        let times = OfferLimits {
            opens_at: Some(Timestamp::UNIX_EPOCH),
            closes_at: Some(Timestamp::UNIX_EPOCH),
            ..OfferLimits::default()
        };
        assert_eq!(field(times.check(Kind::Show)), "closes_at");
        assert_eq!(
            (check_in_hours(8_760), field(check_in_hours(8_761))),
            (Ok(8_760), "check_in_opens_hours_before".to_owned())
        );
        assert_eq!((max_tickets(30), field(max_tickets(0))), (Ok(30), "max_tickets_per_order".to_owned()));
    }

    #[test]
    fn hours_are_above_zero_and_subjects_are_as_tokens_have_them() {
        assert_eq!(package_hours("hours", "10.50").map(|hours| hours.to_string()), Ok("10.50".to_owned()));
        for wrong in ["0", "-1", "1.234", "ten", "10001", ""] {
            assert_eq!(field(package_hours("hours", wrong)), "hours", "{wrong}");
        }
        assert_eq!(subject("expert", "auth0|grace"), Ok("auth0|grace".to_owned()));
        for wrong in ["", " grace", "gra\u{200b}ce"] {
            assert_eq!(field(subject("expert", wrong)), "expert", "{wrong:?}");
        }
    }
}
