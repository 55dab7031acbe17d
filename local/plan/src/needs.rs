//! What a plan has, and how it comes about.

use domain::{Offer, catalog::MAX_SHARDS, order::HOSTED_SESSION};
use serde::Serialize;

use crate::{
    bill::{Bill, StripeFees},
    figures,
    impossible::Impossible,
    on_sale::OnSale,
    parts::{Gateway, LimitToAsk, Shards, Times, Warm},
};

/// What an on-sale needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// Orders that are placed and paid.
    pub orders: u64,
    /// Tickets that are sold.
    pub tickets: u64,
    /// Buyers who are admitted each second; while there are tickets, each places an order.
    pub per_second: u64,
    /// How the stock of each offer is spread.
    pub shards: Shards,
    /// What the table and each of its indexes take at once.
    pub warm: Warm,
    /// The gateway's throttle.
    pub gateway: Gateway,
    /// Functions that send mail at once: `MailConcurrency`.
    pub mail_functions: u64,
    /// Executions at once, of all functions together, with some to spare.
    pub executions: u64,
    /// What is more than there is without asking for it.
    pub limits: Vec<LimitToAsk>,
    /// How long it takes.
    pub times: Times,
    /// What AWS bills for it.
    pub bill: Bill,
    /// What Stripe keeps of it; none where no price was said.
    pub stripe: Option<StripeFees>,
}

/// Plans an on-sale.
///
/// # Errors
/// [`Impossible`] where no parameter and no limit that can be asked for would do.
pub fn plan(on_sale: &OnSale) -> Result<Plan, Impossible> {
    let per_second = on_sale.buyers.div_ceil(on_sale.seconds);
    paced(on_sale, per_second)?;
    met(on_sale, per_second)?;
    let shards = shards(on_sale, per_second)?;
    let mail_functions = figures::MAIL_FUNCTIONS.max(busy(per_second, figures::MAIL_MS));
    let executions = executions(on_sale, per_second, mail_functions)?;
    let warm = warm(on_sale, per_second, shards);
    let rate = per_second * figures::BUYER_REQUESTS;
    let gateway = Gateway { rate, burst: 2 * rate, checkout_rate: per_second, checkout_burst: 2 * per_second };
    Ok(Plan {
        orders: on_sale.orders(),
        tickets: on_sale.sold(),
        per_second,
        shards,
        warm,
        gateway,
        mail_functions,
        executions,
        limits: limits(per_second, executions, warm, gateway),
        times: times(on_sale, per_second),
        bill: Bill::of(on_sale, shards, warm),
        stripe: StripeFees::of(on_sale),
    })
}

/// Executions that are busy with so many calls a second, each of so many milliseconds.
fn busy(per_second: u64, milliseconds: u64) -> u64 {
    (per_second * milliseconds).div_ceil(1_000)
}

/// The minutes in which so few buyers come in a second.
fn minutes(on_sale: &OnSale, per_second: u64) -> u64 {
    on_sale.buyers.div_ceil(per_second.max(1)).div_ceil(60)
}

/// Each buyer who is admitted while there are tickets takes one of Stripe's sessions.
fn paced(on_sale: &OnSale, per_second: u64) -> Result<(), Impossible> {
    match on_sale.stripe_per_second {
        Some(pace) if pace < per_second => {
            Err(Impossible::Pace { buyers: on_sale.buyers, needed: per_second, pace, minutes: minutes(on_sale, pace) })
        }
        _ => Ok(()),
    }
}

/// What all buyers meet in, however many shards there are.
fn met(on_sale: &OnSale, per_second: u64) -> Result<(), Impossible> {
    let agenda = (per_second * figures::LIST_UNITS).div_ceil(figures::LIST_PARTITIONS);
    let places = [
        ("reads of the listing's item", per_second * figures::LISTING_READS, figures::PARTITION_READS),
        ("writes of one partition of the agenda", agenda, figures::PARTITION_WRITES),
    ];
    let over = places.into_iter().filter(|(_, units, most)| units > most);
    let over = over.max_by_key(|(_, units, most)| units.div_ceil(*most));
    over.map_or(Ok(()), |(what, units, most)| {
        let possible = per_second * most / units;
        Err(Impossible::Partition { per_second, what, units, most, minutes: minutes(on_sale, possible) })
    })
}

