mod limits;
mod properties;
mod whole_price;

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use super::{Quote, RequestedLine, price};
use crate::{
    Code, Currency, Kind, Listing, ListingId, Minor, Offer, OfferId, Organization, OrganizationId, Promo, PromoCode,
    Refusal, Totals,
    catalog::{Attendees, PaymentMode},
};

const CENTS_50: Minor = Minor(50);

fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).expect("a time")
}

fn hours(hours: i64) -> Option<Timestamp> {
    Some(now() + SignedDuration::from_hours(hours))
}

fn currency(code: &str) -> Currency {
    Currency::parse(code).expect("a currency")
}

fn organization() -> Organization {
    Organization {
        id: OrganizationId::parse("box-office").expect("an id"),
        name: "Box Office".to_owned(),
        currency: Currency::USD,
        stripe_account: Some("acct_1".to_owned()),
        platform_fee_per_ticket: Minor(150),
        processing_percent: Decimal::new(29, 3),
        processing_fixed: Minor(30),
        max_tickets_per_order: 10,
        max_order_amount: Minor(500_000),
        max_donation_per_ticket: Minor(100_000),
        cancellation: Vec::new(),
        allowed_origins: Vec::new(),
        profile: crate::organization::Profile::default(),
        tax: crate::TaxTerms::default(),
        payment_modes: crate::catalog::all_modes(),
        version: 1,
    }
}

fn listing(id: &str, kind: Kind) -> Listing {
    Listing {
        id: ListingId::parse(id).expect("an id"),
        organization: OrganizationId::parse("box-office").expect("an id"),
        kind,
        title: "Summer show".to_owned(),
        description: String::new(),
        currency: Currency::USD,
        published: true,
        starts_at: None,
        doors_at: None,
        ends_at: None,
        venue: None,
        timezone: None,
        contact: crate::organization::Contact::default(),
        logo_url: None,
        locale: None,
        expert: None,
        payment_modes: None,
        canceled_at: None,
        cancel_reason: None,
        refund_until: None,
        delivery: crate::DeliveryMode::None,
        attendees_until: None,
        transferable: crate::Transferable::Off,
        max_tickets_per_buyer: None,
        version: 1,
    }
}

fn offer(price: i64) -> Offer {
    Offer {
        id: OfferId::parse("standard").expect("an id"),
        listing: ListingId::parse("show").expect("an id"),
        name: "Standard".to_owned(),
        price: Minor(price),
        capacity: Some(100),
        shards: 1,
        donation: false,
        vip: false,
        hours: None,
        starts_at: None,
        ends_at: None,
        expert: None,
        attendees: crate::catalog::Attendees::default(),
        min_per_order: None,
        max_per_order: None,
        opens_at: None,
        closes_at: None,
        presale: crate::PresaleMode::None,
        deleted: false,
        version: 1,
    }
}

fn donated(price: i64) -> Offer {
    Offer { donation: true, ..offer(price) }
}

fn code() -> PromoCode {
    PromoCode::parse("TEST20").expect("a code")
}

fn promo(listing: &str, percent_off: Decimal) -> Promo {
    Promo {
        code: code(),
        listing: ListingId::parse(listing).expect("an id"),
        percent_off,
        max_uses: None,
        valid_from: None,
        valid_until: None,
        uses: 0,
    }
}

fn percent(percent: i64) -> Decimal {
    Decimal::new(percent, 2)
}

/// Prices one offer of a show.
fn tickets(organization: &Organization, offer: &Offer, quantity: u32, promos: &[Promo]) -> Result<Quote, Refusal> {
    let show = listing("show", Kind::Show);
    let requested_line = RequestedLine { index: 0, listing: &show, offer, quantity, donation: None, presale: None };
    let code = code();
    price(organization, &[requested_line], (!promos.is_empty()).then_some(&code), promos, CENTS_50, now())
}

fn donation(offer: &Offer, amount: &str) -> Result<Quote, Refusal> {
    let show = listing("show", Kind::Show);
    let line = RequestedLine { index: 3, listing: &show, offer, quantity: 1, donation: Some(amount), presale: None };
    price(&organization(), &[line], None, &[], CENTS_50, now())
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, Refusal>, code: Code, message: &str) {
    let refusal = result.expect_err("a refusal");
    assert_eq!((refusal.code, refusal.message.as_str()), (code, message));
}

fn amounts(totals: &Totals) -> [i64; 5] {
    let Totals { subtotal, discount, platform_fees, processing_fees, total } = *totals;
    [subtotal.0, discount.0, platform_fees.0, processing_fees.0, total.0]
}

