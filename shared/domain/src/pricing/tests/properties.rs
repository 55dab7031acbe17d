//! Whatever is asked for at whatever price: the sums add up.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{code, currency, donated, donation, listing, now, offer, organization, promo, tickets};
use crate::{
    Kind, MAX_AMOUNT, Minor, Offer, Organization, Totals,
    pricing::{Quote, RequestedLine, price},
};

proptest! {
    #[test]
    fn totals_add_up(
        steps in prop::collection::vec((0_i64..100_000, 1_u32..=3, any::<bool>(), 0_u8..3), 1..=3),
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
            max_donation_per_ticket: MAX_AMOUNT,
            ..organization()
        };
        let listings = [listing("show", Kind::Show), listing("shop", Kind::Product)];
        // Each offer takes donations and gets one, or takes them and gets none, or takes none.
        let offers: Vec<Offer> = steps
            .iter()
            .map(|(price, _, _, gives)| if *gives == 2 { offer(price * step) } else { donated(price * step) })
            .collect();
        let gift = currency.format(Minor(200_000 * step));
        let requested_lines: Vec<RequestedLine<'_>> = steps.iter().zip(&offers).enumerate().map(|(index, ((_, quantity, goods, gives), offer))| RequestedLine {
            index,
            listing: &listings[usize::from(*goods)],
            offer,
            quantity: *quantity,
            donation: (*gives == 0).then_some(gift.as_str()),
            presale: None,
        }).collect();
        let code = code();
        let promos = [promo("show", Decimal::new(promille, 3))];
        let Quote { lines, totals, .. } =
            price(&organization, &requested_lines, Some(&code), &promos, Minor(1), now()).expect("a price");

        let Totals { subtotal, discount, platform_fees, processing_fees, total } = totals;
        prop_assert_eq!(subtotal - discount + platform_fees + processing_fees, total);
        prop_assert_eq!(lines.iter().map(|line| line.total).sum::<Minor>(), subtotal - discount);
        prop_assert_eq!(lines.iter().map(|line| line.discount).sum::<Minor>(), discount);
        for (line, requested_line) in lines.iter().zip(&requested_lines) {
            prop_assert_eq!(line.donation.unwrap_or(line.unit_price).times(requested_line.quantity), line.total + line.discount);
            prop_assert!(Minor::ZERO <= line.discount && Minor::ZERO <= line.total);
            prop_assert!(!requested_line.offer.donation || line.discount.is_zero());
        }
        for amount in [subtotal, discount, platform_fees, processing_fees, total] {
            prop_assert!(amount >= Minor::ZERO && amount.0 % step == 0, "{:?} in {:?}", amount, currency);
        }
        prop_assert!(discount <= subtotal);
        prop_assert!(subtotal > discount || (platform_fees + processing_fees).is_zero());
    }

    #[test]
    fn no_figures_make_it_panic_or_owe_the_buyer(
        price in prop_oneof![0..i64::MAX, Just(i64::MAX)],
        quantity in any::<u32>(),
        percent in (any::<i64>(), 0_u32..=28),
        share in (0..i64::MAX, 0_u32..=28),
        limit in 0..i64::MAX,
        text in "[0-9.eE+-]{0,12}",
    ) {
        let organization = Organization {
            processing_percent: Decimal::new(share.0, share.1),
            max_order_amount: Minor(limit),
            max_donation_per_ticket: Minor(limit),
            ..organization()
        };
        let promos = [promo("show", Decimal::new(percent.0, percent.1))];
        for quantity in [quantity, quantity % 10 + 1] {
            if let Ok(quote) = tickets(&organization, &offer(price), quantity, &promos) {
                prop_assert!(quote.totals.discount >= Minor::ZERO && quote.totals.discount <= quote.totals.subtotal);
                prop_assert!(quote.totals.total >= Minor::ZERO && quote.totals.total <= Minor(limit));
            }
        }
        let _ = donation(&donated(price), &text);
    }
}
