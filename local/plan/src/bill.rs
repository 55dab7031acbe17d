//! What it costs.

use std::fmt;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Serialize, Serializer};

use crate::{
    figures::{self, prices},
    on_sale::OnSale,
    parts::{Shards, Warm},
};

/// Dollars, in billionths, so that a write unit is a whole number. Printed with cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Dollars(pub u128);

impl Dollars {
    fn of(count: u64, price: u64) -> Self {
        Self(u128::from(count) * u128::from(price))
    }
}

impl std::iter::Sum for Dollars {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        Self(all.map(|one| one.0).sum())
    }
}

impl fmt::Display for Dollars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Rounded up: a plan never says less.
        let cents = self.0.div_ceil(10_000_000);
        write!(f, "{}.{:02}", cents / 100, cents % 100)
    }
}

impl Serialize for Dollars {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What AWS bills, beside what it bills each month without a sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Bill {
    /// Requests at API Gateway.
    pub gateway: Dollars,
    /// Invocations of Lambda and their time.
    pub lambda: Dollars,
    /// Read and write units.
    pub table: Dollars,
    /// Warm throughput, once, of the table and its indexes.
    pub warming: Dollars,
    /// Messages and mails.
    pub mail: Dollars,
    /// Lines of logs.
    pub logs: Dollars,
    /// The sum of all other fields.
    pub all: Dollars,
}

impl Bill {
    pub(crate) fn of(on_sale: &OnSale, shards: Shards, warm: Warm) -> Self {
        let (orders, late) = (on_sale.orders(), on_sale.buyers - on_sale.orders());
        let requests = on_sale.buyers * figures::BUYER_REQUESTS;
        let invocations = requests + orders * (figures::ORDER_EVENTS + 1);
        let milliseconds = on_sale.buyers * (figures::BUYER_REQUESTS - 1) * figures::PAGE_MS
            + late * figures::LATE_MS
            + orders * (figures::PLACING_MS + figures::EVENT_MS + 2 * on_sale.stripe_ms)
            + orders * (figures::ORDER_EVENTS * figures::EVENT_MS + figures::MAIL_MS);
        let gb_seconds = (milliseconds * figures::MEMORY_MB).div_ceil(1_000 * 1_024);
        let writes = orders * figures::ORDER_UNITS + late * figures::LATE_TRIES * figures::PLACING_UNITS;
        let reads = on_sale.buyers * (figures::BUYER_READS + figures::SHARD_READS * shards.each * shards.offers);
        let beyond = |units: u64, given: u64| units.saturating_sub(given) * figures::WARMED;
        let total = |parts: [Dollars; 2]| parts.into_iter().sum::<Dollars>();
        let gateway = Dollars::of(requests, prices::REQUEST);
        let lambda = total([Dollars::of(invocations, prices::INVOCATION), Dollars::of(gb_seconds, prices::GB_SECOND)]);
        let table = total([Dollars::of(writes, prices::WRITE), Dollars::of(reads, prices::READ)]);
        let warming = total([
            Dollars::of(beyond(warm.write_units, figures::NEW_TABLE_WRITES), prices::WARM_WRITE),
            Dollars::of(beyond(warm.read_units, figures::NEW_TABLE_READS), prices::WARM_READ),
        ]);
        let mail = total([
            Dollars::of(orders * figures::ORDER_QUEUE_REQUESTS, prices::QUEUE),
            Dollars::of(orders, prices::MAIL),
        ]);
        let logs = Dollars::of(invocations * figures::LOG_KB, prices::LOG_KB);
        let all = [gateway, lambda, table, warming, mail, logs].into_iter().sum();
        Self { gateway, lambda, table, warming, mail, logs, all }
    }
}

/// What Stripe keeps, in the listing's currency, by its list of prices for cards of the United States.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StripeFees {
    /// What buyers pay.
    pub turnover: Decimal,
    /// What Stripe keeps of it.
    pub fees: Decimal,
}

impl StripeFees {
    /// None where no price was said.
    pub(crate) fn of(on_sale: &OnSale) -> Option<Self> {
        let turnover = on_sale.price? * Decimal::from(on_sale.sold());
        let share = turnover * Decimal::new(prices::STRIPE_SHARE.into(), 4);
        let fixed = Decimal::from(on_sale.orders()) * Decimal::new(prices::STRIPE_CENTS.into(), 2);
        let fees = (share + fixed).round_dp_with_strategy(2, RoundingStrategy::AwayFromZero);
        Some(Self { turnover, fees })
    }
}