#[test]
fn two_tickets_of_25_cost_54_84() {
    let quote = tickets(&organization(), &offer(2500), 2, &[]).expect("a price");
    assert_eq!(amounts(&quote.totals), [5000, 0, 300, 184, 5484]);
    assert_eq!(quote.promo, None);
}

#[test]
fn a_promo_code_takes_its_share_off_tickets_and_never_off_fees() {
    let quote = tickets(&organization(), &offer(2500), 4, &[promo("show", percent(20))]).expect("a price");
    // 2.9 % of 80.00 + 6.00, and 0.30.
    assert_eq!(amounts(&quote.totals), [10_000, 2000, 600, 279, 8879]);
    assert_eq!((quote.lines[0].discount, quote.lines[0].total), (Minor(2000), Minor(8000)));
    assert_eq!(quote.promo.map(|promo| promo.code), Some(code()));
}

#[test]
fn a_discount_is_rounded_half_up_once_for_its_line() {
    // 5 % of 3 x 0.30 is 4.5 cents.
    let organization = Organization { platform_fee_per_ticket: Minor(0), ..organization() };
    let quote = tickets(&organization, &offer(30), 3, &[promo("show", percent(5))]).expect("a price");
    assert_eq!(quote.lines[0].discount, Minor(5));
}

#[test]
fn what_is_free_has_no_fees_and_needs_no_account() {
    let organization = Organization { stripe_account: None, ..organization() };
    let free = tickets(&organization, &offer(0), 10, &[]).expect("a price");
    assert_eq!(amounts(&free.totals), [0; 5]);
    let given = tickets(&organization, &offer(2500), 2, &[promo("show", Decimal::ONE)]).expect("a price");
    assert_eq!(amounts(&given.totals), [5000, 5000, 0, 0, 0]);
}

#[test]
fn products_slots_and_packages_have_no_fees() {
    for kind in [Kind::Product, Kind::Expert, Kind::Package] {
        let (listing, offer) = (listing("thing", kind), offer(2500));
        let requested_line =
            RequestedLine { index: 0, listing: &listing, offer: &offer, quantity: 2, donation: None, presale: None };
        let quote = price(&organization(), &[requested_line], None, &[], CENTS_50, now()).expect("a price");
        assert_eq!(amounts(&quote.totals), [5000, 0, 0, 0, 5000], "{kind:?}");
    }
}

#[test]
fn beside_tickets_products_add_nothing_to_the_fees() {
    let (show, shop) = (listing("show", Kind::Show), listing("shop", Kind::Product));
    let (seat, mug) = (offer(2500), offer(1200));
    let requested_line =
        |listing, offer, quantity| RequestedLine { index: 0, listing, offer, quantity, donation: None, presale: None };
    let both = [requested_line(&show, &seat, 2), requested_line(&shop, &mug, 1)];
    let quote = price(&organization(), &both, None, &[], CENTS_50, now()).expect("a price");
    assert_eq!(amounts(&quote.totals), [6200, 0, 300, 184, 6684]);

    let free = offer(0);
    let both = [requested_line(&show, &free, 2), requested_line(&shop, &mug, 1)];
    let quote = price(&organization(), &both, None, &[], CENTS_50, now()).expect("a price");
    assert_eq!(amounts(&quote.totals), [1200, 0, 0, 0, 1200]);
}

#[test]
fn a_donation_is_paid_instead_of_the_price_and_no_code_applies_to_it() {
    let show = listing("show", Kind::Show);
    let (pay_more, plain) = (donated(1000), offer(1000));
    let requested_line =
        |offer, donation| RequestedLine { index: 0, listing: &show, offer, quantity: 2, donation, presale: None };
    let half = Promo { max_uses: Some(1), ..promo("show", percent(50)) };
    let requested_lines = [requested_line(&pay_more, Some("25.50")), requested_line(&plain, None)];
    let quote = price(&organization(), &requested_lines, Some(&code()), std::slice::from_ref(&half), CENTS_50, now())
        .expect("a price");
    assert_eq!((quote.lines[0].donation, quote.lines[0].discount), (Some(Minor(2550)), Minor(0)));
    assert_eq!((quote.lines[0].unit_price, quote.lines[0].total), (Minor(1000), Minor(5100)));
    assert_eq!(quote.lines[1].discount, Minor(1000));
    assert_eq!((quote.totals.subtotal, quote.totals.discount), (Minor(7100), Minor(1000)));
    assert_eq!(quote.promo.map(|promo| promo.counted.len()), Some(1));

    // A code that takes nothing off uses nothing up.
    let quote =
        price(&organization(), &requested_lines[..1], Some(&code()), &[half], CENTS_50, now()).expect("a price");
    assert_eq!(quote.promo.map(|promo| promo.counted), Some(Vec::new()));
}

