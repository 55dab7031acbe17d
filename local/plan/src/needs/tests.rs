use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{Plan, plan};
use crate::{Dollars, Given, Impossible, OnSale, figures, table};

fn given(tickets: i64, buyers: i64, minutes: i64) -> Given {
    Given {
        tickets,
        buyers,
        minutes,
        per_order: 2,
        offers: 1,
        stripe_per_second: None,
        stripe_milliseconds: 1_000,
        minutes_to_pay: 5,
        listing_price: None,
    }
}

fn planned(given: &Given) -> Result<Plan, Impossible> {
    OnSale::new(given).and_then(|on_sale| plan(&on_sale))
}

fn refused(given: &Given) -> String {
    planned(given).expect_err("no plan").to_string()
}

#[test]
fn a_large_sale_has_a_plan() {
    let plan = planned(&given(50_000, 200_000, 10)).expect("a plan");
    assert_eq!((plan.orders, plan.tickets, plan.per_second), (25_000, 50_000, 334));
    assert_eq!((plan.shards.each, plan.shards.by_default), (20, true));
    assert_eq!(
        plan.warm.write_load,
        334 * (3 * figures::PLACING_UNITS + figures::ORDER_UNITS - figures::PLACING_UNITS)
    );
    assert!(plan.warm.write_units >= plan.warm.write_load && plan.warm.write_units.is_multiple_of(1_000));
    assert_eq!((plan.gateway.checkout_rate, plan.gateway.rate), (334, 3_340));
    let limits: Vec<_> = plan.limits.iter().map(|limit| (limit.of, limit.given, limit.needed)).collect();
    assert_eq!(limits[..3], [("Stripe", 25, 334), ("Stripe", 25, 334), ("Stripe", 100, 668)]);
    assert!(limits.contains(&("AWS", 1_000, plan.executions)) && limits.contains(&("AWS", 0, 401)), "{limits:?}");
    // 25,000 orders, 334 a second; five minutes to pay; 25 a second without asking.
    assert_eq!((plan.times.placed, plan.times.answered), (75, 599));
    assert_eq!((plan.times.paid, plan.times.paid_at_the_latest), (375, 75 + 35 * 60));
    assert_eq!(plan.times.paid_without_asking, 1_300);
    assert!(plan.bill.all > Dollars(50_000_000_000) && plan.bill.all < Dollars(500_000_000_000), "{}", plan.bill.all);
}

#[test]
fn a_small_sale_needs_nothing_but_mail() {
    let plan = planned(&given(100, 90, 60)).expect("a plan");
    assert_eq!((plan.orders, plan.tickets, plan.per_second), (50, 100, 1));
    assert_eq!((plan.warm.write_units, plan.warm.read_units, plan.mail_functions), (0, 0, 5));
    assert_eq!((plan.shards.each, plan.shards.by_default), (5, true));
    assert_eq!(plan.bill.warming, Dollars::default());
    let limits: Vec<_> = plan.limits.iter().map(|limit| limit.what).collect();
    assert_eq!(limits, ["SES, mails a second"]);
}

#[test]
fn few_buyers_of_many_tickets_leave_some() {
    let plan = planned(&given(1_000, 100, 10)).expect("a plan");
    assert_eq!((plan.orders, plan.tickets), (100, 200));
}

#[test]
fn numbers_that_are_not_above_zero_are_refused_by_name() {
    let sound = given(100, 100, 10);
    for number in [0, -1, i64::MIN] {
        for (what, wrong) in [
            ("tickets", Given { tickets: number, ..sound.clone() }),
            ("buyers", Given { buyers: number, ..sound.clone() }),
            ("minutes", Given { minutes: number, ..sound.clone() }),
            ("tickets of an order", Given { per_order: number, ..sound.clone() }),
            ("offers", Given { offers: number, ..sound.clone() }),
            ("calls a second that Stripe takes", Given { stripe_per_second: Some(number), ..sound.clone() }),
            ("milliseconds of Stripe's", Given { stripe_milliseconds: number, ..sound.clone() }),
            ("minutes to pay", Given { minutes_to_pay: number, ..sound.clone() }),
        ] {
            assert_eq!(refused(&wrong), format!("{what}: {number}, where there has to be at least one"));
        }
    }
}

