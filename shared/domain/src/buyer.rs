//! Who buys: parsed once, so that nothing behind this page sees a bad name or address.

use std::str::FromStr;

use email_address::EmailAddress;
use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use serde::{Deserialize, Serialize};

use crate::{
    Actor, Refusal,
    text::{self, is_letter, is_mark},
};

/// Most characters of a name.
pub const MAX_NAME: usize = 100;
/// Most characters of a mail address (RFC 5321, 4.5.3.1.3, less the angle brackets).
pub const MAX_EMAIL: usize = 254;
/// Most characters of a telephone number that are kept.
pub const MAX_PHONE: usize = 64;
/// Most characters of a company's name that are kept.
pub const MAX_COMPANY: usize = 200;

/// Who buys, and where to write to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Buyer {
    /// The name, in one plain form (see [`Buyer::parse`]).
    pub name: String,
    /// The mail address; its domain in ASCII, as mail servers and Stripe take it.
    pub email: String,
    /// A telephone number, if given: for people to read.
    pub phone: Option<String>,
    /// The company that buys, if given: any text, as typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// The language that the buyer reads, if named: a tag of BCP 47 in canonical form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// Where the buyer is, if named: a time zone's IANA name. Mail about a booking says its time there, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// The customer that was signed in, by the token's subject.
    pub customer: Option<String>,
}

impl Buyer {
    /// Who the buyer is, where they act: their subject if they have an account, else the holder of the order's token.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.customer.as_ref().map_or(Actor::Guest, Actor::person)
    }

    /// Parses what a buyer typed. Spaces, apostrophes, hyphens, full stops and commas of any typographic form become
    /// the plain ones, and what cannot be seen goes.
    ///
    /// A telephone number and a company never stop a sale: what is too long is cut, and the rest is kept for people to
    /// read.
    ///
    /// # Errors
    /// The first field at fault, as `buyer.name`.
    pub fn parse(name: &str, email: &str, phone: Option<&str>, company: Option<&str>) -> Result<Self, Refusal> {
        let given = |text: String| Some(text).filter(|text| !text.is_empty());
        Ok(Self {
            name: parse_name("buyer.name", name)?,
            email: mail_address("buyer.email", email)?,
            phone: phone.and_then(|phone| given(text::phone(phone, MAX_PHONE))),
            company: company.and_then(|company| given(text::line(company, MAX_COMPANY))),
            locale: None,
            time_zone: None,
            customer: None,
        })
    }
}

/// Who comes with a ticket, where the order says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendee {
    /// The name, in the form of a buyer's.
    pub name: String,
    /// The mail address, in the form of a buyer's; that ticket is sent there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

impl Attendee {
    /// Parses what was typed of another person, in the object at `place` of a request, or at its top.
    ///
    /// # Errors
    /// The first field at fault, as `{place}.name`.
    pub fn parse(place: Option<&str>, name: &str, email: Option<&str>) -> Result<Self, Refusal> {
        let at = |field: &str| place.map_or_else(|| field.to_owned(), |place| format!("{place}.{field}"));
        let email = email.filter(|email| !text::is_blank(email));
        Ok(Self {
            name: parse_name(&at("name"), name)?,
            email: email.map(|email| mail_address(&at("email"), email)).transpose()?,
        })
    }

    /// Parses to whom a ticket is handed over: a person with an address, because the new code goes there alone.
    ///
    /// # Errors
    /// The first field at fault, `name` or `email`.
    pub fn receiver(name: &str, email: &str) -> Result<Self, Refusal> {
        Ok(Self { name: parse_name("name", name)?, email: Some(mail_address("email", email)?) })
    }
}

/// A name in its plain form.
pub(crate) fn parse_name(field: &str, typed: &str) -> Result<String, Refusal> {
    let name = text::name(typed);
    if name.is_empty() {
        return Err(Refusal::field(field, "A name is required"));
    }
    if name.chars().count() > MAX_NAME {
        return Err(Refusal::field(field, format!("A name has at most {MAX_NAME} characters")));
    }
    if !name.chars().all(name_character) || !name.chars().any(is_letter) {
        return Err(Refusal::field(
            field,
            "A name consists of letters, spaces, hyphens, apostrophes, full stops and commas",
        ));
    }
    Ok(name)
}

fn name_character(c: char) -> bool {
    // Joiners, which are left inside Persian and Indic words alone.
    let joiner = matches!(c, '\u{200c}' | '\u{200d}');
    // Hyphen, apostrophe and double apostrophe of Hebrew; the apostrophe of Armenian; the commas of Arabic and Chinese;
    // the points and the double hyphen between foreign names in Japanese.
    let script = matches!(
        c,
        '\u{5be}' | '\u{5f3}' | '\u{5f4}' | '\u{55a}' | '\u{60c}' | '\u{3001}' | '\u{30fb}' | '\u{ff65}' | '\u{30a0}'
    );
    is_letter(c) || is_mark(c) || joiner || script || matches!(c, ' ' | '-' | '\'' | '.' | ',' | '·')
}

