//! What each mail says and looks like.

use domain::{
    Kind, ListingId, NotificationKind, Order, OrderStatus,
    notification::ChangedTicket,
    order::{BookingStatus, PaymentState, TicketStatus},
};
use mail::{Context, Language, Rendered, compose, reader};
use serde_json::json;

use crate::{
    every::{all, of_products},
    samples::{Sample, merged, refund},
};

fn rendered(sample: &Sample) -> Rendered {
    compose(&sample.notification, &sample.context()).expect(sample.name).render().unwrap()
}

#[test]
fn each_mail_is_what_its_picture_shows() {
    for sample in all() {
        let mail = rendered(&sample);
        insta::assert_snapshot!(format!("{}.txt", sample.name), format!("Subject: {}\n\n{}", mail.subject, mail.text));
        insta::assert_snapshot!(format!("{}.html", sample.name), mail.html);
    }
}

/// Whether a notification writes a mail. A new kind does not compile until it is named here.
fn writes(notification: &NotificationKind) -> bool {
    match notification {
        NotificationKind::Confirmation
        | NotificationKind::Resend(_)
        | NotificationKind::Moved(_)
        | NotificationKind::Reminder(_)
        | NotificationKind::BookingReminder(_)
        | NotificationKind::ExpertRequested
        | NotificationKind::ExpertCanceled
        | NotificationKind::ExpertReminder
        | NotificationKind::Ticket(_)
        | NotificationKind::TicketChanged(_)
        | NotificationKind::TicketReceived(_)
        | NotificationKind::HandedOver(_)
        | NotificationKind::TicketMoved(_)
        | NotificationKind::TicketCanceled(_)
        | NotificationKind::PaymentOpen
        | NotificationKind::Refund(_)
        | NotificationKind::RefundFailed(_)
        | NotificationKind::ListingCanceled(_)
        | NotificationKind::Apology
        | NotificationKind::PaymentFailed
        | NotificationKind::BookingRequested
        | NotificationKind::BookingOver => true,
        NotificationKind::TransferLabel => false,
    }
}

#[test]
fn each_mail_is_written_in_each_language() {
    for sample in all() {
        assert!(writes(&sample.notification));
        let english = rendered(&sample.in_language(Language::English));
        for language in Language::ALL {
            let mail = rendered(&sample.in_language(language));
            let what = format!("{} in {language:?}: {}", sample.name, mail.text);
            assert!(mail.html.contains(&format!("<html lang=\"{}\">", language.tag())), "{what}");
            assert!(mail.text.contains("Ada Lovelace") && mail.text.contains("ord_1"), "{what}");
            // Neither a message's name nor what it was to be filled with is left over.
            for left in ["-subject", "-heading", "-text", "{ ", "$"] {
                assert!(!mail.subject.contains(left) && !mail.text.contains(left), "{left}: {what}");
            }
            if language != Language::English {
                assert_ne!((&mail.subject, &mail.text), (&english.subject, &english.text), "{what}");
            }
        }
    }
}

/// In each of the six languages, a word that begins so means a ticket.
const TICKETS: [&str; 6] = ["ticket", "eintritt", "billet", "entrada", "bigliett", "bilhete"];

#[test]
fn no_mail_about_anything_but_a_show_speaks_of_tickets() {
    let others = all().into_iter().filter(|sample| sample.order.lines.iter().all(|line| line.kind != Kind::Show));
    let others: Vec<_> = others.chain(of_products()).collect();
    assert!(others.len() > 20, "{}", others.len());
    for (sample, language) in others.iter().flat_map(|sample| Language::ALL.map(|language| (sample, language))) {
        let mail = rendered(&sample.in_language(language));
        for (word, said) in
            TICKETS.iter().flat_map(|word| [(word, &mail.subject), (word, &mail.text), (word, &mail.html)])
        {
            assert!(!said.to_lowercase().contains(word), "{} in {language:?}: {said}", sample.name);
        }
    }
    let shows = all().into_iter().find(|sample| sample.name == "listing_canceled_free").unwrap();
    for (language, word) in
        Language::ALL.into_iter().zip(["ticket", "ticket", "billet", "entrada", "bigliett", "bilhete"])
    {
        let text = rendered(&shows.in_language(language)).text;
        assert!(text.to_lowercase().contains(word), "{text}");
    }
}

#[test]
fn a_label_has_its_languages_colon() {
    let confirmed = all().swap_remove(0);
    let french = rendered(&confirmed.in_language(Language::French)).text;
    for line in ["\nDate : samedi 12 juin 2027", "\n  Total : 1 032,39 EUR", "\nVoir votre commande : https://"] {
        assert!(french.replace('\u{202f}', " ").contains(line), "{line}: {french}");
    }
    for language in Language::ALL.into_iter().filter(|language| *language != Language::French) {
        let text = rendered(&confirmed.in_language(language)).text;
        assert!(text.matches(": ").count() > 5 && !text.contains(" :"), "{text}");
    }
}