fn shards(on_sale: &OnSale, per_second: u64) -> Result<Shards, Impossible> {
    let transactions = per_second * figures::SHARD_TRANSACTIONS_OF_ORDER;
    let most = u64::from(MAX_SHARDS);
    let each = transactions.div_ceil(figures::SHARD_TRANSACTIONS * on_sale.offers);
    if each > most {
        let possible = most * figures::SHARD_TRANSACTIONS * on_sale.offers / figures::SHARD_TRANSACTIONS_OF_ORDER;
        return Err(Impossible::Shards {
            per_second,
            needed: each,
            most,
            offers: transactions.div_ceil(figures::SHARD_TRANSACTIONS * most),
            minutes: minutes(on_sale, possible),
        });
    }
    let capacity = u32::try_from(on_sale.tickets / on_sale.offers).unwrap_or(u32::MAX);
    let default = u64::from(Offer::default_shards(capacity));
    Ok(Shards { offers: on_sale.offers, each: each.max(default), by_default: each <= default })
}

/// The busiest second: each buyer who is admitted places an order, and as many come back, are settled and sent their mail.
fn executions(on_sale: &OnSale, per_second: u64, mail_functions: u64) -> Result<u64, Impossible> {
    let pages = busy(per_second * (figures::BUYER_REQUESTS - 1), figures::PAGE_MS);
    let placing = busy(per_second, figures::PLACING_MS + on_sale.stripe_ms);
    // The way back fetches the session, and settles where no event has done so yet.
    let coming_back = busy(per_second, figures::EVENT_MS + on_sale.stripe_ms);
    let events = busy(per_second * figures::ORDER_EVENTS, figures::EVENT_MS);
    let busiest = pages.max(placing).max(coming_back).max(events);
    let after = (busiest.saturating_sub(1) / figures::LAMBDA_STEP) * figures::LAMBDA_STEP_SECONDS;
    if after >= on_sale.seconds {
        return Err(Impossible::LambdaSteps { executions: busiest, after, seconds: on_sale.seconds });
    }
    let all = pages + placing + coming_back + events + mail_functions + figures::BESIDE;
    Ok((all * (100 + figures::SPARE_PERCENT)).div_ceil(100))
}

/// The busiest second of the table: orders that were placed before are settled and mailed, while those who come too late try
/// in vain, or, where there is enough for all, others are placed.
fn warm(on_sale: &OnSale, per_second: u64, shards: Shards) -> Warm {
    let late = on_sale.buyers > on_sale.orders();
    let trying = if late { figures::LATE_TRIES * figures::PLACING_UNITS } else { figures::PLACING_UNITS };
    let write_load = per_second * (trying + figures::ORDER_UNITS - figures::PLACING_UNITS);
    let read_load = per_second * (figures::BUYER_READS + figures::SHARD_READS * shards.each * shards.offers);
    let is_new = write_load <= figures::NEW_TABLE_WRITES && read_load <= figures::NEW_TABLE_READS;
    // The template takes both or none.
    let units = |load: u64, least: u64| if is_new { 0 } else { load.max(least).next_multiple_of(1_000) };
    Warm {
        write_load,
        read_load,
        write_units: units(write_load, figures::NEW_TABLE_WRITES),
        read_units: units(read_load, figures::NEW_TABLE_READS),
    }
}

fn limits(per_second: u64, executions: u64, warm: Warm, gateway: Gateway) -> Vec<LimitToAsk> {
    let limit = |of, what, given, needed| LimitToAsk { of, what, given, needed };
    let all = [
        limit("Stripe", "POST /v1/checkout/sessions, calls a second", figures::STRIPE_ENDPOINT, per_second),
        limit("Stripe", "GET /v1/checkout/sessions/{id}, calls a second", figures::STRIPE_ENDPOINT, per_second),
        limit("Stripe", "live mode, calls a second", figures::STRIPE_LIVE, 2 * per_second),
        limit("AWS", "Lambda, concurrent executions", figures::LAMBDA_CONCURRENCY, executions),
        limit("AWS", "DynamoDB, write units a second of a table", figures::TABLE_QUOTA, warm.write_units),
        limit("AWS", "DynamoDB, read units a second of a table", figures::TABLE_QUOTA, warm.read_units),
        limit("AWS", "API Gateway, requests a second", figures::GATEWAY_QUOTA, gateway.rate),
        // What SES gives differs by account.
        limit("AWS", "SES, mails a second", 0, (per_second * 6).div_ceil(5)),
    ];
    all.into_iter().filter(|limit| limit.needed > limit.given).collect()
}

fn times(on_sale: &OnSale, per_second: u64) -> Times {
    let placed = on_sale.orders().div_ceil(per_second);
    let page = u64::try_from(HOSTED_SESSION.as_secs()).unwrap_or(0);
    let slowly = on_sale.orders().div_ceil(per_second.min(figures::STRIPE_ENDPOINT));
    Times {
        placed,
        answered: on_sale.buyers.div_ceil(per_second),
        paid: placed + on_sale.seconds_to_pay.min(page),
        paid_at_the_latest: placed + page,
        paid_without_asking: slowly + on_sale.seconds_to_pay.min(page),
    }
}

#[cfg(test)]
mod tests;
