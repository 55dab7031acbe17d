//! The daily summary for staff.

use domain::{DailySummary, Organization};
use mail::{Language, Rendered, summary_letter};
use serde_json::json;

use crate::samples::organization;

/// A day with something of everything.
fn day() -> DailySummary {
    serde_json::from_value(json!({
        "organization": "lantern", "from": "2027-01-14T00:00:00Z", "to": "2027-01-15T00:00:00Z",
        "sales": { "count": 1_204, "units": 2_511, "sums": [
            { "amount": 12_345_678, "currency": "eur" }, { "amount": 5_000, "currency": "jpy" }
        ] },
        "refunds": { "count": 2, "sums": [{ "amount": 8_000, "currency": "eur" }] },
        "disputes": { "shown": [
            { "order": "ord_1", "sum": { "amount": 5_484, "currency": "eur" }, "at": "2027-01-20T23:59:59Z" },
            { "order": "ord_2", "sum": { "amount": 1_000, "currency": "eur" } }
        ], "more": true },
        "reviews": { "shown": [
            { "order": "ord_3", "sum": { "amount": 2_000, "currency": "eur" }, "at": "2027-01-13T09:00:00Z" }
        ] }
    }))
    .unwrap()
}

fn rendered(summary: &DailySummary, organization: &Organization) -> Rendered {
    summary_letter(summary, organization, "https://shop.example").expect("a letter").render().unwrap()
}

fn in_language(language: Language) -> Organization {
    let mut seller = organization();
    seller.profile.locale = Some(language.tag().to_owned());
    seller.profile.time_zone = Some("Europe/Paris".to_owned());
    seller
}

#[test]
fn it_is_what_its_picture_shows() {
    let mail = rendered(&day(), &organization());
    insta::assert_snapshot!("summary.txt", format!("Subject: {}\n\n{}", mail.subject, mail.text));
    insta::assert_snapshot!("summary.html", mail.html);
}

#[test]
fn it_is_written_in_each_language_in_the_zone_of_the_place() {
    let english = rendered(&day(), &in_language(Language::English));
    for language in Language::ALL {
        let mail = rendered(&day(), &in_language(language));
        assert!(mail.html.contains(&format!("<html lang=\"{}\">", language.tag())), "{language:?}");
        assert!(mail.text.contains("Europe/Paris, UTC+1"), "{}", mail.text);
        assert!(!mail.text.contains("summary-") && !mail.subject.contains("summary-"), "{}", mail.text);
        if language != Language::English {
            assert_ne!((&mail.subject, &mail.text), (&english.subject, &english.text));
        }
    }
    let german = rendered(&day(), &in_language(Language::German)).text.replace('\u{a0}', " ");
    assert!(german.contains("Eingenommen: 123.456,78 EUR"), "{german}");
}

#[test]
fn a_part_that_is_switched_off_is_left_out_and_nothing_is_no_mail() {
    let mut summary = day();
    (summary.disputes, summary.refunds) = (None, None);
    let mail = rendered(&summary, &organization());
    assert!(!mail.text.contains("Dispute") && !mail.text.contains("Refunds"), "{}", mail.text);
    assert!(mail.text.contains("Orders paid: 1,204") && mail.text.contains("ord_3"), "{}", mail.text);
    (summary.sales, summary.reviews) = (None, None);
    assert_eq!(summary_letter(&summary, &organization(), "https://shop.example"), None);
}

#[test]
fn a_sellers_name_is_escaped() {
    let mut seller = organization();
    seller.name = "<b>Box</b>\nBcc: eve@example.com".to_owned();
    let mail = rendered(&day(), &seller);
    assert!(!mail.html.contains("<b>Box") && !mail.text.contains("\nBcc") && !mail.subject.contains('\n'));
}