#[test]
fn without_a_donation_a_donation_ticket_costs_its_price() {
    // A promo code takes nothing off, whether the price is typed or left empty.
    let show = listing("show", Kind::Show);
    let offer = donated(1000);
    for donation in [None, Some("10"), Some("10.00")] {
        let requested_line =
            [RequestedLine { index: 0, listing: &show, offer: &offer, quantity: 2, donation, presale: None }];
        let promos = [Promo { max_uses: Some(1), ..promo("show", percent(20)) }];
        let quote = price(&organization(), &requested_line, Some(&code()), &promos, CENTS_50, now()).expect("a price");
        assert_eq!((quote.totals.subtotal, quote.totals.discount), (Minor(2000), Minor(0)), "{donation:?}");
        assert_eq!(quote.promo.map(|promo| promo.counted), Some(Vec::new()), "it uses nothing up");
    }
}

#[test]
fn donations_lie_between_the_price_and_the_limit() {
    assert!(donation(&donated(1000), "10").is_ok());
    assert!(donation(&donated(1000), "1000.00").is_ok());
    refused(donation(&donated(1000), "5"), Code::DonationTooLow, "Donation amount must be at least $10");
    refused(donation(&donated(1050), "10.49"), Code::DonationTooLow, "Donation amount must be at least $10.50");
    refused(donation(&donated(1000), "1000.01"), Code::DonationTooHigh, "Donation amount must be at most $1000");
    refused(donation(&donated(1000), "1001"), Code::DonationTooHigh, "Donation amount must be at most $1000");
    refused(
        donation(&offer(1000), "20"),
        Code::DonationNotAllowed,
        "Additional donations not allowed for non-donation ticket",
    );
    for bad in ["", "-5", "1e3", "NaN", "ten", "10.005"] {
        let refusal = donation(&donated(1000), bad).expect_err(bad);
        assert_eq!((refusal.code, refusal.errors[0].field.as_str()), (Code::InvalidRequest, "items[3].donation"));
    }
}

#[test]
fn only_what_is_on_sale_is_sold() {
    let offer_now = offer(2500);
    let try_on = |listing: &Listing, offer: &Offer| {
        let requested_line = RequestedLine { index: 1, listing, offer, quantity: 1, donation: None, presale: None };
        price(&organization(), &[requested_line], None, &[], CENTS_50, now())
    };
    let show = || listing("show", Kind::Show);
    let hidden = "This show is not currently available";
    refused(try_on(&Listing { published: false, ..show() }, &offer_now), Code::ListingUnavailable, hidden);
    let canceled = Listing { canceled_at: hours(-1), ..show() };
    refused(try_on(&canceled, &offer_now), Code::ListingUnavailable, hidden);
    let product = Listing { published: false, ..listing("mugs", Kind::Product) };
    refused(try_on(&product, &offer_now), Code::ListingUnavailable, "This product is not currently available");
    let deleted = Offer { deleted: true, ..offer(2500) };
    refused(try_on(&show(), &deleted), Code::ListingUnavailable, "This offer is not currently available");

    let over = "This show has already occurred";
    let past = Listing { starts_at: hours(-2), ends_at: Some(now()), ..show() };
    refused(try_on(&past, &offer_now), Code::ListingEnded, over);
    refused(try_on(&Listing { starts_at: Some(now()), ..show() }, &offer_now), Code::ListingEnded, over);
    // What has begun is sold until it ends, and an offer's own time counts before its listing's.
    let running = Listing { starts_at: hours(-2), ends_at: hours(1), ..show() };
    assert!(try_on(&running, &offer_now).is_ok());
    refused(try_on(&running, &Offer { ends_at: hours(-1), ..offer(2500) }), Code::ListingEnded, over);
    assert!(try_on(&past, &Offer { starts_at: hours(3), ..offer(2500) }).is_ok());
    // What no buyer may see is not said to be over.
    refused(try_on(&Listing { published: false, ..past }, &offer_now), Code::ListingUnavailable, hidden);
}

