//! Calendar files, as other programs read them.

use domain::NotificationKind;
use icalendar::{Calendar, CalendarComponent, Component};
use jiff::Timestamp;
use mail::calendar_file;

use crate::{every::all, samples::Sample};

fn file(sample: &Sample) -> Option<String> {
    let file = calendar_file(&sample.notification, &sample.context())?;
    assert!(file.content_type.starts_with("text/calendar; charset=utf-8; method="));
    assert!(file.name.ends_with(".ics"));
    Some(String::from_utf8(file.content).unwrap())
}

fn named(name: &str) -> Sample {
    all().into_iter().find(|sample| sample.name == name).unwrap()
}

#[test]
fn each_file_is_what_its_picture_shows() {
    let with_files: Vec<_> = all().into_iter().filter_map(|sample| Some((sample.name, file(&sample)?))).collect();
    let names: Vec<_> = with_files.iter().map(|(name, _)| *name).collect();
    for name in [
        "confirmed",
        "listing_canceled",
        "refund_card",
        "booking_confirmed",
        "booking_canceled_by_expert",
        "expert_listing_canceled",
        "expert_canceled_with_listing",
    ] {
        assert!(names.contains(&name), "{name} has no file: {names:?}");
    }
    for (name, file) in with_files {
        insta::assert_snapshot!(format!("{name}.ics"), file.replace("\r\n", "\n"));
    }
}

#[test]
fn a_file_that_cancels_is_of_the_same_entry_and_later() {
    let value = |file: &str, name: &str| -> String {
        let line = file.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name}: {file}"));
        line[name.len()..].trim_end().to_owned()
    };
    for (first, last) in [("confirmed", "listing_canceled"), ("booking_confirmed", "booking_canceled_by_expert")] {
        let mut sample = named(last);
        sample.order.version = named(first).order.version + 1;
        let (added, removed) = (file(&named(first)).unwrap(), file(&sample).unwrap());
        assert_eq!(value(&added, "UID:"), value(&removed, "UID:"));
        let sequence = |file: &str| value(file, "SEQUENCE:").parse::<u64>().unwrap();
        assert!(sequence(&removed) > sequence(&added));
        assert_eq!((value(&added, "METHOD:").as_str(), value(&removed, "METHOD:").as_str()), ("PUBLISH", "CANCEL"));
        assert_eq!(value(&removed, "STATUS:"), "CANCELLED");
    }
}

#[test]
fn a_parser_reads_the_same_times() {
    for (name, start, end) in [
        ("confirmed", "2027-06-12T18:30:00Z", "2027-06-12T21:00:00Z"),
        ("booking_confirmed", "2027-03-14T15:00:00Z", "2027-03-14T16:00:00Z"),
        ("moved", "2027-06-12T18:30:00Z", "2027-06-12T21:00:00Z"),
    ] {
        let text = file(&named(name)).unwrap();
        let calendar: Calendar = text.parse().unwrap();
        let CalendarComponent::Event(event) = &calendar.components[0] else { panic!("{calendar:?}") };
        let read = |name: &str| -> Timestamp {
            let written = event.property_value(name).unwrap();
            let utc = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", written).unwrap();
            utc.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp()
        };
        let times = [start, end].map(|time| time.parse::<Timestamp>().unwrap());
        assert_eq!(["DTSTART", "DTEND"].map(read), times, "{name}");
        assert_eq!(event.get_uid(), Some("ord_1-l1"));
    }
}

/// All that a program shows or acts by, as two parsers read it that have nothing in common.
#[test]
fn two_parsers_read_the_same_of_every_file() {
    let mut read = 0;
    for sample in all() {
        let Some(text) = file(&sample) else { continue };
        let one: Calendar = text.parse().unwrap();
        let mut other = ical::IcalParser::new(text.as_bytes());
        let other = other.next().unwrap().unwrap();
        let method = other.properties.iter().find(|property| property.name == "METHOD").unwrap().value.clone();
        assert_eq!(one.property_value("METHOD"), method.as_deref(), "{}", sample.name);
        assert_eq!(one.components.len(), other.events.len(), "{}", sample.name);
        assert!(other.timezones.is_empty(), "times are in UTC, so no zone need be known");
        for (component, event) in one.components.iter().zip(&other.events) {
            let CalendarComponent::Event(known) = component else { panic!("{component:?}") };
            let value = |name: &str| {
                let property = event.properties.iter().find(|property| property.name == name)?;
                assert!(property.params.as_ref().is_none_or(Vec::is_empty), "{name} has parameters: {property:?}");
                property.value.as_deref()
            };
            for name in ["UID", "SEQUENCE", "STATUS", "DTSTAMP", "DTSTART", "DTEND", "URL"] {
                assert_eq!(known.property_value(name), value(name), "{name} of {}", sample.name);
            }
            for name in ["DTSTART", "DTSTAMP"] {
                assert!(value(name).is_some_and(|time| time.len() == 16 && time.ends_with('Z')), "{:?}", value(name));
            }
            assert!(value("SUMMARY").is_some_and(|title| !title.is_empty()));
            read += 1;
        }
    }
    assert!(read > 10, "{read} entries");
}

