//! The forms of texts in the API: what a pattern, a format or a list of words says of them, each once and with an example.
//!
//! They describe, and check nothing: a handler parses what it takes, and a form allows all that is taken. A field names its
//! form by `#[schema(value_type = …)]`.

/// Makes a form: its type, its name in the description, and its schema, which may name its `MEANING`.
macro_rules! form {
    ($(#[doc = $doc:literal])+ $form:ident as $name:literal: $schema:expr) => {
        $(#[doc = $doc])+
        #[derive(Debug)]
        pub struct $form;

        impl PartialSchema for $form {
            fn schema() -> RefOr<Schema> {
                const MEANING: &str = concat!($($doc, "\n"),+);
                $schema
            }
        }

        impl ToSchema for $form {
            fn name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }
        }
    };
}

mod words;

use serde_json::Value;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ObjectBuilder, RefOr, Type,
        schema::{Schema, SchemaFormat},
    },
};

pub use words::{
    AttendeesWord, BookingStatusWord, CanceledByWord, CodeStateWord, DeliveryModeWord, DisputeStatusWord, ErasureWord,
    ExportStatusWord, HealthWord, KindWord, LoggedKindWord, OrderPaymentModeWord, OrderStatusWord, PaymentStatusWord,
    PresaleModeWord, ProblemCodeWord, RefundStatusWord, RoleWord, ScanKindWord, ScanOutcomeWord, SheetKindWord,
    ShowFeesWord, SlotCauseWord, SlotStatusWord, StaffActionWord, TaxBehaviorWord, TaxLiabilityWord, TicketStatusWord,
    UndeliverableCauseWord,
};