#[test]
fn what_the_code_does_not_allow_is_refused() {
    let sound = given(100, 100, 10);
    assert_eq!(refused(&Given { per_order: 31, ..sound.clone() }), "tickets of an order: 31, where 30 is the most");
    assert_eq!(refused(&Given { offers: 101, ..sound.clone() }), "100 tickets cannot be spread over 101 offers");
    assert!(refused(&Given { buyers: i64::MAX, ..sound.clone() }).contains("where 4294967295 is the most"));
    assert!(refused(&Given { stripe_milliseconds: 28_001, ..sound.clone() }).contains("28000 is the most"));
    for price in [Decimal::ZERO, Decimal::new(-1, 2), Decimal::new(1, 3), Decimal::from(1_000_001)] {
        assert!(refused(&Given { listing_price: Some(price), ..sound.clone() }).starts_with("a price of"), "{price}");
    }
}

/// Each refusal names what would do, and that does.
#[test]
fn what_a_refusal_advises_is_possible() {
    let slow = Given { stripe_per_second: Some(25), ..given(50_000, 200_000, 10) };
    assert_eq!(
        refused(&slow),
        "200000 buyers are 334 a second, and Stripe takes 25 sessions a second: ask Stripe for 334, or give the sale 134 \
         minutes"
    );
    assert!(planned(&Given { stripe_per_second: Some(334), ..slow.clone() }).is_ok());
    assert!(planned(&Given { minutes: 134, ..slow }).is_ok());

    let crowded = given(50_000, 220_000, 10);
    assert_eq!(
        refused(&crowded),
        "367 orders a second need 21 shards for each offer, and an offer has 20 at the most: spread the tickets over 2 \
         offers, or give the sale 11 minutes"
    );
    assert!(planned(&Given { offers: 2, ..crowded.clone() }).is_ok());
    assert!(planned(&Given { minutes: 11, ..crowded }).is_ok());

    let read = given(50_000, 1_000_000, 10);
    assert_eq!(
        refused(&read),
        "1667 buyers a second are 13336 reads of the listing's item a second, and DynamoDB takes 3000: give the sale 45 \
         minutes"
    );
    assert!(planned(&Given { offers: 4, minutes: 45, ..read }).is_ok());

    let hanging = Given { stripe_milliseconds: 28_000, ..given(50_000, 21_000, 1) };
    assert_eq!(
        refused(&hanging),
        "9905 executions of one function are there after 90 seconds at the soonest, and all is to be over in 60"
    );
    assert!(planned(&Given { minutes: 2, ..hanging }).is_ok());
}

#[test]
fn stripes_fees_are_reckoned_where_a_price_is_said() {
    let priced = Given { listing_price: Some(Decimal::new(2_500, 2)), ..given(100, 50, 10) };
    let fees = planned(&priced).expect("a plan").stripe.expect("a price was said");
    // 2.9 percent of 2,500.00, and 50 times 0.30.
    assert_eq!((fees.turnover, fees.fees), (Decimal::from(2_500), Decimal::new(8_750, 2)));
    assert_eq!(planned(&given(100, 50, 10)).expect("a plan").stripe, None);
}

#[test]
fn dollars_are_printed_with_cents_rounded_up() {
    for (billionths, text) in [(0, "0.00"), (1, "0.01"), (10_000_000, "0.01"), (12_340_000_001, "12.35")] {
        assert_eq!(Dollars(billionths).to_string(), text);
    }
}

#[test]
fn table_and_json_have_the_same_figures() {
    let plan = planned(&Given { listing_price: Some(Decimal::TEN), ..given(50_000, 200_000, 10) }).expect("a plan");
    let text = table(&plan);
    let json = serde_json::to_value(&plan).expect("numbers and texts");
    let figure = |name: &str| {
        let line = text.lines().find(|line| line.trim_start().starts_with(name)).unwrap_or_else(|| panic!("{name}"));
        line.trim_start()[name.len()..].split_whitespace().next().expect("a figure").to_owned()
    };
    for (row, value) in [
        ("shards of each offer", &json["shards"]["each"]),
        ("WarmWriteUnits", &json["warm"]["write_units"]),
        ("WarmReadUnits", &json["warm"]["read_units"]),
        ("Lambda, concurrent executions", &json["executions"]),
        ("Stripe: POST /v1/checkout/sessions, calls a second", &json["limits"][0]["needed"]),
        ("MailConcurrency", &json["mail_functions"]),
    ] {
        assert_eq!(figure(row), value.to_string(), "{row}");
    }
    assert_eq!(figure("all have paid"), "6:15");
    assert_eq!(figure("what buyers pay"), "500000");
    assert_eq!(json["bill"]["all"], plan.bill.all.to_string());
    assert!(text.lines().all(|line| line.len() < 120 && line == line.trim_end()), "{text}");
}