/// What RFC 5546 asks of each event by its method (3.2.1 and 3.2.5), and of the calendar around it; the type is there, with
/// nothing that the method forbids.
#[test]
fn each_method_has_what_its_table_asks_for() {
    let mut seen = std::collections::BTreeMap::<String, usize>::new();
    for sample in all() {
        let Some(text) = file(&sample) else { continue };
        let calendar = ical::IcalParser::new(text.as_bytes()).next().unwrap().unwrap();
        let once = |properties: &[ical::property::Property], name: &str| {
            let mut found = properties.iter().filter(|property| property.name == name);
            let first = found.next().unwrap_or_else(|| panic!("{}: no {name} in {text}", sample.name)).clone();
            assert!(found.next().is_none(), "{}: {name} twice in {text}", sample.name);
            first
        };
        let method = once(&calendar.properties, "METHOD").value.unwrap();
        for name in ["PRODID", "VERSION"] {
            assert!(once(&calendar.properties, name).value.is_some());
        }
        let required: &[&str] = match method.as_str() {
            "PUBLISH" => &["DTSTAMP", "DTSTART", "ORGANIZER", "SUMMARY", "UID", "SEQUENCE"],
            "CANCEL" => &["DTSTAMP", "ORGANIZER", "SEQUENCE", "UID", "STATUS"],
            other => panic!("{other} has a table of its own"),
        };
        for event in &calendar.events {
            for name in required {
                assert!(once(&event.properties, name).value.is_some_and(|value| !value.is_empty()));
            }
            let organizer = once(&event.properties, "ORGANIZER");
            assert_eq!(organizer.value.as_deref(), Some("mailto:box@lantern.example"), "{text}");
            let name = organizer.params.unwrap_or_default();
            assert_eq!(name, [("CN".to_owned(), vec!["Lantern Theatre".to_owned()])]);
            // What is published is no invitation, and a file that cancels takes away what was published.
            for forbidden in ["ATTENDEE", "REQUEST-STATUS"] {
                assert!(event.properties.iter().all(|property| property.name != forbidden), "{text}");
            }
        }
        *seen.entry(method).or_default() += calendar.events.len();
    }
    assert_eq!(seen.keys().collect::<Vec<_>>(), ["CANCEL", "PUBLISH"]);
    assert!(seen.values().all(|events| *events > 5), "{seen:?}");
}

#[test]
fn an_organizer_without_a_contact_is_reached_at_the_sender_else_on_a_page() {
    let mut sample = named("confirmed");
    sample.organization.profile.contact.email = None;
    assert!(file(&sample).unwrap().contains("ORGANIZER;CN=Lantern Theatre:mailto:tickets@shop.example\r\n"));
    let context = mail::Context { sender: None, ..sample.context() };
    let page = calendar_file(&sample.notification, &context).unwrap().content;
    let page = String::from_utf8(page).unwrap().replace("\r\n ", "");
    assert!(page.contains("ORGANIZER;CN=Lantern Theatre:https://shop.example/organizations/lantern\r\n"), "{page}");
}

#[test]
fn what_has_no_date_has_no_file() {
    for name in [
        "confirmed_hours",
        "failed",
        "late",
        "booking_declined",
        "booking_requested",
        "booking_canceled_with_listing",
        "expert_request_canceled_with_listing",
    ] {
        assert_eq!(file(&named(name)), None, "{name}");
    }
    let part = Sample {
        notification: NotificationKind::Refund(domain::RefundId::parse("ref_1").unwrap()),
        ..named("confirmed")
    };
    assert_eq!(file(&part), None, "a part is left, and so is the date");
}
