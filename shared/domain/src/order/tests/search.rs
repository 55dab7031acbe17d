//! What an order is found by.

use super::fixtures::{paid, place, tickets};
use crate::{Attendee, order::archive};

#[test]
fn an_order_is_found_by_its_people_its_codes_and_stripes_ids() {
    let mut order = paid(&place(&[tickets(2, 2_500)], 0));
    order.buyer.name = "Ada King Lovelace".to_owned();
    order.buyer.email = "ada@example.com".to_owned();
    order.payment.payment_intent_id = Some("pi_3ABC".to_owned());
    order.lines[0].attendees = vec![Attendee { name: "Zoë Quill".to_owned(), email: None }];
    let terms = order.search_terms();
    for term in ["ada_king_lovelace", "king_lovelace", "lovelace", "ada@example_com", "pi_3abc", "zoe_quill", "quill"] {
        assert!(terms.contains(term), "{term} is not in {terms:?}");
    }
    for ticket in &order.tickets {
        assert!(terms.contains(&ticket.code.as_str().to_lowercase()));
    }
    assert!(terms.is_superset(&order.lasting_search_terms()));
}

#[test]
fn an_archived_order_is_found_by_what_says_nothing_of_people() {
    let mut order = paid(&place(&[tickets(2, 2_500)], 0));
    order.buyer.name = "Ada Lovelace".to_owned();
    let lasting = order.lasting_search_terms();
    let decision = archive(&order, order.archive_at().expect("a time"));
    assert!(decision.changed, "it is over");
    assert_eq!(decision.order.search_terms(), lasting);
    assert!(!lasting.iter().any(|term| term.contains("lovelace") || term.contains('@')), "{lasting:?}");
}