#[test]
fn a_row_without_a_label_has_no_colon() {
    let mut two = all().swap_remove(0);
    let mut other = two.order.lines[0].clone();
    (other.id, other.listing, other.title) = ("l2".to_owned(), ListingId::parse("ball").unwrap(), "Ball".to_owned());
    two.order.lines.push(other);
    let text = rendered(&two).text;
    assert!(text.contains("\n\nGala\nWhen: "), "{text}");
}

#[test]
fn a_refund_in_part_names_what_it_is_for() {
    let said = |name: &str| rendered(&all().into_iter().find(|sample| sample.name == name).unwrap()).text;
    let (part, amount) = (said("refund_part"), said("refund_amount"));
    assert!(part.contains("514.69 EUR") && part.contains("\nFor: 1 × Gala – Stalls\n"), "{part}");
    assert!(amount.contains("5.00 EUR") && !amount.contains("For:") && !amount.contains("Stalls"), "{amount}");
}

#[test]
fn what_people_typed_is_escaped_and_stays_on_its_line() {
    let evil = "<script>alert(1)</script>\nBcc: eve@example.com & \"so on\"";
    for mut sample in all() {
        sample.order.buyer.name = evil.to_owned();
        sample.order.seller = evil.to_owned();
        sample
            .order
            .lines
            .iter_mut()
            .flat_map(|line| &mut line.attendees)
            .chain(sample.order.tickets.iter_mut().filter_map(|ticket| ticket.attendee.as_mut()))
            .for_each(|attendee| attendee.name = evil.to_owned());
        for line in &mut sample.order.lines {
            line.title = evil.to_owned();
            line.name = evil.to_owned();
        }
        for listing in &mut sample.listings {
            listing.venue = Some(evil.to_owned());
            listing.cancel_reason = listing.cancel_reason.as_ref().map(|_| evil.to_owned());
        }
        let mail = rendered(&sample);
        assert!(!mail.html.contains("<script") && mail.html.contains("&lt;script&gt;"), "{}", mail.html);
        assert!(!mail.text.contains("\nBcc") && !mail.subject.contains('\n'), "{}", mail.text);
    }
}

#[test]
fn there_is_no_mail_to_a_reader_who_is_gone() {
    for mut sample in all() {
        sample.order.buyer.email.clear();
        sample.organization.profile.contact.email = None;
        let Order { lines, tickets, .. } = &mut sample.order;
        let of_tickets = tickets.iter_mut().filter_map(|ticket| ticket.attendee.as_mut());
        let attendees = lines.iter_mut().flat_map(|line| &mut line.attendees).chain(of_tickets);
        attendees.for_each(|attendee| attendee.email = None);
        assert_eq!(compose(&sample.notification, &sample.context()), None, "{}", sample.name);
        assert_eq!(reader(&sample.notification, &sample.context()), None, "{}", sample.name);
    }
}

#[test]
fn experts_are_written_to_at_their_listings_address() {
    for mut sample in all() {
        let to = |sample: &Sample| reader(&sample.notification, &sample.context()).map(str::to_owned);
        if sample.notification.is_for_expert() {
            assert_eq!(to(&sample).as_deref(), Some("box@lantern.example"), "{}", sample.name);
            sample.listings[0].contact.email = Some("robin@lantern.example".to_owned());
            assert_eq!(to(&sample).as_deref(), Some("robin@lantern.example"), "{}", sample.name);
            assert!(!rendered(&sample).text.contains("token="), "an expert has no buyer's secret: {}", sample.name);
        } else if sample.notification.ticket_place().is_some() {
            use NotificationKind::{Ticket, TicketChanged, TicketReceived};
            let changed = matches!(sample.notification, TicketChanged(_) | TicketReceived(_));
            let (name, address) =
                if changed { ("Alan Turing", "alan@example.com") } else { ("Grace Hopper", "grace@example.com") };
            let mail = rendered(&sample);
            assert_eq!(to(&sample).as_deref(), Some(address));
            assert!(mail.text.starts_with(&format!("Hello {name},")), "{}", mail.text);
            let shows = matches!(sample.notification, Ticket(_) | TicketChanged(_) | TicketReceived(_));
            assert_eq!(mail.text.contains("BB2O4I6CDEFGHJKMNPQR"), shows, "{}", mail.text);
            assert!(!mail.text.contains("AB2O4I6CDEFGHJKMNPQR") && !mail.text.contains("token="), "{}", mail.text);
        } else {
            assert_eq!(to(&sample).as_deref(), Some("ada@example.com"), "{}", sample.name);
        }
    }
}

