//! Prices with the fees in them: what is shown adds up to what is paid.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{code, currency, listing, now, offer, organization, promo, tickets};
use crate::{
    Kind, MAX_AMOUNT, Minor, Offer, Organization, UnitsShown, WholePrice, WholeSums,
    pricing::{Quote, RequestedLine, price},
    whole_price, whole_sums,
};

#[test]
fn a_ticket_has_its_fees_in_its_price() {
    // 25.00 + 1.50, and 2.9 % + 0.30 of that.
    let ticket = whole_price(&organization(), Kind::Show, Minor(2_500)).expect("a price");
    assert_eq!(ticket, WholePrice { alone: Minor(2_757), each: Minor(2_726) });
    let alone = tickets(&organization(), &offer(2_500), 1, &[]).expect("a quote").totals.total;
    assert_eq!(ticket.alone, alone);
    for (kind, price) in [(Kind::Show, 0), (Kind::Product, 2_500), (Kind::Expert, 2_500), (Kind::Package, 2_500)] {
        let price = Minor(price);
        assert_eq!(whole_price(&organization(), kind, price), Some(WholePrice { alone: price, each: price }));
    }
    assert_eq!(whole_price(&organization(), Kind::Show, Minor(i64::MAX)), None);
}

#[test]
fn terms_that_have_changed_are_not_read_into_an_order() {
    let sold = tickets(&organization(), &offer(2_500), 2, &[]).expect("a quote").totals;
    let line = UnitsShown { kind: Kind::Show, unit: Minor(2_500), quantity: 2, discount: Minor::ZERO };
    let sums = whole_sums(&organization(), &[line], &sold);
    assert_eq!(sums, WholeSums { lines: vec![Minor(5_452)], discount: Minor::ZERO, rest: Minor(32) });
    let dearer = Organization { platform_fee_per_ticket: Minor(900), ..organization() };
    let sums = whole_sums(&dearer, &[line], &sold);
    assert_eq!(sums, WholeSums { lines: vec![Minor(5_000)], discount: Minor::ZERO, rest: Minor(484) });
}

proptest! {
    #[test]
    fn what_is_shown_adds_up(
        steps in prop::collection::vec((0_i64..100_000, 1_u32..=3, any::<bool>()), 1..=3),
        promille in 0_i64..=1000,
        fee in 0_i64..1000,
        fixed in 0_i64..1000,
        share in 0_i64..=1000,
        code_of in prop::sample::select(vec!["usd", "jpy", "kwd", "mga"]),
    ) {
        let currency = currency(code_of);
        let step = currency.step();
        let organization = Organization {
            currency,
            platform_fee_per_ticket: Minor(fee * step),
            processing_percent: Decimal::new(share, 3),
            processing_fixed: Minor(fixed * step),
            max_order_amount: MAX_AMOUNT,
            ..organization()
        };
        let listings = [listing("show", Kind::Show), listing("shop", Kind::Product)];
        let offers: Vec<Offer> = steps.iter().map(|(price, ..)| offer(price * step)).collect();
        let lines = steps.iter().zip(&offers).enumerate();
        let requested_lines: Vec<RequestedLine<'_>> = lines.map(|(index, ((_, quantity, goods), offer))| RequestedLine {
            index, listing: &listings[usize::from(*goods)], offer, quantity: *quantity, donation: None,
            presale: None,
        }).collect();
        let promos = [promo("show", Decimal::new(promille, 3))];
        let Quote { lines, totals, .. } =
            price(&organization, &requested_lines, Some(&code()), &promos, Minor(1), now()).expect("a price");
        let shown: Vec<UnitsShown> = requested_lines.iter().zip(&lines).map(|(requested_line, line)| UnitsShown {
            kind: requested_line.listing.kind,
            unit: line.unit_price,
            quantity: requested_line.quantity,
            discount: line.discount,
        }).collect();
        let sums = whole_sums(&organization, &shown, &totals);
        prop_assert_eq!(sums.lines.iter().copied().sum::<Minor>() - sums.discount + sums.rest, totals.total);
        prop_assert!(sums.rest >= Minor::ZERO);
        for amount in sums.lines.iter().chain([&sums.discount, &sums.rest]) {
            prop_assert_eq!(amount.0 % step, 0);
        }
        // Where fees are charged, each line is the unit's price times its number, and the rest is the fixed part, the fees of
        // free tickets and less than a step for each unit and each discount.
        if !totals.processing_fees.is_zero() {
            let units: u32 = shown.iter().map(|line| line.quantity).sum();
            let free = shown.iter().filter(|line| line.kind == Kind::Show && line.unit.is_zero());
            let free: u32 = free.map(|line| line.quantity).sum();
            let of_free = organization.platform_fee_per_ticket.times(free).times(2);
            let most = organization.processing_fixed + of_free + Minor(step).times(units + 4);
            prop_assert!(sums.rest <= most, "{:?}", sums);
            for (line, sum) in shown.iter().zip(&sums.lines) {
                let whole = whole_price(&organization, line.kind, line.unit).expect("a price");
                prop_assert_eq!(whole.each.times(line.quantity), *sum);
                prop_assert!(whole.each <= whole.alone);
            }
        }
    }

    #[test]
    fn several_cost_no_more_than_as_many_alone(
        price in 1_i64..100_000, quantity in 1_u32..=10, share in 0_i64..=1000, fixed in 0_i64..1000,
    ) {
        let organization = Organization {
            processing_percent: Decimal::new(share, 3),
            processing_fixed: Minor(fixed),
            max_order_amount: MAX_AMOUNT,
            ..organization()
        };
        let alone = whole_price(&organization, Kind::Show, Minor(price)).expect("a price").alone;
        let total = tickets(&organization, &offer(price), quantity, &[]).expect("a quote").totals.total;
        // Half a cent each is lost to rounding at the most.
        prop_assert!(total <= alone.times(quantity) + Minor(i64::from(quantity.div_ceil(2))));
    }
}