prop_compose! {
    fn any_sale()(
        tickets in 1_i64..200_000,
        buyers in 1_i64..400_000,
        minutes in 1_i64..120,
        per_order in 1_i64..=30,
        offers in 1_i64..6,
        stripe_milliseconds in 1_i64..=28_000,
    ) -> Given {
        let offers = offers.min(tickets);
        Given { per_order, offers, stripe_milliseconds, ..given(tickets, buyers, minutes) }
    }
}

/// Everything of which there can be too little.
fn needs(plan: &Plan) -> Vec<u128> {
    let mut needs = vec![
        plan.orders.into(),
        plan.tickets.into(),
        plan.per_second.into(),
        plan.shards.each.into(),
        plan.warm.write_units.into(),
        plan.warm.read_units.into(),
        plan.gateway.rate.into(),
        plan.gateway.checkout_rate.into(),
        plan.mail_functions.into(),
        plan.executions.into(),
        plan.bill.all.0,
    ];
    for what in ["sessions, calls", "{id}, calls", "live mode", "Lambda", "write units", "read units", "SES"] {
        let needed = plan.limits.iter().find(|limit| limit.what.contains(what)).map_or(0, |limit| limit.needed);
        needs.push(needed.into());
    }
    needs
}

proptest! {
    #[test]
    fn more_buyers_never_need_less(sale in any_sale(), more in 1_i64..200_000) {
        let larger = Given { buyers: sale.buyers + more, ..sale.clone() };
        if let Ok(after) = planned(&larger) {
            let before = planned(&sale);
            prop_assert!(before.is_ok(), "{before:?}");
            let (before, after) = (needs(&before.expect("checked")), needs(&after));
            prop_assert!(before.iter().zip(&after).all(|(before, after)| before <= after), "{before:?} {after:?}");
        }
    }

    #[test]
    fn more_time_never_needs_more_at_once(sale in any_sale(), more in 1_i64..120) {
        if let Ok(before) = planned(&sale) {
            let after = planned(&Given { minutes: sale.minutes + more, ..sale });
            prop_assert!(after.is_ok(), "{after:?}");
            let after = after.expect("checked");
            prop_assert!(after.per_second <= before.per_second && after.executions <= before.executions);
            prop_assert!(after.warm.write_units <= before.warm.write_units && after.limits.len() <= before.limits.len());
        }
    }

    /// Second by second: who comes, who is admitted, what is placed, and where that leaves its marks.
    #[test]
    fn the_parts_of_a_plan_suffice_for_its_own_load(sale in any_sale()) {
        let Ok(plan) = planned(&sale) else { return Ok(()) };
        let on_sale = OnSale::new(&sale).expect("it has a plan");
        let (mut waiting, mut come, mut answered, mut orders) = (0, 0, 0, 0);
        let mut placed_last = 0;
        for second in 1..=on_sale.seconds {
            let all = (on_sale.buyers * second).div_ceil(on_sale.seconds);
            waiting += all - come;
            come = all;
            let admitted = waiting.min(plan.gateway.checkout_rate);
            waiting -= admitted;
            let placed = admitted.min(plan.orders - orders);
            // As many as were placed in any second before may be settled in this one.
            let settled = plan.per_second.min(orders);
            prop_assert!(placed <= limit(&plan, "POST /v1/checkout/sessions").max(figures::STRIPE_ENDPOINT));
            let at_shards = (placed + settled).div_ceil(plan.shards.each * plan.shards.offers);
            prop_assert!(at_shards <= figures::SHARD_TRANSACTIONS, "{at_shards}");
            let late = admitted - placed;
            let units = placed * figures::PLACING_UNITS
                + late * figures::LATE_TRIES * figures::PLACING_UNITS
                + settled * (figures::ORDER_UNITS - figures::PLACING_UNITS);
            prop_assert!(units <= plan.warm.write_units.max(figures::NEW_TABLE_WRITES), "{units}");
            let busy = admitted * (figures::PAGE_MS + figures::PLACING_MS + on_sale.stripe_ms);
            prop_assert!(busy.div_ceil(1_000) <= plan.executions, "{busy}");
            prop_assert!(settled * figures::MAIL_MS <= plan.mail_functions * 1_000);
            answered += admitted;
            orders += placed;
            placed_last = if placed > 0 { second } else { placed_last };
        }
        prop_assert_eq!((answered, waiting, orders), (on_sale.buyers, 0, plan.orders));
        // Who comes evenly is admitted no later than who waits at the opening, give or take the second that is counted.
        prop_assert!(plan.times.placed <= placed_last, "{} {placed_last}", plan.times.placed);
        prop_assert!(plan.times.answered <= on_sale.seconds);
    }
}

fn limit(plan: &Plan, what: &str) -> u64 {
    plan.limits.iter().find(|limit| limit.what.contains(what)).map_or(0, |limit| limit.needed)
}
