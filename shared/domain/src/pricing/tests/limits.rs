//! How much an order may hold and cost.

use super::{CENTS_50, RequestedLine, listing, now, offer, organization, percent, price, promo, refused, tickets};
use crate::{Code, Kind, Listing, Minor, Organization, pricing::share_exceeded};

#[test]
fn an_order_has_so_many_tickets() {
    assert!(tickets(&organization(), &offer(100), 10, &[]).is_ok());
    let eleven = tickets(&organization(), &offer(100), 11, &[]);
    refused(eleven, Code::QuantityLimit, "Maximum 10 tickets per order");

    let (show, shop) = (listing("show", Kind::Show), listing("shop", Kind::Product));
    let offer = offer(100);
    let requested_line =
        |listing, quantity| RequestedLine { index: 0, listing, offer: &offer, quantity, donation: None, presale: None };
    let apart = [requested_line(&show, 6), requested_line(&show, 5)];
    let message = "Maximum 10 tickets per order";
    refused(price(&organization(), &apart, None, &[], CENTS_50, now()), Code::QuantityLimit, message);
    // Only tickets count: of other things a line may have a thousand.
    let rich = Organization { max_order_amount: Minor(1_000_000), ..organization() };
    let mixed = [requested_line(&show, 10), requested_line(&shop, 1_000), requested_line(&shop, 1_000)];
    assert!(price(&rich, &mixed, None, &[], CENTS_50, now()).is_ok());
    for quantity in [1_001, u32::MAX] {
        let refusal =
            price(&rich, &[requested_line(&shop, quantity)], None, &[], CENTS_50, now()).expect_err("too many");
        assert_eq!((refusal.code, refusal.message.as_str()), (Code::QuantityLimit, "Maximum 1000 units per item"));
        assert_eq!(refusal.errors[0].field, "items[0].quantity");
    }
    // No organization may allow more than one transaction can settle.
    let generous = Organization { max_tickets_per_order: 1000, ..organization() };
    refused(tickets(&generous, &offer, 31, &[]), Code::QuantityLimit, "Maximum 30 tickets per order");
}

#[test]
fn no_order_has_more_than_its_buyers_share_of_a_show() {
    let show = Listing { max_tickets_per_buyer: Some(4), ..listing("show", Kind::Show) };
    let (other, offer) = (listing("other", Kind::Show), offer(100));
    let line =
        |listing, quantity| RequestedLine { index: 0, listing, offer: &offer, quantity, donation: None, presale: None };
    let tried = |lines: &[RequestedLine<'_>]| price(&organization(), lines, None, &[], CENTS_50, now());
    assert!(tried(&[line(&show, 2), line(&show, 2), line(&other, 5)]).is_ok());
    let message = "Maximum 4 tickets of show per buyer";
    refused(
        tried(&[line(&show, 2), line(&other, 1), line(&show, 3)]),
        Code::QuantityLimit,
        &message.replace("show", &show.title),
    );
    let held = share_exceeded(&show, 4, 3);
    assert_eq!(held.message, format!("Maximum 4 tickets of {} per buyer; you have 3 already", show.title));
}

#[test]
fn an_order_has_something_and_not_too_many_lines() {
    let nothing = price(&organization(), &[], None, &[], CENTS_50, now());
    refused(nothing, Code::InvalidRequest, "At least one item with a quantity is required");
    let (show, offer) = (listing("show", Kind::Show), offer(100));
    let requested_line =
        RequestedLine { index: 0, listing: &show, offer: &offer, quantity: 0, donation: None, presale: None };
    let eleven = vec![requested_line; 11];
    let lines = price(&organization(), &eleven, None, &[], CENTS_50, now());
    refused(lines, Code::InvalidRequest, "An order has at most 10 items");
}

#[test]
fn the_total_has_a_limit_that_may_be_reached() {
    let exact = Organization { max_order_amount: Minor(5484), ..organization() };
    assert!(tickets(&exact, &offer(2500), 2, &[]).is_ok());
    let message = "Order total exceeds maximum amount of $5000";
    refused(tickets(&organization(), &offer(50_000), 10, &[]), Code::AmountLimit, message);
    // The buyer's own total counts: a discount may bring it below.
    assert!(tickets(&organization(), &offer(50_000), 10, &[promo("show", percent(50))]).is_ok());
}

#[test]
fn a_total_below_what_stripe_charges_is_refused() {
    let shop = listing("shop", Kind::Product);
    let at = |price_of_one| {
        let offer = offer(price_of_one);
        let requested_line =
            RequestedLine { index: 0, listing: &shop, offer: &offer, quantity: 1, donation: None, presale: None };
        price(&organization(), &[requested_line], None, &[], CENTS_50, now())
    };
    refused(at(49), Code::AmountLimit, "Order total is below the minimum charge of $0.50");
    assert!(at(50).is_ok());
    assert!(at(0).is_ok());
}

#[test]
fn a_seller_without_an_account_sells_nothing_that_costs() {
    let organization = Organization { stripe_account: None, ..organization() };
    let message = "Producer payment details not configured";
    refused(tickets(&organization, &offer(2500), 1, &[]), Code::PaymentsNotConfigured, message);
}
