//! Who buys: parsed once, so that nothing behind this page sees a bad name or address.

use std::str::FromStr;

use email_address::EmailAddress;
use serde::{Deserialize, Serialize};
use unicode_general_category::{GeneralCategory, get_general_category};

use crate::Refusal;

/// Most characters of a name.
pub const MAX_NAME: usize = 100;
/// Most characters of a mail address (RFC 5321, 4.5.3.1.3, less the angle brackets).
pub const MAX_EMAIL: usize = 254;

/// Who buys, and where to write to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Buyer {
    /// The name as typed, blanks around it taken off.
    pub name: String,
    /// The mail address as typed.
    pub email: String,
    /// A telephone number, if given.
    pub phone: Option<String>,
    /// The customer that was signed in, by the token's subject.
    pub customer: Option<String>,
}

impl Buyer {
    /// Parses what a buyer typed.
    ///
    /// # Errors
    /// The first field at fault, as `buyer.name`.
    pub fn parse(name: &str, email: &str, phone: Option<&str>) -> Result<Self, Refusal> {
        Ok(Self { name: parse_name(name)?, email: parse_email(email)?, phone: parse_phone(phone)?, customer: None })
    }
}

fn parse_name(text: &str) -> Result<String, Refusal> {
    let name = text.trim();
    if name.is_empty() {
        return Err(Refusal::field("buyer.name", "A name is required"));
    }
    if name.chars().count() > MAX_NAME {
        return Err(Refusal::field("buyer.name", format!("A name has at most {MAX_NAME} characters")));
    }
    if !name.chars().all(name_character) || !name.chars().any(is_letter) {
        return Err(Refusal::field(
            "buyer.name",
            "A name consists of letters, spaces, hyphens, apostrophes and full stops",
        ));
    }
    Ok(name.to_owned())
}

fn is_letter(c: char) -> bool {
    use GeneralCategory as G;
    matches!(
        get_general_category(c),
        G::UppercaseLetter | G::LowercaseLetter | G::TitlecaseLetter | G::ModifierLetter | G::OtherLetter
    )
}

fn name_character(c: char) -> bool {
    use GeneralCategory as G;
    let mark = matches!(get_general_category(c), G::NonspacingMark | G::SpacingMark | G::EnclosingMark);
    // U+200C and U+200D join letters in Persian and Indic names.
    // U+05BE and U+05F3 are the hyphen and the apostrophe of Hebrew, U+30FB the point between foreign names in Japanese.
    let script = matches!(c, '\u{200c}' | '\u{200d}' | '\u{5be}' | '\u{5f3}' | '\u{30fb}');
    is_letter(c) || mark || script || matches!(c, ' ' | '-' | '\'' | '’' | '.' | '\u{2010}' | '\u{2011}' | '·')
}

fn parse_email(text: &str) -> Result<String, Refusal> {
    let email = text.trim();
    let invalid = || Refusal::field("buyer.email", "Invalid email format");
    // A quoted local part is legal and never meant: it only ever carries injections.
    if email.len() > MAX_EMAIL || email.contains(['"', '(', '<', '[']) {
        return Err(invalid());
    }
    let parsed = EmailAddress::from_str(email).map_err(|_| invalid())?;
    if !parsed.domain().contains('.') {
        return Err(invalid());
    }
    Ok(email.to_owned())
}

fn parse_phone(text: Option<&str>) -> Result<Option<String>, Refusal> {
    let Some(phone) = text.map(str::trim).filter(|phone| !phone.is_empty()) else { return Ok(None) };
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    let legal = phone.chars().all(|c| c.is_ascii_digit() || " +-()./".contains(c));
    if legal && (3..=20).contains(&digits) && phone.len() <= 40 {
        Ok(Some(phone.to_owned()))
    } else {
        Err(Refusal::field("buyer.phone", "Invalid phone number"))
    }
}

#[cfg(test)]
mod tests {
    use super::Buyer;

    fn name(text: &str) -> Result<Buyer, crate::Refusal> {
        Buyer::parse(text, "ada@example.com", None)
    }

    #[test]
    fn names_of_any_script_are_names() {
        for good in [
            "Ada Lovelace",
            "Jean-Luc O'Neill",
            "Dr. Ann",
            "Łukasz Żak",
            "李小龍",
            "Nguyễn Văn A",
            "محمد",
            "विकास",
            "D’Arcy",
        ] {
            assert!(name(good).is_ok(), "{good:?}");
        }
    }

    #[test]
    fn numbers_symbols_and_markup_are_not_names() {
        for bad in [
            "",
            "   ",
            "R2D2",
            "'; DROP TABLE orders; --",
            "<script>alert('xss')</script>",
            "a@b",
            "Ada\u{0}",
            "Ada\nB",
            "--",
            "💥",
        ] {
            let refusal = name(bad).expect_err(bad);
            assert_eq!(refusal.errors[0].field, "buyer.name");
        }
        let refusal = name(&"x".repeat(101)).expect_err("too long");
        assert_eq!(refusal.message, "A name has at most 100 characters");
    }

    #[test]
    fn addresses_are_checked() {
        for bad in [
            "",
            "ada",
            "ada@",
            "@example.com",
            "ada@example",
            "a b@example.com",
            "ada@example.com\r\nBcc: x@y.z",
            "<ada@example.com>",
        ] {
            let refusal = Buyer::parse("Ada", bad, None).expect_err(bad);
            assert_eq!(refusal.message, "Invalid email format");
        }
        assert!(Buyer::parse("Ada", "ada+tickets@mail.example.co.uk", None).is_ok());
    }

    #[test]
    fn a_phone_is_optional() {
        assert_eq!(Buyer::parse("Ada", "a@b.de", Some(" ")).map(|b| b.phone), Ok(None));
        assert!(Buyer::parse("Ada", "a@b.de", Some("+44 20 7946 0000")).is_ok());
        assert!(Buyer::parse("Ada", "a@b.de", Some("call me")).is_err());
    }
}