#[test]
fn what_is_over_is_reminded_of_no_more() {
    for sample in all() {
        let says = |sample: &Sample| compose(&sample.notification, &sample.context()).is_some();
        let reminds = match &sample.notification {
            NotificationKind::Moved(_) | NotificationKind::Reminder(_) => {
                let mut refunded = sample.clone();
                refunded.order.tickets.iter_mut().for_each(|ticket| ticket.status = TicketStatus::Void);
                assert!(!says(&refunded), "{}", sample.name);
                let mut canceled = sample.clone();
                canceled.listings[0].canceled_at = Some(canceled.context().now);
                assert!(!says(&canceled), "{}", sample.name);
                true
            }
            NotificationKind::BookingReminder(_) | NotificationKind::ExpertReminder => {
                let mut canceled = sample.clone();
                canceled.order.booking.as_mut().unwrap().status = BookingStatus::Canceled;
                assert!(!says(&canceled), "{}", sample.name);
                // Before the money is back, the order is paid still.
                let mut with_listing = sample.clone();
                with_listing.listings[0].canceled_at = Some(sample.context().now);
                assert!(!says(&with_listing), "{}", sample.name);
                let mut refunded = sample.clone();
                let given = merged(refund("staff", 8_000), json!({ "items": [{ "line": "l1", "quantity": 1 }] }));
                refunded.order.refunds =
                    vec![serde_json::from_value(merged(given, json!({ "state": "pending" }))).unwrap()];
                assert!(!says(&refunded), "{}", sample.name);
                true
            }
            _ => false,
        };
        if reminds {
            let late = Context { now: "2028-01-01T00:00:00Z".parse().unwrap(), ..sample.context() };
            assert_eq!(compose(&sample.notification, &late), None, "{}", sample.name);
        }
        if let NotificationKind::Reminder(_) = &sample.notification {
            let mut moved = sample.clone();
            moved.listings[0].starts_at = Some("2027-06-13T18:30:00Z".parse().unwrap());
            assert!(!says(&moved), "it has a reminder of its own then");
        }
    }
}

#[test]
fn locales_are_the_buyers_the_listings_and_the_sellers_in_turn() {
    let mut sample = all().swap_remove(0);
    let said = |sample: &Sample| sample.context().locale().to_owned();
    assert_eq!(said(&sample), "en");
    sample.organization.profile.locale = Some("fr-CA".to_owned());
    assert_eq!(said(&sample), "fr-CA");
    sample.listings[0].locale = Some("de-CH".to_owned());
    assert_eq!(said(&sample), "de-CH");
    sample.order.buyer.locale = Some("ja".to_owned());
    assert_eq!(said(&sample), "de-CH", "mail does not speak it");
    sample.order.buyer.locale = Some("pt-BR".to_owned());
    assert_eq!(said(&sample), "pt-BR");
}

#[test]
fn a_ticket_that_was_handed_on_again_is_no_news() {
    for (change, says) in [(0, false), (1, true), (2, false)] {
        let mut sample = all().into_iter().find(|sample| sample.name == "ticket_changed").unwrap();
        sample.notification = match change {
            0 => NotificationKind::Ticket(1),
            change => NotificationKind::TicketChanged(ChangedTicket { place: 1, change }),
        };
        assert_eq!(compose(&sample.notification, &sample.context()).is_some(), says, "{change}");
    }
}

#[test]
fn of_a_ticket_that_was_handed_over_its_buyer_hears_no_good_code() {
    let find = |name: &str| all().into_iter().find(|sample| sample.name == name).unwrap();
    let handed = find("handed_over");
    let mail = rendered(&handed);
    assert!(mail.text.contains("Alan Turing (alan@example.com)"), "{}", mail.text);
    assert!(mail.text.contains("CB2O4I6CDEFGHJKMNPQR") && !mail.text.contains("BB2O4I6CDEFGHJKMNPQR"), "{}", mail.text);
    let confirmed = Sample { notification: NotificationKind::Resend(1), ..handed.clone() };
    let text = rendered(&confirmed).text;
    assert!(text.contains("AB2O4I6CDEFGHJKMNPQR"), "{text}");
    assert!(!text.contains("BB2O4I6CDEFGHJKMNPQR") && !text.contains("CB2O4I6CDEFGHJKMNPQR"), "{text}");
    for name in ["handed_over", "ticket_received"] {
        let mut sample = find(name);
        sample.order.tickets[1].attendee_changes = 2;
        assert_eq!(compose(&sample.notification, &sample.context()), None, "{name} is no news any more");
    }
}

#[test]
fn a_payment_page_is_reminded_of_only_while_it_is_open() {
    let open = || all().into_iter().find(|sample| sample.name == "payment_open").unwrap();
    let says = |sample: &Sample| compose(&sample.notification, &sample.context()).is_some();
    assert!(says(&open()));
    let late = open();
    let late_context = Context { now: "2027-01-15T08:46:30Z".parse().unwrap(), ..late.context() };
    assert_eq!(compose(&late.notification, &late_context), None, "it ends in a moment");
    type Change = fn(&mut Sample);
    let changes: [(&str, Change); 4] = [
        ("paid", |sample| sample.order.status = OrderStatus::Paid),
        ("under way", |sample| sample.order.payment.state = PaymentState::Processing),
        ("let go", |sample| sample.order.hold = None),
        ("turned off", |sample| sample.organization.profile.remind_of_open_payment = false),
    ];
    for (what, change) in changes {
        let mut sample = open();
        change(&mut sample);
        assert!(!says(&sample), "{what}");
    }
}