/// Parses a mail address that mail can be sent to: what cannot be seen goes, full-width characters become the usual
/// ones, and an international domain becomes ASCII (Punycode, by UTS 46), because SES takes no other
/// (<https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Destination.html>). What stands before the `@` has no
/// such form: SES does not support SMTPUTF8, so it must be ASCII.
///
/// # Errors
/// `invalid_request` that names `field`.
pub fn mail_address(field: &str, typed: &str) -> Result<String, Refusal> {
    let invalid = || Refusal::field(field, "Invalid email format");
    let email = text::visible(typed);
    // A quoted local part is legal and never meant: it only ever carries injections.
    if email.chars().count() > MAX_EMAIL || email.contains(['"', '(', '<', '[']) {
        return Err(invalid());
    }
    let (local, domain) = email.rsplit_once(['@', '\u{ff20}']).ok_or_else(invalid)?;
    let local = text::wide(local);
    if !local.is_ascii() {
        return Err(Refusal::field(field, "Before the @ a mail address has ASCII characters only"));
    }
    let domain = Uts46::new().to_ascii(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::Allow, DnsLength::Verify);
    let email = format!("{local}@{}", domain.map_err(|_| invalid())?);
    let parsed = EmailAddress::from_str(&email).map_err(|_| invalid())?;
    if email.len() > MAX_EMAIL || !parsed.domain().contains('.') {
        return Err(invalid());
    }
    Ok(email)
}

#[cfg(test)]
mod tests {
    use super::{Attendee, Buyer, MAX_COMPANY, MAX_EMAIL, MAX_NAME, MAX_PHONE, mail_address};

    fn name(text: &str) -> Result<Buyer, crate::Refusal> {
        Buyer::parse(text, "ada@example.com", None, None)
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
            "Lovelace, Ada",
            "רש״י",
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
            let refusal = Buyer::parse("Ada", bad, None, None).expect_err(bad);
            assert_eq!(refusal.message, "Invalid email format");
        }
        assert!(Buyer::parse("Ada", "ada+tickets@mail.example.co.uk", None, None).is_ok());
    }

    #[test]
    fn domains_become_ascii_and_local_parts_must_be() {
        for (typed, kept) in [
            ("ada@münchen.example", "ada@xn--mnchen-3ya.example"),
            ("Ada.L@MÜNCHEN.example", "Ada.L@xn--mnchen-3ya.example"),
            ("ada@例子。广告", "ada@xn--fsqu00a.xn--4rr70v"),
            ("ada@xn--mnchen-3ya.example", "ada@xn--mnchen-3ya.example"),
            ("ａｄａ＠ｅｘａｍｐｌｅ．ｃｏｍ", "ada@example.com"),
            ("\u{a0}ada\u{200b}@example.com\u{feff}", "ada@example.com"),
        ] {
            assert_eq!(mail_address("email", typed), Ok(kept.to_owned()), "{typed:?}");
        }
        for bad in ["jörg@example.com", "用户@例子.广告"] {
            let refusal = mail_address("contact.email", bad).expect_err(bad);
            assert_eq!(refusal.errors[0].field, "contact.email");
            assert!(refusal.message.contains("ASCII"), "{}", refusal.message);
        }
        for bad in ["ada@xn--a", "ada@ex ample.com", "ada@-.com", "ada@exa_mple.com", "ada@..com"] {
            assert_eq!(mail_address("email", bad).expect_err(bad).message, "Invalid email format", "{bad}");
        }
    }

    #[test]
    fn optional_fields_never_stop_a_sale() {
        let parsed = |phone: &str, company: &str| {
            Buyer::parse("Ada", "a@b.de", Some(phone), Some(company)).map(|buyer| (buyer.phone, buyer.company))
        };
        let kept = |text: &str| Some(text.to_owned());
        assert_eq!(parsed(" ", "\u{a0}"), Ok((None, None)));
        assert_eq!(
            parsed("+44 20 7946 0000", "Müller & Söhne <GmbH> 4711"),
            Ok((kept("+44 20 7946 0000"), kept("Müller & Söhne <GmbH> 4711")))
        );
        assert_eq!(parsed("call me", "a\nb\u{0}"), Ok((kept("call me"), kept("a b"))));
        let long = parsed(&"1".repeat(1_000), &"x".repeat(1_000)).expect("cut");
        assert_eq!(long, (Some("1".repeat(MAX_PHONE)), Some("x".repeat(MAX_COMPANY))));
    }

    #[test]
    fn names_and_addresses_may_be_as_long_as_is_promised() {
        let long = |n: usize| "a".repeat(n);
        assert!(name(&long(MAX_NAME)).is_ok() && name(&long(MAX_NAME + 1)).is_err());
        let domain = |last: usize| format!("{}.{}.{}", long(63), long(63), long(last));
        let address = |last: usize| format!("{}@{}", long(64), domain(last));
        assert_eq!(address(61).len(), MAX_EMAIL);
        assert_eq!(mail_address("email", &address(61)), Ok(address(61)));
        assert!(mail_address("email", &address(62)).is_err());
        // Punycode is longer than what was typed.
        let typed = format!("{}@{}.{}.\u{e4}{}", long(64), long(63), long(63), long(55));
        assert!(typed.chars().count() < MAX_EMAIL && mail_address("email", &typed).is_err());
        for injected in ["\"ada\"@example.com", "(ada)ada@example.com", "<ada@example.com", "ada@[10.0.0.1]"] {
            assert!(mail_address("email", injected).is_err(), "{injected}");
        }
    }

    #[test]
    fn a_guest_without_an_address_is_a_guest() {
        let email = |typed| Attendee::parse(Some("attendees[0]"), "Grace Hopper", typed).map(|guest| guest.email);
        for blank in [None, Some(""), Some(" \u{200b}")] {
            assert_eq!(email(blank), Ok(None), "{blank:?}");
        }
        assert_eq!(email(Some("grace@example.com")), Ok(Some("grace@example.com".to_owned())));
        let refusal = email(Some("grace")).expect_err("no address");
        assert_eq!(refusal.errors.first().map(|error| error.field.as_str()), Some("attendees[0].email"));
    }
}
