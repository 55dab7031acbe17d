//! What an order is found by, besides its id.

use std::collections::BTreeSet;

use super::aggregate::order::Order;
use crate::search::{by_words, search_form};

impl Order {
    /// All terms that the order is found by: its number, the words of the names in it, mail addresses, the codes of its
    /// tickets, and Stripe's ids. An archived order has no people any more, and is found by the rest.
    #[must_use]
    pub fn search_terms(&self) -> BTreeSet<String> {
        let attendees = || {
            let of_lines = self.lines.iter().flat_map(|line| &line.attendees);
            of_lines.chain(self.tickets.iter().filter_map(|ticket| ticket.attendee.as_ref()))
        };
        let addressee = self.delivery.as_ref().and_then(|delivery| delivery.name.as_deref());
        let names = [self.buyer.name.as_str()].into_iter().chain(self.buyer.company.as_deref()).chain(addressee);
        let names = names.chain(attendees().map(|attendee| attendee.name.as_str()));
        let addresses = attendees().filter_map(|attendee| attendee.email.as_deref());
        let addresses = addresses.chain([self.buyer.email.as_str()]);
        let mut terms: BTreeSet<String> = names.flat_map(by_words).collect();
        terms.extend(addresses.map(search_form));
        terms.extend(self.lasting_search_terms());
        terms.remove("");
        terms
    }

    /// Those of its terms that say nothing of people, so that they outlast its archiving.
    #[must_use]
    pub fn lasting_search_terms(&self) -> BTreeSet<String> {
        let payment = &self.payment;
        let free = |session: &&String| !session.starts_with("FREE-");
        let stripe = payment.session_id.iter().filter(free).chain(&payment.payment_intent_id).chain(&payment.charge_id);
        let refunds = self.refunds.iter().flat_map(|refund| refund.stripe_id.iter().chain(&refund.payment_intent));
        let disputes = payment.disputes().map(|dispute| dispute.stripe_id.as_str());
        let ids = stripe.chain(refunds).map(String::as_str).chain(disputes);
        let codes = self.tickets.iter().map(|ticket| ticket.code.as_str());
        let number = self.number.as_ref().map(crate::OrderNumber::as_str);
        let mut terms: BTreeSet<String> = ids.chain(codes).chain(number).map(search_form).collect();
        terms.remove("");
        terms
    }
}