/// What is said of a text besides what it means.
enum Rule {
    /// A regular expression of ECMA 262 that it matches.
    Pattern(&'static str),
    /// What it is of: a time, a day, an address.
    Format(&'static str),
    /// How many characters it has, from and to.
    Length(usize, usize),
    /// One of its kind.
    Example(&'static str),
}

fn text(description: &str, rules: &[Rule]) -> RefOr<Schema> {
    let text = ObjectBuilder::new().schema_type(Type::String).description(Some(description.trim()));
    let formed = rules.iter().fold(text, |text, rule| match rule {
        Rule::Pattern(pattern) => text.pattern(Some(*pattern)),
        Rule::Format(format) => text.format(Some(SchemaFormat::Custom((*format).to_owned()))),
        Rule::Length(least, most) => text.min_length(Some(*least)).max_length(Some(*most)),
        Rule::Example(example) => text.examples([Value::from(*example)]),
    });
    formed.into()
}

/// Makes a form of each text with its rules.
macro_rules! forms {
    ($($(#[doc = $doc:literal])+ $form:ident as $name:literal { $($rule:expr),+ $(,)? })+) => {
        use Rule::{Example, Format, Length, Pattern};

        $(form! { $(#[doc = $doc])+ $form as $name: text(MEANING, &[$($rule),+]) })+
    };
}

forms! {
    /// An amount of money in major units, as a plain decimal. An answer has all decimals of its currency.
    MoneyForm as "Money" { Pattern(r"^[0-9]+(\.[0-9]+)?$"), Length(1, 32), Example("54.84") }
    /// An amount of money in major units that may be below zero.
    SignedMoneyForm as "SignedMoney" { Pattern(r"^-?[0-9]+(\.[0-9]+)?$"), Length(1, 32), Example("-25.00") }
    /// A currency of ISO 4217, in lower case.
    CurrencyForm as "Currency" { Pattern("^[a-z]{3}$"), Example("usd") }
    /// A share between 0 and 1, with at most six decimals.
    ShareForm as "Share" { Pattern(r"^[0-9]*\.?[0-9]*$"), Length(1, 20), Example("0.029") }
    /// Hours, with at most two decimals; below zero where they go out.
    HoursForm as "Hours" { Pattern(r"^-?[0-9]+(\.[0-9]{1,2})?$"), Example("7.5") }
    /// Hours above zero, with at most two decimals.
    TypedHoursForm as "HoursRequest" { Pattern(r"^[0-9]*\.?[0-9]*$"), Length(1, 20), Example("1.5") }
    /// A moment, RFC 3339. Answers have it in UTC.
    InstantForm as "Instant" { Format("date-time"), Example("2026-11-21T19:30:00Z") }
    /// What a clock on the wall shows, without a zone.
    LocalTimeForm as "LocalTime" { Pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?$"), Example("2026-11-02T09:00:00") }
    /// A day on the wall, without a zone.
    LocalDayForm as "LocalDay" { Format("date"), Example("2026-12-24") }
    /// A recurrence rule of RFC 5545 about days: `FREQ` (`DAILY`, `WEEKLY`, `MONTHLY`), `INTERVAL`, `BYDAY`, `BYMONTH`,
    /// `BYMONTHDAY`, `BYSETPOS`, `WKST`, and either `COUNT` or `UNTIL`.
    RecurrenceRuleForm as "RecurrenceRule" { Length(1, 200), Example("FREQ=WEEKLY;BYDAY=MO,WE;COUNT=20") }
    /// A day in UTC.
    DayForm as "Day" { Format("date"), Example("2026-11-21") }
    /// The id of an organization, unique everywhere; lower case.
    OrganizationIdForm as "OrganizationId" { Pattern("^[a-z0-9-]{1,64}$"), Example("lantern-hall") }
    /// The id of a listing, unique over all organizations.
    ListingIdForm as "ListingId" { Pattern("^[a-z0-9-]{1,64}$"), Example("summer-show") }
    /// The id of an offer, unique within its listing.
    OfferIdForm as "OfferId" { Pattern("^[a-z0-9-]{1,64}$"), Example("general") }
    /// The id of an order, for programs; opaque.
    OrderIdForm as "OrderId" { Pattern("^[A-Za-z0-9_-]{1,255}$"), Example("ord_01a2183aa1c27807b9ca9d8a553845c6") }
    /// What people know an order by: eight digits and letters that do not look alike.
    OrderNumberForm as "OrderNumber" { Pattern("^[2-9CDFGHJKMNPQRTVWXY]{8}$"), Example("K7WQ2M9D") }
    /// The name of a line within its order.
    LineIdForm as "LineId" { Pattern("^[A-Za-z0-9_-]{1,255}$"), Example("l1") }
    /// The id of a refund: ours, or Stripe's for one that began there.
    RefundIdForm as "RefundId" { Pattern("^[A-Za-z0-9_-]{1,255}$"), Example("ref_01a2183aa1c27807b9ca9d8a553845c7") }
    /// The number of a receipt: the day of payment and eight characters.
    ReceiptNumberForm as "ReceiptNumber" { Pattern("^RCP-[0-9]{4}-[0-9]{4}-[A-Z2-7]{8}$"), Example("RCP-2026-1121-K3QZ7WPA") }
    /// The code that opens the door.
    TicketCodeForm as "TicketCode" { Pattern("^[A-Za-z0-9_-]{1,255}$"), Example("V4ILXWLL6MSB7LSODF5J") }
    /// A device that checks tickets of one listing in.
    DeviceIdForm as "DeviceId" { Pattern("^[A-Za-z0-9_-]{1,255}$"), Example("dev_9f3a5e0c41d24b7f8e6a1b2c3d4e5f60") }
    /// The key of a device, which is shown once.
    DeviceKeyForm as "DeviceKey" { Pattern(r"^dev_[0-9a-f]{32}\.[A-Z2-7]{32}$"), Length(69, 69), Example("dev_9f3a5e0c41d24b7f8e6a1b2c3d4e5f60.V4ILXWLL6MSB7LSODF5J7VYJCQHXWBBQ") }
    /// What a device knows a ticket's code by: 128 bits of SHA-256 over the listing's id, a full stop, and the code with O for 0 and
    /// I for 1 and L, in Base64 for addresses.
    CodeHashForm as "CodeHash" { Pattern("^[A-Za-z0-9_-]{22}$"), Example("q1Zk3ZmQ0cGFnZQAXk3ZmA") }
    /// A public key of Ed25519, in Base64 for addresses.
    PublicKeyForm as "PublicKey" { Pattern("^[A-Za-z0-9_-]{43}$"), Example("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo") }
    /// A code as it is printed, in any case and in groups, or the whole content of a signed QR code.
    ScannedCodeForm as "ScannedCode" { Example("V4IL XWLL 6MSB 7LSO DF5J") }
    /// What a device calls one scan: 1 to 64 letters, digits, hyphens or underscores.
    ScanIdForm as "ScanId" { Pattern("^[A-Za-z0-9_-]{1,64}$"), Example("0d0f6e2e-5b0e-4c39-9a3e-0f8f3f1f7a55") }
    /// A promo code, as it is kept.
    PromoCodeForm as "PromoCode" { Pattern("^[A-Z0-9_-]{1,40}$"), Example("TEST20") }
    /// A presale code, as it is kept.
    PresaleCodeForm as "PresaleCode" { Pattern("^[A-Z0-9_-]{1,40}$"), Example("FANS") }
    /// A code as people type it: in any case, in groups; blanks, hyphens and invisible characters make no difference.
    TypedCodeForm as "CodeRequest" { Example("test-20") }
    /// Opens one order without an account.
    AccessTokenForm as "AccessToken" { Pattern("^[A-Z2-7]{32}$"), Example("V4ILXWLL6MSB7LSODF5J7VYJCQHXWBBQ") }
    /// The subject of a token: a customer, an expert, staff.
    SubjectForm as "Subject" { Length(1, 255), Example("auth0|ada") }
    /// What Stripe knows it by; `FREE-` and the order's id where nothing was paid.
    StripeIdForm as "StripeId" { Pattern("^[A-Za-z0-9_-]{1,300}$"), Example("pi_3PtWvT2eZvKYlo2C") }
    /// The Stripe account that is paid.
    TypedAccountForm as "StripeAccountRequest" { Pattern(r"^\s*acct_[A-Za-z0-9_]*\s*$"), Example("acct_1032D82eZvKYlo2C") }
    /// A payment method of Stripe's.
    PaymentMethodForm as "PaymentMethod" { Pattern("^pm_[A-Za-z0-9_]*$"), Length(3, 255), Example("pm_card_visa") }
    /// A mail address; its domain is in ASCII. It is empty once the personal fields of an order are gone.
    MailAddressForm as "MailAddress" { Pattern("^([^@]+@[^@]+)?$"), Example("ada@example.com") }
    /// A mail address. An international domain is kept in ASCII; what stands before the `@` is ASCII.
    TypedMailAddressForm as "MailAddressRequest" { Example("ada@example.com") }
    /// A language tag of BCP 47.
    LocaleForm as "Locale" { Example("de-CH") }
    /// A time zone, by its IANA name.
    TimeZoneForm as "TimeZone" { Example("Europe/London") }
    /// A country: ISO 3166-1 alpha-2, in upper case.
    CountryForm as "Country" { Pattern("^[A-Z]{2}$"), Example("US") }
    /// An address on the web.
    UrlForm as "Url" { Format("uri"), Example("https://shop.example") }
    /// Where a page of a list begins. It is opaque, and good for the list that gave it alone.
    CursorForm as "Cursor" { Example("AXk3ZmQ0cGFnZQ") }
    /// A version of this service.
    VersionForm as "Version" { Pattern(r"^[0-9]+\.[0-9]+\.[0-9]+"), Example("0.1.0") }
    /// Your name for a request: the same request under the same key takes effect once.
    KeyForm as "IdempotencyKey" { Pattern("^[ -~]{1,255}$"), Example("cart-7f3a") }
    /// An export: for programs; opaque.
    ExportIdForm as "ExportId" { Pattern("^exp_[0-9A-Za-z]+$"), Example("exp_0192f3c1a7b84d5e9f60718293a4b5c6") }
    /// The bytes of a document for print.
    PdfForm as "Pdf" { Format("binary"), Example("%PDF-1.7 ...") }
    /// A table for spreadsheets: RFC 4180 in UTF-8 with a byte order mark, the names of its columns first. What would be a formula
    /// has an apostrophe in front.
    CsvForm as "Csv" { Example("order,number,status\r\nord_01HF8Z6T3V5W9YBC,K7WQ2M9D,paid\r\n") }
}

#[cfg(test)]
mod tests {
    use domain::{ListingId, OrderId, PromoCode, TicketCode};
    use serde_json::json;
    use utoipa::PartialSchema;

    use super::{CurrencyForm, InstantForm, OrderStatusWord, ProblemCodeWord};

    #[test]
    fn a_form_says_what_it_is_and_shows_one() {
        let currency = serde_json::to_value(CurrencyForm::schema()).expect("JSON");
        let said = json!({"type": "string", "description": "A currency of ISO 4217, in lower case.",
            "pattern": "^[a-z]{3}$", "examples": ["usd"]});
        assert_eq!(currency, said);
        assert_eq!(serde_json::to_value(InstantForm::schema()).expect("JSON")["format"], "date-time");
    }

    #[test]
    fn a_closed_set_lists_its_words() {
        let status = serde_json::to_value(OrderStatusWord::schema()).expect("JSON");
        let words = ["pending", "authorized", "paid", "failed", "expired", "canceled", "refunded"];
        assert_eq!(status["enum"], json!(words));
        let codes = serde_json::to_value(ProblemCodeWord::schema()).expect("JSON");
        assert_eq!(codes["enum"].as_array().map(Vec::len), Some(domain::Code::ALL.len()));
    }

    #[test]
    fn examples_of_ids_are_ids() {
        assert!(ListingId::parse("summer-show").is_ok());
        assert!(OrderId::parse("ord_01a2183aa1c27807b9ca9d8a553845c6").is_ok());
        assert!(TicketCode::typed("V4ILXWLL6MSB7LSODF5J").is_ok());
        assert_eq!(PromoCode::parse("test-20").map(|code| code.to_string()), Ok("TEST20".to_owned()));
    }
}
