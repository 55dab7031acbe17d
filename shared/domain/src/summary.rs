//! What staff hear each day of their organization: what was sold and given back, and what waits for them.

use jiff::{
    Timestamp, Zoned,
    civil::Date,
    tz::{TimeZone, TimeZoneDatabase},
};
use serde::{Deserialize, Serialize};

use crate::{Currency, Minor, OrderId, OrganizationId, order::Sum};

/// When the summary of the day before is written, by the organization's clock.
const HOUR: i8 = 7;

/// How many things there were, and their worth, by currency.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// How many orders or refunds.
    pub count: u64,
    /// How many units were sold; zero for refunds.
    #[serde(default)]
    pub units: u64,
    /// Their worth, each currency once.
    #[serde(default)]
    pub sums: Vec<Sum>,
}

impl Counted {
    /// Adds more of them.
    pub fn add(&mut self, count: u64, units: u64, amount: Minor, currency: Currency) {
        self.count += count;
        self.units += units;
        match self.sums.iter_mut().find(|sum| sum.currency == currency) {
            Some(sum) => sum.amount += amount,
            None => self.sums.push(Sum { amount, currency }),
        }
    }
}

/// An order that waits for staff: under dispute, or in review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// Its id, by which the mail leads to it.
    pub order: OrderId,
    /// What it is about: the disputed amount, or the order's total.
    pub sum: Sum,
    /// Until when a dispute may be answered; since when an order is in review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

/// Orders that wait for staff.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingOrders {
    /// The most urgent of them.
    pub shown: Vec<Waiting>,
    /// Whether there are more.
    #[serde(default)]
    pub more: bool,
}

/// The summary of a time, most often a day. A part that is not wanted is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DailySummary {
    /// The seller whose staff read it.
    pub organization: OrganizationId,
    /// The first moment of it.
    pub from: Timestamp,
    /// Until when.
    pub to: Timestamp,
    /// Orders that were paid in that time, whenever they were placed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sales: Option<Counted>,
    /// Refunds that were made in that time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refunds: Option<Counted>,
    /// Disputes that are not decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disputes: Option<WaitingOrders>,
    /// Orders in review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviews: Option<WaitingOrders>,
}

impl DailySummary {
    /// The id of its notification: the same for the same organization and end.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{PREFIX}{}-{}", self.organization, self.to.as_second())
    }

    /// Whether the notification of that id is a summary, which is of no order.
    #[must_use]
    pub fn is_named_by(id: &str) -> bool {
        id.starts_with(PREFIX)
    }

    /// Whether there is nothing to tell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let none = |counted: &Option<Counted>| counted.as_ref().is_none_or(|counted| counted.count == 0);
        let nothing = |waiting: &Option<WaitingOrders>| waiting.as_ref().is_none_or(|waiting| waiting.shown.is_empty());
        none(&self.sales) && none(&self.refunds) && nothing(&self.disputes) && nothing(&self.reviews)
    }
}

/// What ids of summaries begin with, and those of orders do not.
const PREFIX: &str = "sum_";

/// A zone by its IANA name; UTC for one that is missing or unknown.
fn zone(name: Option<&str>) -> TimeZone {
    let known = name.and_then(|name| TimeZoneDatabase::bundled().get(name).ok());
    known.unwrap_or(TimeZone::UTC)
}

fn on(date: Date, hour: i8, zone: &TimeZone) -> Option<Timestamp> {
    Some(date.at(hour, 0, 0, 0).to_zoned(zone.clone()).ok()?.timestamp())
}

/// When a summary is written next in a time zone.
#[must_use]
pub fn next_summary_at(zone_name: Option<&str>, now: Timestamp) -> Timestamp {
    let zone = zone(zone_name);
    let here: Zoned = now.to_zoned(zone.clone());
    let today = here.date();
    let tomorrow = today.tomorrow().unwrap_or(today);
    let next = [today, tomorrow].into_iter().filter_map(|date| on(date, HOUR, &zone)).find(|at| *at > now);
    next.unwrap_or(now)
}

/// When the day began in a time zone.
#[must_use]
pub fn day_began_at(zone_name: Option<&str>, now: Timestamp) -> Timestamp {
    let zone = zone(zone_name);
    on(now.to_zoned(zone.clone()).date(), 0, &zone).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{Counted, DailySummary, WaitingOrders, day_began_at, next_summary_at};
    use crate::{Currency, Minor, OrganizationId};

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn it_is_written_in_the_morning_of_the_place_also_when_clocks_change() {
        let next = |zone: &str, now: &str| next_summary_at(Some(zone), at(now)).to_string();
        assert_eq!(next("Europe/Paris", "2027-06-12T04:59:59Z"), "2027-06-12T05:00:00Z");
        assert_eq!(next("Europe/Paris", "2027-06-12T05:00:00Z"), "2027-06-13T05:00:00Z");
        assert_eq!(next("Europe/Paris", "2027-03-27T06:00:00Z"), "2027-03-28T05:00:00Z");
        assert_eq!(next("America/New_York", "2027-01-15T08:30:00Z"), "2027-01-15T12:00:00Z");
        assert_eq!(next("Nowhere", "2027-01-15T08:30:00Z"), "2027-01-16T07:00:00Z");
        assert_eq!(day_began_at(Some("Europe/Paris"), at("2027-06-12T05:00:00Z")).to_string(), "2027-06-11T22:00:00Z");
        assert_eq!(day_began_at(None, at("2027-06-12T05:00:00Z")).to_string(), "2027-06-12T00:00:00Z");
    }

    #[test]
    fn sums_of_each_currency_stand_apart_and_nothing_is_no_news() {
        let mut sales = Counted::default();
        let euro = Currency::parse("eur").expect("a currency");
        sales.add(2, 3, Minor(5_000), Currency::USD);
        sales.add(1, 1, Minor(100), euro);
        sales.add(1, 1, Minor(50), Currency::USD);
        let sums: Vec<_> = sales.sums.iter().map(|sum| (sum.currency, sum.amount)).collect();
        assert_eq!((sales.count, sales.units), (4, 5));
        assert_eq!(sums, [(Currency::USD, Minor(5_050)), (euro, Minor(100))]);
        let mut summary = DailySummary {
            organization: OrganizationId::parse("acme").expect("an id"),
            from: Timestamp::UNIX_EPOCH,
            to: at("2027-06-12T00:00:00Z"),
            sales: Some(Counted::default()),
            refunds: None,
            disputes: Some(WaitingOrders::default()),
            reviews: None,
        };
        assert!(summary.is_empty());
        summary.sales = Some(sales);
        assert!(!summary.is_empty());
        assert_eq!(summary.id(), "sum_acme-1812758400");
        assert!(DailySummary::is_named_by(&summary.id()) && !DailySummary::is_named_by("ord_1-confirmation"));
    }
}