#[test]
fn promo_codes_run_out() {
    let try_with = |promos: &[Promo]| tickets(&organization(), &offer(2500), 1, promos);
    let good = || promo("show", percent(20));
    let gone = "Promo code no longer valid";
    refused(try_with(&[Promo { max_uses: Some(3), uses: 3, ..good() }]), Code::PromoInvalid, gone);
    refused(try_with(&[Promo { max_uses: Some(0), ..good() }]), Code::PromoInvalid, gone);
    refused(try_with(&[Promo { valid_until: Some(now()), ..good() }]), Code::PromoInvalid, gone);
    refused(try_with(&[Promo { valid_from: hours(1), ..good() }]), Code::PromoInvalid, "Promo code not valid yet");
    let valid = Promo { max_uses: Some(3), uses: 2, valid_from: Some(now()), valid_until: hours(1), ..good() };
    let quote = try_with(&[valid]).expect("a price");
    assert_eq!(quote.promo.map(|promo| promo.counted), Some(vec![ListingId::parse("show").expect("an id")]));
    // Without a limit nothing is counted.
    let quote = try_with(&[good()]).expect("a price");
    assert_eq!(quote.promo.map(|promo| promo.counted), Some(Vec::new()));

    let (show, offer) = (listing("show", Kind::Show), offer(2500));
    let line = RequestedLine { index: 0, listing: &show, offer: &offer, quantity: 1, donation: None, presale: None };
    let unknown = price(&organization(), &[line], Some(&code()), &[], CENTS_50, now()).expect_err("no such code");
    assert_eq!((unknown.code, unknown.errors[0].field.as_str()), (Code::PromoInvalid, "promo_code"));
}

#[test]
fn a_promo_code_works_in_its_own_listing_only() {
    let (here, there) = (listing("here", Kind::Show), listing("there", Kind::Show));
    let offer = offer(1000);
    let requested_line =
        |listing| RequestedLine { index: 0, listing, offer: &offer, quantity: 1, donation: None, presale: None };
    let promos = [Promo { max_uses: Some(9), ..promo("there", percent(50)) }];
    let requested_lines = [requested_line(&here), requested_line(&there)];
    let quote = price(&organization(), &requested_lines, Some(&code()), &promos, CENTS_50, now()).expect("a price");
    assert_eq!((quote.lines[0].discount, quote.lines[1].discount), (Minor(0), Minor(500)));
    assert_eq!(quote.promo.map(|promo| promo.counted), Some(vec![there.id.clone()]));
}

#[test]
fn yen_have_no_decimals() {
    let organization = Organization {
        currency: currency("jpy"),
        platform_fee_per_ticket: Minor(150),
        processing_fixed: Minor(30),
        ..organization()
    };
    let quote = tickets(&organization, &offer(500), 3, &[promo("show", percent(33))]).expect("a price");
    // 33 % of 1500 is 495; 2.9 % of 1005 + 450 is 42.195.
    assert_eq!(amounts(&quote.totals), [1500, 495, 450, 72, 1527]);
}

#[test]
fn dinars_are_charged_in_tens_of_fils() {
    let organization = Organization {
        currency: currency("kwd"),
        platform_fee_per_ticket: Minor(500),
        processing_fixed: Minor(100),
        ..organization()
    };
    // 33 % of 1.500 is 0.495; 2.9 % of 1.000 + 0.500, and 0.100, is 0.1435.
    let quote = tickets(&organization, &offer(1500), 1, &[promo("show", percent(33))]).expect("a price");
    assert_eq!(amounts(&quote.totals), [1500, 500, 500, 140, 1640]);
}

#[test]
fn a_slot_is_sold_until_it_begins_and_a_show_until_it_ends() {
    let sold = |kind, starts: i64, ends: i64| {
        let listing = listing("show", kind);
        let offer = Offer { starts_at: hours(starts), ends_at: hours(ends), ..offer(2_500) };
        let requested_line =
            RequestedLine { index: 0, listing: &listing, offer: &offer, quantity: 1, donation: None, presale: None };
        price(&organization(), &[requested_line], None, &[], CENTS_50, now()).map_err(|refusal| refusal.code).err()
    };
    for (kind, starts, ends, refused) in [
        (Kind::Show, -1, 1, None),
        (Kind::Show, -2, 0, Some(Code::ListingEnded)),
        (Kind::Expert, 1, 2, None),
        (Kind::Expert, 0, 2, Some(Code::ListingEnded)),
        (Kind::Expert, -1, 1, Some(Code::ListingEnded)),
    ] {
        assert_eq!(sold(kind, starts, ends), refused, "{kind:?} from {starts} to {ends}");
    }
}

#[test]
fn a_listing_may_be_paid_in_fewer_ways_than_its_organization() {
    let organization = organization();
    let mut show = listing("show", Kind::Show);
    assert_eq!(show.takes(&organization), organization.payment_modes);
    show.payment_modes = Some(vec![PaymentMode::Hosted]);
    assert_eq!(show.takes(&organization), [PaymentMode::Hosted]);
}

/// An offer that names no people is kept as offers were before there were names.
#[test]
fn who_comes_is_kept_where_an_offer_has_it() {
    for (attendees, word) in
        [(Attendees::None, None), (Attendees::Optional, Some("optional")), (Attendees::Required, Some("required"))]
    {
        let json = serde_json::to_value(Offer { attendees, ..offer(2_500) }).expect("JSON");
        assert_eq!(json.get("attendees").and_then(|word| word.as_str()), word);
    }
}
